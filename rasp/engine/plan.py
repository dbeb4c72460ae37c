"""What of an evaluation depends on the nodes alone: enter nodes, leaves a `Plan`, made once for each set of nodes.

A plan holds no node, so that it keeps no graph alive: values have numbered slots, the places of their nodes in
`topological(nodes)`, and each step knows the slots that it reads.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rasp.bounds import limits
from rasp.engine import attention, elementwise
from rasp.engine.tokens import Input, indices, tokens
from rasp.engine.values import ALL, INT, Values, constant
from rasp.errors import RaspError
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

Known = Any  # the values by slot: a list, or of some slots a dict
Compute = Callable[[Known, Sequence[Input]], Any]  # of the values so far, and the inputs of one length


class Step(NamedTuple):
    """How the value of one slot comes from others; the slots in `free` are read for the last time."""

    slot: int
    compute: Compute
    reads: tuple[int, ...]
    free: tuple[int, ...]


class Plan(NamedTuple):
    """The steps for inputs of any length. `start` has the values of constant parts in their slots, else None."""

    start: list[Any]
    steps: list[Step]
    long_steps: list[Step]  # those on a long input, where selectors are answered from their nodes, not folded
    wanted: tuple[int, ...]  # the slots of the nodes that are asked for
    squares: bool  # whether there are selectors
    limits: tuple[int, int]  # under which constant parts were computed


# A plan lives as long as the first of its nodes; the others are told apart by their serials, which no two nodes share.
_plans: weakref.WeakKeyDictionary[Node, dict[tuple[int, ...], Plan]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()
MOST = 16  # plans that are kept for one first node


def plan(nodes: Sequence[Node]) -> Plan:
    """The plan for these nodes, made once."""
    key = tuple([node.serial for node in nodes])
    known = _plans.get(nodes[0])
    made = None if known is None else known.get(key)
    if made is None or made.limits != (limits.int_digits, limits.collection):
        made = _made(nodes)
        with _lock:
            kept = _plans.setdefault(nodes[0], {})
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = made
    return made


def _made(nodes: Sequence[Node]) -> Plan:
    order = topological(nodes)
    slots = {node: slot for slot, node in enumerate(order)}
    start: list[Any] = [None] * len(order)
    steps, long_steps = [], []
    for slot, node in enumerate(order):
        reads = tuple(slots[operand] for operand in operands(node))
        compute = _compute(node, reads)
        if isinstance(node, Constant) or (reads and _folds(node) and all(start[read] is not None for read in reads)):
            start[slot] = _folded(compute, start)
        if start[slot] is None:
            steps.append(Step(slot, compute, reads, ()))
        if start[slot] is None or is_selector(node):
            long_steps.append(Step(slot, compute, reads, ()))
    wanted = tuple(slots[node] for node in nodes)
    return Plan(
        start,
        _freeing(steps, {*wanted}),
        _freeing(long_steps, {*wanted}),
        wanted,
        any(map(is_selector, order)),
        (limits.int_digits, limits.collection),
    )


def _folds(node: Node) -> bool:
    """Whether the value is the same for every length of the input where the operands are constant."""
    return not isinstance(node, (Aggregate, SelectorWidth))


def _folded(compute: Compute, start: list[Any]) -> Any:
    """The value of a constant part; None where it fails, which it does again at its turn, on an input."""
    try:
        return compute(start, ())
    except RaspError:
        return None


def _freeing(steps: list[Step], kept: set[int]) -> list[Step]:
    """The steps with the slots that each one is the last to read."""
    done = []
    for step in reversed(steps):
        free = tuple({*step.reads} - kept)
        kept.update(free)
        done.append(step._replace(free=free))
    return done[::-1]


# ---------------------------------------------------------------------------------------- how a node is computed


def _compute(node: Node, reads: tuple[int, ...]) -> Compute:
    """How the value of a node comes from those of its operands in the slots `reads`: `Values`, or for a selector a bool
    array (batch, n, n)."""
    match node:
        case Constant():
            value = constant(node.value)
            return lambda known, inputs: value
        case Indices():
            return lambda known, inputs: indices(len(inputs[0]))
        case Tokens():
            kind = node.kind
            return lambda known, inputs: tokens(kind, inputs)
        case Aggregate():
            return _aggregate(node.default, *reads)
        case SelectorWidth():
            return _width(*reads)
        case Map():
            return _call(elementwise.operation(node), reads)
        case Compare():
            return _call(functools.partial(attention.select, node.op), reads)
    return _call(SELECTORS[type(node)], reads)


SELECTORS: dict[type[Node], Callable[..., Any]] = {
    And: lambda left, right: left & right,
    Or: lambda left, right: left | right,
    Not: lambda selector: ~selector,
    Best: attention.best,
}


def _call(function: Callable[..., Any], reads: tuple[int, ...]) -> Compute:
    """A function of the values in some slots; written out for each number of them, for it runs very often."""
    match reads:
        case (only,):
            return lambda known, inputs: function(known[only])
        case (left, right):
            return lambda known, inputs: function(known[left], known[right])
    return lambda known, inputs: function(*[known[read] for read in reads])


def _aggregate(default: Any, selector: int, values: int) -> Compute:
    return lambda known, inputs: attention.aggregate(default, known[selector], known[values], len(inputs[0]))


def _width(selector: int) -> Compute:
    def compute(known: Known, inputs: Sequence[Input]) -> Values:
        return Values(attention.width(known[selector], len(inputs[0])), ALL[INT])

    return compute
