"""The prompt of a terminal that can only print: lines as the system reads them, with all that a conversation has."""

from __future__ import annotations

import select
import sys

from rasp.assist.completeness import with_semicolon
from rasp.conversation.conversation import Conversation
from rasp.errors import NotUtf8, RaspError
from rasp.repl import interrupts

PROMPT, CONTINUATION = ">> ", ".. "


def converse(talk: Conversation) -> None:
    """Asks for lines and runs what completes, until the person leaves."""
    past: list[str] = []
    talk.past, talk.remember = lambda: past, past.append
    with interrupts.ignored():
        _converse(talk, past)


def _converse(talk: Conversation, past: list[str]) -> None:
    dropped = False
    while not talk.session.left:
        try:
            if dropped:  # here and not where Ctrl-C is caught, for another one may come at once
                dropped = False
                _drop(talk)
            with interrupts.heeded():
                if not _turn(talk, past):
                    return
        except KeyboardInterrupt:
            dropped = True


def _drop(talk: Conversation) -> None:
    """Goes on after Ctrl-C."""
    if not talk.running:
        print()
    talk.interrupted()


def _turn(talk: Conversation, past: list[str]) -> bool:
    """Asks for a line and runs what it completes; whether there was one."""
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
    """Whether a person is waiting for what the line gives: it comes from a terminal, and no line of a paste follows."""
    return sys.stdin.isatty() and not select.select([sys.stdin], [], [], 0)[0]


def _line() -> str:
    """The next line; nothing at the end. Raises NotUtf8."""
    buffer = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        return sys.stdin.readline()
    line = buffer.readline()
    try:
        return str(line, "utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(f"the line is not UTF-8: byte {error.start} is {line[error.start]:#04x}") from None
