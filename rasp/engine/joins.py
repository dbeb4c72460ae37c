"""Sums int64 weights over the keys that a conjunction selects for each query, from codes of keys and queries.

Three methods, each of which can also sum what those before it do:

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

from rasp.engine.dominance import prefix_sums, sums_below
from rasp.engine.values import EXACT, Array, peak

CODES = 2**62


class JoinCodes(NamedTuple):
    """Codes of keys and of queries that are equal where their values are, from 0 to `size` - 1."""

    keys: Array
    queries: Array
    size: int


class Interval(NamedTuple):
    """Codes of keys in the order of their values, from 0 to `size` - 1; a query selects those from `low` up to but
    without `high`. None is no bound. `own`: all bounds come from the keys' own sequence."""

    keys: Array
    low: Array | None
    high: Array | None
    size: int
    own: bool = False


def encode(*arrays: Array) -> tuple[list[Array], int]:
    """Numbers as codes from 0 on that compare as they do, and how many codes there are. One array is coded once.

    >>> encode(np.array([5, 7, 5]), np.array([6]))
    ([array([0, 2, 0]), array([1])], 3)
    >>> encode(np.array([0.5, 1e9]), np.array([-1.0]))
    ([array([1, 2]), array([0])], 3)
    """
    different = list({id(array): array for array in arrays}.values())
    codes, size = _encode(different)
    made = dict(zip(map(id, different), codes, strict=True))
    return [made[id(array)] for array in arrays], size


def _encode(arrays: list[Array]) -> tuple[list[Array], int]:
    if all(array.dtype.kind in "biu" for array in arrays):
        low = min(int(array.min()) for array in arrays)
        spread = max(int(array.max()) for array in arrays) - low
        if spread <= 4 * sum(map(len, arrays)) + 1000:
            wide = [array.astype(np.int64, copy=False) for array in arrays]
            return [array - low if low else array for array in wide], spread + 1
    different, codes = np.unique(np.concatenate(arrays), return_inverse=True)
    ends = np.cumsum([len(array) for array in arrays])[:-1]
    return np.split(codes, ends), len(different)


def composite(parts: list[JoinCodes]) -> JoinCodes:
    """The codes of several equalities as one.

    >>> first = JoinCodes(np.array([0, 1]), np.array([1, 1]), 2)
    >>> composite([first, JoinCodes(np.array([2, 0]), np.array([0, 2]), 3)])
    JoinCodes(keys=array([2, 3]), queries=array([3, 5]), size=6)
    """
    keys, queries, size = parts[0]
    for part in parts[1:]:
        if size * part.size >= CODES:
            (keys, queries), size = encode(keys, queries)
        same = keys is queries and part.keys is part.queries
        keys, before, size = keys * part.size + part.keys, queries, size * part.size
        queries = keys if same else before * part.size + part.queries
    return JoinCodes(keys, queries, size)


def _renumber(groups: JoinCodes) -> JoinCodes:
    """The codes, few enough for a table."""
    if groups.size <= 4 * (len(groups.keys) + len(groups.queries)) + 1000:
        return groups
    (keys, queries), size = encode(groups.keys, groups.queries)
    return JoinCodes(keys, queries, size)


def group_sums(codes: Array, weights: Array | None, size: int) -> Array:
    """The sum of the weights of each code; None counts.

    >>> group_sums(np.array([0, 2, 2]), np.array([5, 1, 1]), 3), group_sums(np.array([0, 2, 2]), None, 3)
    (array([5, 0, 2]), array([1, 0, 2]))
    """
    if weights is None:
        return np.bincount(codes, minlength=size)
    if len(weights) and peak(weights) * len(weights) <= EXACT:
        return np.bincount(codes, weights, minlength=size).astype(np.int64)
    totals = np.zeros(size, dtype=np.int64)
    np.add.at(totals, codes, weights)
    return totals


class Join:
    """Keys and queries with equal codes.

    >>> Join(JoinCodes(np.array([0, 1, 0]), np.array([0, 1, 0]), 2)).sums(np.array([5, 6, 7]))
    array([12,  6, 12])
    """

    def __init__(self, groups: JoinCodes) -> None:
        self._groups = _renumber(groups)

    def sums(self, weights: Array | None) -> Array:
        """For each query the sum of the weights (keys,) of its keys."""
        totals: Array = group_sums(self._groups.keys, weights, self._groups.size)[self._groups.queries]
        return totals


class Ranges:
    """Keys in the query's group whose codes lie in the query's interval.

    >>> interval = Interval(np.array([0, 1, 2]), low=np.array([1, 0, 0]), high=np.array([3, 1, 0]), size=3)
    >>> Ranges(None, interval).sums(np.array([5, 6, 7]))
    array([13,  5,  0])
    """

    def __init__(self, groups: JoinCodes | None, interval: Interval) -> None:
        groups = None if groups is None else _renumber(groups)
        low, high = interval.low, interval.high
        if low is not None and high is not None:
            high = np.maximum(high, low)
        self._groups, self._size = groups, interval.size * (1 if groups is None else groups.size)
        self._keys = interval.keys if groups is None else groups.keys * interval.size + interval.keys
        self._bounds = [self._bound(low, 0, interval.size), self._bound(high, interval.size, interval.size)]
        self._closed = [low is not None, high is not None]
        self._own = interval.own and (groups is None or groups.keys is groups.queries)
        self._sorted: tuple[Array, Array, Array] | None = None

    def _bound(self, end: Array | None, default: int, size: int) -> Array:
        """An end of the query's interval as a code of group and value, (queries,) or (1,)."""
        inner = np.array([default]) if end is None else end
        return inner if self._groups is None else self._groups.queries * size + inner

    def sort(self) -> tuple[Array, Array, Array]:
        """The keys in the order of their codes, and for each query the first and the end of those it selects."""
        if self._sorted is None:
            order = np.argsort(self._keys)
            codes = self._keys[order]
            ends = [self._find(codes, order, side) for side in (0, 1)]
            self._sorted = order, ends[0], ends[1]
        return self._sorted

    def _find(self, codes: Array, order: Array, side: int) -> Array:
        """Where an end of each query's interval is among the sorted codes."""
        bound = self._bounds[side]
        if not self._closed[side] and self._groups is not None:  # one end for each group
            size = self._size // self._groups.size
            ends = np.searchsorted(codes, (np.arange(self._groups.size) + side) * size)
            return ends[self._groups.queries]
        if not self._own or len(bound) != len(order):
            return np.searchsorted(codes, bound)
        found = np.empty_like(order)  # searching for numbers in their order does not jump in memory
        found[order] = np.searchsorted(codes, bound[order])
        return found

    def sums(self, weights: Array | None) -> Array:
        """For each query the sum of the weights (keys,) of its keys."""
        low, high = self._bounds
        if self._size <= 4 * (len(self._keys) + max(len(low), len(high))) + 1000:
            totals = prefix_sums(group_sums(self._keys, weights, self._size))
            return totals[high] - totals[low]
        order, first, end = self.sort()
        if weights is None:
            return end - first
        totals = prefix_sums(weights[order])
        return totals[end] - totals[first]

    def maxima(self, heights: Array) -> Array:
        """For each query the largest of the heights (keys,), ints from 1 on, of its keys; 0 where there are none.

        Growth: n log n. Each step has the maxima of all runs of 1, 2, 4, … keys; a range is two runs.
        """
        order, *ends = self.sort()
        first, end = np.broadcast_arrays(*ends)
        made = np.zeros(len(first), dtype=np.int64)
        runs, step = heights[order], 1
        while len(runs):
            here = np.flatnonzero((end - first >= step) & (end - first < 2 * step))
            made[here] = np.maximum(runs[first[here]], runs[end[here] - step])
            runs = np.maximum(runs[:-step], runs[step:])
            step *= 2
        return made


class Dominance:
    """Keys in the query's group whose codes lie in the query's two intervals.

    >>> first = Interval(np.array([0, 1, 2]), low=None, high=np.array([3, 2, 3]), size=3)
    >>> second = Interval(np.array([2, 1, 0]), low=np.array([1, 1, 0]), high=None, size=3)
    >>> Dominance(None, first, second).sums(np.array([5, 6, 7]))
    array([11, 11, 18])
    """

    def __init__(self, groups: JoinCodes | None, first: Interval, second: Interval) -> None:
        self._order, *ends = Ranges(groups, first).sort()
        self._codes, self._size = second.keys[self._order], second.size
        low = np.zeros(1, dtype=np.int64) if second.low is None else second.low
        high = np.array([second.size]) if second.high is None else second.high
        self._first, self._end, self._low, high = np.broadcast_arrays(*ends, low, high)
        self._high = np.maximum(high, self._low)

    def sums(self, weights: Array | None) -> Array:
        """For each query the sum of the weights (keys,) of its keys."""
        ordered = np.ones(len(self._order), dtype=np.int64) if weights is None else weights[self._order]
        ranges = (self._first, self._end)
        below = sums_below(self._codes, self._size, ordered, ranges, self._high)
        return below - sums_below(self._codes, self._size, ordered, ranges, self._low) if self._low.any() else below
