"""What a file imports, wherever and however it does."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Collection, Iterator

import rasp
import rasp.session
from rasp.cli.arguments import COMMANDS
from rasp.draw import formats
from rasp.model.exporters import EXPORTERS
from tests.rooms.modules import MODULES, dotted, last_name, nodes
from tests.rooms.table import TOP

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


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that are imported anywhere in a file: in functions, for type checkers, and by name in a string."""
    for node in nodes(tree, ast.Constant, ast.Attribute):
        yield from _modules_in(node)
    for plain in nodes(tree, ast.Import):
        yield from (alias.name for alias in plain.names)
    for statement in nodes(tree, ast.ImportFrom):
        assert statement.level == 0, "imports are absolute here"
        names = [f"{statement.module}.{alias.name}" for alias in statement.names]
        yield from (name if name in MODULES else str(statement.module) for name in names)
    yield from filter(None, (name for name, _ in import_calls(tree)))


# A string that is a path, or a type with paths: `rasp.errors`, `rasp.errors:RaspError`, `list[rasp.graph.nodes.Node]`.
# Blanks stand only beside `|` and behind a comma, so prose is none.
WHOLE = re.compile(r"\w+(?:(?:\.|:|\[|\]*(?: \| |, ))\w+)*\]*")
PATH = re.compile(r"\brasp(?:\.\w+)+")


def _modules_in(node: ast.Constant | ast.Attribute) -> Iterator[str]:
    """The modules that a string or an attribute such as `rasp.errors.RaspError` names; their members count as well."""
    if isinstance(node, ast.Attribute):
        paths = [text] if PATH.fullmatch(text := dotted(node)) else []
    else:
        paths = PATH.findall(node.value) if isinstance(node.value, str) and WHOLE.fullmatch(node.value) else []
    for path in set(paths) - rasp.MOVED.keys():  # old names import nothing
        parents = itertools.accumulate(path.split("."), lambda before, part: f"{before}.{part}")
        module = [name for name in parents if name in MODULES][-1]
        if module not in TOP:
            yield module


def import_calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The calls of `import_module`, each as a name and "", or "" and the code of an argument that is no literal."""
    for node in nodes(tree, ast.Call):
        if last_name(node.func) == "import_module":
            match node.args:
                case [ast.Constant(value=str(name))]:
                    yield name, ""
                case arguments:
                    yield "", ", ".join(map(ast.unparse, arguments))
