"""Records the statements that ran in a conversation, and the files around them, for `:save`.

A session tells its listener of statements in loaded files, too, and where these begin and end. So of a loaded file in
which a statement failed, the statements that ran stand in place of the load. What a file ran before is replaced when it
runs again, unless a later statement bound one of its names anew.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rasp.assist.documentation import statement_text
from rasp.runtime.scope import Scope, SourceUnit
from rasp.syntax import tree

Key = str | Path  # of a file: a path as `load` takes it, or the file that the conversation started with


class Ran(NamedTuple):
    """A statement that ran, and the unit from which its `load` looks for files.

    `inside` are the statements that ran of a load whose file failed somewhere; None for all else.
    """

    statement: tree.Node
    unit: SourceUnit
    inside: tuple[Ran, ...] | None = None


class _File:
    """A file that is being loaded."""

    def __init__(self, unit: SourceUnit) -> None:
        self.unit = unit
        self.ran: list[Ran] = []
        self.failed = False


class Record:
    """The statements that ran, in their order."""

    def __init__(self) -> None:
        self.entries: list[Ran] = []
        self._open: list[_File] = []  # outermost first
        self._ended: _File | None = None  # the file that ended last
        self._bound: dict[Key, dict[str, tree.Node]] = {}  # what each file bound when it ran last
        self._places: dict[Key, list[int]] = {}  # the entries of each file
        self._replaced: dict[str, list[int]] = {}  # texts of entries that may be replaced, and their places
        self.running: Key | None = None  # the file that runs

    def begins(self, unit: SourceUnit) -> None:
        """A loaded file begins."""
        self._open.append(_File(unit))

    def ends(self) -> None:
        """The file that began last ends."""
        self._ended = self._open.pop()

    def failed(self) -> None:
        """A statement failed; so do the loads around it."""
        for file in self._open:
            file.failed = True

    def ran_in_file(self, statement: tree.Node) -> None:
        """A statement of the file that began last ran."""
        file = self._open[-1]
        file.ran.append(self._entry(statement, file.unit))

    def ran(self, statement: tree.Node, unit: SourceUnit) -> None:
        """A statement of the conversation itself ran."""
        entry = self._entry(statement, unit)
        places = self._replaced.get(_key(statement))
        if places:
            self.entries[places.pop(0)] = entry
            return
        if self.running is not None:
            self._places.setdefault(self.running, []).append(len(self.entries))
        self.entries.append(entry)

    def _entry(self, statement: tree.Node, unit: SourceUnit) -> Ran:
        file = self._ended if isinstance(statement, tree.Load) else None
        return Ran(statement, unit, tuple(file.ran) if file is not None and file.failed else None)

    @contextlib.contextmanager
    def file(self, key: Key, scope: Scope) -> Iterator[None]:
        """What runs meanwhile is of a file, which may have run before."""
        before = dict(scope.origins)
        bound = self._bound.get(key, {})
        if all(before.get(name) is origin for name, origin in bound.items()):
            for place in self._places.get(key, ()):
                self._replaced.setdefault(_key(self.entries[place].statement), []).append(place)
        self.running = key
        try:
            yield
        finally:
            now = scope.origins.items()
            self._bound[key] = {name: origin for name, origin in now if before.get(name) is not origin}
            self.running, self._replaced = None, {}


def _key(statement: tree.Node) -> str:
    """By which a statement is recognised when its file runs again."""
    return f"load {statement.path.value}" if isinstance(statement, tree.Load) else statement_text(statement)
