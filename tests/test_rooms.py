"""Who may import whom, what a start imports, and how long functions and files may be. `docs/design.md` says why."""

from __future__ import annotations

import ast
import functools
import graphlib
import itertools
import re
import statistics
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import rasp
import rasp.session
from rasp.cli.arguments import COMMANDS
from rasp.draw import formats
from rasp.model.exporters import EXPORTERS

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
ROOMS |= {interface: set(ROOMS) - GROUND for interface in ("repl", "lsp", "notebook", "cli")}
ROOMS["cli"] |= {"repl", "lsp"}  # which it starts
# What users import and start, with the rooms that it may import; nobody imports it.
TOP = {"rasp": set(ROOMS) - {"conversation", "repl", "lsp", "notebook", "cli"}, "rasp.__main__": {"cli"}}
HOOKS = {"rasp": {"rasp.notebook.magics"}}  # imports upwards: `%load_ext rasp` of IPython calls `rasp` itself

OUTSIDE = {  # who imports which package
    "lark": {"rasp.syntax"},
    "wcwidth": {"rasp.base.diagnostics"},
    "safetensors": {"rasp.model.files"},
    "cairosvg": {"rasp.draw.convert"},  # no dependency: for those who have it
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
        "rasp.present.token_matrix",
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


# Calls of `import_module` whose argument is no literal: (module, argument), with the modules that it may name.
COMPUTED: dict[tuple[str, str], Collection[str]] = {
    ("rasp", "_MODULES[name]"): rasp._MODULES.values(),
    ("rasp", "_HOMES.get(name, 'rasp.session.building')"): {*rasp._HOMES.values(), "rasp.session.building"},
    ("rasp.base.moved", "new"): (),  # a new name in `rasp.MOVED`; the module that hands the table over imports it
    ("rasp.cli", "f'rasp.cli.{options.command}'"): [f"rasp.cli.{name}" for name in COMMANDS],
    ("rasp.draw.formats", "self.module"): [row.module for row in (*formats.FORMATS, formats.EMBEDDED)],
    ("rasp.model.exporters", "self.module"): [row.module for row in EXPORTERS],
    ("rasp.session", "_MOVED[name]"): rasp.session._MOVED.values(),
    ("rasp.train.training_run", "name"): [
        f"rasp.train.gradients.{name}" for name in ("constrained_loop", "device", "loop")
    ],
}
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


def _imports(tree: ast.AST) -> Iterator[str]:
    """The modules that are imported anywhere in a file: in functions, for type checkers, and by name in a string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.Attribute):
            yield from _modules_in(node)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else str(node.module) for name in names)
    yield from filter(None, (name for name, _ in _import_calls(tree)))


# A string that is a path, or a type with paths: `rasp.errors`, `rasp.errors:RaspError`, `list[rasp.graph.nodes.Node]`.
# Blanks stand only beside `|` and behind a comma, so prose is none.
WHOLE = re.compile(r"\w+(?:(?:\.|:|\[|\]*(?: \| |, ))\w+)*\]*")
PATH = re.compile(r"\brasp(?:\.\w+)+")


def _modules_in(node: ast.Constant | ast.Attribute) -> Iterator[str]:
    """The modules that a string or an attribute such as `rasp.errors.RaspError` names; their members count as well."""
    if isinstance(node, ast.Attribute):
        paths = PATH.findall(text) if PATH.fullmatch(text := ast.unparse(node)) else []
    else:
        paths = PATH.findall(node.value) if isinstance(node.value, str) and WHOLE.fullmatch(node.value) else []
    for path in set(paths) - rasp.MOVED.keys():  # old names import nothing
        parents = itertools.accumulate(path.split("."), lambda before, part: f"{before}.{part}")
        module = [name for name in parents if name in MODULES][-1]
        if module not in TOP:
            yield module


def _import_calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The calls of `import_module`, each as a name and "", or "" and the code of an argument that is no literal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) == "import_module":
            match node.args:
                case [ast.Constant(value=str(name))]:
                    yield name, ""
                case arguments:
                    yield "", ", ".join(map(ast.unparse, arguments))


def _last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@functools.cache
def _trees() -> dict[str, ast.Module]:
    """The syntax trees of all modules. Not made at import, since every worker imports this file."""
    return {module: ast.parse(file.read_text(encoding="utf-8")) for module, file in MODULES.items()}


@functools.cache
def _graph() -> dict[str, set[str]]:
    """Who imports whom, modules that are named by what is computed included."""
    graph = {module: {name for name in _imports(tree) if _is_ours(name)} for module, tree in _trees().items()}
    for (module, _), names in COMPUTED.items():
        graph[module].update(names)
    return graph


def _is_ours(name: str) -> bool:
    return name.split(".")[0] == "rasp"


def _room(module: str) -> str:
    """The folder of a module, or the module itself, if it stands beside the folders."""
    return module.split(".")[1]


def test_every_file_lies_in_a_room() -> None:
    assert {path.name for path in PACKAGE.iterdir() if path.is_file()} == {
        "__init__.py", "__main__.py", "errors.py", "py.typed"
    }  # fmt: skip
    assert {_room(module) for module in MODULES if module not in TOP} == set(ROOMS)
    folders = {file.relative_to(PACKAGE).parts[0] for file in PACKAGE.glob("*/**/*") if file.is_file()}
    assert folders - {"__pycache__"} == set(ROOMS) - {"errors"}


def test_the_design_lists_every_room_with_its_imports() -> None:
    assert list(_documented().items()) == list(ROOMS.items())


def test_the_design_is_short() -> None:
    assert len(_design().split()) < 2500


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
        assert room not in rooms, "a row for each room"
        named = set(re.findall(r"`(\w+)`", imports))
        rooms[room] = set(rooms) - GROUND - named if imports.startswith("all above") else named
    return rooms


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module: str) -> None:
    """Also those of the `__init__` of each room and of `rasp` itself."""
    upwards = {name for name in _graph()[module] if name in TOP or _room(name) not in _allowed(module)}
    assert upwards == HOOKS.get(module, set())


def _allowed(module: str) -> set[str]:
    if module in TOP:
        return TOP[module]
    room = _room(module)
    return {room, *ROOMS[room], *(GROUND if room not in GROUND else ())}


def test_modules_do_not_import_one_another_in_a_circle() -> None:
    """Every import counts: at the top, in functions, for type checkers."""
    assert list(graphlib.TopologicalSorter(_graph()).static_order())


def test_no_import_is_hidden() -> None:
    """What is imported by a name that is computed is listed, and counted above; there are no other ways to import."""
    found = [(module, argument) for module, tree in _trees().items() for _, argument in _import_calls(tree) if argument]
    assert sorted(found) == sorted(COMPUTED)
    literal = {name for tree in _trees().values() for name, _ in _import_calls(tree) if name}
    assert literal == {"cairosvg"}  # without types for it; all others are statements, late ones with their reason
    assert {name for names in COMPUTED.values() for name in names} <= MODULES.keys()
    assert {use for module, tree in _trees().items() for use in _hidden(module, tree)} == UNSEEN_USES


def _hidden(module: str, tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Other ways to import; `import_module` under another name, handed on instead of called, or named in a string."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    owners = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "sys":
            yield from ((module, "sys.modules") for alias in node.names if alias.name == "modules")
        elif isinstance(node, ast.alias) and node.name in {"import_module", *UNSEEN, *LOADERS}:
            if node.asname or node.name in UNSEEN:
                yield module, node.name
        elif isinstance(node, ast.Constant) and node.value in {"import_module", *UNSEEN}:
            yield module, node.value
        elif isinstance(node, ast.Name) and node.id in LOADERS and id(node) not in owners:  # as in `vars(importlib)`
            yield module, node.id
        elif (name := _last_name(node)) in UNSEEN or (name == "import_module" and id(node) not in called):
            yield module, name
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.modules":  # has what others have imported
            yield module, "sys.modules"
        elif isinstance(node, ast.Name) and node.id in BUILTINS:
            yield module, node.id
    for name, _ in _import_calls(tree):
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
    assert "rasp.cli.pipe" in set(_imports(ast.parse(code)))


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
    assert all(argument for code in codes for _, argument in _import_calls(ast.parse(code)))


# What a reason speaks of: a start that would import what it does not need, or a package that may not be installed.
REASON = re.compile(
    r"# .*\bimported late: .*\b(start|starts|sooner|imports|need|needs|needed|few|most|extra|dependency)\b"
)


def test_late_imports_give_their_reason() -> None:
    """In a comment beside one of them. Imports that follow one another share one."""
    unexplained = []
    for module, file in MODULES.items():
        lines = file.read_text(encoding="utf-8").splitlines()
        for imports in _late_imports(_trees()[module]):
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


@pytest.mark.parametrize("before", ["def f():", "async def f():", "class C:", "class C:\n  if x:", "def f():\n  if x:"])
def test_late_imports_are_found(before: str) -> None:
    assert len(list(_late_imports(ast.parse(f"{before}\n    import a")))) == 1


def _late_imports(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """The imports inside functions and classes, each with those that follow it directly."""
    inside = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    functions = [node for node in ast.walk(tree) if isinstance(node, inside)]
    for block in {id(block): block for function in functions for block in _blocks(function)}.values():
        for late, statements in itertools.groupby(block, lambda node: isinstance(node, ast.Import | ast.ImportFrom)):
            if late:
                yield list(statements)


def _blocks(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements in a function, its own and those of `if`, `try` and so on."""
    for node in ast.walk(function):
        yield from (block for _, block in ast.iter_fields(node) if isinstance(block, list) and block)


def test_other_packages_stay_in_their_rooms() -> None:
    for module, tree in _trees().items():
        for name in _imports(tree):
            package = name.split(".")[0]
            if package == "rasp" or package in sys.stdlib_module_names:
                continue
            homes = OUTSIDE.get(package, set())
            assert any(module == home or module.startswith(f"{home}.") for home in homes), f"{module} imports {package}"


PRIVATE_OF_POOLS = {"_processes", "_result_queue", "_max_workers", "_mp_context", "_initializer", "_initargs"}


def test_private_attributes_of_pools_are_in_one_file() -> None:
    """Read directly, or by `getattr`, where the name is a string."""
    used = {module for module, tree in _trees().items() for node in ast.walk(tree) if _names_one(node)}
    assert used == {"rasp.parallel.processes"}


def _names_one(node: ast.AST) -> bool:
    name = node.value if isinstance(node, ast.Constant) else _last_name(node)
    return isinstance(name, str) and name in PRIVATE_OF_POOLS


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
    for module, tree in _trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{module}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_functions_are_short() -> None:
    lengths = list(_functions())
    assert statistics.median(length for _, length in lengths) < 10
    assert {name for name, length in lengths if length > 60} == set()


def test_files_are_short() -> None:
    assert {_name(file) for file in FILES if len(file.read_text(encoding="utf-8").splitlines()) > 600} == set()


def test_the_name_of_a_type_stands_for_one_type() -> None:
    """The names of classes, aliases of types, type variables, and what is imported under another name."""
    homes: dict[str, set[str]] = {}
    for module, tree in _trees().items():
        for name, home in _types(module, tree):
            homes.setdefault(name, set()).add(home)
    assert {name: sorted(found) for name, found in homes.items() if len(found) > 1} == {}


def _types(module: str, tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The types that a file names: the name, and the place that defines it."""
    for node in ast.walk(tree):
        place = f"{module}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.ClassDef):
            yield node.name, place
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((name, place) for target in targets if _is_type_name(name := _last_name(target)))
        elif type(node).__name__ == "TypeAlias":  # `type X = …`, which Python 3.12 has
            yield node.name.id, place  # type: ignore[attr-defined]
        elif isinstance(node, ast.Call) and _last_name(node.func) in ("NamedTuple", "namedtuple", "NewType"):
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


BLOCK = 6  # lines


class Copied(NamedTuple):
    """Lines that stand in several places, in a module as often as it is named, and the reason."""

    modules: tuple[str, ...]
    reason: str
    lines: str


DRAWS = ("rasp.session.sops", "rasp.session.transformer")
COPIES = [
    Copied(
        ("rasp.base.diagnostics", "rasp.errors"),
        "an error takes the parts of its diagnostic by their names",
        """
        span: Span | None = None,
        label: str = "",
        hint: str = "",
        suggestion: str = "",
        details: Iterable[str] = (),
        notes: Iterable[Note] = (),
        ) -> None:
        """,
    ),
    Copied(
        DRAWS,
        "`draw` has a signature without a path and one with it, which type checkers tell apart",
        """
        @overload
        def draw(
        self,
        given: Any,
        path: None = None,
        *,
        """,
    ),
    Copied(
        DRAWS,
        "as above",
        """
        ) -> Drawing: ...
        @overload
        def draw(
        self,
        given: Any,
        path: str | Path,
        *,
        """,
    ),
    Copied(
        DRAWS,
        "as above",
        """
        ) -> str: ...
        def draw(
        self,
        given: Any,
        path: str | Path | None = None,
        *,
        """,
    ),
    Copied(
        ("rasp.session.sops",) * 3,
        "the options of these signatures",
        """
        *,
        max_n: int | None = None,
        as_built: bool = False,
        width: float = 0,
        scale: float = 1,
        embed: bool = False,
        """,
    ),
]


def _lines(text: str) -> list[str]:
    """The lines of a file that say something: no imports, examples, comments, blank lines, lone brackets."""
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    passed_over = {line for node in imports for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if number not in passed_over)
    return [line for _, line in lines if line.strip("()[]{},:") and not line.startswith(("#", ">>>"))]


def _windows(lines: list[str]) -> Iterator[tuple[str, ...]]:
    """The blocks of lines, each as long as what must not be copied."""
    return (tuple(lines[start : start + BLOCK]) for start in range(len(lines) - BLOCK + 1))


def _lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def test_no_block_stands_twice() -> None:
    found: dict[tuple[str, ...], list[str]] = {}
    for module, file in MODULES.items():
        for block in _windows(_lines(file.read_text(encoding="utf-8"))):
            found.setdefault(block, []).append(module)
    repeated = {block: tuple(modules) for block, modules in found.items() if len(modules) > 1}
    listed = {block: copied.modules for copied in COPIES for block in _windows(_lines_of(copied.lines))}
    assert repeated == listed
