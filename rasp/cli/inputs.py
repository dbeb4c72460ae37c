"""From the command line's inputs to sequences: characters, words, or a RASP list; nothing is guessed."""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple, TypeVar

from rasp.cli.output import say
from rasp.cli.printing import wants_color
from rasp.engine.inputs import validate_input
from rasp.errors import BadInput, FileMissing, NotUtf8, RaspError, UnreadableFile
from rasp.graph.nodes import Atom
from rasp.session import Session

Read = Callable[[str], Any]
T = TypeVar("T")

INTERVAL = 0.2  # seconds between two looks at how far the inputs are read


def reader(options: argparse.Namespace, session: Session) -> Read:
    """How a text of the command line becomes an input."""
    if options.words:
        return str.split
    if options.list:
        return lambda text: _read_list(text, session)
    return lambda text: text


class Given(NamedTuple):
    """An input of the command line: how JSON shows it, and its elements or the error that it makes."""

    shown: Any
    elements: tuple[Atom, ...] | RaspError


def taken(number: int, text: str | RaspError, read: Read) -> Given:
    """The input that a text of the command line is; `number` counts all inputs, for messages."""
    if isinstance(text, RaspError):
        return Given(None, text)
    try:
        value = read(text)
        return Given(value, validate_input(value))
    except RaspError as error:
        error.diagnostic.details.append(f"input {number}: {text if len(text) <= 60 else text[:60] + '…'!r}")
        return Given(text, error)


def _read_list(text: str, session: Session) -> Any:
    value = session.eval(text)
    if not isinstance(value, (str, list)):
        raise BadInput("the input is not a list", hint='Write for example [1, 2] or ["a", "b"].')
    return value


def all_inputs(options: argparse.Namespace, interval: float = INTERVAL) -> Iterator[str | RaspError]:
    """The texts of all inputs, those of `--input` first; a line that is not UTF-8 gives its error."""
    yield from options.input
    if options.inputs is not None:
        with _open(options.inputs) as stream:
            yield from _progress(_decoded(options.inputs, stream), stream, interval)


def _open(path: str) -> BinaryIO:
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb") if path == "-" else open(path, "rb")
    except FileNotFoundError:
        raise FileMissing(f"no file {path}") from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _decoded(path: str, stream: BinaryIO) -> Iterator[str | RaspError]:
    for number, line in enumerate(_read_lines(path, stream), 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            yield NotUtf8(f"line {number} of the inputs is not UTF-8: byte {error.start} is {line[error.start]:#04x}")


def _read_lines(path: str, stream: BinaryIO) -> Iterator[bytes]:
    try:
        yield from stream
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: OSError) -> UnreadableFile:
    return UnreadableFile(f"{'standard input' if path == '-' else path} cannot be read: {error.strerror}")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def _progress(lines: Iterator[str | RaspError], stream: BinaryIO, interval: float) -> Iterator[str | RaspError]:
    """The lines; how far they are read stands on standard error, when that is a terminal and results go elsewhere."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from lines
        return
    total = os.fstat(stream.fileno()).st_size if stream.seekable() else 0
    shown = time.monotonic()
    for done, line in enumerate(lines, 1):
        yield line
        if time.monotonic() - shown >= interval:
            shown = time.monotonic()
            say(f"\r{_bar(done, stream.tell() if total else 0, total)}", end="", file=sys.stderr, flush=True)
    say("\r\x1b[K" if wants_color(sys.stderr) else "\r", end="", file=sys.stderr, flush=True)


def _bar(done: int, place: int, total: int) -> str:
    if not total:
        return f"{done} inputs"
    filled = 30 * place // total
    return f"[{'#' * filled}{'.' * (30 - filled)}] {done} inputs"
