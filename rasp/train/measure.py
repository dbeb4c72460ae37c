"""The accuracy of predictions: of tokens and of whole sequences, in total and by length, with wrong examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rasp.model.arrays import Array
from rasp.train.answers import NOT_ASKED
from rasp.train.events import TrainingScore
from rasp.train.inputs import LengthGroup

WRONG = 3  # examples of wrong outputs


@dataclass(frozen=True)
class Accuracy:
    """The accuracy on inputs of one length."""

    length: int
    inputs: int
    tokens: float
    sequences: float

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return dict(vars(self))


def counts(group: LengthGroup, predicted: Array) -> tuple[int, int, int]:
    """The numbers of right positions, of asked positions, and of inputs that are right at every position.

    >>> group = LengthGroup(np.zeros((2, 3), int), np.array([[0, 1, NOT_ASKED], [1, 1, 1]]))
    >>> counts(group, np.array([[0, 1, 0], [1, 0, 1]]))
    (4, 5, 1)
    """
    asked = group.labels != NOT_ASKED
    right = (predicted == group.labels) & asked
    return int(right.sum()), int(asked.sum()), int((right == asked).all(axis=1).sum())


def score(groups: Sequence[LengthGroup], predicted: Sequence[Array], seed: int) -> TrainingScore:
    """The score of a seed on groups; `predicted` has arrays (seeds, count, n).

    >>> group = LengthGroup(np.zeros((2, 2), int), np.array([[0, 1], [1, -1]]))
    >>> score([group], [np.array([[[0, 0], [1, 0]]])], 0)
    TrainingScore(tokens=0.6666666666666666, sequences=0.5)
    """
    found = np.array([counts(group, part[seed]) for group, part in zip(groups, predicted, strict=True)])
    inputs = sum(len(group.ids) for group in groups)
    right, asked, whole = found.sum(axis=0).tolist() if len(found) else (0, 0, 0)
    return TrainingScore(right / max(1, asked), whole / max(1, inputs))


def by_length(groups: Sequence[LengthGroup], predicted: Sequence[Array], seed: int) -> list[Accuracy]:
    """The accuracy of a seed for each length."""
    made = []
    for group, part in zip(groups, predicted, strict=True):
        found = score([group], [part], seed)
        made.append(Accuracy(group.length, len(group.ids), found.tokens, found.sequences))
    return made


def wrong(groups: Sequence[LengthGroup], predicted: Sequence[Array], seed: int) -> Iterator[tuple[Array, Array, Array]]:
    """The ids, labels and predictions of inputs with a wrong position, the shortest first."""
    for group, part in zip(groups, predicted, strict=True):
        asked = group.labels != NOT_ASKED
        for row in np.flatnonzero(((part[seed] != group.labels) & asked).any(axis=1)):
            yield group.ids[row], group.labels[row], part[seed][row]
