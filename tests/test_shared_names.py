"""One name for one thing: public functions and classes of different modules share no name but those listed."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "rasp"
FILES = sorted(PACKAGE.rglob("*.py"))

# Interfaces: modules that can stand for one another have such a function. `main` is where a process begins.
INTERFACES = {"run", "export", "render", "converse", "search", "main"}
# An operator of the language or a value of it: as Python users call it, on values, as a node, and on arrays.
LEVELS = {
    "aggregate",
    "best",
    "constant",
    "indices",
    "lookup",
    "nearest",
    "select",
    "selector_width",
    "tokens",
    "where",
}
LEVELS |= {"compare", "width"}  # selectors on nodes and on sets of positions; `selector_width` on two kinds of arrays
COMMANDS = {"full", "learn", "load", "names", "source"}  # `:` commands, which have the names of what they call
# The same of two trees, of two heads, or of a text and of a session.
ALIKE = {"operands", "selects_one", "choices"}


def _public(kinds: tuple[type[ast.stmt], ...]) -> Iterator[tuple[str, str]]:
    """The public names at the top of modules, with the module."""
    for file in FILES:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, kinds):
                name: str = node.name  # type: ignore[attr-defined]  # they all have one
                if not name.startswith("_"):
                    yield name, str(file.relative_to(PACKAGE))


def _shared(*kinds: type[ast.stmt]) -> dict[str, list[str]]:
    modules = defaultdict(list)
    for name, module in _public(kinds):
        modules[name].append(module)
    return {name: found for name, found in modules.items() if len(found) > 1}


def test_functions_of_different_modules_have_names_of_their_own() -> None:
    shared = _shared(ast.FunctionDef, ast.AsyncFunctionDef)
    assert {name: found for name, found in shared.items() if name not in INTERFACES | LEVELS | COMMANDS | ALIKE} == {}
    assert shared.keys() == INTERFACES | LEVELS | COMMANDS | ALIKE, "what is listed is still shared"


def test_every_class_has_a_name_of_its_own() -> None:
    assert _shared(ast.ClassDef) == {}
