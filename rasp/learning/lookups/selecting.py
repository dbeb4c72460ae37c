"""Selects reads: adds them greedily by gain, until the validation score stops improving; then removes some again.

The gain of a read is the estimated drop of the loss by one Newton step on its weights alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rasp.learning.lookups.fitting import fit, shares
from rasp.learning.lookups.limits import Costs
from rasp.learning.lookups.model import Sum, feature
from rasp.learning.lookups.problem import LEAST, LookupProblem
from rasp.learning.lookups.reads import Always, Bag, CorpusView, WordRead
from rasp.model.arrays import Array

RIDGE = 2.0  # L2 penalty on weights
CELL = 0.5  # what each weight of a read costs, in gain
QUICK, THOROUGH = 12, 30  # steps of fitting, after each read and at the end
PATIENCE = 3  # reads without a better validation score before it stops


class FittedReads(NamedTuple):
    """Reads with their weights, and their score on validation data."""

    score: float
    reads: list[WordRead]
    weights: list[Array]


class Greedy:
    """Adds reads one by one, as far as the caps allow."""

    def __init__(self, problem: LookupProblem, costs: Costs) -> None:
        self.problem, self.costs = problem, costs
        self.reads: list[WordRead] = []
        self.weights: list[Array] = []
        self.counted = 0  # gains that were computed

    def start(self, reads: Sequence[WordRead]) -> None:
        """Begins with some reads."""
        self.reads = list(reads)
        self.weights = [np.zeros((read.size, len(self.problem.labels))) for read in reads]
        self.fit(QUICK)

    def fit(self, steps: int, view: CorpusView | None = None) -> None:
        """Fits the weights of all reads again."""
        there = view or self.problem.sample
        features = [feature(read, there) for read in self.reads]
        self.weights = fit(features, there.corpus.labels, len(self.problem.labels), self.weights, RIDGE, steps)

    def sum(self) -> Sum:
        """The reads with their weights."""
        return Sum(tuple(self.reads), tuple(self.weights), self.problem.usual)

    def best(self) -> FittedReads:
        """The reads as they are now."""
        score = self.problem.judge(self.sum().answers(self.problem.validation))
        return FittedReads(score, list(self.reads), list(self.weights))

    def take(self, kept: FittedReads) -> None:
        """Goes back to some reads."""
        _, self.reads, self.weights = kept

    def drop(self) -> None:
        """Removes the read that was added last, and fits the others on all data."""
        self.reads, self.weights = self.reads[:-1], self.weights[:-1]
        self.fit(THOROUGH, self.problem.all)

    # -------------------------------------------------------------------------------------------------------- forward

    def grow(self, candidates: Sequence[WordRead], most: int) -> Iterator[WordRead]:
        """Adds up to `most` reads, one at each step.

        Gains mostly fall as reads are added, so old gains serve as upper bounds (lazy greedy): few are recomputed.
        """
        bounds = {read: np.inf for read in candidates if read not in self.reads}
        best, waited = self.best().score, 0
        while len(self.reads) < most and waited < PATIENCE:
            chosen = self._next(bounds)
            if chosen is None:
                return
            del bounds[chosen]
            self.reads.append(chosen)
            self.weights.append(np.zeros((chosen.size, len(self.problem.labels))))
            self.fit(QUICK)
            score = self.best().score
            waited = 0 if score > best + LEAST else waited + 1
            best = max(best, score)
            yield chosen

    def _next(self, bounds: dict[WordRead, float]) -> WordRead | None:
        """The candidate with the largest gain, if one has any."""
        rest, curvature = self._slopes()
        chosen, most = None, 0.0
        for read in sorted(bounds, key=lambda one: -bounds[one]):
            if bounds[read] <= most:
                break
            if not self.costs.allow([*self.reads, read]):
                continue
            bounds[read] = gain = self._gain(read, rest, curvature)
            if gain > most:
                chosen, most = read, gain
        return chosen

    def _slopes(self) -> tuple[Array, Array]:
        """The negative gradient and the diagonal of the Hessian of the loss, with respect to the scores of each row."""
        labels = self.problem.sample.corpus.labels
        found = shares(self.sum().scores(self.problem.sample))
        asked = labels >= 0
        rest = -found * asked[:, None]
        rest[asked, labels[asked]] += 1
        return rest, np.maximum(found * (1 - found), 1e-4) * asked[:, None]

    def _gain(self, read: WordRead, rest: Array, curvature: Array) -> float:
        self.counted += 1
        made = feature(read, self.problem.sample)
        slope, bend = made.sums(rest), made.sums(curvature)
        found = float((slope**2 / (bend + RIDGE)).sum()) / 2
        return (found / 3 if isinstance(read, Bag) else found) - CELL * read.size

    # ------------------------------------------------------------------------------------------------------- backward

    def shrink(self) -> bool:
        """Removes the last read that the validation score does not need; returns whether there was one."""
        before = self.best()
        for read in reversed(before.reads):
            if isinstance(read, Always):
                continue
            left_out = before.reads.index(read)
            self.reads = [one for number, one in enumerate(before.reads) if number != left_out]
            self.weights = [one for number, one in enumerate(before.weights) if number != left_out]
            self.fit(QUICK)
            if self.best().score >= before.score - self.problem.least:
                return True
        self.take(before)
        return False
