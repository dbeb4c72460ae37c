"""Products of rows with matrices that are mostly zero.

Most units of a compiled model read few dimensions and write two. For many rows, it pays to find the zeros first.
"""

from __future__ import annotations

import numpy as np

from rasp.model.arrays import Array

FEWER = 64  # if a matrix has this many times fewer entries than its size, single products are faster
SMALL = 2**14  # up to this size, a matrix is multiplied as it is


class Factor:
    """A matrix (a, b) to multiply rows (n, a) with: by its entries, or without rows and columns that are zero.

    >>> matrix = np.zeros((300, 200))
    >>> matrix[[5, 7], [3, 3]] = 1, 2
    >>> Factor(matrix).times(np.ones((1, 300)))[0, 2:5].tolist()
    [0.0, 3.0, 0.0]
    """

    def __init__(self, matrix: Array) -> None:
        self._width = matrix.shape[1]
        self._inner: Array | None = matrix  # without zero rows and columns; None if entries are used
        self._rows: Array | slice = slice(None)
        self._columns: Array | slice = slice(None)
        if matrix.size > SMALL:
            self._look_at(matrix)

    def _look_at(self, matrix: Array) -> None:
        columns, rows = np.nonzero(matrix.T)
        known, starts = np.unique(columns, return_index=True)
        read = np.unique(rows)
        if len(rows) * FEWER < len(read) * len(known):
            self._inner, self._values = None, matrix[rows, columns]
            self._rows, self._columns, self._starts = rows, known, starts
        elif 2 * len(read) * len(known) < matrix.size:
            self._inner = matrix[np.ix_(read, known)]
            self._rows, self._columns = read, known

    def times(self, rows: Array) -> Array:
        """The product, (n, b)."""
        chosen = rows[:, self._rows]
        if self._inner is None:
            inner = np.add.reduceat(chosen * self._values, self._starts, axis=1)
        else:
            inner = chosen @ self._inner
        if isinstance(self._columns, slice):
            return inner
        made = np.zeros((len(rows), self._width), dtype=rows.dtype)
        made[:, self._columns] = inner
        return made
