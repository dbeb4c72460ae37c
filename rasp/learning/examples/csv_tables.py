"""Reads tables, CSV or TSV: splits lines into records, and finds the columns of inputs and outputs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rasp.base.diagnostics import Source, Span, nearest_names, printable
from rasp.errors import BadInput, UnknownName

FORMATS = {",": "CSV", "\t": "TSV", ";": "CSV with `;`"}
# A first row with a usual name for both columns is a header.
INPUTS = ("input", "inputs", "text", "sequence", "sentence", "tokens", "source")
OUTPUTS = ("output", "outputs", "label", "labels", "target", "targets", "tag", "tags", "class")


class ColumnChoice(NamedTuple):
    """The chosen columns, by name or number from 1, and whether there is a header; None for what the user left open."""

    given: str | None = None
    wanted: str | None = None
    header: bool | None = None


class TableRow(NamedTuple):
    """A row of a table: the number of its first line, its cells, and its text."""

    number: int
    cells: list[str]
    text: str


def delimiter_of(line: str, suffix: str = "") -> str:
    """The delimiter of cells, by the file's suffix and the first line: a tab, a semicolon or a comma.

    >>> delimiter_of("a\\tb,c"), delimiter_of("a;b"), delimiter_of("a;b,c"), delimiter_of("a\\t;b", ".csv")
    ('\\t', ';', ',', ';')
    """
    if suffix == ".tsv" or ("\t" in line and suffix != ".csv"):
        return "\t"
    return ";" if ";" in line and "," not in line else ","


def records(path: str, lines: Iterable[tuple[int, str]], delimiter: str) -> Iterator[TableRow]:
    r"""The records of a table; empty lines are left out. Raises BadInput for invalid quoting.

    >>> [row.cells for row in records("d.csv", [(1, "a,b\n"), (2, "\n"), (3, '"c,d",e\n')], ",")]
    [['a', 'b'], ['c,d', 'e']]
    """
    taken: list[tuple[int, str]] = []  # lines of the current record

    def feed() -> Iterator[str]:
        for number, text in lines:
            taken.append((number, text))
            yield text

    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _quoting_error(path, *taken[0], FORMATS[delimiter], str(error)) from None
        if cells is None:
            return
        if cells:
            yield TableRow(taken[0][0], cells, "".join(text for _, text in taken))


QUOTING = "Put a cell with quotes in quotes, and write each quote in it twice."


def _quoting_error(path: str, number: int, text: str, kind: str, reason: str) -> BadInput:
    """The error for a record that the csv module cannot read, with its reason."""
    line = text.rstrip("\r\n")
    hint = "" if "field limit" in reason else QUOTING
    told = {"unexpected end of data": "a quoted cell has no end"}.get(reason, reason)
    span = Span(Source(path, line, number), 0, max(1, len(line)))
    return BadInput(f"line {number} is no {kind}: {told}", hint=hint, span=span)


@dataclass(frozen=True)
class ColumnLayout:
    """The columns of input and output in records of `width` cells; `said`: whether the user said if there is a header.

    >>> str(ColumnLayout(0, 1, ["text", "label"], 2, said=False))
    'a header, `text` → `label`'
    """

    given: int
    wanted: int
    header: list[str]  # empty where there is none
    width: int
    said: bool
    further: tuple[int, ...] = ()  # more columns of the input, joined to the first by blanks

    def cells(self, record: Sequence[str]) -> tuple[str, str]:
        """Input and output of a record. Raises BadInput."""
        if len(record) != self.width:
            cells = f"{len(record)} cell{'s' * (len(record) != 1)}"
            where = "the header has" if self.header else "the first row has"
            hint = "Put a cell with the delimiter in it in quotes." if len(record) > self.width else ""
            raise BadInput(f"the row has {cells}, and {where} {self.width}", hint=hint)
        given = " ".join(record[number] for number in (self.given, *self.further))
        return given, record[self.wanted]

    def __str__(self) -> str:
        if not self.header:
            given = " and ".join(str(number + 1) for number in (self.given, *self.further))
            return f"no header, column{'s' * bool(self.further)} {given} → column {self.wanted + 1}"
        given = " and ".join(f"`{self.header[number]}`" for number in (self.given, *self.further))
        return printable(f"a header, {given} → `{self.header[self.wanted]}`")


def layout_of(first: list[str], columns: ColumnChoice) -> ColumnLayout:
    """Finds the columns of input and output from the first row. Raises UnknownName.

    >>> layout_of(["id", "Text", "label"], ColumnChoice()).given
    1
    >>> layout_of(["ab", "ba"], ColumnChoice()).header
    []
    """
    header = first if _is_header(first, columns) else []
    further: list[str] = []
    if columns.given is not None and columns.given not in header and "," in columns.given:
        name, *further = map(str.strip, columns.given.split(","))
        columns = columns._replace(given=name)
    numbers = [
        _column(name, header, len(first), usual, fallback)
        for name, usual, fallback in ((columns.given, INPUTS, 0), (columns.wanted, OUTPUTS, 1))
    ]
    if numbers[0] == numbers[1]:
        raise UnknownName("input and output are the same column", hint="Choose by --input-column and --output-column.")
    more = tuple(_column(name, header, len(first), INPUTS, 0) for name in further)
    return ColumnLayout(numbers[0], numbers[1], header, len(first), columns.header is not None or bool(header), more)


def _is_header(first: Sequence[str], columns: ColumnChoice) -> bool:
    """Whether the first row is a header: the user says so, chooses a column by name, or it has the usual names."""
    if columns.header is not None:
        return columns.header
    given = [] if columns.given is None else columns.given.split(",")
    named = [name.strip() for name in (*given, columns.wanted) if name is not None]
    if any(not name.isdecimal() for name in named):
        return True
    names = {name.strip().lower() for name in first}
    return bool(names & set(INPUTS)) and bool(names & set(OUTPUTS))


def _column(name: str | None, header: list[str], width: int, usual: Sequence[str], fallback: int) -> int:
    """The index of a column, from 0."""
    if name is None:
        return _usual_column(header, width, usual, fallback)
    if name in header:
        return header.index(name)
    if name.isdecimal() and name.isascii():
        if len(name) < 9 and 1 <= int(name) <= width:
            return int(name) - 1
        raise UnknownName(f"there is no column {name:.20}", hint=f"The columns are 1 to {width}.")
    if not header:
        raise UnknownName(f"there is no column {name!r:.60} without a header", hint=f"The columns are 1 to {width}.")
    raise UnknownName(f"there is no column {name!r:.60}", hint=_columns(header, name))


def _usual_column(header: list[str], width: int, usual: Sequence[str], fallback: int) -> int:
    """The first column with a usual name; or, if there are only two columns, the `fallback`."""
    for name in usual:
        for number, column in enumerate(header):
            if column.strip().lower() == name:
                return number
    if width == 2:
        return fallback
    if width == 1:
        hint = "An input and an output are needed. What separates them is a comma, `;` or a tab."
        raise UnknownName("the table has one column", hint=hint)
    which = ("input", "output")[fallback]
    known = _columns(header) if header else f"The columns are 1 to {width}."
    raise UnknownName(f"which column is the {which}? say --{which}-column", hint=known)


def _columns(header: Sequence[str], name: str = "") -> str:
    """A hint that lists the columns, the most similar names first."""
    close = nearest_names(name, header) if name else []
    listed = list(dict.fromkeys([*close, *header]))
    more = f" and {len(listed) - 12} more" if len(listed) > 12 else ""
    return f"The columns are {', '.join(f'{column:.40}' for column in listed[:12])}{more}."
