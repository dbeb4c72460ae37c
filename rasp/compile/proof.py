"""The proof of a model: compares a network with the nodes that it computes, on the inputs of a trial.

The engine's values are the reference. They are compared as the language compares values, with a relative tolerance of
1e-9 for floats. Kinds are not compared: whether a sequence holds ints or floats may depend on all of its positions,
which a head need not see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.base.progress import tell
from rasp.compile.inputs import Trial
from rasp.engine import Column, evaluate
from rasp.engine.tokens import Input
from rasp.engine.values import Array
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node, is_selector, topological
from rasp.model import batch_inference
from rasp.model.network import Network

NodeResult = Column | Array
OutputsOrError = list[NodeResult] | RaspError
Decode = Callable[[Array], dict[str, Array]]
RUN, COMPARED = "inputs run by the program", "inputs compared with the model"  # in reports of progress
CLOSE = 1e-9  # relative tolerance of floats
REST = 2.0**-48  # what rounding may leave of a sum that is 0, relative to the largest float in it


@dataclass(frozen=True)
class Mismatch:
    """An input on which a model gives another value than the program, at a position of an output."""

    given: Input
    output: str
    position: int
    expected: Atom
    found: Atom


@dataclass(frozen=True)
class Failure:
    """An input on which the program has no value."""

    given: Input
    error: RaspError


@dataclass
class Proof:
    """The result of a proof: how many inputs agree, on how many the program fails, and the first difference."""

    trial: Trial
    checked: int = 0
    failed: int = 0
    failure: Failure | None = None
    difference: Mismatch | None = None

    @property
    def holds(self) -> bool:
        """Whether no input differed."""
        return self.difference is None


def engine_answers(nodes: Sequence[Node], inputs: Sequence[Input]) -> list[OutputsOrError]:
    """The values of the nodes on each input, or the error that the program raises there.

    >>> from rasp.graph.builders import apply, constant, indices
    >>> [type(answer).__name__ for answer in engine_answers([apply("/", constant(1), indices())], [("a",)])]
    ['DivisionByZero']
    """
    rows = evaluate(nodes, inputs, errors="collect")
    return [next((result for result in row if isinstance(result, RaspError)), row) for row in rows]


def first_failure(nodes: Sequence[Node], trial: Trial) -> Failure | None:
    """An input of the trial, one of the shortest, on which a node has no value; None if there is none.

    >>> from rasp.compile.inputs import trial
    >>> from rasp.graph.builders import apply, constant, tokens
    >>> found = first_failure([apply("/", constant(1), tokens("int"))], trial([0, 1], 2))
    >>> found.given, found.error.code
    ((0,), 'R310')
    """
    for inputs in trial.lists(RUN):
        try:
            evaluate(nodes, inputs)
        except RaspError as error:
            return Failure(inputs[error.row or 0], error)
    return None


@dataclass(frozen=True)
class LookAhead:
    """A selector that selects, on some input, a key after its query."""

    selector: Node
    given: Input
    query: int
    key: int


def first_look_ahead(selectors: Sequence[Node], trial: Trial) -> LookAhead | None:
    """The first input of the trial on which a selector selects a key after its query; None if there is none.

    >>> from rasp.compile.inputs import trial
    >>> from rasp.graph.builders import compare, indices
    >>> found = first_look_ahead([compare(">", indices(), indices())], trial("ab", 2))
    >>> found.given, found.query, found.key
    (('a', 'a'), 0, 1)
    """
    for inputs in trial:
        for given, answer in zip(inputs, engine_answers(selectors, inputs), strict=True):
            for selector, matrix in zip(selectors, () if isinstance(answer, RaspError) else answer, strict=False):
                found = np.argwhere(np.triu(np.asarray(matrix), 1))
                if len(found):
                    return LookAhead(selector, given, int(found[0][0]), int(found[0][1]))
    return None


def prove(network: Network, outputs: dict[str, Node], trial: Trial, decode: Decode | None = None) -> Proof:
    """Compares a network with the nodes of its outputs, up to the first difference.

    `decode` maps token ids to the numbers of the outputs' values; by default, it runs the network.
    """
    proof, network = Proof(trial), network.prepare()
    decode = decode or (lambda ids: batch_inference.decode(network, ids))
    reached, total = 0, trial.position_count()
    for inputs in trial.lists(COMPARED):
        size = batch_inference.batch_size(len(inputs[0]))
        for start in range(0, len(inputs), size):
            _compare(network, decode, outputs, inputs[start : start + size], proof)
            reached += len(inputs[0]) * len(inputs[start : start + size])
            tell(COMPARED, proof.checked + proof.failed, total, reached)
            if not proof.holds:
                return proof
    return proof


def _compare(network: Network, decode: Decode, outputs: dict[str, Node], inputs: list[Input], proof: Proof) -> None:
    good, expected = [], []
    for given, answer in zip(inputs, engine_answers(list(outputs.values()), inputs), strict=True):
        if isinstance(answer, RaspError):
            proof.failed += 1
            proof.failure = proof.failure or Failure(given, answer)
        else:
            good.append(given)
            expected.append(answer)
    if not good:
        return
    numbers = decode(np.array([network.ids(given) for given in good]))
    for index, name in enumerate(outputs):
        values = network.config.outputs[name]
        for given, answer, row in zip(good, expected, numbers[name].tolist(), strict=True):
            column = answer[index]
            assert isinstance(column, Column)
            found = [values[number] for number in row]
            if found != column.values:
                position = first_difference(column.values, found)
                if position is not None:  # rare, so the slower comparison may follow
                    position = first_difference(column.values, found, values, _largest_float(outputs[name], given))
                if position is not None:
                    pair = column.values[position], found[position]
                    proof.difference = Mismatch(given, name, position, *pair)
                    return
    proof.checked += len(good)


def _largest_float(node: Node, given: Input) -> float:
    """The largest absolute value of a float among all nodes that a node depends on, on one input."""
    parts = [part for part in topological([node]) if not is_selector(part)]
    columns = [column.values for column in evaluate(parts, [given])[0] if isinstance(column, Column)]
    return max((abs(value) for column in columns for value in column if isinstance(value, float)), default=0.0)


def first_difference(
    expected: Sequence[Atom], found: Sequence[Atom], values: Sequence[Atom] = (), largest: float = 0.0
) -> int | None:
    """The first position at which two sequences differ by more than rounding of floats; None if there is none.

    Where a sum should be 0, rounding leaves a small number instead. A difference is taken for such a remainder if it is
    tiny beside the `largest` float of the computation, and none of the possible `values` is nearer to the expected one.

    >>> first_difference([1, 0.1 + 0.2], [1, 0.3]), first_difference([1, 10**12], [1, 10**12 + 1])
    (None, 1)
    >>> first_difference([0.1 + 0.2 - 0.3], [0.0], [0.0], 0.3) is None
    True
    """
    for position, (left, right) in enumerate(zip(expected, found, strict=True)):
        if left != right and not _is_close(left, right, values, largest):
            return position
    return None


def _is_close(left: Atom, right: Atom, values: Sequence[Atom], largest: float) -> bool:
    if isinstance(left, str) or isinstance(right, str) or (isinstance(left, int) and isinstance(right, int)):
        return False
    try:
        return math.isclose(left, right, rel_tol=CLOSE) or _is_rest(left, right, values, largest)
    except OverflowError:  # an int too large for a float equals only itself
        return False


def _is_rest(left: float, right: float, values: Sequence[Atom], largest: float) -> bool:
    apart = abs(left - right)
    numbers = (value for value in values if not isinstance(value, str))
    return apart <= REST * largest and all(apart <= abs(left - value) for value in numbers)
