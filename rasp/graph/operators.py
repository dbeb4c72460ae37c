"""The elementwise operations, each listed once: its name, how many operands it takes, and what it does to atoms.

`OPERATORS` is what the runtime applies to atoms, what the engine applies to elements (its typed kernels must agree with
these functions), and what grammar, printer and highlighter are checked against. The functions take atoms, give an atom,
and raise the error of what cannot be done; they never give inf, nan or a complex number.

>>> OPERATORS["+"].function("ab", "c"), OPERATORS["/"].function(1, 2), OPERATORS["%"].function(-7, 3)
('abc', 0.5, 2)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from rasp.base.limits import limits
from rasp.base.numerals import digits, show_int
from rasp.errors import (
    CollectionTooLarge,
    DivisionByZero,
    IntTooLarge,
    MissingEntry,
    NotAnAtom,
    NotFinite,
    NotIndexable,
    WrongOperand,
)
from rasp.graph.nodes import Atom, Illegal

KINDS = ("bool", "int", "float", "string")  # in the order in which numbers widen


def kind_of(value: object) -> str:
    """The kind of an atom: bool, int, float or string.

    >>> kind_of(True), kind_of(1), kind_of(1.0), kind_of("1")
    ('bool', 'int', 'float', 'string')
    """
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str():
            return "string"
    raise TypeError(f"not an atom: {value!r}")


def show_atom(value: Atom) -> str:
    """An atom as it is written in a program; a very long one is cut.

    >>> show_atom("a"), show_atom(10**30 + 1), show_atom("x" * 90)[-20:]
    ('"a"', '1000000000000000000000000000001', 'xx…" (90 characters)')
    """
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:50]}…" ({len(value)} characters)'
    if isinstance(value, int) and not isinstance(value, bool):
        return show_int(value)
    return repr(value)


def repr_atoms(values: Iterable[Atom]) -> str:
    """The `repr` of a list of atoms. Long ints are folded: Python itself refuses them.

    >>> repr_atoms([10**100, True, "a"])
    "[10000000000000000000…0000000000 (101 digits), True, 'a']"
    """
    return f"[{', '.join(show_int(value) if type(value) is int else repr(value) for value in values)}]"


def article(noun: str) -> str:
    """The noun with its article.

    >>> article("int"), article("s-op"), article("selector")
    ('an int', 'an s-op', 'a selector')
    """
    return f"{'an' if noun[0] in 'aeiou' or noun.startswith('s-op') else 'a'} {noun}"


def is_number(value: object) -> bool:
    """Whether the value is a bool, int or float."""
    return isinstance(value, (int, float))


def checked_int(value: int) -> int:
    """The int, unless it is over the limit of digits."""
    if value.bit_length() > 3.32 * limits.int_digits:
        checked_digits(digits(value))
    return value


def checked_digits(size: int) -> None:
    """Raises IntTooLarge for an int of `size` digits over the limit."""
    if size > limits.int_digits:
        raise _too_many_digits(size)


def checked_atom(value: Atom) -> Atom:
    """The atom, unless no sequence may hold it: inf, nan, an int or a string over its limit."""
    if isinstance(value, str):
        checked_size(len(value), "a string")
        return value
    return _checked(value)


def checked_size(size: int, what: str) -> None:
    """Raises CollectionTooLarge for a list or string of `size` elements over the limit."""
    if size > limits.collection:
        raise CollectionTooLarge(
            f"{what} of {show_int(size)} elements is too large",
            hint=limits.hint("collection"),
        )


def _too_many_digits(size: int | str) -> IntTooLarge:
    hint = limits.hint("int_digits")
    return IntTooLarge(f"an int of {size} digits is too large", hint=hint)


def _checked(value: Any) -> Atom:
    """The result of an arithmetic operation, unless no sequence may hold it."""
    if isinstance(value, int):
        return checked_int(value)
    if isinstance(value, complex):
        raise NotFinite("the result is not a real number")
    if not math.isfinite(value):
        raise NotFinite("the result is too large for a float" if math.isinf(value) else "the result is not a number")
    return value  # type: ignore[no-any-return]


def _unsuitable(symbol: str, *operands: Atom) -> WrongOperand:
    shown = " and ".join(f"{article(kind_of(value))} {show_atom(value)}" for value in operands)
    return WrongOperand(f"`{symbol}` does not work on {shown}")


def _arithmetic(symbol: str, compute: Callable[[Any, Any], Any]) -> Callable[[Atom, Atom], Atom]:
    """An operator on two numbers, with Python's meaning and without Python's exceptions."""

    def function(left: Atom, right: Atom) -> Atom:
        if not (is_number(left) and is_number(right)):
            raise _unsuitable(symbol, left, right)
        try:
            return _checked(compute(left, right))
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
            raise _too_many_digits(f"more than {limits.int_digits}")
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
    return _checked(-value)


def plus(value: Atom) -> Atom:
    """`+value`: a bool becomes an int."""
    if isinstance(value, str):
        raise _unsuitable("+", value)
    return _checked(+value)


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


def atom_key(value: Atom) -> tuple[type, Atom]:
    """Tells atoms apart that Python takes for equal, but not 0.0 and -0.0.

    >>> atom_key(1) == atom_key(True), atom_key(0.0) == atom_key(-0.0)
    (False, True)
    """
    return type(value), value
