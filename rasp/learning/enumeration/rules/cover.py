"""Cover: a flag that is one of up to three conditions, each on one candidate.

Assumes that the flag is a disjunction, and that each condition alone has no false positive: it is True only where the
flag is wanted. A condition is that a candidate is below all, or above all, of its values where the flag is False.
Conditions that cover most are kept, and combined greedily (set cover).

Example: a bracket string is lost at the first position where the depth is below 0, or where a closer does not match.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rasp.learning.enumeration.goals import Goal
from rasp.learning.enumeration.stream import Candidate, CandidateBlock, CandidateStream
from rasp.learning.expressions.expression import Expression, OperatorTerm, constant
from rasp.learning.expressions.prices import price
from rasp.learning.expressions.simplify import either_true
from rasp.model.arrays import Array

KEPT = 300  # conditions that are kept
STARTS = 8  # conditions with which a cover may start
MOST = 3  # conditions in a cover


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition on a candidate, and at which of the wanted positions it is True."""

    expression: Expression
    holds: Array

    @cached_property
    def price(self) -> int:
        """What it costs."""
        return price(self.expression)


class CoverFinder:
    """Finds covers for one goal of bools."""

    def __init__(self, goal: Goal, stream: CandidateStream, seed: int) -> None:
        self.goal, self.stream = goal, stream
        self.yes = np.nonzero(goal.asked & (goal.wanted == 1))
        self.no = np.nonzero(goal.asked & (goal.wanted == 0))
        self.heap: list[tuple[int, int, Candidate]] = []
        self.number = 0
        self.covers: list[Expression] = []
        self.looked = 0

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""
        if block.kind == "string" or not len(self.yes[0]) or not len(self.no[0]):
            return
        false = block.columns[self.no[0], :, self.no[1]]
        true = block.columns[self.yes[0], :, self.yes[1]]
        covered = ((true < false.min(0)) | (true > false.max(0))).sum(0)
        for number in np.flatnonzero(covered).tolist():
            self._keep(int(covered[number]), block.candidates[number])

    def _keep(self, covered: int, candidate: Candidate) -> None:
        self.number += 1
        entry = (covered, -self.number, candidate)
        if len(self.heap) < KEPT:
            heapq.heappush(self.heap, entry)
        elif entry[:2] > self.heap[0][:2]:
            heapq.heapreplace(self.heap, entry)

    def solutions(self) -> list[Expression]:
        """Disjunctions that cover all wanted positions, the cheapest first."""
        if self.looked != self.number:
            self.looked = self.number
            self.covers = sorted(dict.fromkeys(self._covers()), key=price)
        return self.covers

    def _covers(self) -> Iterator[Expression]:
        conditions = [
            made for entry in sorted(self.heap, key=lambda one: one[:2]) for made in self._conditions(entry[2])
        ]
        for first in sorted(conditions, key=_worth, reverse=True)[:STARTS]:
            chosen = self._complete(first, conditions)
            if chosen is not None and len(chosen) > 1:
                yield _either([condition.expression for condition in chosen])

    def _conditions(self, candidate: Candidate) -> Iterator[Condition]:
        expression = self.stream.write(candidate)
        values = self.stream.batch.values(expression)
        low, high = int(values[self.no].min()), int(values[self.no].max())
        if expression.kind == "bool":
            if high == 0:
                yield Condition(expression, values[self.yes] != 0)
            return
        for op, bound, holds in (("<", low, values[self.yes] < low), (">", high, values[self.yes] > high)):
            if holds.any():
                yield Condition(OperatorTerm(op, (expression, constant(bound)), "bool"), holds)

    def _complete(self, first: Condition, conditions: list[Condition]) -> list[Condition] | None:
        """The first condition with others that cover the rest."""
        chosen, covered = [first], first.holds
        while not covered.all():
            if len(chosen) == MOST:
                return None
            best = max(conditions, key=lambda condition: _worth(condition, ~covered))
            if not (best.holds & ~covered).any():
                return None
            chosen.append(best)
            covered = covered | best.holds
        return chosen


def _worth(condition: Condition, where: Array | bool = True) -> int:
    """The number of positions that a condition covers, relative to its price, in thousandths."""
    return 1000 * int((condition.holds & where).sum()) // (100 + condition.price)


def _either(conditions: list[Expression]) -> Expression:
    whole = conditions[0]
    for condition in conditions[1:]:
        whole = either_true(whole, condition)
    return whole
