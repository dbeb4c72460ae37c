"""Accuracy of a program on data, by part and by length; a program is a function from inputs to outputs here.

A position is *asked* if the data have an output for it; only these positions count. An input on which the program
fails counts as wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from rasp.errors import RaspError
from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Data, Input, Output, sort_atoms
from rasp.learning.examples.spans import OUTSIDE, SpanScore, score_spans
from rasp.learning.reporting.chance import SAMPLE, Lead

ProgramAnswer = Union[Sequence[Union[Atom, None]], RaspError]  # the answer to one input
Runner = Callable[[list[Input]], Sequence[ProgramAnswer]]

AT_ONCE = 10_000  # inputs that a program runs on together
SHOWN = 10  # wrong examples that are kept


@dataclass
class Score:
    """How many sequences and outputs were asked, and how many were right.

    >>> score = Score()
    >>> score.add(("a", None, "b"), ("a", "x", "c"))
    False
    >>> score.sequences, score.sequences_right, score.tokens, score.tokens_right
    (1, 0, 2, 1)
    """

    sequences: int = 0
    sequences_right: int = 0
    tokens: int = 0
    tokens_right: int = 0
    failed: int = 0  # sequences on which the program failed

    def add(self, wanted: Output, answer: ProgramAnswer) -> bool:
        """Counts a sequence; returns whether it is right at every asked position."""
        asked = len(wanted) - wanted.count(None)
        if not asked:
            return True
        failed = isinstance(answer, RaspError)
        right = 0 if isinstance(answer, RaspError) else right_positions(wanted, answer)
        self.sequences += 1
        self.sequences_right += right == asked
        self.tokens += asked
        self.tokens_right += right
        self.failed += failed
        return right == asked

    @property
    def exact(self) -> bool:
        """Whether every sequence is right."""
        return self.sequences_right == self.sequences

    @property
    def whole(self) -> float | None:
        """The share of sequences that are right at every position; None without sequences."""
        return self.sequences_right / self.sequences if self.sequences else None

    @property
    def token(self) -> float | None:
        """The share of outputs that are right."""
        return self.tokens_right / self.tokens if self.tokens else None

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return {**vars(self), "whole": self.whole, "token": self.token}


def right_positions(wanted: Output, answer: Sequence[Atom | None]) -> int:
    """The number of asked positions at which an answer is right; 1 equals True, as in the language.

    >>> right_positions((1, None, 2), (True, 7, 3))
    1
    """
    if len(answer) != len(wanted):
        return 0
    if tuple(answer) == wanted:
        return len(wanted) - wanted.count(None)
    return sum(atom is not None and atom == found for atom, found in zip(wanted, answer, strict=True))


@dataclass(frozen=True)
class WrongExample:
    """An example on which a program is wrong; `found` is its output, or its error in words.

    `line` is 0 for inputs without a line.
    """

    line: int
    given: Input
    wanted: Output
    found: tuple[Atom | None, ...] | str

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        found = {"error": self.found} if isinstance(self.found, str) else {"found": self.found}
        return {"line": self.line or None, "input": self.given, "expected": self.wanted, **found}


@dataclass
class Marks:
    """The scores of a program on some inputs: in total and by length, with the first wrong examples."""

    score: Score = field(default_factory=Score)
    by_length: dict[int, Score] = field(default_factory=dict)
    wrong: list[WrongExample] = field(default_factory=list)
    confusion: Counter[tuple[Atom, Atom | None]] = field(default_factory=Counter)  # keys: wanted, found

    def add(self, given: Input, wanted: Output, answer: ProgramAnswer, line: int = 0, one: bool = False) -> bool:
        """Counts an input, and returns whether it is right. With `one`, its outputs are a single label."""
        length = self.by_length.get(len(given)) or self.by_length.setdefault(len(given), Score())
        right = length.add(wanted, answer)
        self.score.add(wanted, answer)
        if isinstance(answer, RaspError):
            found: tuple[Atom | None, ...] | str = answer.diagnostic.title
        else:
            found = tuple(answer)
            self.confusion.update(_confusions(wanted, found, one))
        if not right and len(self.wrong) < SHOWN:
            self.wrong.append(WrongExample(line, given, wanted, found))
        return right

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return {
            **self.score.to_dict(),
            "by_length": {str(size): score.to_dict() for size, score in sorted(self.by_length.items())},
            "wrong": [wrong.to_dict() for wrong in self.wrong],
            "confusion": [[wanted, found, count] for (wanted, found), count in by_frequency(self.confusion)],
        }


def _confusions(wanted: Output, found: tuple[Atom | None, ...], one: bool) -> Iterable[tuple[Atom, Atom | None]]:
    """Pairs of wanted and found outputs; if the input has one label, only the first wrong pair, or else the first."""
    if one or None in wanted:
        pairs = [(atom, other) for atom, other in zip(wanted, found, strict=False) if atom is not None]
        return sorted(pairs, key=lambda pair: pair[0] == pair[1])[:1] if one else pairs
    return zip(wanted, found, strict=False)  # type: ignore[arg-type]


def by_frequency(confusion: Counter[tuple[Atom, Atom | None]]) -> list[tuple[tuple[Atom, Atom | None], int]]:
    """The pairs, the most frequent first.

    >>> by_frequency(Counter({("a", "b"): 1, ("b", "a"): 3}))
    [(('b', 'a'), 3), (('a', 'b'), 1)]
    """
    return sorted(confusion.items(), key=lambda item: (-item[1], repr(item[0])))


@dataclass(frozen=True)
class Trained:
    """The tokens and outputs that occur in training data, and the commonest output."""

    tokens: frozenset[Atom]
    labels: frozenset[Atom]
    majority: Atom

    @classmethod
    def on(cls, data: Data) -> Trained:
        """The tokens and outputs of these data; of equally common outputs, the first in order is the majority.

        >>> Trained.on(Data((("a", "b"),), ((2, 1),), (1,))).majority
        1
        """
        counts = Counter(atom for wanted in data.outputs for atom in wanted if atom is not None)
        most = max(counts.values(), default=0)
        majority = next((atom for atom in sort_atoms(counts) if counts[atom] == most), "")
        return cls(frozenset(data.seen), frozenset(counts), majority)

    def baseline(self, inputs: list[Input]) -> list[ProgramAnswer]:
        """Answers every position with the commonest output."""
        return [(self.majority,) * len(given) for given in inputs]


@dataclass(frozen=True)
class Unseen:
    """What does not occur in training: tokens, the number of sequences that contain some, and wanted outputs."""

    tokens: tuple[Atom, ...]
    sequences: int
    labels: tuple[Atom, ...]

    @classmethod
    def of(cls, data: Data, trained: Trained) -> Unseen:
        """Finds the tokens and outputs of these data that do not occur in training."""
        rows = [set(given) - trained.tokens for given in data.inputs]
        labels = set(data.labels) - trained.labels
        return cls(sort_atoms(set().union(*rows)), sum(map(bool, rows)), sort_atoms(labels))

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return {"tokens": list(self.tokens), "sequences": self.sequences, "labels": list(self.labels)}


@dataclass
class SampledOutputs:
    """The outputs of some inputs, each input once: how often each was wanted, and how many the program gets wrong."""

    wanted: Counter[Atom] = field(default_factory=Counter)
    wrong: int = 0


@dataclass(frozen=True)
class PartReport:
    """The accuracy of a program on a part of the data, and that of the baseline, the commonest output everywhere.

    `spans` are counted if `O`, the label outside of spans, is one of the outputs. `lead` and `sample` tell whether
    the program may be right by chance.
    """

    name: str
    marks: Marks
    baseline: Score
    unseen: Unseen
    spans: SpanScore | None = None
    lead: Lead = field(default_factory=Lead)
    sample: SampledOutputs = field(default_factory=SampledOutputs)

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        made = {**self.marks.to_dict(), "baseline": self.baseline.to_dict(), "unseen": self.unseen.to_dict()}
        return made if self.spans is None else {**made, "spans": self.spans.to_dict()}


def measure_accuracy(name: str, data: Data, program: Runner, trained: Trained) -> PartReport:
    """Measures the accuracy of a program on data.

    >>> data = Data((("a", "b"), ("b",)), (("b", "a"), ("b",)), (1, 2))
    >>> part = measure_accuracy("training", data, lambda inputs: inputs, Trained.on(data))
    >>> part.marks.score.whole, part.marks.score.tokens_right, part.baseline.tokens_right, part.marks.wrong[0].line
    (0.5, 1, 2, 1)
    """
    marks, lead = Marks(), Lead()
    found: list[Output] = []
    for (given, wanted, line), answer in zip(data.rows(), program_answers(program, data.inputs), strict=True):
        marks.add(given, wanted, answer, line, data.one)
        fits = not isinstance(answer, RaspError) and len(answer) == len(given)
        found.append(tuple(answer) if fits else (None,) * len(given))  # type: ignore[arg-type]
        lead.add(given, right_positions(wanted, found[-1]), wanted.count(trained.majority))
    spans = score_spans(data.outputs, found) if OUTSIDE in trained.labels and not data.one else None
    baseline, unseen = score_program(data, trained.baseline), Unseen.of(data, trained)
    return PartReport(name, marks, baseline, unseen, spans, lead, sample_outputs(data, found))


def sample_outputs(data: Data, found: Sequence[Output]) -> SampledOutputs:
    """The outputs of some inputs, evenly from all data. Of an input with one label, one output counts."""
    rows = {given: row for row, given in reversed(list(enumerate(data.inputs)))}  # the first row of each input
    chosen = list(rows.values())[:: -(-len(rows) // SAMPLE) or 1]
    made = SampledOutputs()
    for row in chosen:
        pairs = zip(data.outputs[row], found[row], strict=True)
        asked = [(atom, atom != other) for atom, other in pairs if atom is not None]
        for atom, wrong in asked[:1] if data.one else asked:
            made.wanted[atom] += 1
            made.wrong += wrong
    return made


def score_program(data: Data, program: Runner, before: Score | None = None) -> Score:
    """The score of a program, added to the one `before`."""
    score = before or Score()
    for wanted, answer in zip(data.outputs, program_answers(program, data.inputs), strict=True):
        score.add(wanted, answer)
    return score


def program_answers(program: Runner, inputs: Sequence[Input]) -> Iterable[ProgramAnswer]:
    """The answers of a program to inputs, computed AT_ONCE at a time."""
    for start in range(0, len(inputs), AT_ONCE):
        yield from program(list(inputs[start : start + AT_ONCE]))
