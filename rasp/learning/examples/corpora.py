"""Reads the files of corpora: columns (CoNLL), lines that begin with a label (TREC), one folder for each label."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rasp.base.contents import NO_TEXT, content_of
from rasp.base.limits import limits
from rasp.errors import (
    BadInput,
    NotUtf8,
    RaspError,
    SequenceTooLong,
    UnknownName,
    UnreadableFile,
    WrongFile,
)
from rasp.learning.examples.csv_tables import ColumnChoice
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import Form, Rows
from rasp.learning.examples.source_lines import NumberedLine, quote_line, whole

DOCUMENT = "-DOCSTART-"  # begins a document in CoNLL files; not a token
BLANKS = re.compile(r"[ \t\f\v]+")  # other blanks, such as the one in `10\u00a0000`, are parts of words
ALONE = re.compile(r"\w+:\w+")  # a label without text
LABELLED = re.compile(r"(\w+):(\w+)\s+(\S.*)")  # `DESC:manner How did …`


def is_labelled(line: str) -> bool:
    """Whether a line has the form of TREC: a label, then the text.

    >>> is_labelled("NUM:dist How far is it ?"), is_labelled("so good")
    (True, False)
    """
    return LABELLED.match(line) is not None


# -------------------------------------------------------------------------------------------------------------- CoNLL


@dataclass(frozen=True)
class Columns:
    """Which columns of a line hold token and label, from 0, and how many there are."""

    given: int
    wanted: int
    width: int

    def __str__(self) -> str:
        return f"CoNLL, column {self.given + 1} → column {self.wanted + 1}"


def conll_data(path: str, lines: Iterable[NumberedLine], form: Form, choice: ColumnChoice) -> Data:
    """The data of lines that have a token and its label each; blank lines separate sequences.

    The token is in the first column and the label in the last one, unless `choice` says otherwise. Raises BadInput or
    UnknownName, with the line.
    """
    if form.one:
        raise BadInput(f"{path} has a label for each token", hint="Leave out --one.")
    rows, columns = Rows(replace(form, words=True)), None
    for sequence in sequences(lines):
        tokens, labels = [], []
        for line in sequence:
            try:
                cells = cells_of(line.text)
                columns = columns or _columns(len(cells), choice)
                tokens.append(_cell(cells, columns, columns.given, "token"))
                labels.append(_cell(cells, columns, columns.wanted, "label"))
            except RaspError as error:
                raise quote_line(error, path, line.number, line.text) from None
        try:
            rows.add(sequence[0].number, tokens, labels)
        except RaspError as error:
            raise quote_line(error, path, sequence[0].number, sequence[0].text) from None
    return whole(rows, path, str(columns))


def sequences(lines: Iterable[NumberedLine]) -> Iterator[list[NumberedLine]]:
    """Yields the lines between blank lines, without those that begin a document, and without comments above them."""
    sequence: list[NumberedLine] = []
    for line in itertools.chain(lines, [NumberedLine(0, "")]):
        if line.text.strip() and not line.text.startswith(DOCUMENT):
            sequence.append(line)
        else:
            if words := _without_comments(sequence):
                yield words
            sequence = []


def _without_comments(sequence: list[NumberedLine]) -> list[NumberedLine]:
    """Lines without the comments above them; none where all look like comments."""
    if all(line.text.startswith("# ") for line in sequence):
        return []
    return list(itertools.dropwhile(lambda line: _is_comment(line.text, sequence[-1].text), sequence))


def _is_comment(text: str, last: str) -> bool:
    """Whether a line above words is a comment, such as `# sent_id = 1`, and not the word `#` with its columns.

    A comment has other columns than the `last` line of the sequence.
    """
    if not text.startswith("# "):
        return False
    words, others = BLANKS.split(text.strip()), BLANKS.split(last.strip())
    apart = ("\t" in text, len(words)) != ("\t" in last, len(others))
    return apart or words[2:3] == ["="]


def cells_of(text: str) -> list[str]:
    """The columns of a line, which stand apart by tabs, or else by blanks. Raises BadInput for a carriage return in it.

    >>> cells_of("New York\\tNNP\\n"), cells_of("10\\u00a0000 CD\\r\\n")
    (['New York', 'NNP'], ['10\\xa0000', 'CD'])
    """
    line = text.rstrip("\r\n")
    if "\r" in line:
        raise BadInput("carriage returns stand in the place of line breaks", hint="Save it with line feeds.")
    return line.split("\t") if "\t" in line else BLANKS.split(line.strip(" \f\v"))


def _columns(width: int, choice: ColumnChoice) -> Columns:
    """Finds the chosen columns, which are given by number from 1. Raises UnknownName or BadInput."""
    if width < 2:
        raise BadInput(
            "the line has 1 column, and a token with its label takes 2", hint="Columns stand apart by blanks."
        )
    numbers = [_column(name, fallback, width) for name, fallback in ((choice.given, 1), (choice.wanted, width))]
    if numbers[0] == numbers[1]:
        raise UnknownName("token and label are the same column", hint="Choose by --input-column and --output-column.")
    return Columns(numbers[0], numbers[1], width)


def _column(name: str | None, fallback: int, width: int) -> int:
    if name is None:
        return fallback - 1
    if not (name.isascii() and name.isdecimal() and len(name) < 9 and 1 <= int(name) <= width):
        raise UnknownName(f"there is no column {name!r:.40}", hint=f"The columns are 1 to {width}.")
    return int(name) - 1


def _cell(cells: list[str], columns: Columns, number: int, noun: str) -> str:
    """The token or label of a line. Raises BadInput for another number of columns, and for an empty one."""
    if len(cells) != columns.width:
        found = f"{len(cells)} column{'s' * (len(cells) != 1)}"
        raise BadInput(f"the line has {found}, and the first one has {columns.width}")
    return filled_cell(cells, number, noun)


def filled_cell(cells: list[str], number: int, noun: str) -> str:
    """The token or label in a column. Raises BadInput for an empty one."""
    if not cells[number].strip():
        raise BadInput(f"the {noun} is empty", hint=f"It is column {number + 1}; columns stand apart by tabs here.")
    return cells[number]


# -------------------------------------------------------------------------------------------------------- TREC, folders


def labelled_data(path: str, lines: Iterable[NumberedLine], form: Form, choice: ColumnChoice) -> Data:
    """The data of lines such as `DESC:manner How did …`; the label is what stands before the colon.

    With `--output-column 2`, the label is everything before the blank. Raises BadInput or UnknownName, with the line.
    """
    fine = _label_column(choice)
    rows = Rows(replace(form, one=True, words=True))
    for number, text in lines:
        match = LABELLED.match(text)
        try:
            if match is None and text.strip():
                title = (
                    "there is no text behind the label"
                    if ALONE.fullmatch(text.strip())
                    else "the line begins with no label"
                )
                raise BadInput(title, hint="A line is such as `DESC:manner How did it begin ?`.")
            if match is not None:
                rows.add(number, match[3], f"{match[1]}:{match[2]}" if fine else match[1])
        except RaspError as error:
            raise quote_line(error, path, number, text) from None
    return whole(rows, path, f"labelled lines, {'fine' if fine else 'coarse'} labels")


def _label_column(choice: ColumnChoice) -> bool:
    """Whether the fine labels are chosen. Raises UnknownName for a column other than 1 and 2."""
    if choice.given is not None:
        raise UnknownName("labelled lines have one text", hint="Leave out --input-column.")
    if choice.wanted not in (None, "1", "2"):
        hint = "--output-column 1 is what stands before the colon, 2 the whole label."
        raise UnknownName(f"labelled lines have no label {choice.wanted!r:.40}", hint=hint)
    return choice.wanted == "2"


def folder_data(path: str, form: Form) -> Data:
    """The data of a folder: each folder in it is a label, and its files are texts. Raises UnreadableFile or NotUtf8."""
    rows = Rows(replace(form, one=True, words=True), "file")
    for number, (label, file) in enumerate(_files(Path(path)), 1):
        try:
            rows.add(number, _text(file), label)
        except RaspError as error:
            if str(file) not in error.diagnostic.title:
                error.diagnostic.details.append(f"in {file}")
            raise
    return whole(rows, path, "a folder a label")


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of each label, in order; hidden ones are left out."""
    found = 0
    try:
        labels = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
        for label in labels:
            for file in sorted(label.rglob("*")):
                if file.is_file() and not file.name.startswith("."):
                    found += 1
                    yield label.name, file
    except OSError as error:
        raise UnreadableFile(f"{folder} cannot be read: {error.strerror}") from None
    if not found:
        lack = "folders that hold no files" if labels else "no folders"
        hint = "Each folder in it is a label, and holds the texts that have it."
        raise UnreadableFile(f"{folder} is a folder that holds {lack}", hint=hint)


def _text(file: Path) -> str:
    """The text of a file. Raises UnreadableFile, SequenceTooLong, WrongFile or NotUtf8."""
    try:
        with file.open("rb") as stream:
            data = stream.read(limits.collection + 1)
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror}") from None
    if len(data) > limits.collection:
        raise SequenceTooLong(f"{file} has more than {limits.collection} bytes", hint=limits.hint("collection"))
    if content_of(data).kind in NO_TEXT:
        raise WrongFile(f"{file} is no text: it seems to be {content_of(data).words}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        title = f"{file} is not UTF-8: byte {error.start} is {data[error.start]:#04x}"
        raise NotUtf8(title, hint="Save it as UTF-8.") from None
