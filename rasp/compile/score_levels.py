"""Bounds for attention scores: which keys share the weight of a row, and how evenly.

A head of ours scores in *levels* that are far apart: all that is on the highest level of a row shares its weight, and
the rest weighs next to nothing. So it is enough to know how far scores of one level may lie apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasp.compile.correlated_errors import Side
from rasp.compile.rounding import INEXACT, Bounded, Terms
from rasp.model.arrays import Array

APART = 16.0  # scores that lie so far apart are of two levels
SCALING = 4  # roundings of a score when it is divided by the root of d_head, in whatever way
EXP = 8  # roundings that an exp may be wrong by; near 0 it is 1
VANISHING = 2.0**-30  # so small a change of a score, or share of other weights, is lost in 1


@dataclass(frozen=True)
class Levels:
    """For each pair of a query and a key the level, higher ones being better, and how far the score may lie from it.

    By query and level: whether all its keys score exactly alike, and by how much any lower key scores less.
    """

    level: Array  # (queries, keys)
    error: Array  # (queries, keys)
    even: Array  # (queries, levels)
    below: Array  # (queries, levels)


def levels(query: Side, key: Side, unit: float) -> Levels:
    """The levels of all pairs of queries and keys, (n, d_head) and (m, d_head).

    >>> from rasp.compile.correlated_errors import Side
    >>> def exact(value):
    ...     none = np.zeros_like(value)
    ...     return Side(Bounded.of(value, none), none, none[:, :0], none[:0])
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
    return Levels(level, wrong, _table(shape, at, even, False), below)


def _table(shape: tuple[int, int], at: tuple[Array, Array], numbers: Array, empty: object) -> Array:
    made = np.full(shape, empty)
    made[at] = numbers
    return made


def _scores(query: Side, key: Side, unit: float) -> tuple[Array, Array, Array]:
    """Scores, their errors, and which are surely alike if they are equal: of one product at most, of exact numbers."""
    one, other = query.rows, key.rows
    size = one.size @ other.size.T
    counts = _are_there(one) @ _are_there(other).T
    inexact = _are_inexact(one) @ _are_there(other).T + _are_there(one) @ _are_inexact(other).T
    error = _wrong(query, key)
    terms = Terms(one.value @ other.value.T, size, error, size, counts + inexact * INEXACT)
    made = terms.rounded(unit, False)
    root = np.sqrt(one.value.shape[1])
    alike = (counts <= 1) & (inexact == 0) & (error <= VANISHING * np.maximum(1, np.abs(made.value)))
    wrong = made.inherited + made.rounding + SCALING * unit * (np.abs(made.value) + error)
    return made.value / root, wrong / root, alike


def _wrong(query: Side, key: Side) -> Array:
    """How far the errors of both sides may shift each score, before it is divided."""
    one, other = query.rows, key.rows
    apart = one.passed_on @ other.size.T + one.size @ other.passed_on.T
    together = query.alone @ np.abs(other.value).T + np.abs(one.value) @ key.alone.T + one.error @ other.error.T
    together += query.wrong @ np.abs(query.moves @ other.value.T)
    together += np.abs(one.value @ key.moves.T) @ key.wrong.T
    least: Array = np.minimum(apart, together)
    return least


def _are_there(rows: Bounded) -> Array:
    return (rows.counted > 0) * 1.0


def _are_inexact(rows: Bounded) -> Array:
    return ((rows.counted > 0) & (rows.error > 0)) * 1.0


def unevenness(count: Array, largest: Array, total: Array, even: Array, unit: float) -> tuple[Array, Array]:
    """By which share the weight of a key of the highest level may differ from 1 / count, before weights are rounded.

    `largest` and `total` are the largest and the sum of how far the scores of that level may lie from it. All weights
    together stay 1. And by which share of their standard deviation a mean of keys' numbers may: what that changes by is
    their covariance with how far scores are off.
    """
    some = EXP + 2 * largest  # roundings of exp, and of the score less the largest one
    largest, total = largest + some * unit, total + count * some * unit
    spread = np.exp(np.minimum(2 * largest, 600))
    own = np.maximum(1 - 1 / (spread * count) - spread / count, 0)
    shift = np.expm1(np.minimum(largest * own + total * spread / count, 600))
    mean = np.sqrt(largest * total / count) * np.exp(np.minimum(largest, 600))
    even = even | (count == 1)
    return np.where(even, 0.0, shift), np.where(even, 0.0, np.minimum(shift, mean))
