"""Annealing: a walk through programs by small changes, for what enumeration does not solve and for noisy data.

A state is one or two expressions; the output is the commonest answer for each combination of their values, which is
computed anew at each step. So every state is a program of the language. A change replaces a part of an expression:
an operator, a mask of positions, what is compared or read, a constant, or the whole part. A change that makes things
worse by less than a random bound is taken; the bound falls as the walk goes on. Costs are ints, so a walk is the same
on every machine. The best states are written as functions (`expressions/functions.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random

import numpy as np

from rasp.learning.enumeration.goals import SearchProblem
from rasp.learning.expressions.expression import (
    INDICES,
    Clause,
    ConstantTerm,
    Count,
    Expression,
    OperatorTerm,
    Read,
    SelectorTerm,
    Variable,
    constant,
    depth,
    flag_clause,
    parts_of,
    rebuild,
)
from rasp.learning.expressions.functions import MOST_CELLS, shortest, tabulate
from rasp.learning.expressions.prices import price
from rasp.model.arrays import Array

Operands = tuple[Expression, ...]

WORSE = 60_000  # how much worse a change may be at first, in millionths of the outputs
PRICE = 20  # weight of a hundredth of a definition, in millionths of the outputs
CELL = 10  # price of a combination of values, in hundredths of a definition
NEVER = 10**9
DEAREST, DEEPEST = 900, 4  # largest price and depth of a program
KEPT = 3000  # size of the cache of values


class Annealing:
    """A walk on one batch. `pool` has the expressions to start from and to insert."""

    def __init__(
        self, problem: SearchProblem, pool: Sequence[Expression], seed: int, layers: int | None = None
    ) -> None:
        self.problem, self.pool = problem, [one for one in pool if not isinstance(one, ConstantTerm)]
        self.deepest = min(DEEPEST, layers if layers is not None else DEEPEST)
        self.random = Random(seed)
        goal = problem.goal
        _, self.answers = np.unique(goal.wanted[goal.asked], return_inverse=True)
        self.kinds = int(self.answers.max()) + 1

    def walk(self, steps: int, room: Callable[[int], int]) -> Iterator[Expression]:
        """Yields programs, each better than those before; `room(1)` is called at each step, and raises to end it."""
        state: Operands = (self.random.choice(self.pool),)
        cost = self._cost(state)
        best = cost
        for step in range(steps):
            room(1)
            changed = self._change(state)
            new = self._cost(changed)
            bound = WORSE * (steps - step) // steps * self.random.randrange(1000) // 1000
            if new <= cost + bound:
                state, cost = changed, new
            if cost < best:
                best = cost
                yield from self._programs(state)

    def _cost(self, state: Operands) -> int:
        """The share of wrong outputs, in millionths, and a little for the price."""
        spent = price(*state)
        if spent > DEAREST or any(depth(one) > self.deepest for one in state):
            return NEVER
        codes = self._codes(state)
        size = int(codes.max()) + 1
        if size > MOST_CELLS:
            return NEVER
        counts = np.bincount(codes * self.kinds + self.answers, minlength=size * self.kinds)
        right = int(counts.reshape(size, self.kinds).max(1).sum())
        wrong = 1_000_000 * (len(self.answers) - right) // len(self.answers)
        return wrong + PRICE * (spent + CELL * size)

    def _codes(self, state: Operands) -> Array:
        """The combination of values at each position that is asked."""
        batch = self.problem.batch
        if len(batch.memo) > KEPT:
            batch.memo.clear()
        codes = np.zeros(len(self.answers), np.int64)
        for one in state:
            values = batch.values(one)[self.problem.goal.asked]
            codes = codes * (int(values.max() - values.min()) + 1) + values - values.min()
        return np.unique(codes, return_inverse=True)[1]

    def _programs(self, state: Operands) -> Iterator[Expression]:
        """The state as a program."""
        goal, batch = self.problem.goal, self.problem.batch
        codes = self._codes(state)
        wanted = np.unique(goal.wanted[goal.asked])
        counts = np.bincount(codes * self.kinds + self.answers, minlength=(int(codes.max()) + 1) * self.kinds)
        commonest = wanted[counts.reshape(-1, self.kinds).argmax(1)][codes]
        cells = tabulate(state, [batch.values(one)[goal.asked] for one in state], commonest, goal.kind, batch.coding)
        made = None if cells is None else shortest(cells)
        if made is not None:
            yield made

    def _change(self, state: Operands) -> Operands:
        """The state after one change."""
        chance = self.random.random()
        if len(state) == 1 and chance < 0.15:
            return (*state, self.random.choice(self.pool))
        if len(state) == 2 and chance < 0.1:
            return (self.random.choice(state),)
        number = self.random.randrange(len(state))
        if chance < 0.25:
            new: Expression = self.random.choice(self.pool)
        else:
            new = self._mutate(state[number])
        return (*state[:number], new, *state[number + 1 :])

    def _mutate(self, expression: Expression) -> Expression:
        """The expression with one of its parts changed, wherever that stands."""
        parts = [part for part in parts_of(expression) if not isinstance(part, Variable)]
        if not parts or self.random.random() < 0.2:
            return self._wrap(expression)
        part = self.random.choice(parts)
        return substitute(expression, part, self._other(part))

    def _wrap(self, expression: Expression) -> Expression:
        """A head that reads the expression, or the sum of it and another."""
        if expression.kind == "int" and self.random.random() < 0.5:
            return OperatorTerm(self.random.choice("+-"), (expression, self._draw("int")), "int")
        if expression.kind == "bool":
            return Count(SelectorTerm((flag_clause(expression),), self._positions()))
        return Count(
            SelectorTerm((Clause(expression, self.random.choice(("==", "<", ">")), expression),), self._positions())
        )

    def _draw(self, kind: str) -> Expression:
        """An expression of a kind from the pool."""
        truncate = [one for one in self.pool if one.kind == kind]
        return self.random.choice(truncate) if truncate else INDICES

    def _positions(self) -> str:
        return self.random.choice(("<", "<=") if self.problem.causal else ("", "", "<", "<=", ">", ">="))

    def _other(self, part: Expression) -> Expression:
        """A part that is one change away."""
        if self.random.random() < 0.25:
            return self._draw(part.kind)
        match part:
            case Count(selector=selector):
                return Count(self._other_selector(selector))
            case Read(selector=selector):
                if self.random.random() < 0.3:
                    return replace(part, which="first" if part.which == "last" else "last")
                return replace(part, selector=self._other_selector(selector))
            case OperatorTerm():
                return self._other_function(part)
        return self._draw(part.kind)

    def _other_selector(self, selector: SelectorTerm) -> SelectorTerm:
        chance = self.random.random()
        if chance < 0.4:
            return replace(selector, positions=self._positions())
        if len(selector.clauses) > 1 and chance < 0.6:
            return replace(selector, clauses=selector.clauses[:1])
        if len(selector.clauses) == 1 and chance < 0.6:
            flag = self._draw("bool")
            more = (flag_clause(flag),) if flag.kind == "bool" else ()
            return replace(selector, clauses=selector.clauses + more)
        first = selector.clauses[0]
        ops = (first.op,) if isinstance(first.queries, ConstantTerm) else ("==", "<", ">")
        return replace(selector, clauses=(replace(first, op=self.random.choice(ops)), *selector.clauses[1:]))

    def _other_function(self, function: OperatorTerm) -> Expression:
        number = self.random.randrange(len(function.parts))
        part = function.parts[number]
        if isinstance(part, ConstantTerm):
            if part.kind != "int":
                return function
            new: Expression = constant(int(part.value) + self.random.choice((-1, 1)))
        else:
            new = self._draw(part.kind)
        return replace(function, parts=(*function.parts[:number], new, *function.parts[number + 1 :]))


def substitute(expression: Expression, old: Expression, new: Expression) -> Expression:
    """The expression with `new` wherever `old` stands.

    >>> tokens = Variable("tokens", "string")
    >>> count = Count(SelectorTerm((Clause(tokens, "==", tokens),)))
    >>> substitute(OperatorTerm("+", (count, INDICES), "int"), count, INDICES).parts == (INDICES, INDICES)
    True
    """
    made: dict[Expression, Expression] = {old: new}
    for part in parts_of(expression):
        if part not in made:
            made[part] = rebuild(part, lambda one: made.get(one, one))
    return made[expression]
