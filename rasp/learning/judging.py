"""How right an expression is on all training examples, and where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rasp.learning.batch import Batch
from rasp.learning.examples import Coding, Examples
from rasp.learning.expressions import Expression

Array = Any
FIRST, ENTRIES = 400, 2**17  # examples of the first part, which most wrong programs fail; entries of each other part
KEPT = 2**20  # entries that a part remembers between programs


class Score(NamedTuple):
    """How many outputs and how many examples are wrong, and the numbers of some examples that are."""

    outputs: int
    examples: int
    wrong: list[int]


class Part(NamedTuple):
    """Some of the examples, as arrays."""

    rows: Array
    batch: Batch
    wanted: Array
    asked: Array

    def failures(self, expression: Expression) -> tuple[int, Array]:
        """How many outputs are wrong, and the numbers of the examples that are."""
        wrong = (self.batch.values(expression) != self.wanted) & self.asked
        if len(self.batch.memo) * self.asked.size > KEPT:
            self.batch.memo.clear()
        return int(wrong.sum()), self.rows[wrong.any(0)]


def part(coding: Coding, examples: Examples, rows: Sequence[int]) -> Part:
    """The examples of some numbers as arrays."""
    chosen = examples.chosen(rows)
    batch = Batch(coding, chosen.inputs)
    wanted = batch.coded(chosen.outputs, 0)
    asked = np.zeros(wanted.shape, bool)
    for number, outputs in enumerate(chosen.outputs):
        asked[: len(outputs), number] = [atom is not None for atom in outputs]
    return Part(np.array(rows), batch, wanted, asked)


class Judge:
    """All examples, in parts of alike length after a first one that is drawn from all of them."""

    def __init__(self, coding: Coding, examples: Examples, seed: int) -> None:
        self.examples = examples
        order = np.random.Generator(np.random.PCG64(seed)).permutation(len(examples)).tolist()
        rest = sorted(order[FIRST:], key=lambda row: len(examples.inputs[row]))
        groups = [order[:FIRST], *_cut(rest, examples)]
        self.parts = [part(coding, examples, group) for group in groups if group]
        self.asked = sum(int(one.asked.sum()) for one in self.parts)

    def right(self, expression: Expression) -> tuple[bool, list[int]]:
        """Whether the expression is right on all examples, or else the numbers of some on which it is wrong."""
        for one in self.parts:
            _, rows = one.failures(expression)
            if len(rows):
                return False, rows.tolist()
        return True, []

    def score(self, expression: Expression) -> Score:
        """How wrong the expression is on all examples."""
        found = [one.failures(expression) for one in self.parts]
        rows = np.concatenate([rows for _, rows in found])
        return Score(sum(outputs for outputs, _ in found), len(rows), rows[:1000].tolist())


def _cut(rows: list[int], examples: Examples) -> list[list[int]]:
    """The rows, sorted by length, in groups of bounded size."""
    groups: list[list[int]] = []
    start = 0
    while start < len(rows):
        size = max(1, ENTRIES // len(examples.inputs[rows[start]]))
        groups.append(rows[start : start + size])
        start += size
    return groups
