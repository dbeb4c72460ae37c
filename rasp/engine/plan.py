"""Plans an evaluation: computes once, for given nodes, whatever does not depend on the inputs.

An `ExecutionPlan` has the steps in order, with the kernel of each node, the slots that it reads, and the slots that it
is the last to read. A plan holds no node, so that it keeps no graph alive: the value of a node has a numbered slot, the
index of the node in `topological(nodes)`.

Plans are kept in a weak table under the first of their nodes. What depends on the length alone is computed once for
each of the last few lengths, if it is small. Under other limits a new plan is made.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from rasp.base.limits import limits
from rasp.engine import attention, dense_selectors, elementwise
from rasp.engine.dense_selectors import DenseSelector
from rasp.engine.tokens import RawInput, indices, tokens
from rasp.engine.values import constant
from rasp.errors import RaspError
from rasp.graph.nodes import (
    Aggregate,
    And,
    Best,
    Compare,
    Constant,
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

Known = Any  # the values by slot: a list, or a dict of some slots
Compute = Callable[[Known, Sequence[RawInput]], Any]  # takes the values so far, and inputs of one length


class PlanStep(NamedTuple):
    """How the value of one slot is computed from others; the slots in `free` are read for the last time."""

    slot: int
    compute: Compute
    reads: tuple[int, ...]
    free: tuple[int, ...] = ()
    folds: bool = False  # whether the value is constant if its operands are


class ExecutionPlan:
    """The steps for inputs of any length, and the values that all inputs share.

    `start` has the values of constant parts in their slots, and None in all others. `steps` are for short inputs; a
    selector that is read has a second slot, for its `DenseSelector`. `length_steps` are those of them that depend on
    the length alone, and `input_steps` the others; `by_length` caches the values of the former. `long_steps` are for
    long inputs, whose selectors stay formulas; those marked `from_node` need their node, which a plan must not hold.
    `wanted` are the slots of the nodes that are asked for, `squares` tells whether there are selectors, and `limits`
    are the limits under which constant parts were computed.
    """

    __slots__ = (
        "by_length",
        "input_steps",
        "length_steps",
        "limits",
        "long_steps",
        "squares",
        "start",
        "steps",
        "wanted",
    )

    def __init__(self, nodes: Sequence[Node]) -> None:
        order = topological(nodes)
        slots = {node: slot for slot, node in enumerate(order)}
        short, long = _steps(order, slots)
        self.limits = _limits()
        self.wanted = tuple([slots[node] for node in nodes])
        self.squares = any(map(is_selector, order))
        self.start: list[Any] = [None] * (1 + max(step.slot for step in short))
        folded = _fold(short, self.start)
        self.steps = _mark_last_reads([step for step in short if step.slot not in folded], self.wanted)
        constant_sops = folded - {slot for slot, node in enumerate(order) if is_selector(node)}
        self.long_steps = _mark_last_reads([step for step in long if step.slot not in constant_sops], self.wanted)
        given = _dependents({slot for slot, node in enumerate(order) if isinstance(node, Tokens)}, short)
        self.length_steps = [step for step in self.steps if step.slot not in given]
        varying = [step for step in self.steps if step.slot in given]
        self.input_steps = _mark_last_reads(varying, self.wanted) if self.length_steps else self.steps
        self.by_length: dict[int, list[Any]] = {}

    def begin(self, size: int) -> tuple[list[Any], list[PlanStep]]:
        """The values that are known on inputs of `size` elements before the first step, and the steps that remain.

        Values that depend on the length alone are cached for a few lengths, if they are small.
        """
        if not self.length_steps:
            return self.start.copy(), self.steps
        known = self.by_length.get(size)
        if known is None:
            known = self._precompute(size)
            if known is None:
                return self.start.copy(), self.steps
        return known.copy(), self.input_steps

    def _precompute(self, size: int) -> list[Any] | None:
        """`start` and the values that depend on the length alone; None if they are large, or if one of them fails."""
        if size * (size if self.squares else 1) * ENTRY * len(self.length_steps) > ROOM:
            return None
        known, given = self.start.copy(), [" " * size]
        try:
            for step in self.length_steps:
                known[step.slot] = step.compute(known, given)
        except RaspError:
            return None
        with _lock:
            while len(self.by_length) >= LENGTHS:
                del self.by_length[next(iter(self.by_length))]
            self.by_length[size] = known
        return known


def _limits() -> tuple[int, int]:
    return limits.int_digits, limits.collection


# A plan is freed with the first of its nodes. Its key has the serials of all its nodes, which are unique.
_plans: weakref.WeakKeyDictionary[Node, dict[tuple[int, ...], ExecutionPlan]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()
LENGTHS = 4  # lengths in the cache `by_length` of a plan
ROOM = 2**18  # bytes that the values of one length may take there
ENTRY = 8  # bytes of each entry of a matrix or sequence, in that estimate
MOST = 16  # plans that are kept for one first node


def plan(nodes: Sequence[Node]) -> ExecutionPlan:
    """The plan for these nodes, made once, and again after a change of limits."""
    key = tuple([node.serial for node in nodes])
    known = _plans.get(nodes[0])
    made = None if known is None else known.get(key)
    if made is None or made.limits != _limits():
        made = ExecutionPlan(nodes)
        with _lock:
            kept = _plans.setdefault(nodes[0], {})
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = made
    return made


def _steps(order: list[Node], slots: dict[Node, int]) -> tuple[list[PlanStep], list[PlanStep]]:
    """The steps for short inputs and those for a long one, one for each node, operands first."""
    asked: dict[int, int] = {}  # the second slot of each selector that is read
    short, long = [], []
    for slot, node in enumerate(order):
        reads = tuple([slots[operand] for operand in operands(node)])
        if isinstance(node, (Aggregate, SelectorWidth)):
            long.append(PlanStep(slot, from_node, reads))
            selector, *rest = reads
            if selector not in asked:
                asked[selector] = len(order) + len(asked)
                short.append(PlanStep(asked[selector], _make_dense(selector), (selector,)))
            reads = (asked[selector], *rest)
            short.append(PlanStep(slot, _compute(node, reads), reads))
        else:
            short.append(PlanStep(slot, _compute(node, reads), reads, folds=not isinstance(node, VARYING)))
            long.append(PlanStep(slot, from_node, reads) if is_selector(node) else short[-1])
    return short, long


def from_node(known: Known, inputs: Sequence[RawInput]) -> Any:
    """Marks a step on a long input that `long_inputs.py` computes from its node; `running.py` replaces it."""
    raise NotImplementedError


def _fold(steps: list[PlanStep], start: list[Any]) -> set[int]:
    """Put the values of constant parts into `start`; return their slots. A part that fails is left to fail later."""
    folded: set[int] = set()
    with np.errstate(all="ignore"):  # a kernel whose result is not finite declines
        for step in steps:
            if step.folds and folded.issuperset(step.reads):
                try:
                    start[step.slot] = step.compute(start, ())
                except RaspError:
                    continue
                folded.add(step.slot)
    return folded


def _dependents(slots: set[int], steps: list[PlanStep]) -> set[int]:
    """The slots, and all slots whose values depend on theirs."""
    found = set(slots)
    for step in steps:
        if not found.isdisjoint(step.reads):
            found.add(step.slot)
    return found


def _mark_last_reads(steps: list[PlanStep], wanted: Iterable[int]) -> list[PlanStep]:
    """The steps, each with the slots that it is the last to read."""
    kept = set(wanted)
    done = []
    for step in reversed(steps):
        free = tuple({*step.reads} - kept)
        kept.update(free)
        slot, compute, reads, _, folds = step
        done.append(PlanStep(slot, compute, reads, free, folds))  # faster than `_replace`
    return done[::-1]


# ---------------------------------------------------------------------------------------- how a node is computed


def _compute(node: Node, reads: tuple[int, ...]) -> Compute:
    """The function that computes a node from the slots `reads`.

    It gives `Values`, or for a selector a bool array (batch, n, n).
    """
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
            default = dense_selectors.Default(node.default, constant(node.default))
            return _call(functools.partial(dense_selectors.aggregate, default), reads)
        case SelectorWidth():
            return _call(dense_selectors.width, reads)
        case Map():
            typed, exact = elementwise.kernel(node)
            return _call(exact, reads) if typed is None else _kernel(typed, exact, reads)
        case Compare():
            return _call(functools.partial(attention.select, node.op), reads)
        case Nearest():
            (selector,) = reads
            return lambda known, inputs: attention.nearest(known[selector], len(inputs[0]))
    return _call(SELECTORS[type(node)], reads)


VARYING = (Indices, Tokens, Nearest)  # nodes whose values depend on the inputs, even if their operands are constant

SELECTORS: dict[type[Node], Callable[..., Any]] = {
    And: lambda left, right: left & right,
    Or: lambda left, right: left | right,
    Not: lambda selector: ~selector,
    Best: attention.best,
}


def _call(function: Callable[..., Any], reads: tuple[int, ...]) -> Compute:
    """Apply a function to the values of some slots; one and two are written out, because this runs very often."""
    match reads:
        case (only,):
            return lambda known, inputs: function(known[only])
        case (left, right):
            return lambda known, inputs: function(known[left], known[right])
    return lambda known, inputs: function(*[known[read] for read in reads])


def _kernel(typed: Callable[..., Any], exact: Callable[..., Any], reads: tuple[int, ...]) -> Compute:
    """Apply a typed kernel, and the exact path where it declines."""
    match reads:
        case (only,):

            def compute(known: Known, inputs: Sequence[RawInput]) -> Any:
                made = typed(known[only])
                return exact(known[only]) if made is None else made

        case (left, right):

            def compute(known: Known, inputs: Sequence[RawInput]) -> Any:
                made = typed(known[left], known[right])
                return exact(known[left], known[right]) if made is None else made

        case _:

            def compute(known: Known, inputs: Sequence[RawInput]) -> Any:
                operands = [known[read] for read in reads]
                made = typed(*operands)
                return exact(*operands) if made is None else made

    return compute


def _make_dense(selector: int) -> Compute:
    return lambda known, inputs: DenseSelector(known[selector], len(inputs[0]))
