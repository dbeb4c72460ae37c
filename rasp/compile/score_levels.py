"""Error bounds for attention scores: which keys share the weight of a row, and how evenly.

The scores of a compiled head form *levels* that are far apart. The keys on the highest level of a row share its weight,
and the others have almost none. So it is enough to bound how far the scores within one level are apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasp.compile.correlated_errors import Side
from rasp.compile.rounding import INEXACT, BoundedNumbers, RoundedTerms
from rasp.model.arrays import Array

APART = 16.0  # the smallest difference of scores between two levels
SCALING = 4  # roundings, at most, when a score is divided by the root of d_head
EXP = 8  # error of an exp, in roundings
VANISHING = 2.0**-30  # a relative change so small that 1 plus it is rounded to 1


@dataclass(frozen=True)
class ScoreLevels:
    """For each query and key, the level of the score (higher is better) and a bound for its distance from the level.

    For each query and level, whether all its keys have exactly equal scores, and how much lower all lower keys score.
    """

    level: Array  # (queries, keys)
    error: Array  # (queries, keys)
    even: Array  # (queries, levels)
    below: Array  # (queries, levels)


def levels(query: Side, key: Side, unit: float) -> ScoreLevels:
    """The levels of all pairs of queries and keys, (n, d_head) and (m, d_head).

    >>> from rasp.compile.correlated_errors import Side
    >>> def exact(value):
    ...     none = np.zeros_like(value)
    ...     return Side(BoundedNumbers.of(value, none), none, none[:, :0], none[:0])
    >>> found = levels(exact(np.array([[-90.5]])), exact(np.array([[0.0], [1.0], [0.0]])), 2.0**-24)
    >>> found.level.tolist(), found.even.tolist(), found.error.tolist()[0][::2]
    ([[1, 0, 1]], [[True, True]], [0.0, 0.0])
    """
    value, error, alike = _scores(query, key, unit)
    order = np.argsort(value, axis=1, kind="stable")
    ranked, errors, firm = (np.take_along_axis(part, order, axis=1) for part in (value, error, alike))
    first = np.concatenate([np.ones((len(value), 1), dtype=bool), np.diff(ranked, axis=1) > APART], axis=1)
    numbers = np.cumsum(first, axis=1) - 1
    starts = np.flatnonzero(first)
    at = starts // value.shape[1], numbers.ravel()[starts]
    low, high = (function.reduceat(ranked.ravel(), starts) for function in (np.minimum, np.maximum))
    even = np.logical_and.reduceat(firm.ravel(), starts) & (low == high)
    worst = np.maximum.reduceat(errors.ravel(), starts)
    top = np.maximum.reduceat((ranked + errors).ravel(), starts)
    shape = len(value), int(numbers.max()) + 1
    level = np.empty_like(order)
    np.put_along_axis(level, order, numbers, axis=1)
    rest = np.take_along_axis(_table(shape, at, (low + high) / 2, 0.0), level, axis=1)
    wrong = error + np.abs(value - rest)
    wrong[np.take_along_axis(_table(shape, at, even, False), level, axis=1)] = 0.0
    reached = np.maximum.accumulate(_table(shape, at, top, -np.inf), axis=1)
    below = np.full(shape, np.inf)
    below[:, 1:] = _table(shape, at, low - worst, 0.0)[:, 1:] - reached[:, :-1]
    return ScoreLevels(level, wrong, _table(shape, at, even, False), below)


def _table(shape: tuple[int, int], at: tuple[Array, Array], numbers: Array, empty: object) -> Array:
    made = np.full(shape, empty)
    made[at] = numbers
    return made


def _scores(query: Side, key: Side, unit: float) -> tuple[Array, Array, Array]:
    """Scores, their errors, and which stay equal if they are: those that are a single product of exact numbers."""
    one, other = query.rows, key.rows
    size = one.size @ other.size.T
    counts = _are_there(one) @ _are_there(other).T
    inexact = _are_inexact(one) @ _are_there(other).T + _are_there(one) @ _are_inexact(other).T
    error = _wrong(query, key)
    terms = RoundedTerms(one.value @ other.value.T, size, error, size, counts + inexact * INEXACT)
    made = terms.round(unit, False)
    root = np.sqrt(one.value.shape[1])
    alike = (counts <= 1) & (inexact == 0) & (error <= VANISHING * np.maximum(1, np.abs(made.value)))
    wrong = made.inherited + made.rounding + SCALING * unit * (np.abs(made.value) + error)
    return made.value / root, wrong / root, alike


def _wrong(query: Side, key: Side) -> Array:
    """A bound for the effect of both sides' errors on each score, before it is divided by the root of d_head."""
    one, other = query.rows, key.rows
    apart = one.passed_on @ other.size.T + one.size @ other.passed_on.T
    together = query.alone @ np.abs(other.value).T + np.abs(one.value) @ key.alone.T + one.error @ other.error.T
    together += query.wrong @ np.abs(query.moves @ other.value.T)
    together += np.abs(one.value @ key.moves.T) @ key.wrong.T
    least: Array = np.minimum(apart, together)
    return least


def _are_there(rows: BoundedNumbers) -> Array:
    return (rows.counted > 0) * 1.0


def _are_inexact(rows: BoundedNumbers) -> Array:
    return ((rows.counted > 0) & (rows.error > 0)) * 1.0


def unevenness(count: Array, largest: Array, total: Array, even: Array, unit: float) -> tuple[Array, Array]:
    """Two relative bounds, before weights are rounded: for the weight of a key of the highest level, and for means.

    The first bounds how much such a weight differs from 1 / count; all weights together stay 1. The second bounds how
    much a mean of the keys' numbers shifts, as a multiple of their standard deviation: the shift is the covariance of
    the numbers with the errors of the scores. `largest` and `total` are the largest and the sum of the bounds for these
    errors.
    """
    some = EXP + 2 * largest  # roundings of exp, and of the score less the largest one
    largest, total = largest + some * unit, total + count * some * unit
    spread = np.exp(np.minimum(2 * largest, 600))
    own = np.maximum(1 - 1 / (spread * count) - spread / count, 0)
    shift = np.expm1(np.minimum(largest * own + total * spread / count, 600))
    mean = np.sqrt(largest * total / count) * np.exp(np.minimum(largest, 600))
    even = even | (count == 1)
    return np.where(even, 0.0, shift), np.where(even, 0.0, np.minimum(shift, mean))
