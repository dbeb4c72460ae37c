"""Records the statements that ran in a conversation, and the files around them, for `:save`.

A session also reports statements in loaded files, and where these files begin and end. If a statement of such a file
failed, the record has the statements that ran in place of the `load`. When a file runs again, its new statements
replace its old ones, unless a later statement has bound one of its names since.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rasp.assist.documentation import statement_text
from rasp.runtime.scope import Scope, SourceUnit
from rasp.syntax import tree

FileKey = str | Path  # of a file: the path in a `load`, or a file run at the start (Path)


class RecordedStatement(NamedTuple):
    """A statement that ran, and its unit, from which a `load` searches files.

    `inside`: for a `load` whose file failed somewhere, the statements of the file that ran; else None.
    """

    statement: tree.SyntaxNode
    unit: SourceUnit
    inside: tuple[RecordedStatement, ...] | None = None


class _File:
    """A file that is being loaded."""

    def __init__(self, unit: SourceUnit) -> None:
        self.unit = unit
        self.ran: list[RecordedStatement] = []
        self.failed = False


class StatementRecord:
    """The statements that ran, in order."""

    def __init__(self) -> None:
        self.entries: list[RecordedStatement] = []
        self._open: list[_File] = []  # outermost first
        self._ended: _File | None = None  # the file that ended last
        self._bound: dict[FileKey, dict[str, tree.SyntaxNode]] = {}  # the names that each file bound when it last ran
        self._entries_of: dict[FileKey, list[int]] = {}  # the entries of each file
        self._replaced: dict[str, list[int]] = {}  # the indices of entries that the running file may replace, by key
        self.running: FileKey | None = None  # the file that runs

    def begins(self, unit: SourceUnit) -> None:
        """Called when a loaded file begins."""
        self._open.append(_File(unit))

    def ends(self) -> None:
        """Called when the innermost loading file ends."""
        self._ended = self._open.pop()

    def mark_failed(self) -> None:
        """Called when a statement failed; marks all files that are being loaded."""
        for file in self._open:
            file.failed = True

    def ran_in_file(self, statement: tree.SyntaxNode) -> None:
        """Called when a statement of the innermost loading file ran."""
        file = self._open[-1]
        file.ran.append(self._entry(statement, file.unit))

    def ran(self, statement: tree.SyntaxNode, unit: SourceUnit) -> None:
        """Called when a statement of the conversation itself ran."""
        entry = self._entry(statement, unit)
        indices = self._replaced.get(_key(statement))
        if indices:
            self.entries[indices.pop(0)] = entry
            return
        if self.running is not None:
            self._entries_of.setdefault(self.running, []).append(len(self.entries))
        self.entries.append(entry)

    def _entry(self, statement: tree.SyntaxNode, unit: SourceUnit) -> RecordedStatement:
        file = self._ended if isinstance(statement, tree.Load) else None
        return RecordedStatement(statement, unit, tuple(file.ran) if file is not None and file.failed else None)

    @contextlib.contextmanager
    def file(self, key: FileKey, scope: Scope) -> Iterator[None]:
        """Attributes the statements that run in the `with` block to a file, which may have run before."""
        before = dict(scope.origins)
        bound = self._bound.get(key, {})
        if all(before.get(name) is origin for name, origin in bound.items()):
            for index in self._entries_of.get(key, ()):
                self._replaced.setdefault(_key(self.entries[index].statement), []).append(index)
        self.running = key
        try:
            yield
        finally:
            now = scope.origins.items()
            self._bound[key] = {name: origin for name, origin in now if before.get(name) is not origin}
            self.running, self._replaced = None, {}


def _key(statement: tree.SyntaxNode) -> str:
    """The key by which a statement is recognised when its file runs again."""
    return f"load {statement.path.value}" if isinstance(statement, tree.Load) else statement_text(statement)
