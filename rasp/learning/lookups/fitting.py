"""Fits the weights of a sum of look-ups: multinomial logistic regression on categorical variables, by L-BFGS.

A row is a token, or a sequence if that has one label. In a sequence, a feature may have a value at every token; their
weights are then added (a bag of features). Labels are few and rows many, so arrays of (rows, labels) lie in memory
label by label (Fortran order): sums over labels then take a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rasp.model.arrays import Array

MEMORY = 6  # steps that L-BFGS remembers
SHRINK = 12  # most halvings of a step (line search)


class LookupFeature(NamedTuple):
    """The value of each row, or of each token in a bag; `starts` are the first tokens of the rows of a bag."""

    values: Array
    size: int
    starts: Array | None = None

    def scores(self, weights: Array) -> Array:
        """The sum of the weights in each row, (rows, labels)."""
        found = weights.T.take(self.values, axis=1)
        return found.T if self.starts is None else np.add.reduceat(found, self.starts, axis=1).T

    def sums(self, rows: Array) -> Array:
        """For each value, the sum over the rows that have it, (size, labels)."""
        if self.starts is not None:
            sizes = np.diff(np.append(self.starts, len(self.values)))
            rows = np.repeat(rows, sizes, axis=0)
        return np.stack([np.bincount(self.values, column, self.size) for column in rows.T], axis=1)


def shares(scores: Array) -> Array:
    """Probabilities of labels (softmax).

    >>> shares(np.array([[0.0, 0.0], [0.0, np.log(3.0)]])).round(2)
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    raised = np.exp(scores - scores.max(1, keepdims=True))
    found: Array = raised / raised.sum(1, keepdims=True)
    return found


def fit(
    features: Sequence[LookupFeature], labels: Array, count: int, start: list[Array], ridge: float, steps: int
) -> list[Array]:
    """Fits the weights of each feature, (size, labels), from `start`; `ridge` is the L2 penalty."""
    asked = labels >= 0
    wanted = np.zeros((len(labels), count), order="F")
    wanted[asked, labels[asked]] = 1
    sizes = [feature.size * count for feature in features]
    cuts = np.cumsum(sizes)[:-1]

    def unpack(flat: Array) -> list[Array]:
        return [part.reshape(-1, count) for part in np.split(flat, cuts)]

    def loss(flat: Array) -> tuple[float, Array]:
        weights = unpack(flat)
        found = np.zeros((len(labels), count), order="F")
        for feature, one in zip(features, weights, strict=True):
            found += feature.scores(one)
        top = found.max(1)
        raised = np.exp(found - top[:, None])
        total = raised.sum(1)
        value = ((np.log(total) + top - (found * wanted).sum(1)) * asked).sum() + ridge / 2 * float(flat @ flat)
        rest = (raised / total[:, None] - wanted) * asked[:, None]
        slope = np.concatenate([feature.sums(rest).ravel() for feature in features])
        return value, slope + ridge * flat

    return unpack(descend(loss, np.concatenate([one.ravel() for one in start]), steps))


def descend(loss: Callable[[Array], tuple[float, Array]], at: Array, steps: int) -> Array:
    """Minimises a convex loss by L-BFGS (Nocedal and Wright, "Numerical Optimization", algorithm 7.5).

    >>> found = descend(lambda x: (float(((x - 3) ** 2).sum()), 2 * (x - 3)), np.zeros(2), 20)
    >>> found.round(3).tolist()
    [3.0, 3.0]
    """
    value, slope = loss(at)
    pairs: list[tuple[Array, Array, float]] = []
    for _ in range(steps):
        way = -_apply_inverse(pairs, slope)
        falls = float(way @ slope)
        if falls >= 0:
            break
        size = 1.0 if pairs else min(1.0, 1.0 / (np.abs(slope).sum() + 1e-12) * 10)
        for _ in range(SHRINK):
            then, there = loss(at + size * way)
            if then <= value + 1e-4 * size * falls:
                break
            size /= 2
        else:
            break
        moved, turned = size * way, there - slope
        close = value - then <= 1e-6 * abs(value)
        at, value, slope = at + moved, then, there
        if float(moved @ turned) > 1e-12:
            pairs = [*pairs[-MEMORY + 1 :], (moved, turned, float(moved @ turned))]
        if close:
            break
    return at


def _apply_inverse(pairs: Sequence[tuple[Array, Array, float]], slope: Array) -> Array:
    """The gradient times an estimate of the inverse Hessian."""
    made = slope.copy()
    shifts = []
    for moved, turned, product in reversed(pairs):
        shift = float(moved @ made) / product
        made -= shift * turned
        shifts.append(shift)
    if pairs:
        moved, turned, product = pairs[-1]
        made *= product / float(turned @ turned)
    for (moved, turned, product), shift in zip(pairs, reversed(shifts), strict=True):
        made += moved * (shift - float(turned @ made) / product)
    return made
