"""The elementwise operators: for each one a declaration with its function on atoms and the facts about it.

To add an operator, write its function and declare it in `_DECLARED`. Everything else reads the declaration: the
language with its reserved names, `:help`, highlighting, normal forms, compiled models. The engine applies the function
to each element, or a typed kernel to whole arrays, if `engine/elementwise.py` has one.

The functions on atoms define the meaning of the operators: Python's exact arithmetic, with the errors of RASP. Each
takes atoms and returns an atom, and never inf, nan or a complex number.

>>> OPERATORS["+"].function("ab", "c"), OPERATORS["/"].function(1, 2), OPERATORS["%"].function(-7, 3)
('abc', 0.5, 2)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

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
    check_collection_size,
    check_int,
    check_number,
    is_number,
    kind_of,
    show_atom,
    too_many_digits,
)
from rasp.graph.nodes import Atom, Illegal, Map


def _unsuitable(symbol: str, *operands: Atom) -> WrongOperand:
    shown = " and ".join(f"{article(kind_of(value))} {show_atom(value)}" for value in operands)
    return WrongOperand(f"`{symbol}` does not work on {shown}")


def _arithmetic(symbol: str, compute: Callable[[Any, Any], Any]) -> Callable[[Atom, Atom], Atom]:
    """An operator on two numbers, with Python's meaning and without Python's exceptions."""

    def function(left: Atom, right: Atom) -> Atom:
        if not (is_number(left) and is_number(right)):
            raise _unsuitable(symbol, left, right)
        try:
            return check_number(compute(left, right))
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
        check_collection_size(len(left) + len(right), "a string")
        return left + right
    return _sum(left, right)


def multiply(left: Atom, right: Atom) -> Atom:
    """`left * right`: of numbers, or a string repeated an int's number of times.

    >>> multiply(2, 2.5), multiply("ab", 2), multiply(-1, "ab")
    (5.0, 'abab', '')
    """
    for text, times in ((left, right), (right, left)):
        if isinstance(text, str) and isinstance(times, int):
            check_collection_size(len(text) * times, "a string")
            return text * times if text and times > 0 else ""  # Python refuses `"" * 10**30`
    return _product(left, right)


def power(left: Atom, right: Atom) -> Atom:
    """`left ^ right`; refuses a huge int before computing it.

    >>> power(2, 10), power(2, -1)
    (1024, 0.5)
    """
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


def negative(value: Atom) -> Atom:
    """`-value`."""
    if isinstance(value, str):
        raise _unsuitable("-", value)
    return check_number(-value)


def positive(value: Atom) -> Atom:
    """`+value`: a bool becomes an int."""
    if isinstance(value, str):
        raise _unsuitable("+", value)
    return check_number(+value)


def round_half_even(value: Atom) -> Atom:
    """`round(value)`: the nearest int, halves to the even one.

    >>> round_half_even(2.5), round_half_even(3.5), round_half_even(True)
    (2, 4, 1)
    """
    if isinstance(value, str):
        raise _unsuitable("round", value)
    return check_int(round(value))


def look_up(table: tuple[Any, ...], keyed: bool, index: Atom) -> Atom:
    """`table[index]`: of a dict when `keyed` (the table holds its pairs), else of a list or string."""
    entry = _dict_entry(table, index) if keyed else _list_entry(table, index)
    if isinstance(entry, Illegal):
        raise NotAnAtom(f"the entry for {show_atom(index)} is {article(entry.kind)}, which no sequence can hold")
    return entry


def look_up_or(table: tuple[Any, ...], keyed: bool, index: Atom, default: Atom) -> Atom:
    """`lookup(table, index, default)`: as `look_up`, but the default where there is no entry.

    >>> look_up_or((("a", 1), ("b", 2)), True, "b", 0), look_up_or((5, 6), False, 9, 0)
    (2, 0)
    """
    try:
        return look_up(table, keyed, index)
    except MissingEntry:
        return default


def _dict_entry(table: tuple[Any, ...], index: Atom) -> Atom | Illegal:
    for key, entry in table:
        if key == index:
            return entry  # type: ignore[no-any-return]
    raise MissingEntry(f"the dict has no entry for {show_atom(index)}")


def _list_entry(table: tuple[Any, ...], index: Atom) -> Atom | Illegal:
    if not isinstance(index, int):
        raise NotIndexable(f"a list or string is indexed by an int, not by the {kind_of(index)} {show_atom(index)}")
    if not -len(table) <= index < len(table):
        raise MissingEntry(f"index {show_int(index)} is out of range for {len(table)} elements")
    return table[index]  # type: ignore[no-any-return]


def is_member(table: tuple[Any, ...], keyed: bool, value: Atom) -> Atom:
    """`value in table`.

    >>> is_member((1, 2), False, True), is_member(("a",), False, "b")
    (True, False)
    """
    return value in table


ResultKind = Literal["bool", "int", "float", "number", "any"]
FailureKind = Literal["never", "mixed", "sometimes"]
Commutes = Literal["never", "numbers", "always"]
# A result has none of the operands' rounding errors ("exact"), the largest ("copied"), the sum ("added"), or the sum of
# them as shares of their operands ("scaled"), times the exponent ("raised").
Rounding = Literal["exact", "copied", "added", "scaled", "raised"]
Notation = Literal["infix", "prefix", "call", "other"]


class Operator(NamedTuple):
    """An elementwise operator and the facts about it. Tests compare the facts with the function."""

    name: str
    arity: int
    function: Callable[..., Atom]  # takes `arity` atoms; if `tabled`: before them the table and whether it is keyed
    result: ResultKind  # the kind of every result; a "number" is a bool, an int or a float
    fails: FailureKind = "sometimes"  # "mixed": if one operand is a string and one a number, and only then
    commutes: Commutes = "never"  # for which operands the order does not matter
    injective: bool = False  # whether ints below 2^48 that differ in one operand alone give different results
    rounding: Rounding = "exact"  # how rounding errors of operands reach the result, see `compile/exact_fractions.py`
    longest: Callable[[Sequence[int]], int] = max  # the longest string it may make, from the operands' longest
    tabled: bool = False
    notation: Notation = "infix"  # how programs write it: "prefix" is `sign` before the operand, "call" is `name(…)`
    sign: str = ""
    parameters: tuple[str, ...] = ()  # of a "call" as in `round(x)`; the name is reserved
    doc: str = ""  # what `:help` says of the name
    on_atoms: bool = True  # whether it can be called on atoms alone, to give an atom


def _named_operator(name: str, parameters: str, function: Callable[..., Atom], **facts: Any) -> Operator:
    """An operator that is called by its name."""
    names = tuple(parameters.split(", "))
    return Operator(name, len(names), function, notation="call", parameters=names, **facts)


COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")

_DECLARED = (
    Operator("+", 2, add, "any", commutes="numbers", injective=True, rounding="added", longest=sum),
    Operator("-", 2, subtract, "number", injective=True, rounding="added"),
    Operator("*", 2, multiply, "any", commutes="numbers", rounding="scaled"),
    Operator("/", 2, divide, "float", rounding="scaled"),
    Operator("%", 2, remainder, "number", rounding="added"),
    Operator("^", 2, power, "number", rounding="raised"),
    Operator("==", 2, lambda left, right: left == right, "bool", fails="never", commutes="always"),
    Operator("!=", 2, lambda left, right: left != right, "bool", fails="never", commutes="always"),
    Operator("<", 2, _ordering("<", lambda left, right: left < right), "bool", fails="mixed"),
    Operator("<=", 2, _ordering("<=", lambda left, right: left <= right), "bool", fails="mixed"),
    Operator(">", 2, _ordering(">", lambda left, right: left > right), "bool", fails="mixed"),
    Operator(">=", 2, _ordering(">=", lambda left, right: left >= right), "bool", fails="mixed"),
    Operator("and", 2, lambda left, right: bool(left) and bool(right), "bool", fails="never", commutes="always"),
    Operator("or", 2, lambda left, right: bool(left) or bool(right), "bool", fails="never", commutes="always"),
    Operator("in", 1, is_member, "bool", fails="never", tabled=True),
    Operator("not", 1, lambda value: not value, "bool", fails="never", notation="prefix", sign="not"),
    Operator("negative", 1, negative, "number", injective=True, rounding="copied", notation="prefix", sign="-"),
    Operator("positive", 1, positive, "number", injective=True, rounding="copied", notation="prefix", sign="+"),
    Operator(
        "where",
        3,
        lambda condition, then, otherwise: then if condition else otherwise,
        "any",
        rounding="copied",
        longest=lambda sizes: max(sizes[1:]),
        notation="other",
    ),
    Operator("lookup", 1, look_up, "any", tabled=True, notation="other"),
    Operator("lookup_or", 2, look_up_or, "any", tabled=True, notation="other"),
    _named_operator("round", "x", round_half_even, result="int", doc="The nearest int, halves to the even one."),
    _named_operator(
        "indicator",
        "sop",
        lambda value: 1 if value else 0,
        result="int",
        fails="never",
        doc="1 where the s-op is true, else 0.",
        on_atoms=False,
    ),
)

OPERATORS = {operator.name: operator for operator in _DECLARED}


def operate(node: Map, values: Sequence[Atom]) -> Atom:
    """Applies an elementwise operation to atoms. Raises the errors of its operator.

    >>> from rasp.graph.builders import apply, indices, member
    >>> operate(apply("+", indices(), indices()), [1, 2]), operate(member(indices(), [1, 2]), [3])
    (3, False)
    """
    function = OPERATORS[node.op].function
    return function(*values) if node.table is None else function(node.table, node.keyed, *values)
