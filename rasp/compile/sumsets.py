"""Sumsets: all sums that can arise where each key adds one of several ints.

A *choice* is a set of ints, one of which a key contributes to a row of a head. Sets are numbered, and what equal
multisets of choices give is worked out once. An int holds the count of keys and the sums of all that the head reads
(`Packing`), so that adding ints adds all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.compile.budget import NUMBER, Budget
from rasp.graph.nodes import Node
from rasp.model.arrays import Array

COPIES = 4  # of sums, while they are made


@dataclass(frozen=True)
class Packing:
    """How a count of at most `most` keys, how many of them are lone, and sums of ints between bounds are in one int."""

    most: int
    lone: int  # 1 + the most lone keys
    lows: tuple[int, ...]
    spans: tuple[int, ...]

    @staticmethod
    def of(most: int, lone: Iterable[bool], columns: Sequence[Sequence[int]]) -> Packing:
        """The packing for columns of ints, of which at most `most` are added; `lone` tells for which keys there are.

        >>> packing = Packing.of(3, [False], [[0, -1, 2]])
        >>> first, second = packing.packed([False, False], [[2], [-1]])
        >>> packing.unpacked(np.array([first + second]))
        [[2], [1]]
        """
        lows = tuple(most * min(0, *column, 0) for column in columns)
        highs = tuple(most * max(0, *column, 0) for column in columns)
        spans = tuple(high - low + 1 for low, high in zip(lows, highs, strict=True))
        return Packing(most, 1 + most * any(lone), lows, spans)

    @property
    def dtype(self) -> type:
        """The type that holds the ints: Python's own where 64 bits are too few."""
        size = self._base
        for span in self.spans:
            size *= span
        return np.int64 if size < 2**62 else object

    @property
    def _base(self) -> int:
        """What the first column of sums is counted in."""
        return (self.most + 1) * self.lone

    def packed(self, lone: Iterable[bool], rows: Iterable[Sequence[int]]) -> list[int]:
        """For each row of ints one key's count 1, and whether it is lone, with them."""
        return [self._one(flag, row) for flag, row in zip(lone, rows, strict=True)]

    def _one(self, lone: bool, row: Sequence[int]) -> int:
        made, factor = 1 + (self.most + 1) * lone, self._base
        for value, span in zip(row, self.spans, strict=True):
            made += factor * value
            factor *= span
        return made

    def counts(self, sums: Array) -> Array:
        return sums % (self.most + 1)

    def are_possible(self, sums: Array) -> Array:
        """Whether no lone key is among several."""
        lone: Array = sums // (self.most + 1) % self.lone > 0
        return ~lone | (self.counts(sums) <= 1)

    def unpacked(self, sums: Array) -> list[list[int]]:
        """The counts, and each column's sums."""
        counts = self.counts(sums)
        rest = sums // self._base
        factor = 1
        for low, span in zip(self.lows, self.spans, strict=True):
            rest = rest - low * factor
            factor *= span
        parts = [counts.tolist()]
        for low, span in zip(self.lows, self.spans, strict=True):
            parts.append((rest % span + low).tolist())
            rest = rest // span
        return parts


class Sumsets:
    """Works out sums; `single` drops what adds up several keys, and `about` is named when there are too many."""

    def __init__(self, packing: Packing, single: bool, about: Node, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        self._packing = packing
        self._single = single
        self._about = about
        self._numbers: dict[tuple[int, ...], int] = {}
        self._choices: list[Array] = []
        self._known: dict[tuple[int, ...], Array] = {(): np.zeros(1, dtype=packing.dtype)}

    def choice(self, values: Sequence[int]) -> int:
        """The number of a set of ints."""
        key = tuple(sorted(set(values)))
        if key not in self._numbers:
            self._numbers[key] = len(self._choices)
            self._choices.append(np.array(key, dtype=self._packing.dtype))
        return self._numbers[key]

    def size(self, number: int) -> int:
        """How many ints a set has."""
        return len(self._choices[number])

    def of(self, numbers: Sequence[int]) -> Array:
        """All sums of one int from each of the sets."""
        key = tuple(sorted(numbers))
        start = len(key)
        while key[:start] not in self._known:
            start -= 1
        for stop in range(start + 1, len(key) + 1):
            self._known[key[:stop]] = self._added(self._known[key[: stop - 1]], self._choices[key[stop - 1]])
        return self._known[key]

    def _added(self, sums: Array, choice: Array) -> Array:
        count = len(sums) * len(choice)
        self._budget.take(count, "sums that a head may read", self._about, size=COPIES * NUMBER * count)
        made = np.unique(sums[:, None] + choice[None, :])
        if self._single:
            made = made[self._packing.counts(made) <= 1]
        elif self._packing.lone > 1:
            made = made[self._packing.are_possible(made)]
        return made
