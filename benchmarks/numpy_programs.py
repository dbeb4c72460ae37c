"""Six library programs written by hand in NumPy, as the baseline for the engine.

Each function takes the code points of inputs of one length, (batch, n), and a `Ready` with the arrays that depend on
the length alone, and returns the result, (batch, n). It makes the matrix (batch, n, n) of each selector of the program
once, and checks nothing: on inputs that the program refuses, the result is undefined. In a matrix, rows are queries
and columns are keys.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Ready:
    """The arrays that depend on the length alone, each made on first use."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.places = np.arange(size)[None, :]

    @cached_property
    def counts(self) -> Array:
        """1 … n"""
        counts: Array = self.places + 1
        return counts

    @cached_property
    def ones(self) -> Array:
        """Ones, to sum rows by a matrix product"""
        return np.ones(self.size, dtype=np.float32)

    @cached_property
    def earlier(self) -> Array:
        """`select(indices, indices, <)`, (1, n, n)"""
        return matrix(self.places, self.places, np.less)

    @cached_property
    def up_to_here(self) -> Array:
        """`select(indices, indices, <=)`, (1, n, n)"""
        return matrix(self.places, self.places, np.less_equal)

    @cached_property
    def weights(self) -> Array:
        """`up_to_here` as floats, transposed to (keys, queries)"""
        weights: Array = self.up_to_here[0].astype(np.float32).T
        return weights

    @cached_property
    def mirror(self) -> Array:
        """For each query, the one key of `select(indices, length - 1 - indices, ==)`"""
        mirror: Array = matrix(self.places, self.size - 1 - self.places)[0].argmax(axis=1)
        return mirror

    @cached_property
    def first(self) -> Array:
        """`indices == 0`"""
        first: Array = self.places == 0
        return first


def matrix(keys: Array, queries: Array, compare: Callable[..., Any] = np.equal) -> Array:
    """`select`, (batch, n, n)."""
    made: Array = compare(keys[:, None, :], queries[:, :, None])
    return made


def width(weights: Array, ready: Ready) -> Array:
    """The number of keys that each row selects, for a matrix of float32."""
    batch, size, _ = weights.shape
    made: Array = (weights.reshape(-1, size) @ ready.ones).reshape(batch, size)
    return made


def count(selector: Array, ready: Ready) -> Array:
    """`selector_width`"""
    return width(selector.astype(np.float32), ready).astype(np.int64)


def mean(selector: Array, values: Array, ready: Ready) -> Array:
    """`aggregate` of numbers, 0 where no key is selected."""
    weights = selector.astype(np.float32)
    sums = (weights @ values.astype(np.float32)[:, :, None])[:, :, 0]
    made: Array = np.true_divide(sums, np.maximum(width(weights, ready), 1), dtype=np.float64)
    return made


def prefix_mean(values: Array, ready: Ready) -> Array:
    """`aggregate(select(indices, indices, <=), …)`"""
    made: Array = np.true_divide(values.astype(np.float32) @ ready.weights, ready.counts, dtype=np.float64)
    return made


def hist(codes: Array, ready: Ready) -> Array:
    """histogram"""
    return count(matrix(codes, codes), ready)


def sort(codes: Array, ready: Ready) -> Array:
    """sort"""
    before = matrix(codes, codes, np.less) | (matrix(codes, codes) & ready.earlier)
    chosen = matrix(count(before, ready), ready.places)
    assert (width(chosen.astype(np.float32), ready) == 1).all()  # one key each, so a look-up gives the mean
    return np.take_along_axis(codes, chosen.argmax(axis=2), axis=1)


def reverse(codes: Array, ready: Ready) -> Array:
    """reverse"""
    return codes.take(ready.mirror, axis=1)


def dyck1(codes: Array, ready: Ready) -> Array:
    """dyck1_ptf"""
    opens, closes = codes == ord("("), codes == ord(")")
    depth = _depth(opens, closes, ready)
    return _verdict(depth, depth < 0, ready)


def dyck2(codes: Array, ready: Ready) -> Array:
    """dyck2_ptf"""
    first, second = codes == ord("("), codes == ord("{")
    first_closer, second_closer = codes == ord(")"), codes == ord("}")
    closes = first_closer | second_closer
    depth = _depth(first | second, closes, ready)
    weight = (first.astype(np.int64) - first_closer.astype(np.int64)) * 1
    weight = 0 + weight + (second.astype(np.int64) - second_closer.astype(np.int64)) * 2
    level = depth + closes.astype(np.int64)
    balance = mean(matrix(level, level) & ready.up_to_here, weight, ready)
    return _verdict(depth, (depth < 0) | (closes & (balance != 0)), ready)


def _depth(opens: Array, closes: Array, ready: Ready) -> Array:
    steps = opens.astype(np.int64) - closes.astype(np.int64)
    depth: Array = np.rint(ready.counts * prefix_mean(steps, ready)).astype(np.int64)
    return depth


def _verdict(depth: Array, lost: Array, ready: Ready) -> Array:
    is_lost = prefix_mean(lost.astype(np.int64), ready) > 0
    return np.where(is_lost, "F", np.where(depth == 0, "T", "P"))


def most_freq(codes: Array, ready: Ready) -> Array:
    """most_frequent"""
    same = matrix(codes, codes)
    first = (codes == codes) & ~(_any(same & ready.earlier, ready) > 0)
    share = mean(same | ready.first[:, None, :], ready.first, ready)
    weight = np.rint(1 / share).astype(np.int64) + ready.first
    weight = np.where(first, weight, 0)
    ahead = matrix(weight, weight, np.greater) | (matrix(weight, weight) & ready.earlier)
    rank = np.where(first, count(ahead, ready), -1)
    chosen = matrix(rank, ready.places)
    none = width(chosen.astype(np.float32), ready) == 0
    return np.where(none, ord("-"), np.take_along_axis(codes, chosen.argmax(axis=2), axis=1))


def _any(selector: Array, ready: Ready) -> Array:
    return np.where(width(selector.astype(np.float32), ready) == 0, 0.0, 1.0)


PROGRAMS = {"hist": hist, "sort": sort, "reverse": reverse, "dyck1": dyck1, "dyck2": dyck2, "most_freq": most_freq}
