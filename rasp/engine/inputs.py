"""Checks what a user gave as an input, and converts it to a string or a non-empty tuple of Python atoms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from rasp.base.limits import limits
from rasp.errors import BadInput, EmptyInput
from rasp.graph.atoms import article, check_collection_size, check_int, kind_of
from rasp.graph.nodes import Atom, Node, is_selector

HINT = "An input is a non-empty string or a non-empty list of ints, floats, strings and bools."


def validate_input(value: object) -> tuple[Atom, ...]:
    """The elements of an input: a string's characters, or those of a sequence or 1-D NumPy array of atoms.

    Raises EmptyInput, BadInput (which names the position of an element that is no atom, counted from 0),
    CollectionTooLarge and IntTooLarge.

    >>> validate_input("hey"), validate_input([1, 2.5, True]), validate_input(np.arange(3))
    (('h', 'e', 'y'), (1, 2.5, True), (0, 1, 2))
    """
    return tuple(check_input(value))


def check_input(value: object) -> str | tuple[Atom, ...]:
    """As `validate_input`, but a string is returned as it is."""
    if type(value) is str and 0 < len(value) <= limits.collection:  # most inputs
        return value
    match value:
        case np.ndarray():
            size = _array_size(value)
        case Sequence() if not isinstance(value, (bytes, bytearray, memoryview)):
            size = len(value)
        case _:
            raise BadInput(f"{_describe(value)} is not an input", hint=HINT)
    if not size:
        raise EmptyInput("the input is empty", hint=HINT)
    check_collection_size(size, "an input")
    elements = value.tolist() if isinstance(value, np.ndarray) else value
    return _elements(elements)


def _array_size(value: np.ndarray[Any, Any]) -> int:
    if value.ndim != 1:
        raise BadInput(f"an array of {value.ndim} dimensions is not an input, one dimension is needed", hint=HINT)
    if value.dtype.kind not in "biufUO":
        raise BadInput(f"an array of {value.dtype} is not an input", hint=HINT)
    return value.size


def _elements(elements: Iterable[object]) -> tuple[Atom, ...]:
    given: tuple[Any, ...] = tuple(elements)
    return given if _plain(given) else tuple(_atom(element, position) for position, element in enumerate(given))


def _plain(given: tuple[Any, ...]) -> bool:
    """Whether all elements are certainly valid atoms. Most inputs pass, without a Python call for each element."""
    kinds = set(map(type, given))
    if kinds == {str}:
        return max(map(len, given)) <= limits.collection
    if kinds == {float}:
        return all(map(math.isfinite, given))
    # A decimal int has at most as many digits as bits.
    return bool(kinds) and kinds <= {int, bool} and max(map(int.bit_length, given)) <= limits.int_digits


def _atom(value: object, position: int) -> Atom:
    """The element as a plain Python atom."""
    match value:
        case bool() | np.bool_():
            return bool(value)
        case int() | np.integer():
            return check_int(int(value))
        case float() | np.floating():
            return _finite(float(value), position)
        case str():
            return str(value) if len(value) <= limits.collection else _too_long(len(value))
    raise _bad(f"element {position} of the input is {_describe(value)}, not an atom", position)


def _too_long(size: int) -> str:
    check_collection_size(size, "a string")
    return ""


def _finite(value: float, position: int) -> float:
    if not math.isfinite(value):
        raise _bad(f"element {position} of the input is {value}, not a finite number", position)
    return value


def _bad(title: str, position: int) -> BadInput:
    error = BadInput(title, hint=HINT)
    error.position = position
    return error


def _describe(value: object) -> str:
    match value:
        case None:
            return "None"
        case bool() | int() | float():
            return article(kind_of(value))
        case list() | tuple():
            return "a list"
        case dict():
            return "a dict"
        case Node():
            return "a selector" if is_selector(value) else "an s-op"
    return f"a value of type {type(value).__name__}"
