"""Which labels a sum of look-ups can choose at all: the others need no scores in the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rasp.model.arrays import Array


def chosen_labels(weights: Sequence[tuple[Array, bool]], order: Sequence[int]) -> list[int]:
    """The labels that can have the highest score, in their `order`; of equal scores, the first label is chosen.

    `weights` are (size, labels), each with whether they are added up over all words of a sequence. A label is left out
    if another one, which remains, has no lower score whatever is read.

    >>> import numpy as np
    >>> chosen_labels([(np.array([[0, 2, 2, -1], [0, -1, -1, -3]]), False)], [0, 1, 2, 3])
    [0, 1]
    """
    left = list(order)
    for label in reversed(order):
        others = [other for other in left if other != label]
        if any(_never_higher(weights, label, other, order) for other in others):
            left = others
    return left


def _never_higher(weights: Iterable[tuple[Array, bool]], label: int, other: int, order: Sequence[int]) -> bool:
    """Whether a label is never chosen because of another one: its score is always lower, or equal where it is later."""
    most = added = 0
    for one, pooled in weights:
        found = (one[:, label] - one[:, other]).max()
        most, added = (most, added + found) if pooled else (most + found, added)
    if added > 0:  # a long text can make it as high as one likes
        return False
    return bool(most + added < 0 or (most + added == 0 and order.index(other) < order.index(label)))
