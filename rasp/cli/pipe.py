"""`rasp` without arguments: a conversation, with a person at a terminal, or with a program on a pipe."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rasp.assist.completeness import asked, inputs
from rasp.base.limits import limits
from rasp.cli.output import flush, say
from rasp.cli.printing import new_session
from rasp.errors import NotUtf8, RaspError, UnreadableFile
from rasp.session.session import Session
from rasp.syntax.parser import Reader

if TYPE_CHECKING:
    from rasp.conversation.conversation import Conversation


def converse(file: Path | None = None) -> int:
    """Talks with a person, or runs statements as they arrive on a pipe; 1 if any of these failed.

    A program that was named runs first, in the same session; its errors are told, and count on a pipe.
    """
    if not sys.stdin.isatty():
        return _pipe(file)
    from rasp.repl.pasting import bracketed

    with bracketed():  # before anything that takes a while is imported
        _with_person(file)
    return 0


def _with_person(file: Path | None) -> None:
    from rasp.repl import start

    talk = start.new_conversation(Session())
    if file is not None:
        talk.start_with(file)
    start.converse(talk)


class _Commands:
    """Carries out commands of the REPL. What they need is imported when the first one comes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._talk: Conversation | None = None

    def failed(self, line: str) -> bool:
        """Carries out a command; whether it failed."""
        from rasp.conversation.conversation import Conversation
        from rasp.repl.start import lend_terminal

        if self._talk is None:
            self._talk = Conversation(self.session, say, listening=False)
            self._talk.unheard, self._talk.lend = True, lend_terminal
        done = self._talk.command(line)
        flush()
        return not done


def _pipe(file: Path | None) -> int:
    """Runs statements as they arrive, printing and flushing the results of each; 1 if any of them failed."""
    reader = Reader("<stdin>")
    session = new_session(show=True)
    commands = _Commands(session)
    failed = file is not None and _failed(session, file)
    for line in _lines():
        failed |= _take(session, reader, line, commands)
        if session.left:
            return int(failed)
    for item in reader.finish():
        failed |= _run(session, item)
    return int(failed)


def _failed(session: Session, file: Path) -> bool:
    """Runs a program; whether something failed. `exit` ends only the program."""
    try:
        failed = bool(session.run_file(file, keep_going=True))
    except RaspError as error:  # it cannot be read
        session.listener.error(error)
        failed = True
    session.left = False
    return failed


def _lines() -> Iterator[str | RaspError]:
    """The lines of standard input."""
    for number in itertools.count(1):
        line = _line(sys.stdin.buffer)
        if not line:
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


def _take(session: Session, reader: Reader, line: str | RaspError, commands: _Commands) -> bool:
    """Runs what is complete with this line; whether something failed."""
    failed = isinstance(line, RaspError) and _run(session, line)
    text = "\n" if isinstance(line, RaspError) else line  # a line that is no text counts as an empty one
    whole = text if text.endswith("\n") else f"{text}\n"
    for item in inputs(reader, whole, lambda line: asked(line, session.scope)):
        failed |= commands.failed(item) if isinstance(item, str) else _run(session, item)
        if session.left:
            break
    return failed


def _run(session: Session, item: object) -> bool:
    """Runs one statement, or reports a syntax error; whether it failed."""
    return bool(session.run_items([item]))  # type: ignore[list-item]
