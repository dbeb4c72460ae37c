"""Starts the REPL, from Python or from the command line, with prompt_toolkit or the plain prompt.

prompt_toolkit is imported only on a terminal that can move its cursor.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rasp.repl.abilities import is_capable, screen

if TYPE_CHECKING:
    from rasp.conversation.conversation import Conversation
    from rasp.session.session import Session  # imported late: a slow start; pasted text is bracketed before


def embed(session: Session | None = None) -> Session:
    """Opens the REPL on a session, a new one by default, and returns the session when the user leaves.

    Meanwhile the REPL is the session's listener.
    """
    from rasp.repl.pasting import bracketed_paste  # imported late: a pipe imports this module, too, and pastes nothing

    with bracketed_paste():
        return _embed(session)


def _embed(session: Session | None) -> Session:
    from rasp.session.session import Session  # imported late: a slow start; pasted text is bracketed before

    used = session or Session()
    before = used.listener
    try:
        converse(new_conversation(used))
    finally:
        used.listener = before
        used.left = False
    return used


def new_conversation(session: Session) -> Conversation:
    """A conversation on the process's own terminal."""
    from rasp.conversation.conversation import (
        Conversation,  # imported late: as `Session` above, it would delay the start
    )

    talk = Conversation(session, _say, screen)
    talk.lend = lend_terminal
    return talk


@contextlib.contextmanager
def lend_terminal() -> Iterator[None]:
    """Hands the terminal, in its original modes, and Ctrl-C over to another program."""
    from rasp.repl.interrupts import ignore_sigint  # imported late: few commands need these
    from rasp.repl.pasting import release_terminal

    with ignore_sigint(), release_terminal():
        yield


def converse(talk: Conversation, greet: bool = True) -> None:
    """Runs the conversation at the terminal until the user leaves, with prompt_toolkit or the plain prompt."""
    if greet:
        _say(greeting(talk))
    if not is_capable():
        from rasp.repl import plain  # imported late: only dumb terminals need it

        plain.converse(talk)
        return
    from rasp.repl import terminal  # imported late: imports prompt_toolkit
    from rasp.repl.history import InputHistory, history_file

    terminal.converse(talk, InputHistory(history_file()))


def greeting(talk: Conversation) -> str:
    """The first three lines: name and version, the example, and how to get help."""
    from rasp.base.version import VERSION  # imported late: a slow start; pasted text is bracketed before
    from rasp.conversation.display import wrap_prose
    from rasp.present.names import show_input

    lines = [
        f"RASP {VERSION}",
        f'The example is {show_input(talk.session.settings.sop_example)}; `set example "..."` takes another one.',
        "Statements end with `;`: `tokens;`. `:help` helps, `:help tutorial` teaches.",
    ]
    return wrap_prose("\n".join(lines), talk.screen())


def _say(text: str) -> None:
    print(text, flush=True)
