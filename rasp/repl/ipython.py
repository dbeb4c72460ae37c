"""The IPython extension: `%load_ext rasp` goes in, and `%%rasp` cells run in a session that shows rich values.

IPython is imported when the extension is loaded; nothing else needs it.
"""

from __future__ import annotations

from typing import Any

from rasp.html import operator_html
from rasp.repl.conversation import Conversation
from rasp.runtime.machine import Shown
from rasp.session import Session
from rasp.show import show_result
from rasp.sops import Selector, SOp

NAME = "rasp_session"  # of the session, in the notebook


class Rich:
    """A result of a statement, as HTML where the front can show that, else as text."""

    def __init__(self, shown: Shown, session: Session) -> None:
        self.shown = shown
        self.session = session

    def __repr__(self) -> str:
        return show_result(self.shown, self.session)

    def _repr_html_(self) -> str | None:
        value, settings = self.session.wrap(self.shown.value), self.session.settings
        wanted = {SOp: settings.sop_examples, Selector: settings.selector_examples}.get(type(value), False)
        if not (wanted and self.shown.example):
            return None
        return operator_html(value, settings.sop_example, settings.selector_example, self.shown.name or "")


class Notebook(Conversation):
    """A conversation whose results the notebook displays."""

    def results(self, shown: list[Shown]) -> None:
        from IPython.display import display

        self.results_shown = shown
        for item in shown:
            display(Rich(item, self.session))


def load(shell: Any) -> None:
    """Registers `%rasp` and `%%rasp`; the session is the variable `rasp_session` of the notebook."""
    talk = Notebook(Session(), print)
    shell.user_ns[NAME] = talk.session

    def rasp(line: str, cell: str | None = None) -> None:
        """Runs RASP statements and `:` commands in the session `rasp_session`."""
        session = shell.user_ns.get(NAME)
        if isinstance(session, Session) and session is not talk.session:  # the user put another one there
            talk.session = session
        talk.session.listener = talk
        talk.session.left = False
        talk.take(line if cell is None else f"{line}\n{cell}")

    shell.register_magic_function(rasp, magic_kind="line_cell", magic_name="rasp")
