"""Selectors, aggregates and widths on one long input, without an n × n matrix.

An aggregate or a width becomes `Values`, a selector a `LazySelector`, which is summed term by term (`key_sums.py`). An
aggregate asks three things about each row of its selector: the number of selected keys, the sums of int weights over
them, and the position of a single key, which is the sum of the positions. So no matrix is needed.
Sums are exact (`limbs.py`). Results and errors are those of `attention.py`; tests compare the two.
"""

from __future__ import annotations

from itertools import compress
from typing import Any

import numpy as np

from rasp.base.limits import limits
from rasp.engine import attention
from rasp.engine.failure import locate_failure
from rasp.engine.key_sums import KeySums, key_sums
from rasp.engine.lazy_selectors import LazySelector, row_blocks
from rasp.engine.limbs import Limbs, join_floats, round_sum, split_floats, split_ints
from rasp.engine.sizes import too_long
from rasp.engine.values import ALL, BOOL, FLOAT, INT, STRING, Array, Values, atoms, constant
from rasp.errors import NotFinite
from rasp.graph.nodes import Aggregate, Compare, Node, SelectorWidth


def compute(node: Node, parts: tuple[Any, ...], size: int) -> Values | LazySelector:
    """The value of a selector, aggregate or width on one input of `size` elements, from the values of its operands."""
    match node:
        case Compare():
            attention.check_order(node.op, *parts)
        case Aggregate():
            return aggregate(node, key_sums(parts[0]), parts[1], size)
        case SelectorWidth():
            return Values(key_sums(parts[0]).counts()[None], ALL[INT])
    return LazySelector(node, parts, size)


def whole_matrix(selector: LazySelector) -> Array:
    """The whole matrix of a selector that the caller asked for, (1, n or 1, n)."""
    entries = row_blocks(selector)
    whole = np.empty((1, entries.rows, selector.size), dtype=np.bool_)
    for start, block in entries:
        whole[0, start : start + len(block)] = block
    return whole


def aggregate(node: Aggregate, chosen: KeySums, values: Values, size: int) -> Values:
    """As `attention.aggregate`, on one input."""
    counts = chosen.counts()[None]  # (1, n) or (1, 1)
    several = counts > 1
    kind = int(values.kinds[0])
    if kind in (BOOL, STRING) and several.any():
        position = int(several.argmax())
        error = attention.bad_mean(kind, int(counts[0, position]))
        raise locate_failure(error, 0, position, _selected_elements(chosen, values, position, size))
    single = counts == 1
    parts = []
    key_indices = np.zeros(counts.shape, dtype=np.int64)
    if single.any():
        if values.data.shape[1] > 1:
            key_indices = np.where(single, next(iter(chosen.sums([np.arange(size)])))[None], 0)
        parts.append((single, attention.values_at(values, lambda: key_indices)))
    means = np.zeros(counts.shape)
    if several.any():
        means = np.where(several, _means(chosen, counts, values, size), 0.0)
        parts.append((several, Values(means, ALL[FLOAT])))
    if (counts == 0).any():
        parts.insert(0, (counts == 0, constant(node.default)))
    typed = None if any(part.data.dtype.kind == "O" for _, part in parts) else attention.combine(parts)
    return _aggregate_objects(node, counts, key_indices, means, values, size) if typed is None else typed


def _aggregate_objects(
    node: Aggregate, counts: Array, key_indices: Array, means: Array, values: Values, size: int
) -> Values:
    """The result of an aggregate that no typed array holds, as Python atoms."""
    (elements,) = atoms(values, (1, size))
    row = [
        node.default if not count else elements[key_index] if count == 1 else mean
        for count, key_index, mean in zip(counts[0].tolist(), key_indices[0].tolist(), means[0].tolist(), strict=True)
    ]
    return attention.with_default(node.default, [row], counts == 0)


def _selected_elements(chosen: KeySums, values: Values, position: int, size: int) -> tuple[Any, ...]:
    """The elements that the query at a position selects."""
    return tuple(compress(atoms(values, (1, size))[0], chosen.row(position).tolist()))


# ------------------------------------------------------------------------------------------------------------ means


def _means(chosen: KeySums, counts: Array, values: Values, size: int) -> Array:
    """The means where several keys are selected, (1, n) or (1, 1). Raises NotFinite."""
    data = np.broadcast_to(values.data, (1, size))[0]
    if values.kinds[0] == FLOAT:
        return _float_means(chosen, counts, values, data, size)
    limbs = split_ints(data if data.dtype == object else data.astype(np.int64))
    several = counts > 1
    if limbs is None:
        return _exact_means(chosen, several, values, np.zeros(counts.shape), size)
    sums = list(chosen.sums(limbs.arrays))
    if len(sums) == 1:
        return (sums[0] + 0.0)[None] / np.maximum(counts, 1)
    return _means_by_limbs(chosen, several, counts, values, sums, limbs, size)


def _means_by_limbs(
    chosen: KeySums, several: Array, counts: Array, values: Values, sums: list[Array], limbs: Limbs, size: int
) -> Array:
    """Means of ints whose sums do not fit an int64."""
    parts = [np.broadcast_to(part, counts.shape[1]) for part in sums]
    means = np.zeros(counts.shape)
    for position in np.flatnonzero(several).tolist():
        total = round_sum([int(part[position]) for part in parts], limbs)
        if not np.isfinite(total):
            raise locate_failure(
                attention.sum_too_large(), 0, position, _selected_elements(chosen, values, position, size)
            )
        means[0, position] = total / int(counts[0, position])
    return means


def _float_means(chosen: KeySums, counts: Array, values: Values, data: Array, size: int) -> Array:
    several = counts > 1
    if data.dtype == object:
        try:
            data = np.array(list(map(float, data.tolist())))
        except OverflowError:
            return _exact_means(chosen, several, values, np.zeros(counts.shape), size)
    limbs = split_floats(data)
    totals = join_floats(chosen.sums(limbs.arrays), limbs)[None]
    infinite = several & ~np.isfinite(totals)
    if infinite.any():
        position = int(infinite.argmax())
        raise locate_failure(attention.sum_too_large(), 0, position, _selected_elements(chosen, values, position, size))
    return (totals + 0.0) / np.maximum(counts, 1)


def _exact_means(chosen: KeySums, where: Array, values: Values, means: Array, size: int) -> Array:
    """Compute the means where `where` is true in Python's numbers, each from its row of the matrix."""
    if np.count_nonzero(where) * size > limits.pairs:
        raise too_long(size)
    kind = int(values.kinds[0])
    (elements,) = atoms(values, (1, size))
    for position in np.flatnonzero(where).tolist():
        some = list(compress(elements, chosen.row(position).tolist()))
        try:
            means[0, position] = attention.mean(some, kind, 0)
        except NotFinite as error:
            raise locate_failure(error, 0, position, tuple(some)) from None
    return means
