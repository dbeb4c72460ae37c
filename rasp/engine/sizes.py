"""Refuses inputs that are too long for the limits `pairs` and `memory`, before they are evaluated.

A short input needs a matrix for each selector. For a long input the estimates of `estimates.py` tell whether a selector
falls back to its matrix, and an upper bound of the memory follows from which values are alive at the same time.

The bound counts the values alive at one time, those that a selector holds until it is read, the room of the longest
string that each node may make, and what is prepared for each term.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rasp.base.limits import limits
from rasp.engine.methods import dispatch
from rasp.engine.terms import MOST, terms
from rasp.engine.tokens import RawInput
from rasp.engine.values import STRING_WIDTH
from rasp.errors import SequenceTooLong
from rasp.graph.nodes import Aggregate, Constant, Map, Node, SelectorWidth, Tokens, is_selector, operands, topological
from rasp.graph.operators import OPERATORS

# Bytes for each element of an input:
NUMBER = 8
CHARACTER = 4
WORK = 40 * NUMBER  # while one node is computed
SIDES = 2 * NUMBER  # the keys and queries of a selector, as numbers
TERM = 8 * NUMBER  # what is prepared to sum over one term of a selector
HEAVIEST = max(CHARACTER * STRING_WIDTH, SIDES + TERM * MOST)  # the most that one node holds


def check_input_sizes(nodes: Sequence[Node], inputs: Sequence[RawInput], indices: Sequence[int]) -> None:
    """Raise SequenceTooLong, with node and row, if an input needs a matrix over `pairs` or more memory than `memory`.

    `indices` are the indices of inputs of one length. Among the nodes and their operands must be a selector.
    """
    size = len(inputs[indices[0]])
    if size < dispatch.long_from:
        if size * size > limits.pairs:
            raise _mark(too_long(size), _first_selector(topological(nodes)), indices[0])
        return
    from rasp.engine.estimates import estimates  # imported late: only long inputs need it

    order = topological(nodes)
    if size * size > limits.pairs:
        for estimate in estimates(nodes, size):
            if estimate.square:
                raise _mark(_too_dense(size, estimate.method, estimate.steps), estimate.selector, indices[0])
    matrices = [node for node in nodes if is_selector(node)]
    if len(matrices) * size * size > limits.memory:
        raise _mark(_too_much_memory(size, len(matrices) * size * size), matrices[0], indices[0])
    if size * (WORK + len(order) * HEAVIEST) > limits.memory:
        _check_memory(nodes, order, inputs, indices)


def _first_selector(order: Sequence[Node]) -> Node:
    return next(node for node in order if is_selector(node))


def _check_memory(
    nodes: Sequence[Node], order: Sequence[Node], inputs: Sequence[RawInput], indices: Sequence[int]
) -> None:
    longest = {index: _longest_string(inputs[index]) for index in indices}
    alive = {length: _peak_bytes(nodes, order, length) for length in set(longest.values())}
    for index in indices:
        size = len(inputs[index])
        needed = size * (WORK + alive[longest[index]])
        if needed > limits.memory:
            raise _mark(_too_much_memory(size, needed), _first_selector(order), index)


def _longest_string(given: RawInput) -> int:
    """The number of characters of the longest string of an input."""
    return 1 if isinstance(given, str) else max((len(atom) for atom in given if isinstance(atom, str)), default=0)


def _lengths(order: Sequence[Node], longest: int) -> dict[Node, int]:
    """For each node the most characters that a string of it may have, on an input whose longest has `longest`."""
    known: dict[Node, int] = {}
    for node in order:
        parts = [known[operand] for operand in operands(node)]
        match node:
            case Constant(value=value):
                known[node] = _characters(value)
            case Tokens(kind=kind):
                known[node] = longest if kind in ("str", "asis") else 0
            case Map(op=op) if OPERATORS[op].result != "any":
                known[node] = 0
            case Map(table=None, op=op):
                known[node] = OPERATORS[op].longest(parts)
            case Map(table=table, keyed=keyed):
                entries = table or ()
                known[node] = max((_characters(entry[1] if keyed else entry) for entry in entries), default=0)  # type: ignore[index]
            case Aggregate(default=default):
                known[node] = max(parts[1], _characters(default))
            case _:
                known[node] = 0
    return known


def _characters(value: object) -> int:
    return len(value) if isinstance(value, str) else 0


def _element_bytes(length: int) -> int:
    """The bytes of an element: every string takes the room of the longest, except very long ones, kept as objects."""
    return max(NUMBER, CHARACTER * length) if length <= STRING_WIDTH else NUMBER


def _peak_bytes(nodes: Sequence[Node], order: Sequence[Node], longest: int) -> int:
    """The most bytes for each element in memory at one time, if the input's longest string has `longest` characters.

    A selector holds the values that it compares until the last node that reads it is computed.
    """
    left = Counter(operand for node in order for operand in operands(node))
    left.update(nodes)
    read = {node.selector for node in order if isinstance(node, (Aggregate, SelectorWidth))}
    lengths = _lengths(order, longest)
    weights = {node: _node_bytes(node, node in read, _element_bytes(lengths[node])) for node in order}
    alive = most = 0
    for node in order:
        alive += weights[node]
        most = max(most, alive)
        released = [] if is_selector(node) else [*operands(node)]
        while released:
            operand = released.pop()
            left[operand] -= 1
            if not left[operand]:
                alive -= weights[operand]
                released.extend(operands(operand) if is_selector(operand) else ())
    return most


def _node_bytes(node: Node, read: bool, width: int) -> int:
    if not is_selector(node):
        return 0 if isinstance(node, Constant) else width
    return SIDES + TERM * len(terms(node) or ()) if read else SIDES


def too_long(size: int) -> SequenceTooLong:
    """The error for an input whose selector matrix is over the limit `pairs`.

    >>> too_long(100_000).diagnostic.title
    'an input of 100000 elements is too long: a selector on it has 10000000000 entries'
    """
    return SequenceTooLong(
        f"an input of {size} elements is too long: a selector on it has {size * size} entries",
        hint=limits.hint("pairs"),
    )


def _too_dense(size: int, method: str, steps: int) -> SequenceTooLong:
    return SequenceTooLong(
        f"an input of {size} elements is too long for a dense fallback: a selector on it has {size * size} entries",
        hint=f"It goes the way `{method}`, about {steps:.1e} steps. {limits.hint('pairs')} --allow-dense lifts it.",
    )


def _too_much_memory(size: int, needed: int) -> SequenceTooLong:
    return SequenceTooLong(
        f"an input of {size} elements is too long: it takes about {needed} bytes of memory",
        hint=limits.hint("memory"),
    )


def _mark(error: SequenceTooLong, node: Node, row: int) -> SequenceTooLong:
    error.node, error.row = node, row
    return error
