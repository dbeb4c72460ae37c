"""Reads the inputs of the command line as sequences: of characters, of words, or a RASP list, as options say."""

from __future__ import annotations

import argparse
import os
import select
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from rasp.base.contents import NO_TEXT, UTF_16, close_files, content_of
from rasp.base.limits import limits
from rasp.engine.inputs import check_input
from rasp.errors import BadInput, FileMissing, NotUtf8, RaspError, SequenceTooLong, UnreadableFile, WrongFile
from rasp.graph.nodes import Atom
from rasp.session.session import Session

InputReader = Callable[[str], Any]

PIECE = 2**16  # the most bytes of one read
TICK = 0.02  # seconds between checks whether there is more to read


def reader(options: argparse.Namespace, session: Session) -> InputReader:
    """The function that converts a text of the command line to an input."""
    if options.words:
        return str.split
    if options.list:
        return lambda text: _read_list(text, session)
    return lambda text: text


class GivenInput(NamedTuple):
    """An input of the command line: its form in JSON, and its elements or the error of an invalid input.

    `end` is the position in bytes of its end in the file.
    """

    shown: Any
    elements: str | tuple[Atom, ...] | RaspError
    end: int = 0


def parse_input(number: int, text: str | RaspError, read: InputReader, end: int = 0) -> GivenInput:
    """Parses a text of the command line as an input; `number` is that of the input, for messages."""
    if isinstance(text, RaspError):
        return GivenInput(None, text, end)
    try:
        value = read(text)
        return GivenInput(value, check_input(value), end)
    except RaspError as error:
        error.diagnostic.details.append(f"input {number}: {text if len(text) <= 60 else text[:60] + '…'!r}")
        return GivenInput(text, error, end)


def elements_of(texts: Iterable[str], read: InputReader) -> list[str | tuple[Atom, ...]]:
    """The elements of a few inputs of the command line. Raises the error of the first invalid one."""
    found = []
    for number, text in enumerate(texts, 1):
        elements = parse_input(number, text, read).elements
        if isinstance(elements, RaspError):
            raise elements
        found.append(elements)
    return found


def example_of(session: Session) -> GivenInput:
    """The session's example as an input."""
    example = session.settings.sop_example
    characters = all(isinstance(item, str) and len(item) == 1 for item in example)
    shown: Any = "".join(map(str, example)) if characters else list(example)
    return GivenInput(shown, shown if characters else example)


def _read_list(text: str, session: Session) -> Any:
    value = session.eval(text)
    if not isinstance(value, (str, list)):
        raise BadInput("the input is not a list", hint='Write for example [1, 2] or ["a", "b"].')
    return value


class InputLine(NamedTuple):
    """The text of an input, or the error of a line that cannot be read; `end` as in `GivenInput`."""

    text: str | RaspError
    end: int = 0


class Inputs:
    """The inputs of the command line: first those of `--input`, then the lines of the file of `--inputs`.

    Without both, the session's example is the only input.

    Iteration yields each as a `GivenInput`, and None when the next one is not there yet, as on a pipe. `total` is the
    number of bytes of the file, or 0 for a pipe. Raises FileMissing, UnreadableFile or WrongFile.
    """

    def __init__(self, options: argparse.Namespace, session: Session) -> None:
        self._texts: list[str] = options.input
        self._read = reader(options, session)
        self._session = session
        self._path: str | None = getattr(options, "inputs", None)
        self._stream = None if self._path is None else open_inputs(self._path)
        self.total = _size(self._stream)

    def __iter__(self) -> Iterator[GivenInput | None]:
        number = 0
        if not self._texts and self._path is None:
            yield example_of(self._session)
        for line in self._lines():
            if line is None:
                yield None
                continue
            number += 1
            yield parse_input(number, line.text, self._read, line.end)

    def _lines(self) -> Iterator[InputLine | None]:
        yield from map(InputLine, self._texts)
        if self._stream is not None and self._path is not None:
            with closing(self._stream):
                yield from _decode_lines(_read_lines(self._path, self._stream))


def open_inputs(path: str) -> BinaryIO:
    if path == "-" and sys.__stdin__ is None:
        raise UnreadableFile("standard input cannot be read: it is closed")
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb") if path == "-" else open(path, "rb")
    except FileNotFoundError:
        raise FileMissing(f"no file {path}", hint=close_files(Path(path))) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _size(stream: BinaryIO | None) -> int:
    return os.fstat(stream.fileno()).st_size if stream is not None and stream.seekable() else 0


def _decode_lines(lines: Iterable[bytes | None]) -> Iterator[InputLine | None]:
    number = end = 0
    for line in lines:
        if line is None:
            yield None
            continue
        number += 1
        end += len(line)
        yield InputLine(_text(line, number), end)


def _text(line: bytes, number: int) -> str | RaspError:
    if len(line) > limits.memory:
        title = f"line {number} of the inputs is too long: it takes more than {limits.memory} bytes of memory"
        return SequenceTooLong(title, hint=limits.hint("memory"))
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        return NotUtf8(f"line {number} of the inputs is not UTF-8: byte {error.start} is {line[error.start]:#04x}")


def _read_lines(path: str, stream: BinaryIO) -> Iterator[bytes | None]:
    """Yields the lines as they arrive, with their newlines, and None whenever nothing more is there yet.

    A line longer than the limit `memory` is cut.
    """
    begun: list[bytes] = []  # the pieces of the unfinished line
    size = 0  # of these pieces, in bytes
    first = True
    while piece := (yield from _next_piece(path, stream)):
        if first:
            _refuse_other(path, piece)
            first = False
        *lines, rest = piece.split(b"\n")
        for line in lines:
            yield b"".join([*begun, line, b"\n"])
            begun.clear()
            size = 0
        if size <= limits.memory:
            begun.append(rest)
            size += len(rest)
    if any(begun):
        yield b"".join(begun)


def _refuse_other(path: str, piece: bytes) -> None:
    """Raises WrongFile for a file that is surely not text: one error instead of one for each line."""
    found = content_of(piece)
    if found.kind in NO_TEXT:
        hint = "Save it as UTF-8." if found.kind == UTF_16 else ""
        name = "standard input" if path == "-" else path
        raise WrongFile(f"{name} has no inputs: it seems to be {found.words}", hint=hint)


def _next_piece(path: str, stream: BinaryIO) -> Generator[None, None, bytes]:
    """Returns the next bytes; yields None while there are none yet."""
    seconds = 0.0
    while not _is_ready(stream, seconds):
        yield None
        seconds = TICK
    try:
        return stream.read1(PIECE)  # type: ignore[attr-defined,no-any-return]  # defined on buffered streams
    except OSError as error:
        raise _unreadable(path, error) from None


def _is_ready(stream: BinaryIO, seconds: float) -> bool:
    """Whether data or the end of the stream arrives within `seconds`; True if the system does not know."""
    try:
        return bool(select.select([stream], [], [], seconds)[0])
    except (OSError, ValueError):  # no file descriptor, or one that `select` does not support
        return True


def _unreadable(path: str, error: OSError) -> UnreadableFile:
    return UnreadableFile(f"{'standard input' if path == '-' else path} cannot be read: {error.strerror}")
