"""Sums over the keys that a conjunction selects: enter codes of keys and queries, leave int64 sums for each query.

Three methods, each of which also answers what those before it do:

- `Join`: equalities alone. Keys of one composite code are one group. Growth: n for each weight, and where the codes
  are many, n log n once to number them.
- `Ranges`: one interval besides. Keys sorted by (group, value) lie side by side where a query selects them, so a sum is
  the difference of two prefix sums. Growth: n log n once, then n for each weight.
- `Dominance`: two intervals (`dominance.py`).

Sums are taken modulo 2^64, so they are exact wherever the result fits an int64, whatever happens on the way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rasp.engine.dominance import sums_below
from rasp.engine.values import EXACT, Array, peak

CODES = 2**62


class Coded(NamedTuple):
    """Codes of keys and of queries that are equal where their values are, from 0 to `size` - 1."""

    keys: Array
    queries: Array
    size: int


class Interval(NamedTuple):
    """Codes of keys in the order of their values; a query selects those from `low` up to but without `high`."""

    keys: Array
    low: Array
    high: Array
    size: int


def coded(*arrays: Array) -> tuple[list[Array], int]:
    """Numbers as codes from 0 on that compare as they do, and how many codes there are.

    >>> coded(np.array([5, 7, 5]), np.array([6]))
    ([array([0, 2, 0]), array([1])], 3)
    >>> coded(np.array([0.5, 1e9]), np.array([-1.0]))
    ([array([1, 2]), array([0])], 3)
    """
    if all(array.dtype.kind in "biu" for array in arrays):
        low = min(int(array.min()) for array in arrays)
        spread = max(int(array.max()) for array in arrays) - low
        if spread <= 4 * sum(map(len, arrays)) + 1000:
            return [array.astype(np.int64) - low for array in arrays], spread + 1
    different, codes = np.unique(np.concatenate(arrays), return_inverse=True)
    ends = np.cumsum([len(array) for array in arrays])[:-1]
    return np.split(codes, ends), len(different)


def composite(parts: list[Coded]) -> Coded:
    """The codes of several equalities as one."""
    keys, queries, size = parts[0]
    for part in parts[1:]:
        if size * part.size >= CODES:
            (keys, queries), size = coded(keys, queries)
        keys, queries, size = keys * part.size + part.keys, queries * part.size + part.queries, size * part.size
    return Coded(keys, queries, size)


def group_sums(codes: Array, weights: Array | None, size: int) -> Array:
    """The sum of the weights of each code; None counts."""
    if weights is None:
        return np.bincount(codes, minlength=size)
    if len(weights) and peak(weights) * len(weights) <= EXACT:
        return np.bincount(codes, weights, minlength=size).astype(np.int64)
    totals = np.zeros(size, dtype=np.int64)
    np.add.at(totals, codes, weights)
    return totals


def _from_zero(steps: Array) -> Array:
    """The prefix sums, with 0 in front."""
    sums = np.zeros(len(steps) + 1, dtype=np.int64)
    np.cumsum(steps, out=sums[1:])
    return sums


class Join:
    """Keys and queries with equal codes."""

    def __init__(self, groups: Coded) -> None:
        many = groups.size > 4 * (len(groups.keys) + len(groups.queries)) + 1000
        if many:
            (keys, queries), size = coded(groups.keys, groups.queries)
            groups = Coded(keys, queries, size)
        self._groups = groups

    def sums(self, weights: Array | None) -> Array:
        """For each query the sum of the weights (keys,) of its keys."""
        totals: Array = group_sums(self._groups.keys, weights, self._groups.size)[self._groups.queries]
        return totals


class Ranges:
    """Keys in the query's group whose codes lie in the query's interval."""

    def __init__(self, groups: Coded | None, interval: Interval) -> None:
        keys, low, high = interval.keys, interval.low, np.maximum(interval.high, interval.low)
        size = interval.size
        if groups is not None:
            if groups.size * (interval.size + 1) >= CODES:
                (inner, outer), count = coded(groups.keys, groups.queries)
                groups = Coded(inner, outer, count)
            keys = groups.keys * size + keys
            low, high = groups.queries * size + low, groups.queries * size + high
            size = groups.size * size
        self._keys, self._low, self._high, self._size = keys, low, high, size
        self._places: tuple[Array, Array, Array] | None = None

    def sorted(self) -> tuple[Array, Array, Array]:
        """The keys in the order of their codes, and for each query the first and the end of those it selects."""
        if self._places is None:
            order = np.argsort(self._keys)
            codes = self._keys[order]
            self._places = order, np.searchsorted(codes, self._low), np.searchsorted(codes, self._high)
        return self._places

    def sums(self, weights: Array | None) -> Array:
        """For each query the sum of the weights (keys,) of its keys."""
        if self._size <= 4 * (len(self._keys) + len(self._low)) + 1000:
            totals = _from_zero(group_sums(self._keys, weights, self._size))
            return totals[self._high] - totals[self._low]  # type: ignore[no-any-return]
        order, first, end = self.sorted()
        if weights is None:
            return end - first  # type: ignore[no-any-return]
        totals = _from_zero(weights[order])
        return totals[end] - totals[first]  # type: ignore[no-any-return]

    def maxima(self, heights: Array) -> Array:
        """For each query the largest of the heights (keys,), ints from 1 on, of its keys; 0 where there are none.

        Growth: n log n. Each step has the maxima of all runs of 1, 2, 4, … keys; a range is two runs.
        """
        order, first, end = self.sorted()
        made = np.zeros(len(first), dtype=np.int64)
        runs, step = heights[order], 1
        while len(runs):
            here = np.flatnonzero((end - first >= step) & (end - first < 2 * step))
            made[here] = np.maximum(runs[first[here]], runs[end[here] - step])
            runs = np.maximum(runs[:-step], runs[step:])
            step *= 2
        return made


class Dominance:
    """Keys in the query's group whose codes lie in the query's two intervals."""

    def __init__(self, groups: Coded | None, first: Interval, second: Interval) -> None:
        self._order, self._first, self._end = Ranges(groups, first).sorted()
        self._codes = second.keys[self._order]
        self._low, self._high, self._size = second.low, np.maximum(second.high, second.low), second.size

    def sums(self, weights: Array | None) -> Array:
        """For each query the sum of the weights (keys,) of its keys."""
        ordered = np.ones(len(self._order), dtype=np.int64) if weights is None else weights[self._order]
        ranges = (self._first, self._end)
        below = sums_below(self._codes, self._size, ordered, ranges, self._high)
        return below - sums_below(self._codes, self._size, ordered, ranges, self._low) if self._low.any() else below
