"""Names and their values: scopes inside scopes, and the file or conversation that a scope belongs to."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rasp.syntax import tree

MISSING = object()

_clock = itertools.count()


class SourceUnit:
    """A file, or a conversation, whose statements run: its display name, and the folder it loads from first."""

    __slots__ = ("folder", "library", "name", "prelude")

    def __init__(self, name: str, folder: Path | None = None, library: bool = False, prelude: bool = False) -> None:
        self.name = name
        self.folder = folder
        self.prelude = prelude  # the prelude's own file, which may bind the prelude's names
        self.library = library  # part of rasp itself: an error in it is shown at the place that called


class Scope:
    """Names bound here, and the scope that the others are looked up in.

    `level` is "top" for a conversation or file, "function" for a call, "inner" for a comprehension.
    """

    __slots__ = ("_order", "level", "names", "origins", "parent", "unit", "version")

    def __init__(self, parent: Scope | None, unit: SourceUnit, level: str = "top") -> None:
        self.parent = parent
        self.unit = unit
        self.level = level
        self.names: dict[str, Any] = {}
        self.origins: dict[str, tree.Node] = {}  # the statements that bound the names, at the top level
        self._order: dict[str, int] = {}
        self.version = 0  # another number after each binding

    def find_here(self, name: str) -> Any:
        """The value bound to the name in this very scope, or MISSING."""
        return self.names.get(name, MISSING)

    def find(self, name: str) -> Any:
        """The value of a name, here or further out, or MISSING."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.find_here(name)
            if value is not MISSING:
                return value
            scope = scope.parent
        return MISSING

    def latest(self) -> Any:
        """The value of `out`: that of the surrounding function or file alone, or MISSING."""
        scope = self
        while scope.level == "inner" and scope.parent is not None:
            scope = scope.parent
        return scope.find_here("out")

    def bind(self, name: str, value: Any, origin: tree.Node | None = None) -> None:
        """Binds the name here; it counts as the latest bound. `origin` is the statement that does."""
        self.names[name] = value
        if origin is not None and self.level == "top":
            self.origins[name] = origin
        self.version = self._order[name] = next(_clock)

    def names_in_order(self) -> list[str]:
        """The names of this very scope in the order in which they were last bound."""
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
        """The names of this very scope."""
        return set(self.names)
