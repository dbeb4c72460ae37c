"""Trains a standard transformer on the same data, to compare a program that was trained by gradients with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rasp.base.progress import tell
from rasp.errors import WrongOperand
from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Data, Input
from rasp.learning.examples.split import split_data
from rasp.learning.reporting.accuracy import ProgramAnswer
from rasp.learning.request import LearningRequest
from rasp.train.answers import NOT_ASKED
from rasp.train.events import TrainingListener, TrainingStanding
from rasp.train.inputs import LengthGroup, TrainingInputs, split_inputs
from rasp.train.memory import check_memory
from rasp.train.settings import EncoderSize, TrainingSettings
from rasp.train.training_run import best_index, gradients

if TYPE_CHECKING:
    from rasp.train.gradients.loop import Trainer

HEAD = 16  # dimensions of a head
NARROW = 64  # the least width


class _StandardProgress(TrainingListener):
    """Passes the progress on."""

    def working(self, standing: TrainingStanding) -> None:
        tell("steps of a standard transformer", standing.step, standing.steps)

    def measured(self, standing: TrainingStanding) -> None:
        self.working(standing)


def standard_transformer(
    data: Data, wanted: LearningRequest, layers: int, heads: int, steps: int, batch: int, patience: int | None = None
) -> StandardModel:
    """Trains a transformer of some layers and heads on data; returns its answers as a function of inputs.

    Validation data, those of the request or a tenth of the data, are measured some 40 times. They choose its best
    state: that with the most sequences that are right at every position. After `patience` measures in a row without a
    better one the training ends. Of one label a sequence it gives the commonest one of its positions. Ctrl-C ends the
    training.
    """
    data, validation = _with_validation(data, wanted)
    read = _KnownTokens.of(data, wanted)
    settings, longest = _settings(wanted, steps, batch), _longest(data, wanted)
    pairs, held = ([(read(given), outputs) for given, outputs in part.pairs()] for part in (data, validation))
    inputs = split_inputs(pairs, held, [], settings, longest)
    size = _size(layers, heads)
    with gradients("rasp.train.gradients.device").threads(settings.threads):
        trainer: Trainer = gradients("rasp.train.gradients.loop").Trainer(size, inputs, settings)
        trainer.patience = patience
        trainer.run(_StandardProgress(), lambda trained, measured: None)
    trainer.take_best()
    return StandardModel(trainer, inputs, read, longest, data.one)


def check_standard(data: Data, wanted: LearningRequest, layers: int, heads: int, batch: int) -> None:
    """Raises WrongOperand where the training of a standard transformer would take too much memory."""
    sizes = len(data.seen), len(data.labels), _longest(data, wanted)
    try:
        check_memory(_size(layers, heads), *sizes, _settings(wanted, 1, batch))
    except WrongOperand as error:
        error.diagnostic.details.append("in the standard transformer of --standard")
        raise


def _size(layers: int, heads: int) -> EncoderSize:
    return EncoderSize(layers, heads, max(NARROW, HEAD * heads), "as the program")


def _settings(wanted: LearningRequest, steps: int, batch: int) -> TrainingSettings:
    return TrainingSettings(
        steps=steps,
        batch=batch,
        seeds=1,
        seed=wanted.seed,
        positions="learned",
        causal=wanted.caps.causal,
        device=wanted.device,
        threads=1,
    )


def _longest(data: Data, wanted: LearningRequest) -> int:
    """The length of the longest input, of all data."""
    return max(data.longest, wanted.summary.data.longest)


def _with_validation(data: Data, wanted: LearningRequest) -> tuple[Data, Data]:
    """The training and the validation data, which are the same where there are too few for two parts."""
    validation = wanted.summary.split.validation
    if len(validation):
        return data, validation
    parts = split_data(data, wanted.seed)
    return (parts.training, parts.validation) if len(parts.validation) else (data, data)


@dataclass(frozen=True)
class _KnownTokens:
    """Replaces tokens that are not in the training data by a default."""

    known: dict[Atom, Atom]
    default: Atom

    @classmethod
    def of(cls, data: Data, wanted: LearningRequest) -> _KnownTokens:
        known: dict[Atom, Atom] = {token: token for token in data.seen}
        stand_in = wanted.tokeniser.default if wanted.tokeniser else data.seen[0]
        return cls(known, known.get(stand_in, data.seen[0]))

    def __call__(self, given: Input) -> list[Atom]:
        return [self.known.get(token, self.default) for token in given]


@dataclass(frozen=True)
class StandardModel:
    """The answers of a trained model, as a function of inputs. It reads the first `longest` tokens of an input."""

    trainer: Trainer
    inputs: TrainingInputs
    read: _KnownTokens
    longest: int
    one: bool

    @property
    def steps(self) -> tuple[int, int]:
        """The step of the best state, and the last step of the training."""
        progress = self.trainer.progress
        return progress.best_steps[best_index(progress)], progress.step

    def __call__(self, given: list[Input]) -> list[ProgramAnswer]:
        numbers = {token: number for number, token in enumerate(self.inputs.vocabulary)}
        best, values = best_index(self.trainer.progress), self.inputs.classes.values
        found: list[ProgramAnswer] = [()] * len(given)
        for length in sorted({len(one) for one in given} - {0}):
            rows = [row for row, one in enumerate(given) if len(one) == length]
            ids = np.array([[numbers[token] for token in self.read(given[row][: self.longest])] for row in rows])
            group = LengthGroup(ids, np.full(ids.shape, NOT_ASKED))
            for row, labels in zip(rows, self.trainer.predictions([group])[0][best].tolist(), strict=True):
                found[row] = _outputs([values[label] for label in labels], length, self.one)
        return found


def _outputs(labels: Sequence[Any], length: int, one: bool) -> tuple[Atom, ...]:
    """The outputs at all positions; the positions of a text that is too long have the last one."""
    if one:
        return (Counter(labels).most_common(1)[0][0],) * length
    return (*labels, *[labels[-1]] * (length - len(labels)))
