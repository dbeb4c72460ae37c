"""Whether an input is too long, said before it is evaluated: enter nodes and a length, leaves nothing or an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rasp.bounds import limits
from rasp.engine.methods import path
from rasp.engine.ways import ways
from rasp.errors import SequenceTooLong
from rasp.graph.nodes import Node, is_selector, operands, topological

WORK = 40  # arrays of 8 bytes an element that answering one selector takes at most


def check_size(nodes: Sequence[Node], first: Node, size: int, row: int) -> None:
    """Raises SequenceTooLong, with node and row, for an input that needs a matrix over the limit `pairs`, or more
    memory than the limit `memory`; `first` is the first selector of the nodes."""
    if size < path.shortest:
        if size * size > limits.pairs:
            raise _marked(too_long(size), first, row)
        return
    if size * size > limits.pairs:
        for way in ways(nodes, size):
            if way.square:
                raise _marked(_dense(size, way.method, way.steps), way.selector, row)
    for node in nodes:
        if is_selector(node) and size * size > limits.memory:
            raise _marked(_no_room(size, size * size), node, row)
    if size * 8 * (WORK + len(topological(nodes))) > limits.memory:
        needed = size * 8 * (WORK + _alive(nodes))
        if needed > limits.memory:
            raise _marked(_no_room(size, needed), first, row)


def _alive(nodes: Sequence[Node]) -> int:
    """How many s-ops have their values in memory at one time, at most."""
    order = topological(nodes)
    left = Counter(operand for node in order for operand in operands(node))
    left.update(nodes)
    alive = most = 0
    for node in order:
        alive += 1
        most = max(most, alive)
        for operand in operands(node):
            left[operand] -= 1
            alive -= not left[operand]
    return most


def too_long(size: int) -> SequenceTooLong:
    """The error of an input whose selector's matrix is over the limit."""
    return SequenceTooLong(
        f"an input of {size} elements is too long: a selector on it has {size * size} entries",
        hint=limits.hint("pairs"),
    )


def _dense(size: int, method: str, steps: int) -> SequenceTooLong:
    return SequenceTooLong(
        f"an input of {size} elements is too long: a selector on it is answered by its {size * size} entries",
        hint=f"It goes the way `{method}`, about {steps:.1e} steps. {limits.hint('pairs')}",
    )


def _no_room(size: int, needed: int) -> SequenceTooLong:
    return SequenceTooLong(
        f"an input of {size} elements is too long: it takes about {needed} bytes of memory",
        hint=limits.hint("memory"),
    )


def _marked(error: SequenceTooLong, node: Node, row: int) -> SequenceTooLong:
    error.node, error.row = node, row
    return error
