"""The results of a training: for each size the accuracy of each seed, and what else was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rasp.graph.nodes import Atom
from rasp.train.attention import Match
from rasp.train.events import TrainingScore
from rasp.train.measure import Accuracy
from rasp.train.settings import EncoderSize, TrainingSettings


@dataclass(frozen=True)
class SeedResult:
    """The best state of a seed, chosen on validation inputs: its step, and its accuracy there and on test inputs.

    `lengths` has the accuracy on test inputs of each length; `beyond` has that on lengths beyond the trained ones, and
    is empty if these were not tested.
    """

    seed: int
    step: int
    validation: TrainingScore
    test: TrainingScore
    lengths: tuple[Accuracy, ...]
    beyond: tuple[Accuracy, ...]

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> SeedResult:
        """Restores the result of `asdict`."""
        made = dict(fields)
        made |= {name: TrainingScore(**fields[name]) for name in ("validation", "test")}
        made |= {name: tuple(Accuracy(**one) for one in fields[name]) for name in ("lengths", "beyond")}
        return cls(**made)


@dataclass(frozen=True)
class WrongInput:
    """An input on which a model is wrong; an output is None where nothing is asked."""

    input: tuple[Atom, ...]
    expected: tuple[Atom | None, ...]
    found: tuple[Atom, ...]


@dataclass(frozen=True)
class SizeResult:
    """The results of a size. `best` is the index of the best seed by validation, `history` the lines of metrics.

    `stopped`: the training ended before its last step, by Ctrl-C. `data_seconds` is the part of `seconds`
    that was spent on making inputs and labels. `left_out` is the number of inputs that were drawn again because the
    program fails on them, `left_out_why` in words why the first of them was.
    """

    size: EncoderSize
    parameters: int
    steps: int
    stopped: bool
    seconds: float
    data_seconds: float
    seeds: tuple[SeedResult, ...]
    best: int
    wrong: tuple[WrongInput, ...]
    attention: tuple[Match, ...]
    history: tuple[dict[str, Any], ...]
    left_out: int = 0
    left_out_why: str = ""

    @property
    def best_seed(self) -> SeedResult:
        """The result of the best seed."""
        return self.seeds[self.best]

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> SizeResult:
        """Restores the result of `to_dict`."""
        made = dict(fields)
        made["size"] = EncoderSize(**fields["size"])
        made["seeds"] = tuple(map(SeedResult.from_dict, fields["seeds"]))
        made["wrong"] = tuple(WrongInput(*map(tuple, one.values())) for one in fields["wrong"])
        made["attention"] = tuple(Match(**one) for one in fields["attention"])
        made["history"] = tuple(fields["history"])
        return cls(**made)


@dataclass(frozen=True)
class TrainingReport:
    """All results. `count` is the program's layers and heads in words; `values` is the number of output values."""

    name: str
    count: str
    vocabulary: tuple[Atom, ...]
    max_length: int
    values: tuple[Atom, ...]
    settings: TrainingSettings
    notes: tuple[str, ...]
    results: tuple[SizeResult, ...]
    sizes: int  # number requested; after Ctrl-C, fewer have results
    threads: int

    @property
    def complete(self) -> bool:
        """Whether all sizes were trained to their end."""
        return len(self.results) == self.sizes and not any(result.stopped for result in self.results)

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return {
            "name": self.name,
            "count": self.count,
            "vocab": list(self.vocabulary),
            "max_length": self.max_length,
            "values": list(self.values),
            "settings": self.settings.to_dict(),
            "threads": self.threads,
            "notes": list(self.notes),
            "complete": self.complete,
            "sizes": [result.to_dict() for result in self.results],
        }


def mean_and_spread(shares: Sequence[float]) -> tuple[float, float]:
    """The mean, and the standard deviation of a sample; 0 for one share.

    >>> mean_and_spread([0.5, 1.0])
    (0.75, 0.3535533905932738)
    """
    mean = sum(shares) / len(shares)
    squares = sum((share - mean) ** 2 for share in shares)
    return mean, (squares / max(1, len(shares) - 1)) ** 0.5
