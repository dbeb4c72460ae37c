"""The engine's entry: enter graph nodes and inputs, leave the sequences and matrices of the nodes on the inputs.

Inputs of one length are evaluated together, in chunks of bounded size. Each node is computed once in a chunk, operands
first, and dropped as soon as nothing needs it any more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Union

import numpy as np

from rasp.engine import attention, elementwise, long
from rasp.engine.deferred import Deferred
from rasp.engine.failure import blamed
from rasp.engine.methods import path
from rasp.engine.sizes import check_size
from rasp.engine.tokens import Input, indices, tokens
from rasp.engine.values import ALL, INT, Array, Column, Values, columns, constant
from rasp.errors import RaspError, SequenceTooLong
from rasp.graph.nodes import (
    Aggregate,
    And,
    Best,
    Compare,
    Constant,
    Indices,
    Map,
    Node,
    Not,
    Or,
    SelectorWidth,
    Tokens,
    is_selector,
    operands,
    topological,
)

Result = Union[Column, Array]

CHUNK = 2**22  # entries that one selector, or one s-op, has on a chunk of inputs; one long input may have more


def evaluate(nodes: Sequence[Node], inputs: Sequence[Input]) -> list[list[Result]]:
    """The values of the nodes on each input: a `Column` for an s-op, a bool matrix (n, n) for a selector.

    Each input is a non-empty sequence of atoms, or a string. In a matrix, rows are queries and columns are keys.
    Errors are RaspErrors with `node`, `row` (the number of the input), `position` and `operands` set where they apply.

    >>> from rasp.graph.nodes import compare, indices, selector_width, tokens
    >>> same = compare("==", tokens(), tokens())
    >>> [[row[0].values for row in evaluate([selector_width(same)], ["hello", "hi"])]]
    [[[1, 1, 2, 2, 1], [1, 1]]]
    >>> evaluate([compare("<", indices(), indices())], ["ab"])[0][0].tolist()
    [[False, False], [True, False]]
    """
    if not nodes:
        return [[] for _ in inputs]
    order = topological(nodes)
    uses = Counter(operand for node in order for operand in operands(node))
    uses.update(nodes)
    results: list[list[Result]] = [[] for _ in inputs]
    for places in _chunks(inputs, nodes, order):
        for place, row in zip(places, _run(order, uses, nodes, inputs, places), strict=True):
            results[place].extend(row)
    return results


def _chunks(inputs: Sequence[Input], nodes: Sequence[Node], order: list[Node]) -> Iterator[list[int]]:
    """The places of inputs that are evaluated together: of one length, and not too many."""
    groups = defaultdict(list)
    for place, sequence in enumerate(inputs):
        groups[len(sequence)].append(place)
    squares = any(map(is_selector, order))
    if squares:
        for places in groups.values():
            check_size(nodes, order, inputs, places)
    for size, places in groups.items():
        step = 1 if size >= path.shortest else max(1, CHUNK // (size * size if squares else size))
        for start in range(0, len(places), step):
            yield places[start : start + step]


def _out_of_memory(size: int, row: int) -> SequenceTooLong:
    error = SequenceTooLong(f"there is not enough memory for an input of {size} elements")
    error.row = row
    return error


def _run(
    order: list[Node], uses: Counter[Node], nodes: Sequence[Node], inputs: Sequence[Input], places: list[int]
) -> Iterator[tuple[Result, ...]]:
    chunk = [inputs[place] for place in places]
    try:
        with np.errstate(all="ignore"):
            return _rows(order, uses, nodes, chunk)
    except RaspError as error:
        error.row = places[error.row or 0]
        raise
    except MemoryError:
        raise _out_of_memory(len(chunk[0]), places[0]) from None


def _rows(
    order: list[Node], uses: Counter[Node], nodes: Sequence[Node], chunk: list[Input]
) -> Iterator[tuple[Result, ...]]:
    """The results of the nodes on inputs of one length, an input at a time."""
    left = uses.copy()
    known: dict[Node, Any] = {}
    for node in order:
        try:
            known[node] = _compute(node, known, chunk)
        except RaspError as error:
            raise blamed(error, node) from None
        for operand in operands(node):
            left[operand] -= 1
            if not left[operand]:
                del known[operand]
    return zip(*(_results(known[node], chunk) for node in nodes), strict=True)


def _results(value: Any, chunk: list[Input]) -> Sequence[Result]:
    shape = (len(chunk), len(chunk[0]))
    if isinstance(value, Values):
        return columns(value, shape)
    if isinstance(value, Deferred):
        value = long.matrix(value)
    matrices = np.ascontiguousarray(np.broadcast_to(value, (*shape, shape[1])))
    matrices.flags.writeable = False
    return list(matrices)


def _compute(node: Node, known: dict[Node, Any], chunk: list[Input]) -> Any:
    """The value of one node from those of its operands: `Values`, or for a selector a bool array (batch, n, n)."""
    size = len(chunk[0])
    if size >= path.shortest and isinstance(node, long.NODES):
        return long.compute(node, known, size)
    match node:
        case Map():
            return elementwise.apply(node, [known[operand] for operand in node.operands])
        case Compare():
            return attention.select(node, known[node.keys], known[node.queries])
        case Aggregate():
            return attention.aggregate(node, known[node.selector], known[node.values], len(chunk[0]))
        case SelectorWidth():
            return Values(attention.width(known[node.selector], len(chunk[0])), ALL[INT])
        case And():
            return known[node.left] & known[node.right]
        case Or():
            return known[node.left] | known[node.right]
        case Not():
            return ~known[node.selector]
        case Best():
            return attention.best(known[node.selector], known[node.scores])
        case Constant():
            return constant(node.value)
        case Indices():
            return indices(len(chunk[0]))
        case Tokens():
            return tokens(node.kind, chunk)
    raise TypeError(f"not a node of the graph: {node!r}")
