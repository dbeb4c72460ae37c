"""How long functions and files may be."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator

from tests.rooms.modules import FILES, name_of, trees


def _functions() -> Iterator[tuple[str, int]]:
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{module}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_functions_are_short() -> None:
    lengths = list(_functions())
    assert statistics.median(length for _, length in lengths) < 10
    assert {name for name, length in lengths if length > 60} == set()


def test_files_are_short() -> None:
    assert {name_of(file) for file in FILES if len(file.read_text(encoding="utf-8").splitlines()) > 600} == set()
