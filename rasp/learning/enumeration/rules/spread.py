"""Spread: the output of a sequence is the same everywhere, and is known at its first or at its last position.

Assumes that each sequence has one output. The smaller goal is that output, asked at one end alone; a head then reads it
from there. So a candidate need not have the same value everywhere. This goal is not reduced further: it asks for few
values, so that many smaller goals would be met by chance.

Example: whether the first token and the last are equal. At the first position, whether the token and its opposite are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from rasp.learning.enumeration.goals import Goal, Reduction, SearchProblem
from rasp.learning.enumeration.rules.pick import one_answer
from rasp.learning.expressions.expression import (
    INDICES,
    LENGTH,
    Clause,
    ConstantTerm,
    Expression,
    OperatorTerm,
    Read,
    SelectorTerm,
    constant,
)

LAST = OperatorTerm("-", (LENGTH, constant(1)), "int")


def spread(problem: SearchProblem, goal: Goal) -> Iterator[Reduction]:
    """The reductions to the first and to the last position."""
    answers = one_answer(goal)
    if answers is None or not goal.asked.any(0).all() or (answers == answers[:1]).all():
        return
    positions, lengths = problem.batch.positions, problem.batch.lengths
    wanted = np.where(problem.batch.valid, answers, 0)
    none = problem.batch.coding.none(goal.kind)
    for end, at, asked in (("first", constant(0), positions == 0), ("last", LAST, positions == lengths - 1)):
        if end == "first" or not problem.causal:
            part = Goal(f"{goal.name}: at the {end}", goal.kind, wanted, asked)
            yield Reduction((part,), partial(_combine, at, none), final=True)


def _combine(at: Expression, none: Any, value: Expression) -> Iterator[Expression]:
    """Reads the value at a position."""
    if not isinstance(value, ConstantTerm):
        yield Read(SelectorTerm((Clause(INDICES, "==", at),)), "last", value, none, value.kind)
