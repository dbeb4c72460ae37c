"""Contradictory data: inputs that have several outputs, and the highest accuracy that a program can have on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Data, Input, Output


@dataclass(frozen=True)
class Contradiction:
    """An input with its different outputs, and the first line of each."""

    given: Input
    outputs: tuple[tuple[Output, int], ...]


@dataclass(frozen=True)
class Contradictions:
    """Inputs with several outputs; `rows` is the number of their rows. No program can exceed these bounds."""

    found: tuple[Contradiction, ...]
    rows: int
    sequences_bound: int  # most rows of all data that one program can be right on
    tokens_bound: int  # most outputs of all data that one program can be right on

    def __bool__(self) -> bool:
        return bool(self.found)

    def to_dict(self, most: int = 10) -> dict[str, Any]:
        """The fields as a dict for JSON, with the first inputs."""
        return {
            "inputs": len(self.found),
            "rows": self.rows,
            "sequences_bound": self.sequences_bound,
            "tokens_bound": self.tokens_bound,
            "examples": [
                {"input": one.given, "outputs": [{"output": wanted, "line": line} for wanted, line in one.outputs]}
                for one in self.found[:most]
            ],
        }


def find_contradictions(data: Data) -> Contradictions:
    """Finds the contradictions in data: equal inputs with different outputs at the same position.

    >>> data = Data((("a", "b"), ("a", "b"), ("b",)), ((1, 0), (1, 1), (0,)), (1, 2, 3))
    >>> found = find_contradictions(data)
    >>> len(found.found), found.rows, found.sequences_bound, found.tokens_bound
    (1, 2, 2, 4)
    """
    groups: dict[Input, list[int]] = {}
    for number, given in enumerate(data.inputs):
        groups.setdefault(given, []).append(number)
    found, rows, lost_sequences, lost_tokens = [], 0, 0, 0
    for given, numbers in groups.items():
        if len(numbers) == 1:
            continue
        lost = [_losses(answers) for answers in zip(*(data.outputs[number] for number in numbers), strict=True)]
        if not any(lost):
            continue
        rows += len(numbers)
        found.append(Contradiction(given, _firsts(data, numbers)))
        lost_tokens += sum(lost)
        lost_sequences += max(max(lost), _row_losses([data.outputs[number] for number in numbers]))
    asked_rows = sum(wanted.count(None) < len(wanted) for wanted in data.outputs)
    return Contradictions(tuple(found), rows, asked_rows - lost_sequences, data.asked - lost_tokens)


def _losses(answers: tuple[Atom | None, ...]) -> int:
    """The number of outputs at a position that differ from the commonest one."""
    counts = Counter(answer for answer in answers if answer is not None)
    return sum(counts.values()) - max(counts.values(), default=0)


def _row_losses(outputs: list[Output]) -> int:
    """The number of an input's rows that differ from the commonest one; 0 if a row does not ask at every position."""
    if any(None in wanted for wanted in outputs):
        return 0  # unlike rows may agree where both ask; `_losses` gives the bound
    return len(outputs) - max(Counter(outputs).values())


def _firsts(data: Data, numbers: list[int]) -> tuple[tuple[Output, int], ...]:
    firsts: dict[Output, int] = {}
    for number in numbers:
        firsts.setdefault(data.outputs[number], data.lines[number])
    return tuple(firsts.items())
