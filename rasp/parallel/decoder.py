"""The decoder loop: appends the last element of an s-op to the input, as an autoregressive decoder does, and repeats.

Many prompts advance together, one batch per step; a prompt leaves the batch when its loop ends.
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
from rasp.parallel.work import ListedResults
from rasp.present.names import Names, explain_failure
from rasp.present.sequences import Sequence

Ends = Callable[[Atom], bool]  # whether a value ends the loop; that value is not generated


def pace() -> Pace:
    """The number of prompts that advance together: at least 32, as a step costs about the same for one and for many."""
    return Pace(least=32, first=32, most=256)


def decode_prompts(
    nodes: list[Node], prompts: Listing[Any], ends: Ends, most: int, failures: dict[int, RaspError]
) -> Iterator[dict[int, Atom]]:
    """Yields for each step, at most `most`, the values that are appended, by the numbers of their prompts.

    A prompt is dropped when its value `ends` the loop, or when the s-op fails on it; `failures` then gets its error.
    """
    inputs = dict(enumerate(map(tuple, prompts)))
    for step in range(1, most + 1):
        last = _last_elements(nodes, inputs, failures)
        values = {index: value for index, value in last.items() if not ends(value)}
        if not values:
            return
        inputs = {index: (*inputs[index], value) for index, value in values.items()}
        tell("steps", step)
        yield values


def decode_one(node: Node, prompt: Listing[Atom], ends: Ends, most: int, names: Names) -> Iterator[Atom]:
    """Yields the values that are appended to one prompt; raises the error of a step in place of its value."""
    given = list(prompt)
    failures: dict[int, RaspError] = {}
    for values in decode_prompts([node], [prompt], ends, most, failures):
        given.append(values[0])
        yield values[0]
    if failures:
        raise explain_failure(failures[0], names, [given]) from None


@dataclass(frozen=True)
class Decoder:
    """The task (see `Work`) that runs the decoder loop; its results are the values appended to each prompt."""

    ends: Ends
    most: int

    def __call__(self, nodes: list[Node], prompts: Listing[Any]) -> ListedResults:
        made: list[list[Atom]] = [[] for _ in prompts]
        failures: dict[int, RaspError] = {}
        for values in decode_prompts(nodes, prompts, self.ends, self.most, failures):
            for index, value in values.items():
                made[index].append(value)
        return ListedResults([made], {(index, 0): error for index, error in failures.items()})


def _last_elements(nodes: list[Node], inputs: Mapping[int, Any], failures: dict[int, RaspError]) -> dict[int, Atom]:
    """The last element of the s-op on each input, by number; `failures` gets the error of an input that fails."""
    if len(inputs) == 1:  # as in `generate`, and often at the end of a batch: faster than a batch of one
        ((index, given),) = inputs.items()
        try:
            return {index: _last(evaluate_one(nodes, check_input(given))[0], 0)}
        except RaspError as error:
            failures[index] = error
            return {}
    indices = list(inputs)
    failing: dict[int, RaspError] = {}
    found = {
        indices[row]: _last(block, number)
        for rows, (block,) in evaluate_batches(nodes, list(inputs.values()), failing)
        for number, row in enumerate(rows)
    }
    failures.update({indices[row]: error for row, error in failing.items()})
    return found


def _last(block: Any, row: int) -> Atom:
    last: Atom = Sequence(block, row, ())[-1]
    return last
