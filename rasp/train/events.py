"""The progress of a training: scores, reports, and the listener that receives them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rasp.base.progress import duration
from rasp.errors import UnwritableFile
from rasp.train.settings import EncoderSize


@dataclass(frozen=True)
class TrainingScore:
    """Accuracy: the share of positions with the right answer, and of sequences that are right at every position."""

    tokens: float
    sequences: float

    @property
    def order(self) -> tuple[float, float]:
        """The key by which scores are compared: sequences first."""
        return self.sequences, self.tokens


@dataclass(frozen=True)
class TrainingStanding:
    """The progress of the training of one size: the loss and the validation score of each seed, once measured."""

    size: EncoderSize
    step: int
    steps: int
    loss: tuple[float, ...]
    scores: tuple[TrainingScore, ...]
    seconds: float
    left: float

    def to_dict(self) -> dict[str, Any]:
        """The object on a line of the file of metrics."""
        scores = [asdict(score) for score in self.scores]
        return {
            "size": self.size.slug,
            "step": self.step,
            "loss": list(self.loss),
            "validation": scores,
            "seconds": round(self.seconds, 2),
        }


def training_status(standing: TrainingStanding) -> str:
    """The progress of a training, in one line.

    >>> size = EncoderSize(2, 1, 64)
    >>> scores = (TrainingScore(0.9, 0.5), TrainingScore(1, 1))
    >>> training_status(TrainingStanding(size, 1200, 4000, (0.5, 0.25), scores, 30.0, 70.0))
    '2 layers, 1 head: step 1,200 of 4,000, 1 min 10 s left, loss 0.5 0.25, tokens 90 100 %, sequences 50 100 %'
    """
    losses = " ".join(f"{loss:.2g}" for loss in standing.loss)
    tokens = " ".join(share_text(score.tokens) for score in standing.scores)
    sequences = " ".join(share_text(score.sequences) for score in standing.scores)
    scores = f", tokens {tokens} %, sequences {sequences} %" if standing.scores else ""
    steps = f"step {standing.step:,} of {standing.steps:,}, {duration(standing.left)} left"
    return f"{standing.size.words}: {steps}, loss {losses}{scores}"


def share_text(share: float) -> str:
    """A share in percent. Only a share of 1 is shown as 100, not one that rounds to it.

    >>> share_text(1.0), share_text(0.99996), share_text(0.5), share_text(0.987)
    ('100', '99.9', '50', '98.7')
    """
    shown = min(round(100 * share, 1), 99.9) if share < 1 else 100.0
    return f"{shown:.1f}".removesuffix(".0")


class TrainingListener:
    """Receives the progress of a training. This base class does nothing with it."""

    def working(self, standing: TrainingStanding) -> None:
        """Called a few times a second."""

    def measured(self, standing: TrainingStanding) -> None:
        """Called when validation inputs were measured."""

    def unwritten(self, error: UnwritableFile) -> None:
        """A file cannot be written; the training goes on."""

    def close(self) -> None:
        """Called at the end."""
