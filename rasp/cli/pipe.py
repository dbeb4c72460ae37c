"""`rasp` without arguments: the REPL on a terminal, or statements from a pipe."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rasp.assist.completeness import LatestInput, inputs, question_in_scope
from rasp.base.limits import limits
from rasp.cli.output import flush, say
from rasp.cli.printing import new_session
from rasp.errors import NotUtf8, RaspError, UnreadableFile
from rasp.session.session import Session
from rasp.syntax.parser import Reader

if TYPE_CHECKING:
    from rasp.conversation.conversation import Conversation


def converse(file: Path | None = None) -> int:
    """Runs the REPL, or statements as they arrive on a pipe; returns 1 if a statement from a pipe failed.

    `file` runs first, in the same session; its errors are reported, and on a pipe they count for the status.
    """
    if not sys.stdin.isatty():
        return _pipe(file)
    from rasp.repl.pasting import bracketed_paste  # imported late: a pipe does not need it

    with bracketed_paste():  # before slow imports, so that pasted text is bracketed from the start
        _with_person(file)
    return 0


def _with_person(file: Path | None) -> None:
    from rasp.repl import start  # imported late: a pipe does not need it

    talk = start.new_conversation(Session())
    if file is not None:
        talk.start_with(file)
    start.converse(talk)


class _Commands:
    """Carries out `:` commands on a pipe. Their modules are imported with the first command."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.latest = LatestInput()
        self._talk: Conversation | None = None

    def carry_out(self, line: str) -> bool:
        """Carries out a command; returns whether it failed."""
        from rasp.conversation.conversation import Conversation  # imported late: few pipes hold `:` commands
        from rasp.repl.start import lend_terminal

        if self._talk is None:
            self._talk = Conversation(self.session, say, listening=False)
            self._talk.unheard, self._talk.lend = True, lend_terminal
            self._talk.latest = self.latest
        done = self._talk.command(line)
        flush()
        return not done


def _pipe(file: Path | None) -> int:
    """Runs statements as they arrive, and flushes the results of each; returns 1 if one failed."""
    reader = Reader("<stdin>")
    session = new_session(show=True)
    commands = _Commands(session)
    failed = file is not None and _run_program(session, file)
    for line in _lines():
        failed |= _take(session, reader, line, commands)
        if session.left:
            return int(failed)
    for item in reader.finish():
        failed |= _run(session, item)
    return int(failed)


def _run_program(session: Session, file: Path) -> bool:
    """Runs a program; returns whether something failed. `exit` ends only the program."""
    try:
        failed = bool(session.run_file(file, keep_going=True))
    except RaspError as error:  # the file cannot be read
        session.listener.error(error)
        failed = True
    session.left = False
    return failed


def _lines() -> Iterator[str | RaspError]:
    """Yields the lines of standard input, or the error of a line that is not UTF-8."""
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
    """The next line. A line over the limit `source` is cut just above it, so that the reader refuses it."""
    most = limits.source + 10
    line = rest = _read(stream, most)
    while len(rest) == most and not rest.endswith(b"\n"):
        rest = _read(stream, most)
    if len(line) < most or line.endswith(b"\n"):
        return line
    return line.decode("utf-8", "ignore").encode() + b"\n"  # drops a character that was cut


def _read(stream: BinaryIO, most: int) -> bytes:
    try:
        return stream.readline(most)
    except OSError as error:
        raise UnreadableFile(f"standard input cannot be read: {error.strerror}") from None


def _take(session: Session, reader: Reader, line: str | RaspError, commands: _Commands) -> bool:
    """Runs the statements that a line completes; returns whether one failed."""
    failed = isinstance(line, RaspError) and _run(session, line)
    text = "\n" if isinstance(line, RaspError) else line  # a line that is not UTF-8 counts as an empty one
    whole = text if text.endswith("\n") else f"{text}\n"
    for item in inputs(reader, whole, lambda line: question_in_scope(line, session.scope), commands.latest):
        failed |= commands.carry_out(item) if isinstance(item, str) else _run(session, item)
        if session.left:
            break
    return failed


def _run(session: Session, item: object) -> bool:
    """Runs a statement, or reports a syntax error; returns whether it failed."""
    return bool(session.run_items([item]))  # type: ignore[list-item]
