"""Rounding errors of sums of products: bounds for rows times a matrix, from bounds for the rows.

A sum of n numbers is rounded n - 1 times in any order, and no partial sum exceeds the sum of the positive terms, or of
the negative ones (Higham, Accuracy and Stability of Numerical Algorithms, chapter 4). Terms that are 0 cause no
rounding, and multiples of one power of two with a small sum are exact, which keeps classes exact. The bounds do not
assume an order of the sum, nor that a product is rounded before it is added, so they hold for any library and
processor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rasp.model.arrays import Array
from rasp.model.sparse import Factor

SLACK = 1 + 2.0**-16  # for the rounding of the bounds themselves, in float64
TINY = 2.0**-50  # numbers up to this size are taken for 0 with an error
GRID = 6  # binary digits after the point: sums of multiples of 2^-GRID may be exact
VANISHING = 2.0**-36  # an error that rounding removes from an exact sum
OFF_GRID, INEXACT = 2.0**16, 2.0**32  # three counts in one number: terms, those off the grid, those with an error


@dataclass(frozen=True)
class BoundedNumbers:
    """Numbers of any implementation: each is within `error` of `value`, and at most `size` in absolute value.

    If the error is 0, it is exactly `value`. Numbers that matter only jointly may vary by more than `error`.
    """

    value: Array
    error: Array
    size: Array

    @staticmethod
    def of(value: Array, error: Array) -> BoundedNumbers:
        """Numbers with these bounds. One that is within its error of an int, or of 0, is replaced by it."""
        near = np.rint(value)
        off = np.abs(value - near)
        error = np.where(off <= error, error + off, error)
        value = np.where(off <= error, near, value) + 0.0
        tiny = np.abs(value) + error <= TINY
        error = np.where(tiny, np.abs(value) + error, error)
        value = np.where(tiny, 0.0, value)
        return BoundedNumbers(value, error, np.abs(value) + error)

    def __getitem__(self, rows: Array | slice) -> BoundedNumbers:
        return BoundedNumbers(self.value[rows], self.error[rows], self.size[rows])

    @property
    def passed_on(self) -> Array:
        """The error in a sum. Adding a tiny number may cost three times as much again."""
        return np.where(self.size <= TINY, 4 * self.error, self.error)

    @property
    def counted(self) -> Array:
        """For each number, its part of the three counts of a sum."""
        inexact = (self.error > 0) | (self.size != np.abs(self.value))
        off_grid = inexact | (np.rint(self.value * 2.0**GRID) != self.value * 2.0**GRID)
        return np.where(self.size <= TINY, 0.0, 1 + OFF_GRID * off_grid + INEXACT * inexact)

    @property
    def uneven(self) -> Array:
        """The sizes of numbers, but 0 for exact powers of two: products with those are exact."""
        exact = (self.error == 0) & (self.size == np.abs(self.value)) & are_powers(self.value)
        return np.where(exact, 0.0, self.size)


def concatenate(parts: Sequence[BoundedNumbers], axis: int) -> BoundedNumbers:
    """Concatenates bounded numbers along an axis."""
    columns = zip(*((part.value, part.error, part.size) for part in parts), strict=True)
    return BoundedNumbers(*(np.concatenate(column, axis) for column in columns))


@dataclass(frozen=True)
class RoundedSums:
    """Sums with the error inherited from their terms, and the error of rounding each sum."""

    value: Array
    inherited: Array
    rounding: Array

    def as_bounded(self) -> BoundedNumbers:
        """The sums as bounded numbers."""
        return BoundedNumbers.of(self.value, self.inherited + self.rounding)


def are_powers(numbers: Array) -> Array:
    """Whether numbers are 0 or powers of two, with any sign.

    >>> are_powers(np.array([0.0, 0.25, -4.0, 3.0]))
    array([ True,  True,  True, False])
    """
    made: Array = (numbers == 0) | (np.frexp(np.abs(numbers))[0] == 0.5)
    return made


@dataclass(frozen=True)
class RoundedTerms:
    """Sums over terms: of values, sizes, errors, and sizes of rounded products; and the three counts."""

    value: Array
    size: Array
    error: Array
    products: Array
    counts: Array

    def round(self, unit: float, on_grid: Array | bool) -> RoundedSums:
        """The sums, with relative rounding error `unit` of each operation. `on_grid`: the other factors are ints."""
        inexact, counts = np.floor_divide(self.counts, INEXACT), np.mod(self.counts, INEXACT)
        off_grid, count = np.floor_divide(counts, OFF_GRID), np.mod(counts, OFF_GRID)
        whole = on_grid & (off_grid == 0) & (self.size * unit <= 2.0 ** -(GRID + 1)) & (self.error <= VANISHING)
        lone = (count == 1) & (inexact == 0) & (self.products == 0)
        lone &= self.error <= np.abs(self.value) * VANISHING
        last = np.abs(self.value) + self.error
        largest = (self.size + last) / 2
        rounded = self.products + np.maximum(count - 2, 0) * largest + (count > 1) * last
        rounded *= unit * SLACK / (1 - np.minimum((count + 2) * unit * 2, 0.5))
        vanish = lone | (whole & (self.value != 0))
        return RoundedSums(self.value, np.where(vanish, 0.0, self.error * SLACK), np.where(lone | whole, 0.0, rounded))


class Weighing:
    """A matrix of weights (a, b) with a bias (b,), to multiply rows (n, a) with bounds.

    >>> whole = Weighing(np.array([[1.0], [1.0]]), np.array([-1.0]), 2.0**-24)
    >>> rows = BoundedNumbers.of(np.array([[1.0, 1.0]]), np.zeros((1, 2)))
    >>> whole.sums(rows).rounding.tolist()  # ints
    [[0.0]]
    >>> third = Weighing(np.array([[1.0], [1 / 3]]), np.zeros(1), 2.0**-24)
    >>> bool(2.0**-24 < third.sums(rows).rounding[0, 0] < 2.0**-23)  # one sum is rounded
    True
    """

    def __init__(self, matrix: Array, bias: Array, unit: float) -> None:
        matrix, self._bias = matrix.astype(np.float64), bias.astype(np.float64)
        self.matrix, self._unit = matrix, unit
        sizes = np.abs(matrix)
        self._signed, self._sizes, self._entries = Factor(matrix), Factor(sizes), Factor((matrix != 0) * 1.0)
        self._uneven = Factor(np.where(are_powers(matrix), 0.0, sizes))
        self._on_grid = (np.rint(matrix) == matrix).all(axis=0)
        self._counts = BoundedNumbers.of(self._bias, np.zeros_like(self._bias)).counted

    @cached_property
    def read(self) -> Array:
        """The indices of a row that are read, at least one."""
        indices = np.flatnonzero(self.matrix.any(axis=1))
        return indices if len(indices) else np.zeros(1, dtype=np.int64)

    @cached_property
    def narrow(self) -> Weighing:
        """The matrix for rows of `read` alone."""
        return Weighing(self.matrix[self.read], self._bias, self._unit)

    @cached_property
    def written(self) -> Array:
        """The indices of sums that are not always 0."""
        return np.flatnonzero(self.matrix.any(axis=0) | (self._bias != 0))

    @cached_property
    def writing(self) -> Weighing:
        """The matrix of the sums in `written` alone."""
        return Weighing(self.matrix[:, self.written], self._bias[self.written], self._unit)

    def sums(self, rows: BoundedNumbers) -> RoundedSums:
        """Rows times the matrix, plus the bias."""
        terms = (
            self._signed.times(rows.value) + self._bias,
            self._sizes.times(rows.size) + np.abs(self._bias),
            self._sizes.times(rows.passed_on),
            self._uneven.times(rows.uneven),
            self._entries.times(rows.counted) + self._counts,
        )
        return RoundedTerms(*terms).round(self._unit, self._on_grid)
