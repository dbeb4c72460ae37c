"""Learns a program by gradients: trains it as a constrained transformer, makes it discrete, and writes it as RASP.

The model is that of "Learning Transformer Programs" (NeurIPS 2023), with two changes: a head that finds no match gives
"none" instead of what stands at position 0, and tables may read counts and categories alike. The discrete program is
chosen on validation data, its output is fitted anew, variables that are not needed are dropped, and the weights are
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
from rasp.learning.examples.data import Data
from rasp.learning.examples.split import split_data
from rasp.learning.expressions.coding import is_writable
from rasp.learning.gradient_checkpoint import GradientKeeper
from rasp.learning.gradient_output import OutputFinish, OutputRows, finish, shorten_program
from rasp.learning.gradient_text import GradientText, TokenInputs
from rasp.learning.request import MOST_GRADIENT_BYTES
from rasp.learning.writing.statements import read_back
from rasp.model.arrays import Array
from rasp.train.answers import NOT_ASKED
from rasp.train.discrete import (
    CodedExamples,
    ConstrainedShape,
    DiscreteProgram,
    GradientSettings,
)
from rasp.train.training_run import gradients

if TYPE_CHECKING:
    from rasp.train.gradients.constrained_loop import ConstrainedTrainer, SeedProgram

FEW = 20  # with fewer validation sequences, all data choose the program
MOST_TOKENS = 64  # of a vocabulary: predicates have a row for each token
MOST_LENGTH = 64  # of an input: tables have a choice for each pair of positions
FINISHED = 2  # seeds whose outputs are fitted anew: the best ones
FINISH = OutputFinish(steps=50, sample=10_000)


@dataclass(frozen=True)
class GradientProgram:
    """A learned program: its text, its output as a node, how many outputs of the data it gets wrong, and the effort.

    `history` has the epochs and, for each seed, the loss on validation data: the share of outputs that are wrong, or
    1 minus the F1 of spans. `reads` says in words what each variable is.
    """

    text: str
    node: Node
    wrong: int
    epochs: int
    seconds: float
    interrupted: bool
    history: tuple[tuple[int, tuple[float, ...]], ...]
    reads: tuple[str, ...] = ()


# Arguments: epochs so far, epochs in all, and each seed's loss on validation data.
EpochListener = Callable[[int, int, Sequence[float]], None]


@dataclass(frozen=True)
class TrainedPrograms:
    """The best discrete program of each seed, and the effort."""

    found: list[SeedProgram]
    epochs: int
    interrupted: bool
    history: tuple[tuple[int, tuple[float, ...]], ...]


def train_program(
    shape: ConstrainedShape,
    settings: GradientSettings,
    training: CodedExamples,
    judge: Callable[[DiscreteProgram], float],
    listener: EpochListener,
    keeper: GradientKeeper,
    classes: Array | None = None,
) -> TrainedPrograms:
    """Trains programs of a shape. Ctrl-C ends the training with the best so far.

    `classes` are the logits of the learned classes of words, at the start. Raises ModuleNotFoundError without PyTorch,
    and WrongOperand for a device that PyTorch does not have.
    """
    device = gradients("rasp.train.gradients.device")
    device.check_available(settings.device)
    history: list[tuple[int, tuple[float, ...]]] = []

    def heard(epochs: int, wrong: list[float]) -> None:
        history.append((epochs, tuple(wrong)))
        listener(epochs, settings.epochs, wrong)

    with device.threads(settings.threads), device.no_denormals():
        loop = gradients("rasp.train.gradients.constrained_loop")
        trainer: ConstrainedTrainer = loop.ConstrainedTrainer(shape, settings, classes)
        keeper.restore(trainer)
        interrupted = trainer.run(training, judge, heard, lambda: keeper.keep(trainer))
        keeper.close(trainer)
    return TrainedPrograms(trainer.found, trainer.epochs, interrupted, tuple(history))


def learn_by_gradient(
    data: Data,
    settings: GradientSettings,
    listener: EpochListener,
    keeper: GradientKeeper | None = None,
    most_bytes: int = MOST_GRADIENT_BYTES,
) -> GradientProgram:
    """Learns a program of at most so many bytes; a fifth of the data is held out to choose it, if that is enough.

    Ctrl-C ends the training with the best so far. Raises BadInput for data that no such program can fit,
    ModuleNotFoundError without PyTorch, and WrongOperand for a device that PyTorch does not have.
    """
    _check(data)
    begun, keeper = time.monotonic(), keeper or GradientKeeper()
    coding = _Coding.of(data)
    training, judges = (coding.examples(part) for part in _validation(data, settings.seed))
    settings, loss = settings.for_examples(len(training)), share_wrong(judges.wanted)
    shape = coding.shape(settings)
    trained = train_program(shape, settings, training, lambda one: loss(one.answers(judges)), listener, keeper)
    best = sorted(trained.found, key=lambda one: one.wrong)[:FINISHED]
    made = [_finish(one.program, training, judges) for one in best]

    def writer(program: DiscreteProgram) -> GradientText:
        return GradientText(program, TokenInputs(coding.vocabulary, data.input_kind, shape.length), coding.labels)

    program = min(made, key=lambda one: one[1])[0]
    program = shorten_program(program, OutputRows.of(program, judges, loss), lambda one: writer(one).text(), most_bytes)
    whole, written = coding.examples(data), writer(program)
    text = written.text()
    node = read_back(text)[-1].node
    given = program.answers(whole)
    _compare(node, data, given, coding.labels)
    wrong = int(np.count_nonzero((given != whole.wanted) & (whole.wanted != NOT_ASKED)))
    keeper.remove(trained.interrupted)
    seconds = time.monotonic() - begun
    effort = trained.epochs, seconds, trained.interrupted, trained.history
    return GradientProgram(text, node, wrong, *effort, tuple(written.reads()))


def share_wrong(labels: Array) -> Callable[[Array], float]:
    """The share of wrong answers as a function of answers (rows,).

    >>> share_wrong(np.array([0, 1, NOT_ASKED, 1]))(np.array([0, 0, 0, 1]))
    0.3333333333333333
    """
    asked = labels != NOT_ASKED

    def loss(answers: Array) -> float:
        return int(np.count_nonzero((answers != labels) & asked)) / max(1, int(np.count_nonzero(asked)))

    return loss


def _finish(program: DiscreteProgram, training: CodedExamples, judges: CodedExamples) -> tuple[DiscreteProgram, float]:
    trained, judging = (
        OutputRows.of(program, examples, share_wrong(examples.wanted)) for examples in (training, judges)
    )
    return finish(program, trained, [trained, judging], judging, FINISH)


def _check(data: Data) -> None:
    """Raises BadInput for data that no program of this kind can fit."""
    if len(data.vocabulary) > MOST_TOKENS:
        raise BadInput(
            f"{len(data.vocabulary):,} tokens are too many to learn by gradients: at most {MOST_TOKENS}",
            hint="Each predicate has a row for each token.",
        )
    if data.longest > MOST_LENGTH:
        raise BadInput(
            f"inputs of {data.longest:,} tokens are too long to learn by gradients: at most {MOST_LENGTH}",
            hint="Each position is a value of its own. --method search has no such limit.",
        )
    if not all(map(is_writable, (*data.vocabulary, *data.labels))):
        raise BadInput("a program cannot hold a token or output with a double quote or a line break")


def _validation(data: Data, seed: int) -> tuple[Data, Data]:
    """The data for training, and a fifth to choose the program; with few data, all of them for both."""
    parts = split_data(data, seed)
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
        """The size of the program. The last code of a variable stands for "none", or for the largest count."""
        counts = settings.heads // 2
        codes = max(len(self.vocabulary), self.longest) + 1
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
        positions = np.broadcast_to(np.arange(self.longest), shape)
        lengths = np.array([len(given) for given in data.inputs], dtype=np.int64)
        return CodedExamples(np.stack([tokens, positions], axis=-1), lengths, wanted)


def _compare(node: Node, data: Data, given: Array, labels: Sequence[Atom]) -> None:
    """Compares the text with the discrete program on all data. Raises InternalError where they differ."""
    start = 0
    for row, (result,) in enumerate(evaluate([node], list(data.inputs), "collect")):
        end = start + len(data.inputs[row])
        wanted = [labels[number] for number in given[start:end].tolist()]
        start = end
        if isinstance(result, RaspError) or list(result.values) != wanted:
            raise InternalError(f"the text of a learned program differs from the program on {data.inputs[row]!r:.100}")
