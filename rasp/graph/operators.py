"""The elementwise operations, each listed once: its name, how many operands it takes, and what it does to atoms.

`OPERATORS` is what the runtime applies to atoms, what the engine applies to elements (its typed kernels must agree with
these functions), and what grammar, printer and highlighter are checked against. The functions take atoms, give an atom,
and raise the error of what cannot be done; they never give inf, nan or a complex number.

>>> OPERATORS["+"].function("ab", "c"), OPERATORS["/"].function(1, 2), OPERATORS["%"].function(-7, 3)
('abc', 0.5, 2)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rasp.base.limits import limits
from rasp.base.numerals import show_int
from rasp.errors import (
    DivisionByZero,
    MissingEntry,
    NotAnAtom,
    NotFinite,
    NotIndexable,
    WrongOperand,
)
from rasp.graph.atoms import (
    article,
    checked_int,
    checked_number,
    checked_size,
    is_number,
    kind_of,
    show_atom,
    too_many_digits,
)
from rasp.graph.nodes import Atom, Illegal


def _unsuitable(symbol: str, *operands: Atom) -> WrongOperand:
    shown = " and ".join(f"{article(kind_of(value))} {show_atom(value)}" for value in operands)
    return WrongOperand(f"`{symbol}` does not work on {shown}")


def _arithmetic(symbol: str, compute: Callable[[Any, Any], Any]) -> Callable[[Atom, Atom], Atom]:
    """An operator on two numbers, with Python's meaning and without Python's exceptions."""

    def function(left: Atom, right: Atom) -> Atom:
        if not (is_number(left) and is_number(right)):
            raise _unsuitable(symbol, left, right)
        try:
            return checked_number(compute(left, right))
        except ZeroDivisionError:
            raise DivisionByZero(_zero_title(symbol)) from None
        except OverflowError:
            raise NotFinite("the result is too large for a float") from None

    return function


def _zero_title(symbol: str) -> str:
    return {"%": "remainder by zero", "^": "zero to a negative power"}.get(symbol, "division by zero")


_sum = _arithmetic("+", lambda left, right: left + right)
_product = _arithmetic("*", lambda left, right: left * right)
_power = _arithmetic("^", lambda left, right: left**right)
subtract = _arithmetic("-", lambda left, right: left - right)
divide = _arithmetic("/", lambda left, right: left / right)
remainder = _arithmetic("%", lambda left, right: left % right)


def add(left: Atom, right: Atom) -> Atom:
    """`left + right`: of numbers, or of two strings."""
    if isinstance(left, str) and isinstance(right, str):
        checked_size(len(left) + len(right), "a string")
        return left + right
    return _sum(left, right)


def multiply(left: Atom, right: Atom) -> Atom:
    """`left * right`: of numbers, or a string repeated an int's number of times."""
    for text, times in ((left, right), (right, left)):
        if isinstance(text, str) and isinstance(times, int):
            checked_size(len(text) * times, "a string")
            return text * times if text and times > 0 else ""  # Python refuses a huge number even of nothing
    return _product(left, right)


def power(left: Atom, right: Atom) -> Atom:
    """`left ^ right`; refuses a huge int before computing it."""
    if isinstance(left, int) and isinstance(right, int) and right > 0:
        least_bits = (left.bit_length() - 1) * right
        if abs(left) > 1 and least_bits > 3.33 * limits.int_digits + 64:
            raise too_many_digits(f"more than {limits.int_digits}")
    return _power(left, right)


def _ordering(symbol: str, compute: Callable[[Any, Any], bool]) -> Callable[[Atom, Atom], Atom]:
    """A comparison by order: numbers by value, strings by code point; nothing else."""

    def function(left: Atom, right: Atom) -> Atom:
        if isinstance(left, str) != isinstance(right, str):
            raise _unsuitable(symbol, left, right)
        return compute(left, right)

    return function


def negate(value: Atom) -> Atom:
    """`-value`"""
    if isinstance(value, str):
        raise _unsuitable("-", value)
    return checked_number(-value)


def plus(value: Atom) -> Atom:
    """`+value`: a bool becomes an int."""
    if isinstance(value, str):
        raise _unsuitable("+", value)
    return checked_number(+value)


def round_half_even(value: Atom) -> Atom:
    """`round(value)`: the nearest int, halves to the even one."""
    if isinstance(value, str):
        raise _unsuitable("round", value)
    return checked_int(round(value))


def look_up(table: tuple[Any, ...], keyed: bool, index: Atom) -> Atom:
    """`table[index]`: of a dict when `keyed` (the table holds its pairs), else of a list or string."""
    entry = _keyed_entry(table, index) if keyed else _placed_entry(table, index)
    if isinstance(entry, Illegal):
        raise NotAnAtom(f"the entry for {show_atom(index)} is {article(entry.kind)}, which no sequence can hold")
    return entry


def _keyed_entry(table: tuple[Any, ...], index: Atom) -> Atom | Illegal:
    for key, entry in table:
        if key == index:
            return entry  # type: ignore[no-any-return]
    raise MissingEntry(f"the dict has no entry for {show_atom(index)}")


def _placed_entry(table: tuple[Any, ...], index: Atom) -> Atom | Illegal:
    if not isinstance(index, int):
        raise NotIndexable(f"a list or string is indexed by an int, not by the {kind_of(index)} {show_atom(index)}")
    if not -len(table) <= index < len(table):
        raise MissingEntry(f"index {show_int(index)} is out of range for {len(table)} elements")
    return table[index]  # type: ignore[no-any-return]


class Operator(NamedTuple):
    """An elementwise operation: number of operands, and its function on atoms.

    "lookup" and "in" have a table besides their operand and no function here: `look_up` and Python's `in` serve.
    """

    arity: int
    function: Callable[..., Atom] | None


OPERATORS: dict[str, Operator] = {
    "+": Operator(2, add),
    "-": Operator(2, subtract),
    "*": Operator(2, multiply),
    "/": Operator(2, divide),
    "%": Operator(2, remainder),
    "^": Operator(2, power),
    "==": Operator(2, lambda left, right: left == right),
    "!=": Operator(2, lambda left, right: left != right),
    "<": Operator(2, _ordering("<", lambda left, right: left < right)),
    "<=": Operator(2, _ordering("<=", lambda left, right: left <= right)),
    ">": Operator(2, _ordering(">", lambda left, right: left > right)),
    ">=": Operator(2, _ordering(">=", lambda left, right: left >= right)),
    "and": Operator(2, lambda left, right: bool(left) and bool(right)),
    "or": Operator(2, lambda left, right: bool(left) or bool(right)),
    "not": Operator(1, lambda value: not value),
    "negate": Operator(1, negate),
    "plus": Operator(1, plus),
    "round": Operator(1, round_half_even),
    "indicator": Operator(1, lambda value: 1 if value else 0),
    "choose": Operator(3, lambda condition, then, otherwise: then if condition else otherwise),
    "lookup": Operator(1, None),
    "in": Operator(1, None),
}

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
