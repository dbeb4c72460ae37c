"""The prompt of a terminal that cannot move its cursor: reads lines without editing; all commands work."""

from __future__ import annotations

import select
import sys

from rasp.assist.completeness import with_semicolon
from rasp.conversation.conversation import Conversation
from rasp.errors import NotUtf8, RaspError
from rasp.repl import interrupts

PROMPT, CONTINUATION = ">> ", ".. "


def converse(talk: Conversation) -> None:
    """Reads lines and runs complete statements, until the user leaves."""
    past: list[str] = []
    talk.past, talk.remember = lambda: past, past.append
    with interrupts.ignore_sigint():
        _converse(talk, past)


def _converse(talk: Conversation, past: list[str]) -> None:
    dropped = False
    while not talk.session.left:
        try:
            if dropped:  # not in the `except` clause, where another Ctrl-C would escape
                dropped = False
                _drop(talk)
            with interrupts.heed_sigint():
                if not _turn(talk, past):
                    return
        except KeyboardInterrupt:
            dropped = True


def _drop(talk: Conversation) -> None:
    """Recovers from Ctrl-C."""
    if not talk.running:
        print()
    talk.interrupt()


def _turn(talk: Conversation, past: list[str]) -> bool:
    """Reads a line and runs the statements that it completes; returns False at the end of the input."""
    try:
        print(CONTINUATION if talk.pending else PROMPT, end="", flush=True)
        line = _line()
        if not line:
            print()
            return False
        past.append(line.rstrip("\n"))
        talk.feed(f"{line.rstrip(chr(10))}\n")
        if talk.reader.lacks_semicolon and _is_last():
            past[-1] = with_semicolon(past[-1])
            talk.feed(";\n")
    except RaspError as error:
        talk.error(error)
    return True


def _is_last() -> bool:
    """Whether the line comes from a terminal and no other one waits, as in a paste: then a missing `;` is added."""
    return sys.stdin.isatty() and not select.select([sys.stdin], [], [], 0)[0]


def _line() -> str:
    """The next line; empty at the end of the input. Raises NotUtf8."""
    buffer = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        return sys.stdin.readline()
    line = buffer.readline()
    try:
        return str(line, "utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(f"the line is not UTF-8: byte {error.start} is {line[error.start]:#04x}") from None
