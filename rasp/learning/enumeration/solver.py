"""Combines the solutions of smaller goals into programs, bottom-up, the cheapest first.

The table of rules is in `rasp/learning/enumeration/rules/__init__.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Protocol

from rasp.learning.enumeration.goals import Goal, Reduction, SearchProblem, all_goals
from rasp.learning.enumeration.rules import FINDINGS, REDUCTIONS, Reduce
from rasp.learning.enumeration.rules.lookup import LookupFinder
from rasp.learning.enumeration.stream import CandidateBlock, CandidateStream
from rasp.learning.expressions.expression import Expression
from rasp.learning.expressions.prices import price

DEEPEST = 2  # most nested reductions
PARTS, WHOLE = 12, 40  # most solutions of a goal that are combined, and that are returned


class RuleFinder(Protocol):
    """The finder of a rule for one goal: looks for expressions that meet it."""

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""

    def solutions(self) -> list[Expression]:
        """What meets the goal, the cheapest first."""


def reduce_goal(problem: SearchProblem, goal: Goal, rules: Sequence[Reduce], deepest: int = DEEPEST) -> None:
    """Reduces a goal by all rules, and recursively the smaller goals."""
    if not deepest:
        return
    for rule in rules:
        for made in rule(problem, goal):
            goal.reductions.append(made)
            for part in () if made.final else made.goals:
                reduce_goal(problem, part, rules, deepest - 1)


class Solver:
    """All finders for a problem, and the programs made of their solutions. `without` names rules to leave out."""

    def __init__(
        self, problem: SearchProblem, stream: CandidateStream, seed: int, without: frozenset[str] = frozenset()
    ) -> None:
        self.problem, self.stream = problem, stream
        reduce_goal(problem, problem.goal, [rule for name, rule in REDUCTIONS.items() if name not in without])
        self.finders: dict[Goal, list[RuleFinder]] = {}
        self.combined: dict[tuple[Reduction, tuple[Expression, ...]], list[Expression]] = {}
        for number, goal in enumerate(all_goals(problem.goal)):
            made = [
                found.finder(goal, stream, seed + 31 * number + rank)
                for rank, (name, found) in enumerate(FINDINGS.items())
                if goal.kind in found.kinds and name not in without and not (problem.causal and found.looks_ahead)
            ]
            self.finders[goal] = made
            stream.finders.extend(made)

    def use(self, partners: list[Expression | None], earlier: Iterator[CandidateBlock]) -> None:
        """Sets the partners of look-ups from now on; `earlier` candidates are tested with the new partners."""
        lookups = [one for finders in self.finders.values() for one in finders if isinstance(one, LookupFinder)]
        self.stream.flush()
        new = [partner for partner in partners if any(partner not in finder.pairs for finder in lookups)]
        for finder in lookups:
            finder.use(partners)
        for block in earlier if new else ():
            for finder in lookups:
                finder.look(block, new)

    def programs(self) -> list[Expression]:
        """Expressions that meet the goal on all sequences of the batch, the cheapest first."""
        self.stream.flush()
        return self._solutions(self.problem.goal)

    def _solutions(self, goal: Goal) -> list[Expression]:
        made = [expression for finder in self.finders[goal] for expression in finder.solutions()]
        for one in goal.reductions:
            made += self._combine(one)
        right = [expression for expression in dict.fromkeys(made) if goal.is_met(expression, self.problem.batch)]
        return sorted(right, key=price)[:WHOLE]

    def _combine(self, one: Reduction) -> Iterator[Expression]:
        parts = [self._solutions(goal)[:PARTS] for goal in one.goals]
        for chosen in itertools.product(*parts):
            if (one, chosen) not in self.combined:
                self.combined[one, chosen] = list(one.combine(*chosen))
            yield from self.combined[one, chosen]
