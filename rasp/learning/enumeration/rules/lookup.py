"""Look-ups: a goal that is a function of one candidate, or of one candidate and a partner.

Assumes that the values of the candidate (and of the partner) determine what is wanted: no two positions with equal
values have different wanted results. Most candidates fail on one of a few pairs of positions with different results,
so such pairs are tested first, and the whole dependency only for the remaining candidates.
`rasp/learning/expressions/functions.py` then finds the shortest expression for the function, rather than a table of
the observed values.

Example: whether "()()" is balanced at a position is a function of the count of "(" up to here with the index as a
partner: `2 * opened == indices + 1`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rasp.learning.enumeration.goals import Goal
from rasp.learning.enumeration.stream import Candidate, CandidateBlock, CandidateStream, recipe_price
from rasp.learning.expressions.coding import is_writable
from rasp.learning.expressions.expression import ConstantTerm, Count, Expression
from rasp.learning.expressions.functions import shortest, tabulate
from rasp.learning.expressions.prices import price
from rasp.model.arrays import Array

FIRST, PAIRS = 12, 160  # pairs that test all candidates; pairs that test those that pass
KEPT = 24  # cheapest dependencies that are kept
FORMS, EFFORT = 12, 400
SMALL = 2**14  # values below are counted in a table, others are sorted
SUPPORT = 4  # least mean number of positions for a cell: with fewer, a dependency is no evidence


@dataclass(frozen=True)
class Pairs:
    """Pairs of positions with different results, but equal values of the partner: (position, sequence) of each."""

    partner: Expression | None
    left: tuple[Array, Array]
    right: tuple[Array, Array]


class LookupFinder:
    """Finds functions of candidates for one goal; `partners` may be replaced during the search."""

    def __init__(self, goal: Goal, stream: CandidateStream, seed: int) -> None:
        self.goal, self.stream = goal, stream
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.positions = np.nonzero(goal.asked)
        self.codes = goal.wanted[goal.asked]
        self.same = bool((self.codes == self.codes[:1]).all())  # whether one value is wanted everywhere
        self.pairs: dict[Expression | None, Pairs] = {}
        self.given: dict[Expression, Array] = {}  # values of partners
        self.use([None])
        self.heap: list[tuple[int, int, Expression | None, Candidate]] = []
        self.number = 0
        self.fitted: dict[tuple[Expression, ...], Expression | None] = {}

    def use(self, partners: list[Expression | None]) -> None:
        """Sets the partners to try from now on."""
        self.partners = partners
        for partner in partners:
            if partner not in self.pairs:
                self.pairs[partner] = self._draw_pairs(partner)

    def _draw_pairs(self, partner: Expression | None) -> Pairs:
        """Random pairs of positions; positions are drawn about equally often, because rare results matter as well."""
        count = len(self.codes)
        drawn = self.random.integers(0, count, (2, 60 * PAIRS))
        tell = self.codes[drawn[0]] != self.codes[drawn[1]]
        if partner is not None:
            given = self.stream.batch.values(partner)[self.positions]
            tell &= given[drawn[0]] == given[drawn[1]]
        left, right = drawn[:, tell][:, :PAIRS]
        positions = self.positions
        return Pairs(partner, (positions[0][left], positions[1][left]), (positions[0][right], positions[1][right]))

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""
        self.look(block, self.partners)

    def look(self, block: CandidateBlock, partners: Iterable[Expression | None]) -> None:
        """Tests candidates with some partners."""
        if self.same:
            return
        plain = block.plain
        columns = block.columns[:, plain] if len(plain) < len(block.candidates) else block.columns
        for partner in partners if len(plain) else []:
            for number in plain[self._separating(columns, self.pairs[partner])].tolist():
                if self._determines(block.columns[:, number], partner):
                    self._keep(block.candidates[number], partner)

    def _separating(self, columns: Array, pairs: Pairs) -> Array:
        """The numbers of the columns that have different values at every pair."""
        numbers = np.arange(columns.shape[1])
        for part in (slice(0, FIRST), slice(FIRST, PAIRS)):
            left = columns[pairs.left[0][part], :, pairs.left[1][part]]
            right = columns[pairs.right[0][part], :, pairs.right[1][part]]
            apart = (left != right).all(0)
            columns, numbers = columns[:, apart], numbers[apart]
            if not len(numbers):
                break
        return numbers

    def _determines(self, column: Array, partner: Expression | None) -> bool:
        """Whether the column (and the partner) determine what is wanted."""
        values = column[self.positions].astype(np.int64)
        values -= values.min()
        if partner is not None:
            given = self._given(partner)
            values = values * (int(given.max()) + 1) + given
        if values.max() < SMALL and values.min() >= 0:  # products of large ints wrap around
            cells = int(np.count_nonzero(np.bincount(values)))
            return cells * SUPPORT <= len(values) and self._is_function(values)
        order = np.lexsort((self.codes, values))
        values, codes = values[order], self.codes[order]
        same = values[1:] == values[:-1]
        cells = len(values) - int(same.sum())
        return cells * SUPPORT <= len(values) and not (same & (codes[1:] != codes[:-1])).any()

    def _is_function(self, values: Array) -> bool:
        """Whether each of some small ints stands for one wanted result, found without sorting them."""
        results = np.empty(int(values.max()) + 1, np.int64)
        results[values] = self.codes
        return bool((results[values] == self.codes).all())

    def _given(self, partner: Expression) -> Array:
        """The values of a partner where an output is asked, from 0 on."""
        if partner not in self.given:
            given = self.stream.batch.values(partner)[self.positions]
            self.given[partner] = given - given.min()
        return self.given[partner]

    def _keep(self, candidate: Candidate, partner: Expression | None) -> None:
        """Remembers a dependency, if it is among the cheapest."""
        self.number += 1
        cost = self._price(candidate, partner)
        heapq.heappush(self.heap, (-cost, -self.number, partner, candidate))
        if len(self.heap) > KEPT:
            heapq.heappop(self.heap)

    def _price(self, candidate: Candidate, partner: Expression | None) -> int:
        """The approximate price of both, without regard to shared parts."""
        beside = 0 if partner is None else price(partner)
        return recipe_price(candidate) + beside

    def solutions(self) -> list[Expression]:
        """What meets the goal, the cheapest first."""
        if self.same and len(self.codes):
            only = ConstantTerm(self.stream.batch.coding.atom(self.goal.kind, int(self.codes[0])), self.goal.kind)
            return [only] if is_writable(only.value) else []
        for _, _, partner, candidate in sorted(self.heap, key=lambda entry: (-entry[0], -entry[1])):
            arguments = (self.stream.write(candidate),) + (() if partner is None else (partner,))
            if arguments not in self.fitted:
                self.fitted[arguments] = self._fit(arguments)
        made = dict.fromkeys(expression for expression in self.fitted.values() if expression is not None)
        return sorted(made, key=price)[:FORMS]

    def _fit(self, arguments: tuple[Expression, ...]) -> Expression | None:
        """The shortest function of the arguments; None if there is none."""
        batch = self.stream.batch
        values = [batch.values(argument)[self.goal.asked] for argument in arguments]
        positive = [is_positive(argument) for argument in arguments]
        cells = tabulate(arguments, values, self.codes, self.goal.kind, batch.coding, positive)
        return None if cells is None else shortest(cells, effort=EFFORT)


def is_positive(expression: Expression) -> bool:
    """Whether an expression is above 0 everywhere: a count that counts its own position."""
    if not isinstance(expression, Count) or expression.selector.positions in ("<", ">"):
        return False
    clauses = expression.selector.clauses
    return all(clause.keys == clause.queries and clause.op in ("==", "<=", ">=") for clause in clauses)
