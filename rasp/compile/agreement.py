"""The agreement of a model with a program: on how many inputs and positions both give the same value.

A compiled model is proved equal, up to the first difference (`proof.py`). A trained one may be wrong here and there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasp.base.progress import tell
from rasp.compile.inputs import Trial
from rasp.compile.proof import COMPARED, Failure, Mismatch, NodeResult, engine_answers
from rasp.engine import Column
from rasp.engine.tokens import Input
from rasp.errors import RaspError
from rasp.graph.nodes import Node
from rasp.model import batch_inference
from rasp.model.network import Network


@dataclass
class Agreement:
    """How many inputs and tokens were compared, on how many both agree, and the first difference.

    `failed` is the number of inputs on which the program has no value, `failure` the first of them.
    """

    trial: Trial
    inputs: int = 0
    sequences: int = 0
    positions: int = 0
    tokens: int = 0
    failed: int = 0
    difference: Mismatch | None = None
    failure: Failure | None = None


def agreement(network: Network, outputs: dict[str, Node], trial: Trial) -> Agreement:
    """Compares a network with the nodes of its outputs on all inputs of a trial. A sequence counts with all outputs.

    >>> import rasp
    >>> from rasp.compile.inputs import trial
    >>> model = rasp.load("reverse")["reverse"].compile(vocab="ab", max_length=2)
    >>> found = agreement(model.network, {"reverse": rasp.tokens.node}, trial("ab", 2))
    >>> found.sequences, found.inputs, found.difference.given
    (4, 6, ('a', 'b'))
    """
    found, network = Agreement(trial), network.prepare()
    for inputs in trial.lists(COMPARED):
        told = engine_answers(list(outputs.values()), inputs)
        good: list[tuple[Input, list[NodeResult]]] = []
        for given, answer in zip(inputs, told, strict=True):
            if isinstance(answer, RaspError):
                found.failed += 1
                found.failure = found.failure or Failure(given, answer)
            else:
                good.append((given, answer))
        if good:
            _compare(network, list(outputs), good, found)
        tell(COMPARED, found.inputs + found.failed, trial.count)
    return found


def _compare(network: Network, names: list[str], good: list[tuple[Input, list[NodeResult]]], found: Agreement) -> None:
    """Compares the network with the program's values on some inputs, and adds the counts to `found`."""
    numbers = batch_inference.decode(network, np.array([network.ids(given) for given, _ in good]))
    for row, (given, answer) in enumerate(good):
        differences = []
        for name, column in zip(names, answer, strict=True):
            values = network.config.outputs[name]
            told = [values[number] for number in numbers[name][row].tolist()]
            assert isinstance(column, Column)
            pairs = enumerate(zip(column.values, told, strict=True))
            differences += [Mismatch(given, name, position, *pair) for position, pair in pairs if pair[0] != pair[1]]
        found.inputs += 1
        found.positions += len(given) * len(names)
        found.tokens += len(given) * len(names) - len(differences)
        found.sequences += not differences
        found.difference = found.difference or next(iter(differences), None)
