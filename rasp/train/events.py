"""What a training tells while it runs, for whoever shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rasp.base.progress import duration
from rasp.errors import UnwritableFile
from rasp.train.settings import EncoderSize


@dataclass(frozen=True)
class TrainingScore:
    """How right answers are: the share of tokens (positions), and that of whole sequences."""

    tokens: float
    sequences: float

    @property
    def order(self) -> tuple[float, float]:
        """What makes one score better than another."""
        return self.sequences, self.tokens


@dataclass(frozen=True)
class TrainingStanding:
    """How far the training of a size is: losses and scores on validation inputs, of each seed; None at first."""

    size: EncoderSize
    step: int
    steps: int
    loss: tuple[float, ...]
    scores: tuple[TrainingScore, ...]
    seconds: float
    left: float

    def to_dict(self) -> dict[str, Any]:
        """As a line of metrics has it."""
        scores = [asdict(score) for score in self.scores]
        return {
            "size": self.size.slug,
            "step": self.step,
            "loss": list(self.loss),
            "validation": scores,
            "seconds": round(self.seconds, 2),
        }


def status(standing: TrainingStanding) -> str:
    """How a training stands, in a line.

    >>> size = EncoderSize(2, 1, 64)
    >>> scores = (TrainingScore(0.9, 0.5), TrainingScore(1, 1))
    >>> status(TrainingStanding(size, 1200, 4000, (0.5, 0.25), scores, 30.0, 70.0))
    '2 layers, 1 head: step 1,200 of 4,000, 1 min 10 s left, loss 0.5 0.25, tokens 90 100 %, sequences 50 100 %'
    """
    losses = " ".join(f"{loss:.2g}" for loss in standing.loss)
    tokens = " ".join(percent(score.tokens) for score in standing.scores)
    sequences = " ".join(percent(score.sequences) for score in standing.scores)
    scores = f", tokens {tokens} %, sequences {sequences} %" if standing.scores else ""
    steps = f"step {standing.step:,} of {standing.steps:,}, {duration(standing.left)} left"
    return f"{standing.size.words}: {steps}, loss {losses}{scores}"


def percent(share: float) -> str:
    """A share in percent; only what is whole is shown as 100.

    >>> percent(1.0), percent(0.99996), percent(0.5), percent(0.987)
    ('100', '99.9', '50', '98.7')
    """
    shown = min(round(100 * share, 1), 99.9) if share < 1 else 100.0
    return f"{shown:.1f}".removesuffix(".0")


class TrainingListener:
    """Hears how far a training is; this one shows nothing."""

    def working(self, standing: TrainingStanding) -> None:
        """The training goes on; told some times a second."""

    def measured(self, standing: TrainingStanding) -> None:
        """There are scores on validation inputs."""

    def unwritten(self, error: UnwritableFile) -> None:
        """A file cannot be written; the training goes on."""

    def close(self) -> None:
        """The training has ended."""
