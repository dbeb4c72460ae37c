"""The modules of rasp, as files and as syntax trees."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "rasp"
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in FILES}


def last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@functools.cache
def trees() -> dict[str, ast.Module]:
    """The syntax trees of all modules. Not made at import, since every worker imports this file."""
    return {module: ast.parse(file.read_text(encoding="utf-8")) for module, file in MODULES.items()}
