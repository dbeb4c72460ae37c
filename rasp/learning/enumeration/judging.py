"""Counts the outputs of the training data that an expression gets wrong, and finds their rows.

The rows are in groups of bounded size, which become arrays when they are first needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rasp.learning.deadlines import check_deadline
from rasp.learning.examples.data import Data
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import Expression
from rasp.model.arrays import Array

FIRST = 400  # most rows of the first group, on which most wrong programs fail
ENTRIES, PAIRS = 2**17, 2**25  # most array entries, and pairs of positions, of a group of several rows
MANY = 2**62  # more outputs than there are
KEPT = 2**20  # array entries that a group caches between programs


class CodedRows(NamedTuple):
    """Some rows of the data as arrays."""

    rows: Array  # their numbers
    batch: CodedBatch
    wanted: Array
    asked: Array

    def failures(self, expression: Expression) -> tuple[int, Array]:
        """The number of wrong outputs, and the numbers of the rows that have some."""
        wrong = (self.batch.values(expression) != self.wanted) & self.asked
        if len(self.batch.memo) * self.asked.size > KEPT:
            self.batch.memo.clear()
        return int(wrong.sum()), self.rows[wrong.any(0)]


def encode_rows(coding: Coding, data: Data, rows: Sequence[int]) -> CodedRows:
    """The rows with these numbers as arrays."""
    chosen = data.rows_at(rows)
    batch = CodedBatch(coding, chosen.inputs)
    wanted = batch.encode(chosen.outputs, 0)
    asked = batch.valid.copy()
    for number, outputs in enumerate(chosen.outputs):
        if None in outputs:
            asked[: len(outputs), number] = [atom is not None for atom in outputs]
    return CodedRows(np.array(rows), batch, wanted, asked)


class Judge:
    """All data in groups of similar length, after a first group that is a sample of all of them."""

    def __init__(self, coding: Coding, data: Data, seed: int) -> None:
        self.coding, self.data = coding, data
        order = np.random.Generator(np.random.PCG64(seed)).permutation(len(data)).tolist()
        first = order[: max(1, min(FIRST, PAIRS // data.longest**2))]
        rest = sorted(order[len(first) :], key=lambda row: len(data.inputs[row]))
        self._rows = [first, *_group(rest, data)]
        self._groups: list[CodedRows] = []
        self.asked = data.asked

    @property
    def groups(self) -> Iterator[CodedRows]:
        """The groups; those that have not been needed before are encoded now."""
        for number, rows in enumerate(self._rows):
            if number == len(self._groups):
                check_deadline()
                self._groups.append(encode_rows(self.coding, self.data, rows))
            yield self._groups[number]

    def failures(self, expression: Expression) -> list[int]:
        """The numbers of some rows on which the expression is wrong; none if it is right on all."""
        for one in self.groups:
            _, rows = one.failures(expression)
            if len(rows):
                return rows.tolist()  # type: ignore[no-any-return]
        return []

    def wrong(self, expression: Expression, most: int = MANY) -> int:
        """How many outputs the expression gets wrong; counting ends when it is `most` or more."""
        wrong = 0
        for one in self.groups:
            wrong += one.failures(expression)[0]
            if wrong >= most:
                break
        return wrong


def _group(rows: list[int], data: Data) -> list[list[int]]:
    """The rows, sorted by length, in groups of bounded size."""
    groups: list[list[int]] = []
    start = 0
    while start < len(rows):
        size = max(1, ENTRIES // len(data.inputs[rows[start]]))
        while size > 1 and size * len(data.inputs[rows[min(start + size, len(rows)) - 1]]) ** 2 > PAIRS:
            size //= 2
        groups.append(rows[start : start + size])
        start += size
    return groups
