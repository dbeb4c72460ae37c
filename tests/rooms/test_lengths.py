"""How long functions and files may be."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator

from tests.rooms.modules import nodes, texts, trees


def _functions() -> Iterator[tuple[str, int]]:
    for module, tree in trees().items():
        functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [*nodes(tree, ast.FunctionDef)]
        for node in [*functions, *nodes(tree, ast.AsyncFunctionDef)]:
            yield f"{module}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_functions_are_short() -> None:
    lengths = list(_functions())
    assert statistics.median(length for _, length in lengths) < 10
    assert {name for name, length in lengths if length > 60} == set()


def test_files_are_short() -> None:
    assert {module for module, text in texts().items() if len(text.splitlines()) > 600} == set()
