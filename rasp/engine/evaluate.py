"""The engine's entry: enter graph nodes and inputs, leave the sequences and matrices of the nodes on the inputs.

Inputs of one length are evaluated together, in chunks of bounded size, by a plan that is made once for the nodes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Union

import numpy as np

from rasp.engine import long_inputs
from rasp.engine.inputs import validated
from rasp.engine.lazy_selectors import Deferred
from rasp.engine.methods import path
from rasp.engine.plan import Plan, plan
from rasp.engine.running import Chunk, Failures, run
from rasp.engine.sizes import check_size
from rasp.engine.tokens import Input
from rasp.engine.values import Array, Block, Values
from rasp.errors import RaspError, SequenceTooLong
from rasp.graph.nodes import Node

__all__ = ["apart", "chunks", "evaluate", "single", "validated"]

Rows = Union[Block, Array]  # of one node, on inputs of one length

CHUNK = 2**18  # entries that one selector, or one s-op, has on a chunk of inputs, so that it stays near the processor


def evaluate(nodes: Sequence[Node], inputs: Sequence[Input], errors: str = "raise") -> list[list[Any]]:
    """The values of the nodes on each input: a `Column` for an s-op, a bool matrix (n, n) for a selector.

    Each input is a non-empty sequence of atoms, or a string. In a matrix, rows are queries and columns are keys.
    Errors are RaspErrors with `node`, `row` (the number of the input), `position` and `operands` set where they apply.
    With `errors="collect"` nothing is raised: where a node fails on an input, the error that it raises on that input
    alone stands in the place of its value.

    >>> from rasp.graph.nodes import apply, compare, constant, indices, selector_width, tokens
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
    for places, columns in chunks(nodes, inputs, failures):
        for number, place in enumerate(places):
            results[place] = [one.column(number) if isinstance(one, Block) else one[number] for one in columns]
    for place, outcomes in apart(nodes, inputs, failures or {}):
        results[place] = outcomes
    return results


def chunks(
    nodes: Sequence[Node], inputs: Sequence[Input], failures: Failures | None = None
) -> Iterator[tuple[Sequence[int], list[Rows]]]:
    """As `evaluate`, but the results of inputs that are evaluated together stay together.

    Gives the places of such inputs, and for each node a `Block`, or for a selector the matrices (inputs, n, n). The
    errors of inputs that fail go to `failures`, where it is given, by place.
    """
    if not nodes:
        return
    made = plan(nodes)
    for places in _grouped(made, nodes, inputs, failures):
        yield from _run(made, nodes, inputs, places, failures)


def single(nodes: Sequence[Node], given: Input) -> list[Rows]:
    """As `chunks`, of one input: what most calls are, without the work that only many inputs need."""
    made = plan(nodes)
    try:
        if made.squares:
            check_size(nodes, (given,), (0,))
        return _computed(made, nodes, Chunk((given,), (0,), None)) or []
    except RaspError as error:
        error.row = 0
        raise
    except MemoryError:
        raise _out_of_memory(len(given), 0) from None


def apart(nodes: Sequence[Node], inputs: Sequence[Input], failures: Failures) -> Iterator[tuple[int, list[Any]]]:
    """The outcomes on the inputs on which one of the nodes failed: each of several nodes goes on by itself."""
    if len(nodes) == 1:
        yield from ((place, [error]) for place, error in failures.items())
        return
    places = sorted(failures)
    alone = [evaluate([node], [inputs[place] for place in places], "collect") for node in nodes if places]
    for number, place in enumerate(places):
        outcomes = [rows[number][0] for rows in alone]
        for outcome in outcomes:
            if isinstance(outcome, RaspError):
                outcome.row = place
        yield place, outcomes


def _grouped(
    made: Plan, nodes: Sequence[Node], inputs: Sequence[Input], failures: Failures | None
) -> Iterator[Sequence[int]]:
    """The places of inputs that are evaluated together: of one length, and not too many."""
    groups: dict[int, Sequence[int]] = _by_length(inputs)
    if made.squares:
        for size, places in groups.items():
            groups[size] = _fitting(nodes, inputs, places, failures)
    for size, places in groups.items():
        step = 1 if size >= path.shortest else max(1, CHUNK // (size * size if made.squares else size))
        for start in range(0, len(places), step):
            yield places[start : start + step]


def _by_length(inputs: Sequence[Input]) -> dict[int, Sequence[int]]:
    sizes = list(map(len, inputs))
    if len(set(sizes)) == 1:
        return {sizes[0]: range(len(sizes))}
    groups: dict[int, Any] = defaultdict(list)
    for place, size in enumerate(sizes):
        groups[size].append(place)
    return groups


def _fitting(
    nodes: Sequence[Node], inputs: Sequence[Input], places: Sequence[int], failures: Failures | None
) -> Sequence[int]:
    """The places, all of one length, without those of inputs that are too long. Raises SequenceTooLong."""
    while places:
        try:
            check_size(nodes, inputs, places)
        except SequenceTooLong as error:
            if failures is None or error.row is None:
                raise
            failures[error.row] = error
            places = [place for place in places if place != error.row]
        else:
            break
    return places


def _run(
    made: Plan, nodes: Sequence[Node], inputs: Sequence[Input], places: Sequence[int], failures: Failures | None
) -> Iterator[tuple[Sequence[int], list[Rows]]]:
    """The results on inputs of one length. Raises what they run into, with the number of the input, or collects it."""
    chunk = Chunk(_at(inputs, places), places, failures)
    try:
        results = _computed(made, nodes, chunk)
    except RaspError as error:
        error.row = places[error.row or 0]
        raise
    except MemoryError:
        if failures is not None and len(places) > 1:
            for place in places:
                yield from _run(made, nodes, inputs, [place], failures)
            return
        refused = _out_of_memory(len(inputs[places[0]]), places[0])
        if failures is None:
            raise refused from None
        failures[places[0]] = refused
        return
    if results is not None:
        yield chunk.places, results


def _at(inputs: Sequence[Input], places: Sequence[int]) -> Sequence[Input]:
    if isinstance(places, range):
        return inputs[places.start : places.stop]
    return [inputs[place] for place in places]


def _computed(made: Plan, nodes: Sequence[Node], chunk: Chunk) -> list[Rows] | None:
    """The results on a chunk, from which the inputs that fail are gone; None where all are."""
    with np.errstate(all="ignore"):
        values = run(made, nodes, chunk)
        return None if values is None else [_rows(value, chunk) for value in values]


def _out_of_memory(size: int, row: int) -> SequenceTooLong:
    error = SequenceTooLong(f"there is not enough memory for an input of {size} elements")
    error.row = row
    return error


def _rows(value: Any, chunk: Chunk) -> Rows:
    batch, size = len(chunk.inputs), len(chunk.inputs[0])
    if isinstance(value, Values):
        return Block(value, (batch, size))
    if isinstance(value, Deferred):
        value = long_inputs.matrix(value)
    matrices = np.ascontiguousarray(np.broadcast_to(value, (batch, size, size)))
    matrices.flags.writeable = False
    return matrices
