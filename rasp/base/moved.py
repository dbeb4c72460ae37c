"""Keeps the old names of modules that have moved, and of what is in them, for one release; they warn."""

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

_renamed: dict[str, Mapping[str, str]] = {}  # by the new name of a module: what is in it, by old names


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
    module = import_module(new)
    if names := _renamed.get(new):
        module.__getattr__ = _OldNames(module, names)  # type: ignore[method-assign]
    return module


class _OldNames:
    """The `__getattr__` of a module that has moved, for what was renamed in it."""

    def __init__(self, module: ModuleType, names: Mapping[str, str]) -> None:
        self._module, self._names = module, names

    def __call__(self, name: str) -> Any:
        if name not in self._names:
            raise AttributeError(f"module {self._module.__name__!r} has no attribute {name!r}")
        new = self._names[name]
        warnings.warn(f"{self._module.__name__}.{name} is now {new}", DeprecationWarning, stacklevel=2)
        return getattr(self._module, new)


def install(moved: Mapping[str, str], renamed: Mapping[str, Mapping[str, str]]) -> None:
    """Make old names known to `import`: `moved` has the new name of each module, `renamed` names in new modules."""
    _renamed.update(renamed)
    if not any(isinstance(finder, MovedFinder) for finder in sys.meta_path):
        sys.meta_path.append(MovedFinder(moved))
