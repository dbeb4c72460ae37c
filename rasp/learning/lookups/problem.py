"""The problem of a search for look-ups: the data as arrays, and a score on validation data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from rasp.errors import BadInput
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Data, Input
from rasp.learning.examples.spans import OUTSIDE, SpanCounter
from rasp.learning.expressions.coding import is_writable
from rasp.learning.lookups.corpus import Corpus
from rasp.learning.lookups.reads import CorpusView
from rasp.learning.lookups.variables import WordVariable
from rasp.learning.request import LearningRequest
from rasp.model.arrays import Array

SAMPLE = 150_000  # most tokens on which reads are chosen
LEAST = 0.0005  # validation score that each kept read must add, where validation data are many
FEW = 20  # with fewer validation sequences, the training data are the judge


@dataclass
class LookupProblem:
    """Training data and validation data as arrays. The first of the `words` stands for all unknown ones."""

    data: Data
    wanted: LearningRequest
    variables: dict[str, WordVariable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.wanted.ready:
            raise BadInput("look-ups use no s-ops of one's own", hint="`--method search` does.")
        self._check_labels()
        if self.data.one and self.wanted.caps.causal:
            raise BadInput("one label for a sequence needs selectors that look ahead", hint="Leave out --causal.")
        default = self.wanted.tokeniser.default if self.wanted.tokeniser else ""
        self.labels = self.data.labels
        self.words = [default, *(str(token) for token in self.data.seen if token != default)]
        self._numbers: dict[Atom, int] = {word: number for number, word in enumerate(self.words)}
        self.training = self.corpus(self.data)
        known = self.training.labels[self.training.labels >= 0]
        self.usual = int(np.argmax(np.bincount(known, minlength=len(self.labels))))

    def _check_labels(self) -> None:
        """Raises BadInput for a label that no program can hold, with its first line."""
        for label in self.data.labels:
            if not is_writable(label):
                line = next(line for _, wanted, line in self.data.rows() if label in wanted)
                where = f"{self.data.noun} {line} of {self.data.name}"
                title = f"{where} has an output that no program can hold: {show_atom(label)}"
                raise BadInput(title, hint="Write it without a quote or a line break.")

    def corpus(self, data: Data) -> Corpus:
        """Data as arrays."""
        return Corpus.of(data, self._numbers, self.labels)

    # ---------------------------------------------------------------------------------------------------------- views

    @cached_property
    def all(self) -> CorpusView:
        """All training data."""
        return CorpusView(self.training, self.variables, training=True)

    @cached_property
    def validation(self) -> CorpusView:
        """The validation data: those of the split, or the training sequences if those are few or have no span.

        In training data, the classes of a word come from the labels of other sequences, so overfitting still shows.
        """
        validation = self.wanted.summary.split.validation
        corpus = self.corpus(validation) if len(validation) >= FEW else self.training
        if corpus is self.training or (self._has_spans(self.training) and not self._has_spans(corpus)):
            return self.all
        return CorpusView(corpus, self.variables)

    def _has_spans(self, corpus: Corpus) -> bool:
        """Whether there are spans: words with other labels than the one outside of them."""
        if OUTSIDE not in self.labels or self.data.one:
            return False
        return bool(((corpus.labels >= 0) & (corpus.labels != self.labels.index(OUTSIDE))).any())

    @cached_property
    def sample(self) -> CorpusView:
        """The training data, or a sample of them that is large enough to choose reads."""
        corpus = self.training
        if len(corpus.words) <= SAMPLE:
            return self.all
        random = np.random.Generator(np.random.PCG64(self.wanted.seed))
        count = len(corpus.sizes) * SAMPLE // len(corpus.words)
        chosen = np.sort(random.choice(len(corpus.sizes), count, replace=False))
        tokens = corpus.tokens_of(chosen)
        own = {
            name: one if one.own is None else replace(one, own=one.own[tokens]) for name, one in self.variables.items()
        }
        return CorpusView(corpus.part(chosen), own, training=True)

    def add_variable(self, one: WordVariable) -> None:
        """Adds a variable, or replaces that of the same name, whose values are forgotten."""
        self.variables[one.name] = one
        for view in (self.all, self.validation):
            view.kept.clear()

    # ---------------------------------------------------------------------------------------------------------- judge

    def judge(self, answers: Array) -> float:
        """The score of answers on validation data: the F1 of spans, or the accuracy.

        Where no span is right, it is the accuracy less 1: so a read counts that finds parts of spans.
        """
        corpus = self.validation.corpus
        asked = corpus.labels >= 0
        accuracy = float((answers[asked] == corpus.labels[asked]).mean()) if asked.any() else 0.0
        if self._spans is None:
            return accuracy
        return self._spans.score(answers).f1 or accuracy - 1

    @cached_property
    def least(self) -> float:
        """The score that a read must add to be kept: one more right output, or span, is taken for chance."""
        corpus = self.validation.corpus
        asked = (corpus.labels >= 0) if self._spans is None else self._spans.wanted[0]
        return max(LEAST, (1 + 1e-9) / max(1, int(np.count_nonzero(asked))))

    @cached_property
    def _spans(self) -> SpanCounter | None:
        """The counter of spans; None if there are none."""
        corpus = self.validation.corpus
        if OUTSIDE not in self.labels or self.data.one:
            return None
        return SpanCounter(self.labels, corpus.labels, corpus.numbers == corpus.first)

    def sequences(self, answers: Array, corpus: Corpus) -> Iterator[list[Atom]]:
        """The outputs of each sequence, one for each token."""
        found = [self.labels[number] for number in answers.tolist()]
        if corpus.one:
            yield from ([label] * size for label, size in zip(found, corpus.sizes.tolist(), strict=True))
            return
        for start, size in zip(corpus.starts.tolist(), corpus.sizes.tolist(), strict=True):
            yield found[start : start + size]

    def model(self, answers: Callable[[CorpusView], Array]) -> Callable[[Sequence[Input]], list[list[Atom]]]:
        """The model as a function from inputs to the outputs at each position."""

        def run(inputs: Sequence[Input]) -> list[list[Atom]]:
            outputs = tuple((None,) * len(given) for given in inputs)
            corpus = self.corpus(Data(tuple(inputs), outputs, tuple(range(len(inputs))), one=self.data.one))
            return list(self.sequences(answers(CorpusView(corpus, self.variables)), corpus))

        return run
