"""How right a program is, as the engine runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rasp.engine.evaluate import evaluate
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node

MANY = 20_000  # inputs at a time


@dataclass
class Accuracy:
    """How many outputs and sequences there are, and how many are right."""

    outputs: int = 0
    right: int = 0
    sequences: int = 0
    whole: int = 0

    @property
    def exact(self) -> bool:
        """Whether all are right."""
        return self.whole == self.sequences

    def add(self, given: Sequence[Atom], wanted: Sequence[Atom | None]) -> None:
        """Counts one sequence; a value of another kind is another value."""
        asked = [(one, other) for one, other in zip(given, wanted, strict=True) if other is not None]
        right = sum(one == other and isinstance(one, str) == isinstance(other, str) for one, other in asked)
        self.outputs += len(asked)
        self.right += right
        self.sequences += 1
        self.whole += right == len(asked)


def accuracy(
    node: Node, inputs: Iterable[Sequence[Atom]], answers: Callable[[Sequence[Atom]], Sequence[Atom | None]]
) -> Accuracy:
    """The accuracy of a node on some inputs, against what a function answers.

    >>> from rasp.graph.builders import tokens
    >>> accuracy(tokens(), ["ab", "aa"], lambda word: word[::-1])
    Accuracy(outputs=4, right=2, sequences=2, whole=1)
    """
    counted = Accuracy()
    for part in _parts(inputs):
        for given, results in zip(part, evaluate([node], part, "collect"), strict=True):
            wanted = answers(given)
            failed = isinstance(results[0], RaspError)
            counted.add([None] * len(wanted) if failed else results[0].values, wanted)  # type: ignore[list-item]
    return counted


def _parts(inputs: Iterable[Sequence[Atom]]) -> Iterator[list[Sequence[Atom]]]:
    rest = iter(inputs)
    while part := list(islice(rest, MANY)):
        yield part
