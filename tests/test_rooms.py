"""Who may import whom, what a start imports, and how long functions and files may be. `docs/design.md` says why."""

from __future__ import annotations

import ast
import graphlib
import itertools
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "rasp"
FILES = sorted(PACKAGE.rglob("*.py"))
GROUND = {"base", "errors"}  # what every room may import

# Rooms, from the ground up, with the rooms that they may import besides the ground and themselves.
ROOMS: dict[str, set[str]] = {"base": set(), "errors": {"base"}, "graph": set()}
ROOMS["syntax"] = {"graph"}  # for the names that operators reserve
ROOMS["runtime"] = {"syntax", "graph"}
ROOMS["source"] = {"runtime", "syntax", "graph"}
ROOMS["engine"] = {"graph"}
ROOMS["architecture"] = {"graph"}
ROOMS["model"] = {"engine", "architecture", "graph"}
ROOMS["compile"] = {"model", "engine", "architecture", "graph"}
ROOMS["draw"] = {"architecture", "model", "graph"}
ROOMS["present"] = set(ROOMS) - GROUND
ROOMS["parallel"] = set(ROOMS) - GROUND
ROOMS["train"] = set(ROOMS) - GROUND
ROOMS["learning"] = set(ROOMS) - GROUND
ROOMS["session"] = set(ROOMS) - GROUND
ROOMS["assist"] = set(ROOMS) - GROUND
ROOMS["conversation"] = set(ROOMS) - GROUND
ROOMS |= {front: set(ROOMS) - GROUND for front in ("repl", "lsp", "notebook", "cli")}
ROOMS["cli"] |= {"repl", "lsp"}  # which it starts
# What users import and start, with the rooms that it may import; nobody imports it.
TOP = {"rasp": set(ROOMS) - {"conversation", "repl", "lsp", "notebook", "cli"}, "rasp.__main__": {"cli"}}
HOOKS = {"rasp": {"rasp.notebook.magics"}}  # imports upwards: `%load_ext rasp` of IPython calls `rasp` itself

OUTSIDE = {  # who imports which package
    "lark": {"rasp.syntax"},
    "wcwidth": {"rasp.base.diagnostics"},
    "safetensors": {"rasp.model.files"},
    "torch": {"rasp.train.gradients", *(f"rasp.model.to_{library}" for library in ("torch", "onnx", "lens"))},  # extras
    "transformer_lens": {"rasp.model.to_lens"},
    "numpy": {
        "rasp.compile",
        "rasp.engine",
        "rasp.learning",
        "rasp.model",
        "rasp.train",
        "rasp.present.heat_maps",
        "rasp.present.sequences",
        "rasp.conversation.display",
    },
    "pygments": {"rasp.assist.highlighting"},
    "pygls": {"rasp.lsp"},  # an extra
    "lsprotocol": {"rasp.lsp"},
    "IPython": {"rasp.notebook"},  # no dependency: the room is for those who have it
    "pandas": {"rasp.present.heat_maps", "rasp.session.tracing"},  # no dependency, either
    "prompt_toolkit": {f"rasp.repl.{part}" for part in ("terminal", "keys", "look", "history", "searching", "pasting")},
}


def _name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(file): file for file in FILES}


def _imports(file: Path) -> Iterator[str]:
    """The modules that are imported anywhere in a file: in functions, for type checkers, and by name in a string."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and node.value in MODULES and node.value not in TOP:
            yield node.value
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else str(node.module) for name in names)


GRAPH = {module: {name for name in _imports(file) if name.split(".")[0] == "rasp"} for module, file in MODULES.items()}


def _room(module: str) -> str:
    """The folder of a module, or the module itself, if it stands beside the folders."""
    return module.split(".")[1]


def test_every_file_lies_in_a_room() -> None:
    assert {path.name for path in PACKAGE.iterdir() if path.is_file()} == {
        "__init__.py", "__main__.py", "errors.py", "py.typed"
    }  # fmt: skip
    assert {_room(module) for module in MODULES if module not in TOP} == set(ROOMS)


def test_the_design_lists_every_room_with_its_imports() -> None:
    assert list(_documented().items()) == list(ROOMS.items())


def test_the_design_names_files_that_exist() -> None:
    root = PACKAGE.parent
    names = re.findall(r"`([\w/.]+\.(?:py|lark))`", _design())
    assert len(names) > 10
    for name in names:
        assert any((folder / name).is_file() for folder in (root, PACKAGE, root / "tests")), name


def _design() -> str:
    return (PACKAGE.parent / "docs" / "design.md").read_text(encoding="utf-8")


def _documented() -> dict[str, set[str]]:
    """The table of rooms in the design. "all above" are the rooms of the rows above, without the ground."""
    rooms: dict[str, set[str]] = {}
    for room, imports in re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", _design().split("\n## ")[1], re.MULTILINE):
        named = set(re.findall(r"`(\w+)`", imports))
        rooms[room] = set(rooms) - GROUND - named if imports.startswith("all above") else named
    return rooms


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module: str) -> None:
    """Also those of the `__init__` of each room and of `rasp` itself."""
    upwards = {name for name in GRAPH[module] if name in TOP or _room(name) not in _allowed(module)}
    assert upwards == HOOKS.get(module, set())


def _allowed(module: str) -> set[str]:
    if module in TOP:
        return TOP[module]
    room = _room(module)
    return {room, *ROOMS[room], *(GROUND if room not in GROUND else ())}


def test_modules_do_not_import_one_another_in_a_circle() -> None:
    """Every import counts: at the top, in functions, for type checkers."""
    assert list(graphlib.TopologicalSorter(GRAPH).static_order())


def test_late_imports_give_their_reason() -> None:
    """In a comment beside or above the first of them. Imports that follow one another share one."""
    unexplained = []
    for module, file in MODULES.items():
        lines = file.read_text(encoding="utf-8").splitlines()
        for imports in _late_imports(ast.parse("\n".join(lines))):
            first, last = imports[0].lineno, imports[-1].end_lineno
            above = lines[first - 2].strip()
            explained = above.startswith("#") or any("#" in line for line in lines[first - 1 : last])
            if not explained:
                unexplained.append(f"{module}:{first}")
    assert unexplained == []


def _late_imports(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """The imports inside functions, each with those that follow it directly."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for block in {id(block): block for function in functions for block in _blocks(function)}.values():
        for late, statements in itertools.groupby(block, lambda node: isinstance(node, ast.Import | ast.ImportFrom)):
            if late:
                yield list(statements)


def _blocks(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements in a function, its own and those of `if`, `try` and so on."""
    for node in ast.walk(function):
        yield from (block for _, block in ast.iter_fields(node) if isinstance(block, list) and block)


def test_other_packages_stay_in_their_rooms() -> None:
    for module, file in MODULES.items():
        for name in _imports(file):
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


def test_a_class_name_stands_for_one_class() -> None:
    homes: dict[str, list[str]] = {}
    for module, file in MODULES.items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


BLOCK = 6  # lines
TWICE = {  # files in which a block of lines may stand twice, with the reason
    ("rasp.base.diagnostics", "rasp.errors"): "an error takes the parts of its diagnostic by their names",
    ("rasp.session.sops",): "the same signature of `draw` with and without a path",
    (
        "rasp.session.sops",
        "rasp.session.transformer",
    ): "the signatures of `draw` with and without a path, which type checkers tell apart",
}


def _lines(file: Path) -> list[str]:
    """The lines of a file that say something: no imports, examples, comments, blank lines, lone brackets."""
    text = file.read_text(encoding="utf-8")
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    passed_over = {line for node in imports for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if number not in passed_over)
    return [line for _, line in lines if line.strip("()[]{},:") and not line.startswith(("#", ">>>"))]


def test_no_block_stands_twice() -> None:
    found: dict[tuple[str, ...], list[str]] = {}
    for module, file in MODULES.items():
        lines = _lines(file)
        for start in range(len(lines) - BLOCK + 1):
            found.setdefault(tuple(lines[start : start + BLOCK]), []).append(module)
    repeated = {tuple(sorted(set(modules))): block for block, modules in found.items() if len(modules) > 1}
    assert repeated.keys() == TWICE.keys()
