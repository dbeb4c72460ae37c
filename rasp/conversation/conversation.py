"""A conversation with a person: runs lines of input, and prints results, errors and command output by one function.

It is the listener of its session, and asks before each output what the terminal can show. All interfaces share it,
however they read lines, and tests need no terminal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rasp.assist.completeness import LatestInput, complete_text, inputs, question_in_scope
from rasp.base.diagnostics import Diagnostic
from rasp.conversation.colon_commands import carry_out
from rasp.conversation.display import Screen, error_text, result_text, warning_text, wrap_prose
from rasp.conversation.record import StatementRecord
from rasp.conversation.talk import FailedEdit, Say
from rasp.conversation.tutorial import Tutorial
from rasp.errors import RaspError
from rasp.runtime.machine import ShownResult
from rasp.runtime.scope import SourceUnit
from rasp.session.session import Session
from rasp.session.settings import Listener
from rasp.syntax import tree
from rasp.syntax.reader import Reader, ReaderItem

CONSOLE = "<console>"
MOST_RESULTS = 30  # results of one statement that are shown, such as the names of a loaded program


def _forget(text: str) -> None:
    """Does nothing: the default of `Conversation.remember`."""


class Conversation(Listener):
    """Runs what a person types in a session. `say` prints a text; `screen` returns what the terminal can show now.

    With `listening`, it is the session's listener; without, it only carries out commands.

    >>> said = []
    >>> talk = Conversation(Session(), said.append)
    >>> talk.feed("a = 1;\\n:type a + 1\\n")
    >>> said
    ['value: a = 1', 'a + 1: int 2']
    """

    def __init__(
        self, session: Session, say: Say, screen: Callable[[], Screen] = Screen, *, listening: bool = True
    ) -> None:
        self.session = session
        self.say = say
        self.screen = screen
        self.reader = Reader(CONSOLE)
        self.record = StatementRecord()  # what ran, for `:save`
        self.results_shown: list[ShownResult] = []  # of the last statement, for `:full`
        self.files: list[str | Path] = []  # what `:reload` runs again: paths of `load`, and files of the start
        self.saved: set[Path] = set()  # files that `:save` wrote, and may write again
        self.past: Callable[[], Iterable[str]] = list  # earlier inputs, oldest first
        self.remember: Callable[[str], None] = _forget  # adds a text to them
        self.latest = LatestInput()  # for `:fmt` and `:edit`
        self.lend: Callable[[], AbstractContextManager[None]] = nullcontext  # gives the terminal to another program
        self.tutorial = Tutorial()
        self.vi_mode = False
        self.started = 0.0  # when the input began to run, or the editor ended
        self.elapsed: float | None = None  # seconds that the last input took
        self.running = False  # whether an input is running
        self.unheard = False  # whether another listener has the session, as on a pipe
        self.editing = False  # whether a text from the editor runs
        self.draft: FailedEdit | None = None  # a text from the editor that failed
        self._warned: set[tuple[str, str]] = set()
        if listening:
            session.listener = self

    # ------------------------------------------------------------------------------------------------------- input

    def feed(self, text: str) -> None:
        """Feeds a text that ends with a newline, and runs the statements that it completes."""
        self.started, self.running = time.perf_counter(), True
        if not self.reader.pending:
            self.reader.begin_text()
        for item in inputs(self.reader, text, self.question_command, self.latest):
            self.run(item)
            if self.session.left:
                break
        self.elapsed, self.running = time.perf_counter() - self.started, False

    def show(self, result: object, text: str) -> None:
        """Shows a result of which a notebook has a better form than the text; here the text."""
        self.say(text)

    def start_with(self, file: Path) -> None:
        """Runs a file's statements in the session itself, and reports errors. `exit` ends only the file."""
        if file not in self.files:
            self.files.append(file)
        try:
            with self.record.file(file, self.session.scope):
                self.session.run_file(file, keep_going=True)
        except RaspError as error:  # it cannot be read
            self.error(error)
        self.session.left = False

    def load(self, statement: tree.Load) -> list[RaspError]:
        """Runs a `load` as one of the conversation's own statements; returns the errors."""
        with self.record.file(str(statement.path.value), self.session.scope):
            return self.session.run_items([statement])

    def take(self, text: str) -> None:
        """Runs a complete input."""
        self.drop()
        self.feed(f"{text}\n")
        if not self.session.left:
            self.finish()

    def ready(self, text: str) -> str | None:
        """The text that Enter at the end of an input runs, with a missing last `;` added; None if it is incomplete."""
        return text if self.question_command(text) else complete_text(text)

    def question_command(self, text: str) -> str:
        """The `:help` command for a question such as `sort?`, or an empty string (see `rasp.assist.completeness`)."""
        return question_in_scope(text, self.session.scope)

    def edited(self, text: str, name: str = "") -> None:
        """Runs a text from the editor, in its own reader: the input with the `:edit` may have more lines.

        A text with a failing statement is kept as the draft of that name.
        """
        waiting, self.reader, self.editing = self.reader, Reader(CONSOLE), True
        self.remember(text.rstrip())
        self.latest.end()
        self.draft = FailedEdit(name, text)
        try:
            whole = text if text.endswith("\n") else f"{text}\n"
            went_well = [self.run(item) for item in inputs(self.reader, whole, self.question_command, self.latest)]
            went_well += [self.run(item) for item in self.reader.finish()]
        finally:
            self.reader, self.editing = waiting, False
        if all(went_well):
            self.draft = None
        else:
            self.say("The text is kept: `:edit` opens it again.")

    def interrupt(self) -> None:
        """Recovers from Ctrl-C: drops the unfinished input; earlier results stay."""
        self.drop()
        if self.running:
            self.running = False
            self.say("\nStopped; all that was there before is still there.")

    def finish(self) -> None:
        """Runs the rest of the input."""
        for item in self.reader.finish():
            self.run(item)

    def drop(self) -> None:
        """Drops the input that was fed and did not run."""
        self.reader = Reader(CONSOLE)
        self.latest.end()

    @property
    def pending(self) -> bool:
        """Whether a statement is incomplete."""
        return self.reader.pending

    def run(self, item: str | ReaderItem) -> bool:
        """Runs a command or a statement, or reports a syntax error; returns whether it succeeded."""
        if isinstance(item, str):
            done = self.command(item)
        else:
            done = not (self.load(item) if isinstance(item, tree.Load) else self.session.run_items([item]))
        remark = self.tutorial.heard(item, self.session) if done and not self.session.left else ""
        if remark:
            self.say(wrap_prose(remark, self.screen()))
        return done

    def command(self, line: str) -> bool:
        """Carries out a `:` command; returns whether it succeeded."""
        try:
            carry_out(self, line)
        except RaspError as error:
            self.session.listener.error(error)
            return False
        return True

    # -------------------------------------------------------------------------------------- callbacks of the session

    def results(self, shown: list[ShownResult]) -> None:
        self.results_shown = shown
        for item in shown[:MOST_RESULTS]:
            self.say(result_text(item, self.session, self.screen()))
        if len(shown) > MOST_RESULTS:
            self.say(f"… {len(shown) - MOST_RESULTS} more; `:names` lists the names, `:full` shows all")

    def accepted(self, statement: tree.SyntaxNode) -> None:
        self.record.ran(statement, self.session.scope.unit)
        if isinstance(statement, tree.Load) and not isinstance(self.record.running, Path):
            path = str(statement.path.value)
            self.files += [path] if path not in self.files else []

    def file_begins(self, unit: SourceUnit) -> None:
        self.record.begins(unit)

    def accepted_in_file(self, statement: tree.SyntaxNode) -> None:
        self.record.ran_in_file(statement)

    def file_ends(self) -> None:
        self.record.ends()

    def text(self, text: str) -> None:
        self.say(text)

    def error(self, error: RaspError) -> None:
        self.record.mark_failed()
        self.say(error_text(error.diagnostic, self.screen()))

    def warning(self, diagnostic: Diagnostic) -> None:
        """Prints a warning once for each text."""
        key = (diagnostic.code, diagnostic.span.text if diagnostic.span else "")
        if key not in self._warned:
            self._warned.add(key)
            self.say(warning_text(diagnostic, self.screen()))
