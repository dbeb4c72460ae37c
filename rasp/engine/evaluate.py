"""The engine's entry point: evaluates graph nodes on inputs.

Inputs of one length are evaluated together, in batches of bounded size (`running.py`), by a plan that is made once for
the nodes (`plan.py`).

Inputs are not padded to one length. A program can look at the length, and select by `not`, `!=` or from the end, so
every selector would need a mask; and inputs of many lengths take only a little longer than as many of one length.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Union

import numpy as np

from rasp.engine.failure import Failures
from rasp.engine.inputs import check_input
from rasp.engine.lazy_selectors import LazySelector
from rasp.engine.methods import dispatch
from rasp.engine.plan import ExecutionPlan, plan
from rasp.engine.running import EvaluationBatch, run_plan
from rasp.engine.sizes import check_input_sizes
from rasp.engine.tokens import RawInput
from rasp.engine.values import Array, ColumnBatch, Values
from rasp.errors import RaspError, SequenceTooLong
from rasp.graph.nodes import Node

__all__ = ["check_input", "evaluate", "evaluate_batches", "evaluate_failed", "evaluate_one"]

BatchResult = Union[ColumnBatch, Array]  # of one node, on inputs of one length

BATCH_ENTRIES = 2**18  # entries of one selector or s-op on a batch: few enough for the processor's cache


def evaluate(nodes: Sequence[Node], inputs: Sequence[RawInput], errors: str = "raise") -> list[list[Any]]:
    """The values of the nodes on each input: a `Column` for an s-op, a bool matrix (n, n) for a selector.

    Each input is a non-empty sequence of atoms, or a string. In a matrix, rows are queries and columns are keys.
    Errors are RaspErrors with `node`, `row` (the number of the input), `position` and `operands` set where they apply.
    With `errors="collect"` nothing is raised: where a node fails on an input, its value is replaced by the error that
    it raises on that input alone.

    >>> from rasp.graph.builders import apply, compare, constant, indices, selector_width, tokens
    >>> same = compare("==", tokens(), tokens())
    >>> [[row[0].values for row in evaluate([selector_width(same)], ["hello", "hi"])]]
    [[[1, 1, 2, 2, 1], [1, 1]]]
    >>> evaluate([compare("<", indices(), indices())], ["ab"])[0][0].tolist()
    [[False, False], [True, False]]
    >>> rows = evaluate([apply("/", constant(6), tokens("int"))], ["10", "12"], errors="collect")
    >>> rows[0][0].position, rows[1][0].values
    (1, [6.0, 3.0])
    """
    results: list[list[Any]] = [[] for _ in inputs]
    failures: Failures | None = {} if errors == "collect" else None
    for indices, columns in evaluate_batches(nodes, inputs, failures):
        for number, index in enumerate(indices):
            results[index] = [one.column(number) if isinstance(one, ColumnBatch) else one[number] for one in columns]
    for index, outcomes in evaluate_failed(nodes, inputs, failures or {}):
        results[index] = outcomes
    return results


def evaluate_batches(
    nodes: Sequence[Node], inputs: Sequence[RawInput], failures: Failures | None = None
) -> Iterator[tuple[Sequence[int], list[BatchResult]]]:
    """Like `evaluate`, but yields the results batch by batch.

    Each item has the indices of the inputs of a batch, and for each node a `ColumnBatch`, or for a selector the
    matrices (inputs, n, n). Errors are collected in `failures` by the index of the input, if it is given, else raised.
    """
    if not nodes:
        return
    made = plan(nodes)
    for indices in _batches(made, nodes, inputs, failures):
        yield from _run(made, nodes, inputs, indices, failures)


def evaluate_one(nodes: Sequence[Node], given: RawInput) -> list[BatchResult]:
    """Like `evaluate_batches` for one input, as in most calls, without the cost of grouping inputs."""
    made = plan(nodes)
    try:
        if made.squares:
            check_input_sizes(nodes, (given,), (0,))
        return _compute(made, nodes, EvaluationBatch((given,), (0,), None)) or []
    except RaspError as error:
        error.row = 0
        raise
    except MemoryError:
        raise _out_of_memory(len(given), 0) from None


def evaluate_failed(
    nodes: Sequence[Node], inputs: Sequence[RawInput], failures: Failures
) -> Iterator[tuple[int, list[Any]]]:
    """The outcomes on the inputs on which some node failed; each of several nodes is evaluated on its own."""
    if len(nodes) == 1:
        yield from ((index, [error]) for index, error in failures.items())
        return
    indices = sorted(failures)
    alone = [evaluate([node], [inputs[index] for index in indices], "collect") for node in nodes if indices]
    for number, index in enumerate(indices):
        outcomes = [rows[number][0] for rows in alone]
        for outcome in outcomes:
            if isinstance(outcome, RaspError):
                outcome.row = index
        yield index, outcomes


def _batches(
    made: ExecutionPlan, nodes: Sequence[Node], inputs: Sequence[RawInput], failures: Failures | None
) -> Iterator[Sequence[int]]:
    """The indices of the inputs of each batch: inputs of one length, and not too many."""
    groups: dict[int, Sequence[int]] = _by_length(inputs)
    if made.squares:
        for size, indices in groups.items():
            groups[size] = _drop_too_long(nodes, inputs, indices, failures)
    for size, indices in groups.items():
        step = 1 if size >= dispatch.long_from else max(1, BATCH_ENTRIES // (size * size if made.squares else size))
        for start in range(0, len(indices), step):
            yield indices[start : start + step]


def _by_length(inputs: Sequence[RawInput]) -> dict[int, Sequence[int]]:
    sizes = list(map(len, inputs))
    if len(set(sizes)) == 1:
        return {sizes[0]: range(len(sizes))}
    groups: dict[int, Any] = defaultdict(list)
    for index, size in enumerate(sizes):
        groups[size].append(index)
    return groups


def _drop_too_long(
    nodes: Sequence[Node], inputs: Sequence[RawInput], indices: Sequence[int], failures: Failures | None
) -> Sequence[int]:
    """The indices, all of inputs of one length, without inputs that are too long. Raises SequenceTooLong."""
    while indices:
        try:
            check_input_sizes(nodes, inputs, indices)
        except SequenceTooLong as error:
            if failures is None or error.row is None:
                raise
            failures[error.row] = error
            indices = [index for index in indices if index != error.row]
        else:
            break
    return indices


def _run(
    made: ExecutionPlan,
    nodes: Sequence[Node],
    inputs: Sequence[RawInput],
    indices: Sequence[int],
    failures: Failures | None,
) -> Iterator[tuple[Sequence[int], list[BatchResult]]]:
    """The results on inputs of one length. An error gets the index of its input, and is raised or collected."""
    batch = EvaluationBatch(_pick(inputs, indices), indices, failures)
    try:
        results = _compute(made, nodes, batch)
    except RaspError as error:
        error.row = indices[error.row or 0]
        raise
    except MemoryError:
        if failures is not None and len(indices) > 1:
            for index in indices:
                yield from _run(made, nodes, inputs, [index], failures)
            return
        refused = _out_of_memory(len(inputs[indices[0]]), indices[0])
        if failures is None:
            raise refused from None
        failures[indices[0]] = refused
        return
    if results is not None:
        yield batch.indices, results


def _pick(inputs: Sequence[RawInput], indices: Sequence[int]) -> Sequence[RawInput]:
    if isinstance(indices, range):
        return inputs[indices.start : indices.stop]
    return [inputs[index] for index in indices]


def _compute(made: ExecutionPlan, nodes: Sequence[Node], batch: EvaluationBatch) -> list[BatchResult] | None:
    """The results on a batch, from which failing inputs are removed; None if no input is left."""
    with np.errstate(all="ignore"):
        values = run_plan(made, nodes, batch)
        return None if values is None else [_result(value, batch) for value in values]


def _out_of_memory(size: int, row: int) -> SequenceTooLong:
    error = SequenceTooLong(f"there is not enough memory for an input of {size} elements")
    error.row = row
    return error


def _result(value: Any, batch: EvaluationBatch) -> BatchResult:
    count, size = len(batch.inputs), len(batch.inputs[0])
    if isinstance(value, Values):
        return ColumnBatch(value, (count, size))
    if isinstance(value, LazySelector):
        from rasp.engine.long_inputs import whole_matrix  # imported late: only long inputs need it

        value = whole_matrix(value)
    matrices = np.ascontiguousarray(np.broadcast_to(value, (count, size, size)))
    matrices.flags.writeable = False
    return matrices
