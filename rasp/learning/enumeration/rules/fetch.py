"""Fetch: each output is the token at some position, and that position is a function of the one that reads.

Assumes that the outputs are tokens of the input. A token that occurs once in its input shows which position was
read, so the smaller goal is this position, asked only there. Whether the found positions are also right for tokens that
occur several times is checked when the whole program runs on the probes.

Example: rotating. On "abc" the output "cab" reads from the positions 2, 0, 1: the first output from the last position,
each other from the one before its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from rasp.learning.enumeration.goals import Goal, Reduction, SearchProblem
from rasp.learning.expressions.expression import INDICES, Clause, Expression, Read, SelectorTerm, Variable

LEAST = 1  # of ten asked positions, the least number that show their source


def fetch(problem: SearchProblem, goal: Goal) -> Iterator[Reduction]:
    """The reduction, if enough outputs are tokens that occur once in their input."""
    batch = problem.batch
    kind = batch.coding.token_kind
    if goal.kind != kind or kind == "bool":
        return
    same = batch.valid[:, None] & (batch.tokens[:, None] == goal.wanted[None])  # (keys, queries, sequences)
    often = same.sum(0)
    none = batch.coding.code(batch.coding.none(kind))
    if (goal.asked & (often == 0) & (goal.wanted != none)).any():
        return
    asked = goal.asked & (often == 1)
    if 10 * int(asked.sum()) < LEAST * int(goal.asked.sum()):
        return
    position = Goal(f"{goal.name}: position", "int", same.argmax(0).astype(np.int64), asked)
    tokens = Variable("tokens", kind)
    yield Reduction((position,), partial(_combine, tokens, batch.coding.none(kind), "<=" if problem.causal else ""))


def _combine(tokens: Variable, none: Any, positions: str, position: Expression) -> Iterator[Expression]:
    selector = SelectorTerm((Clause(INDICES, "==", position),), positions)
    yield Read(selector, "last", tokens, none, tokens.kind)
