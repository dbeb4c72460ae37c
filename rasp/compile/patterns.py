"""Selectors as matrices between the values of keys and queries.

A selector is a *conjunction* of clauses. The sequences that a clause reads at the keys may have many values, but values
with equal columns in its matrix are one *class*, and so are values of queries with equal rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from rasp.architecture.plan import sides_of
from rasp.compile.value_codes import ValueCodes, rank_atoms
from rasp.engine.values import COMPARE
from rasp.errors import CannotCompile
from rasp.graph import builders as graph
from rasp.graph.nodes import And, Best, Compare, Constant, Nearest, Node, Not, Or, selector_operands, topological
from rasp.model.arrays import Array, distinct_rows

SELECTED, UNSELECTED, INVALID = 1, 0, -1  # INVALID: the comparison raises an error, so no input has both values


@dataclass(frozen=True)
class Pattern:
    """A selector: `best` by `scores` (the outermost first) among the keys that all clauses select.

    With `near`, of the keys with the highest scores the nearest to the query.
    """

    selector: Node
    clauses: tuple[Node, ...]
    scores: tuple[Node, ...]
    near: bool
    keys: tuple[Node, ...]
    queries: tuple[Node, ...]

    @property
    def hard(self) -> bool:
        """Whether the head attends to the best keys alone."""
        return self.near or bool(self.scores)

    @property
    def ranked(self) -> tuple[Node, ...]:
        """The sequences whose values decide which key is best."""
        return (*self.scores, *([graph.indices()] if self.near else []))


def pattern(selector: Node) -> Pattern:
    """Splits a selector into its parts. Raises CannotCompile if `best` is not the outermost operation.

    >>> from rasp.graph.builders import both, compare, full, indices, tokens
    >>> found = pattern(both(compare("==", tokens(), tokens()), compare("<", indices(), indices())))
    >>> len(found.clauses), len(found.keys), pattern(full()).clauses
    (2, 2, ())
    """
    scores: list[Node] = []
    near, inner = False, selector
    while isinstance(inner, (Best, Nearest)):
        if isinstance(inner, Nearest):
            scores, near = [], True  # of one key, the scores further out choose none
        else:
            scores.append(inner.scores)
        inner = inner.selector
    _check(topological([inner], parts=selector_operands))
    clauses = tuple(clause for clause in _conjuncts(inner) if not _is_full(clause))
    keys, queries = sides_of(inner)
    return Pattern(selector, clauses, tuple(scores), near, variables(keys), variables(queries))


def near_ranks(queries: Array, keys: Array, longest: int) -> Array:
    """How near keys are to queries, from their positions: ints from 0 on, all different for one query.

    This is bilinear: a product of a vector of the key, (1, k, 2 k² + k), and one of the query.

    >>> near_ranks(np.array([[1]]), np.arange(4), 4)
    array([[20, 21, 18, 11]])
    """
    away = keys - queries
    ranks: Array = farthest(longest) - (2 * away**2 + away)
    return ranks


def farthest(longest: int) -> int:
    """The largest of `near_ranks` in inputs of up to this length.

    >>> farthest(4), near_ranks(np.array([3]), np.array([3, 0]), 4).tolist()
    (21, [21, 6])
    """
    return (longest - 1) * (2 * longest - 1)


def variables(nodes: list[Node]) -> tuple[Node, ...]:
    """The nodes that are not constants."""
    return tuple(node for node in nodes if not isinstance(node, Constant))


def clause_sides(clause: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The sequences that a clause reads at the keys and at the queries, without constants.

    >>> from rasp.graph.builders import compare, constant, indices, tokens
    >>> clause_sides(compare("==", tokens(), constant("a"))) == ((tokens(),), ())
    True
    """
    keys, queries = sides_of(clause)
    return variables(keys), variables(queries)


def _conjuncts(node: Node) -> list[Node]:
    """The clauses of a conjunction, in the order of the program."""
    parts = topological([node], parts=lambda part: selector_operands(part) if isinstance(part, And) else ())
    return [part for part in parts if not isinstance(part, And)]


def _is_full(node: Node) -> bool:
    return isinstance(node, Compare) and node.op == "==" and node.keys is node.queries and _constant(node.keys)


def _constant(node: Node) -> bool:
    return isinstance(node, Constant)


def _check(parts: Iterable[Node]) -> None:
    """Raises CannotCompile if no single head computes a selector with these parts."""
    if any(isinstance(part, (Best, Nearest)) for part in parts):
        raise CannotCompile(
            "no single head computes this selector: `best` is not its outermost operation",
            hint="Put `best` outside of `and`, `or`, `not` and `selector_width`.",
        )


# --------------------------------------------------------------------------------------------------------- matrices


def pattern_matrix(
    selector: Node, keys: Mapping[Node, Array], queries: Mapping[Node, Array], columns: ValueCodes
) -> Array:
    """The pattern of a selector, (queries, keys) int8: SELECTED, UNSELECTED or INVALID.

    `keys` and `queries` hold the codes of the sequences that are read on each side, (keys,) and (queries,); not empty.
    """
    known: dict[Node, Array] = {}
    order = topological([selector], parts=selector_operands)
    left = Counter(part for node in order for part in selector_operands(node))
    for node in order:
        known[node] = _matrix_of(node, known, keys, queries, columns)
        for part in selector_operands(node):
            left[part] -= 1
            if not left[part]:  # the matrices of a large formula may not all fit into memory
                del known[part]
    return known[selector]


def _matrix_of(
    node: Node, known: dict[Node, Array], keys: Mapping[Node, Array], queries: Mapping[Node, Array], columns: ValueCodes
) -> Array:
    match node:
        case Compare():
            return _comparison(node, keys, queries, columns)
        case Not():
            inner = known[node.selector]
            return np.where(inner == INVALID, INVALID, 1 - inner).astype(np.int8)
        case And() | Or():
            left, right = known[node.left], known[node.right]
            made = np.minimum(left, right) if isinstance(node, And) else np.maximum(left, right)
            return np.where((left == INVALID) | (right == INVALID), INVALID, made).astype(np.int8)
    raise TypeError(f"not a selector of one head: {node!r}")


def _comparison(node: Compare, keys: Mapping[Node, Array], queries: Mapping[Node, Array], columns: ValueCodes) -> Array:
    sides = [_side(part, given, columns) for part, given in ((node.keys, keys), (node.queries, queries))]
    key_atoms, query_atoms = columns.atoms(node.keys), columns.atoms(node.queries)
    numbers, texts = rank_atoms([*key_atoms, *query_atoms])
    split = len(key_atoms)
    key, query = numbers[:split][None, sides[0]], numbers[split:][sides[1], None]
    mixed = texts[:split][None, sides[0]] != texts[split:][sides[1], None]
    if node.op in ("==", "!="):
        return np.where(mixed, node.op == "!=", COMPARE[node.op](key, query)).astype(np.int8)
    return np.where(mixed, INVALID, COMPARE[node.op](key, query)).astype(np.int8)


def _side(node: Node, given: Mapping[Node, Array], columns: ValueCodes) -> Array:
    """The codes of one side of a comparison; those of a constant are all equal."""
    if isinstance(node, Constant):
        return columns.constant(node, count_of(given))
    return given[node]


def count_of(given: Mapping[Node, Array]) -> int:
    """The number of rows of these columns; 1 if there is no column."""
    return len(next(iter(given.values()))) if given else 1


def classes(entries: Array, axis: int) -> tuple[Array, Array]:
    """Classes of equal rows (axis 0) or columns (axis 1): the first index of each class, and the class of each line.

    >>> firsts, numbers = classes(np.array([[1, 0, 1], [0, 0, 0]]), 1)
    >>> firsts.tolist(), numbers.tolist()
    ([0, 1], [0, 1, 0])
    """
    lines = (entries if axis == 0 else entries.T).astype(np.int8, copy=False)
    if not lines.shape[1]:
        return np.zeros(1, dtype=np.int64), np.zeros(len(lines), dtype=np.int64)
    firsts, numbers = distinct_rows(lines)
    order = np.argsort(firsts)  # in the order of first appearance
    index = np.empty_like(order)
    index[order] = np.arange(len(order))
    return firsts[order], index[numbers]


def class_matrix(whole: Array) -> tuple[Array, Array, Array]:
    """Reduces a matrix (queries, keys) to its classes. Returns it with the class of each key and of each query.

    >>> entries, key_class, query_class = class_matrix(np.array([[1, 0, 1], [1, 0, 1]]))
    >>> entries.tolist(), key_class.tolist(), query_class.tolist()
    ([[1, 0]], [0, 1, 0], [0, 0])
    """
    rows, query_class = classes(whole, 0)
    columns, key_class = classes(whole[rows], 1)
    return whole[np.ix_(rows, columns)], key_class, query_class


def conjunction(parts: Iterable[Array], shape: tuple[int, int]) -> Array:
    """The matrix of a conjunction of clauses. Without a clause, everything is selected.

    >>> conjunction([np.array([[1, 1, -1]]), np.array([[1, 0, 1]])], (1, 3)).tolist()
    [[1, 0, -1]]
    """
    whole = np.full(shape, SELECTED, dtype=np.int8)
    return reduce(
        lambda left, right: np.where((left == INVALID) | (right == INVALID), INVALID, left & right), parts, whole
    )
