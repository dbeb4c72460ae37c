"""The interactive REPL: a thin front of a session, for a person on a terminal.

`embed` opens it from Python, `start` is what `rasp` does on a terminal. prompt_toolkit is imported when a terminal that
can do more than print is there.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasp.conversation.conversation import Conversation
    from rasp.conversation.display import Screen
    from rasp.session.session import Session


def embed(session: Session | None = None) -> Session:
    """Opens the REPL on a session, a new one by default, and gives the session back when the person leaves.

    The session's listener is the REPL meanwhile.
    """
    from rasp.repl.pasting import bracketed

    with bracketed():
        return _embed(session)


def _embed(session: Session | None) -> Session:
    from rasp.session.session import Session

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
    from rasp.conversation.conversation import Conversation

    return Conversation(session, _say, screen)


def converse(talk: Conversation, greet: bool = True) -> None:
    """Talks with the person at the terminal until they leave: with prompt_toolkit, or plainly."""
    if greet:
        _say(greeting(talk))
    if not is_capable():
        from rasp.repl import plain

        plain.converse(talk)
        return
    from rasp.repl import terminal
    from rasp.repl.history import InputHistory, history_file

    terminal.converse(talk, InputHistory(history_file()))


def greeting(talk: Conversation) -> str:
    """The first three lines: name and version, the example, and how to get help."""
    from rasp.base.version import VERSION
    from rasp.conversation.display import filled
    from rasp.present.names import show_input

    lines = [
        f"RASP {VERSION}",
        f'The example is {show_input(talk.session.settings.sop_example)}; `set example "..."` takes another one.',
        "Statements end with `;`: `tokens;`. `:help` helps, `:help tutorial` teaches.",
    ]
    return filled("\n".join(lines), talk.screen())


def is_capable() -> bool:
    """Whether this is a terminal that can move its cursor."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", "")


def screen() -> Screen:
    """What the terminal can show now."""
    import shutil  # not for a start on a pipe

    from rasp.conversation.display import Screen

    terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "")
    color = terminal and not os.environ.get("NO_COLOR")
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "")
    return Screen(shutil.get_terminal_size().columns, color, encoding.startswith("utf"))


def _say(text: str) -> None:
    print(text, flush=True)
