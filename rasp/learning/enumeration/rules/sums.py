"""Sums: a goal of ints that is A, A + B or A - B of two candidates, plus a constant.

Assumes that both terms are candidates. The hash is linear, so the hash of a sum is the sum of hashes: one look-up for
each candidate A finds a matching B among a million candidates, without forming all pairs.

Example: with `a` before `b` in the input, the goal [1, 2, 2, 3] on "abab" is the count of "a" up to here plus the count
of "b" before here, and the hash of the goal minus that of the first count is the hash of the second.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rasp.learning.enumeration.goals import Goal
from rasp.learning.enumeration.stream import Candidate, CandidateBlock, CandidateStream, draw_weights, hash_columns
from rasp.learning.expressions.expression import Expression, OperatorTerm, constant
from rasp.learning.expressions.prices import price
from rasp.learning.expressions.simplify import collect_terms
from rasp.model.arrays import Array

SHIFTS = (0, 1, -1)
MASK = 2**23 - 1
MOST = 200  # most pairs that become expressions at a time


class SumFinder:
    """Finds sums for one goal."""

    def __init__(self, goal: Goal, stream: CandidateStream, seed: int) -> None:
        self.goal, self.stream = goal, stream
        drawn = np.where(goal.asked, draw_weights(stream.batch, seed), 0)
        self.weights = drawn
        self.wanted = int(hash_columns(goal.wanted[:, None, :], drawn)[0])
        self.one = int(hash_columns(np.ones_like(goal.wanted)[:, None, :], drawn)[0])
        self.hashes: list[Array] = []
        self.present = np.zeros(MASK + 1, bool)  # by the last bits of a hash; a quick filter
        self.candidates: list[Candidate] = []
        self.matched = 0  # candidates that have been matched already
        self.known: dict[Expression, int] = {}

    def see(self, block: CandidateBlock) -> None:
        """Receives new candidates."""
        if block.kind == "int":
            hashes = hash_columns(block.columns, self.weights)
            self.hashes.append(hashes)
            self.present[hashes & MASK] = True
            self.candidates.extend(block.candidates)

    def solutions(self) -> list[Expression]:
        """What meets the goal, as far as it is known."""
        if self.matched < len(self.candidates):
            for expression in self._sums():
                if expression not in self.known and self.goal.is_met(expression, self.stream.batch):
                    self.known[expression] = price(expression)
            self.matched = len(self.candidates)
        return sorted(self.known, key=self.known.__getitem__)[:MOST]

    def _sums(self) -> Iterator[Expression]:
        """The sums with at least one candidate that has not been matched before."""
        hashes = np.concatenate(self.hashes)
        self.hashes = [hashes]
        order = np.argsort(hashes, kind="stable")
        fresh = np.arange(self.matched, len(hashes))
        for shift in SHIFTS:
            rest = np.int64(_wrap_int64(self.wanted - shift * self.one))
            for first in fresh[hashes[fresh] == rest][:MOST].tolist():
                yield self._write("+", first, None, shift)
            with np.errstate(over="ignore"):
                yield from self._pairs(order, hashes, "+", fresh, rest - hashes[fresh], shift)
                yield from self._pairs(order, hashes, "-", fresh, hashes[fresh] - rest, shift)
                yield from self._pairs(order, hashes, "-", fresh, hashes[fresh] + rest, shift, swapped=True)

    def _pairs(
        self, order: Array, hashes: Array, op: str, firsts: Array, rest: Array, shift: int, swapped: bool = False
    ) -> Iterator[Expression]:
        """The sums whose second term has the hash `rest`."""
        likely = np.flatnonzero(self.present[rest & MASK])
        at = np.searchsorted(hashes, rest[likely], sorter=order).clip(0, len(order) - 1)
        seconds = order[at]
        for number in np.flatnonzero(hashes[seconds] == rest[likely])[:MOST].tolist():
            pair = (int(firsts[likely[number]]), int(seconds[number]))
            yield self._write(op, *(pair[::-1] if swapped else pair), shift)

    def _write(self, op: str, first: int, second: int | None, shift: int) -> Expression:
        made = self.stream.write(self.candidates[first])
        if second is not None:
            made = OperatorTerm(op, (made, self.stream.write(self.candidates[second])), "int")
        if shift:
            made = OperatorTerm("+" if shift > 0 else "-", (made, constant(abs(shift))), "int")
        return collect_terms(made)


def _wrap_int64(value: int) -> int:
    """The value modulo 2^64, as a signed int."""
    return (value + 2**63) % 2**64 - 2**63
