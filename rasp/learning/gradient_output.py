"""Finishes a discrete program that was trained by gradients: fits its output anew, drops variables, rounds weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.learning.lookups.fitting import LookupFeature
from rasp.learning.lookups.fitting import fit as fitted_weights
from rasp.model.arrays import Array
from rasp.train.discrete import CodedExamples, DiscreteProgram, execute, label_scores

SCALES = (1, 2, 3, 4, 6, 8, 12, 16, 64, 256)  # factors before weights are rounded, the coarsest first


@dataclass(frozen=True)
class OutputRows:
    """The codes of all variables (tokens, variables), where sequences start if each has one label, and the labels.

    `loss` of the answers (rows,) is 0 if all are right.
    """

    codes: Array
    starts: Array | None
    labels: Array
    loss: Callable[[Array], float]

    @classmethod
    def of(cls, program: DiscreteProgram, examples: CodedExamples, loss: Callable[[Array], float]) -> OutputRows:
        """The rows of examples."""
        starts = examples.starts if program.shape.pooled else None
        return cls(execute(program, examples), starts, examples.wanted, loss)

    def first(self, most: int) -> OutputRows:
        """The first rows, of about so many tokens."""
        if len(self.codes) <= most:
            return self
        if self.starts is None:
            return OutputRows(self.codes[:most], None, self.labels[:most], self.loss)
        count = max(1, int(np.searchsorted(self.starts, most)))
        end = self.starts[count] if count < len(self.starts) else len(self.codes)
        return OutputRows(self.codes[:end], self.starts[:count], self.labels[:count], self.loss)

    def scores(self, weights: Array) -> Array:
        """The scores of the labels, (rows, labels)."""
        return label_scores(weights, self.codes, self.starts)

    def wrong(self, weights: Array) -> float:
        """The loss with weights (variables, codes, labels)."""
        return self.loss(self.scores(weights).argmax(axis=1))

    def part(self, weights: Array, variable: int) -> Array:
        """What a variable adds to the scores."""
        return label_scores(weights[[variable]], self.codes[:, [variable]], self.starts)


@dataclass(frozen=True)
class OutputFinish:
    """How an output is finished: steps of a fit and its L2 penalty; how much loss dropping and rounding may add.

    The first fit, from which variables are dropped, uses at most `sample` tokens.
    """

    steps: int = 100
    ridge: float = 0.1
    sample: int = 150_000
    drop: float = 0.0
    coarse: float = 0.0


def finish(
    program: DiscreteProgram, training: OutputRows, droppers: Sequence[OutputRows], judge: OutputRows, how: OutputFinish
) -> tuple[DiscreteProgram, float]:
    """The program with the output fitted anew and int weights, and its loss.

    A variable is dropped if the loss of the `droppers` does not grow.
    """

    def fit(rows: OutputRows, weights: Array) -> Array:
        used = np.flatnonzero(weights.any(axis=(1, 2)))
        features = [LookupFeature(rows.codes[:, one].astype(np.int64), weights.shape[1], rows.starts) for one in used]
        made = np.zeros(weights.shape)
        if features:
            start = [weights[one].astype(np.float64) for one in used]
            made[used] = fitted_weights(features, rows.labels, weights.shape[2], start, how.ridge, how.steps)
        return made

    weights = merge_equal(program.weights, training.codes)
    weights = drop(fit(training.first(how.sample), weights), droppers, how.drop)
    again = drop(fit(training, weights), droppers, how.drop)
    rounded = _round(min((weights, again), key=judge.wrong), judge, how.coarse)
    return DiscreteProgram(program.shape, program.choices, rounded), judge.wrong(rounded)


def shorten_program(
    program: DiscreteProgram, judge: OutputRows, text: Callable[[DiscreteProgram], str], most: int
) -> DiscreteProgram:
    """Drops variables from the output, those that matter least first, until the text has at most `most` bytes."""
    while program.weights.any() and len(text(program).encode()) > most:
        weights = program.weights.copy()
        total = judge.scores(weights)

        def without(variable: int, total: Array = total, weights: Array = weights) -> float:
            return judge.loss((total - judge.part(weights, variable)).argmax(axis=1))

        weights[min(np.flatnonzero(weights.any(axis=(1, 2))).tolist(), key=without)] = 0
        program = DiscreteProgram(program.shape, program.choices, weights)
    return program


def merge_equal(weights: Array, codes: Array) -> Array:
    """The weights (variables, codes, labels), with those of equal variables added up at the first of them.

    >>> merge_equal(np.array([[[1, 0]], [[2, 0]], [[4, 5]]]), np.array([[0, 1, 0], [3, 2, 3]])).tolist()
    [[[5, 5]], [[2, 0]], [[0, 0]]]
    """
    made = weights.copy()
    first: dict[bytes, int] = {}
    for variable, column in enumerate(codes.T):
        equal = first.setdefault(column.tobytes(), variable)
        if equal != variable:
            made[equal] += made[variable]
            made[variable] = 0
    return made


def drop(weights: Array, judges: Sequence[OutputRows], most: float) -> Array:
    """Drops each variable without which the loss grows by at most `most`; those that matter least first."""
    kept = weights.copy()
    totals = [judge.scores(kept) for judge in judges]

    def without(variable: int) -> tuple[float, list[Array]]:
        left = [total - judge.part(kept, variable) for total, judge in zip(totals, judges, strict=True)]
        return sum(judge.loss(one.argmax(axis=1)) for one, judge in zip(left, judges, strict=True)), left

    least = sum(judge.loss(total.argmax(axis=1)) for total, judge in zip(totals, judges, strict=True))
    used = np.flatnonzero(kept.any(axis=(1, 2))).tolist()
    for variable in sorted(used, key=lambda one: (without(one)[0], -one)):
        found, left = without(variable)
        if found <= least + most:
            kept[variable] = 0
            totals, least = left, min(least, found)
    return kept


def _round(weights: Array, judge: OutputRows, most: float) -> Array:
    """The coarsest int weights whose loss is at most `most` above that of the finest ones; 0 for the first label."""
    relative = weights - weights[:, :, :1]
    made: list[Array] = [np.rint(relative * scale).astype(np.int64) for scale in SCALES]
    wrong = [judge.wrong(one) for one in made]
    return made[next(number for number, loss in enumerate(wrong) if loss <= wrong[-1] + most)]
