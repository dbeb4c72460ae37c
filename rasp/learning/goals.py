"""Goals: what an expression has to give on a batch, and where; and how a goal is split into smaller ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rasp.learning.batch import Batch
from rasp.learning.examples import Kind
from rasp.learning.expressions import Expression

Array = Any


@dataclass(frozen=True, eq=False)
class Goal:
    """The values that are wanted, as codes (positions, sequences), and where they are asked."""

    name: str
    kind: Kind
    wanted: Array
    asked: Array
    splits: list[Split] = field(default_factory=list)

    def met(self, expression: Expression, batch: Batch) -> bool:
        """Whether an expression gives what is wanted wherever it is asked."""
        return bool((batch.values(expression) == self.wanted)[self.asked].all())

    def same(self, other: Goal) -> bool:
        """Whether both ask for the same."""
        return (
            self.kind == other.kind
            and np.array_equal(self.asked, other.asked)
            and np.array_equal(self.wanted[self.asked], other.wanted[self.asked])
        )


Combine = Callable[..., Iterator[Expression]]


@dataclass(frozen=True, eq=False)
class Split:
    """Goals that together solve another one: `combine` takes an expression for each, and gives whole ones."""

    goals: tuple[Goal, ...]
    combine: Combine


@dataclass(frozen=True, eq=False)
class Problem:
    """The examples that the search looks at, as a batch with a goal."""

    batch: Batch
    goal: Goal
    causal: bool
    cheap: list[Expression] = field(default_factory=list)  # candidates that may stand beside tokens in a formula

    @property
    def tokens(self) -> Array:
        """The input."""
        return self.batch.tokens


def all_goals(goal: Goal) -> Iterator[Goal]:
    """The goal and all that it is split into."""
    yield goal
    for split in goal.splits:
        for part in split.goals:
            yield from all_goals(part)
