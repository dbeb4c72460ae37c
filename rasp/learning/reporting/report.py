"""The report on what was learned: accuracy by part and length, sizes, the effort of the search, and wrong examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasp.base.diagnostics import clip, printable
from rasp.base.quantities import many, percent
from rasp.base.tables import USUAL, table, wrap_text
from rasp.graph.nodes import Atom
from rasp.learning.reporting.accuracy import Marks, PartReport, Score, WrongExample, by_frequency
from rasp.learning.reporting.chance import is_short, is_sure
from rasp.learning.reporting.comparing import Comparison
from rasp.learning.reporting.summary import CELL, Summary, list_atoms, output_text
from rasp.present.names import show_input
from rasp.present.text import element_text

WIDEST = 12  # most outputs of a confusion table
PAIRS = 10  # confused pairs that are listed instead, if there are more outputs
WRONG = 3  # wrong examples shown for each part
SAID = 1.0  # seconds beside the search that are reported
LENGTHS = 20  # most lengths that are shown


@dataclass(frozen=True)
class ProgramSize:
    """The size of a program: statements, and heads by layer, without and with a BOS position."""

    statements: int
    heads: tuple[int, ...]
    heads_with_bos: tuple[int, ...]

    def __str__(self) -> str:
        """In words.

        >>> str(ProgramSize(3, (2, 1), (1, 1)))
        '3 statements; 2 layers, heads 2 and 1 without BOS, 1 and 1 with BOS'
        """
        return f"{many(self.statements, 'statement')}; {self._layers()}"

    def _layers(self) -> str:
        if not self.heads:
            return "no layers"
        plain, behind = _join_counts(self.heads), _join_counts(self.heads_with_bos)
        return f"{many(len(self.heads), 'layer')}, heads {plain} without BOS, {behind} with BOS"


def _join_counts(heads: Sequence[int]) -> str:
    """The numbers of heads in words.

    >>> _join_counts((4, 2, 1)), _join_counts((1,))
    ('4, 2 and 1', '1')
    """
    before = ", ".join(map(str, heads[:-1]))
    return " and ".join(filter(None, [before, str(heads[-1])]))


@dataclass(frozen=True)
class Effort:
    """The effort of a search. `interrupted`: Ctrl-C ended it, and only the training data were checked.

    `asked` are the seconds that a Python function took for its answers before and between searches, `checked` those of
    the proof and the measurements at the end.
    `units` are what iterations and restarts are called, such as epochs and trainings.
    """

    seed: int
    iterations: int
    restarts: int
    seconds: float
    interrupted: bool = False
    units: tuple[str, str] = ("iteration", "restart")
    asked: float = 0.0
    checked: float = 0.0

    def __str__(self) -> str:
        """In words.

        >>> str(Effort(0, 12_000, 2, 3.14))
        'seed 0, 12,000 iterations, 2 restarts, 3.1 s'
        >>> str(Effort(0, 1, 0, 60.0, asked=20.0, checked=2.7))
        'seed 0, 1 iteration, 0 restarts, 60.0 s; the teacher took 20.0 s; checks took 2.7 s'
        """
        counts = ", ".join(map(many, (self.iterations, self.restarts), self.units))
        more = ((self.asked, "the teacher took"), (self.checked, "checks took"))
        told = (f"; {words} {seconds:,.1f} s" for seconds, words in more if seconds >= SAID)
        return f"seed {self.seed}, {counts}, {self.seconds:,.1f} s{''.join(told)}"


@dataclass(frozen=True)
class FrontProgram:
    """A program of the front: its text and size, and how many outputs it gets wrong in training and validation."""

    price: int
    statements: int
    training_wrong: int
    validation_wrong: int | None = None
    chosen: bool = False
    program: str = ""


@dataclass(frozen=True)
class LearningReport:
    """All facts about what was learned."""

    summary: Summary
    size: ProgramSize
    effort: Effort
    parts: tuple[PartReport, ...]
    comparisons: tuple[Comparison, ...] = ()
    front: tuple[FrontProgram, ...] = field(default=())
    method: str = ""  # the method and the reason for it, if they are reported
    reads: tuple[str, ...] = ()  # what a sum of look-ups reads, in words
    others: tuple[PartReport, ...] = ()  # of models of other kinds, to compare

    @property
    def exact(self) -> bool:
        """Whether the program is right on all training data."""
        return self.parts[0].marks.score.exact

    @property
    def beats_baseline(self) -> bool:
        """Whether the program beats the baseline on validation and on test data, if there are some."""
        return all(map(_beats_baseline, self.parts[1:] or self.parts))

    @property
    def found_rule(self) -> bool:
        """Whether the program beats the baseline by more than chance: see `rasp.learning.reporting.chance`."""
        if not self.beats_baseline:
            return False
        constant = all(part.baseline.exact for part in self.parts)
        complete = any(one.every and one.marks.score.exact for one in self.comparisons)
        training, *held = (part.lead for part in self.parts)
        return constant or complete or is_sure(training, held) or self._is_short()

    def _is_short(self) -> bool:
        """Whether the program is shorter than the outputs that it explains."""
        chosen = next((one for one in self.front if one.chosen), None)
        if chosen is None:
            return False
        data = self.summary.data
        samples = [part.sample for part in self.parts]
        outputs = sum((one.wanted for one in samples), Counter[Atom]())
        atoms = len({*data.vocabulary, *data.labels})
        return is_short(chosen.program, outputs, sum(one.wrong for one in samples), atoms)

    @property
    def accuracy(self) -> float:
        """The share of right outputs: compared with the teacher, else on test data, else on the last part measured."""
        measures = [comparison.marks.score for comparison in self.comparisons[:1]]
        score = (measures or [self.parts[-1].marks.score])[0]
        return score.tokens_right / score.tokens if score.tokens else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return {
            "exact": self.exact,
            "rule_found": self.found_rule,
            **self.summary.to_dict(),
            "size": vars(self.size),
            "effort": vars(self.effort),
            "method": self.method,
            "reads": list(self.reads),
            "accuracy": {part.name: part.to_dict() for part in (*self.parts, *self.others)},
            "comparisons": [comparison.to_dict() for comparison in self.comparisons],
            "front": [vars(candidate) for candidate in self.front],
        }

    # ------------------------------------------------------------------------------------------------------------ text

    def text(self, width: int = USUAL) -> str:
        """The text for a terminal of this width."""
        parts = [
            [line for text in self._head() for line in wrap_text(text, width, indent=2)],
            self._scores(width),
            self._spans(width),
            [line for text in self._reads() for line in wrap_text(text, width, indent=4)],
            self._lengths(width),
            self._wrong(width),
            self._confusion(width),
            [line for text in self._remarks() for line in wrap_text(text, width, indent=2)],
        ]
        return "\n\n".join("\n".join(part) for part in parts if part)

    def verdict(self) -> str:
        """The accuracy of the program, in one line."""
        if not self.beats_baseline:
            return "no rule found: nothing beats the commonest output everywhere"
        if self.found_rule:
            return self._rightness()
        if all(part.marks.score.exact for part in self.parts):
            return f"{self._rightness()}, perhaps by chance: they are few"
        return f"no rule found beyond chance; {self._rightness()}"

    def _rightness(self) -> str:
        """How right the program is on the training data, in words."""
        score = self.parts[0].marks.score
        if self.exact:
            return f"right on all training data ({many(score.sequences, 'sequence')})"
        whole, token = percent(score.sequences_right, score.sequences), percent(score.tokens_right, score.tokens)
        return f"not exact: right on {whole} of the training sequences, {token} of their outputs"

    def _head(self) -> Iterator[str]:
        yield self.verdict()
        yield self.summary.head()
        yield str(self.size)
        yield str(self.effort)
        yield from (f"teacher: {words}" for words in self.summary.slowness())
        if self.method:
            yield f"method: {self.method}"
        if self.effort.interrupted:
            yield "interrupted: only the training data was checked"

    def _scores(self, width: int) -> list[str]:
        rows = [("", "sequences", "whole", "token", "baseline")]
        for part in (*self.parts, *self.others):
            rows.append(_score_row(part.name, part.marks.score, part.baseline))
        for comparison in self.comparisons:
            rows.append(_score_row(comparison.words, comparison.marks.score))
        return table(rows, width)

    def _spans(self, width: int) -> list[str]:
        """The accuracy of spans, such as names."""
        rows = [("spans", "wanted", "found", "right", "F1")]
        for part in (*self.parts, *self.others):
            if part.spans is not None:
                wanted, found, right = (f"{count:,}" for count in part.spans)
                rows.append((part.name, wanted, found, right, f"{100 * part.spans.f1:.2f}"))
        return table(rows, width) if len(rows) > 1 else []

    def _reads(self) -> Iterator[str]:
        """What the program reads, in words."""
        if self.reads:
            yield "reads"
            yield from (f"  {words}" for words in self.reads)

    def _marks(self) -> dict[str, Marks]:
        """The measurements by name."""
        named = {part.name: part.marks for part in self.parts}
        return named | {comparison.name: comparison.marks for comparison in self.comparisons}

    def _lengths(self, width: int) -> list[str]:
        """Accuracy by length, for the parts that have wrong sequences."""
        unlike = {name: marks.by_length for name, marks in self._marks().items() if not marks.score.exact}
        sizes = sorted(set().union(*unlike.values()))
        if len(sizes) < 2:
            return []
        rows = [["length", *unlike]]
        for size in sizes[:LENGTHS]:
            rows.append([str(size), *(_both(by_length.get(size)) for by_length in unlike.values())])
        rest = [f"… {len(sizes) - LENGTHS} more lengths"] if len(sizes) > LENGTHS else []
        return [*wrap_text("right sequences / outputs in %, by length", width), *table(rows, width), *rest]

    def _wrong(self, width: int) -> list[str]:
        one, noun = self.summary.data.one, self.summary.data.noun
        rows = [("wrong on", "input", "expected", "found")]
        for name, marks in self._marks().items():
            for wrong in marks.wrong[:WRONG]:
                where = f"{name}, {noun} {wrong.line}" if wrong.line else name
                rows.append((where, *_example(wrong, one)))
        return table(rows, width) if len(rows) > 1 else []

    def _confusion(self, width: int) -> list[str]:
        """The confusion table of the last part that has errors, or its most frequent confusions."""
        part = next((part for part in reversed(self.parts) if not part.marks.score.exact), None)
        if part is None or not part.marks.confusion:
            return []
        confusion = part.marks.confusion
        names = list(dict.fromkeys([*self.summary.data.labels, *(found for _, found in confusion)]))
        head = wrap_text(f"expected (rows) and found (columns), {part.name}", width)
        if len(names) <= WIDEST:
            rows = [["", *map(_cell, names)]]
            for wanted in self.summary.data.labels:
                rows.append([_cell(wanted), *(f"{confusion[wanted, found] or NONE}" for found in names)])
            return [*head, *table(rows, width)]
        pairs = [(pair, count) for pair, count in by_frequency(confusion) if pair[0] != pair[1]][:PAIRS]
        cells = [(_cell(wanted), _cell(found), f"{count:,}") for (wanted, found), count in pairs]
        return [f"most confused, {part.name}", *table([("expected", "found", "times"), *cells], width)]

    def _remarks(self) -> Iterator[str]:
        for part in self.parts:
            yield from _unseen_remarks(part)
        for comparison in self.comparisons:
            if comparison.failed:
                yield f"{comparison.words}: the teacher failed on {comparison.failed:,} of them, left out here"
        if self.summary.contradictions:
            yield f"contradictory data: {self.summary.contradictory()}"
        if self.method and not self.found_rule:
            yield "`--method search` looks for rules over counts, positions and order"

    def front_text(self, width: int = USUAL) -> str:
        """The front of size against error, and its programs."""
        rows = [("price", "statements", "wrong in training", "in validation", "")]
        for one in self.front:
            wrong = "–" if one.validation_wrong is None else f"{one.validation_wrong:,}"
            mark = "chosen" if one.chosen else ""
            rows.append((f"{one.price:,}", str(one.statements), f"{one.training_wrong:,}", wrong, mark))
        programs = [f"# price {one.price:,}\n{one.program.rstrip()}" for one in self.front if one.program]
        return "\n\n".join(["\n".join(table(rows, width)), *programs])


def _beats_baseline(part: PartReport) -> bool:
    """Whether a program is right more often than the baseline; if that is always right, as often."""
    return part.marks.score.tokens_right >= part.baseline.tokens_right + (not part.baseline.exact)


def _unseen_remarks(part: PartReport) -> Iterator[str]:
    """Remarks on what occurs in a part but not in training."""
    unseen = part.unseen
    if unseen.tokens:
        count = many(len(unseen.tokens), "token")
        where = f"never seen in training, in {many(unseen.sequences, 'sequence')}"
        yield f"{part.name}: {count} {where}: {list_atoms(unseen.tokens)}"
    if unseen.labels:
        yield f"{part.name}: outputs never seen in training: {list_atoms(unseen.labels)}"


def _both(score: Score | None) -> str:
    if score is None or not score.sequences:
        return "–"
    shares = percent(score.sequences_right, score.sequences), percent(score.tokens_right, score.tokens)
    whole, token = (share.removesuffix(" %") for share in shares)
    return whole if whole == token else f"{whole} / {token}"


NONE = "."  # stands for 0 in a confusion table


def _score_row(name: str, score: Score, baseline: Score | None = None) -> tuple[str, str, str, str, str]:
    beside = "" if baseline is None else percent(baseline.tokens_right, baseline.tokens)
    whole = percent(score.sequences_right, score.sequences)
    return name, f"{score.sequences:,}", whole, percent(score.tokens_right, score.tokens), beside


def _example(wrong: WrongExample, one: bool) -> tuple[str, str, str]:
    same = not isinstance(wrong.found, str) and len(set(wrong.found)) == 1
    found = printable(wrong.found) if isinstance(wrong.found, str) else output_text(wrong.found, one and same)
    return show_input(wrong.given, CELL), output_text(wrong.wanted, one), found


def _cell(atom: Atom | None) -> str:
    return "null" if atom is None else clip(element_text(atom), CELL) or '""'
