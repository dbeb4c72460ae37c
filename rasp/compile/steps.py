"""A feed-forward as ReLU units: enter a function on finitely many rows, leave units whose sum is the function.

A row has classes of one-hot cells (*contexts*) and real numbers (*channels*). Contexts that go together make a *box*: a
set of classes for each cell. On a box alone, one unit is enough: relu(the cells' ones - their number + 1). Where
channels decide, the rows of a box are put in an order by a linear function, and at each change of the result in that
order stands a *step*: relu(u) - relu(u - 1), where u rises from 0 to 1 in the middle half of the gap.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.errors import CannotCompile
from rasp.model.arrays import Array, behind_each, distinct, ranks, together

WIDEST = 5_000_000  # entries of a table in which classes that go together are looked for
NARROWEST = 1e-9  # a gap, as a share of the range in which it lies
FEW = 3  # channels of which every set is looked at, for an order
NARROWEST_LAST = 1e-12  # where no later layer makes more of the last digits


@dataclass(frozen=True)
class Unit:
    """relu(weights · x + bias) · outputs; weights and outputs by dimension. `gap` is what a step has to tell apart."""

    weights: Mapping[int, float]
    bias: float
    outputs: Mapping[int, float]
    gap: float | None = None


@dataclass(frozen=True)
class Function:
    """Rows of classes and channels with the number of the result; dimensions of all of them.

    `contexts` (rows, cells), `dims` the first dimension of each cell; `reals` (rows, channels), `real_dims` theirs.
    `shares` pairs channels that one head writes: the share of BOS with the share of a sum. Gaps must not be
    narrower than `narrowest`, as a share of the range in which they lie.
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
    """Sets of classes, a set a cell (None for all), and the rows of the function in it."""

    sets: tuple[frozenset[int] | None, ...]
    reals: Array
    results: Array


@dataclass(frozen=True)
class Order:
    """An order of rows by linear functions: at each change of the result the function that is positive behind it."""

    starts: int  # the result before the first change
    changes: tuple[tuple[int, int], ...]  # results before and behind
    directions: Array  # (changes, channels)
    gaps: Array  # (changes, 2): the values on both sides

    @property
    def coarseness(self) -> float:
        """The smallest gap."""
        return float((self.gaps[:, 1] - self.gaps[:, 0]).min(initial=np.inf))


BOS_DIM = 0  # the dimension that is 1 at the BOS position and 0 elsewhere


def units(function: Function) -> list[Unit]:
    """The units of a function. Raises CannotCompile where floats cannot tell its rows apart.

    >>> both = Function(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), (1, 3), np.zeros((4, 0)), (), (),
    ...     np.array([0, 0, 0, 1]), ({5: 1.0}, {6: 1.0}))
    >>> [unit.outputs for unit in units(both)]
    [{5: 1.0}, {5: 1.0}, {6: 1.0}]
    """
    boxes = _boxes(function)
    reach = np.abs(function.reals).max(axis=0, initial=0) if len(function.reals) else np.zeros(function.reals.shape[1])
    return [unit for box in boxes for unit in _box_units(function, box, reach)]


def _box_units(function: Function, box: Box, reach: Array) -> Iterator[Unit]:
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
        # The BOS position holds no class, so that no unit is on there.
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
    """Two units: together 0 up to the gap's first quarter, 1 from its last quarter on."""
    low, high = gap
    slope = 2 / (high - low)
    shift = -(low + (high - low) / 4) * slope
    weights = {dim: float(part * slope) for dim, part in zip(dims, direction, strict=True) if part}
    if count:
        gate = float((np.abs(direction * slope) * reach).sum() + abs(shift) + 2)  # more than u is anywhere
        weights.update(dict.fromkeys(ones, gate))
        shift -= gate * count
    yield Unit(weights, shift, outputs, high - low)
    yield Unit(weights, shift - 1, {dim: -value for dim, value in outputs.items()}, high - low)


def _difference(before: Mapping[int, float], behind: Mapping[int, float]) -> dict[int, float]:
    made = {dim: behind.get(dim, 0.0) - before.get(dim, 0.0) for dim in {**before, **behind}}
    return {dim: value for dim, value in made.items() if value}


# ------------------------------------------------------------------------------------------------------------ boxes


def _boxes(function: Function) -> list[Box]:
    """The contexts in few boxes, so that in a box the result depends on channels alone."""
    contexts = function.contexts.copy()
    channel = before = together(*ranks(function.reals.T), np.zeros(len(contexts), dtype=np.int64))
    groups = []
    for cell, rest in enumerate(behind_each(list(function.contexts.T))):
        groups.append(_merged(contexts, cell, together(before, rest), function.results))
        before = together(before, contexts[:, cell])
    boxes = _joined_boxes(contexts, channel, function.results)
    made = []
    for sets, rows in boxes:
        chosen = tuple(
            None if len(numbers) == len(members) else frozenset(c for number in numbers for c in members[number])
            for numbers, members in zip(sets, groups, strict=True)
        )
        made.append(Box(chosen, function.reals[rows], function.results[rows]))
    return made


def _merged(contexts: Array, cell: int, rest: Array, results: Array) -> dict[int, list[int]]:
    """Joins classes of a cell that never ask for unlike results, in place; the classes of each group.

    `rest` numbers what else stands in each row.
    """
    known, places = np.unique(contexts[:, cell], return_inverse=True)
    groups = {number: [value] for number, value in enumerate(known.tolist())}
    if len(known) * (int(rest.max(initial=0)) + 1) <= WIDEST:
        lines = np.full((len(known), int(rest.max(initial=0)) + 1), -1)
        lines[places, rest] = results
        member_of = _grouped(lines)
        groups = {}
        for value, number in zip(known.tolist(), member_of, strict=True):
            groups.setdefault(number, []).append(value)
        places = np.array(member_of)[places]
    contexts[:, cell] = places
    return groups


def _grouped(lines: Array) -> list[int]:
    """Numbers of lines, equal for those that agree wherever both say something (not -1)."""
    wholes: list[Array] = []
    numbers = []
    for line in lines:
        for number, whole in enumerate(wholes):
            if ((whole == line) | (whole < 0) | (line < 0)).all():
                wholes[number] = np.maximum(whole, line)
                break
        else:
            number = len(wholes)
            wholes.append(line)
        numbers.append(number)
    return numbers


Sets = tuple[frozenset[int], ...]


def _joined_boxes(contexts: Array, channel: Array, results: Array) -> list[tuple[Sets, Array]]:
    """Boxes of contexts with equal results, and the rows in each."""
    if not contexts.shape[1]:
        return [((), np.arange(len(results)))]
    firsts, numbers = distinct(*contexts.T)
    order = np.argsort(numbers, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    boxes: list[tuple[Sets, Array]] = [
        (tuple(frozenset([int(value)]) for value in contexts[first]), rows)
        for first, rows in zip(firsts, parts, strict=True)
    ]
    for cell in range(contexts.shape[1]):
        boxes = _joined_along(boxes, cell, channel, results)
    return boxes


def _joined_along(
    boxes: list[tuple[Sets, Array]], cell: int, channel: Array, results: Array
) -> list[tuple[Sets, Array]]:
    """Joins boxes that differ in one cell and say the same."""
    found: dict[object, tuple[Sets, Array]] = {}
    for sets, rows in boxes:
        firsts, _ = distinct(channel[rows], results[rows])
        says = (channel[rows][firsts].tobytes(), results[rows][firsts].tobytes())
        key = (*sets[:cell], *sets[cell + 1 :], says)
        if key in found:
            other, more = found[key]
            joined = (*sets[:cell], sets[cell] | other[cell], *sets[cell + 1 :])
            found[key] = joined, np.concatenate([more, rows])
        else:
            found[key] = sets, rows
    return list(found.values())


# ----------------------------------------------------------------------------------------------------------- orders


class _Ordering:
    """Rows of a box that want an order; a gap must not be narrower than `narrowest`, as a share of the range."""

    def __init__(self, reals: Array, results: Array, function: Function) -> None:
        firsts, _ = distinct(*ranks(reals.T), results)
        self.reals = reals[firsts]
        self.results = results[firsts]
        self._shares = function.shares
        self._narrowest = function.narrowest

    def best(self) -> Order:
        """The order with the fewest changes, then by the fewest channels, then with the widest gaps."""
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
        """Sets of channels that decide the result, small ones first.

        Every set of up to FEW channels is looked at. There are 2^channels sets, so of the larger ones only some are:
        those that are left when one channel after another is dropped that is not needed, then all channels.
        """
        channels = range(self.reals.shape[1])
        for size in range(1, min(len(channels), FEW) + 1):
            yield from filter(self._decide, itertools.combinations(channels, size))
        if len(channels) > FEW:
            needed = {self._needed([*channels[first:], *channels[:first]]) for first in channels}
            larger = {chosen for chosen in (*needed, tuple(channels)) if len(chosen) > FEW and self._decide(chosen)}
            yield from sorted(larger, key=lambda chosen: (len(chosen), chosen))

    def _needed(self, order: Sequence[int]) -> tuple[int, ...]:
        """The channels that are left when those that are not needed are dropped, in an order."""
        chosen = sorted(order)
        for channel in order:
            others = [other for other in chosen if other != channel]
            if others and self._decide(others):
                chosen = others
        return tuple(chosen)

    def _decide(self, chosen: Sequence[int]) -> bool:
        """Whether rows that are equal in these channels have one result."""
        columns = ranks(self.reals[:, list(chosen)].T)
        return len(distinct(*columns)[0]) == len(distinct(*columns, self.results)[0])

    def _candidates(self, chosen: tuple[int, ...]) -> Iterator[Order | None]:
        if chosen in self._shares:
            yield from self._pencils(*chosen)
        for direction in _directions(self.reals, chosen):
            yield self._by_value(direction)

    def _by_value(self, direction: Array) -> Order | None:
        """The order by a linear function; None where equal values have unlike results, or a gap is too narrow."""
        values = (self.reals * direction).sum(
            axis=1
        )  # in an order of NumPy's own: a library's depends on the processor
        order = self._sorted(values)
        if order is None:
            return None
        places = self._changes(order)
        gaps = np.stack([values[order][places - 1], values[order][places]], axis=1)
        return self._order_of(order, places, np.tile(direction, (len(places), 1)), gaps)

    def _pencils(self, share: int, total: int) -> Iterator[Order | None]:
        """Orders by the sum, and by the mean, that a head's shares tell: functions that turn with the threshold."""
        bos, part = self.reals[:, share], self.reals[:, total]
        yield self._turning(share, total, part / bos, lambda limits: -limits)
        # The mean is part / (1 - bos); a row that selects nothing has none, and is put before or behind all others.
        empty = bos > 0.75
        means = np.divide(part, 1 - bos, out=np.zeros_like(part), where=~empty)
        if not empty.any():
            yield self._turning(share, total, means, lambda limits: limits)
            return
        push = _nearest(bos, means, empty)
        yield self._turning(share, total, np.where(empty, np.inf, means), lambda limits: limits + push)
        yield self._turning(share, total, np.where(empty, -np.inf, means), lambda limits: limits - push)

    def _turning(self, share: int, total: int, keys: Array, slope_at: Callable[[Array], Array]) -> Order | None:
        """The order by `keys`, by functions total + slope · share; None where it has none, or a gap is too narrow."""
        order = self._sorted(keys)
        if order is None:
            return None
        places = self._changes(order)
        slopes = slope_at(_between(keys[order][places - 1], keys[order][places]))
        gaps, reach = _gaps(self.reals[order, share], self.reals[order, total], places, slopes)
        if (gaps[:, 1] - gaps[:, 0] <= self._narrowest * reach).any():
            return None
        directions = np.zeros((len(places), self.reals.shape[1]))
        directions[:, total] = 1
        directions[:, share] = slopes
        return self._order_of(order, places, directions, gaps)

    def _sorted(self, keys: Array) -> Array | None:
        """The order of the rows by keys; None where those do not tell results apart."""
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        scale = float(np.abs(keys[np.isfinite(keys)]).max(initial=1e-300))
        with np.errstate(invalid="ignore"):  # rows that select nothing are all infinite: not apart from one another
            apart = np.diff(keys) > self._narrowest * scale
        return None if ((np.diff(self.results[order]) != 0) & ~apart).any() else order

    def _changes(self, order: Array) -> Array:
        """The places in an order at which the result changes."""
        return np.flatnonzero(np.diff(self.results[order])) + 1

    def _order_of(self, order: Array, places: Array, directions: Array, gaps: Array) -> Order:
        results = self.results[order]
        changes = zip(results[places - 1].tolist(), results[places].tolist(), strict=True)
        return Order(int(results[0]), tuple(changes), directions, gaps)


def _directions(reals: Array, chosen: tuple[int, ...]) -> Iterator[Array]:
    """Linear functions of the chosen channels: in each sequence of channels, the later ones only break ties."""
    few = len(chosen) <= 4
    for channels in itertools.permutations(chosen) if few else (chosen, chosen[::-1]):
        for sign in (1.0, -1.0) if len(channels) > 1 else (1.0,):
            direction = np.zeros(reals.shape[1])
            factor = 1.0
            for place, channel in enumerate(channels):
                direction[channel] = factor * (sign if place % 2 else 1.0)
                values = np.unique(reals[:, channel])
                factor *= float(np.diff(values).min(initial=1.0)) if len(values) > 1 else 1.0
                if place + 1 < len(channels):
                    later = reals[:, channels[place + 1]]
                    factor /= 2 * max(float(np.ptp(later)), 1e-300)
            yield direction
    if len(chosen) > 1:
        direction = np.zeros(reals.shape[1])
        direction[list(chosen)] = [1 / (1 + place * 0.618) for place in range(len(chosen))]
        yield direction


def _nearest(bos: Array, means: Array, empty: Array) -> float:
    """How far the values of the linear functions stay away from 0, at thresholds between neighbouring means."""
    known = np.unique(means[~empty])
    between = float(np.diff(known).min(initial=1.0)) if len(known) > 1 else 1.0
    return between / 2 * float((1 - bos[~empty]).min(initial=1.0))


def _gaps(shares: Array, totals: Array, places: Array, slopes: Array) -> tuple[Array, Array]:
    """At places in an order the largest value before and the smallest behind, and the size of the largest anywhere.

    There are few shares, one for each width, and among rows of one share the values are in the order of totals.
    """
    low, high = np.full(len(places), -np.inf), np.full(len(places), np.inf)
    reach = np.zeros(len(places))
    for share in np.unique(shares):
        own, turn = shares == share, slopes * share
        before = np.maximum.accumulate(np.where(own, totals, -np.inf))
        behind = np.minimum.accumulate(np.where(own, totals, np.inf)[::-1])[::-1]
        low = np.maximum(low, before[places - 1] + turn)
        high = np.minimum(high, behind[places] + turn)
        for end in (before[-1], behind[0]):
            reach = np.maximum(reach, np.abs(end + turn))
    return np.stack([low, high], axis=1), reach


def _between(low: Array, high: Array) -> Array:
    """Thresholds between neighbouring keys, one of which may be infinite."""
    with np.errstate(invalid="ignore"):
        middle = (low + high) / 2
    return np.where(np.isinf(low), high - 1, np.where(np.isinf(high), low + 1, middle))
