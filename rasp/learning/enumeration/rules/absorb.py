"""Absorb: an output value that stays once it has occurred, as F does in a Dyck language.

Assumes that after the first position with the value all outputs of the sequence have it. Two smaller goals remain. One
is the output before that position. The other is a flag that is True at that position and False before it; later
positions are not asked. The program counts how often the flag was True up to each position: where the count is 0, the
output is that of the first goal, elsewhere the value.

Example: the outputs of a Dyck language are T, P and F. The flag is True at a closing bracket that has no opening one;
before that, the output is T or P.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from rasp.learning.enumeration.goals import Goal, Reduction, SearchProblem
from rasp.learning.expressions.coding import is_writable
from rasp.learning.expressions.expression import (
    ConstantTerm,
    Count,
    Expression,
    OperatorTerm,
    SelectorTerm,
    constant,
    flag_clause,
)
from rasp.model.arrays import Array

EVIDENCE = 3  # the least number of sequences in which another value comes before the one that stays


def absorb(problem: SearchProblem, goal: Goal) -> Iterator[Reduction]:
    """A reduction for each value of the goal that stays once it has occurred."""
    for code in np.unique(goal.wanted[goal.asked]).tolist():
        here = goal.asked & (goal.wanted == code)
        before = np.logical_or.accumulate(np.vstack([np.zeros_like(here[:1]), here[:-1]]))
        if (before & goal.asked & ~here).any() or not (goal.asked & ~here).any():
            continue
        if _turns(goal, here, before) < EVIDENCE or not (before & here).any():
            continue
        flag = Goal(f"{goal.name}: first {code}", "bool", here.astype(np.int64), goal.asked & ~(before & here))
        rest = Goal(f"{goal.name}: not {code}", goal.kind, goal.wanted, goal.asked & ~here)
        absorbed = ConstantTerm(problem.batch.coding.atom(goal.kind, code), goal.kind)
        if not is_writable(absorbed.value):
            continue
        yield Reduction((flag, rest), partial(_combine, absorbed))


def _turns(goal: Goal, here: Array, before: Array) -> int:
    """The number of sequences in which another value comes before this one."""
    others = np.logical_or.accumulate(goal.asked & ~here)
    return int((others & here & ~before).any(0).sum())


def _combine(absorbed: ConstantTerm, flag: Expression, rest: Expression) -> Iterator[Expression]:
    """`absorbed` from the first position on at which the flag is True, `rest` before it."""
    if isinstance(flag, ConstantTerm):
        return
    seen = Count(SelectorTerm((flag_clause(flag),), "<="))
    lost = OperatorTerm(">", (seen, constant(0)), "bool")
    yield OperatorTerm("where", (lost, absorbed, rest), absorbed.kind)
