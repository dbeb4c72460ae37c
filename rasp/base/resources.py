"""Locates the data files: the grammar, the standard library and the exercises."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def folder(name: str) -> Path:
    """The folder "grammar", "stdlib" or "exercises": inside an installed package, or at the top level of a checkout."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
