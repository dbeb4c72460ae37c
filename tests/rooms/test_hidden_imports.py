"""Every import is seen: there is none by a computed name that is not listed, and no other way to import."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.rooms.imports import COMPUTED, import_calls, imports
from tests.rooms.modules import MODULES, dotted, last_name, nodes, trees

# Other ways to import, or to look for modules. Python files of users are loaded in one place, packages get a class in
# one, and one asks whether an optional package is installed.
BUILTINS = {"exec", "eval"}
UNSEEN = {"__import__", "_gcd_import", "exec_module", "load_module", "run_module", "run_path", "walk_packages"}
UNSEEN |= {"resolve_name", "iter_modules", "find_spec", "find_loader", "find_module", "spec_from_file_location"}
LOADERS = {"importlib", "pkgutil", "runpy", "pydoc", "zipimport"}  # used by the names of their functions alone
UNSEEN_USES = {
    ("rasp.session.teaching", "exec_module"),
    ("rasp.session.teaching", "spec_from_file_location"),
    ("rasp.base.packages", "sys.modules"),
    ("rasp.draw.convert", "find_spec"),
}


def test_no_import_is_hidden() -> None:
    """What is imported by a name that is computed is listed, and counted above; there are no other ways to import."""
    found = [(module, argument) for module, tree in trees().items() for _, argument in import_calls(tree) if argument]
    assert sorted(found) == sorted(COMPUTED)
    literal = {name for tree in trees().values() for name, _ in import_calls(tree) if name}
    assert literal == {"cairosvg"}  # without types for it; all others are statements, late ones with their reason
    assert {name for names in COMPUTED.values() for name in names} <= MODULES.keys()
    assert {use for module, tree in trees().items() for use in _hidden(module, tree)} == UNSEEN_USES


def _hidden(module: str, tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Other ways to import; `import_module` under another name, handed on instead of called, or named in a string."""
    called = {id(node.func) for node in nodes(tree, ast.Call)}
    owners = {id(node.value) for node in nodes(tree, ast.Attribute)}
    for node in nodes(tree, ast.ImportFrom, ast.alias, ast.Constant, ast.Name, ast.Attribute):
        if isinstance(node, ast.ImportFrom) and node.module == "sys":
            yield from ((module, "sys.modules") for alias in node.names if alias.name == "modules")
        elif isinstance(node, ast.alias) and node.name in {"import_module", *UNSEEN, *LOADERS}:
            if node.asname or node.name in UNSEEN:
                yield module, node.name
        elif isinstance(node, ast.Constant) and node.value in {"import_module", *UNSEEN}:
            yield module, node.value
        elif isinstance(node, ast.Name) and node.id in LOADERS and id(node) not in owners:  # as in `vars(importlib)`
            yield module, node.id
        elif (name := last_name(node)) in UNSEEN or (name == "import_module" and id(node) not in called):
            yield module, name
        elif dotted(node) == "sys.modules":  # has what others have imported
            yield module, "sys.modules"
        elif isinstance(node, ast.Name) and node.id in BUILTINS:
            yield module, node.id
    for name, _ in import_calls(tree):
        if name.startswith("."):
            yield module, name


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    from rasp.cli import pipe",
        "class C:\n    import rasp.cli.pipe",
        "if TYPE_CHECKING:\n    from rasp.cli.pipe import converse",
        "import importlib\nimportlib.import_module('rasp.cli.pipe')",
        "table = {'a': 'rasp.cli.pipe'}",
        "table = {'a': 'rasp.cli.pipe:converse'}",
        "def f(x: 'rasp.cli.pipe.Conversation') -> None: ...",
        "x: 'list[rasp.cli.pipe.Conversation] | None' = None",
        "cast('rasp.cli.pipe.Conversation', x)",
        "import rasp.errors\nrasp.cli.pipe.converse()",
    ],
)
def test_every_import_is_seen(code: str) -> None:
    assert "rasp.cli.pipe" in set(imports(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "__import__('rasp.cli.pipe')",
        "builtins.__import__(name)",
        "exec('import rasp.cli.pipe')",
        "from importlib import import_module as load",
        "load = importlib.import_module",
        "map(import_module, names)",
        "import_module('.pipe')",
        "from runpy import run_module",
        "importlib._bootstrap._gcd_import('rasp.cli.' + name)",
        "pkgutil.resolve_name('rasp.cli:' + name)",
        "sys.modules['rasp.cli.' + name]",
        "from sys import modules",
        "importlib.util.find_spec('rasp.cli.' + name).loader",
        "importlib.util.spec_from_file_location(name, file)",
        "getattr(importlib, 'import_module')(name)",
        "getattr(importlib, 'import_' + kind)(name)",
        "vars(importlib)['import_' + kind](name)",
        "import importlib as lib",
        "operator.methodcaller('import_module', name)",
    ],
)
def test_hidden_imports_are_seen(code: str) -> None:
    assert list(_hidden("rasp.x", ast.parse(code)))


def test_computed_names_are_seen() -> None:
    codes = ["import_module(f'rasp.{x}')", "importlib.import_module('rasp.' + x)", "import_module('.x', 'rasp')"]
    assert all(argument for code in codes for _, argument in import_calls(ast.parse(code)))
