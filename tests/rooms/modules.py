"""The modules of rasp, as files and as syntax trees."""

from __future__ import annotations

import ast
import functools
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

SomeNode = TypeVar("SomeNode", bound=ast.AST)

PACKAGE = Path(__file__).resolve().parents[2] / "rasp"
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in FILES}


def last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def dotted(node: ast.AST) -> str:
    """The names of an attribute such as `rasp.errors.RaspError`; "" of one of anything but a name."""
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, ast.Name) else ""


@functools.cache
def texts() -> dict[str, str]:
    """The texts of all modules. Not read at import, since every worker imports this file."""
    return {module: file.read_text(encoding="utf-8") for module, file in MODULES.items()}


@functools.cache
def trees() -> dict[str, ast.Module]:
    """The syntax trees of all modules."""
    return {module: ast.parse(text) for module, text in texts().items()}


def nodes(tree: ast.AST, *types: type[SomeNode]) -> Iterator[SomeNode]:
    """The nodes of these types anywhere in a tree, one type after the other."""
    for each in types:
        yield from _by_type(tree).get(each, ())


@functools.cache
def _by_type(tree: ast.AST) -> dict[type[ast.AST], list[Any]]:
    """All nodes of a tree, which is walked once for all tests."""
    found = defaultdict(list)
    for node in ast.walk(tree):
        found[type(node)].append(node)
    return found
