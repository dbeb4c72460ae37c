"""The request to learn a program: the data or teacher, and the options of the search. All user interfaces make one."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from rasp.learning.expressions.ready import NamedSOps
from rasp.learning.lookups.tokeniser import Tokeniser
from rasp.learning.reporting.summary import Summary
from rasp.learning.spaces import Space
from rasp.learning.state import Origin
from rasp.learning.teachers import Teacher

MOST_WORDS = 10_000  # words of a vocabulary for look-ups, by default
MOST_BYTES = 200_000  # size of a program of look-ups, by default
MOST_GRADIENT_BYTES = 300_000  # size of a program that is trained by gradients, by default
SECONDS = 60.0  # time limit of a search, by default


@dataclass(frozen=True)
class Caps:
    """The limits of a program: layers and heads of a layer, as `rasp arch` counts them, and causality."""

    layers: int | None = None
    heads: int | None = None
    causal: bool = False
    assume_bos: bool = False


def seconds_of(seconds: float | None, iterations: int | None) -> float | None:
    """The time limit of a search: as given, or 60 s; None (no limit) if iterations are limited instead.

    >>> seconds_of(None, None), seconds_of(5.0, None), seconds_of(None, 1_000)
    (60.0, 5.0, None)
    """
    return SECONDS if seconds is None and iterations is None else seconds


@dataclass(frozen=True)
class LearningRequest:
    """What is to be learned, and how. `ready` has s-ops that the program may use, by name."""

    summary: Summary
    teacher: Teacher | None = None
    space: Space | None = None
    caps: Caps = field(default_factory=Caps)
    ready: NamedSOps = ()
    seed: int = 0
    seconds: float | None = SECONDS
    iterations: int | None = None
    jobs: int = 1
    executor: Executor | None = None  # whose workers help; without one, `jobs` processes are started
    resumed: dict[str, Any] | None = None  # the saved state of an earlier search
    method: str = "search"  # a key of `rasp.learning.methods.METHODS`
    reason: str = ""  # why this method
    tokeniser: Tokeniser | None = None  # that made the words of the inputs, for methods on words
    most_bytes: int = MOST_BYTES  # size of a program of look-ups, or by gradients
    epochs: int | None = None  # of a training by gradients, None for the default; the same for `seeds`
    seeds: int | None = None
    device: str = "cpu"
    checkpoint: str | None = None  # where the training is kept while it runs
    vectors: str | None = None  # a file of word vectors, from which the classes of words start
    asked_seconds: float = 0.0  # that the teacher has taken for the data already
    standard: bool = False  # whether a standard transformer is trained, too, to compare

    def origin(self) -> Origin:
        """The data and settings that a saved state must match."""
        names = [name for name, _ in self.ready]
        settings = {"seed": self.seed, **vars(self.caps), "with": names}
        if self.method != "search":
            settings |= {"method": self.method, "tokeniser": str(self.tokeniser), "bytes": self.most_bytes}
            settings |= {"epochs": self.epochs, "seeds": self.seeds, "vectors": self.vectors}
        return Origin(self.summary.data.checksum, settings)
