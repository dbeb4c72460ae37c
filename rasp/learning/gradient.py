"""Learns a program by gradients: trains it as a constrained transformer, makes it discrete, and writes it as RASP.

The model is that of "Learning Transformer Programs" (NeurIPS 2023), with two changes: a head that finds no match gives
"none" instead of what stands at position 0, and tables may read counts and categories alike. The discrete program is
chosen on development data, its output is fitted anew, variables that are not needed are dropped, and the weights are
rounded to the coarsest ints that lose no accuracy. The text is compared with the discrete program on all data.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rasp.engine.evaluate import evaluate
from rasp.errors import BadInput, InternalError, RaspError
from rasp.graph.nodes import Atom, Node
from rasp.learning.coding import is_writable
from rasp.learning.data import Data
from rasp.learning.gradient_text import GradientText
from rasp.learning.split import split
from rasp.learning.statements import read_back
from rasp.model.arrays import Array
from rasp.train.core import gradients
from rasp.train.discrete import NOT_ASKED, CodedExamples, ConstrainedShape, DiscreteProgram, GradientSettings, score

if TYPE_CHECKING:
    from rasp.train.gradients.constrained_loop import ConstrainedTrainer

FEW = 20  # with fewer development sequences, all data choose the program
MOST_TOKENS = 64  # of a vocabulary: predicates have a row for each token
SCALES = (1, 2, 4, 8, 16, 64, 256)  # factors before weights are rounded, the coarsest first


@dataclass(frozen=True)
class GradientProgram:
    """A learned program: its text, its output as a node, how many outputs of the data it gets wrong, and the effort.

    `history` has the epochs and, for each seed, the share of development outputs that are wrong.
    """

    text: str
    node: Node
    wrong: int
    epochs: int
    seconds: float
    interrupted: bool
    history: tuple[tuple[int, tuple[float, ...]], ...]


# Arguments: epochs so far, epochs in all, and each seed's share of development outputs that are wrong.
EpochListener = Callable[[int, int, Sequence[float]], None]


def learn_by_gradient(data: Data, settings: GradientSettings, listener: EpochListener) -> GradientProgram:
    """Learns a program from data; a fifth of them is held out to choose it, if that is enough.

    Ctrl-C ends the training with the best so far. Raises BadInput for data that no such program can fit,
    ModuleNotFoundError without PyTorch, and WrongOperand for a device that PyTorch does not have.
    """
    _check(data)
    begun = time.monotonic()
    coding = _Coding.of(data)
    training, judges = (coding.examples(part) for part in _development(data, settings.seed))
    gradients("rasp.train.gradients.device").check(settings.device)
    settings = settings.for_examples(len(training))
    history: list[tuple[int, tuple[float, ...]]] = []

    def heard(epochs: int, wrong: list[float]) -> None:
        history.append((epochs, tuple(wrong)))
        listener(epochs, settings.epochs, wrong)

    with gradients("rasp.train.gradients.device").threads(settings.threads):
        trainer: ConstrainedTrainer = gradients("rasp.train.gradients.constrained_loop").ConstrainedTrainer(
            coding.shape(settings), settings
        )
        interrupted = trainer.run(training, judges, heard)
        found = [_finish(trainer, one.program, training, judges) for one in trainer.found]
        program = min(found, key=lambda one: one[1])[0]
        whole = coding.examples(data)
        codes = trainer.codes(program, whole)
    text = GradientText(program, coding.vocabulary, coding.labels, data.input_kind).text()
    node = read_back(text)[-1].node
    given = program.scores(codes.reshape(-1, codes.shape[-1])).argmax(axis=1).reshape(whole.labels.shape)
    _compare(node, data, given, coding.labels)
    wrong = int(np.count_nonzero((given != whole.labels) & whole.asked))
    seconds = time.monotonic() - begun
    return GradientProgram(text, node, wrong, trainer.epochs, seconds, interrupted, tuple(history))


def _check(data: Data) -> None:
    """Raises BadInput for data that no program of this kind can fit."""
    if len(data.vocabulary) > MOST_TOKENS:
        raise BadInput(
            f"{len(data.vocabulary):,} tokens are too many to learn by gradients: at most {MOST_TOKENS}",
            hint="Each predicate has a row for each token.",
        )
    if not all(map(is_writable, (*data.vocabulary, *data.labels))):
        raise BadInput("a program cannot hold a token or output with a double quote or a line break")


def _development(data: Data, seed: int) -> tuple[Data, Data]:
    """The data for training, and a fifth to choose the program; with few data, all of them for both."""
    parts = split(data, seed)
    chosen_by = parts.validation.with_pairs(list(parts.test.pairs()))
    return (data, data) if len(chosen_by) < FEW else (parts.training, chosen_by)


@dataclass(frozen=True)
class _Coding:
    """The tokens and the outputs of data as numbers."""

    vocabulary: tuple[Atom, ...]
    labels: tuple[Atom, ...]
    longest: int

    @classmethod
    def of(cls, data: Data) -> _Coding:
        return cls(data.vocabulary, data.labels, data.longest)

    def shape(self, settings: GradientSettings) -> ConstrainedShape:
        """The size of the program. The last code of a variable stands for "none"."""
        counts = settings.heads // 2
        codes = max(len(self.vocabulary), self.longest + 1) + 1
        sizes = (settings.layers, settings.heads - counts, counts, settings.tables)
        return ConstrainedShape(*sizes, codes, len(self.labels), self.longest, settings.causal)

    def examples(self, data: Data) -> CodedExamples:
        """Data as arrays; shorter inputs are padded."""
        numbers = {token: number for number, token in enumerate(self.vocabulary)}
        labels = {label: number for number, label in enumerate(self.labels)}
        shape = (len(data), self.longest)
        tokens, wanted = np.zeros(shape, dtype=np.int64), np.full(shape, NOT_ASKED, dtype=np.int64)
        for row, (given, asked) in enumerate(data.pairs()):
            tokens[row, : len(given)] = [numbers[token] for token in given]
            wanted[row, : len(asked)] = [NOT_ASKED if label is None else labels[label] for label in asked]
        return CodedExamples(tokens, np.array([len(given) for given in data.inputs], dtype=np.int64), wanted)


# ---------------------------------------------------------------------------------------------------------- the output


def _finish(
    trainer: ConstrainedTrainer, program: DiscreteProgram, training: CodedExamples, judges: CodedExamples
) -> tuple[DiscreteProgram, int]:
    """The program with its output fitted anew, and how many of the judges' labels it gets wrong."""
    fit_output = gradients("rasp.train.gradients.constrained_loop").fit_output
    trained, judging = (_Rows.of(trainer.codes(program, examples), examples) for examples in (training, judges))
    weights = _drop(fit_output(trained.codes, trained.labels, program.weights), [trained, judging])
    again = fit_output(trained.codes, trained.labels, weights)
    again[~weights.any(axis=(1, 2))] = 0
    rounded = _round(min((weights, again), key=judging.wrong), judging)
    return DiscreteProgram(program.shape, program.choices, rounded), judging.wrong(rounded)


@dataclass(frozen=True)
class _Rows:
    """The positions at which a label is asked for: the codes of all variables (rows, variables), and the label."""

    codes: Array
    labels: Array

    @classmethod
    def of(cls, codes: Array, examples: CodedExamples) -> _Rows:
        return cls(codes[examples.asked], examples.labels[examples.asked])

    def wrong(self, weights: Array) -> int:
        """The number of labels that weights (variables, codes, labels) get wrong."""
        return int(np.count_nonzero(score(weights, self.codes).argmax(axis=1) != self.labels))


def _drop(weights: Array, rows: Sequence[_Rows]) -> Array:
    """Drops each variable, late ones first, whose removal makes no more labels wrong."""
    kept = weights.copy()
    least = sum(part.wrong(kept) for part in rows)
    for variable in reversed(range(len(kept))):
        before = kept[variable].copy()
        kept[variable] = 0
        found = sum(part.wrong(kept) for part in rows)
        if found > least:
            kept[variable] = before
        least = min(least, found)
    return kept


def _round(weights: Array, judges: _Rows) -> Array:
    """The coarsest int weights that get no more labels wrong than the finest ones do."""
    made: list[Array] = [np.rint(weights * scale).astype(np.int64) for scale in SCALES]
    wrong = [judges.wrong(one) for one in made]
    return made[next(place for place, count in enumerate(wrong) if count <= wrong[-1])]


def _compare(node: Node, data: Data, given: Array, labels: Sequence[Atom]) -> None:
    """Compares the text with the discrete program on all data. Raises InternalError where they differ."""
    for row, (result,) in enumerate(evaluate([node], list(data.inputs), "collect")):
        wanted = [labels[number] for number in given[row, : len(data.inputs[row])].tolist()]
        if isinstance(result, RaspError) or list(result.values) != wanted:
            raise InternalError(f"the text of a learned program differs from the program on {data.inputs[row]!r:.100}")
