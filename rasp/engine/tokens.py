"""The base s-ops on a batch of inputs of one length: `indices`, and the elements converted as by `tokens_int`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Union, cast

import numpy as np

from rasp.base.limits import limits
from rasp.base.numerals import int_text, split_numeral, text_int
from rasp.engine.failure import fail, locate_failure, raise_failures
from rasp.engine.values import ALL, INT, STRING, Array, Values, from_rows
from rasp.errors import ConversionFailed, NotFinite, RaspError
from rasp.graph.atoms import check_digits, check_int, show_atom
from rasp.graph.nodes import Atom

SHORT = 18  # an int of so many digits fits an int64

RawInput = Union[str, Sequence[Atom]]  # as a caller gives it: a string stands for the sequence of its characters
Input = tuple[Atom, ...]  # as tokens


def indices(size: int) -> Values:
    """0 … n-1, the same for every input."""
    return Values(np.arange(size, dtype=np.int64)[None, :], ALL[INT], None, size - 1)  # (1, n)


def tokens(kind: str, inputs: Sequence[RawInput]) -> Values:
    """The elements of inputs of one length; `kind` is "str", "int", "float", "bool" or "asis".

    Raises ConversionFailed, NotFinite or IntTooLarge with row and position, and MixedKinds for "asis".

    >>> tokens("int", ["12", (3.9, True)]).data.tolist()
    [[1, 2], [3, 1]]
    """
    if kind in ("str", "asis"):
        characters = _characters(inputs)
        if characters is not None:
            return Values(characters, ALL[STRING])
    if kind == "asis":
        return from_rows(list(map(list, inputs)))
    if kind == "int":
        short = _short_ints(inputs)
        if short is not None:
            return short
    convert = CONVERSIONS[kind]
    rows = [_convert_row(convert, row, index) for index, row in enumerate(inputs)]
    raise_failures()
    return from_rows(rows)


def _characters(inputs: Sequence[RawInput]) -> Array | None:
    """The inputs as an array of characters; None unless all elements are single characters other than NUL."""
    if set(map(type, inputs)) == {str}:
        text = "".join(cast(Sequence[str], inputs))
    else:
        try:
            text = "".join(chain.from_iterable(cast(Sequence[Sequence[str]], inputs)))
        except TypeError:  # an element is not a string
            return None
        if len(text) != sum(map(len, inputs)) or not all(chain.from_iterable(inputs)):
            return None
    if "\0" in text:
        return None
    return np.array([text]).view("U1").reshape(len(inputs), -1)  # (batch, n)


def _short_ints(inputs: Sequence[RawInput]) -> Values | None:
    """The ints that the elements spell; None unless all elements are short strings that spell ints."""
    elements = list(chain.from_iterable(inputs))
    if set(map(type, elements)) != {str} or max(map(len, cast(list[str], elements))) > min(SHORT, limits.int_digits):
        return None
    try:
        read = np.array(list(map(int, elements)), dtype=np.int64)
    except ValueError:
        return None
    return Values(read.reshape(len(inputs), -1), ALL[INT])


def _convert_row(convert: Callable[[Any], Atom], row: RawInput, index: int) -> list[Atom]:
    """The elements of an input, converted up to the first that fails."""
    elements: list[Atom] = []
    try:
        for atom in row:
            elements.append(convert(atom))  # what is converted before an error tells its place
    except RaspError as error:
        position = len(elements)
        fail(locate_failure(error, index, position, (row[position],)))
    return elements


# ------------------------------------------------------------------------------------------------ conversions


def _string(atom: Atom) -> str:
    if isinstance(atom, int) and not isinstance(atom, bool):
        return int_text(atom)
    return str(atom)


def _int(atom: Atom) -> int:
    try:
        return check_int(_parse_int(atom) if isinstance(atom, str) else int(atom))
    except ValueError:
        raise _conversion_error("int", atom) from None


def _parse_int(text: str) -> int:
    """The int that the text spells in Python; ValueError if it spells none."""
    if len(text) > limits.int_digits:  # refuse it before a slow conversion
        check_digits(len(split_numeral(text)[1]))
    return text_int(text)


def _float(atom: Atom) -> float:
    try:
        value = float(atom)
    except ValueError:
        raise _conversion_error("float", atom) from None
    except OverflowError:
        raise NotFinite(f"{show_atom(atom)} is too large for a float") from None
    if not np.isfinite(value):
        raise NotFinite(f"`tokens_float` makes {value} of {show_atom(atom)}, which is not a finite number")
    return value


def _conversion_error(kind: str, atom: Atom) -> ConversionFailed:
    return ConversionFailed(f"`tokens_{kind}` cannot convert {show_atom(atom)}")


CONVERSIONS: dict[str, Callable[[Any], Atom]] = {
    "str": _string,
    "int": _int,
    "float": _float,
    "bool": bool,
}
