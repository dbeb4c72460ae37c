"""Scopes, which bind names to values, and the source unit (file or conversation) to which a scope belongs.

From the outside in, the scopes are: the names of the language; the prelude; the conversation or the loaded file; calls
and comprehensions. The names of the prelude cannot be bound at the top level; `tokens`, `best` and `near` can, so they
are names of the language. A function keeps the scope in which it was defined, and looks names up when it runs. `load`
runs a file in a scope of its own under the prelude, and copies its public names.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rasp.syntax import tree

MISSING = object()

_clock = itertools.count()


class SourceUnit:
    """A file or conversation whose statements run: its display name, and the folder from which it loads first."""

    __slots__ = ("folder", "library", "name", "prelude")

    def __init__(self, name: str, folder: Path | None = None, library: bool = False, prelude: bool = False) -> None:
        self.name = name
        self.folder = folder
        self.prelude = prelude  # the file of the prelude itself, which may bind reserved names
        self.library = library  # part of rasp: errors in it are shown at the caller's place


class Scope:
    """Names bound here, and the parent scope in which all other names are looked up.

    `level` is "top" for a conversation or file, "function" for a call, "inner" for a comprehension.

    >>> outer = Scope(None, SourceUnit("<doc>"))
    >>> inner = Scope(outer, outer.unit, "function")
    >>> outer.bind("x", 1)
    >>> inner.bind("y", 2)
    >>> inner.find("x"), inner.names_here(), inner.find_here("x") is MISSING
    (1, {'y'}, True)
    """

    __slots__ = ("_order", "level", "names", "origins", "parent", "unit", "version")

    def __init__(self, parent: Scope | None, unit: SourceUnit, level: str = "top") -> None:
        self.parent = parent
        self.unit = unit
        self.level = level
        self.names: dict[str, Any] = {}
        self.origins: dict[str, tree.SyntaxNode] = {}  # at the top level, the statements that bound the names
        self._order: dict[str, int] = {}
        self.version = 0  # changes with each binding

    def find_here(self, name: str) -> Any:
        """The value that the name has in this scope itself, or MISSING."""
        return self.names.get(name, MISSING)

    def find(self, name: str) -> Any:
        """The value of a name in this scope or an enclosing one, or MISSING."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.find_here(name)
            if value is not MISSING:
                return value
            scope = scope.parent
        return MISSING

    def latest(self) -> Any:
        """The value of `out` in the enclosing function or file, or MISSING."""
        scope = self
        while scope.level == "inner" and scope.parent is not None:
            scope = scope.parent
        return scope.find_here("out")

    def bind(self, name: str, value: Any, origin: tree.SyntaxNode | None = None) -> None:
        """Bind a name in this scope, as the most recent one; `origin` is the statement that binds it."""
        self.names[name] = value
        if origin is not None and self.level == "top":
            self.origins[name] = origin
        self.version = self._order[name] = next(_clock)

    def names_in_order(self) -> list[str]:
        """The names of this scope itself, in the order in which they were last bound."""
        return sorted(self.names, key=self._order.__getitem__)

    def visible(self) -> set[str]:
        """All names that can be used here."""
        names: set[str] = set()
        scope: Scope | None = self
        while scope is not None:
            names.update(scope.names_here())
            scope = scope.parent
        return names

    def names_here(self) -> set[str]:
        """The names of this scope itself."""
        return set(self.names)
