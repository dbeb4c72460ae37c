"""The statements of a learned program: reads its text into names and nodes, and writes it from them."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import NamedTuple

from rasp.errors import BadInput
from rasp.graph import builders as graph
from rasp.graph.nodes import Node
from rasp.source.formula import formula
from rasp.source.program import ProgramText
from rasp.source.reading import load_nodes
from rasp.syntax import tree
from rasp.syntax.bracketing import add_brackets
from rasp.syntax.formatting import format as formatted
from rasp.syntax.reader import Reader

OUTPUT = "output"  # name of the result of a learned program
KEPT = 8  # size of the cache of programs


class Statement(NamedTuple):
    """A name and its node."""

    name: str
    node: Node


@functools.lru_cache(KEPT)
def read_back(text: str) -> tuple[Statement, ...]:
    """The statements of a learned program; the last one is its output. Raises RaspError if the text is not a program.

    >>> [statement.name for statement in read_back("rank = indices + 1; output = rank * 2;")]
    ['rank', 'output']
    """
    reader = Reader("<learned>")
    reader.feed(text)
    names = [item.targets[0].id for item in reader.finish() if isinstance(item, tree.Assign) and len(item.targets) == 1]
    if not names or names[-1] != OUTPUT:
        raise BadInput("the program has no output")
    nodes = load_nodes(ProgramText(text, tuple(names)))
    if not all(isinstance(node, Node) for node in nodes):
        raise BadInput("the program gives names to what is no s-op")
    return tuple(map(Statement, names, nodes))


def write_statements(statements: Iterable[Statement]) -> list[str]:
    """Each statement as formatted text, with brackets for clarity; earlier statements appear by their names.

    >>> write_statements(read_back("rank=indices+1; output=rank*2;"))
    ['rank = indices + 1;\\n', 'output = rank * 2;\\n']
    """
    names: dict[Node, str] = {graph.length(): "length", graph.full(): "full_s"}
    texts = []
    for name, node in statements:
        texts.append(formatted(add_brackets(f"{name} = {formula(node, names.get, whole=True)};\n")))
        names.setdefault(node, name)
    return texts


def rename_output(text: str, output: str) -> str:
    """The program with another name for its output, which becomes a prefix of all other names.

    >>> print(rename_output("rank = indices + 1; output = rank * 2;", "f"), end="")
    f_rank = indices + 1;
    f = f_rank * 2;
    """
    *parts, (_, result) = read_back(text)
    named = [Statement(f"{output}_{name}", node) for name, node in parts]
    return "".join(write_statements([*named, Statement(output, result)]))
