"""The definition of a legal graph.

The builders check each node as they make it, so the operands of an existing node are legal. `check_graph` verifies a
whole graph, also one whose nodes were made in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

from rasp.errors import InternalError
from rasp.graph import nodes
from rasp.graph.atoms import ATOMS
from rasp.graph.nodes import (
    TOKEN_KINDS,
    Aggregate,
    And,
    Best,
    Compare,
    Constant,
    Illegal,
    Indices,
    Map,
    Nearest,
    Node,
    Not,
    Or,
    SelectorWidth,
    Tokens,
    is_selector,
    operands,
    topological,
)
from rasp.graph.operators import COMPARISONS, OPERATORS

SELECTOR_TYPES: frozenset[type[Node]] = frozenset(nodes.SELECTORS)
SOP_TYPES: frozenset[type[Node]] = frozenset([Constant, Tokens, Indices, Map, Aggregate, SelectorWidth])


def is_legal_atom(value: object) -> bool:
    """Whether a graph may hold the value: a bool, an int, a finite float or a string.

    >>> is_legal_atom("a"), is_legal_atom(float("nan")), is_legal_atom(None)
    (True, False, False)
    """
    return isfinite(value) if isinstance(value, float) else isinstance(value, ATOMS)


def _is_legal_map(node: Map) -> bool:
    """Whether the operator is known, has as many s-ops as it takes, and a table if it needs one."""
    operator = OPERATORS.get(node.op) if isinstance(node.op, str) else None
    if operator is None or len(node.operands) != operator.arity:
        return False
    for part in node.operands:
        if type(part) not in SOP_TYPES:
            return False
    return _is_legal_table(node) if operator.tabled else node.table is None


def _is_legal_table(node: Map) -> bool:
    """Whether the table holds atoms, for "in"; entries, for a look-up; or pairs of both, if it is keyed."""
    if not isinstance(node.table, tuple) or (node.keyed and node.op == "in"):
        return False
    return all(map(is_legal_atom if node.op == "in" else _is_pair if node.keyed else _is_entry, node.table))


def _is_entry(item: object) -> bool:
    return isinstance(item, Illegal) or is_legal_atom(item)


def _is_pair(item: object) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and is_legal_atom(item[0]) and _is_entry(item[1])


# By class of node: whether a node is legal, provided that its operands are. Builders call this for every new node.
LEGAL: dict[type[Node], Callable[[Any], bool]] = {
    Constant: lambda node: is_legal_atom(node.value),
    Tokens: lambda node: node.kind in TOKEN_KINDS,
    Indices: lambda node: True,
    Map: _is_legal_map,
    Aggregate: lambda node: (
        type(node.selector) in SELECTOR_TYPES and type(node.values) in SOP_TYPES and is_legal_atom(node.default)
    ),
    SelectorWidth: lambda node: type(node.selector) in SELECTOR_TYPES,
    Compare: lambda node: type(node.keys) in SOP_TYPES and type(node.queries) in SOP_TYPES and node.op in COMPARISONS,
    And: lambda node: type(node.left) in SELECTOR_TYPES and type(node.right) in SELECTOR_TYPES,
    Or: lambda node: type(node.left) in SELECTOR_TYPES and type(node.right) in SELECTOR_TYPES,
    Not: lambda node: type(node.selector) in SELECTOR_TYPES,
    Best: lambda node: type(node.selector) in SELECTOR_TYPES and type(node.scores) in SOP_TYPES,
    Nearest: lambda node: type(node.selector) in SELECTOR_TYPES,
}


def check_graph(graph: Iterable[Node]) -> None:
    """Raises InternalError unless the nodes and all that they depend on are legal.

    >>> from rasp.graph.builders import apply, indices
    >>> check_graph([apply("+", indices(), indices())])
    >>> check_graph([Map(0, "+", (indices(),))])
    Traceback (most recent call last):
    rasp.errors.InternalError: `+` takes 2 operands, not 1
    """
    tops = list(graph)
    for top in tops:
        if not isinstance(top, Node):
            raise refusal(top)
    for node in topological(tops, parts=_nodes_of):
        if not _is_legal(node):
            raise refusal(node)


def _is_legal(node: Node) -> bool:
    """Whether a node with any fields is legal, provided that its operands are."""
    try:
        return type(node) in LEGAL and isinstance(operands(node), tuple) and LEGAL[type(node)](node)
    except TypeError:  # an operator that cannot be hashed
        return False


def _nodes_of(node: Node) -> tuple[Node, ...]:
    """The operands that are nodes: a walk cannot follow the others."""
    found = operands(node)
    return tuple(part for part in found if isinstance(part, Node)) if isinstance(found, tuple) else ()


def refusal(node: object) -> InternalError:
    """The error that says why a node is not legal.

    >>> str(refusal(Map(0, "no", ()))), str(refusal(Not(0, Indices(1))))
    ("there is no operator 'no'", 'Not cannot be made of an s-op')
    """
    if not isinstance(node, Node):
        return InternalError(f"{_describe(node)} is no node")
    name, parts = type(node).__name__, [value for field, value in vars(node).items() if field != "serial"]
    if isinstance(node, Map) and isinstance(node.operands, tuple):
        operator = OPERATORS.get(node.op) if isinstance(node.op, str) else None
        if operator is None:
            return InternalError(f"there is no operator {node.op!r:.60}")
        name, parts = f"`{node.op}`", [*node.operands]
        if len(parts) != operator.arity:
            many = f"{operator.arity} operand{'s' * (operator.arity > 1)}"
            return InternalError(f"{name} takes {many}, not {len(parts)}")
        if operator.tabled or node.table is not None:
            parts.append(node.table)
    return InternalError(f"{name} cannot be made of {', '.join(map(_describe, parts))}")


def _describe(part: object) -> str:
    if isinstance(part, Node):
        return "a selector" if is_selector(part) else "an s-op"
    return f"{part!r:.60}"
