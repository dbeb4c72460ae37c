"""The stream of candidates: every finder sees each of them once.

Candidates come in blocks of columns, arrays (positions, candidates, sequences). Of two candidates of one kind that
have the same values on all sequences (*observational equivalence*), only the first, which is cheaper, is kept.
Equality is tested by a hash: the sum of the values times random 64-bit weights, modulo 2^64. Sums of ints do not depend
on their order, so they are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Union

import numpy as np

from rasp.learning.enumeration.templates import HeadValues, Template, fill_template
from rasp.learning.examples.kinds import Kind
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.expression import Expression
from rasp.learning.expressions.prices import HEAD, READ, best_price, price, selector_price
from rasp.model.arrays import Array

Positions = tuple[Array, Array]  # positions and sequences
SAMPLE = 64
TOGETHER, ENTRIES = 512, 2**22  # candidates that are passed to the finders together, and array entries of these


@dataclass(frozen=True)
class Recipe:
    """A candidate that is not yet an expression: a template and the variable in its hole."""

    template: Template
    variable: Expression
    values: Expression | None


Candidate = Union[Expression, Recipe]


def recipe_price(candidate: Candidate) -> int:
    """The price of a candidate, found without making the expression."""
    if not isinstance(candidate, Recipe):
        return price(candidate)
    selector = candidate.template.selector(candidate.variable)
    read = READ + best_price(selector) if candidate.values else 0
    return price(candidate.variable) + HEAD + selector_price(selector) + read


@dataclass(frozen=True)
class CandidateBlock:
    """New candidates of one kind, with their values."""

    kind: Kind
    candidates: Sequence[Candidate]
    columns: Array
    sample: Positions

    @cached_property
    def plain(self) -> Array:
        """Indices of the candidates with few distinct values: a function of any other would only memorise positions."""
        drawn = np.sort(self.columns[self.sample[0], :, self.sample[1]], axis=0)
        return np.flatnonzero((drawn[1:] != drawn[:-1]).sum(0) < len(drawn) // 2)


class Finder(Protocol):
    """Anything that looks for candidates in the stream."""

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""


def draw_weights(batch: CodedBatch, seed: int) -> Array:
    """Random weights for the hash, 0 at padded positions."""
    random = np.random.Generator(np.random.PCG64(seed))
    drawn = random.integers(-(2**63), 2**63, batch.valid.shape, np.int64)
    return np.where(batch.valid, drawn, 0)


def _draw_positions(batch: CodedBatch, seed: int) -> Positions:
    """A random sample of unpadded positions."""
    random = np.random.Generator(np.random.PCG64(seed))
    positions, sequences = np.nonzero(batch.valid)
    drawn = random.permutation(len(positions))[:SAMPLE]
    return positions[drawn], sequences[drawn]


def hash_columns(columns: Array, weighted: Array) -> Array:
    """The hash of each column, of an array (positions, candidates, sequences)."""
    total: Array = np.einsum("pcs,ps->c", columns, weighted)
    return total


def endless(count: int) -> int:
    """A `room` without a limit: allows all candidates."""
    return count


class CandidateStream:
    """Passes candidates to the finders, of those with equal values only the first."""

    def __init__(self, batch: CodedBatch, seed: int, room: Callable[[int], int] = endless) -> None:
        self.batch = batch
        self.room = room  # returns how many candidates to take; raises to end the search
        self.finders: list[Finder] = []
        self.weights = draw_weights(batch, seed)
        self.seen: dict[str, set[int]] = {}  # the hashes, by kind
        self.sample = _draw_positions(batch, seed)
        self.offered = 0
        self.waiting: dict[Kind, list[tuple[list[Candidate], Array]]] = {}

    def new(self, kind: str, columns: Array) -> Array:
        """Indices of the columns that have not been seen before; marks them as seen."""
        seen, found = self.seen.setdefault(kind, set()), []
        for number, value in enumerate(hash_columns(columns, self.weights).tolist()):
            if value not in seen:
                seen.add(value)
                found.append(number)
        return np.array(found, np.intp)

    def offer(self, kind: Kind, columns: Array, candidate: Callable[[int], Candidate]) -> list[Candidate]:
        """Passes new candidates to the finders, once there are enough of them, and returns them."""
        columns = columns[:, : self.room(columns.shape[1])]
        self.offered += columns.shape[1]
        fresh = self.new(kind, columns)
        if not len(fresh):
            return []
        kept = [candidate(number) for number in fresh.tolist()]
        waiting = self.waiting.setdefault(kind, [])
        waiting.append((kept, columns if len(kept) == columns.shape[1] else columns[:, fresh]))
        count = sum(len(some) for some, _ in waiting)
        if count >= TOGETHER or count * self.batch.tokens.size >= ENTRIES:
            self._show(kind)
        return kept

    def flush(self) -> None:
        """Passes the buffered candidates to the finders."""
        for kind in list(self.waiting):
            self._show(kind)

    def _show(self, kind: Kind) -> None:
        """Passes the candidates of a kind to the finders, many at a time, because each call has a fixed cost."""
        some = self.waiting.pop(kind)
        candidates = [candidate for group, _ in some for candidate in group]
        block = CandidateBlock(kind, candidates, np.concatenate([columns for _, columns in some], 1), self.sample)
        for finder in self.finders:
            finder.see(block)

    def offer_result(self, result: HeadValues, variables: Sequence[Expression]) -> list[Candidate]:
        """As `offer`, for the values of a template."""
        numbers = result.variables.tolist()
        kind: Kind = "int" if result.values is None else result.values.kind
        return self.offer(
            kind,
            result.columns,
            lambda number: Recipe(result.template, variables[numbers[number]], result.values),
        )

    def write(self, candidate: Candidate) -> Expression:
        """The candidate as an expression."""
        if isinstance(candidate, Recipe):
            return fill_template(candidate.template, candidate.variable, candidate.values, self.batch)
        return candidate
