"""Who may import whom, what a start imports, and how long functions and files may be. `docs/design.md` says why."""

from __future__ import annotations

import ast
import graphlib
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "rasp"
FILES = sorted(PACKAGE.rglob("*.py"))

# What every room may import. They import nothing themselves, but what is said here.
GROUND = {name: set[str]() for name in ("bounds", "diagnostics", "numerals", "resources", "watch", "writing")}
GROUND["errors"] = {"diagnostics"}
GROUND["json_ints"] = {"numerals"}
GROUND["contents"] = {"diagnostics"}

# Rooms, from the ground up, with the rooms below them that they may import.
FOLDERS = {
    "syntax": {"syntax"},
    "graph": {"graph"},
    "runtime": {"runtime", "syntax", "graph"},
    "engine": {"engine", "graph"},
    "architecture": {"architecture", "graph"},
    "draw": {"draw", "architecture", "graph"},
    "compile": {"compile", "architecture", "engine", "graph"},
    "repl": {"repl", "session", "runtime", "syntax", "graph", "engine", "architecture", "draw", "compile"},
    "cli": {"cli", "repl", "session", "runtime", "syntax", "graph", "engine", "architecture", "draw", "compile"},
}
SESSION = {
    "session",
    "runtime",
    "syntax",
    "graph",
    "engine",
    "architecture",
    "draw",
    "compile",
}  # the modules beside the folders
ABOVE = {
    "": SESSION | {"repl"},
    "__main__": {"cli"},
}  # `rasp/__init__.py` offers the session's names and the REPL; `python -m rasp` starts the cli

OUTSIDE = {  # who imports which package
    "lark": {"rasp.syntax"},
    "wcwidth": {"rasp.diagnostics"},
    "safetensors": {"rasp.compile.files"},
    "torch": {"rasp.compile.to_torch", "rasp.compile.to_lens"},  # extras: for those who export models
    "transformer_lens": {"rasp.compile.to_lens"},
    "numpy": {"rasp.compile", "rasp.engine", "rasp.sequences", "rasp.repl.display"},
    "pygments": {"rasp.repl.lexer"},
    "IPython": {"rasp.repl.ipython"},  # no dependency: the module is for those who have it
    "prompt_toolkit": {f"rasp.repl.{part}" for part in ("terminal", "keys", "look", "history", "searching", "pasting")},
}


def _name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(body: ast.AST) -> Iterator[str]:
    """The modules that are imported anywhere in a tree: in functions, and for type checkers, too."""
    for node in ast.walk(body):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            for alias in node.names:
                yield _module(f"{node.module}.{alias.name}") or str(node.module)


def _module(name: str) -> str:
    """The name, if it is that of a module of this package."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    return name if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file() else ""


def _room(module: str) -> str:
    """A folder, one of the ground's modules, or "session" for every other module."""
    first = module.removeprefix("rasp").removeprefix(".").split(".")[0]
    return first if first in FOLDERS or first in GROUND else "session"


def _allowed(module: str) -> set[str]:
    first = module.removeprefix("rasp").removeprefix(".").split(".")[0]
    if first in GROUND:
        return GROUND[first]
    return {*GROUND, *(ABOVE.get(first) or FOLDERS.get(first) or SESSION)}


@pytest.mark.parametrize("file", [pytest.param(file, id=_name(file)) for file in FILES])
def test_imports_go_down(file: Path) -> None:
    module = _name(file)
    found = {name for name in _imports(ast.parse(file.read_text(encoding="utf-8"))) if name.split(".")[0] == "rasp"}
    assert {name for name in found if _room(name) not in _allowed(module)} == set()


def test_modules_do_not_import_one_another_in_a_circle() -> None:
    """Imports in functions and for type checkers are left out: they are there to break circles inside a room."""
    graph = {}
    for file in FILES:
        top = ast.Module(
            [
                node
                for node in ast.parse(file.read_text(encoding="utf-8")).body
                if isinstance(node, ast.Import | ast.ImportFrom)
            ],
            [],
        )
        graph[_name(file)] = {name for name in _imports(top) if name.startswith("rasp.")}
    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_other_packages_stay_in_their_rooms() -> None:
    for file in FILES:
        module = _name(file)
        for name in _imports(ast.parse(file.read_text(encoding="utf-8"))):
            package = name.split(".")[0]
            if package == "rasp" or package in sys.stdlib_module_names:
                continue
            homes = OUTSIDE.get(package, set())
            assert any(module == home or module.startswith(f"{home}.") for home in homes), f"{module} imports {package}"


START = """
import sys, rasp
from rasp.cli import main
{run}
loaded = {{name.split(".")[0] for name in sys.modules}}
print(sorted(loaded & {{"prompt_toolkit", "pygments", "lark", "numpy", "wcwidth"}}))
"""


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        pytest.param("", "[]", id="import"),
        pytest.param("main(['run', {file!r}, '-s', 'sorted', '-i', 'ba'])", "['numpy']", id="run"),
        pytest.param(
            "main(['run', {file!r}, '-s', 'sorted', '-i', 'bé'])", "['numpy', 'wcwidth']", id="run-beyond-ascii"
        ),
        pytest.param("main([])", "['numpy']", id="pipe"),
    ],
)
def test_what_a_start_imports(run: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "program.rasp"
    file.write_text('load "sort";', encoding="utf-8")
    script = START.format(run=run.format(file=str(file)))
    done = subprocess.run(
        [sys.executable, "-c", script], input="tokens;", capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == expected


def _functions() -> Iterator[tuple[str, int]]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{_name(file)}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_functions_are_short() -> None:
    lengths = list(_functions())
    assert statistics.median(length for _, length in lengths) < 10
    assert {name for name, length in lengths if length > 60} == set()


def test_files_are_short() -> None:
    assert {_name(file) for file in FILES if len(file.read_text(encoding="utf-8").splitlines()) > 600} == set()
