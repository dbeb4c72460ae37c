"""Runs a plan on a batch of inputs of one length.

A step fails for the whole batch. If errors are collected, the step gives the error of each failing row
(`failure.py`). These rows are removed, and the step runs again on the others, of which more may then fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from rasp.base.progress import tell
from rasp.engine.dense_selectors import DenseSelector
from rasp.engine.failure import Failures, blame, collecting, copy_failure
from rasp.engine.lazy_selectors import LazySelector
from rasp.engine.methods import dispatch
from rasp.engine.plan import Compute, ExecutionPlan, PlanStep, from_node
from rasp.engine.tokens import RawInput
from rasp.engine.values import Array, Values, merge_kinds
from rasp.errors import RaspError
from rasp.graph.nodes import Node, topological


class EvaluationBatch:
    """Inputs of one length, their indices among all inputs, and the dict in which errors are collected, or None."""

    __slots__ = ("failures", "indices", "inputs")

    def __init__(self, inputs: Sequence[RawInput], indices: Sequence[int], failures: Failures | None) -> None:
        self.inputs = inputs
        self.indices = indices
        self.failures = failures


def run_plan(plan: ExecutionPlan, nodes: Sequence[Node], batch: EvaluationBatch) -> list[Any] | None:
    """The values of the nodes of the plan. Rows that fail are removed from the batch; None if no row is left.

    If errors are not collected, the RaspError of a step is raised, marked with its node.
    """
    known, steps = _begin(plan, nodes, len(batch.inputs[0]))
    while True:
        found: Failures | None = None if batch.failures is None else {}
        failed = _advance(steps, known, batch.inputs, found)
        if failed is None:
            return [known[slot] for slot in plan.wanted]
        step, error = failed
        node = topological(nodes)[step.slot]
        if found is None:
            raise blame(error, node) from None
        if len(batch.inputs) > 1 and _is_shared(step, known):
            found = {row: copy_failure(error) for row in range(len(batch.inputs))}
        known = _drop_failing(found or {error.row or 0: error}, node, known, batch)
        if not batch.inputs:
            return None
        steps = chain((step,), steps)


def _advance(
    steps: Iterator[PlanStep], known: list[Any], inputs: Sequence[RawInput], found: Failures | None
) -> tuple[PlanStep, RaspError] | None:
    """Run the steps; return the step that fails, with its first error, or None. `found` collects the errors by row."""
    step: PlanStep | None = None
    try:
        with collecting(found):
            for step in steps:
                slot, compute, _, free, _ = step
                known[slot] = compute(known, inputs)
                for read in free:
                    known[read] = None
    except RaspError as error:
        assert step is not None
        return step, error
    return None


def _is_shared(step: PlanStep, known: list[Any]) -> bool:
    """Whether a step reads the same values for all inputs, so that its error on one row stands for all of them."""
    return bool(step.reads) and all(_row_count(known[slot]) == 1 for slot in step.reads)


def _row_count(value: Any) -> int:
    """The number of rows of a value that may differ; a `LazySelector` belongs to a single input."""
    if isinstance(value, Values):
        return value.shape[0]
    if isinstance(value, DenseSelector):
        return len(value.matrix)
    return 1 if isinstance(value, LazySelector) else len(value)


def _drop_failing(found: Failures, node: Node, known: list[Any], batch: EvaluationBatch) -> list[Any]:
    """The values without the rows that fail; these are removed from the batch, and their errors collected."""
    assert batch.failures is not None
    for row, error in found.items():
        error.row = batch.indices[row]
        batch.failures[error.row] = blame(error, node)
    left = [row for row in range(len(batch.inputs)) if row not in found]
    batch.inputs = [batch.inputs[row] for row in left]
    batch.indices = [batch.indices[row] for row in left]
    return [take_rows(value, left) for value in known] if left else known


def take_rows(value: Any, rows: Sequence[int]) -> Any:
    """Some rows of a value; an axis of 1 stands for all rows, and a `LazySelector` belongs to a single input."""
    if isinstance(value, Values):
        bools = None if value.bools is None else _take(value.bools, rows)
        return Values(_take(value.data, rows), merge_kinds(_take(value.kinds, rows)), bools, value.bound)
    if isinstance(value, DenseSelector):
        return DenseSelector(_take(value.matrix, rows), value.size)
    return value if value is None or isinstance(value, LazySelector) else _take(value, rows)


def _take(data: Array, rows: Sequence[int]) -> Array:
    if len(data) == 1:
        return data
    return data[rows.start : rows.stop] if isinstance(rows, range) else data[list(rows)]


def _begin(plan: ExecutionPlan, nodes: Sequence[Node], size: int) -> tuple[list[Any], Iterator[PlanStep]]:
    """The values before the first step, and the steps."""
    if size >= dispatch.long_from:
        return plan.start.copy(), _long_steps(plan, nodes, size)
    known, steps = plan.begin(size)
    return known, iter(steps)


def _long_steps(plan: ExecutionPlan, nodes: Sequence[Node], size: int) -> Iterator[PlanStep]:
    """The steps on one long input: `long_inputs.py` computes selectors, aggregates and widths from their nodes."""
    from rasp.engine import long_inputs  # imported late: only long inputs need it

    order = topological(nodes)
    for number, step in enumerate(plan.long_steps):
        tell("parts of the program", number, len(plan.long_steps))
        if step.compute is from_node:
            step = step._replace(compute=_with_node(long_inputs.compute, order[step.slot], step.reads, size))
        yield step


def _with_node(compute: Callable[..., Any], node: Node, reads: tuple[int, ...], size: int) -> Compute:
    return lambda known, inputs: compute(node, tuple([known[read] for read in reads]), size)
