"""Peak: the same token of the input is the output everywhere: the one at which a candidate is greatest, or smallest.

Assumes that each sequence has one output. Of several positions with the same value, the first or the last one is read.
Candidates that no head reads, such as counts with two clauses, are tested, too: so this finds what `pick` cannot.

Example: the most frequent token of the first half. The candidate is how often a token stands in the first half.
"""

from __future__ import annotations

import numpy as np

from rasp.learning.enumeration.goals import Goal
from rasp.learning.enumeration.rules.pick import one_answer
from rasp.learning.enumeration.stream import Candidate, CandidateBlock, CandidateStream
from rasp.learning.expressions.expression import (
    Clause,
    Count,
    Expression,
    OperatorTerm,
    Read,
    SelectorTerm,
    Variable,
    constant,
    flag_clause,
)
from rasp.learning.expressions.prices import price
from rasp.model.arrays import Array

FEW = 16  # sequences on which all candidates are tested
MOST = 24  # first candidates that are kept


class PeakFinder:
    """Finds candidates that are greatest or smallest at the token that is wanted everywhere."""

    def __init__(self, goal: Goal, stream: CandidateStream, seed: int) -> None:
        self.stream = stream
        token = goal.kind == stream.batch.coding.token_kind
        self.answers = one_answer(goal) if token else None
        self.found: list[tuple[Candidate, str, str]] = []  # candidate, operator, "first" or "last"

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""
        if block.kind != "int" or self.answers is None or len(self.found) >= MOST:
            return
        for op in (">", "<"):
            for which in ("first", "last"):
                likely = np.flatnonzero(self._right(block.columns[:, :, :FEW], op, which))
                right = likely[self._right(block.columns[:, likely], op, which)]
                self.found += [(block.candidates[number], op, which) for number in right.tolist()]

    def _right(self, columns: Array, op: str, which: str) -> Array:
        """Whether each candidate leads to the wanted token in all of the first sequences."""
        assert self.answers is not None
        batch, count = self.stream.batch, columns.shape[2]
        values = columns.astype(np.int64) * (1 if op == ">" else -1)
        values = np.where(batch.valid[:, None, :count], values, np.iinfo(np.int64).min)
        at = values.argmax(0) if which == "first" else len(values) - 1 - values[::-1].argmax(0)
        right: Array = (batch.tokens[at, np.arange(count)] == self.answers[:count]).all(1)
        return right

    def solutions(self) -> list[Expression]:
        """What meets the goal, the cheapest first."""
        return sorted((self._read(self.stream.write(one), *how) for one, *how in self.found[:MOST]), key=price)

    def _read(self, values: Expression, op: str, which: str) -> Expression:
        """Reads the token at a position with no greater (or smaller) value elsewhere."""
        coding = self.stream.batch.coding
        beyond = Count(SelectorTerm((Clause(values, op, values),)))
        flag = OperatorTerm("==", (beyond, constant(0)), "bool")
        tokens = Variable("tokens", coding.token_kind)
        return Read(SelectorTerm((flag_clause(flag),)), which, tokens, coding.none(tokens.kind), tokens.kind)
