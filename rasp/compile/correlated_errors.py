"""Rows of the stream with bounds for their errors by cause, so that errors which cancel are known to.

Errors often come together: a step that is a little high raises one class and lowers another, and what one key's weight
gains, the others lose. A later sum that weighs both alike is not wrong at all, so such errors are followed as what they
come from, a number for each step and each head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rasp.compile.rounding import SLACK, TINY, Bounded, Sums, Weighing
from rasp.model.arrays import Array, distinct, distinct_rows

NEARLY = 9  # decimals in which rows of one kind agree: the last digits of sums in float64 make no kinds


@dataclass(frozen=True)
class Swing:
    """What uneven weights of a head may do to its sums: to all of them together, for what one key gains others lose.

    A linear function of the sums is wrong by the length of `factors` (states, k, k) times its weights (k,) at most;
    `writes` (k, d_model) says where the sums go.
    """

    factors: Array
    writes: Array

    def wrong(self, matrix: Array) -> Array:
        """How far the products with a matrix may be shifted, (states, columns)."""
        shifts: Array = self.factors @ (self.writes @ matrix)
        lengths: Array = np.sqrt((shifts**2).sum(axis=1))
        return lengths


@dataclass(frozen=True)
class Steps:
    """How far the units of a feed-forward may be off: a table (kinds, d_mlp), and the kind of each state."""

    table: Array
    of: Array

    def worst(self, group: Array, count: int) -> Array:
        """The largest of each group of states, (groups, d_mlp)."""
        firsts, _ = distinct(group, self.of)
        return worst(self.table[self.of[firsts]], group[firsts], count)


@dataclass(frozen=True)
class BoundedRows:
    """Rows of the stream (states, d_model) with bounds, and what their errors are made of.

    `steps` says for each feed-forward so far how far its units may be off, for each of them moves several dimensions
    together; `alone` is the rest of the errors. `still` is what they are without all swings.
    """

    numbers: Bounded
    alone: Array
    still: Array
    steps: dict[str, Steps]
    swings: list[Swing]

    def __len__(self) -> int:
        return len(self.alone)

    def __getitem__(self, rows: Array) -> BoundedRows:
        steps = {name: Steps(part.table, part.of[rows]) for name, part in self.steps.items()}
        swings = [Swing(swing.factors[rows], swing.writes) for swing in self.swings]
        return BoundedRows(self.numbers[rows], self.alone[rows], self.still[rows], steps, swings)

    def with_sums(self, dims: Array, sums: Bounded, of: Array, alone: Array, swung: Array) -> BoundedRows:
        """The rows with sums in dimensions that were 0, of distinct rows `of`, and what of their errors is which."""
        parts = [part.copy() for part in (*vars(self.numbers).values(), self.alone, self.still)]
        still = np.maximum(sums.error - swung, 0)
        for part, new in zip(parts, (*vars(sums).values(), alone, still), strict=True):
            part[:, dims] = new[of]
        return replace(self, numbers=Bounded(*parts[:3]), alone=parts[3], still=parts[4])


@dataclass(frozen=True)
class BoundedStream:
    """Distinct rows, and for each position its own (batch, n + 1)."""

    rows: BoundedRows
    of: Array


def worst(errors: Array, group: Array, count: int) -> Array:
    """The largest errors (n, k) of each group, (groups, k)."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(count))
    made: Array = np.maximum.reduceat(errors[order], starts, axis=0) if errors.shape[1] else errors[:count]
    return made


def alike(rows: BoundedRows, dims: Array) -> tuple[Array, Array]:
    """The first of all rows that are equal in some dimensions, their errors, too, and the number of each row's own."""
    parts = [rows.numbers.value[:, dims], rows.numbers.error[:, dims]]
    if rows.swings:
        parts += [rows.still[:, dims], *(swing.factors.reshape(len(rows), -1) for swing in rows.swings)]
    return distinct_rows(np.concatenate(parts, axis=1) + 0.0)


def before_units(rows: BoundedRows, weighing: Weighing) -> Sums:
    """Sums of rows, where it may help that weights of a head swing together."""
    sums = weighing.sums(rows.numbers)
    if not rows.swings:
        return sums
    together = np.where(rows.still <= TINY, 4 * rows.still, rows.still) @ np.abs(weighing.matrix)
    for swing in rows.swings:
        together += swing.wrong(weighing.matrix)
    return Sums(sums.value, np.minimum(sums.inherited, together * SLACK), sums.rounding)


@dataclass(frozen=True)
class Side:
    """Queries, keys or values (n, d_head) with bounds, and what their errors are made of.

    The rows of `moves` (steps, d_head) say what a step does to them, `wrong` (n, steps) how far each may be off;
    `alone` is the rest of the errors.
    """

    rows: Bounded
    alone: Array
    wrong: Array
    moves: Array

    def __len__(self) -> int:
        return len(self.alone)


@dataclass(frozen=True)
class Kinds:
    """Rows by their values, with the worst bounds of each kind, and the kind of each row."""

    side: Side
    of: Array


def projected(rows: BoundedRows, weighing: Weighing, moves: dict[str, Array]) -> Kinds:
    """What a head makes of rows; `moves` says for each feed-forward what its units do to that, (d_mlp, d_head)."""
    dims = weighing.read
    parts = rows.numbers.value, rows.numbers.error, rows.alone
    value, *errors = (part[:, dims] for part in parts)
    firsts, of = distinct_rows(np.concatenate([np.round(value, NEARLY) + 0.0, *errors], axis=1))
    count, value = len(firsts), value[firsts]
    off = np.abs(rows.numbers.value[:, dims] - value[of])
    error, alone = (worst(part + off, of, count) for part in errors)
    few = Bounded(value, error, np.abs(value) + error)
    wrong = np.concatenate([np.zeros((count, 0)), *(part.worst(of, count) for part in rows.steps.values())], axis=1)
    moved = np.concatenate([np.zeros((0, weighing.matrix.shape[1])), *(moves[name] for name in rows.steps)])
    sums = weighing.narrow.sums(few)
    alone = (np.where(alone <= TINY, 4 * alone, alone) @ np.abs(weighing.matrix[dims])) * SLACK
    together = alone + wrong @ np.abs(moved) * SLACK
    found = Sums(sums.value, np.minimum(sums.inherited, together), sums.rounding).bounded()
    alone = alone + np.maximum(found.error - np.minimum(sums.inherited, together), 0)
    return _merged(Side(found, alone, wrong, moved), of)


def _merged(side: Side, of: Array) -> Kinds:
    """Puts rows together that have the same values now."""
    value = side.rows.value
    firsts, group = distinct_rows(np.round(value, NEARLY) + 0.0)
    off = np.abs(value - value[firsts][group])
    parts = side.rows.error + off, side.alone + off, side.wrong
    error, alone, wrong = (worst(part, group, len(firsts)) for part in parts)
    rows = Bounded(value[firsts], error, np.abs(value[firsts]) + error)
    return Kinds(Side(rows, alone, wrong, side.moves), group[of])
