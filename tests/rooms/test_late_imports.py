"""Imports inside functions give their reason."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

import pytest

from tests.rooms.modules import texts, trees

# What a reason speaks of: a start that would import what it does not need, or a package that may not be installed.
REASON = re.compile(
    r"# .*\bimported late: .*\b(start|starts|sooner|imports|need|needs|needed|few|most|extra|dependency)\b"
)


def test_late_imports_give_their_reason() -> None:
    """In a comment beside one of them. Imports that follow one another share one."""
    unexplained = []
    for module, text in texts().items():
        lines = text.splitlines()
        for imports in _late_imports(trees()[module]):
            first, last = imports[0].lineno, imports[-1].end_lineno
            if not any(_is_reason(line) for line in lines[first - 1 : last]):
                unexplained.append(f"{module}:{first} {lines[first - 1].strip()}")
    assert unexplained == []


def _is_reason(line: str) -> bool:
    """Whether a comment says that a start needs no such import. A circle is no reason."""
    return REASON.search(line) is not None and not re.search(r"circ[lu]|cycl|loop|mutual|each other|one another", line)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("import x  # imported late: only errors need it", True),
        ("import x  # imported late: needs an extra", True),
        ("import x  # here", False),
        ("import x  # imported late", False),
        ("import x  # imported late: otherwise there would be a circle, which few need", False),
        ("import x  # imported late: a mutual dependency", False),
        ("import x  # imported late: both modules need each other", False),
    ],
)
def test_reasons_are_told_from_other_comments(line: str, told: bool) -> None:
    assert _is_reason(line) == told


@pytest.mark.parametrize(
    "before",
    [
        "def f():",
        "async def f():",
        "class C:",
        "class C:\n  if x:",
        "def f():\n  if x:",
        "def f():\n  if x: pass\n  else:",
        "def f():\n  try: pass\n  except E:",
        "def f():\n  try: pass\n  finally:",
        "def f():\n  match x:\n   case 1:",
        "if x:\n def f():\n  for x in y:\n   with z:",
    ],
)
def test_late_imports_are_found(before: str) -> None:
    assert len(list(_late_imports(ast.parse(f"{before}\n    import a")))) == 1


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")  # lists of statements, or of parts that have such lists


def _late_imports(tree: ast.AST, inside: bool = False) -> Iterator[list[ast.stmt]]:
    """The imports inside functions and classes, each with those that follow it directly."""
    for block in filter(None, (getattr(tree, name, ()) for name in BLOCKS)):
        for late, statements in itertools.groupby(block, lambda node: isinstance(node, ast.Import | ast.ImportFrom)):
            if late and inside:
                yield list(statements)
        for statement in block:
            yield from _late_imports(statement, inside or isinstance(statement, FUNCTIONS))
