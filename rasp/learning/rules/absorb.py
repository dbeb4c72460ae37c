"""An absorbing class: once an output has it, all later outputs of the sequence have it.

Assumes that the class marks what cannot be mended. Then the rest is asked only where the class is not, and what has to
be found for the class is a flag at its first place: behind that, nothing is asked. Whether the flag has been True up to
here is one count.

Example: of a Dyck language, F. The flag is True at a closer without an opener; where no F is, the output is T or P.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from rasp.learning.coding import is_writable
from rasp.learning.expressions import ConstantTerm, Count, Expression, OperatorTerm, SelectorTerm, constant, flag_clause
from rasp.learning.goals import Goal, Reduction, SearchProblem
from rasp.model.arrays import Array

EVIDENCE = 3  # sequences in which the class comes after another: where it stands from the start on, nothing is absorbed


def absorb(problem: SearchProblem, goal: Goal) -> Iterator[Reduction]:
    """The splits at each class of the goal that absorbs."""
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
    """In how many sequences the class comes after another one."""
    others = np.logical_or.accumulate(goal.asked & ~here)
    return int((others & here & ~before).any(0).sum())


def _combine(absorbed: ConstantTerm, flag: Expression, rest: Expression) -> Iterator[Expression]:
    """`absorbed` from the first place of the flag on, the rest before."""
    if isinstance(flag, ConstantTerm):
        return
    seen = Count(SelectorTerm((flag_clause(flag),), "<="))
    lost = OperatorTerm(">", (seen, constant(0)), "bool")
    yield OperatorTerm("where", (lost, absorbed, rest), absorbed.kind)
