"""Pull: each output is a token of the input, or the filler; the rule finds the source position of each.

Assumes that the outputs are the input's tokens in another order, some of them left out: no token stands in the output
more often than in the input. Equal tokens are taken in order (or in reverse), so each output has one source. The
smaller goal is the position to which each source goes: ints, asked at the sources alone. One head then looks for the
source whose target is the head's own position. If a position that is not a source also goes to some position, the value
read there must be the filler; these values are then found as a function of tokens and a cheap candidate.

Example: sorting. The position of a token is how many tokens stand before it in order: a count.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial

import numpy as np

from rasp.learning.enumeration.goals import Goal, Reduction, SearchProblem
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.expression import INDICES, Clause, Expression, Read, SelectorTerm, Variable
from rasp.learning.expressions.functions import shortest, tabulate
from rasp.model.arrays import Array

DRAWN = 2_000  # pairs of positions that are drawn to test partners


def pull(problem: SearchProblem, goal: Goal) -> Iterator[Reduction]:
    """The reductions for equal tokens in order, and in reverse."""
    kind = problem.batch.coding.token_kind
    if goal.kind != kind or problem.causal or kind == "bool":
        return
    stable = _targets(problem, goal, reverse=False)
    if stable is None:
        return
    combine = partial(_combine, problem, goal)
    yield Reduction((stable,), combine)
    reverse = _targets(problem, goal, reverse=True)
    if reverse is not None and not reverse.equals(stable):
        yield Reduction((reverse,), combine)


def _targets(problem: SearchProblem, goal: Goal, reverse: bool) -> Goal | None:
    """For each source the position it goes to; None if an output has no source."""
    batch = problem.batch
    wanted, asked = np.zeros_like(goal.wanted), np.zeros_like(goal.asked)
    none = batch.coding.code(batch.coding.none(goal.kind))
    for row, length in enumerate(batch.lengths.tolist()):
        tokens, answers = batch.tokens[:length, row], goal.wanted[:length, row]
        for code in np.unique(answers[goal.asked[:length, row]]).tolist():
            to = np.flatnonzero((answers == code) & goal.asked[:length, row])
            sources = np.flatnonzero(tokens == code)[: len(to)]
            if code == none and not len(sources):
                continue
            if len(sources) < len(to):
                return None
            wanted[sources, row] = to[::-1] if reverse else to
            asked[sources, row] = True
    name = f"{goal.name}: position{' reversed' if reverse else ''}"
    return Goal(name, "int", wanted, asked) if asked.any() else None


def _combine(problem: SearchProblem, goal: Goal, position: Expression) -> Iterator[Expression]:
    """Reads from the source whose target is the head's own position."""
    batch = problem.batch
    tokens = Variable("tokens", batch.coding.token_kind)
    selector = SelectorTerm((Clause(position, "==", INDICES),))
    none = batch.coding.none(goal.kind)
    for which in ("last", "first"):
        whole = Read(selector, which, tokens, none, tokens.kind)
        if goal.is_met(whole, batch):
            yield whole
            return
    for which in ("last", "first"):
        for values in _values(problem, goal, selector, which):
            yield Read(selector, which, values, none, tokens.kind)


def _values(problem: SearchProblem, goal: Goal, selector: SelectorTerm, which: str) -> Iterator[Expression]:
    """The values to read, such that positions without a source read the filler."""
    batch = problem.batch
    at = batch.values(Read(selector, which, INDICES, -1, "int"))
    none = batch.coding.code(batch.coding.none(goal.kind))
    if (goal.asked & (at < 0) & (goal.wanted != none)).any():
        return
    query, row = np.nonzero(goal.asked & (at >= 0))
    source = at[query, row]
    held = goal.wanted[query, row]
    if not len(held):
        return
    tokens = Variable("tokens", batch.coding.token_kind)
    for partner in _possible_partners(problem, (source, row), held):
        yield from _function(batch, tokens, partner, (source, row), held)


def _possible_partners(problem: SearchProblem, at: tuple[Array, Array], held: Array) -> list[Expression]:
    """The partners that differ wherever, of a few pairs of positions with equal tokens, different values are wanted.

    All others fail, and this is found much faster than by their cells.
    """
    pairs = np.random.Generator(np.random.PCG64(0)).integers(0, len(held), (2, DRAWN))
    tokens = problem.tokens[at]
    left, right = pairs[:, (tokens[pairs[0]] == tokens[pairs[1]]) & (held[pairs[0]] != held[pairs[1]])]
    values = (problem.batch.values(partner)[at] for partner in problem.cheap)
    kept = [bool((column[left] != column[right]).all()) for column in values]
    return list(itertools.compress(problem.cheap, kept))


def _function(
    batch: CodedBatch, tokens: Variable, partner: Expression, at: tuple[Array, Array], held: Array
) -> Iterator[Expression]:
    """The function of tokens and a partner with the wanted values at some positions, if there is one."""
    columns = [batch.values(tokens)[at], batch.values(partner)[at]]
    cells = tabulate([tokens, partner], columns, held, tokens.kind, batch.coding)
    made = None if cells is None else shortest(cells)
    if made is not None:
        yield made
