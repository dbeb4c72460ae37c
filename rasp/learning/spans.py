"""Spans of labels, such as names in a sentence, and how many of them are right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rasp.graph.nodes import Atom

OUTSIDE = "O"  # the label of what is in no span


class SpanScore(NamedTuple):
    """How many spans were wanted, how many found, and how many of those are right."""

    wanted: int
    found: int
    right: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
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
        """The harmonic mean of both.

        >>> round(SpanScore(4, 2, 2).f1, 3)
        0.667
        """
        return 2 * self.right / (self.wanted + self.found) if self.wanted + self.found else 0.0


def spans(labels: Sequence[Atom | None]) -> set[tuple[int, int, str]]:
    """The spans of a sequence as start, end and kind: `B-` begins one, `I-` goes on, and so does an equal label.

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


def score_spans(wanted: Iterable[Sequence[Atom | None]], found: Iterable[Sequence[Atom | None]]) -> SpanScore:
    """How many spans of sequences are right, at the same places and of the same kind."""
    counts = [0, 0, 0]
    for one, other in zip(wanted, found, strict=True):
        expected, given = spans(one), spans(other)
        counts = [counts[0] + len(expected), counts[1] + len(given), counts[2] + len(expected & given)]
    return SpanScore(*counts)
