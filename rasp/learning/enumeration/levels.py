"""The levels of enumeration, cheapest first: variables, flags, heads on them, maps of these, heads on maps.

1. The given variables, the neighbours' positions, and flags of tokens that belong together.
2. Heads on all of level 1.
3. Maps (elementwise functions): sums, differences, comparisons, choices by a flag, keys of two numbers in order.
4. Heads on maps, in the order of their prices, and heads with two clauses.

Candidates of the last level are not stored; only their hashes are, and what a rule needs to write the expression.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from rasp.learning.enumeration.goals import SearchProblem
from rasp.learning.enumeration.maps import conjunctions, flags, numbers
from rasp.learning.enumeration.stream import Candidate, CandidateBlock, CandidateStream
from rasp.learning.enumeration.templates import Expansion
from rasp.learning.examples.kinds import Kind
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.expression import (
    INDICES,
    LENGTH,
    Expression,
    OperatorTerm,
    Variable,
    constant,
    depth,
    operands,
)
from rasp.learning.expressions.prices import price
from rasp.model.arrays import Array

ENTRIES = 2**17  # size of an array of columns
EARLY = 250  # conditions, and pairs of conditions, that heads read before arithmetic is tried
TWO_FLAGS, TWO_VARIABLES = 150, 12  # flags and variables that heads with two clauses use
HEADS_ON_HEADS, TWO_CLAUSES = "heads on heads", "two clauses"
SMALL, SINGLES = 4, 20  # sizes of alphabets up to which each set, or each token, gets a flag
CHECKS = (1, 300, 1000, 2000, 3000, 4500, 6500, 9000, 12000, 16000, 21000, 28000, 40000)


class Enumeration:
    """Enumerates candidates on one batch. `run` yields whenever the rules should look for programs."""

    def __init__(self, problem: SearchProblem, stream: CandidateStream, layers: int | None = None) -> None:
        self.problem, self.stream, self.layers = problem, stream, layers
        self.batch = problem.batch
        self.tokens = Variable("tokens", self.batch.coding.token_kind)
        self.reads: list[Expression] = [self.tokens, INDICES, *problem.ready]
        self.pool: list[Expression] = [self.tokens, INDICES, *problem.ready]  # levels 1 and 2

    def run(self) -> Iterator[str]:
        """Goes through the levels; yields the name of what has been done."""
        base = self._base()
        yield "variables"
        heads = self._heads(base)
        made = self.pool = [*base, *heads]
        self.problem.cheap[:] = self._cheap(made)
        yield "heads"
        self._expand(heads)
        yield HEADS_ON_HEADS
        conditions = self._offer_in_parts(flags(made, self.batch.coding.writable))
        joined = self._offer_in_parts(conjunctions([*base, *conditions]))
        self._expand([*conditions[:EARLY], *joined[:EARLY]])
        yield "conditions"
        priced = numbers(made, [*base, *conditions], self.problem.causal)
        arithmetic = self._offer_in_parts(list(priced))
        rest = [*conditions[EARLY:], *joined[EARLY:], *arithmetic]
        yield "maps"
        self._offer_flagged_heads([*base, *conditions])
        yield TWO_CLAUSES
        yield from self._expand_maps(sorted(rest, key=lambda one: priced.get(one) or _priority(one)))

    def partners(self, reached: str) -> list[Expression | None]:
        """The second arguments that look-ups try (None: no second one); more of them while there are few candidates."""
        few: list[Expression | None] = [None, self.tokens, INDICES, *self.problem.ready]
        if not self.problem.causal and self._is_allowed(LENGTH):
            few.append(LENGTH)
        more = self.problem.cheap[:16] if reached == "heads" else []
        return list(dict.fromkeys([*few, *more]))

    def early_blocks(self) -> Iterator[CandidateBlock]:
        """The candidates of levels 1 and 2 once more, to be tried with other partners."""
        for kind, group in _by_kind(self.pool):
            for part in _chunks(group, self.batch):
                yield CandidateBlock(kind, part, columns_of(part, self.batch), self.stream.sample)

    def _is_allowed(self, expression: Expression, more: int = 0) -> bool:
        return self.layers is None or depth(expression) + more <= self.layers

    # level 1

    def _base(self) -> list[Expression]:
        """The given variables, neighbours, and flags."""
        made: list[Expression] = [self.tokens, INDICES, *(one for one in self.problem.ready if self._is_allowed(one))]
        made.append(OperatorTerm("-", (INDICES, constant(1)), "int"))
        if not self.problem.causal:
            made.append(OperatorTerm("+", (INDICES, constant(1)), "int"))
            if self._is_allowed(LENGTH):
                last = OperatorTerm("-", (LENGTH, constant(1)), "int")
                made += [LENGTH, OperatorTerm("-", (last, INDICES), "int"), OperatorTerm("half", (LENGTH,), "int")]
        made += _flags(self.problem)
        return self._offer(made)

    def _offer(self, expressions: Sequence[Expression]) -> list[Expression]:
        """The expressions whose values are new."""
        kept: list[Expression] = []
        for kind, group in _by_kind(expressions):
            columns = columns_of(group, self.batch)
            kept += [self.stream.write(made) for made in self.stream.offer(kind, columns, group.__getitem__)]
        return kept

    # level 2

    def _heads(self, variables: list[Expression]) -> list[Expression]:
        """Heads on some variables, as expressions."""
        made = [self.stream.write(draft) for draft in self._expand(variables)]
        return sorted(made, key=price)

    def _expand(self, variables: Iterable[Expression]) -> list[Candidate]:
        """The heads on variables whose values are new."""
        drafts: list[Candidate] = []
        for kind, group in _by_kind([one for one in variables if self._is_allowed(one, 1)]):
            for part in _chunks(group, self.batch):
                drafts += self._expand_block(kind, part, columns_of(part, self.batch))
        return drafts

    def _expand_block(
        self, kind: Kind, variables: Sequence[Expression], columns: Array, flag: Expression | None = None
    ) -> list[Candidate]:
        drafts: list[Candidate] = []
        expansion = Expansion(self.batch, kind, columns, self.problem.causal, flag)
        for result in expansion.results(self.reads, lambda at: self.stream.new("positions", at)):
            drafts += self.stream.offer_result(result, variables)
        return drafts

    def _cheap(self, made: list[Expression]) -> list[Expression]:
        """Some ints and flags that cost little, the cheapest first."""
        ints = sorted((one for one in made if one.kind == "int"), key=price)[:24]
        return ints + sorted((one for one in made if one.kind == "bool"), key=price)[:12]

    # levels 3 and 4

    def _offer_flagged_heads(self, candidates: list[Expression]) -> None:
        """Heads with two clauses: cheap variables that compare, at keys where a flag is True."""
        flags = sorted((one for one in candidates if one.kind == "bool" and self._is_allowed(one, 1)), key=price)[
            :TWO_FLAGS
        ]
        variables = [self.tokens, *(one for one in self.problem.cheap if one.kind == "int" and one != LENGTH)]
        for flag in sorted(flags, key=price)[:TWO_FLAGS]:
            for kind, group in _by_kind([one for one in variables[:TWO_VARIABLES] if self._is_allowed(one, 1)]):
                self._expand_block(kind, group, columns_of(group, self.batch), flag)

    def _offer_in_parts(self, expressions: Sequence[Expression]) -> list[Expression]:
        """The expressions whose values are new, of many, which are evaluated in parts."""
        allowed = [one for one in expressions if self._is_allowed(one)]
        return [one for part in _chunks(allowed, self.batch) for one in self._offer(part)]

    def _expand_maps(self, maps: Sequence[Expression]) -> Iterator[str]:
        """Heads on maps, in the order of their prices."""
        checks = iter(CHECKS)
        due = next(checks)
        done = 0
        for kind, group in _by_kind_in_order(maps):
            for part in _chunks([one for one in group if self._is_allowed(one, 1)], self.batch):
                self._expand_block(kind, part, columns_of(part, self.batch))
                done += len(part)
                if done >= due:
                    yield f"{done} maps"
                    due = next((check for check in checks if check > done), 2**60)
        yield "all maps"


def columns_of(expressions: Sequence[Expression], batch: CodedBatch) -> Array:
    """The values of expressions as columns; those of functions are not cached."""
    return batch.columns(expressions).astype(batch.type, copy=False)


def _chunks(group: Sequence[Expression], batch: CodedBatch) -> Iterator[Sequence[Expression]]:
    size = max(1, ENTRIES // batch.tokens.size)
    for start in range(0, len(group), size):
        yield group[start : start + size]


def _by_kind(expressions: Iterable[Expression]) -> Iterator[tuple[Kind, list[Expression]]]:
    groups: dict[Kind, list[Expression]] = {}
    for expression in expressions:
        groups.setdefault(expression.kind, []).append(expression)
    yield from groups.items()


WINDOW = 256
PAIRED = 100  # added to the price of pairs of conditions, for their order: there are many, and few are useful


def _priority(expression: Expression) -> int:
    """The order in which heads read conditions, lowest first."""
    pair = isinstance(expression, OperatorTerm) and expression.op in ("and", "or")
    if pair and all(operand.kind == "string" for part in operands(expression) for operand in operands(part)):
        return price(expression)  # such as an a before a b: these are few, and often useful
    return price(expression) + (PAIRED if pair else 0)


def _by_kind_in_order(expressions: Sequence[Expression]) -> Iterator[tuple[Kind, list[Expression]]]:
    """Groups of one kind, which keep the order approximately."""
    for start in range(0, len(expressions), WINDOW):
        yield from _by_kind(expressions[start : start + WINDOW])


def _flags(problem: SearchProblem) -> list[Expression]:
    """Flags for sets of tokens: single tokens, all sets of a small alphabet, and the sets that the outputs suggest."""
    coding = problem.batch.coding
    alphabet = list(coding.writable)
    if coding.token_kind == "bool":
        return []
    sets: dict[tuple[Any, ...], None] = {}
    if len(alphabet) <= SINGLES:
        sets.update(((token,), None) for token in alphabet)
    for size in range(2, len(alphabet) // 2 + 1):
        if len(alphabet) <= SMALL:
            sets.update((chosen, None) for chosen in itertools.combinations(alphabet, size))
    sets.update((chosen, None) for chosen in _token_sets(problem))
    return [_flag(problem, chosen) for chosen in sets if 0 < len(chosen) < len(alphabet)]


def _flag(problem: SearchProblem, chosen: tuple[Any, ...]) -> Expression:
    tokens = Variable("tokens", problem.batch.coding.token_kind)
    if len(chosen) == 1:
        return OperatorTerm("==", (tokens, constant(chosen[0])), "bool")
    return OperatorTerm("in", (tokens,), "bool", chosen)


def _token_sets(problem: SearchProblem) -> Iterator[tuple[Any, ...]]:
    """For each output, the tokens at which it occurs; and the tokens at which the same outputs occur."""
    goal, coding = problem.goal, problem.batch.coding
    pairs = np.unique(np.stack([problem.tokens[goal.asked], goal.wanted[goal.asked]]), axis=1)
    if len(np.unique(pairs[1])) > 20:
        return
    results = {token: tuple(pairs[1][pairs[0] == coding.code(token)].tolist()) for token in coding.writable}
    for result in np.unique(pairs[1]).tolist():
        yield tuple(token for token in coding.writable if result in results[token])
    for signature in dict.fromkeys(results.values()):
        yield tuple(token for token in coding.writable if results[token] == signature)
