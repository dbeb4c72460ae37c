"""The search, as the fronts call it: what is wanted goes in, what was learned comes out.

This is the only module that joins the search to data, teachers and reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rasp.errors import RaspError
from rasp.graph.nodes import Node
from rasp.learn.events import Listener
from rasp.learn.report import Report
from rasp.learn.spaces import Space
from rasp.learn.state import Keeper, Origin
from rasp.learn.summary import Summary
from rasp.learn.teachers import Teacher

Ready = tuple[tuple[str, Node], ...]  # s-ops by name
SECONDS = 60.0  # that a search takes, where nothing else is said


@dataclass(frozen=True)
class Caps:
    """What a program may be at most: layers and heads a layer as `rasp arch` counts them, and where it may look."""

    layers: int | None = None
    heads: int | None = None
    causal: bool = False
    assume_bos: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is to be learned, and how it is searched. `ready` are s-ops that may be used, by name."""

    summary: Summary
    teacher: Teacher | None = None
    space: Space | None = None
    caps: Caps = field(default_factory=Caps)
    ready: Ready = ()
    seed: int = 0
    seconds: float | None = SECONDS
    iterations: int | None = None
    jobs: int = 1
    resumed: dict[str, Any] | None = None  # what the search kept when it ended before

    def origin(self) -> Origin:
        """What a state of the search must agree with."""
        names = [name for name, _ in self.ready]
        return Origin(self.summary.data.checksum, {"seed": self.seed, **vars(self.caps), "with": names})


@dataclass(frozen=True)
class Outcome:
    """What was learned: the program's text, its output as a node, and the report."""

    program: str
    node: Node
    report: Report


def learned(wanted: Wanted, listener: Listener, keeper: Keeper) -> Outcome:
    """Searches for a program. Raises RaspError."""
    raise _not_there("the search for programs")


def task(name: str, vocab_size: int | None, max_length: int | None, marks: bool) -> tuple[Teacher, Space]:
    """A built-in task as a teacher, with its inputs. Raises RaspError."""
    raise _not_there(f"the task {name}")


def _not_there(what: str) -> RaspError:
    return RaspError(f"{what} is not in this version", hint="`rasp learn --dry-run` shows how data are read.")
