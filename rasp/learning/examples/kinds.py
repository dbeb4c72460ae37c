"""Kinds of atoms: which Python values are atoms, and how the cells of a table are converted to them."""

from __future__ import annotations

import operator
import re
from typing import Any, Literal

from rasp.errors import BadInput
from rasp.graph.atoms import article, kind_of, show_atom
from rasp.graph.nodes import Atom

Kind = Literal["string", "int", "bool"]
KINDS: tuple[Kind, ...] = ("string", "int", "bool")
LARGEST = 2**31  # bound of an int, so that the product of two fits in 64 bits
BOOLS = {"true": True, "false": False}
NUMERALS = {"1": True, "0": False}  # bools, if the user has set that kind
MEANS = "Means are not searched: round them, or give ints or labels."
TAKEN = "learning takes strings, ints and bools"


def atom(value: Any, what: str) -> Atom:
    """An element of an input or output as Python's own string, int or bool. Raises BadInput.

    >>> atom(True, "output"), atom("a", "input")
    (True, 'a')
    """
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, (bool, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, float):
        hint = MEANS if what == "output" else ""
        raise BadInput(f"the {what} holds {value!r}, a float; {TAKEN}", hint=hint)
    try:
        number = operator.index(value)
    except TypeError:
        raise BadInput(f"the {what} holds {type_in_words(value)}; {TAKEN}") from None
    if abs(number) >= LARGEST:
        raise BadInput(f"the {what} holds {show_atom(number)}; ints lie between -2^31 and 2^31")
    return number


def atom_kind(value: Atom) -> Kind:
    """The kind of an atom.

    >>> atom_kind(True), atom_kind(3)
    ('bool', 'int')
    """
    return "string" if isinstance(value, str) else "bool" if isinstance(value, bool) else "int"


def fits(text: str, kind: str) -> bool:
    """Whether the text of a table's cell can be read as a value of the kind.

    >>> fits("-12", "int"), fits("012", "int"), fits("TRUE", "bool")
    (True, False, True)
    """
    if kind == "bool":
        return text.lower() in BOOLS
    return kind == "string" or (bool(re.fullmatch("0|-?[1-9][0-9]{0,9}", text)) and abs(int(text)) < LARGEST)


def convert(value: Atom, kind: str) -> Atom | None:
    """Converts an atom to a kind that the user has set; None if that is impossible.

    >>> convert("12", "int"), convert("1", "bool"), convert("a", "int"), convert(7, "string")
    (12, True, None, '7')
    """
    if kind == "string":
        return str(value)
    if kind_of(value) == kind:
        return value
    if isinstance(value, str):
        if kind == "bool":
            return (BOOLS | NUMERALS).get(value.lower())
        return int(value) if fits(value, kind) else None
    return int(value) if kind == "int" else bool(value) if value in (0, 1) else None


def type_in_words(value: Any) -> str:
    """The type of a value, in the words of the data's format.

    >>> type_in_words(None), type_in_words([1]), type_in_words(2.5)
    ('null', 'a list', 'a float')
    """
    match value:
        case None:
            return "null"
        case bool() | int() | float() | str():
            return article(kind_of(value))
        case list() | tuple():
            return "a list"
        case dict():
            return "an object"
    return f"a value of type {type(value).__name__}"
