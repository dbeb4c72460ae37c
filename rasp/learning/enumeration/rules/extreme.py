"""Extreme: the same number everywhere, which is the greatest or the smallest value of a candidate in the input.

Assumes that the value occurs at some position. The program looks for the positions with no greater (or smaller) value,
and reads one of them.

Example: the length of the longest run. The candidate is the length of the run that contains each position.
"""

from __future__ import annotations

import numpy as np

from rasp.learning.enumeration.goals import Goal
from rasp.learning.enumeration.stream import Candidate, CandidateBlock, CandidateStream
from rasp.learning.expressions.expression import (
    Clause,
    Count,
    Expression,
    OperatorTerm,
    Read,
    SelectorTerm,
    constant,
    flag_clause,
)
from rasp.learning.expressions.prices import price

MOST = 12  # first candidates that are kept


class ExtremeFinder:
    """Finds candidates whose extreme is the goal."""

    def __init__(self, goal: Goal, stream: CandidateStream, seed: int) -> None:
        self.stream = stream
        low = np.where(goal.asked, goal.wanted, 2**40).min(0)
        high = np.where(goal.asked, goal.wanted, -(2**40)).max(0)
        self.asked = goal.asked.any(0)
        self.wanted = low
        same = bool((low == high)[self.asked].all())
        self.possible = same and len(np.unique(low[self.asked])) > 1
        self.found: list[tuple[Candidate, str]] = []

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""
        if block.kind != "int" or not self.possible or len(self.found) >= MOST:
            return
        valid = self.stream.batch.valid[:, None, :]
        bound = np.iinfo(block.columns.dtype)
        for op, extreme in (
            (">", np.where(valid, block.columns, bound.min).max(0)),
            ("<", np.where(valid, block.columns, bound.max).min(0)),
        ):
            right = (extreme == self.wanted)[:, self.asked].all(1)
            self.found += [(block.candidates[number], op) for number in np.flatnonzero(right).tolist()]

    def solutions(self) -> list[Expression]:
        """What meets the goal, the cheapest first."""
        return sorted((_read(self.stream.write(one), op) for one, op in self.found[:MOST]), key=price)


def _read(values: Expression, op: str) -> Expression:
    """Reads the value at a position with no greater (or smaller) value elsewhere."""
    beyond = Count(SelectorTerm((Clause(values, op, values),)))
    flag = OperatorTerm("==", (beyond, constant(0)), "bool")
    return Read(SelectorTerm((flag_clause(flag),)), "last", values, 0, "int")
