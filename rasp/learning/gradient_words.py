"""Learns taggers and classifiers over thousands of words by gradients ("Learning Transformer Programs", section 4).

The variables of a word are classes. Some are given: what it looks like, and the labels that it has in other sequences.
The others are learned, starting from classes by its contexts in the training text, or from word vectors. Labels of
words are judged by the F1 of spans where there are some.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rasp.errors import BadInput
from rasp.graph.nodes import Atom, Node
from rasp.learning.adapter import ProgramModel
from rasp.learning.gradient import EpochListener, TrainedPrograms, train_program
from rasp.learning.gradient_checkpoint import GradientKeeper
from rasp.learning.gradient_output import OutputFinish, OutputRows, finish, shorten_program
from rasp.learning.gradient_text import GradientText
from rasp.learning.gradient_words_text import WordInputs
from rasp.learning.lookups.candidates import Namer
from rasp.learning.lookups.problem import LookupProblem
from rasp.learning.lookups.reads import CorpusView
from rasp.learning.lookups.variables import WordVariable, make_variables
from rasp.learning.request import Caps
from rasp.learning.word_vectors import read_vectors, vector_classes
from rasp.learning.writing.statements import read_back
from rasp.model.arrays import Array
from rasp.train.answers import NOT_ASKED
from rasp.train.discrete import WORDS, CodedExamples, ConstrainedShape, DiscreteProgram, GradientSettings

GIVEN = ("rate", "rate32", "shape")  # variables of a word that are not learned
STARTS = ("beside32", "before32", "after32", "topic32")  # the first classes of those that are
VECTORS = tuple(f"vector{number}" for number in range(1, len(STARTS) + 1))  # the same, made of given vectors
VECTOR_CLASSES = 31
OFFSETS = (-1, -1, -1, 1, 1, 1, -2, 2)
CERTAIN = 5.0  # the first logit of a class
HIDDEN = 64  # units of a table
PIECE = 256  # tokens of a sequence that are trained on together
CUTS = 8  # times that words are left out to make a text shorter
FINISH = OutputFinish(steps=30, ridge=1.0, drop=0.0002, coarse=0.001)
USUAL = GradientSettings(
    steps=1_700, seeds=1, layers=2, heads=4, tables=2, batch=64, lr=0.02, hot=3.0, cold=0.01, slower=0.7
)


@dataclass(frozen=True)
class WordProgram:
    """A learned program: its text, its output as a node, its model, how many outputs it gets wrong, and the effort.

    `reads` says in words what each variable is.
    """

    text: str
    node: Node
    model: ProgramModel
    wrong: int
    epochs: int
    interrupted: bool
    seconds: float
    history: tuple[tuple[int, tuple[float, ...]], ...]
    reads: tuple[str, ...] = ()


@dataclass
class WordTraining:
    """The training of a program for the data of a problem."""

    problem: LookupProblem
    settings: GradientSettings

    def run(self, listener: EpochListener, keeper: GradientKeeper) -> WordProgram:
        """Learns the program. Ctrl-C ends the training with the best so far."""
        begun = time.monotonic()
        problem = self.problem
        problem.variables |= self._variables()
        training, validation = self._examples(problem.all), self._examples(problem.validation)
        pieces = training.cut(PIECE)
        settings = self.settings.for_examples(len(pieces))

        def loss(answers: Array) -> float:
            return 1 - problem.judge(self.order[answers])

        trained = train_program(
            self.shape, settings, pieces, lambda one: loss(one.answers(validation)), listener, keeper, self._logits()
        )
        made = []
        for one in trained.found:
            judge = OutputRows.of(one.program, validation, loss)
            rows = OutputRows.of(one.program, training, loss)
            made.append(finish(one.program, rows, [judge], judge, FINISH))
        program = min(made, key=lambda one: one[1])[0]
        text, program = self._within_cap(
            program, lambda one: OutputRows.of(one, self._examples(problem.validation), loss)
        )
        found = self._program(text, program, trained, begun)
        keeper.remove(trained.interrupted)
        return found

    def _variables(self) -> dict[str, WordVariable]:
        """The variables of words, by name; none are needed for a single label."""
        problem, path = self.problem, self.problem.wanted.vectors
        if len(problem.labels) == 1:
            return {}
        seed = problem.wanted.seed
        made = make_variables(problem.training, problem.words, len(problem.labels), seed)
        if path is not None:
            vectors = read_vectors(path, problem.words)
            if not vectors:
                raise BadInput(
                    f"{path} has a vector for none of the words", hint="Are they in another language or script?"
                )
            weights = np.sqrt(np.bincount(problem.training.words, minlength=len(problem.words)) + 0.1)
            made |= {one.name: one for one in vector_classes(vectors, weights, len(VECTORS), VECTOR_CLASSES, seed)}
        return made

    # ----------------------------------------------------------------------------------------------------------- coding

    @cached_property
    def order(self) -> Array:
        """The labels in the order of the program: the usual one first."""
        usual = self.problem.usual
        return np.array([usual, *(label for label in range(len(self.problem.labels)) if label != usual)])

    @property
    def given(self) -> list[WordVariable]:
        """The variables of a word that are not learned."""
        return [self.problem.variables[name] for name in GIVEN if name in self.problem.variables]

    @cached_property
    def starts(self) -> list[WordVariable]:
        """The variables of a word that are learned, as they start."""
        names = STARTS if self.problem.wanted.vectors is None else VECTORS
        return [self.problem.variables[name] for name in names if name in self.problem.variables]

    @cached_property
    def shape(self) -> ConstrainedShape:
        """The size of the program. The last code of a variable stands for "none"."""
        problem, settings = self.problem, self.settings
        heads, counts, offsets = head_counts(settings.heads, problem.wanted.caps)
        codes = 1 + max((one.size for one in (*self.given, *self.starts)), default=1)
        return ConstrainedShape(
            settings.layers,
            heads,
            counts,
            settings.tables,
            max(codes, 3),
            len(problem.labels),
            int(problem.training.sizes.max()),
            settings.causal,
            given=1 + len(self.given),
            classes=len(self.starts),
            words=len(problem.words),
            offsets=offsets,
            hidden=HIDDEN,
            pooled=problem.data.one,
        )

    @property
    def last(self) -> int:
        """The last position that has a code of its own."""
        return max(0, min(self.shape.length - 1, self.shape.codes - 2))

    def _logits(self) -> Array | None:
        """The logits of the learned classes (words, classes, codes), as they start."""
        if not self.starts:
            return None
        classes = np.stack([one.classes for one in self.starts], axis=1)
        made: Array = CERTAIN * (classes[:, :, None] == np.arange(self.shape.codes))
        return made

    def _examples(self, view: CorpusView) -> CodedExamples:
        """The sequences of a view as arrays; shorter ones are padded."""
        corpus = view.corpus
        there = np.arange(int(corpus.sizes.max(initial=1))) < corpus.sizes[:, None]

        def pad(values: Array, fill: int = 0, kind: type = np.int16) -> Array:
            made: Array = np.full(there.shape, fill, dtype=kind)
            made[there] = values
            return made

        positions = np.minimum(corpus.numbers - corpus.first, self.last)
        given = [pad(positions), *(pad(view.values(one.name)) for one in self.given)]
        ranks = np.empty(len(self.order) + 1, dtype=np.int64)
        ranks[self.order], ranks[NOT_ASKED] = np.arange(len(self.order)), NOT_ASKED
        labels = ranks[corpus.labels]
        words = pad(corpus.words, kind=np.int32) if self.starts else None
        return CodedExamples(
            np.stack(given, axis=-1), corpus.sizes, labels if corpus.one else pad(labels, NOT_ASKED), words
        )

    # ---------------------------------------------------------------------------------------------------------- program

    def _within_cap(
        self, program: DiscreteProgram, judge: Callable[[DiscreteProgram], OutputRows]
    ) -> tuple[GradientText, DiscreteProgram]:
        """The program with a text that is short enough: with fewer words, and then with fewer variables."""
        problem, words = self.problem, len(self.problem.words)
        most = problem.wanted.most_bytes
        for _ in range(CUTS):
            size = len(self._text(program).text().encode())
            if size <= most:
                return self._text(program), program
            words = max(1, round(words * (1 - 1.2 * (size - most) / size)))
            program = self._with_words(program, words)
        program = shorten_program(program, judge(program), lambda one: self._text(one).text(), most)
        return self._text(program), program

    def _with_words(self, program: DiscreteProgram, count: int) -> DiscreteProgram:
        """The program with the unknown word in the place of all but the commonest words."""
        problem = self.problem
        seen = np.bincount(problem.training.words, minlength=len(problem.words))
        rare = 1 + np.argsort(-seen[1:], kind="stable")[count:]
        for one in self.given:
            classes = one.classes.copy()
            classes[rare] = classes[0]
            problem.add_variable(replace(one, classes=classes))
        if not self.starts:
            return program
        learned = program.choices[WORDS].copy()
        learned[rare] = learned[0]
        return replace(program, choices={**program.choices, WORDS: learned})

    def _text(self, program: DiscreteProgram) -> GradientText:
        problem = self.problem
        classes = program.choices[WORDS] if self.starts else np.zeros((len(problem.words), 0), dtype=np.int64)
        learned = [WordVariable(f"class_{number}", own, int(own.max()) + 1) for number, own in enumerate(classes.T, 1)]
        labels: list[Atom] = [problem.labels[number] for number in self.order]
        namer = Namer(problem.training, problem.words)
        inputs = WordInputs(problem.words, [*self.given, *learned], namer, self.last)
        return GradientText(program, inputs, labels)

    def _program(
        self, writer: GradientText, program: DiscreteProgram, trained: TrainedPrograms, begun: float
    ) -> WordProgram:
        problem, text = self.problem, writer.text()
        model = problem.model(lambda view: self.order[program.answers(self._examples(view))])
        return WordProgram(
            text,
            read_back(text)[-1].node,
            model,
            _wrong(model(problem.data.inputs), problem.data.outputs),
            trained.epochs,
            trained.interrupted,
            time.monotonic() - begun,
            trained.history,
            tuple(writer.reads()),
        )


def head_counts(heads: int, caps: Caps) -> tuple[int, int, tuple[int, ...]]:
    """How many heads of a layer search and count, and the offsets of the others, within the caps.

    Heads of one offset are one head, as `rasp arch` counts, and one that counts takes two without BOS.

    >>> head_counts(4, Caps()), head_counts(4, Caps(heads=3, causal=True))
    ((3, 1, (-1, -1, -1, 1, 1, 1, -2, 2)), (1, 0, (-1, -1, -1, -2)))
    >>> [head_counts(9, Caps(heads=most))[:2] for most in (1, 2, 6, 9)]
    [(0, 0), (1, 0), (3, 0), (3, 1)]
    """
    offsets = [offset for offset in OFFSETS if offset < 0 or not caps.causal]
    if caps.heads is None:
        return heads - heads // 3, heads // 3, tuple(offsets)
    apart = list(dict.fromkeys(offsets))[: (caps.heads + 1) // 2]
    left = caps.heads - len(apart)
    counts, dear = min(heads // 3, left // 4), 1 if caps.assume_bos else 2
    own = tuple(offset for offset in offsets if offset in apart)
    return min(heads, left - dear * counts), counts, own


def _wrong(found: Sequence[Sequence[Atom]], wanted: Sequence[Sequence[Atom | None]]) -> int:
    """How many asked outputs are wrong."""
    return sum(
        label is not None and label != other
        for row, answer in zip(wanted, found, strict=True)
        for label, other in zip(row, answer, strict=True)
    )
