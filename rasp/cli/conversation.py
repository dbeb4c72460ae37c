"""`rasp` without arguments: a conversation, with a person at a terminal, or with a program on a pipe."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from rasp.bounds import limits
from rasp.cli.output import flush, say
from rasp.cli.printing import new_session
from rasp.errors import NotUtf8, RaspError, UnreadableFile
from rasp.session import Session
from rasp.syntax.parser import Reader

if TYPE_CHECKING:
    from rasp.repl.conversation import Conversation

COMMAND_SIGN = ":"  # what a command of the REPL begins with


def converse() -> int:
    """Talks with a person, or runs statements as they arrive on a pipe; 1 if any of these failed."""
    if sys.stdin.isatty():
        from rasp.repl import embed

        embed()
        return 0
    return _pipe()


class _Commands:
    """Carries out commands of the REPL. What they need is imported when the first one comes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._talk: Conversation | None = None

    def failed(self, line: str) -> bool:
        """Carries out a command; whether it failed."""
        from rasp.repl.conversation import Conversation

        if self._talk is None:
            self._talk = Conversation(self.session, say, listening=False)
            self._talk.unheard = True
        done = self._talk.command(line)
        flush()
        return not done


def _pipe() -> int:
    """Runs statements as they arrive, printing and flushing the results of each; 1 if any of them failed."""
    reader = Reader("<stdin>")
    session = new_session(show=True)
    commands = _Commands(session)
    failed = False
    for line in _lines():
        failed |= _take(session, reader, line, commands)
        if session.left:
            return int(failed)
    for item in reader.finish():
        failed |= _run(session, item)
    return int(failed)


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
    if isinstance(line, str) and line.lstrip().startswith(COMMAND_SIGN) and not reader.pending:
        reader.feed("\n")
        return commands.failed(line)
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
