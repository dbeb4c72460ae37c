"""Programs that are trained by gradients: their size, settings and examples, and the resulting discrete program."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rasp.model.arrays import Array

ORDERS = ("near", "last", "first")  # in which the categorical heads of a layer look for a match, in turn
SIDES = ("left", "right")  # what a table reads
NOT_ASKED = -1
MEASURED = 20  # times that the discrete programs are judged in a training
STEPS = 2_500  # steps of a training, by default


@dataclass(frozen=True)
class ConstrainedShape:
    """The size of a program: layers, heads of both kinds and tables of a layer, codes of a variable, labels.

    >>> ConstrainedShape(2, 4, 2, 2, 9, 3, 8).variables
    18
    """

    layers: int
    heads: int
    counts: int
    tables: int
    codes: int
    labels: int
    length: int
    causal: bool = False

    @property
    def added(self) -> int:
        """The number of variables that a layer adds."""
        return self.heads + self.counts + self.tables

    @property
    def variables(self) -> int:
        """The number of all variables: the token, the position, and those of the layers."""
        return 2 + self.layers * self.added

    def choices(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the choices; the last axis has the alternatives."""
        shapes: dict[str, tuple[int, ...]] = {}
        every, codes = self.heads + self.counts, self.codes
        for layer in range(self.layers):
            read = 2 + layer * self.added
            shapes[f"{layer}.query"] = shapes[f"{layer}.key"] = every, read
            shapes[f"{layer}.value"] = self.heads, read
            shapes[f"{layer}.predicate"] = every, codes, codes
            shapes[f"{layer}.left"] = shapes[f"{layer}.right"] = self.tables, read + every
            shapes[f"{layer}.table"] = self.tables, codes, codes, codes
        return shapes

    def counted(self, layer: int) -> list[bool]:
        """Which of the variables that the tables of a layer read are counts."""
        heads = [False] * self.heads + [True] * self.counts
        return [False, False, *(heads + [False] * self.tables) * layer, *heads]


@dataclass(frozen=True)
class GradientSettings:
    """How programs are trained: `seeds` of them at once, with the seeds from `seed` on.

    `epochs` is the number of passes through the data, 0 for enough to make STEPS steps of `batch` inputs. Small batches
    train faster, because most of the noise of a step comes from its sampled choices, not from its inputs. `heads`
    and `tables` are those of a layer; half of the heads are numerical. The temperature falls from `hot` to `cold`, by
    the same factor from epoch to epoch. `device` is one of PyTorch's.
    """

    epochs: int = 0
    seeds: int = 3
    seed: int = 0
    layers: int = 2
    heads: int = 8
    tables: int = 4
    batch: int = 64
    lr: float = 0.05
    hot: float = 2.0
    cold: float = 0.01
    causal: bool = False
    device: str = "cpu"
    threads: int | None = 1

    def for_examples(self, count: int) -> GradientSettings:
        """The settings with the number of epochs for `count` examples.

        >>> GradientSettings(batch=50).for_examples(1000).epochs, GradientSettings(epochs=3).for_examples(1000).epochs
        (125, 3)
        """
        return replace(self, epochs=self.epochs or -(-STEPS // -(-count // self.batch)))

    def temperature(self, epoch: int) -> float:
        """The temperature of an epoch.

        >>> [round(GradientSettings(epochs=3).temperature(epoch), 3) for epoch in range(3)]
        [2.0, 0.141, 0.01]
        """
        return float(self.hot * (self.cold / self.hot) ** (epoch / max(1, self.epochs - 1)))


@dataclass(frozen=True)
class CodedExamples:
    """Examples as numbers: `tokens` and `labels` (inputs, positions), and `lengths` (inputs,). -1: no label."""

    tokens: Array
    lengths: Array
    labels: Array

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def asked(self) -> Array:
        """Where a label is asked for, (inputs, positions)."""
        made: Array = self.labels != NOT_ASKED
        return made

    def rows(self, rows: Array) -> CodedExamples:
        """Some of the examples."""
        return CodedExamples(self.tokens[rows], self.lengths[rows], self.labels[rows])


@dataclass
class DiscreteProgram:
    """A program: the choices of its heads and tables, by the names of `ConstrainedShape.choices`, and its output.

    `weights` (variables, codes, labels) are added up; the first label with the largest sum is the output.
    """

    shape: ConstrainedShape
    choices: dict[str, Array]
    weights: Array

    def scores(self, codes: Array) -> Array:
        """The scores of the labels (rows, labels), for codes of the variables (rows, variables)."""
        return score(self.weights, codes)

    def wrong(self, codes: Array, labels: Array) -> int:
        """The number of labels (rows,) that it gets wrong."""
        return int(np.count_nonzero(self.scores(codes).argmax(axis=1) != labels))


def score(weights: Array, codes: Array) -> Array:
    """The sums of the weights (variables, codes, labels) at the codes (rows, variables).

    >>> score(np.array([[[1, 0], [0, 2]], [[0, 0], [0, 5]]]), np.array([[1, 0], [1, 1]])).tolist()
    [[0, 2], [0, 7]]
    """
    made = np.zeros((len(codes), weights.shape[2]), dtype=weights.dtype)
    for variable, own in enumerate(weights):
        made += own[codes[:, variable]]
    return made
