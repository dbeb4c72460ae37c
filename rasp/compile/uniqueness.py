"""Finds heads that select at most one key on every input.

Sets of values cannot show that, for example, the ranks of a sort are all different. So three properties are derived:
whether a sequence is *uniform* (equal at all positions), whether it *differs* at any two positions, and whether a
selector orders all positions, so that its widths are ranks. A head that compares keys that differ with `==` selects one
key at most.
"""

from __future__ import annotations

import numpy as np

from rasp.compile.heads import NormalHead
from rasp.compile.value_tables import Tables
from rasp.graph.nodes import Compare, Constant, Indices, Map, Node, elementwise, topological
from rasp.graph.operators import OPERATORS
from rasp.model.arrays import Array

MODERATE = 2**48  # adding 1 to a smaller float changes it


def selects_one(head: NormalHead, tables: Tables) -> bool:
    """Whether it is certain that no row of a head selects two keys.

    >>> from rasp.compile.patterns import pattern
    >>> from rasp.compile.value_tables import Sites
    >>> from rasp.graph.builders import compare, indices, tokens
    >>> tables = Tables("ab", Sites(3), {})
    >>> heads = [NormalHead(1, 0, pattern(compare("==", keys, indices())), keys, ()) for keys in (indices(), tokens())]
    >>> [selects_one(head, tables) for head in heads]
    [True, False]
    """
    return head.pattern.near or any(
        isinstance(clause, Compare) and clause.op == "==" and differs(clause.keys, tables)
        for clause in head.pattern.clauses
    )


def differs(node: Node, tables: Tables) -> bool:
    """Whether it is certain that a node has different values at any two positions."""
    known: set[Node] = set()  # those that differ
    uniform: set[Node] = set()
    for part in topological([node], parts=elementwise):
        if _is_uniform(part, uniform, tables):
            uniform.add(part)
        elif _differs(part, known, uniform, tables):
            known.add(part)
    return node in known


def _differs(node: Node, known: set[Node], uniform: set[Node], tables: Tables) -> bool:
    """Whether a node differs. `known` are the operands that differ, `uniform` those that are uniform."""
    match node:
        case Indices():
            return True
        case Map(op=op, operands=parts) if OPERATORS[op].injective:
            varying = [part for part in parts if part not in uniform]
            return len(varying) == 1 and varying[0] in known and all(_is_moderate(part, tables) for part in parts)
    return node in tables.ranks


def _is_moderate(node: Node, tables: Tables) -> bool:
    """Whether all values so far are numbers of absolute value below MODERATE."""
    return all(isinstance(atom, int | float) and abs(atom) < MODERATE for atom in tables.columns.atoms(node))


def _is_uniform(node: Node, uniform: set[Node], tables: Tables) -> bool:
    """Whether it is certain that a node has one value at all positions. `uniform` are the operands that have."""
    return (
        isinstance(node, Constant)
        or node in tables.uniform
        or (isinstance(node, Map) and uniform.issuperset(node.operands))
    )


def is_order(entries: Array, counts: Array) -> bool:
    """Whether a selector between combinations of values orders all positions of any input.

    `entries` (m, m) is its pattern, and `counts` holds at how many positions each combination can stand.

    >>> earlier = np.tri(4, k=-1, dtype=bool)
    >>> once = np.ones(4)
    >>> is_order(earlier, once), is_order(earlier, once + 1), is_order(earlier | earlier.T, once)
    (True, False, False)
    """
    size = len(entries)
    if entries.shape != (size, size) or (counts > 1).any():
        return False
    own = entries.diagonal()
    apart = ~np.eye(size, dtype=bool)
    one_way = (entries != entries.T) | ~apart
    scores = np.sort((entries & apart).sum(axis=1))
    return bool(one_way.all() and (own == own[0]).all() and (scores == np.arange(size)).all())
