"""Counts, sums and positions of the selected keys on a batch of short inputs, from the selector's whole matrix.

`DenseSelector` computes each of them once for all aggregates that read the selector. `aggregate` handles the usual
cases on whole arrays: at most one key for each query, and means of ints or of floats. All other cases go to
`attention.aggregate`, which is also the reference in tests.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from rasp.engine import attention
from rasp.engine.elementwise import FLOATS, INTS, SURELY_FINITE
from rasp.engine.values import ALL, EXACT, FEW, FLOAT, INT, Array, Values, merge_kinds
from rasp.graph.nodes import Atom

SMALL = 2**12  # entries up to which float32 is no faster than float64
ZERO = np.zeros(())  # NumPy compares with an array of 0 faster than with Python's 0
LARGE = 2**20  # entries above which a matrix is converted to numbers in blocks, which are not kept


@functools.lru_cache(maxsize=64)
def ones(size: int, number: np.dtype[Any]) -> Array:
    """A vector of ones."""
    return np.ones(size, dtype=number)


class DenseSelector:
    """A selector's matrix (batch, n, n) on inputs of `size` elements, with results that are computed once.

    >>> selector = DenseSelector(np.array([[[True, True], [False, False]]]), 2)
    >>> selector.counts().tolist(), selector.empty().tolist(), selector.sums(np.array([[3.0, 4.0]]), 7.0).tolist()
    ([[2.0, 0.0]], [[False, True]], [[7.0, 0.0]])
    """

    __slots__ = ("_count_range", "_counts", "_empty", "_first_keys", "_weights", "matrix", "size")

    def __init__(self, matrix: Array, size: int) -> None:
        self.matrix = matrix
        self.size = size
        self._weights: Array | None = None
        self._counts: Array | None = None
        self._count_range: tuple[int, int] | None = None
        self._empty: Array | None = None
        self._first_keys: Array | None = None

    def counts(self) -> Array:
        """The number of keys that each row selects, as floats (batch, n)."""
        if self._counts is None:
            self._counts = self._count()
        return self._counts

    def _count(self) -> Array:
        if self.matrix.shape[2] == 1:
            return self.matrix[:, :, 0] * np.float32(self.size)
        if self.matrix.size > LARGE:
            return attention.width(self.matrix, self.size).astype(np.float64)
        weights = self._as_floats()
        if len(weights) > 1:  # one matrix-vector product for the whole batch
            weights = weights.reshape(-1, self.size)
        counts: Array = np.dot(weights, ones(self.size, weights.dtype))
        return counts if len(self.matrix) == 1 else counts.reshape(self.matrix.shape[:2])

    def _as_floats(self) -> Array:
        if self._weights is None:
            self._weights = self.matrix.astype(np.float64 if self.matrix.size <= SMALL else np.float32)
        return self._weights

    def count_range(self) -> tuple[int, int]:
        """The smallest and the largest count."""
        if self._count_range is None:
            counts = self.counts()
            if counts.size <= FEW:
                listed = counts.ravel().tolist()
                self._count_range = int(min(listed)), int(max(listed))
            else:
                self._count_range = int(counts.min()), int(counts.max())
        return self._count_range

    def empty(self) -> Array:
        """Which rows select no key, (batch, n)."""
        if self._empty is None:
            self._empty = self.counts() == ZERO
        return self._empty

    def first_keys(self) -> Array:
        """The index of the first key that each row selects, (batch, n)."""
        if self._first_keys is None:
            self._first_keys = self.matrix.argmax(axis=2)
        return self._first_keys

    def sums(self, data: Array, largest: float) -> Array:
        """The sums of numbers (batch, n) over the keys of each row, as float64 (batch, n).

        `largest` is an upper bound of the sums of ints, at most 2^53; it is infinite for floats.
        """
        sums: Array
        if self.matrix.shape[2] == 1:  # all keys or none
            return np.where(self.empty(), 0.0, data.sum(axis=1, keepdims=True, dtype=np.float64))
        if self.matrix.size > LARGE or (self.matrix.size > SMALL and largest > attention.FLOAT32_EXACT):
            return attention.product(self.matrix, data.astype(np.float64))
        weights = self._as_floats()
        values = data.astype(weights.dtype)
        sums = np.dot(values, weights[0].T) if len(weights) == 1 else (weights @ values[:, :, None])[:, :, 0]
        return sums if sums.dtype is FLOATS else sums.astype(np.float64)


def width(selector: DenseSelector) -> Values:
    """The number of keys that each row selects."""
    return Values(selector.counts().astype(np.int64), ALL[INT], None, selector.size)


class Default:
    """The default of an aggregate, as an atom and as values."""

    __slots__ = ("atom", "values")

    def __init__(self, atom: Atom, values: Values) -> None:
        self.atom = atom
        self.values = values


def aggregate(default: Default, selector: DenseSelector, values: Values) -> Values:
    """The mean of the selected values; a single selected value, of any kind, as it is; the default where none is.

    Raises BadMean for several bools or strings, MixedKinds, and NotFinite for a mean too large for a float.
    """
    typed = _aggregate_typed(default.values, selector, values)
    if typed is None:
        return attention.aggregate(default.atom, selector.matrix, values, selector.size)
    return typed


def _aggregate_typed(default: Values, selector: DenseSelector, values: Values) -> Values | None:
    if values.bools is not None:
        return None
    most = selector.count_range()[1]
    if most == 1:
        return _pick(default, selector, values)
    if most == 0 or (default.kinds is not ALL[INT] and default.kinds is not ALL[FLOAT]):
        return None
    if default.data.dtype.kind == "O":
        return None
    if values.kinds is ALL[INT] and values.data.dtype is INTS:
        return _int_means(default, selector, values)
    if values.kinds is ALL[FLOAT] and values.data.dtype.kind == "f":
        return _float_means(default, selector, values)
    return None


def _pick(default: Values, selector: DenseSelector, values: Values) -> Values | None:
    """The aggregate if no row selects several keys; None if no typed array holds it."""
    data = values.data
    if data.dtype.kind == "O":
        return None
    some = selector.count_range()[0] == 1
    if not some and (values.kinds is not default.kinds or data.dtype.kind != default.data.dtype.kind):
        return None
    if data.shape[1] > 1:
        data = attention.take(data, selector.first_keys())
    if some:
        return Values(data, values.kinds, None, values.bound)
    data = np.where(selector.empty(), default.data, data)
    bound = None if values.bound is None or default.bound is None else max(values.bound, default.bound)
    return Values(data, values.kinds, None, bound)


def _int_means(default: Values, selector: DenseSelector, values: Values) -> Values | None:
    """Means of ints. The mean of one key is its value, so a row without means of several keys is a row of ints."""
    least, most = selector.count_range()
    reach = values.reach()
    if reach * most > EXACT or (not least and default.bound > EXACT):  # type: ignore[operator]  # it is a number
        return None
    if values.data.shape[1] == 1:
        means = values.data.astype(np.float64)
    else:
        counts = selector.counts() if least else np.maximum(selector.counts(), 1)
        means = selector.sums(values.data, reach * most) / counts + ZERO  # no mean is -0.0
    if not least:
        means = np.where(selector.empty(), default.data, means)
        reach = max(reach, default.bound)  # type: ignore[type-var, assignment]
    return Values(means, _kinds(default, selector), None, reach)


def _kinds(default: Values, selector: DenseSelector) -> Array:
    """The kinds of the rows of an aggregate of ints: INT for those without means of several keys or float defaults."""
    counts = selector.counts()
    if len(counts) == 1:  # the counts of all inputs, which select several keys somewhere
        return ALL[FLOAT]
    floats = (counts > 1).any(axis=1)
    if default.kinds is ALL[FLOAT] and not selector.count_range()[0]:
        floats |= selector.empty().any(axis=1)
    return merge_kinds(np.where(floats, np.int8(FLOAT), np.int8(INT)))


def _float_means(default: Values, selector: DenseSelector, values: Values) -> Values | None:
    least, most = selector.count_range()
    if values.data.shape[1] == 1 or not (least or default.kinds is ALL[FLOAT]):
        return None
    counts = selector.counts()
    means = (selector.sums(values.data, math.inf) + 0.0) / np.maximum(counts, 1)
    surely = values.bound is not None and values.bound * most < SURELY_FINITE
    if not surely and not np.isfinite(means).all():
        return None
    single = counts == 1
    if single.any():
        means = np.where(single, attention.take(values.data, selector.first_keys()), means)
    if not least:
        means = np.where(selector.empty(), default.data, means)
    return Values(means, ALL[FLOAT])
