"""Distinct rows and combinations of columns: finds them, and numbers them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from rasp.engine.values import Array as Array


def distinct_numbers(numbers: Array, size: int) -> tuple[Array, Array]:
    """The sorted distinct values of ints in `range(size)`, and the index of each int among them.

    >>> found, inverse = distinct_numbers(np.array([7, 2, 7]), 10)
    >>> found.tolist(), inverse.tolist()
    ([2, 7], [1, 0, 1])
    """
    if size > _table_size(len(numbers)):
        found, inverse = np.unique(numbers, return_inverse=True)
        return found, inverse
    occurs = np.zeros(size, dtype=bool)  # faster than sorting
    occurs[numbers] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[numbers]


def _table_size(count: int) -> int:
    """The entries up to which a table of all possible ints is faster than to sort so many of them."""
    return 4 * count + 1000


def combination_numbers(*columns: Array) -> Array:
    """For each row of int columns, the number of its combination of values."""
    return group_rows(*columns)[1]


def suffix_numbers(columns: Sequence[Array]) -> list[Array]:
    """For each column, numbers of the combinations of all columns after it; zeros for the last column.

    >>> [numbers.tolist() for numbers in suffix_numbers([np.array([0, 1, 1]), np.array([5, 5, 6])])]
    [[0, 0, 1], [0, 0, 0]]
    """
    if not columns:
        return []
    return list(itertools.accumulate(columns[:0:-1], combination_numbers, initial=np.zeros_like(columns[0])))[::-1]


def ranks(columns: Iterable[Array]) -> list[Array]:
    """Replaces columns of floats by columns of ints in the same order.

    >>> [column.tolist() for column in ranks([np.array([0.5, -1.0, 0.5])])]
    [[1, 0, 1]]
    """
    return [np.unique(column, return_inverse=True)[1] for column in columns]


def group_rows(*columns: Array) -> tuple[Array, Array]:
    """Distinct rows of int columns: the index of the first row of each, and for each row the number of its kind.

    >>> firsts, numbers = group_rows(np.array([1, 1, 0]), np.array([5, 5, 5]))
    >>> firsts.tolist(), numbers.tolist()
    ([2, 0], [1, 1, 0])
    """
    mixed = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        low = int(column.min(initial=0))
        span = int(column.max(initial=0)) - low + 1
        if size * span >= 2**62:
            mixed = np.unique(mixed, return_inverse=True)[1]
            size = len(mixed)
        mixed = mixed * span + (column - low)
        size *= span
    if size <= _table_size(len(mixed)):
        return _group_codes(mixed, size)
    _, firsts, numbers = np.unique(mixed, return_index=True, return_inverse=True)
    return firsts, numbers


def _group_codes(codes: Array, size: int) -> tuple[Array, Array]:
    """As `group_rows`, of ints in `range(size)`, by a table of them."""
    first = np.full(size, -1)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # of equal indices the last counts
    found = np.flatnonzero(first >= 0)
    firsts = first[found]
    first[found] = np.arange(len(found))
    return firsts, first[codes]


def distinct_rows(rows: Array) -> tuple[Array, Array]:
    """Distinct rows of an array: the index of the first row of each, and for each row the number of its kind.

    >>> firsts, numbers = distinct_rows(np.array([[1.0, 2.0], [0.0, 2.0], [1.0, 2.0]]))
    >>> rows = np.array(firsts)[numbers].tolist()
    >>> rows[0] == rows[2] != rows[1]
    True
    """
    whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()
    _, firsts, numbers = np.unique(whole, return_index=True, return_inverse=True)
    return firsts, numbers
