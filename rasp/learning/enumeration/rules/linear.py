"""Linear: a goal of ints that is a · A + b for one candidate A, with any whole numbers a and b.

Assumes that the goal has two values. Two positions with different ones give a and b for each candidate; a few
other positions refute most candidates, and the rest is tested everywhere.

Example: `7 * tokens + 2` of numbers that hardly repeat, so that no table of values could be evidence.
"""

from __future__ import annotations

import numpy as np

from rasp.learning.enumeration.goals import Goal
from rasp.learning.enumeration.stream import Candidate, CandidateBlock, CandidateStream
from rasp.learning.expressions.expression import Expression
from rasp.learning.expressions.prices import price
from rasp.learning.expressions.simplify import linear_term
from rasp.model.arrays import Array

POSITIONS = 16  # at which all candidates are tested
MOST = 12  # first candidates that are kept


class LinearFinder:
    """Finds candidates of which the goal is a linear function."""

    def __init__(self, goal: Goal, stream: CandidateStream, seed: int) -> None:
        self.goal, self.stream = goal, stream
        positions = np.argwhere(goal.asked)
        wanted = goal.wanted[goal.asked]
        random = np.random.Generator(np.random.PCG64(seed))
        drawn = random.permutation(len(positions))[:POSITIONS]
        chosen = positions[[int(wanted.argmin()), int(wanted.argmax()), *drawn.tolist()]]
        self.at = chosen[:, 0], chosen[:, 1]
        self.wanted = goal.wanted[self.at].astype(np.int64)[:, None]
        self.found: list[tuple[Candidate, int, int]] = []  # candidate, factor and summand

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""
        rise = int(self.wanted[1, 0] - self.wanted[0, 0])
        if block.kind != "int" or not rise or len(self.found) >= MOST:
            return
        values = block.columns[self.at[0], :, self.at[1]].astype(np.int64)
        run = values[1] - values[0]
        factors = rise // np.where(run == 0, 1, run)
        summands = self.wanted[0] - factors * values[0]
        right = (factors * values + summands == self.wanted).all(0) & (run != 0)
        for number in np.flatnonzero(right).tolist():
            factor, summand = int(factors[number]), int(summands[number])
            if self._is_met(block.columns[:, number], factor, summand):
                self.found.append((block.candidates[number], factor, summand))

    def _is_met(self, column: Array, factor: int, summand: int) -> bool:
        values = factor * column.astype(np.int64) + summand
        return bool((values == self.goal.wanted)[self.goal.asked].all())

    def solutions(self) -> list[Expression]:
        """What meets the goal, the cheapest first."""
        return sorted((linear_term(self.stream.write(one), *numbers) for one, *numbers in self.found[:MOST]), key=price)
