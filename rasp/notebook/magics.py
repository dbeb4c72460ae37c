"""The IPython extension: after `%load_ext rasp`, `%%rasp` cells run in a session and display values as HTML.

IPython is imported only when a result is displayed; nothing else of rasp needs it.
"""

from __future__ import annotations

from typing import Any

from rasp.conversation.conversation import Conversation
from rasp.conversation.record import StatementRecord
from rasp.runtime.machine import ShownResult
from rasp.session.results import show_result
from rasp.session.session import Session
from rasp.session.sops import Selector, SOp, in_html

NAME = "rasp_session"  # the notebook's variable with the session


class RichResult:
    """A result of a statement, shown as HTML where the notebook can, else as text."""

    def __init__(self, shown: ShownResult, session: Session) -> None:
        self.shown = shown
        self.session = session

    def __repr__(self) -> str:
        return show_result(self.shown, self.session)

    def _repr_html_(self) -> str | None:
        value, settings = self.session.wrap(self.shown.value), self.session.settings
        wanted = {SOp: settings.sop_examples, Selector: settings.selector_examples}.get(type(value), False)
        if not (wanted and self.shown.example):
            return None
        return in_html(value, self.shown.name or "")


class Notebook(Conversation):
    """A conversation that displays results in a notebook; its session is the variable `rasp_session`."""

    def __init__(self, shell: Any) -> None:
        known = shell.user_ns.get(NAME)
        super().__init__(known if isinstance(known, Session) else Session(), print)
        self.shell = shell
        self.cells: list[str] = []
        self.past, self.remember = lambda: self.cells, self.cells.append
        self.find_session()

    def results(self, shown: list[ShownResult]) -> None:
        from IPython.display import display  # imported late: without IPython, nothing is displayed

        self.results_shown = shown
        for item in shown:
            display(RichResult(item, self.session))

    def find_session(self) -> None:
        """Uses the session in the variable, which the user may have set; replaces another value, with a message."""
        found = self.shell.user_ns.get(NAME)
        if isinstance(found, Session):
            if found is not self.session:
                self.session, self.record, self.files = found, StatementRecord(), []
        else:
            if NAME in self.shell.user_ns:
                self.say(f"`{NAME}` was no rasp.Session; it is the session of the cells again.")
            self.shell.user_ns[NAME] = self.session
        self.session.listener = self

    def cell(self, text: str) -> None:
        """Runs a cell."""
        self.find_session()
        text = self.ready(text) or text
        self.cells.append(text.strip())
        self.take(text)
        if self.session.left:
            self.session.left = False
            self.say("This ends the cell; what stands behind it was not run. The session stays.")


def load(shell: Any) -> None:
    """Registers `%rasp` and `%%rasp`. Loading the extension again keeps the session."""
    known = getattr(shell.user_ns.get(NAME), "listener", None)
    notebook = known if isinstance(known, Notebook) else Notebook(shell)

    def rasp(line: str, cell: str | None = None) -> None:
        """Runs RASP statements and `:` commands in the session `rasp_session`."""
        notebook.cell(line if cell is None else f"{line}\n{cell}")

    shell.register_magic_function(rasp, magic_kind="line_cell", magic_name="rasp")
