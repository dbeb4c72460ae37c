"""Reading the rows of a training."""

from __future__ import annotations

import numpy as np

from rasp.train.inputs import RowPool


def unpacked(pool: RowPool, bos: int) -> list[tuple[list[int], list[int]]]:
    """The inputs of rows, with their labels, as lists of model ids."""
    found = []
    for row in range(len(pool)):
        for segment in (1, 2):
            places = np.flatnonzero(pool.segments[row] == segment)[bos:]
            if len(places):
                found.append((pool.ids[row, places].tolist(), pool.labels[row, places].tolist()))
    return found
