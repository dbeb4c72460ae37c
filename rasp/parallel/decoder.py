"""The decoder loop: the last element of an s-op is appended to a prompt, again and again.

Many prompts advance together, each step being one batch, and drop out when they are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Listing
from dataclasses import dataclass
from typing import Any

from rasp.base.progress import tell
from rasp.engine.evaluate import check_input, evaluate_batches, evaluate_one
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node
from rasp.parallel.chunks import Pace
from rasp.parallel.work import Results
from rasp.present.names import Names, explain_failure
from rasp.present.sequences import Sequence

Ends = Callable[[Atom], bool]  # whether a value ends the loop; it is no part of what is generated


def pace() -> Pace:
    """How many prompts advance together: never very few, for a step costs about the same for one and for many."""
    return Pace(least=32, first=32, most=256)


def decode(
    nodes: list[Node], prompts: Listing[Any], ends: Ends, most: int, failures: dict[int, RaspError]
) -> Iterator[dict[int, Atom]]:
    """For each step the values that are appended, by the places of their prompts, at most `most` times.

    A prompt drops out when its value `ends` the loop, or when the s-op fails; then its error goes to `failures`.
    """
    inputs = dict(enumerate(map(tuple, prompts)))
    for step in range(1, most + 1):
        last = _last_elements(nodes, inputs, failures)
        values = {place: value for place, value in last.items() if not ends(value)}
        if not values:
            return
        inputs = {place: (*inputs[place], value) for place, value in values.items()}
        tell("steps", step)
        yield values


def decode_one(node: Node, prompt: Listing[Atom], ends: Ends, most: int, names: Names) -> Iterator[Atom]:
    """The values that are appended to one prompt, as they come; an error is raised in the place of the next one."""
    given = list(prompt)
    failures: dict[int, RaspError] = {}
    for values in decode([node], [prompt], ends, most, failures):
        given.append(values[0])
        yield values[0]
    if failures:
        raise explain_failure(failures[0], names, [given]) from None


@dataclass(frozen=True)
class Decoder:
    """The task: what is appended to each prompt."""

    ends: Ends
    most: int

    def __call__(self, nodes: list[Node], prompts: Listing[Any]) -> Results:
        made: list[list[Atom]] = [[] for _ in prompts]
        failures: dict[int, RaspError] = {}
        for values in decode(nodes, prompts, self.ends, self.most, failures):
            for place, value in values.items():
                made[place].append(value)
        return Results([made], {(place, 0): error for place, error in failures.items()})


def _last_elements(nodes: list[Node], inputs: Mapping[int, Any], failures: dict[int, RaspError]) -> dict[int, Atom]:
    """The last element of the s-op on each input, by place; one that fails has its error in `failures` instead."""
    if len(inputs) == 1:  # as in `generate`, and often at the end of many
        ((place, given),) = inputs.items()
        try:
            return {place: _last(evaluate_one(nodes, check_input(given))[0], 0)}
        except RaspError as error:
            failures[place] = error
            return {}
    places = list(inputs)
    failing: dict[int, RaspError] = {}
    found = {
        places[row]: _last(block, number)
        for rows, (block,) in evaluate_batches(nodes, list(inputs.values()), failing)
        for number, row in enumerate(rows)
    }
    failures.update({places[row]: error for row, error in failing.items()})
    return found


def _last(block: Any, row: int) -> Atom:
    last: Atom = Sequence(block, row, ())[-1]
    return last
