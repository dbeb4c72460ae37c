"""Writes a learned program as text: a named definition for each head and for each formula that heads read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rasp.graph import builders as graph
from rasp.graph.nodes import Aggregate, SelectorWidth, topological
from rasp.learning.expressions import (
    Count,
    Expression,
    OperatorTerm,
    Read,
    Ready,
    operands,
    parts_of,
)
from rasp.learning.names import name_of
from rasp.learning.operations import TABLE
from rasp.learning.prices import formulas, is_neighbour
from rasp.learning.statements import OUTPUT, Statement, write_statements
from rasp.learning.to_graph import nodes_of
from rasp.runtime.prelude import prelude
from rasp.syntax.builder import RESERVED


def definitions(expression: Expression) -> list[Expression]:
    """The parts that have a definition of their own, operands first and the whole last."""
    parts = parts_of(expression)
    uses = Counter(operand for part in parts for operand in operands(part))
    roots = formulas(parts, (expression,))
    roots.update(part.parts[0] for part in parts if isinstance(part, OperatorTerm) and part.op == TABLE)
    named = [part for part in parts if _is_defined(part, part in roots, uses[part])]
    return [part for part in named if part != expression] + [expression]


def _is_defined(part: Expression, root: bool, uses: int) -> bool:
    if isinstance(part, OperatorTerm):
        return root or (uses > 1 and not is_neighbour(part))
    return isinstance(part, (Count, Read, Ready))


def text(expression: Expression) -> str:
    """The program, whose result is called `output`.

    >>> from rasp.learning.expressions import INDICES, Clause, SelectorTerm, Variable
    >>> tokens = Variable("tokens", "string")
    >>> rank = Count(SelectorTerm((Clause(tokens, "before", tokens),)))
    >>> print(text(Read(SelectorTerm((Clause(rank, "==", INDICES),)), "last", tokens, "-", "string")), end="")
    rank = selector_width(
        select(tokens, tokens, <)
        or (select(tokens, tokens, ==) and select(indices, indices, <))
    );
    output = aggregate(select(rank, indices, ==), tokens, "-");
    """
    return "".join(write_statements(statements(expression)))


def statements(expression: Expression) -> list[Statement]:
    """The definitions with their names and nodes; those of the user's own s-ops first, under their own names."""
    nodes = nodes_of(expression)
    ready = [part for part in definitions(expression) if isinstance(part, Ready) and part != expression]
    taken: Counter[str] = Counter({*RESERVED, *prelude().names_here(), *(part.name for part in ready)})
    made = list(_ready_statements(ready, taken))
    names: dict[Expression, str] = {part: part.name for part in ready}
    for part in definitions(expression):
        if part not in names:
            names[part] = OUTPUT if part == expression else _number(name_of(part, names), taken)
            made.append(Statement(names[part], nodes[part]))
    return made


def _ready_statements(ready: Sequence[Ready], taken: Counter[str]) -> Iterator[Statement]:
    """The user's own s-ops; each head in them gets a statement, so that no formula is too long to read."""
    known = {graph.indices(), graph.length(), *(one.node for one in ready)}
    for one in ready:
        for node in topological([one.node]):
            if isinstance(node, (Aggregate, SelectorWidth)) and node not in known:
                known.add(node)
                yield Statement(_number(f"{one.name}_part", taken), node)
        yield Statement(one.name, one.node)


def _number(name: str, taken: Counter[str]) -> str:
    """The name, or one with a number where it is taken already."""
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}{taken[name]}"
