"""Pick: the same token of the input is the output everywhere.

Assumes that one position holds the answer of its sequence, or that the answer is the filler, because there is none. The
smaller goal is a flag that is True there, and False at every other token; at other occurrences of the same token it is
not asked. Then the first, or the last, flagged position is read.

Example: the most frequent token of the input. The flag is True where no token has a higher count.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from rasp.learning.enumeration.goals import Goal, Reduction, SearchProblem
from rasp.learning.expressions.expression import ConstantTerm, Expression, Read, SelectorTerm, Variable, flag_clause
from rasp.model.arrays import Array


def pick(problem: SearchProblem, goal: Goal) -> Iterator[Reduction]:
    """The reductions for a read of the first and of the last flagged position."""
    kind = problem.batch.coding.token_kind
    if goal.kind != kind or problem.causal or kind == "bool":
        return
    answers = one_answer(goal)
    if answers is None:
        return
    hits = problem.batch.valid & (problem.tokens == answers)
    none = problem.batch.coding.code(problem.batch.coding.none(kind))
    if not (hits.any(0) | (answers == none)).all() or not hits.any():
        return
    tokens = Variable("tokens", kind)
    for which in ("first", "last"):
        chosen = _outermost(hits, which)
        flag = Goal(f"{goal.name}: pick {which}", "bool", chosen.astype(np.int64), problem.batch.valid & ~hits | chosen)
        yield Reduction((flag,), partial(_combine, tokens, problem.batch.coding.none(kind), which))


def one_answer(goal: Goal) -> Array | None:
    """The single output of each sequence; None if a sequence has several, or none."""
    low = np.where(goal.asked, goal.wanted, 2**40).min(0)
    high = np.where(goal.asked, goal.wanted, -(2**40)).max(0)
    return low if (low == high).all() else None


def _outermost(hits: Array, which: str) -> Array:
    """Keeps only the first or last hit of each sequence."""
    rows = hits if which == "first" else hits[::-1]
    only: Array = rows & (np.cumsum(rows, 0) == 1)
    return only if which == "first" else only[::-1]


def _combine(tokens: Variable, none: Any, which: str, flag: Expression) -> Iterator[Expression]:
    if not isinstance(flag, ConstantTerm):
        yield Read(SelectorTerm((flag_clause(flag),)), which, tokens, none, tokens.kind)
