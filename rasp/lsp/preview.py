"""A session that runs the program of an editor. It records what each statement binds, and writes no files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rasp.errors import RaspError
from rasp.runtime.files import Buffers, unit_of
from rasp.runtime.machine import ShownResult
from rasp.runtime.scope import Scope, SourceUnit
from rasp.runtime.values import Application
from rasp.session.choosing import operators_of
from rasp.session.session import Session
from rasp.session.settings import Listener
from rasp.syntax import tree
from rasp.syntax.parser import Reader

Place = tuple[int, int]  # line and column, both counted from 1
Stamp = tuple[int, int]  # of a file: when it was changed, and its size


class Preview(Session):
    """A session for one program; `watch` is called with the line of each statement before it runs.

    >>> session = Preview("<text>", None, {}, lambda line: None)
    >>> session.preview("a = indices; a = a + 1; draw(a);")
    >>> [shown[0].name for statement, shown in session.ran], session.errors
    (['a', 'a', None], [])
    >>> session.value_at("a", (1, 13)) is session.scope.find("indices")
    True
    """

    def __init__(self, name: str, path: Path | None, buffers: Buffers, watch: Callable[[int], None]) -> None:
        notes = _Notes()
        super().__init__(listener=notes)
        self.ran = notes.ran  # the statements with their results
        self.errors: list[RaspError] = []
        self.buffers = buffers
        self.files: dict[str, Path] = {}  # the loaded files by their names in messages
        self._stamps: dict[Path, Stamp | None] = {}
        self._name = name
        self._watch = watch
        self.scope.unit = SourceUnit(name) if path is None else unit_of(path)
        if path is not None:
            self._loading.append(path)

    def preview(self, text: str) -> None:
        """Runs a program. Its syntax errors are skipped: the analysis reports them."""
        reader = Reader(self._name)
        reader.feed(text)
        self.errors = self.run_items(item for item in reader.finish() if not isinstance(item, RaspError))
        self._watch(0)

    def is_current(self) -> bool:
        """Whether the files that the program has loaded are still the same."""
        return all(stamp_of(path) == stamp for path, stamp in self._stamps.items())

    def value_at(self, name: str, place: Place | None) -> Any:
        """The value that a name has at a place of the program, or at its end; MISSING if it has none."""
        if place is not None:
            for statement, shown in reversed(self.ran):
                if statement.span is not None and (statement.span.line, statement.span.column) < place:
                    for item in reversed(shown):
                        if item.name == name and not isinstance(statement, tree.ExpressionStatement):
                            return item.value
        return self.scope.find(name)

    def sops(self) -> list[str]:
        """The public names of s-ops, the latest first."""
        return list(operators_of(self, selectors=False))[::-1]

    def execute(self, statement: tree.SyntaxNode, scope: Scope | None = None) -> None:
        """As in a session; reports the line of each statement of the program itself."""
        if scope is self.scope and statement.span is not None:
            self._watch(statement.span.line)
        super().execute(statement, scope)

    def draw(self, arguments: list[Any]) -> Application:
        """The values of the s-op that the program draws; nothing is drawn."""
        return self.to_draw(arguments)[1]

    def _load_into(self, scope: Scope, file: Path) -> None:
        self.files[scope.unit.name] = file
        if file not in self.buffers:
            self._stamps[file] = stamp_of(file)
        super()._load_into(scope, file)


class _Notes(Listener):
    """The listener of a preview."""

    def __init__(self) -> None:
        self.ran: list[tuple[tree.SyntaxNode, list[ShownResult]]] = []
        self._statement: tree.SyntaxNode | None = None

    def warning(self, diagnostic: object) -> None:
        """Ignores warnings: the analysis finds them too."""

    def accepted(self, statement: tree.SyntaxNode) -> None:
        self._statement = statement

    def results(self, shown: list[ShownResult]) -> None:
        assert self._statement is not None
        self.ran.append((self._statement, shown))


def stamp_of(path: Path) -> Stamp | None:
    """The time of the last change and the size of a file, which reveal a change; None if there is no file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):  # a ValueError for a name that no file can have
        return None
    return found.st_mtime_ns, found.st_size
