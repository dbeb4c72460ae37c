"""Writes graph nodes as a program that builds identical nodes again, in this process or another.

A node cannot leave its process, because its serial means nothing in another. Nodes that are used more than once, and
every few levels of deep formulas, get a name and a statement of their own. So the text is about as long as the graph is
large, and never deeply nested, however deep the graph. Two functions that user programs do not have, `HELPERS`, express
what RASP cannot: strings with `"` or a line break, and constants as s-ops.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rasp.graph import builders as graph
from rasp.graph.nodes import Constant, Illegal, Map, Node, operands, topological
from rasp.runtime.values import Builtin
from rasp.source.formula import Spelling, expression
from rasp.syntax import tree
from rasp.syntax.printer import to_source

LEVELS = 8  # nested operators in a statement

UNSPELT = re.compile('(["\r\n])')  # characters that no string literal can contain


@dataclass(frozen=True)
class ProgramText:
    """A source text, and the names of the wanted nodes in it. It consists of strings alone, so it can be pickled."""

    source: str
    names: tuple[str, ...]


def program(wanted: Iterable[Node]) -> ProgramText:
    """The program of some nodes; it has to run where the names of `HELPERS` are bound.

    >>> same = graph.compare("==", graph.tokens(), graph.tokens())
    >>> hist = graph.selector_width(same)
    >>> made = program([hist, graph.aggregate(same, hist)])
    >>> print(made.source)
    v1 = select(tokens, tokens, ==);
    v2 = selector_width(v1);
    v3 = aggregate(v1, v2);
    >>> made.names
    ('v2', 'v3')
    """
    nodes = list(wanted)
    order = topological(nodes)
    uses = Counter(operand for node in order for operand in operands(node))
    named = set(nodes)
    written: dict[Node, tuple[tree.SyntaxNode, int]] = {}  # the expression of a node where it is used, and its levels
    names: dict[Node, str] = {}
    lines = []
    for node in order:
        made = expression(node, _parts(node, written), SPELLING)
        if isinstance(node, Constant) and node in named:
            made = _lift(made)
        levels = 1 + max((written[part][1] for part in operands(node)), default=-1)
        if node in named or (operands(node) and (uses[node] > 1 or levels >= LEVELS)):
            names[node] = f"v{len(names) + 1}"
            name = tree.Name(names[node])
            lines.append(to_source(tree.Assign((name,), (made,))))
            made, levels = name, 0
        written[node] = made, levels
    return ProgramText("\n".join(lines), tuple(names[node] for node in nodes))


def _parts(node: Node, written: dict[Node, tuple[tree.SyntaxNode, int]]) -> Sequence[tree.SyntaxNode]:
    """The expressions of the operands. A constant is a bare atom, unless the runtime would then fold the operation."""
    parts = operands(node)
    shown = [written[part][0] for part in parts]
    if all(isinstance(part, Constant) for part in parts):
        return [_lift(part) for part in shown]
    if isinstance(node, Map) and node.op in ("where", "lookup_or") and isinstance(parts[0], Constant):
        return [_lift(shown[0]), *shown[1:]]
    return shown


def _lift(made: tree.SyntaxNode) -> tree.SyntaxNode:
    return made if isinstance(made, tree.Name) else tree.Call(tree.Name("constant"), (made,))


def _atom(value: Any) -> tree.SyntaxNode:
    """An expression for exactly this atom."""
    if not isinstance(value, str) or not UNSPELT.search(value):
        return tree.Literal(value)
    parts = [ord(part) if UNSPELT.fullmatch(part) else part for part in UNSPELT.split(value) if part]
    return tree.Call(tree.Name("text"), (tree.List(tuple(map(tree.Literal, parts))),))


# An expression of each kind that a table may hold but no sequence can.
ILLEGAL: dict[str, tree.SyntaxNode] = {
    "list": tree.List(()),
    "dict": tree.Dict(()),
    "function": tree.Name("len"),
    "s-op": tree.Name("indices"),
    "selector": tree.Name("full_s"),
    "scorer": tree.Name("near"),
}


def _entry(value: Any) -> tree.SyntaxNode:
    return ILLEGAL[value.kind] if isinstance(value, Illegal) else _atom(value)


SPELLING = Spelling(_atom, _entry)


def _join(parts: Any) -> str:
    """Joins texts and code points into a string."""
    return "".join(chr(part) if isinstance(part, int) else part for part in parts)


HELPERS = {
    builtin.name: builtin
    for builtin in (
        Builtin("constant", ("atom",), 1, 1, graph.constant),
        Builtin("text", ("parts",), 1, 1, _join),
    )
}
