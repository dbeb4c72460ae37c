"""The base s-ops: enter inputs of one length, leave their elements converted as `tokens_str` and the others do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Union, cast

import numpy as np

from rasp.bounds import limits
from rasp.engine.failure import placed
from rasp.engine.values import ALL, INT, STRING, Array, Values, from_rows
from rasp.errors import ConversionFailed, IntTooLarge, NotFinite, RaspError
from rasp.graph.nodes import Atom
from rasp.graph.operators import show_atom

Input = Union[str, Sequence[Atom]]  # a string stands for the sequence of its characters

PIECE = 4000  # digits that Python converts at once whatever its own limit


def indices(size: int) -> Values:
    """0 … n-1, the same for every input."""
    return Values(np.arange(size, dtype=np.int64)[None, :], ALL[INT])  # (1, n)


def tokens(kind: str, inputs: Sequence[Input]) -> Values:
    """The elements of inputs of one length; `kind` is "str", "int", "float", "bool" or "asis".

    Raises ConversionFailed, NotFinite or IntTooLarge with row and position, and MixedKinds for "asis".

    >>> tokens("int", ["12", (3.9, True)]).data.tolist()
    [[1, 2], [3, 1]]
    """
    if kind in ("str", "asis"):
        characters = _characters(inputs)
        if characters is not None:
            return Values(characters, ALL[STRING])
    convert = CONVERSIONS[kind]
    return from_rows([_converted(convert, row, place) for place, row in enumerate(inputs)])


def _characters(inputs: Sequence[Input]) -> Array | None:
    """The inputs as an array of characters; None unless all elements are single characters that NumPy keeps."""
    if set(map(type, chain.from_iterable(inputs))) != {str}:
        return None
    texts = cast(Sequence[Sequence[str]], inputs)
    if set(map(len, chain.from_iterable(texts))) != {1}:
        return None
    text = "".join(chain.from_iterable(texts))
    if "\0" in text:
        return None
    return np.array([text]).view("U1").reshape(len(inputs), -1)  # (batch, n)


def _converted(convert: Callable[[Any], Atom], row: Input, place: int) -> list[Atom]:
    try:
        return list(map(convert, row))
    except RaspError:
        return [_element(convert, atom, place, position) for position, atom in enumerate(row)]


def _element(convert: Callable[[Any], Atom], atom: Atom, place: int, position: int) -> Atom:
    try:
        return convert(atom)
    except RaspError as error:
        raise placed(error, place, position, (atom,)) from None


# ------------------------------------------------------------------------------------------------ conversions


def _string(atom: Atom) -> str:
    if isinstance(atom, int) and not isinstance(atom, bool):
        return int_text(atom)
    return str(atom)


def _int(atom: Atom) -> int:
    if isinstance(atom, str):
        try:
            return text_int(atom)
        except ValueError:
            raise _failed("int", atom) from None
    return int(atom)


def _float(atom: Atom) -> float:
    try:
        value = float(atom)
    except ValueError:
        raise _failed("float", atom) from None
    except OverflowError:
        raise NotFinite(f"{show_atom(atom)} is too large for a float") from None
    if not np.isfinite(value):
        raise NotFinite(f"`tokens_float` makes {value} of {show_atom(atom)}, which is not a finite number")
    return value


def _failed(kind: str, atom: Atom) -> ConversionFailed:
    return ConversionFailed(f"`tokens_{kind}` cannot convert {show_atom(atom)}")


CONVERSIONS: dict[str, Callable[[Any], Atom]] = {
    "str": _string,
    "int": _int,
    "float": _float,
    "bool": bool,
    "asis": lambda atom: atom,
}


# ------------------------------------------------------------------------- ints beyond Python's limit of digits


def int_text(value: int) -> str:
    """The decimal digits of an int of any size.

    >>> int_text(-(10**5000))[:5], len(int_text(10**5000))
    ('-1000', 5001)
    """
    if value.bit_length() < 3 * PIECE:
        return str(value)
    pieces, rest = [], abs(value)
    while rest:
        rest, piece = divmod(rest, 10**PIECE)
        pieces.append(f"{piece:0{PIECE}d}")
    return ("-" if value < 0 else "") + "".join(reversed(pieces)).lstrip("0")


def text_int(text: str) -> int:
    """The int that Python reads from the text, of any number of digits up to the limit; ValueError where it is none.

    >>> text_int(" -1_0 "), text_int("9" * 5000) == 10**5000 - 1
    (-10, True)
    """
    if len(text) <= PIECE:
        return int(text)
    match = re.fullmatch(r"\s*([+-]?)(\d+(?:_\d+)*)\s*", text)
    if match is None:
        raise ValueError("not an int")
    sign, numerals = match[1], match[2].replace("_", "")
    if len(numerals) > limits.int_digits:
        raise IntTooLarge(
            f"an int of {len(numerals)} digits is too large",
            hint=limits.hint("int_digits"),
        )
    value = 0
    for start in range(0, len(numerals), PIECE):
        piece = numerals[start : start + PIECE]
        value = value * 10 ** len(piece) + int(piece)
    return -value if sign == "-" else value
