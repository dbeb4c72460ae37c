"""The proof: enter a network and the nodes that it computes, leave where both differ on the inputs of a trial.

The engine is the judge. Values are equal as the language compares them; floats may differ by a billionth of their size.
Kinds are not compared: whether a sequence is of ints or floats may depend on all its positions, and no head may know.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.base.progress import tell
from rasp.compile.inputs import Input, Trial
from rasp.engine import Column, evaluate
from rasp.engine.values import Array
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node, is_selector, topological
from rasp.model.batch_inference import at_once, decoded
from rasp.model.network import Network

Result = Column | Array
Answer = list[Result] | RaspError
Decode = Callable[[Array], dict[str, Array]]
RUN, COMPARED = "inputs run by the program", "inputs compared with the model"  # what is told
CLOSE = 1e-9  # how far floats may lie apart, as a share of their size
REST = 2.0**-48  # how much may be left of a sum that comes to 0, as a share of the largest float


@dataclass(frozen=True)
class Difference:
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
    """What a proof found: how many inputs agreed, those that the program fails on, and the first difference."""

    trial: Trial
    checked: int = 0
    failed: int = 0
    failure: Failure | None = None
    difference: Difference | None = None

    @property
    def holds(self) -> bool:
        """Whether no input differed."""
        return self.difference is None


def answers(nodes: Sequence[Node], inputs: Sequence[Input]) -> list[Answer]:
    """What the nodes give on each input, or the error that the program runs into there.

    >>> from rasp.graph.builders import apply, constant, indices
    >>> [type(answer).__name__ for answer in answers([apply("/", constant(1), indices())], [("a",)])]
    ['DivisionByZero']
    """
    rows = evaluate(nodes, inputs, errors="collect")
    return [next((result for result in row if isinstance(result, RaspError)), row) for row in rows]


def first_failure(nodes: Sequence[Node], trial: Trial) -> Failure | None:
    """An input of the trial on which a node has no value, if there is one: a shortest one among those of all inputs."""
    for inputs in trial.lists(RUN):
        try:
            evaluate(nodes, inputs)
        except RaspError as error:
            return Failure(inputs[error.row or 0], error)
    return None


@dataclass(frozen=True)
class Look:
    """A selector that selects a key behind its query on an input."""

    selector: Node
    given: Input
    query: int
    key: int


def first_look_ahead(selectors: Sequence[Node], trial: Trial) -> Look | None:
    """An input on which a selector selects a key behind its query, if the trial has one."""
    for inputs in trial:
        for given, answer in zip(inputs, answers(selectors, inputs), strict=True):
            for selector, matrix in zip(selectors, () if isinstance(answer, RaspError) else answer, strict=False):
                found = np.argwhere(np.triu(np.asarray(matrix), 1))
                if len(found):
                    return Look(selector, given, int(found[0][0]), int(found[0][1]))
    return None


def proved(network: Network, outputs: dict[str, Node], trial: Trial, decode: Decode | None = None) -> Proof:
    """Compares a network with the nodes of its outputs, up to the first difference.

    `decode` tells the numbers of the outputs' values from token ids; without one, the network is run.
    """
    proof, network = Proof(trial), network.prepared()
    decode = decode or (lambda ids: decoded(network, ids))
    reached, total = 0, trial.places()
    for inputs in trial.lists(COMPARED):
        size = at_once(len(inputs[0]))
        for start in range(0, len(inputs), size):
            _compare(network, decode, outputs, inputs[start : start + size], proof)
            reached += len(inputs[0]) * len(inputs[start : start + size])
            tell(COMPARED, proof.checked + proof.failed, total, reached)
            if not proof.holds:
                return proof
    return proof


def _compare(network: Network, decode: Decode, outputs: dict[str, Node], inputs: list[Input], proof: Proof) -> None:
    good, expected = [], []
    for given, answer in zip(inputs, answers(list(outputs.values()), inputs), strict=True):
        if isinstance(answer, RaspError):
            proof.failed += 1
            proof.failure = proof.failure or Failure(given, answer)
        else:
            good.append(given)
            expected.append(answer)
    if not good:
        return
    numbers = decode(np.array([network.ids(given) for given in good]))
    for place, name in enumerate(outputs):
        values = network.config.outputs[name]
        for given, answer, row in zip(good, expected, numbers[name].tolist(), strict=True):
            column = answer[place]
            assert isinstance(column, Column)
            found = [values[number] for number in row]
            if found != column.values:
                position = unlike(column.values, found)
                if position is not None:  # which is rare: now it may take some time
                    position = unlike(column.values, found, values, _largest_float(outputs[name], given))
                if position is not None:
                    pair = column.values[position], found[position]
                    proof.difference = Difference(given, name, position, *pair)
                    return
    proof.checked += len(good)


def _largest_float(node: Node, given: Input) -> float:
    """The size of the largest float among all that a node is made of, on one input."""
    parts = [part for part in topological([node]) if not is_selector(part)]
    columns = [column.values for column in evaluate(parts, [given])[0] if isinstance(column, Column)]
    return max((abs(value) for column in columns for value in column if isinstance(value, float)), default=0.0)


def unlike(
    expected: Sequence[Atom], found: Sequence[Atom], values: Sequence[Atom] = (), largest: float = 0.0
) -> int | None:
    """The first position at which two sequences differ by more than the last digits of floats.

    Where a sum comes to 0, such digits are all that is left of it. They are known by the `largest` float on the way, if
    no other of the `values` that could have been found is nearer.

    >>> unlike([1, 0.1 + 0.2], [1, 0.3]), unlike([1, 10**12], [1, 10**12 + 1])
    (None, 1)
    >>> unlike([0.1 + 0.2 - 0.3], [0.0], [0.0], 0.3) is None
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
    except OverflowError:  # an int that no float holds is equal to itself alone
        return False


def _is_rest(left: float, right: float, values: Sequence[Atom], largest: float) -> bool:
    apart = abs(left - right)
    numbers = (value for value in values if not isinstance(value, str))
    return apart <= REST * largest and all(apart <= abs(left - value) for value in numbers)
