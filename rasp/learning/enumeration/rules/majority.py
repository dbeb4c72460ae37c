"""Majority: a function of one candidate, or of one and a partner, that is right at most positions.

Assumes that some outputs are wrong, so that no function is right at all positions. For each candidate the commonest
answer to each of its values is counted; the score is the number of right positions, minus one for each value, and the
best candidates are kept. The function is fitted to the values whose commonest answer is far ahead of the others;
`rasp/learning/expressions/functions.py` writes it.

Example: sorting, with one output of five replaced. The token whose rank is the own position is right at four positions
of five; no other candidate is right at half of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np

from rasp.learning.enumeration.goals import Goal
from rasp.learning.enumeration.stream import Candidate, CandidateBlock, CandidateStream, recipe_price
from rasp.learning.expressions.expression import Expression
from rasp.learning.expressions.functions import shortest, tabulate
from rasp.learning.expressions.prices import price
from rasp.model.arrays import Array

POSITIONS = 600  # positions at which candidates are tested
SUPPORT = 4  # least number of positions for each combination of values
CLASSES = 64  # different outputs, at most
KEPT = 24  # best candidates that are kept
AHEAD = 3  # least lead, in positions, of the commonest answer over the next one
EFFORT = 400


class MajorityFinder:
    """Finds functions of candidates that are right at most positions of one goal."""

    def __init__(self, goal: Goal, stream: CandidateStream, seed: int) -> None:
        self.goal, self.stream = goal, stream
        random = np.random.Generator(np.random.PCG64(seed))
        positions, sequences = np.nonzero(goal.asked)
        drawn = random.permutation(len(positions))[:POSITIONS]
        self.positions = positions[drawn], sequences[drawn]
        self.classes, self.codes = np.unique(goal.wanted[self.positions], return_inverse=True)
        self.partners: list[Expression | None] = [None]
        self.dense: dict[Expression, Array] = {}  # of partners
        self.heap: list[tuple[int, int, int, Expression | None, Candidate]] = []
        self.number = 0

    def use(self, partners: list[Expression | None]) -> None:
        """Sets the partners to try from now on."""
        self.partners = partners

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""
        plain = block.plain
        if not len(plain) or len(self.classes) > CLASSES:
            return
        values = block.columns[self.positions[0], :, self.positions[1]][:, plain].astype(np.int64)
        values -= values.min(0)
        for partner in self.partners:
            for number, score in self._scores(values, partner):
                self._keep(score, block.candidates[int(plain[number])], partner)

    def _scores(self, values: Array, partner: Expression | None) -> Iterator[tuple[int, int]]:
        """The candidates with few enough combinations of values, scored by right positions minus combinations."""
        if partner is not None:
            dense = self._dense(partner)
            values = values * (int(dense.max()) + 1) + dense[:, None]
        few = np.flatnonzero(values.max(0) < len(values) // SUPPORT)
        if not len(few):
            return
        values, kinds = values[:, few], len(self.classes)
        size = int(values.max()) + 1
        keys = (values + np.arange(len(few)) * size) * kinds + self.codes[:, None]
        counts = np.bincount(keys.ravel(), minlength=len(few) * size * kinds).reshape(len(few), size, kinds)
        most = counts.max(2)
        scores = most.sum(1) - (most > 0).sum(1)
        yield from zip(few.tolist(), scores.tolist(), strict=True)

    def _dense(self, partner: Expression) -> Array:
        """The values of a partner, numbered from 0."""
        if partner not in self.dense:
            given = self.stream.batch.values(partner)[self.positions]
            self.dense[partner] = np.unique(given, return_inverse=True)[1]
        return self.dense[partner]

    def _keep(self, score: int, candidate: Candidate, partner: Expression | None) -> None:
        """Remembers a candidate, if it is among the best."""
        if len(self.heap) == KEPT and score < self.heap[0][0]:
            return
        self.number += 1
        cost = recipe_price(candidate) + (0 if partner is None else price(partner))
        heapq.heappush(self.heap, (score, -cost, -self.number, partner, candidate))
        if len(self.heap) > KEPT:
            heapq.heappop(self.heap)

    def solutions(self) -> list[Expression]:
        """The functions of the best candidates, the best first."""
        made = (self._fit(candidate, partner) for *_, partner, candidate in sorted(self.heap, key=_by_score))
        return list(dict.fromkeys(expression for expression in made if expression is not None))

    def _fit(self, candidate: Candidate, partner: Expression | None) -> Expression | None:
        """The shortest function that fits the values whose commonest answer is far ahead."""
        arguments = [self.stream.write(candidate), *([] if partner is None else [partner])]
        goal, batch = self.goal, self.stream.batch
        values = [batch.values(one)[goal.asked] for one in arguments]
        results, sure = commonest(values, goal.wanted[goal.asked], AHEAD)
        if not sure.any():
            return None
        cells = tabulate(arguments, [one[sure] for one in values], results[sure], goal.kind, batch.coding)
        return None if cells is None else shortest(cells, effort=EFFORT)


def _by_score(entry: tuple[int, int, int, Expression | None, Candidate]) -> tuple[int, int, int]:
    return (-entry[0], -entry[1], -entry[2])


def commonest(values: list[Array], wanted: Array, ahead: int = 0) -> tuple[Array, Array]:
    """For each position the commonest answer to its combination of values, and whether that is `ahead` of the next one.

    >>> commonest([np.array([0, 0, 0, 1])], np.array([5, 5, 6, 6]))[0].tolist()
    [5, 5, 5, 6]
    """
    codes = np.unique(np.stack(values), axis=1, return_inverse=True)[1].reshape(-1)
    classes, answers = np.unique(wanted, return_inverse=True)
    counts = np.bincount(codes * len(classes) + answers, minlength=(int(codes.max()) + 1) * len(classes))
    counts = counts.reshape(-1, len(classes))
    best = counts.argmax(1)
    most = counts.max(1)
    counts[np.arange(len(counts)), best] = 0
    return classes[best][codes], (most - counts.max(1) >= ahead)[codes]
