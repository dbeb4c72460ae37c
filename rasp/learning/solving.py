"""The table of inverse rules, and how their findings become whole programs.

| rule | what it assumes of the outputs |
|---|---|
| `absorbing` | a class that, once it has come, stays |
| `pull` | the input's tokens in another order |
| `fetch` | tokens of the input, from a position that depends on the place |
| `pick` | one token of the input, everywhere |
| `sums` | A ± B + c of two candidates |
| `lookup` | a function of one candidate, or of two |
| `cover` | a flag that is True under one of up to three conditions |

The first four split a goal into smaller ones; the others find goals in the stream. A whole program is put together
from the leaves up, the cheapest first.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from rasp.learning.expressions import Expression
from rasp.learning.goals import Goal, Problem, Split, all_goals
from rasp.learning.prices import price
from rasp.learning.rules.absorbing import absorbing
from rasp.learning.rules.cover import Covers
from rasp.learning.rules.fetch import fetch
from rasp.learning.rules.lookup import LookUps
from rasp.learning.rules.pick import pick
from rasp.learning.rules.pull import pull
from rasp.learning.rules.sums import Sums
from rasp.learning.stream import Block, Stream

Rule = Callable[[Problem, Goal], Iterator[Split]]
SPLITS: tuple[Rule, ...] = (absorbing, pull, pick, fetch)
FINDERS: tuple[tuple[Any, tuple[str, ...]], ...] = (  # with the kinds of goals that they look for
    (LookUps, ("symbol", "int", "bool")),
    (Sums, ("int",)),
    (Covers, ("bool",)),
)
LEVELS = 2  # of splits inside one another
PARTS, WHOLE = 12, 40  # findings that are put together, for a goal


class Finding(Protocol):
    """A rule that looks for a goal in the stream."""

    def see(self, block: Block) -> None:
        """Takes notice of new candidates."""

    def found(self) -> list[Expression]:
        """What meets the goal."""


def split(problem: Problem, goal: Goal, rules: tuple[Rule, ...] = SPLITS, levels: int = LEVELS) -> None:
    """Splits a goal by all rules, and what comes of it."""
    if not levels:
        return
    for rule in rules:
        for made in rule(problem, goal):
            goal.splits.append(made)
            for part in made.goals:
                split(problem, part, rules, levels - 1)


class Solver:
    """All finders for a problem, and the programs that they lead to."""

    def __init__(self, problem: Problem, stream: Stream, seed: int, without: frozenset[str] = frozenset()) -> None:
        self.problem, self.stream = problem, stream
        rules = tuple(rule for rule in SPLITS if rule.__name__ not in without)
        split(problem, problem.goal, rules)
        self.finders: dict[Goal, list[Finding]] = {}
        for number, goal in enumerate(all_goals(problem.goal)):
            made = [
                kind(goal, stream, seed + 31 * number + place)
                for place, (kind, kinds) in enumerate(FINDERS)
                if goal.kind in kinds and kind.__name__ not in without
            ]
            self.finders[goal] = made
            stream.finders.extend(made)

    def use(self, partners: list[Expression | None], earlier: Iterator[Block]) -> None:
        """The partners of look-ups from now on; `earlier` candidates are looked at with those that are new."""
        look_ups = [one for finders in self.finders.values() for one in finders if isinstance(one, LookUps)]
        new = [partner for partner in partners if any(partner not in finder.pairs for finder in look_ups)]
        for finder in look_ups:
            finder.use(partners)
        for block in earlier if new else ():
            for finder in look_ups:
                finder.look(block, new)

    def programs(self) -> list[Expression]:
        """Expressions that give what is wanted on all sequences of the batch, the cheapest first."""
        return self._solutions(self.problem.goal)[:WHOLE]

    def _solutions(self, goal: Goal) -> list[Expression]:
        made = [expression for finder in self.finders[goal] for expression in finder.found()]
        for one in goal.splits:
            made += self._combined(one)
        right = [expression for expression in dict.fromkeys(made) if goal.met(expression, self.problem.batch)]
        return sorted(right, key=price)[:WHOLE]

    def _combined(self, one: Split) -> Iterator[Expression]:
        parts = [self._solutions(goal)[:PARTS] for goal in one.goals]
        for chosen in itertools.product(*parts):
            yield from one.combine(*chosen)
