"""Runs the programs of an editor, in a process of its own that may be killed at any time.

A job is a function of this module with its arguments; `evaluator.py` sends them. A program that was run is kept, so that
further questions about it are answered at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from rasp.assist.documentation import About, about
from rasp.base.diagnostics import Diagnostic
from rasp.errors import InternalError, RaspError
from rasp.runtime.files import unit_of
from rasp.runtime.machine import Shown
from rasp.runtime.scope import Scope, SourceUnit
from rasp.runtime.values import Application
from rasp.session.session import Session
from rasp.session.settings import Listener
from rasp.syntax import tree
from rasp.syntax.parser import Reader


class Program(NamedTuple):
    """A program as the editor has it: its name in messages, its path, its text, and the unsaved texts of all files."""

    name: str
    path: Path | None
    text: str
    buffers: Mapping[Path, str]


class Ran(NamedTuple):
    """What a run of a program tells: its errors, its names, and the files of the spans by their names."""

    errors: list[Diagnostic]
    names: dict[str, About]
    files: dict[str, Path]


class Preview(Session):
    """A session that notes what each statement binds, and writes nothing."""

    def __init__(self, program: Program, watch: Callable[[int], None]) -> None:
        super().__init__(listener=_Notes())
        self.buffers = program.buffers
        self.files: dict[str, Path] = {}  # the loaded files by their names in messages
        self._watch = watch
        own = SourceUnit(program.name) if program.path is None else unit_of(program.path)
        self.scope.unit = own
        if program.path is not None:
            self._loading.append(program.path)

    @property
    def notes(self) -> _Notes:
        assert isinstance(self.listener, _Notes)
        return self.listener

    def execute(self, statement: tree.Node, scope: Scope | None = None) -> None:
        """As in a session; tells the line of each statement of the program itself."""
        if scope is self.scope and statement.span is not None:
            self._watch(statement.span.line)
        super().execute(statement, scope)

    def draw(self, arguments: list[Any]) -> Application:
        """The values of the s-op that the program draws; nothing is drawn."""
        return self.to_draw(arguments)[1]

    def _load_into(self, scope: Scope, file: Path) -> None:
        self.files[scope.unit.name] = file
        super()._load_into(scope, file)


class _Notes(Listener):
    """The listener of a preview: the statements with their results."""

    def __init__(self) -> None:
        self.ran: list[tuple[tree.Node, list[Shown]]] = []
        self._statement: tree.Node | None = None

    def warning(self, diagnostic: Diagnostic) -> None:
        """Ignores warnings, which the analysis finds too."""

    def accepted(self, statement: tree.Node) -> None:
        self._statement = statement

    def results(self, shown: list[Shown]) -> None:
        assert self._statement is not None
        self.ran.append((self._statement, shown))


class Worker:
    """Answers jobs about programs; `watch` is told the line that runs."""

    KEPT = 4  # programs

    def __init__(self, watch: Callable[[int], None] = lambda line: None) -> None:
        self._watch = watch
        self._kept: dict[Program, tuple[Preview, Ran]] = {}

    def run(self, program: Program) -> Ran:
        """Runs a program; a statement that fails does not keep the others from running."""
        return self._session(program)[1]

    def _session(self, program: Program) -> tuple[Preview, Ran]:
        key = program._replace(buffers=tuple(sorted(program.buffers.items())))  # type: ignore[arg-type]  # hashable
        if key not in self._kept:
            while len(self._kept) >= self.KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = self._ran(program)
        return self._kept[key]

    def _ran(self, program: Program) -> tuple[Preview, Ran]:
        session = Preview(program, self._watch)
        reader = Reader(program.name)
        reader.feed(program.text)
        errors = session.run_items(item for item in reader.finish() if not isinstance(item, RaspError))
        self._watch(0)
        known = {name: entry for name in session.names() if (entry := about(name, session)) is not None}
        return session, Ran([error.diagnostic for error in errors], known, session.files)


def begin(connection: Connection, line: Any) -> None:
    """The main function of the process: answers jobs until the server closes the connection or ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def watch(number: int) -> None:
        line.value = number

    worker = Worker(watch)
    while True:
        try:
            job, arguments = connection.recv()
        except EOFError:
            return
        connection.send(_answer(worker, job, arguments))


def _answer(worker: Worker, job: str, arguments: tuple[Any, ...]) -> Any:
    """The answer, or the error for which there is none: a RaspError, or a mistake of rasp's."""
    try:
        return getattr(worker, job)(*arguments)
    except (RaspError, InternalError) as error:
        return error


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
