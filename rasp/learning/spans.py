"""Spans of labels, such as names in a sentence, and how many of them are right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from rasp.graph.nodes import Atom
from rasp.model.arrays import Array

OUTSIDE = "O"  # the label of tokens outside of spans


class SpanScore(NamedTuple):
    """The numbers of wanted spans, of found spans, and of found spans that are right."""

    wanted: int
    found: int
    right: int

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        shares = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**self._asdict(), **shares}

    @property
    def precision(self) -> float:
        """The share of found spans that are right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of wanted spans that are found."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall.

        >>> round(SpanScore(4, 2, 2).f1, 3)
        0.667
        """
        return 2 * self.right / (self.wanted + self.found) if self.wanted + self.found else 0.0


def spans(labels: Sequence[Atom | None]) -> set[tuple[int, int, str]]:
    """The spans of a sequence as start, end and kind: `B-` begins one; `I-` or an equal label continues it.

    >>> sorted(spans(["O", "N", "N", "T"])), sorted(spans(["B-PER", "B-PER", "I-PER", "I-LOC"]))
    ([(1, 3, 'N'), (3, 4, 'T')], [(0, 1, 'PER'), (1, 3, 'PER'), (3, 4, 'LOC')])
    """
    found = set()
    start, before = 0, ""
    for place, label in enumerate([*labels, OUTSIDE]):
        text = str(label) if label is not None else OUTSIDE
        kind = text[2:] if text[:2] in ("B-", "I-") else "" if text == OUTSIDE else text
        if before and (kind != before or text.startswith("B-")):
            found.add((start, place, before))
            start = place
        elif not before:
            start = place
        before = kind
    return found


class SpanCounter:
    """Counts right spans of many sequences at once, as arrays of label numbers, one sequence after the other.

    >>> counter = SpanCounter(["N", "O"], np.array([0, 0, 1, 0]), np.array([True, False, False, True]))
    >>> counter.score(np.array([0, 0, 1, 1]))
    SpanScore(wanted=2, found=1, right=1)
    """

    def __init__(self, labels: Sequence[Atom], wanted: Array, first: Array) -> None:
        kinds = [next(iter(spans([label])), (0, 0, ""))[2] for label in labels]
        numbers = {kind: number for number, kind in enumerate(dict.fromkeys(["", *kinds]))}
        self.kinds = np.array([*(numbers[kind] for kind in kinds), 0])  # the last one: not asked
        self.begins = np.array([*(str(label).startswith("B-") for label in labels), False])
        self.first = first
        self.wanted = self._spans(wanted)

    def _spans(self, labels: Array) -> tuple[Array, Array, Array]:
        """Where spans start, where each ends, and the kind at each place."""
        kinds = self.kinds[labels]
        breaks = self.first | self.begins[labels]
        breaks[1:] |= kinds[1:] != kinds[:-1]
        after = np.where(np.append(breaks[1:], True), np.arange(len(labels)), len(labels))
        return breaks & (kinds > 0), np.minimum.accumulate(after[::-1])[::-1], kinds

    def score(self, labels: Array) -> SpanScore:
        """How many of the spans are right."""
        starts, ends, kinds = self.wanted
        found_starts, found_ends, found_kinds = self._spans(labels)
        right = starts & found_starts & (ends == found_ends) & (kinds == found_kinds)
        return SpanScore(int(starts.sum()), int(found_starts.sum()), int(right.sum()))


def score_spans(wanted: Iterable[Sequence[Atom | None]], found: Iterable[Sequence[Atom | None]]) -> SpanScore:
    """How many spans of sequences are right, at the same places and of the same kind."""
    counts = [0, 0, 0]
    for one, other in zip(wanted, found, strict=True):
        expected, given = spans(one), spans(other)
        counts = [counts[0] + len(expected), counts[1] + len(given), counts[2] + len(expected & given)]
    return SpanScore(*counts)
