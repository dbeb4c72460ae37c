"""The request to learn a program: the data or teacher, and the options of the search. All user interfaces make one."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from rasp.learning.lookups.tokeniser import Tokeniser
from rasp.learning.ready import NamedSOps
from rasp.learning.spaces import Space
from rasp.learning.state import Origin
from rasp.learning.summary import Summary
from rasp.learning.teachers import Teacher

MOST_WORDS = 10_000  # of a vocabulary for look-ups, where nothing else is said
MOST_BYTES = 200_000  # of a program of look-ups, where nothing else is said
SECONDS = 60.0  # that a search takes, where nothing else is said


@dataclass(frozen=True)
class Caps:
    """What a program may be at most: layers and heads a layer as `rasp arch` counts them, and where it may look."""

    layers: int | None = None
    heads: int | None = None
    causal: bool = False
    assume_bos: bool = False


def seconds_of(seconds: float | None, iterations: int | None) -> float | None:
    """The seconds of a search: as said, or 60; None, endless, where iterations end it."""
    return SECONDS if seconds is None and iterations is None else seconds


@dataclass(frozen=True)
class LearningTask:
    """What is to be learned, and how it is searched. `ready` are s-ops that may be used, by name."""

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
    resumed: dict[str, Any] | None = None  # what the search kept when it ended before
    method: str = "search"  # a key of `rasp.learning.methods.METHODS`
    reason: str = ""  # why this one
    tokeniser: Tokeniser | None = None  # by which the words of the inputs were made, for look-ups
    most_bytes: int = MOST_BYTES  # of a program of look-ups
    epochs: int | None = None  # of a training by gradients, None for the usual number; so are `seeds`
    seeds: int | None = None
    device: str = "cpu"

    def origin(self) -> Origin:
        """What a state of the search must agree with."""
        names = [name for name, _ in self.ready]
        settings = {"seed": self.seed, **vars(self.caps), "with": names}
        if self.method != "search":
            settings |= {"method": self.method, "tokeniser": str(self.tokeniser), "bytes": self.most_bytes}
            settings |= {"epochs": self.epochs, "seeds": self.seeds}
        return Origin(self.summary.data.checksum, settings)
