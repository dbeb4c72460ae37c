"""Offline dominance sums: over the indices of a range, of those entries that are below a bound.

The entries are split by their highest bit, then by the next, and so on, the order inside kept (a wavelet matrix). At
each bit a query either takes all zeros of its range and goes on among the ones, or goes on among the zeros. All
queries go together, so there are a few NumPy steps a bit. Growth: (entries + queries) × log of the largest code.
"""

from __future__ import annotations

import numpy as np

from rasp.engine.values import Array


def sums_below(codes: Array, size: int, weights: Array, ranges: tuple[Array, Array], bounds: Array) -> Array:
    """For each query the sum of the weights over the indices of its range whose codes are below its bound.

    `codes` and `weights` are (m,), codes below `size`; `ranges` are the first index and the end, `bounds` are from 0 to
    `size`. Sums are modulo 2^64.

    >>> codes, weights = np.array([2, 0, 1, 2]), np.array([1, 10, 100, 1000])
    >>> sums_below(codes, 3, weights, (np.array([0, 1]), np.array([4, 3])), np.array([2, 3]))
    array([110, 110])
    """
    first, end = ranges
    totals = np.zeros(len(bounds), dtype=np.int64)
    for bit in reversed(range(size.bit_length())):
        is_zero = (codes >> bit) & 1 == 0
        zeros = prefix_sums(is_zero)
        sums = prefix_sums(np.where(is_zero, weights, 0))
        above = (bounds >> bit) & 1 == 1
        totals += np.where(above, sums[end] - sums[first], 0)
        first = np.where(above, zeros[-1] + first - zeros[first], zeros[first])
        end = np.where(above, zeros[-1] + end - zeros[end], zeros[end])
        order = np.concatenate([np.flatnonzero(is_zero), np.flatnonzero(~is_zero)])
        codes, weights = codes[order], weights[order]
    return totals


def prefix_sums(steps: Array) -> Array:
    """The sums of the first 0, 1, 2, … steps, as int64 modulo 2^64.

    >>> prefix_sums(np.array([3, 1]))
    array([0, 3, 4])
    """
    sums = np.zeros(len(steps) + 1, dtype=np.int64)
    np.cumsum(steps, out=sums[1:])
    return sums
