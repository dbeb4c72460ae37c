"""What names stand for: one type each, and private attributes in one place."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.rooms.modules import last_name, nodes, trees

PRIVATE_OF_POOLS = {"_processes", "_result_queue", "_max_workers", "_mp_context", "_initializer", "_initargs"}


def test_private_attributes_of_pools_are_in_one_file() -> None:
    """Read directly, or by `getattr`, where the name is a string."""
    named = {module: nodes(tree, ast.Constant, ast.Name, ast.Attribute) for module, tree in trees().items()}
    used = {module for module, found in named.items() if any(map(_names_one, found))}
    assert used == {"rasp.parallel.processes"}


def _names_one(node: ast.AST) -> bool:
    name = node.value if isinstance(node, ast.Constant) else last_name(node)
    return isinstance(name, str) and name in PRIVATE_OF_POOLS


def test_the_name_of_a_type_stands_for_one_type() -> None:
    """The names of classes, aliases of types, type variables, and what is imported under another name."""
    homes: dict[str, set[str]] = {}
    for module, tree in trees().items():
        for name, home in _types(module, tree):
            homes.setdefault(name, set()).add(home)
    assert {name: sorted(found) for name, found in homes.items() if len(found) > 1} == {}


ALIAS: tuple[Any, ...] = (ast.TypeAlias,) if hasattr(ast, "TypeAlias") else ()  # `type X = …` of Python 3.12


def _types(module: str, tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The types that a file names: the name, and the place that defines it."""
    for node in nodes(tree, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Call, ast.ImportFrom, *ALIAS):
        place = f"{module}:{node.lineno}"
        if isinstance(node, ast.ClassDef):
            yield node.name, place
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((name, place) for target in targets if _is_type_name(name := last_name(target)))
        elif isinstance(node, ALIAS):
            yield node.name.id, place
        elif isinstance(node, ast.Call) and last_name(node.func) in ("NamedTuple", "namedtuple", "NewType"):
            yield node.args[0].value, place  # type: ignore[attr-defined]
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.asname and _is_type_name(alias.asname) and alias.asname != alias.name:
                    yield alias.asname, f"{node.module}.{alias.name}"


def _is_type_name(name: str) -> bool:
    return re.fullmatch(r"_?[A-Z]\w*[a-z]\w*", name) is not None


@pytest.mark.parametrize(
    "code",
    [
        "class Name: pass",
        "Name = int | str",
        "if x:\n    Name = list[int]",
        "Name: TypeAlias = 'int'",
        "Name = NamedTuple('Name', [])",
        "collections.namedtuple('Name', 'a b')",
        "Name = TypeVar('Name')",
        "from x import Other as Name",
        pytest.param("type Name = int", marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12")),
    ],
)
def test_types_are_found(code: str) -> None:
    assert {name for name, _ in _types("rasp.x", ast.parse(code))} == {"Name"}
