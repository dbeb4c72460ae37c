"""Rows of the stream with error bounds that are split by cause, so that errors can cancel.

Errors are often correlated: a step that is slightly high raises one class and lowers another, and what one key gains of
the attention, other keys lose. A later sum that weighs both alike has no such error. So these errors are kept by their
cause, a number for each step and each head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rasp.compile.rounding import SLACK, TINY, BoundedNumbers, RoundedSums, Weighing
from rasp.model.arrays import Array, distinct_rows, group_rows

NEARLY = 9  # decimals in which rows of one kind agree, because sums in float64 are rounded, too


@dataclass(frozen=True)
class Swing:
    """The joint error of a head's sums if the weights of its keys are uneven: what one key gains, others lose.

    A linear function of the sums, with weights w (k,), has at most the error |factors @ w|, where `factors` is
    (states, k, k). `writes` (k, d_model) is where the sums go in the stream.
    """

    factors: Array
    writes: Array

    def wrong(self, matrix: Array) -> Array:
        """A bound for the error of products with a matrix, (states, columns)."""
        shifts: Array = self.factors @ (self.writes @ matrix)
        lengths: Array = np.sqrt((shifts**2).sum(axis=1))
        return lengths


@dataclass(frozen=True)
class Steps:
    """Error bounds of the units of a feed-forward: a table (kinds, d_mlp), and the kind of each state."""

    table: Array
    of: Array

    def worst(self, group: Array, count: int) -> Array:
        """The largest bounds in each group of states, (groups, d_mlp)."""
        firsts, _ = group_rows(group, self.of)
        return worst(self.table[self.of[firsts]], group[firsts], count)


@dataclass(frozen=True)
class BoundedRows:
    """Rows of the stream (states, d_model) with error bounds by cause.

    `steps` has the bounds of the units of each feed-forward so far, because a unit moves several dimensions together.
    `alone` bounds the errors from all causes but steps; `still` those from all causes but swings.
    """

    numbers: BoundedNumbers
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

    def with_sums(self, dims: Array, sums: BoundedNumbers, of: Array, alone: Array, swung: Array) -> BoundedRows:
        """The rows with `sums[of]` in dimensions that were 0; `alone` and `swung` are parts of the sums' errors."""
        parts = [part.copy() for part in (*vars(self.numbers).values(), self.alone, self.still)]
        still = np.maximum(sums.error - swung, 0)
        for part, new in zip(parts, (*vars(sums).values(), alone, still), strict=True):
            part[:, dims] = new[of]
        return replace(self, numbers=BoundedNumbers(*parts[:3]), alone=parts[3], still=parts[4])


@dataclass(frozen=True)
class BoundedStream:
    """Distinct rows, and for each position the number of its row, (batch, n + 1)."""

    rows: BoundedRows
    of: Array


def worst(errors: Array, group: Array, count: int) -> Array:
    """The largest errors (n, k) of each group, (groups, k).

    >>> worst(np.array([[1.0, 5.0], [3.0, 2.0], [4.0, 4.0]]), np.array([0, 0, 1]), 2)
    array([[3., 5.],
           [4., 4.]])
    """
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(count))
    made: Array = np.maximum.reduceat(errors[order], starts, axis=0) if errors.shape[1] else errors[:count]
    return made


def distinct_inputs(rows: BoundedRows, dims: Array) -> tuple[Array, Array]:
    """Distinct rows by values and errors in some dimensions: the first of each, and the number of each row's kind."""
    parts = [rows.numbers.value[:, dims], rows.numbers.error[:, dims]]
    if rows.swings:
        parts += [rows.still[:, dims], *(swing.factors.reshape(len(rows), -1) for swing in rows.swings)]
    return distinct_rows(np.concatenate(parts, axis=1) + 0.0)


def preactivations(rows: BoundedRows, weighing: Weighing) -> RoundedSums:
    """The sums that enter the units, with the smaller of two error bounds: by dimension, or with joint swings."""
    sums = weighing.sums(rows.numbers)
    if not rows.swings:
        return sums
    together = np.where(rows.still <= TINY, 4 * rows.still, rows.still) @ np.abs(weighing.matrix)
    for swing in rows.swings:
        together += swing.wrong(weighing.matrix)
    return RoundedSums(sums.value, np.minimum(sums.inherited, together * SLACK), sums.rounding)


@dataclass(frozen=True)
class Side:
    """Queries, keys or values (n, d_head) with error bounds by cause.

    `moves` (units, d_head) is the effect of each unit of earlier feed-forwards, and `wrong` (n, units) the bound for
    that unit's error. `alone` bounds the errors from all other causes.
    """

    rows: BoundedNumbers
    alone: Array
    wrong: Array
    moves: Array

    def __len__(self) -> int:
        return len(self.alone)


@dataclass(frozen=True)
class Kinds:
    """Kinds of rows, those of equal values, with the worst bounds of each kind; and the kind of each row."""

    side: Side
    of: Array


def project(rows: BoundedRows, weighing: Weighing, moves: dict[str, Array]) -> Kinds:
    """Queries, keys or values of rows; `moves` has by feed-forward the effect of its units on them, (d_mlp, d_head)."""
    dims = weighing.read
    parts = rows.numbers.value, rows.numbers.error, rows.alone
    value, *errors = (part[:, dims] for part in parts)
    firsts, of = distinct_rows(np.concatenate([np.round(value, NEARLY) + 0.0, *errors], axis=1))
    count, value = len(firsts), value[firsts]
    off = np.abs(rows.numbers.value[:, dims] - value[of])
    error, alone = (worst(part + off, of, count) for part in errors)
    few = BoundedNumbers(value, error, np.abs(value) + error)
    wrong = np.concatenate([np.zeros((count, 0)), *(part.worst(of, count) for part in rows.steps.values())], axis=1)
    moved = np.concatenate([np.zeros((0, weighing.matrix.shape[1])), *(moves[name] for name in rows.steps)])
    sums = weighing.narrow.sums(few)
    alone = (np.where(alone <= TINY, 4 * alone, alone) @ np.abs(weighing.matrix[dims])) * SLACK
    together = alone + wrong @ np.abs(moved) * SLACK
    found = RoundedSums(sums.value, np.minimum(sums.inherited, together), sums.rounding).as_bounded()
    alone = alone + np.maximum(found.error - np.minimum(sums.inherited, together), 0)
    return _merge_kinds(Side(found, alone, wrong, moved), of)


def _merge_kinds(side: Side, of: Array) -> Kinds:
    """Merges rows that have the same values."""
    value = side.rows.value
    firsts, group = distinct_rows(np.round(value, NEARLY) + 0.0)
    off = np.abs(value - value[firsts][group])
    parts = side.rows.error + off, side.alone + off, side.wrong
    error, alone, wrong = (worst(part, group, len(firsts)) for part in parts)
    rows = BoundedNumbers(value[firsts], error, np.abs(value[firsts]) + error)
    return Kinds(Side(rows, alone, wrong, side.moves), group[of])
