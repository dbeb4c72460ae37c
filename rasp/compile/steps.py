"""Feed-forwards as sums of steps: makes ReLU units that together compute a function on finitely many rows.

A row of the function has *contexts*, the classes in some one-hot cells, and *channels*, numbers that heads wrote. Its
result is a vector, mostly one-hot.

1. Classes of a cell that never lead to different results are merged. Contexts are joined into *boxes*, a set of classes
   for each cell, so that within a box the result depends on the channels alone (`_boxes`).
2. The rows of a box are sorted by a linear function of few channels, such that the result changes as few times as
   possible along this order (`_Ordering`).
3. A box needs a unit for the result at the start of its order: relu(s - c + 1), where s is the sum of the dimensions in
   the box's sets and c the number of cells, is 1 in the box and 0 outside. For each change of the result, it needs a
   *step* of two units: relu(u) - relu(u - 1), where u rises from 0 to 1 in the middle half of the gap between the two
   rows. Large weights on the box's dimensions keep both units at 0 outside of it.

A threshold of a mean, too, is linear in what a head writes: m > t if (weighted sum) - t · (1 - weight of BOS) > 0.
Here, the linear function is another one for each threshold. So a function of a mean needs as many steps as it has
changes, not as many as there are means.

For example, the head of `hist` writes 1 / (count + 1), here into dimension 3. Dimensions 4 and 5 stand for the counts 1
and 2. The order starts with 1/3, so the first unit writes count 2 (except at BOS, dimension 0), and one step replaces
it by count 1: u is 0 up to 3/8 and 1 from 11/24 on, so 1/3 and 1/2 are a quarter of the gap away from both corners.

>>> function = FunctionTable(contexts=np.zeros((2, 0), int), dims=(), reals=np.array([[1 / 2], [1 / 3]]),
...     real_dims=(3,), shares=(), results=np.array([0, 1]), vectors=({4: 1.0}, {5: 1.0}))
>>> for unit in units(function):
...     print({dim: round(float(weight), 6) for dim, weight in unit.weights.items()}, round(unit.bias, 6), unit.outputs)
{0: -1.0} 1.0 {5: 1.0}
{3: 12.0} -4.5 {5: -1.0, 4: 1.0}
{3: 12.0} -5.5 {5: 1.0, 4: -1.0}
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.errors import CannotCompile
from rasp.model.arrays import Array, combination_numbers, group_rows, ranks, suffix_numbers

WIDEST = 5_000_000  # entries of a table (classes, other columns) up to which classes are merged
NARROWEST = 1e-9  # the smallest gap, relative to the range of its linear function
FEW = 3  # the most channels of which every set is tried for an order
NARROWEST_LAST = 1e-12  # the same in the last layer: no later one can amplify rounding errors


@dataclass(frozen=True)
class Unit:
    """relu(weights · x + bias) · outputs; weights and outputs by dimension. `gap` is what a step resolves."""

    weights: Mapping[int, float]
    bias: float
    outputs: Mapping[int, float]
    gap: float | None = None


@dataclass(frozen=True)
class FunctionTable:
    """Rows of classes and channels, with the number of each row's result.

    `contexts` (rows, cells) are classes, and `dims` the first dimension of each cell. `reals` (rows, channels) are
    numbers, and `real_dims` the dimensions of the channels. `results` (rows,) are numbers of `vectors`, each by
    dimension. `shares` pairs channels of one head: the weight of BOS with a weighted sum. `narrowest` is the smallest
    allowed gap, relative to the range of its linear function.
    """

    contexts: Array
    dims: tuple[int, ...]
    reals: Array
    real_dims: tuple[int, ...]
    shares: tuple[tuple[int, int], ...]
    results: Array
    vectors: tuple[Mapping[int, float], ...]
    narrowest: float = NARROWEST


@dataclass(frozen=True)
class Box:
    """A set of classes for each cell (None for all classes), and the rows of the function in it."""

    sets: tuple[frozenset[int] | None, ...]
    reals: Array
    results: Array


@dataclass(frozen=True)
class Order:
    """An order of rows, and for each change of the result a linear function that rises there."""

    starts: int  # the result before the first change
    changes: tuple[tuple[int, int], ...]  # results before and after
    directions: Array  # (changes, channels)
    gaps: Array  # (changes, 2): the values of the function before and after

    @property
    def coarseness(self) -> float:
        """The smallest gap."""
        return float((self.gaps[:, 1] - self.gaps[:, 0]).min(initial=np.inf))


BOS_DIM = 0  # the dimension that is 1 at the BOS position and 0 elsewhere


def units(function: FunctionTable) -> list[Unit]:
    """The units of a function. Raises CannotCompile if floats cannot distinguish its rows.

    >>> both = FunctionTable(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), (1, 3), np.zeros((4, 0)), (), (),
    ...     np.array([0, 0, 0, 1]), ({5: 1.0}, {6: 1.0}))
    >>> [unit.outputs for unit in units(both)]
    [{5: 1.0}, {5: 1.0}, {6: 1.0}]
    """
    boxes = _boxes(function)
    reach = np.abs(function.reals).max(axis=0, initial=0) if len(function.reals) else np.zeros(function.reals.shape[1])
    return [unit for box in boxes for unit in _box_units(function, box, reach)]


def _box_units(function: FunctionTable, box: Box, reach: Array) -> Iterator[Unit]:
    ones = {
        start + member: 1.0
        for start, members in zip(function.dims, box.sets, strict=True)
        if members is not None
        for member in members
    }
    count = sum(members is not None for members in box.sets)
    order = _Ordering(box.reals, box.results, function).best()
    start = function.vectors[order.starts]
    if any(start.values()):
        # At the BOS position all cells are 0, so the unit of a box is off there.
        yield Unit(ones, 1.0 - count, start) if count else Unit({BOS_DIM: -1.0}, 1.0, start)
    for (before, behind), direction, (low, high) in zip(order.changes, order.directions, order.gaps, strict=True):
        outputs = _difference(function.vectors[before], function.vectors[behind])
        yield from _step(function.real_dims, ones, count, direction, (low, high), reach, outputs)


def _step(
    dims: Sequence[int],
    ones: Mapping[int, float],
    count: int,
    direction: Array,
    gap: tuple[float, float],
    reach: Array,
    outputs: Mapping[int, float],
) -> Iterator[Unit]:
    """A step of two units: their sum is 0 up to the first quarter of the gap, and 1 from its last quarter on."""
    low, high = gap
    slope = 2 / (high - low)
    shift = -(low + (high - low) / 4) * slope
    weights = {dim: float(part * slope) for dim, part in zip(dims, direction, strict=True) if part}
    if count:
        gate = float((np.abs(direction * slope) * reach).sum() + abs(shift) + 2)  # larger than u at any row
        weights.update(dict.fromkeys(ones, gate))
        shift -= gate * count
    yield Unit(weights, shift, outputs, high - low)
    yield Unit(weights, shift - 1, {dim: -value for dim, value in outputs.items()}, high - low)


def _difference(before: Mapping[int, float], behind: Mapping[int, float]) -> dict[int, float]:
    made = {dim: behind.get(dim, 0.0) - before.get(dim, 0.0) for dim in {**before, **behind}}
    return {dim: value for dim, value in made.items() if value}


# ------------------------------------------------------------------------------------------------------------ boxes


def _boxes(function: FunctionTable) -> list[Box]:
    """Covers the contexts by few boxes in which the result depends on the channels alone."""
    contexts = function.contexts.copy()
    channel = before = combination_numbers(*ranks(function.reals.T), np.zeros(len(contexts), dtype=np.int64))
    groups = []
    for cell, rest in enumerate(suffix_numbers(list(function.contexts.T))):
        groups.append(_merge_classes(contexts, cell, combination_numbers(before, rest), function.results))
        before = combination_numbers(before, contexts[:, cell])
    boxes = _join_boxes(contexts, channel, function.results)
    made = []
    for sets, rows in boxes:
        chosen = tuple(
            None if len(numbers) == len(members) else frozenset(c for number in numbers for c in members[number])
            for numbers, members in zip(sets, groups, strict=True)
        )
        made.append(Box(chosen, function.reals[rows], function.results[rows]))
    return made


def _merge_classes(contexts: Array, cell: int, rest: Array, results: Array) -> dict[int, list[int]]:
    """Merges classes of a cell that never lead to different results, in place. Returns the classes of each group.

    `rest` numbers the combination of all other columns in each row.
    """
    known, indices = np.unique(contexts[:, cell], return_inverse=True)
    groups = {number: [value] for number, value in enumerate(known.tolist())}
    if len(known) * (int(rest.max(initial=0)) + 1) <= WIDEST:
        lines = np.full((len(known), int(rest.max(initial=0)) + 1), -1)
        lines[indices, rest] = results
        member_of = _group_lines(lines)
        groups = {}
        for value, number in zip(known.tolist(), member_of, strict=True):
            groups.setdefault(number, []).append(value)
        indices = np.array(member_of)[indices]
    contexts[:, cell] = indices
    return groups


def _group_lines(lines: Array) -> list[int]:
    """Group numbers of lines: lines of one group agree in all entries in which both are known (not -1)."""
    merged: list[Array] = []
    numbers = []
    for line in lines:
        for number, group in enumerate(merged):
            if ((group == line) | (group < 0) | (line < 0)).all():
                merged[number] = np.maximum(group, line)
                break
        else:
            number = len(merged)
            merged.append(line)
        numbers.append(number)
    return numbers


Sets = tuple[frozenset[int], ...]


def _join_boxes(contexts: Array, channel: Array, results: Array) -> list[tuple[Sets, Array]]:
    """Joins contexts with the same function of the channels into boxes; returns them with their rows."""
    if not contexts.shape[1]:
        return [((), np.arange(len(results)))]
    firsts, numbers = group_rows(*contexts.T)
    order = np.argsort(numbers, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    boxes: list[tuple[Sets, Array]] = [
        (tuple(frozenset([int(value)]) for value in contexts[first]), rows)
        for first, rows in zip(firsts, parts, strict=True)
    ]
    for cell in range(contexts.shape[1]):
        boxes = _join_along(boxes, cell, channel, results)
    return boxes


def _join_along(boxes: list[tuple[Sets, Array]], cell: int, channel: Array, results: Array) -> list[tuple[Sets, Array]]:
    """Joins boxes that differ in one cell alone and have the same function of the channels."""
    found: dict[object, tuple[Sets, Array]] = {}
    for sets, rows in boxes:
        firsts, _ = group_rows(channel[rows], results[rows])
        function_rows = (channel[rows][firsts].tobytes(), results[rows][firsts].tobytes())
        key = (*sets[:cell], *sets[cell + 1 :], function_rows)
        if key in found:
            other, more = found[key]
            joined = (*sets[:cell], sets[cell] | other[cell], *sets[cell + 1 :])
            found[key] = joined, np.concatenate([more, rows])
        else:
            found[key] = sets, rows
    return list(found.values())


# ----------------------------------------------------------------------------------------------------------- orders


class _Ordering:
    """Finds an order of the rows of a box."""

    def __init__(self, reals: Array, results: Array, function: FunctionTable) -> None:
        firsts, _ = group_rows(*ranks(reals.T), results)
        self.reals = reals[firsts]
        self.results = results[firsts]
        self._shares = function.shares
        self._narrowest = function.narrowest

    def best(self) -> Order:
        """The order with the fewest changes; among those, of the fewest channels; among those, with the widest gaps."""
        if (self.results == self.results[0]).all():
            return Order(int(self.results[0]), (), np.zeros((0, self.reals.shape[1])), np.zeros((0, 2)))
        found: list[tuple[int, int, float, Order]] = []
        for chosen in self._subsets():
            if found and len(chosen) > 2:
                break
            orders = [order for order in self._candidates(chosen) if order is not None]
            found += [(len(order.changes), len(chosen), -order.coarseness, order) for order in orders]
        if not found:
            raise CannotCompile(
                "a feed-forward cannot tell the values apart that it reads: they are too close together",
                hint="Shorter inputs, or numbers of more alike size, are farther apart.",
            )
        return min(found, key=lambda item: item[:3])[3]

    def _subsets(self) -> Iterator[tuple[int, ...]]:
        """Sets of channels that determine the result, small ones first.

        Every set of up to FEW channels is tried. There are 2^channels sets, so only some of the larger ones are: those
        that remain when unneeded channels are dropped one after another, and the set of all channels.
        """
        channels = range(self.reals.shape[1])
        for size in range(1, min(len(channels), FEW) + 1):
            yield from filter(self._decide, itertools.combinations(channels, size))
        if len(channels) > FEW:
            needed = {self._needed_channels([*channels[first:], *channels[:first]]) for first in channels}
            larger = {chosen for chosen in (*needed, tuple(channels)) if len(chosen) > FEW and self._decide(chosen)}
            yield from sorted(larger, key=lambda chosen: (len(chosen), chosen))

    def _needed_channels(self, order: Sequence[int]) -> tuple[int, ...]:
        """The channels that remain when unneeded ones are dropped, in the given order."""
        chosen = sorted(order)
        for channel in order:
            others = [other for other in chosen if other != channel]
            if others and self._decide(others):
                chosen = others
        return tuple(chosen)

    def _decide(self, chosen: Sequence[int]) -> bool:
        """Whether these channels determine the result."""
        columns = ranks(self.reals[:, list(chosen)].T)
        return len(group_rows(*columns)[0]) == len(group_rows(*columns, self.results)[0])

    def _candidates(self, chosen: tuple[int, ...]) -> Iterator[Order | None]:
        if chosen in self._shares:
            yield from self._share_orders(*chosen)
        for direction in _directions(self.reals, chosen):
            yield self._by_value(direction)

    def _by_value(self, direction: Array) -> Order | None:
        """The order by a linear function; None if equal values have different results, or a gap is too narrow."""
        # A matrix product would depend on the processor: BLAS chooses the order of the sum.
        values = (self.reals * direction).sum(axis=1)
        order = self._sort(values)
        if order is None:
            return None
        indices = self._changes(order)
        gaps = np.stack([values[order][indices - 1], values[order][indices]], axis=1)
        return self._order_of(order, indices, np.tile(direction, (len(indices), 1)), gaps)

    def _share_orders(self, share: int, total: int) -> Iterator[Order | None]:
        """The orders by the sum and by the mean of one head. Each threshold has a linear function of its own."""
        bos, part = self.reals[:, share], self.reals[:, total]
        yield self._threshold_order(share, total, part / bos, lambda limits: -limits)
        # The mean is part / (1 - bos); rows that select nothing have none, and are put before or after all others.
        empty = bos > 0.75
        means = np.divide(part, 1 - bos, out=np.zeros_like(part), where=~empty)
        if not empty.any():
            yield self._threshold_order(share, total, means, lambda limits: limits)
            return
        push = _smallest_value(bos, means, empty)
        yield self._threshold_order(share, total, np.where(empty, np.inf, means), lambda limits: limits + push)
        yield self._threshold_order(share, total, np.where(empty, -np.inf, means), lambda limits: limits - push)

    def _threshold_order(self, share: int, total: int, keys: Array, slope_at: Callable[[Array], Array]) -> Order | None:
        """The order by `keys`, with functions total + slope · share; None if there is none, or a gap is too narrow."""
        order = self._sort(keys)
        if order is None:
            return None
        indices = self._changes(order)
        slopes = slope_at(_thresholds(keys[order][indices - 1], keys[order][indices]))
        gaps, reach = _gaps(self.reals[order, share], self.reals[order, total], indices, slopes)
        if (gaps[:, 1] - gaps[:, 0] <= self._narrowest * reach).any():
            return None
        directions = np.zeros((len(indices), self.reals.shape[1]))
        directions[:, total] = 1
        directions[:, share] = slopes
        return self._order_of(order, indices, directions, gaps)

    def _sort(self, keys: Array) -> Array | None:
        """The order of the rows by keys; None if keys of rows with different results are too close."""
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        scale = float(np.abs(keys[np.isfinite(keys)]).max(initial=1e-300))
        with np.errstate(invalid="ignore"):  # inf - inf: rows that select nothing are equal
            apart = np.diff(keys) > self._narrowest * scale
        return None if ((np.diff(self.results[order]) != 0) & ~apart).any() else order

    def _changes(self, order: Array) -> Array:
        """The indices in an order at which the result changes."""
        return np.flatnonzero(np.diff(self.results[order])) + 1

    def _order_of(self, order: Array, indices: Array, directions: Array, gaps: Array) -> Order:
        results = self.results[order]
        changes = zip(results[indices - 1].tolist(), results[indices].tolist(), strict=True)
        return Order(int(results[0]), tuple(changes), directions, gaps)


def _directions(reals: Array, chosen: tuple[int, ...]) -> Iterator[Array]:
    """Linear functions of the chosen channels: lexicographic ones, for several sequences of them, and one mixed."""
    few = len(chosen) <= 4
    for channels in itertools.permutations(chosen) if few else (chosen, chosen[::-1]):
        for sign in (1.0, -1.0) if len(channels) > 1 else (1.0,):
            direction = np.zeros(reals.shape[1])
            factor = 1.0
            for index, channel in enumerate(channels):
                direction[channel] = factor * (sign if index % 2 else 1.0)
                values = np.unique(reals[:, channel])
                factor *= float(np.diff(values).min(initial=1.0)) if len(values) > 1 else 1.0
                if index + 1 < len(channels):
                    later = reals[:, channels[index + 1]]
                    factor /= 2 * max(float(np.ptp(later)), 1e-300)
            yield direction
    if len(chosen) > 1:
        direction = np.zeros(reals.shape[1])
        direction[list(chosen)] = [1 / (1 + index * 0.618) for index in range(len(chosen))]
        yield direction


def _smallest_value(bos: Array, means: Array, empty: Array) -> float:
    """A lower bound for the absolute values of the linear functions at thresholds between neighbouring means."""
    known = np.unique(means[~empty])
    between = float(np.diff(known).min(initial=1.0)) if len(known) > 1 else 1.0
    return between / 2 * float((1 - bos[~empty]).min(initial=1.0))


def _gaps(shares: Array, totals: Array, indices: Array, slopes: Array) -> tuple[Array, Array]:
    """At each change, the largest value before it and the smallest after it, and the largest absolute value of all.

    There are few different shares, one for each width, and rows of one share are sorted by their totals.
    """
    low, high = np.full(len(indices), -np.inf), np.full(len(indices), np.inf)
    reach = np.zeros(len(indices))
    for share in np.unique(shares):
        own, turn = shares == share, slopes * share
        before = np.maximum.accumulate(np.where(own, totals, -np.inf))
        behind = np.minimum.accumulate(np.where(own, totals, np.inf)[::-1])[::-1]
        low = np.maximum(low, before[indices - 1] + turn)
        high = np.minimum(high, behind[indices] + turn)
        for end in (before[-1], behind[0]):
            reach = np.maximum(reach, np.abs(end + turn))
    return np.stack([low, high], axis=1), reach


def _thresholds(low: Array, high: Array) -> Array:
    """The thresholds between neighbouring keys, of which one may be infinite."""
    with np.errstate(invalid="ignore"):
        middle = (low + high) / 2
    return np.where(np.isinf(low), high - 1, np.where(np.isinf(high), low + 1, middle))
