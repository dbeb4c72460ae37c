"""Counts the outputs of the training data that an expression gets wrong, and finds their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rasp.learning.examples.data import Data
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import Expression
from rasp.model.arrays import Array

FIRST, ENTRIES = 400, 2**17  # rows of the first group, on which most wrong programs fail; array entries of the others
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
    asked = np.zeros(wanted.shape, bool)
    for number, outputs in enumerate(chosen.outputs):
        asked[: len(outputs), number] = [atom is not None for atom in outputs]
    return CodedRows(np.array(rows), batch, wanted, asked)


class Judge:
    """All data in groups of similar length, after a first group that is a sample of all of them."""

    def __init__(self, coding: Coding, data: Data, seed: int) -> None:
        self.data = data
        order = np.random.Generator(np.random.PCG64(seed)).permutation(len(data)).tolist()
        rest = sorted(order[FIRST:], key=lambda row: len(data.inputs[row]))
        groups = [order[:FIRST], *_group(rest, data)]
        self.groups = [encode_rows(coding, data, group) for group in groups if group]
        self.asked = sum(int(one.asked.sum()) for one in self.groups)

    def failures(self, expression: Expression) -> list[int]:
        """The numbers of some rows on which the expression is wrong; none if it is right on all."""
        for one in self.groups:
            _, rows = one.failures(expression)
            if len(rows):
                return rows.tolist()  # type: ignore[no-any-return]
        return []

    def wrong(self, expression: Expression) -> int:
        """How many outputs the expression gets wrong."""
        return sum(one.failures(expression)[0] for one in self.groups)


def _group(rows: list[int], data: Data) -> list[list[int]]:
    """The rows, sorted by length, in groups of bounded size."""
    groups: list[list[int]] = []
    start = 0
    while start < len(rows):
        size = max(1, ENTRIES // len(data.inputs[rows[start]]))
        groups.append(rows[start : start + size])
        start += size
    return groups
