"""Modules that have moved: their old names work for one release, with a DeprecationWarning."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from importlib.machinery import ModuleSpec

TYPE_CHECKING = False  # as in `typing`, which would have to be imported
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
    """Finds a moved module under its old name. It comes last in `sys.meta_path`: real modules go first."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        loader: Any = _Loader()  # it has what the import system asks for
        return ModuleSpec(name, loader) if name in MOVED else None


class _Loader:
    """Gives the module of the new name."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = load_moved(spec.name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has put that of the old name in its place


def load_moved(name: str) -> ModuleType:
    """The module that had this name. Warns those who import it, or ask `rasp` for it."""
    warnings.warn(f"{name} is now {MOVED[name]}", DeprecationWarning, stacklevel=3)
    return import_module(MOVED[name])


def install() -> None:
    """Makes the old names known to `import`."""
    if not any(finder is MovedFinder for finder in sys.meta_path):
        sys.meta_path.append(MovedFinder)
