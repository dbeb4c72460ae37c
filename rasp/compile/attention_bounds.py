"""Error bounds for the output of a head: weighted means over the keys of the highest score level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rasp.compile.correlated_errors import Kinds
from rasp.compile.rounding import SLACK, BoundedNumbers, RoundedTerms
from rasp.compile.score_levels import VANISHING, ScoreLevels, levels, unevenness
from rasp.model.arrays import Array, distinct_rows
from rasp.model.batch_inference import TooManyRows, slices

PAIRS = 2**22  # the most kinds of queries times kinds of keys; for more, inputs are split
UNKNOWN = 1e150  # in place of a standard deviation that is not computed
TOGETHER = 6  # the most sums of a head whose errors are bounded jointly


@dataclass(frozen=True)
class HeadOutput:
    """The output of a head (rows, d_head), the part of its errors from uneven weights, and the factors of a `Swing`."""

    sums: BoundedNumbers
    swung: Array
    factors: Array


class HeadBounds:
    """One head on a stream. Its output is a mean over the keys of the highest level; other keys hardly count."""

    def __init__(self, sides: Sequence[Kinds], of: Array, causal: bool, unit: float) -> None:
        self._queries, self._keys, values = sides
        self._value, self._value_of = values.side.rows, values.of
        self._of, self._causal, self._unit = of, causal, unit
        if len(self._queries.side) * len(self._keys.side) > PAIRS and len(of) > 1:
            raise TooManyRows
        self._levels: ScoreLevels = levels(self._queries.side, self._keys.side, unit)
        self._uneven = not self._levels.even.all()
        self.joint = self._read_together()
        self._columns = self._read_by_key()
        self.width = 2 + 2 * self._uneven + self._columns.shape[1]

    def _read_together(self) -> Array:
        """The columns whose errors are bounded jointly: all that are read, if they are few and weights are uneven."""
        columns = np.flatnonzero(self._value.size.any(axis=0))
        return columns[: len(columns) * (self._uneven and len(columns) <= TOGETHER)]

    def _read_by_key(self) -> Array:
        """The numbers to sum over keys: of columns of 0 and 1 the values; of others also sizes, errors and counts."""
        value = self._value
        exact = (value.error == 0) & ((value.value == 0) | (value.value == 1))
        self._plain = np.flatnonzero(exact.all(axis=0) & (value.value > 0).any(axis=0))
        self._other = np.flatnonzero(~exact.all(axis=0))
        parts = [value.value[:, self._plain]]
        parts += [part[:, self._other] for part in (value.value, value.size, value.passed_on, value.counted)]
        joint = value.value[:, self.joint]
        parts.append((joint[:, :, None] * joint[:, None, :]).reshape(len(joint), -1))
        return np.concatenate(parts, axis=1)

    def shares(self) -> Array:
        """For each position the highest level, its number of keys, how uneven their scores are, and the keys' sums."""
        of, found = self._of, self._levels
        made = np.empty((*of.shape, self.width))
        width = found.level.shape[1]
        level, error = found.level.ravel(), found.error.ravel()
        seen = np.tri(of.shape[1], dtype=bool)
        for part in slices(len(of), of.shape[1] * max(self.width, of.shape[1]), 1):
            pairs = self._queries.of[of[part]][:, :, None] * width + self._keys.of[of[part]][:, None, :]
            own = np.where(seen, level[pairs], -1) if self._causal else level[pairs]
            top = own.max(axis=2, keepdims=True)
            chosen = own == top
            made[part, :, 0], made[part, :, 1] = top[:, :, 0], chosen.sum(axis=2)
            if self._uneven:
                wrong = error[pairs] * chosen
                made[part, :, 2], made[part, :, 3] = wrong.max(axis=2), wrong.sum(axis=2)
            made[part, :, 2 + 2 * self._uneven :] = chosen.astype(np.float64) @ self._columns[self._value_of[of[part]]]
        return made.reshape(-1, self.width)

    def distinct(self, shares: Array, states: Array) -> tuple[Array, Array]:
        """Distinct rows of shares and queries: the first of each, and the number of each row's kind."""
        return distinct_rows(np.concatenate([self._queries.of[states][:, None], shares], axis=1) + 0.0)

    def read(self, shares: Array, states: Array) -> HeadOutput:
        """The output of the head for rows of `shares`, at positions of these states."""
        level, count = shares[:, 0].astype(np.int64), shares[:, 1:2]
        at = self._queries.of[states], level
        even = self._levels.even[at][:, None]
        rest = self._of.shape[1] * np.exp(-self._levels.below[at])[:, None]  # the weight of all lower keys
        largest, total = (shares[:, 2:3], shares[:, 3:4]) if self._uneven else (np.zeros_like(count),) * 2
        uneven, moved = unevenness(count, largest, total, even, self._unit)
        firm = (even | (count == 1)) & (rest <= VANISHING)  # all keys of the level have exp 1, so their sum is exact
        halved = firm & (np.frexp(count)[0] == 0.5)  # 1 / count is exact
        value, size, error, products, counts = self._sums(shares[:, 2 + 2 * self._uneven :])
        value, size, error = value / count, size / count, error / count
        spread, factors = self._spread(shares, value)
        swung = np.minimum(moved * spread, uneven * size)
        swung[:, self.joint] = (moved * spread)[:, self.joint]
        added = np.where(rest <= VANISHING, count, self._of.shape[1])
        rounded = np.where(firm, 0, (added + 1) * self._unit)
        error = error * (1 + uneven + rounded) + swung + size * (rounded + np.where(firm, 0, rest))
        error += np.where(halved, 0, 2 * self._unit) * np.abs(value) + 4 * rest * self._value.size.max(axis=0)
        products = np.where(halved, 0, products / count)
        on_grid = halved & (count <= 64) & (size <= 2.0**10)
        sums = RoundedTerms(value, size * (1 + uneven), error, products, counts).round(self._unit, on_grid)
        swung[:, np.setdiff1d(np.arange(swung.shape[1]), self.joint)] = 0
        return HeadOutput(sums.as_bounded(), swung, factors * moved[:, :, None] * SLACK)

    def _spread(self, shares: Array, value: Array) -> tuple[Array, Array]:
        """The standard deviation of the keys' numbers, (rows, d_head), and a factor of the joint covariance.

        Weights with a relative error shift a mean by at most this error times the standard deviation.
        """
        spread = np.full_like(value, UNKNOWN)
        spread[:, self._plain] = np.sqrt(np.maximum(value * (1 - value), 0))[:, self._plain]
        some = len(self.joint)
        if not some:
            return spread, np.zeros((len(shares), 0, 0))
        means, moments = value[:, self.joint], shares[:, -some * some :].reshape(-1, some, some)
        covariance = moments / shares[:, 1, None, None] - means[:, :, None] * means[:, None, :]
        sizes, axes = np.linalg.eigh(covariance)
        factors = np.sqrt(np.maximum(sizes, 0))[:, :, None] * axes.swapaxes(1, 2)
        spread[:, self.joint] = np.sqrt((factors**2).sum(axis=1))
        return spread, factors

    def _sums(self, sums: Array) -> list[Array]:
        """Values, sizes, errors, sizes of rounded products, and counts, each (rows, d_head)."""
        made = [np.zeros((len(sums), self._value.value.shape[1])) for _ in range(5)]
        few, more = len(self._plain), len(self._other)
        for part in (0, 1, 4):
            made[part][:, self._plain] = sums[:, :few]
        for part, index in ((0, 0), (1, 1), (2, 2), (3, 1), (4, 3)):
            made[part][:, self._other] = sums[:, few + index * more : few + (index + 1) * more]
        return made
