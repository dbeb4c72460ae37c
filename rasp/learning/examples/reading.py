"""Reads data from files: JSON lines, CSV, TSV, and the formats of `corpora.py`. Rows keep their line numbers.

The suffix of the file's name, such as `.jsonl`, `.csv` or `.conll`, says the format; else the first line does.
Errors quote the line.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from rasp.base.contents import NO_TEXT, UTF_16, close_files, content_of
from rasp.base.diagnostics import nearest_names
from rasp.base.json_ints import loads
from rasp.base.limits import limits
from rasp.errors import (
    BadInput,
    EmptyInput,
    FileMissing,
    NotUtf8,
    RaspError,
    SequenceTooLong,
    UnknownName,
    UnreadableFile,
    WrongFile,
)
from rasp.learning.examples import corpora, csv_tables
from rasp.learning.examples.csv_tables import ColumnChoice, TableRow
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import PLAIN, Form, Rows
from rasp.learning.examples.source_lines import NumberedLine, quote_line, whole

JSON_LINES, TABLE, CONLL, LABELLED = "jsonl", "table", "conll", "labelled"
FORMATS = (JSON_LINES, TABLE, CONLL, LABELLED)
SUFFIXES = {
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), JSON_LINES),
    **dict.fromkeys((".csv", ".tsv"), TABLE),
    **dict.fromkeys((".conll", ".iob", ".iob2", ".bio"), CONLL),
    ".label": LABELLED,
}
INPUT, OUTPUT = "input", "output"  # the keys of an object of JSON
ANY = ColumnChoice()


def read(
    path: str, form: Form = PLAIN, columns: ColumnChoice = ANY, stream: BinaryIO | None = None, kind: str = ""
) -> Data:
    """The data of a file, a folder, or a stream, for which `path` is the name in messages; `kind` is one of `FORMATS`.

    Raises FileMissing, UnreadableFile, WrongFile, NotUtf8, UnknownName for a missing column, and the errors
    of `rasp.learning.examples.rows`, with the line.

    >>> import io
    >>> data = read("pairs", stream=io.BytesIO(b'{"input": "ab", "output": ["b", null]}'))
    >>> data.outputs, data.form
    ((('b', None),), 'JSON lines')
    >>> read("cells", Form(words=True), stream=io.BytesIO(b"input,output\\na b,2 1\\n")).outputs
    ((2, 1),)
    """
    if stream is None and Path(path).is_dir():
        return corpora.folder_data(path, form)
    with open_file(path) if stream is None else stream as file:
        lines = _lines(path, file)
        first = list(itertools.islice((line for line in lines if line.text.strip()), 1))
        lines = itertools.chain(first, lines)
        if not first:
            raise EmptyInput(f"{path} has no examples: it is empty")
        suffix = Path(path).suffix.lower()
        match kind or SUFFIXES.get(suffix) or _guess_format(first[0].text, form):
            case "jsonl":
                return _json_data(path, lines, form, columns)
            case "conll":
                return corpora.conll_data(path, lines, form, columns)
            case "labelled":
                return corpora.labelled_data(path, lines, form, columns)
        return _table_data(path, lines, form, columns, csv_tables.delimiter_of(first[0].text, suffix))


def _guess_format(line: str, form: Form) -> str:
    """Guesses the format of a file without a known suffix from its first line."""
    if line.lstrip().startswith(("{", "[")):
        return JSON_LINES
    if line.startswith(corpora.DOCUMENT):
        return CONLL
    if form.one and corpora.is_labelled(line):
        return LABELLED
    columns = form.words and not form.one and not any(mark in line for mark in ",;\t") and len(line.split()) > 1
    return CONLL if columns else TABLE


def open_file(path: str) -> BinaryIO:
    """The file, open. Raises FileMissing or UnreadableFile."""
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise FileMissing(f"no file {path}", hint=close_files(Path(path))) from None
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the path
        raise FileMissing(f"no file {path!r}") from None


def _lines(path: str, stream: BinaryIO) -> Iterator[NumberedLine]:
    """The lines with their line breaks, decoded. Raises UnreadableFile, WrongFile, SequenceTooLong or NotUtf8."""
    for number in itertools.count(1):
        try:
            data = stream.readline(limits.collection + 1)
        except OSError as error:
            raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from None
        if not data:
            return
        if number == 1:
            _refuse_other(path, data)
        if len(data) > limits.collection:
            title = f"line {number} of {path} is too long: it has more than {limits.collection} bytes"
            raise SequenceTooLong(title, hint=limits.hint("collection"))
        yield NumberedLine(number, _decode(path, number, data))


def _refuse_other(path: str, data: bytes) -> None:
    found = content_of(data)
    if found.kind in NO_TEXT:
        hint = "Save it as UTF-8." if found.kind == UTF_16 else "Data are JSON lines, CSV or TSV."
        raise WrongFile(f"{path} has no examples: it seems to be {found.words}", hint=hint)


def _decode(path: str, number: int, data: bytes) -> str:
    """The text of a line; labelled lines of TREC may be in Latin-1."""
    try:
        return data.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        if Path(path).suffix.lower() == ".label":
            return data.decode("latin-1")
        title = f"line {number} of {path} is not UTF-8: byte {error.start} is {data[error.start]:#04x}"
        raise NotUtf8(title, hint="Save it as UTF-8.") from None


# ---------------------------------------------------------------------------------------------------------- JSON lines


def _json_data(path: str, lines: Iterable[NumberedLine], form: Form, columns: ColumnChoice) -> Data:
    keys = columns.given or INPUT, columns.wanted or OUTPUT
    rows = Rows(form)
    for number, text in lines:
        if not text.strip():
            continue
        try:
            rows.add(number, *_values(_object(path, number, text), keys))
        except RaspError as error:
            raise quote_line(error, path, number, text) from None
    return whole(rows, path, "JSON lines")


def _object(path: str, number: int, text: str) -> dict[str, Any]:
    """Parses a line as a JSON object. Raises BadInput."""
    try:
        value = loads(text, limits.int_digits)
    except RecursionError:
        raise BadInput(f"line {number} is no JSON that can be read: it is nested too deeply") from None
    except ValueError as error:
        words = getattr(error, "msg", str(error))
        hint = "Write each object in one line." if text.strip() in ("{", "[") or text.lstrip()[:1] == "[" else ""
        found = BadInput(f"line {number} is no JSON: {words[:1].lower()}{words[1:]}", hint=hint)
        raise quote_line(found, path, number, text, getattr(error, "pos", 0)) from None
    if not isinstance(value, dict):
        hint = 'A line is an object such as {"input": "cab", "output": "abc"}.'
        raise BadInput(f"line {number} is JSON, but no object", hint=hint)
    return value


def _values(row: dict[str, Any], keys: tuple[str, str]) -> tuple[Any, Any]:
    for key in keys:
        if key not in row:
            raise UnknownName(f"the object has no {key!r}", hint=_names(key, list(row)))
    return row[keys[0]], row[keys[1]]


def _names(name: str, known: list[str]) -> str:
    """A hint that lists the known names, the most similar first."""
    close = nearest_names(name, known)
    listed = [*close, *(other for other in known if other not in close)][:12]
    shown = ", ".join(f"{other:.40}" for other in listed)
    return f"It has {shown}; choose by --input-column and --output-column." if shown else ""


# -------------------------------------------------------------------------------------------------------------- tables


def _table_data(path: str, lines: Iterable[NumberedLine], form: Form, columns: ColumnChoice, delimiter: str) -> Data:
    found = csv_tables.records(path, lines, delimiter)
    first = next(found, None)
    if first is None:
        raise EmptyInput(f"{path} has no examples: it is empty")
    try:
        layout = csv_tables.layout_of(first.cells, columns)
    except RaspError as error:
        raise quote_line(error, path, first.number, first.text) from None
    rows = Rows(replace(form, texts=True))
    for record in found if layout.header else itertools.chain([first], found):
        _add(rows, record, layout, path)
    return whole(rows, path, f"{csv_tables.FORMATS[delimiter]}, {layout}")


def _add(rows: Rows, record: TableRow, layout: csv_tables.ColumnLayout, path: str) -> None:
    try:
        rows.add(record.number, *layout.cells(record.cells))
    except RaspError as error:
        if not rows.lines and not layout.header and not layout.said:
            error.diagnostic.details.append("if this line is a header, say --header")
        raise quote_line(error, path, record.number, record.text) from None
