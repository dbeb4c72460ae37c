"""Numbered lines of a file, and errors that quote them."""

from __future__ import annotations

from typing import NamedTuple

from rasp.base.diagnostics import Source, Span
from rasp.errors import RaspError
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import Rows


class NumberedLine(NamedTuple):
    """A line of a file, with its number."""

    number: int
    text: str


def whole(rows: Rows, path: str, form: str) -> Data:
    """The data of all rows; an error that concerns several rows names the file."""
    try:
        return rows.data(path, form)
    except RaspError as error:
        error.diagnostic.details.append(f"in {path}")
        raise


def quote_line(error: RaspError, path: str, number: int, text: str, column: int = 0) -> RaspError:
    """The error with the line that it is about, quoted."""
    text = text.rstrip("\r\n")
    start = min(column, max(0, len(text) - 1))
    end = start + 1 if column else max(len(text.split("\n")[0].rstrip("\r")), 1)
    return error.at(Span(Source(path, text, number), start, end))
