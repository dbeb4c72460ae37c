"""Selectors and aggregates on whole matrices: the reference for the faster modules, which tests compare with it.

A selector on a batch is a bool array (batch, n, n): rows are queries, columns are keys. As in `Values`, an axis of
length 1 is broadcast, so `select(indices, 0, ==)` is one row, and `full_s` a single entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import compress
from typing import Any

import numpy as np

from rasp.engine.failure import fail, failures_with, locate_failure, raise_failures
from rasp.engine.values import (
    ALL,
    BOOL,
    COMPARE,
    EXACT,
    FLOAT,
    INT,
    INT64,
    STRING,
    Array,
    BatchShape,
    Values,
    atoms,
    constant,
    from_rows,
    judge_kinds,
    merge_parts,
    numeric,
    peak,
)
from rasp.errors import BadMean, MixedKinds, NotFinite, RaspError
from rasp.graph.atoms import KINDS, show_atom
from rasp.graph.nodes import Atom
from rasp.graph.operators import OPERATORS

BLOCK = 2**22  # entries of a selector that are converted to numbers at once
FLOAT32_EXACT = 2**24

NARROW = 64  # length from which on narrow types are faster
CHARACTERS = np.dtype("U1")


# ------------------------------------------------------------------------------------------------- selecting


def select(op: str, keys: Values, queries: Values) -> Array:
    """The matrix whose entry (query i, key j) is `keys[j] op queries[i]`.

    Strings never equal other kinds; WrongOperand where a string and another kind are to be ordered.
    """
    plain = _plain(keys, queries)
    if plain is None and check_order(op, keys, queries).all():
        return np.full((1, 1, 1), op == "!=")
    key, query = plain or map(compact, comparable(keys, queries))
    return COMPARE[op](key[:, None, :], query[:, :, None])  # (batch, n, n)


def _plain(keys: Values, queries: Values) -> tuple[Array, Array] | None:
    """Two short sequences of the same simple dtype as arrays to compare; None for others."""
    if keys.kinds is not queries.kinds or len(keys.kinds) > 1:
        return None
    key, query = keys.data, queries.data
    if key.shape[1] >= NARROW or query.shape[1] >= NARROW:
        return None
    if key.dtype is query.dtype and key.dtype.kind in "bif":
        return key, query
    return (keys.codes(), queries.codes()) if key.dtype == query.dtype == CHARACTERS else None


def check_order(op: str, keys: Values, queries: Values) -> Array:
    """Which inputs of a batch have strings on one side only. Raises WrongOperand if `op` orders these."""
    unlike: Array = (keys.kinds == STRING) != (queries.kinds == STRING)
    if unlike.any() and op not in ("==", "!="):
        _refuse(op, keys, queries, unlike)
    return unlike


def _refuse(op: str, keys: Values, queries: Values, unlike: Array) -> None:
    """Raise the error of ordering a string and another kind, for the first key and first query of unlike rows."""
    count = max(keys.shape[0], queries.shape[0])
    listed = [atoms(side, (count, side.shape[1])) for side in (keys, queries)]
    for row in np.flatnonzero(np.broadcast_to(unlike, count)).tolist():
        pair = tuple(rows[row][0] for rows in listed)
        try:
            OPERATORS[op].function(*pair)
        except RaspError as error:
            fail(locate_failure(error, row, 0, pair))
    raise_failures()


def comparable(*sides: Values) -> list[Array]:
    """The values as numbers in the same order, which is one order for all sides together."""
    if len(sides) == 2 and sides[0] is sides[1]:
        return comparable(sides[0]) * 2
    numbers = numeric(*sides)
    if numbers is not None:
        return numbers
    if {side.data.dtype for side in sides} == {CHARACTERS}:
        return [side.codes() for side in sides]
    return _ranks(*(side.data for side in sides))


def _ranks(*sides: Array) -> list[Array]:
    """The rank of each element among all distinct ones, numbers before strings."""
    listed = [side.ravel().tolist() for side in sides]
    different = set().union(*listed)
    texts = sorted(atom for atom in different if isinstance(atom, str))
    numbers = sorted(atom for atom in different if not isinstance(atom, str))
    rank = {atom: number for number, atom in enumerate(numbers + texts)}
    return [
        np.fromiter(map(rank.__getitem__, atoms), np.int64, len(atoms)).reshape(side.shape)
        for atoms, side in zip(listed, sides, strict=True)
    ]


def compact(data: Array) -> Array:
    """Ints in a narrower type if they fit it, because the time of n × n comparisons grows with the operands' size.

    >>> compact(np.arange(100)).dtype, compact(np.arange(3)).dtype
    (dtype('int16'), dtype('int64'))
    """
    if data.shape[-1] < NARROW or data.dtype.kind == "f":
        return data
    largest = peak(data)
    return data.astype(np.int16) if largest < 2**15 else data.astype(np.int32) if largest < 2**31 else data


# ------------------------------------------------------------------------------------------------- best keys


def best(selector: Array, scores: Values) -> Array:
    """The keys with the highest score among those that each row selects, (batch, n, n); all ties are kept.

    Scores are compared as RASP orders them: numbers by value, strings by code point.
    """
    if scores.data.shape[1] == 1:  # all scores of an input are equal
        return selector
    heights = compact(positive_ranks(*comparable(scores)))[:, None, :]  # (batch, 1, n)
    step = max(1, BLOCK // (max(len(selector), len(heights)) * heights.shape[2]))
    starts = range(0, selector.shape[1], step)
    blocks = [highest(selector[:, start : start + step], heights) for start in starts]
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)


def nearest(selector: Array, size: int) -> Array:
    """The key nearest to the query among those that each row selects, (batch, n, n); of two as near, the left one.

    >>> nearest(np.array([[[True, False, True, False, True]]]), 5)[0].argmax(axis=1)
    array([0, 0, 2, 2, 4])
    """
    step = max(1, BLOCK // (len(selector) * size))
    blocks = []
    for start in range(0, size, step):
        stop = min(start + step, size)
        rows = selector if selector.shape[1] == 1 else selector[:, start:stop]
        blocks.append(highest(rows, nearness(start, stop, size)[None]))
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)


def nearness(start: int, stop: int, size: int) -> Array:
    """For each query from `start` up to, not including, `stop`, how near each key is, (queries, size): ints from 1 on.

    >>> nearness(1, 2, 4).tolist()
    [[13, 15, 11, 7]]
    """
    keys = np.arange(size, dtype=np.int32)
    away = 4 * (keys - keys[start:stop, None]) + 1  # 1, -3, 5, -7, … in order of nearness
    return compact(4 * size - np.abs(away))


def positive_ranks(data: Array) -> Array:
    """Numbers as ints from 1 on, in the same order."""
    if data.dtype.kind == "f" or peak(data) >= INT64 // 4:
        data = np.unique(data, return_inverse=True)[1].reshape(data.shape)
    return data.astype(np.int64) - int(data.min()) + 1


def highest(selector: Array, heights: Array) -> Array:
    """As `best`, for scores that are ints from 1 on.

    >>> highest(np.array([[[True, True, False]]]), np.array([[[2, 5, 9]]]))
    array([[[False,  True, False]]])
    """
    reached = selector * heights  # (batch, block, n), 0 where a key is not selected
    kept: Array = selector & (reached == reached.max(axis=2, keepdims=True))
    return kept


# -------------------------------------------------------------------------------------------------- counting


def width(selector: Array, size: int) -> Array:
    """The number of the `size` keys that each row selects, as ints (batch, n)."""
    if selector.shape[2] == 1:
        return selector[:, :, 0] * np.int64(size)
    ones = np.ones((1, size), dtype=np.float32 if size < FLOAT32_EXACT else np.float64)
    counts: Array = product(selector, ones).astype(np.int64)
    return counts


def product(selector: Array, values: Array) -> Array:
    """The sums over the selected keys, (batch, queries), in the dtype of `values` (batch, keys).

    >>> product(np.array([[[True, True, False], [False, False, True]]]), np.array([[1.0, 2.0, 4.0]]))
    array([[3., 4.]])
    """
    batch, queries, size = selector.shape
    selector_step = max(1, BLOCK // (batch * size))
    if queries <= selector_step:
        return _block_product(selector, values)
    blocks = [selector[:, start : start + selector_step] for start in range(0, queries, selector_step)]
    return np.concatenate([_block_product(block, values) for block in blocks], axis=1)


def _block_product(selector: Array, values: Array) -> Array:
    weights = selector.astype(values.dtype)  # (batch, block, n)
    if len(selector) == 1:
        product: Array = values @ weights[0].T  # one matrix product for the whole batch
    else:
        product = (weights @ values[:, :, None])[:, :, 0]
    return product


# ----------------------------------------------------------------------------------------------- aggregating


def aggregate(default: Atom, selector: Array, values: Values, size: int) -> Values:
    """The mean of the selected values; a single selected value, of any kind, as it is; the default where none is.

    Raises BadMean for several bools or strings, MixedKinds, and NotFinite for a mean too large for a float.
    """
    counts = width(selector, size)  # (batch, n)
    several = counts > 1
    shape = np.broadcast_shapes(selector.shape[:2], (values.shape[0], 1))
    if several.any():
        _check_means(several, selector, values, shape, size)
    typed = _aggregate_typed(default, counts, selector, values, size)
    return _aggregate_exactly(default, selector, values, shape, size) if typed is None else typed


def _check_means(several: Array, selector: Array, values: Values, shape: BatchShape, size: int) -> None:
    """Raise BadMean if a row selects several keys whose values have no mean."""
    bad = several & ((values.kinds == BOOL) | (values.kinds == STRING))[:, None]
    if not bad.any():
        return
    bad, kinds = np.broadcast_to(bad, shape), np.broadcast_to(values.kinds, shape[:1]).tolist()
    shown, listed = np.broadcast_to(selector, (*shape, size)), atoms(values, (shape[0], size))
    for row in np.flatnonzero(bad.any(axis=1)).tolist():
        position = int(bad[row].argmax())
        chosen: list[bool] = shown[row, position].tolist()
        fail(locate_failure(bad_mean(kinds[row], sum(chosen)), row, position, tuple(compress(listed[row], chosen))))
    raise_failures()


def bad_mean(kind: int, count: int) -> BadMean:
    """The error for a mean of several bools or strings."""
    return BadMean(
        f"{count} {KINDS[kind]}s are selected at this position, and {KINDS[kind]}s have no mean",
        hint="`indicator` turns bools into ints." if kind == BOOL else "Select at most one key at each position.",
    )


def _aggregate_typed(default: Atom, counts: Array, selector: Array, values: Values, size: int) -> Values | None:
    """As `aggregate`, on whole arrays; None if no typed array holds the result."""
    ways: list[tuple[Array, Callable[[], Values | None]]] = [
        (counts == 0, lambda: constant(default)),
        (counts == 1, lambda: values_at(values, lambda: selector.argmax(axis=2))),
        (counts > 1, lambda: _means(counts, selector, values, size)),
    ]
    parts = []
    for where, make in ways:
        if where.any():
            value = make()
            if value is None or value.data.dtype.kind == "O":
                return None
            parts.append((where, value))
    return combine(parts)


def combine(parts: list[tuple[Array, Values]]) -> Values | None:
    """The parts, each with the mask of its elements, merged into one array.

    >>> halves = [(np.array([[True, False]]), constant(1)), (np.array([[False, True]]), constant(2.5))]
    >>> combine(halves).data
    array([[1. , 2.5]])
    """
    if len(parts) > 1:
        return merge_parts(parts)
    where, value = parts[0]
    shape = np.broadcast_shapes(where.shape, value.data.shape)
    return Values(np.broadcast_to(value.data, shape), value.kinds, value.bools)


def values_at(values: Values, key_indices: Callable[[], Array]) -> Values:
    """At each position the value of the key at `key_indices()`, (batch, n)."""
    if values.data.shape[1] == 1:
        return values
    first = key_indices()
    bools = None if values.bools is None else take(values.bools, first)
    return judge_kinds(Values(take(values.data, first), values.kinds, bools))


def take(data: Array, key_indices: Array) -> Array:
    """The entries of each row of `data`, (batch, n) or (1, n), at the indices `key_indices` (batch, queries).

    >>> take(np.array([[5, 6, 7]]), np.array([[2, 0]]))
    array([[7, 5]])
    """
    if len(data) == 1:
        return data[0][key_indices]  # type: ignore[no-any-return]
    if len(key_indices) == 1:
        return data[:, key_indices[0]]
    return np.take_along_axis(data, key_indices, axis=1)


def _means(counts: Array, selector: Array, values: Values, size: int) -> Values | None:
    spread = Values(np.broadcast_to(values.data, (len(values.data), size)), values.kinds)
    sums = _sums(np.broadcast_to(selector, (*selector.shape[:2], size)), spread, int(counts.max()))
    if sums is None:
        return None
    means = (sums + 0.0) / np.maximum(counts, 1)  # + 0.0 makes 0.0 of -0.0
    return Values(means, ALL[FLOAT]) if np.isfinite(means).all() else None


def _sums(selector: Array, values: Values, most: int) -> Array | None:
    """The sums over the selected keys; those of ints are rounded once. None if only Python's ints are exact.

    `most` is the largest number of keys that a row selects.
    """
    data = values.data
    if data.dtype.kind == "O":
        return None
    if data.dtype.kind == "f":
        whole = (values.kinds < FLOAT)[:, None]
        exact = not whole.any() or np.where(whole, np.abs(data), 0.0).max() * most <= EXACT
        return product(selector, data) if exact else None
    largest = peak(data) * most
    for bound, number in ((FLOAT32_EXACT, np.float32), (EXACT, np.float64), (INT64 - 1, np.int64)):
        if largest <= bound:
            return product(selector, data.astype(number)).astype(np.float64)
    return None


def _aggregate_exactly(default: Atom, selector: Array, values: Values, shape: BatchShape, size: int) -> Values:
    """As `aggregate`, position by position in Python's numbers, for sequences that no typed array holds."""
    shown = np.broadcast_to(selector, (*shape, size))
    listed = atoms(values, (shape[0], size))
    kinds = np.broadcast_to(values.kinds, shape[:1]).tolist()
    rows = []
    for row_number in range(shape[0]):
        row: list[Any] = []
        for position in range(shape[1]):
            chosen = list(compress(listed[row_number], shown[row_number, position].tolist()))
            try:
                row.append(mean(chosen, kinds[row_number], default))
            except NotFinite as error:
                fail(locate_failure(error, row_number, position, tuple(chosen)))
                break
        rows.append(row)
    raise_failures()
    return with_default(default, rows, np.logical_not(shown.any(axis=2)))


def with_default(default: Atom, rows: list[list[Any]], none: Array) -> Values:
    """The result of an aggregate from its elements; `none` (batch, n) is true where nothing is selected.

    Raises MixedKinds if the default is a string and the values are not, or the other way round.
    """
    try:
        return from_rows(rows)
    except MixedKinds as raised:
        other = "0" if isinstance(default, str) else '""'
        for error in failures_with(raised):
            position = int(none[error.row or 0].argmax())
            error.diagnostic.hint = (
                f"Nothing is selected at position {position}, so the default {show_atom(default)} stands there. "
                f"A third part gives another: aggregate(selector, sop, {other})."
            )
        raise


def mean(chosen: list[Any], kind: int, default: Atom) -> Atom:
    """The result of an aggregate at one position, from the values that it selects and the kind of all values.

    >>> mean([], STRING, 0), mean(["a"], STRING, 0), mean([1, 2], INT, 0)
    (0, 'a', 1.5)
    """
    if len(chosen) < 2:
        return chosen[0] if chosen else default
    try:
        total = float(sum(chosen)) if kind == INT else _float_sum(chosen)
    except OverflowError:
        raise sum_too_large() from None
    return total / len(chosen)


def _float_sum(chosen: list[Any]) -> float:
    try:
        return math.fsum(chosen) + 0.0
    except OverflowError:  # perhaps only a partial sum overflows
        return float(sum(map(Fraction, chosen)))


def sum_too_large() -> NotFinite:
    """The error for a sum that exceeds the largest float."""
    return NotFinite("the sum of the selected values is too large for a float")
