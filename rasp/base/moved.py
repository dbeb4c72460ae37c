"""Keeps the old names of modules that have moved for one release, with a DeprecationWarning."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from importlib.machinery import ModuleSpec

TYPE_CHECKING = False  # as in `typing`, which is slow to import
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

MOVED = {
    "rasp.bounds": "rasp.base.limits",
    "rasp.diagnostics": "rasp.base.diagnostics",
    "rasp.sequences": "rasp.present.sequences",
    "rasp.sops": "rasp.session.sops",
    "rasp.stdlib": "rasp.runtime.stdlib",
}


class MovedFinder:
    """Finds a moved module under its old name. It is last in `sys.meta_path`, so that real modules come first."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        loader: Any = _Loader()  # it has the methods that the import system calls
        return ModuleSpec(name, loader) if name in MOVED else None


class _Loader:
    """Loads the module of the new name."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = load_moved(spec.name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has replaced it by that of the old name


def load_moved(name: str) -> ModuleType:
    """The module that had this name; issues the warning at the place of the import or attribute access."""
    warnings.warn(f"{name} is now {MOVED[name]}", DeprecationWarning, stacklevel=3)
    return import_module(MOVED[name])


def install() -> None:
    """Make the old names known to `import`."""
    if not any(finder is MovedFinder for finder in sys.meta_path):
        sys.meta_path.append(MovedFinder)
