"""Runs a plan on inputs of one length: enter a `Chunk`, leave the values of the nodes that are asked for.

A step fails for a whole chunk. Where errors are collected, the step is tried on ever smaller parts of it, until all
rows that fail are found; they leave the chunk, with their rows of the values so far, and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rasp.base.progress import tell
from rasp.engine import long_inputs
from rasp.engine.dense_selectors import Counted
from rasp.engine.failure import blamed
from rasp.engine.lazy_selectors import Deferred
from rasp.engine.methods import path
from rasp.engine.plan import Compute, Plan, Step
from rasp.engine.tokens import Input
from rasp.engine.values import Array, Values, merge_kinds
from rasp.errors import RaspError
from rasp.graph.nodes import Node, topological

Failures = dict[int, RaspError]  # by the place of the input


class Chunk:
    """Inputs of one length, the places where they stand among all inputs, and where errors are collected, if at all."""

    __slots__ = ("failures", "inputs", "places")

    def __init__(self, inputs: Sequence[Input], places: Sequence[int], failures: Failures | None) -> None:
        self.inputs = inputs
        self.places = places
        self.failures = failures


def run(plan: Plan, nodes: Sequence[Node], chunk: Chunk) -> list[Any] | None:
    """The values of the nodes, whose plan it is; rows that fail have left the chunk. None where no row is left.

    Raises the RaspError of a step, marked with its node, where errors are not collected.
    """
    known, steps = _begin(plan, nodes, len(chunk.inputs[0]))
    while True:
        failed = _advance(steps, known, chunk)
        if failed is None:
            return [known[slot] for slot in plan.wanted]
        step, error = failed
        node = topological(nodes)[step.slot]
        if chunk.failures is None:
            raise blamed(error, node) from None
        known = _without_failing(step, node, known, chunk)
        if not chunk.inputs:
            return None


def _advance(steps: Iterator[Step], known: list[Any], chunk: Chunk) -> tuple[Step, RaspError] | None:
    """Takes the steps; the one that fails, with its error."""
    inputs = chunk.inputs
    step: Step | None = None
    try:
        for step in steps:
            slot, compute, _, free, _ = step
            known[slot] = compute(known, inputs)
            for read in free:
                known[read] = None
    except RaspError as error:
        assert step is not None
        return step, error
    return None


def _without_failing(step: Step, node: Node, known: list[Any], chunk: Chunk) -> list[Any]:
    """The values after a step that fails on some rows, which leave the chunk with their errors."""
    failing = dict(_failing(step, known, chunk.inputs, range(len(chunk.inputs))))
    assert chunk.failures is not None
    for row, error in failing.items():
        error.row = chunk.places[row]
        chunk.failures[error.row] = blamed(error, node)
    left = [row for row in range(len(chunk.inputs)) if row not in failing]
    chunk.inputs = [chunk.inputs[row] for row in left]
    chunk.places = [chunk.places[row] for row in left]
    if left:
        known = [taken(value, left) for value in known]
        known[step.slot] = step.compute(known, chunk.inputs)
    return known


def _failing(
    step: Step, known: list[Any], inputs: Sequence[Input], rows: Sequence[int]
) -> Iterator[tuple[int, RaspError]]:
    """The rows on which a step fails, each with the error of its own."""
    stack = [rows]
    while stack:
        some = stack.pop()
        try:
            step.compute({slot: taken(known[slot], some) for slot in step.reads}, [inputs[row] for row in some])
        except RaspError as error:
            if len(some) == 1:
                yield some[0], error
            else:
                half = len(some) // 2
                stack += [some[half:], some[:half]]


def taken(value: Any, rows: Sequence[int]) -> Any:
    """Some rows of a value; an axis of 1 stands for all of them, and a long input is alone."""
    if isinstance(value, Values):
        bools = None if value.bools is None else _rows(value.bools, rows)
        return Values(_rows(value.data, rows), merge_kinds(_rows(value.kinds, rows)), bools, value.bound)
    if isinstance(value, Counted):
        return Counted(_rows(value.matrix, rows), value.size)
    return value if value is None or isinstance(value, Deferred) else _rows(value, rows)


def _rows(data: Array, rows: Sequence[int]) -> Array:
    if len(data) == 1:
        return data
    return data[rows.start : rows.stop] if isinstance(rows, range) else data[list(rows)]


def _begin(plan: Plan, nodes: Sequence[Node], size: int) -> tuple[list[Any], Iterator[Step]]:
    """The values before the first step, and the steps."""
    if size >= path.shortest:
        return plan.start.copy(), _long_steps(plan, nodes, size)
    known, steps = plan.begin(size)
    return known, iter(steps)


def _long_steps(plan: Plan, nodes: Sequence[Node], size: int) -> Iterator[Step]:
    """The steps on one long input: selectors and what reads them are computed by `long_inputs.py`, from their nodes."""
    order = topological(nodes)
    for number, step in enumerate(plan.long_steps):
        tell("parts of the program", number, len(plan.long_steps))
        node = order[step.slot]
        yield (
            step._replace(compute=_long_compute(node, step.reads, size))
            if isinstance(node, long_inputs.NODES)
            else step
        )


def _long_compute(node: Node, reads: tuple[int, ...], size: int) -> Compute:
    return lambda known, inputs: long_inputs.compute(node, tuple([known[read] for read in reads]), size)
