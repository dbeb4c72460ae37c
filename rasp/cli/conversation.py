"""`rasp` without arguments: a conversation on standard input, a program's or a person's."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from typing import BinaryIO

from rasp.bounds import limits
from rasp.cli.output import say
from rasp.cli.printing import new_session
from rasp.errors import NotUtf8, RaspError, UnreadableFile
from rasp.session import Session
from rasp.syntax.parser import Reader

GREETING = "RASP: a statement ends with `;`, `exit` leaves. For example: tokens;"


def converse() -> int:
    """Runs statements as they arrive, printing and flushing the results of each; 1 if any of them failed."""
    reader = Reader("<stdin>")
    session = new_session(show=True)
    person = sys.stdin is not None and sys.stdin.isatty()
    failed = False
    if person:
        say(GREETING)
    for line in _lines(reader, person):
        failed |= _take(session, reader, line)
        if session.left:
            return int(failed and not person)
    for item in reader.finish():
        failed |= _run(session, item)
    return int(failed and not person)


def _lines(reader: Reader, person: bool) -> Iterator[str | RaspError]:
    """The lines of standard input; a person is asked for each."""
    for number in itertools.count(1):
        if person:
            say(".. " if reader.pending else ">> ", end="", flush=True)
        line = _line(sys.stdin.buffer)
        if not line:
            if person:
                say()
            return
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = f"byte {error.start} is {line[error.start]:#04x}"
            yield NotUtf8(f"line {number} of the input is not UTF-8: {byte}")


def _line(stream: BinaryIO) -> bytes:
    """The next line. One that is over the limit of a source is cut; it is refused when it is read."""
    most = limits.source + 10
    line = rest = _read(stream, most)
    while len(rest) == most and not rest.endswith(b"\n"):
        rest = _read(stream, most)
    if len(line) < most or line.endswith(b"\n"):
        return line
    return line.decode("utf-8", "ignore").encode() + b"\n"  # not cut inside a character


def _read(stream: BinaryIO, most: int) -> bytes:
    try:
        return stream.readline(most)
    except OSError as error:
        raise UnreadableFile(f"standard input cannot be read: {error.strerror}") from None


def _take(session: Session, reader: Reader, line: str | RaspError) -> bool:
    """Runs what is complete with this line; whether something failed."""
    failed = isinstance(line, RaspError) and _run(session, line)
    reader.feed(line if isinstance(line, str) else "\n")  # a line that is no text counts as an empty one
    for item in reader.read():
        failed |= _run(session, item)
        if session.left:
            break
    return failed


def _run(session: Session, item: object) -> bool:
    """Runs one statement, or reports a syntax error; whether it failed."""
    return bool(session.run_items([item]))  # type: ignore[list-item]
