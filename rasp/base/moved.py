"""Keeps the old names of modules that have moved for one release, with a DeprecationWarning."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from importlib.machinery import ModuleSpec

TYPE_CHECKING = False  # as in `typing`, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Any


class MovedFinder:
    """Finds moved modules under their old names; `moved` has the new name of each.

    It is last in `sys.meta_path`, so that real modules come first.
    """

    def __init__(self, moved: Mapping[str, str]) -> None:
        self.moved = moved

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name not in self.moved:
            return None
        loader: Any = _Loader(self.moved[name])  # it has the methods that the import system calls
        return ModuleSpec(name, loader)


class _Loader:
    """Loads the module of the new name."""

    def __init__(self, new: str) -> None:
        self._new = new

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = load_moved(spec.name, self._new)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has replaced it by that of the old name


def load_moved(old: str, new: str) -> ModuleType:
    """The module that had the old name; issues the warning at the place of the import or attribute access."""
    warnings.warn(f"{old} is now {new}", DeprecationWarning, stacklevel=3)
    return import_module(new)


def install(moved: Mapping[str, str]) -> None:
    """Make old names known to `import`; `moved` has the new name of each."""
    if not any(isinstance(finder, MovedFinder) for finder in sys.meta_path):
        sys.meta_path.append(MovedFinder(moved))
