"""The decoder loop for many prompts at once: enters an s-op with prompts, leaves the values that each goes on with.

The prompts advance together, a step of all of them being one batch, and drop out when they are done.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Listing
from dataclasses import dataclass, field
from typing import Any

from rasp.base.progress import tell
from rasp.engine.evaluate import evaluate_batches
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node
from rasp.parallel.chunks import Pace
from rasp.present.sequences import Sequence


def pace() -> Pace:
    """How many prompts advance together: never very few, for a step costs about the same for one and for many."""
    return Pace(least=32, first=32, most=256)


@dataclass
class Generated:
    """The values for each prompt; `failures` has the errors, as `rasp.parallel.work.Evaluated` has them."""

    values: list[list[Atom]]
    failures: dict[tuple[int, int], RaspError] = field(default_factory=dict)

    def rows(self, nodes: list[Node], inputs: Listing[Any]) -> list[list[Any]]:
        """The values, in the order of the prompts."""
        return [[values] for values in self.values]


@dataclass(frozen=True)
class Decoder:
    """The task: appends the last element of the s-op to each prompt until it `ends`, or `most` times."""

    ends: Callable[[Atom], bool]
    most: int

    def __call__(self, nodes: list[Node], prompts: Listing[Any]) -> Generated:
        made = Generated([[] for _ in prompts])
        given = [tuple(prompt) for prompt in prompts]
        active = list(range(len(given)))
        step = 0
        while active and step < self.most:
            last = _step(nodes, given, active, made)
            active = [place for place in active if place in last and not self.ends(last[place])]
            for place in active:
                made.values[place].append(last[place])
                given[place] = (*given[place], last[place])
            step += 1
            tell("steps", step)
        return made


def _step(nodes: list[Node], given: Listing[Any], active: list[int], made: Generated) -> dict[int, Atom]:
    """The last element on each active prompt; those that fail have none, but an error."""
    failing: dict[int, RaspError] = {}
    last = {}
    for rows, (block,) in evaluate_batches(nodes, [given[place] for place in active], failing):
        for number, row in enumerate(rows):
            last[active[row]] = Sequence(block, number, ())[-1]  # type: ignore[arg-type]  # the node is an s-op
    for row, error in failing.items():
        made.failures[active[row], 0] = error
    return last
