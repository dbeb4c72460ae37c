"""A summary of the data, before anything is learned: first pairs, kinds, vocabulary, lengths, split, baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rasp.base.diagnostics import clip, printable
from rasp.base.quantities import many, percent
from rasp.base.tables import USUAL, table, wrap_text
from rasp.errors import RaspError
from rasp.graph.nodes import Atom
from rasp.learning.examples.contradictions import Contradictions, find_contradictions
from rasp.learning.examples.data import Data, Input, Output
from rasp.learning.examples.kinds import fits
from rasp.learning.examples.split import Split
from rasp.learning.reporting.accuracy import Score, Trained, score_program
from rasp.present.names import show_input
from rasp.present.text import element_text

FIRST = 5  # pairs that are shown
LISTED = 20  # tokens that are shown
CONTRADICTIONS = 3  # most contradictions that are shown
CELL = 40  # width of an input or output
NOT_ASKED = "·"  # stands for null


@dataclass(frozen=True)
class Summary:
    """What is known of data before the search.

    `failed` counts inputs on which a teacher failed, `unasked` those that a slow one was not asked about.
    """

    data: Data
    split: Split
    trained: Trained
    baseline: dict[str, Score]  # of each part
    contradictions: Contradictions
    failed: int = 0
    failures: tuple[RaspError, ...] = ()
    unasked: int = 0

    @classmethod
    def of(
        cls, data: Data, parts: Split, failed: int = 0, failures: Sequence[RaspError] = (), unasked: int = 0
    ) -> Summary:
        """The summary of data and their split.

        >>> from rasp.learning.examples.rows import data_of
        >>> from rasp.learning.examples.split import split_data
        >>> data = data_of([("ab", "ba"), ("a", "a")])
        >>> print(Summary.of(data, split_data(data)).text(40).split("\\n")[0])
        data: 2 examples (pairs), checksum
        """
        trained = Trained.on(parts.training)
        baseline = {name: score_program(part, trained.baseline) for name, part in parts.parts()}
        return cls(data, parts, trained, baseline, find_contradictions(data), failed, tuple(failures), unasked)

    # ------------------------------------------------------------------------------------------------------------ data

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        data, parts = self.data, self.split
        return {
            "data": {"name": data.name, "form": data.form, "examples": len(data), "checksum": data.checksum},
            "first": [
                {data.noun: line, "input": given, "output": wanted}
                for given, wanted, line in data.rows_at(range(min(FIRST, len(data)))).rows()
            ],
            "one_label": data.one,
            "tokens": {"kind": data.input_kind, "values": list(data.vocabulary)},
            "outputs": {"kind": data.output_kind, "values": list(data.labels), "not_asked": data.not_asked},
            "lengths": {str(size): count for size, count in sorted(Counter(map(len, data.inputs)).items())},
            "split": {"seed": parts.seed, **{name: len(part) for name, part in parts.parts()}, "shared": parts.shared},
            "contradictions": self.contradictions.to_dict(),
            "teacher_failed": self.failed,
            "teacher_unasked": self.unasked,
            "baseline": {
                "output": self.trained.majority,
                **{name: score.to_dict() for name, score in self.baseline.items()},
            },
        }

    # ------------------------------------------------------------------------------------------------------------ text

    def text(self, width: int = USUAL) -> str:
        """The text for a terminal of this width."""
        parts = [wrap_text(self.head(), width), self._pairs(width), self._facts(width), self._parts(width)]
        return "\n\n".join("\n".join(part) for part in parts if part)

    def head(self) -> str:
        """The data in one line."""
        data = self.data
        return f"{printable(data.name)}: {many(len(data), 'example')} ({data.form}), checksum {data.checksum}"

    def _pairs(self, width: int) -> list[str]:
        rows = [(self.data.noun, "input", "output")]
        for given, wanted, line in self.data.rows_at(range(min(FIRST, len(self.data)))).rows():
            rows.append((str(line), show_input(given, CELL), output_text(wanted, self.data.one)))
        return table(rows, width)

    def _facts(self, width: int) -> list[str]:
        return table(list(self._rows()), width)

    def _rows(self) -> Iterator[tuple[str, str]]:
        data = self.data
        yield "tokens", f"{many(len(data.vocabulary), data.input_kind)}: {list_atoms(data.vocabulary)}{_numerals(data)}"
        asked = f"; nothing is asked at {many(data.not_asked, 'position')}" if data.not_asked else ""
        label = ", one label a sequence" if data.one else ""
        yield "outputs", f"{many(len(data.labels), data.output_kind)}{label}: {list_atoms(data.labels)}{asked}"
        total = sum(map(len, data.inputs))
        yield "lengths", f"{data.shortest} to {data.longest}, {10 * total // len(data) / 10:,} on average"
        yield "split", self._split()
        if self.failed:
            first = "".join(f"; {error.diagnostic.title}" for error in self.failures[:1])
            yield "teacher", f"it failed on {many(self.failed, 'input')}, left out here{first}"
        yield from (("teacher", words) for words in self.slowness())
        yield from self._contradictions()

    def slowness(self) -> Iterator[str]:
        """How many questions were asked, if the time was too short for all of them."""
        if self.unasked:
            asked = len(self.data) + self.failed
            yield f"it is slow: it was asked {asked:,} of {many(asked + self.unasked, 'question')} for the first data"

    def _split(self) -> str:
        parts = self.split
        sizes = ", ".join(f"{name} {len(part):,}" for name, part in parts.parts())
        if not len(parts.validation) and not len(parts.test):
            return f"all for {sizes}"
        shared = f"; {many(parts.shared, 'input')} of the test occur in the other data, too" if parts.shared else ""
        return f"{sizes} (seed {parts.seed}, equal inputs together){shared}"

    def _contradictions(self) -> Iterator[tuple[str, str]]:
        found = self.contradictions
        if not found:
            return
        yield "contradictory", self.contradictory()
        for one in found.found[:CONTRADICTIONS]:
            told = [
                f"{output_text(wanted, self.data.one)} ({self.data.noun} {line})" for wanted, line in one.outputs[:3]
            ]
            yield "", f"{show_input(one.given, CELL)}: {', '.join(told)}"

    def contradictory(self) -> str:
        """The contradictions in the data, in words."""
        found = self.contradictions
        sequences = sum(wanted.count(None) < len(wanted) for wanted in self.data.outputs)
        bounds = percent(found.sequences_bound, sequences), percent(found.tokens_bound, self.data.asked)
        several = f"{many(len(found.found), 'input')} with several outputs, in {many(found.rows, 'row')}"
        return f"{several}; at most {bounds[0]} of sequences and {bounds[1]} of outputs can be right"

    def _parts(self, width: int) -> list[str]:
        majority = clip(element_text(self.trained.majority), CELL)
        rows = [(f"{majority} everywhere", "sequences", "whole", "token")]
        for name, score in self.baseline.items():
            whole = percent(score.sequences_right, score.sequences)
            rows.append((name, f"{score.sequences:,}", whole, percent(score.tokens_right, score.tokens)))
        return table(rows, width)


def _numerals(data: Data) -> str:
    """A hint for numbers that are compared as strings."""
    texts = [token for token in data.vocabulary if isinstance(token, str)]
    numerals = bool(texts) and all(fits(text, "int") for text in texts) and any(len(text) > 1 for text in texts)
    return "; `--input-kind int` reads them as ints" if numerals else ""


def list_atoms(atoms: Sequence[Atom]) -> str:
    """Atoms in one line; of many, the first ones.

    >>> list_atoms(["a", True, 3])
    'a T 3'
    """
    more = f" … {len(atoms) - LISTED:,} more" if len(atoms) > LISTED else ""
    return " ".join(clip(element_text(atom), CELL) or '""' for atom in atoms[:LISTED]) + more


def output_text(wanted: Output | Input, one: bool = False) -> str:
    """An output in the notation of inputs, with a dot where nothing is asked; with `one`, only the label.

    >>> output_text(("a", None)), output_text((1, None)), output_text(("pos", "pos"), one=True)
    ('"a·"', '[1, ·]', 'pos')
    """
    if one:
        return NOT_ASKED if wanted[0] is None else clip(element_text(wanted[0]), CELL)
    if None not in wanted:
        return show_input(wanted, CELL)
    if all(atom is None or (isinstance(atom, str) and len(atom) == 1) for atom in wanted):
        return show_input([NOT_ASKED if atom is None else atom for atom in wanted], CELL)
    shown = ", ".join(NOT_ASKED if atom is None else element_text(atom) for atom in wanted)
    return clip(f"[{shown}]", CELL)
