"""Sumsets: all sums of one int from each of several sets.

A *choice* is a set of ints, one of which a key adds to a row of a head. Choices are numbered, and the sums of equal
multisets of choices are computed once. One int packs the count of keys and the sums of all values that the head reads
(`Packing`), so that adding ints adds all of these at once. It also counts *lone* keys, whose values cannot be averaged
(`scaled_integers.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.compile.budget import NUMBER, Budget
from rasp.graph.nodes import Node
from rasp.model.arrays import Array

COPIES = 4  # of the sums in memory at the same time


@dataclass(frozen=True)
class Packing:
    """Packs a count of up to `most` keys, the count of lone ones, and sums between bounds into one mixed-radix int."""

    most: int
    lone: int  # 1 + the most lone keys
    lows: tuple[int, ...]
    spans: tuple[int, ...]

    @staticmethod
    def of(most: int, lone: Iterable[bool], columns: Sequence[Sequence[int]]) -> Packing:
        """The packing for sums of at most `most` rows of these columns; `lone` says which values of keys are lone.

        >>> packing = Packing.of(3, [False], [[0, -1, 2]])
        >>> first, second = packing.pack([False, False], [[2], [-1]])
        >>> packing.unpack(np.array([first + second]))
        [[2], [1]]
        """
        lows = tuple(most * min(0, *column, 0) for column in columns)
        highs = tuple(most * max(0, *column, 0) for column in columns)
        spans = tuple(high - low + 1 for low, high in zip(lows, highs, strict=True))
        return Packing(most, 1 + most * any(lone), lows, spans)

    @property
    def dtype(self) -> type:
        """The NumPy type for the ints: `object` if 64 bits are too few."""
        size = self._base
        for span in self.spans:
            size *= span
        return np.int64 if size < 2**62 else object

    @property
    def _base(self) -> int:
        """The radix of both counts, and so the place value of the first sum."""
        return (self.most + 1) * self.lone

    def pack(self, lone: Iterable[bool], rows: Iterable[Sequence[int]]) -> list[int]:
        """Packs each row of ints, with a count of 1 key, and whether it is lone."""
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
        """Whether a sum has no lone key beside others."""
        lone: Array = sums // (self.most + 1) % self.lone > 0
        return ~lone | (self.counts(sums) <= 1)

    def unpack(self, sums: Array) -> list[list[int]]:
        """The counts, then the sums of each column."""
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
    """Computes sums. `single` drops sums of several keys; the error for too many sums names `about`.

    >>> sums = Sumsets(Packing.of(2, [False], [(0,), (0,)]), single=False, about=None, budget=Budget())
    >>> sums.of([sums.choice([0, 1]), sums.choice([0, 10])]).tolist()
    [0, 1, 10, 11]
    """

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
        """The number of ints in a set."""
        return len(self._choices[number])

    def of(self, numbers: Sequence[int]) -> Array:
        """All sums of one int from each of the sets."""
        key = tuple(sorted(numbers))
        start = len(key)
        while key[:start] not in self._known:
            start -= 1
        for stop in range(start + 1, len(key) + 1):
            self._known[key[:stop]] = self._add(self._known[key[: stop - 1]], self._choices[key[stop - 1]])
        return self._known[key]

    def _add(self, sums: Array, choice: Array) -> Array:
        count = len(sums) * len(choice)
        self._budget.take(count, "sums that a head may read", self._about, size=COPIES * NUMBER * count)
        made = np.unique(sums[:, None] + choice[None, :])
        if self._single:
            made = made[self._packing.counts(made) <= 1]
        elif self._packing.lone > 1:
            made = made[self._packing.are_possible(made)]
        return made
