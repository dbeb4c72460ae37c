"""The IPython extension: after `%load_ext rasp`, `%%rasp` cells run in a session and display values as HTML.

IPython is imported only when a result is displayed; nothing else of rasp needs it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from rasp.base.diagnostics import printable
from rasp.conversation.conversation import Conversation
from rasp.conversation.record import StatementRecord
from rasp.errors import BadCommand, RaspError
from rasp.notebook.exchange import NAME, Imports, export_names
from rasp.runtime.machine import ShownResult
from rasp.session import learning, training
from rasp.session.results import show_result
from rasp.session.session import Session
from rasp.session.sops import Selector, SOp, in_html


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


class RichForm:
    """A result in the forms that IPython asks for, with a text of its own where there is no HTML."""

    def __init__(self, result: Any, text: str) -> None:
        self.result = result
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return str(self.result._repr_html_())

    def _repr_svg_(self) -> str | None:
        return self.result._repr_svg_() if hasattr(self.result, "_repr_svg_") else None


class Stopped(KeyboardInterrupt):
    """A cell that the stop button ended; shown in a line, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class CellOptions(NamedTuple):
    """The options behind `%%rasp`: print errors instead of raising the first; make its names Python variables."""

    keep_going: bool = False
    export: bool = False


class Notebook(Conversation):
    """A conversation that displays results in a notebook; its session is the variable `rasp_session`.

    An error in a cell is raised, so that what runs all cells stops there; with `--keep-going` it is printed.
    """

    def __init__(self, shell: Any) -> None:
        known = shell.user_ns.get(NAME)
        super().__init__(known if isinstance(known, Session) else Session(), print)
        self.shell = shell
        self.cells: list[str] = []
        self.imports = Imports()
        self.shown: list[str] = []  # the names of the results of the cell
        self.raises = False  # whether errors are raised: in a cell without `--keep-going`
        self.past, self.remember = lambda: self.cells, self.cells.append
        self.find_session()

    def results(self, shown: list[ShownResult]) -> None:
        from IPython.display import display  # imported late: needs IPython

        self.results_shown = shown
        self.shown += [item.name for item in shown if item.name not in (None, "out")]
        for item in shown:
            display(RichResult(item, self.session))

    def show(self, result: object, text: str) -> None:
        from IPython.display import display  # imported late: needs IPython

        display(RichForm(result, text))

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

    def error(self, error: RaspError) -> None:
        if not self.raises:
            super().error(error)
            return
        self.record.mark_failed()
        raise error

    def cell(self, text: str, options: CellOptions) -> None:
        """Runs a cell. Raises its first RaspError, unless it is to keep going, and Stopped for Ctrl-C."""
        self.find_session()
        text = self.ready(text) or text
        self.cells.append(text.strip())
        self.raises = not options.keep_going
        self.imports.take(text, self.shell.user_ns, self.session)
        before = dict(self.session.scope.names)
        self.shown = []
        try:
            self.take(text)
        except KeyboardInterrupt:
            raise Stopped("Stopped; all that was there before is still there.") from None
        finally:
            self.drop()
            self.raises = self.running = False
            if options.export:
                self.export(before)
        if self.session.left:
            self.session.left = False
            self.say("This ends the cell; what stands behind it was not run. The session stays.")

    def export(self, before: dict[str, Any]) -> None:
        """Makes the names that the cell showed or bound Python variables; `before` are those of the session before."""
        known = self.session.scope.names
        bound = (name for name in self.session.names() if name not in before or known[name] is not before[name])
        for remark in export_names(dict.fromkeys([*self.shown, *bound]), self.shell.user_ns, self.session):
            self.say(remark)


def cell_options(line: str) -> tuple[CellOptions, str]:
    """The options at the beginning of a line, and the rest of it. Raises BadCommand for an unknown option.

    >>> cell_options("--keep-going a = 1;")
    (CellOptions(keep_going=True, export=False), 'a = 1;')
    """
    options, rest = CellOptions(), line.strip()
    while rest.startswith("--"):
        word, _, rest = rest.partition(" ")
        field = word[2:].replace("-", "_")
        if field not in CellOptions._fields:
            raise BadCommand(f"`%%rasp` has no option {printable(word)[:40]}", hint=f"It has {_OPTIONS}.")
        options = options._replace(**{field: True})
        rest = rest.lstrip()
    return options, rest


_OPTIONS = " and ".join(f"--{field.replace('_', '-')}" for field in CellOptions._fields)


def register_magics(shell: Any) -> None:
    """Registers `%rasp` and `%%rasp`. Loading the extension again keeps the session."""
    known = getattr(shell.user_ns.get(NAME), "listener", None)
    notebook = known if isinstance(known, Notebook) else Notebook(shell)

    def rasp(line: str, cell: str | None = None) -> None:
        """Runs RASP statements and `:` commands in the session `rasp_session`.

        An error stops the cell and is raised; `--keep-going` prints it and goes on. `--export` makes the names of the
        cell Python variables. S-ops and selectors of Python can be used by the names of their variables.
        """
        options, rest = cell_options(line)
        notebook.cell(rest if cell is None else f"{rest}\n{cell}", options)

    if hasattr(shell, "Completer"):
        from rasp.notebook.completion import add_matcher  # imported late: needs IPython

        add_matcher(shell, lambda: notebook.session)
    if getattr(shell, "kernel", None) is not None:
        from rasp.notebook.progress import LiveStatus, LiveTraining  # imported late: needs IPython

        learning.LIVE[:], training.LIVE[:] = [LiveStatus], [LiveTraining]
    shell.register_magic_function(rasp, magic_kind="line_cell", magic_name="rasp")
