"""What rounding may do to sums of products: enter numbers with their bounds and a matrix, leave the sums with theirs.

A sum of n numbers is rounded n - 1 times, whatever the order, and no part of it is larger than all that is positive in
it, or all that is negative (Higham, Accuracy and Stability of Numerical Algorithms, chapter 4). Terms that are 0 are
not rounded, and neither are multiples of one power of two with a small sum: so classes stay exact. Nothing is said of
the order, nor of whether a product is rounded before it is added, so the bounds hold for any library and processor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rasp.model.arrays import Array
from rasp.model.sparse import Factor

SLACK = 1 + 2.0**-16  # the bounds are themselves worked out in float64
TINY = 2.0**-50  # numbers as small as that are 0 but for their error: beside any other they vanish
GRID = 6  # binary digits behind the point of numbers whose sums are looked at whether they are exact
VANISHING = 2.0**-36  # too little to change an exact sum
OFF_GRID, INEXACT = 2.0**16, 2.0**32  # three counts in one number: terms, those off the grid, those with an error


@dataclass(frozen=True)
class Bounded:
    """Numbers as any implementation has them: each within `error` of `value`, and none larger than `size`.

    Without an error they are exactly the value. An error may be smaller than what single numbers vary by, where they
    only matter together.
    """

    value: Array
    error: Array
    size: Array

    @staticmethod
    def of(value: Array, error: Array) -> Bounded:
        """Numbers as they go on: next to nothing is 0, and next to an int, as classes are, is this int."""
        near = np.rint(value)
        off = np.abs(value - near)
        error = np.where(off <= error, error + off, error)
        value = np.where(off <= error, near, value) + 0.0
        tiny = np.abs(value) + error <= TINY
        error = np.where(tiny, np.abs(value) + error, error)
        value = np.where(tiny, 0.0, value)
        return Bounded(value, error, np.abs(value) + error)

    def __getitem__(self, rows: Array | slice) -> Bounded:
        return Bounded(self.value[rows], self.error[rows], self.size[rows])

    @property
    def passed_on(self) -> Array:
        """The error as it goes into a sum: to add what is tiny may cost thrice as much again."""
        return np.where(self.size <= TINY, 4 * self.error, self.error)

    @property
    def counted(self) -> Array:
        """For each number what it adds to the three counts of a sum."""
        inexact = (self.error > 0) | (self.size != np.abs(self.value))
        off_grid = inexact | (np.rint(self.value * 2.0**GRID) != self.value * 2.0**GRID)
        return np.where(self.size <= TINY, 0.0, 1 + OFF_GRID * off_grid + INEXACT * inexact)

    @property
    def uneven(self) -> Array:
        """The sizes of numbers that are no powers of two: products with others are exact."""
        exact = (self.error == 0) & (self.size == np.abs(self.value)) & are_powers(self.value)
        return np.where(exact, 0.0, self.size)


def joined(parts: Sequence[Bounded], axis: int) -> Bounded:
    """Numbers side by side, or below one another."""
    columns = zip(*((part.value, part.error, part.size) for part in parts), strict=True)
    return Bounded(*(np.concatenate(column, axis) for column in columns))


@dataclass(frozen=True)
class Sums:
    """Sums with the error that their terms bring along, and that of rounding each sum on its own."""

    value: Array
    inherited: Array
    rounding: Array

    def bounded(self) -> Bounded:
        """The sums as numbers."""
        return Bounded.of(self.value, self.inherited + self.rounding)


def are_powers(numbers: Array) -> Array:
    """Whether numbers are 0 or powers of two, with any sign."""
    made: Array = (numbers == 0) | (np.frexp(np.abs(numbers))[0] == 0.5)
    return made


@dataclass(frozen=True)
class Terms:
    """What sums are made of: exact sums, sums of sizes, of errors, of rounded products' sizes, and the three counts."""

    value: Array
    size: Array
    error: Array
    products: Array
    counts: Array

    def rounded(self, unit: float, on_grid: Array | bool) -> Sums:
        """The sums; a product or a sum is wrong by the share `unit` at most. `on_grid`: the other factors are ints."""
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
        return Sums(self.value, np.where(vanish, 0.0, self.error * SLACK), np.where(lone | whole, 0.0, rounded))


class Weighing:
    """A matrix of weights (a, b) with a bias (b,), for sums over rows (n, a) with bounds.

    >>> whole = Weighing(np.array([[1.0], [1.0]]), np.array([-1.0]), 2.0**-24)
    >>> rows = Bounded.of(np.array([[1.0, 1.0]]), np.zeros((1, 2)))
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
        self._counts = Bounded.of(self._bias, np.zeros_like(self._bias)).counted

    @cached_property
    def read(self) -> Array:
        """The places of a row that are read; one at least."""
        places = np.flatnonzero(self.matrix.any(axis=1))
        return places if len(places) else np.zeros(1, dtype=np.int64)

    @cached_property
    def narrow(self) -> Weighing:
        """The matrix for rows of what is read."""
        return Weighing(self.matrix[self.read], self._bias, self._unit)

    @cached_property
    def written(self) -> Array:
        """The sums that are not always 0."""
        return np.flatnonzero(self.matrix.any(axis=0) | (self._bias != 0))

    @cached_property
    def writing(self) -> Weighing:
        """The matrix of those sums alone."""
        return Weighing(self.matrix[:, self.written], self._bias[self.written], self._unit)

    def sums(self, rows: Bounded) -> Sums:
        """Rows times the matrix, with the bias."""
        terms = (
            self._signed.times(rows.value) + self._bias,
            self._sizes.times(rows.size) + np.abs(self._bias),
            self._sizes.times(rows.passed_on),
            self._uneven.times(rows.uneven),
            self._entries.times(rows.counted) + self._counts,
        )
        return Terms(*terms).rounded(self._unit, self._on_grid)
