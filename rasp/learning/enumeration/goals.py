"""Goals: the values that an expression must have on a batch, and where; and how a goal is reduced to smaller ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from rasp.learning.enumeration.judging import encode_rows
from rasp.learning.examples.data import Data
from rasp.learning.examples.kinds import Kind, atom_kind
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import Expression, Ready
from rasp.model.arrays import Array


@dataclass(frozen=True, eq=False)
class Goal:
    """The wanted values, as codes (positions, sequences), and at which positions they are asked."""

    name: str
    kind: Kind
    wanted: Array
    asked: Array
    reductions: list[Reduction] = field(default_factory=list)

    def is_met(self, expression: Expression, batch: CodedBatch) -> bool:
        """Whether an expression has the wanted value at every asked position."""
        return bool((batch.values(expression) == self.wanted)[self.asked].all())

    def equals(self, other: Goal) -> bool:
        """Whether both ask for the same."""
        return (
            self.kind == other.kind
            and np.array_equal(self.asked, other.asked)
            and np.array_equal(self.wanted[self.asked], other.wanted[self.asked])
        )


Combine = Callable[..., Iterator[Expression]]


@dataclass(frozen=True, eq=False)
class Reduction:
    """Goals that together solve another one: `combine` makes expressions for it from one for each.

    `final`: these goals are not reduced any further.
    """

    goals: tuple[Goal, ...]
    combine: Combine
    final: bool = False


@dataclass(frozen=True, eq=False)
class SearchProblem:
    """The examples that the search looks at, as a batch with a goal."""

    batch: CodedBatch
    goal: Goal
    causal: bool
    ready: tuple[Ready, ...] = ()
    cheap: list[Expression] = field(default_factory=list)  # candidates that may stand beside tokens in a formula

    @property
    def tokens(self) -> Array:
        """The codes of the input tokens."""
        return self.batch.tokens


def problem_of(coding: Coding, data: Data, causal: bool, ready: tuple[Ready, ...] = ()) -> SearchProblem:
    """The search problem of all of some data."""
    one = encode_rows(coding, data, range(len(data)))
    kind = atom_kind(next(atom for wanted in data.outputs for atom in wanted if atom is not None))
    return SearchProblem(one.batch, Goal("output", kind, one.wanted, one.asked), causal, ready)


def all_goals(goal: Goal) -> Iterator[Goal]:
    """The goal and all smaller goals that it was reduced to."""
    yield goal
    for split in goal.reductions:
        for part in split.goals:
            yield from all_goals(part)
