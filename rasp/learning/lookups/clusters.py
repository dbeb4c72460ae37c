"""k-means: groups points that are close to each other into classes."""

from __future__ import annotations

import numpy as np

from rasp.model.arrays import Array

ROUNDS = 20


def k_means(points: Array, weights: Array, count: int, seed: int) -> tuple[Array, Array]:
    """The class of each point, and at most `count` centres; equal seeds give equal results.

    The first centres are drawn by distance (Arthur and Vassilvitskii, "k-means++", 2007). Classes are numbered by
    weight, the heaviest first.

    >>> points = np.array([[0.0], [0.1], [5.0], [5.1], [5.2]])
    >>> k_means(points, np.ones(5), 2, seed=0)[0].tolist()
    [1, 1, 0, 0, 0]
    """
    points = np.ascontiguousarray(points, np.float32)
    centres = _first(points, weights, min(count, len(points)), np.random.Generator(np.random.PCG64(seed)))
    chosen = nearest_centres(points, centres)
    for _ in range(ROUNDS):
        centres = _means(points, weights, chosen, centres)
        again = nearest_centres(points, centres)
        if (again == chosen).all():
            break
        chosen = again
    return _by_weight(chosen, weights, centres)


def nearest_centres(points: Array, centres: Array) -> Array:
    """The nearest centre to each point."""
    found: Array = ((centres**2).sum(1)[None] - 2 * (points @ centres.T)).argmin(1)
    return found


def _first(points: Array, weights: Array, count: int, random: np.random.Generator) -> Array:
    """The first centres, by k-means++: far from each other."""
    taken = [int(np.argmax(weights))]
    distances = ((points - points[taken[0]]) ** 2).sum(1)
    for _ in range(count - 1):
        shares = np.cumsum(distances * weights, dtype=np.float64)
        if shares[-1] <= 0:
            break
        taken.append(int(np.searchsorted(shares, random.random() * shares[-1])))
        distances = np.minimum(distances, ((points - points[taken[-1]]) ** 2).sum(1))
    return points[taken]


def _means(points: Array, weights: Array, chosen: Array, centres: Array) -> Array:
    totals = np.bincount(chosen, weights, len(centres))
    sums = np.stack([np.bincount(chosen, column * weights, len(centres)) for column in points.T], axis=1)
    some = totals > 0
    made = centres.copy()
    made[some] = (sums[some] / totals[some, None]).astype(np.float32)
    return made


def _by_weight(chosen: Array, weights: Array, centres: Array) -> tuple[Array, Array]:
    totals = np.bincount(chosen, weights, len(centres))
    order = np.argsort(-totals, kind="stable")
    order = order[totals[order] > 0]
    rank = np.zeros(len(centres), np.int64)
    rank[order] = np.arange(len(order))
    return rank[chosen], centres[order]
