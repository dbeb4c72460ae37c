"""Atoms: their kinds, their text, keys that identify them, and checks of their limits."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from rasp.base.limits import limits
from rasp.base.numerals import digits, show_int
from rasp.errors import CollectionTooLarge, IntTooLarge, NotFinite
from rasp.graph.nodes import Atom

ATOMS = (bool, int, float, str)
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


def atom_key(value: Atom) -> tuple[type, Atom]:
    """A key that differs between atoms that Python takes for equal, except 0.0 and -0.0.

    >>> atom_key(1) == atom_key(True), atom_key(0.0) == atom_key(-0.0)
    (False, True)
    """
    return type(value), value


def show_atom(value: Atom) -> str:
    """The text of an atom in a program; a very long one is cut.

    >>> show_atom("a"), show_atom(10**30 + 1), show_atom("x" * 90)[-20:]
    ('"a"', '1000000000000000000000000000001', 'xx…" (90 characters)')
    """
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:50]}…" ({len(value)} characters)'
    if isinstance(value, int) and not isinstance(value, bool):
        return show_int(value)
    return repr(value)


def repr_atoms(values: Iterable[Atom]) -> str:
    """The `repr` of a list of atoms. Long ints are shortened, because Python's `repr` refuses very long ones.

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


def is_atom(value: object) -> bool:
    """Whether the value is a bool, int, float or string.

    >>> is_atom(True), is_atom("a"), is_atom([1]), is_atom(None)
    (True, True, False, False)
    """
    return isinstance(value, ATOMS)


def is_number(value: object) -> bool:
    """Whether the value is a bool, int or float."""
    return isinstance(value, (int, float))


def check_int(value: int) -> int:
    """Returns the int. Raises IntTooLarge if it has more digits than the limit."""
    if value.bit_length() > 3.32 * limits.int_digits:
        check_digits(digits(value))
    return value


def check_digits(size: int) -> None:
    """Raises IntTooLarge if `size` digits are more than the limit."""
    if size > limits.int_digits:
        raise too_many_digits(size)


def check_atom(value: Atom) -> Atom:
    """Returns the atom. Raises an error for what no sequence may hold: inf, nan, an int or string over its limit.

    >>> check_atom(3), check_atom("a")
    (3, 'a')
    >>> check_atom(float("inf"))
    Traceback (most recent call last):
        ...
    rasp.errors.NotFinite: error[R311]: the result is too large for a float
    """
    if isinstance(value, str):
        check_collection_size(len(value), "a string")
        return value
    return check_number(value)


def check_collection_size(size: int, what: str) -> None:
    """Raises CollectionTooLarge if `size` elements of a list or string are more than the limit."""
    if size > limits.collection:
        raise CollectionTooLarge(
            f"{what} of {show_int(size)} elements is too large",
            hint=limits.hint("collection"),
        )


def too_many_digits(size: int | str) -> IntTooLarge:
    """The error for an int of so many digits, which is over the limit."""
    hint = limits.hint("int_digits")
    return IntTooLarge(f"an int of {size} digits is too large", hint=hint)


def check_number(value: Any) -> Atom:
    """Returns a result of arithmetic. Raises an error for what no sequence may hold."""
    if isinstance(value, int):
        return check_int(value)
    if isinstance(value, complex):
        raise NotFinite("the result is not a real number")
    if not math.isfinite(value):
        raise NotFinite("the result is too large for a float" if math.isinf(value) else "the result is not a number")
    return value  # type: ignore[no-any-return]
