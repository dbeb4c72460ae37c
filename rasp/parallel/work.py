"""Many inputs at once: enter nodes and inputs, leave a `Sequence` or `Selection` for each, or its error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rasp.errors import RaspError
from rasp.graph.nodes import Node, is_selector
from rasp.present.names import Names, explain_failure
from rasp.present.sequences import Selection
from rasp.present.sequences import Sequence as Values

ERRORS = ("raise", "collect")
Row = list[Any]  # of an input: for each node its result, or the RaspError in its place


def check_errors(errors: str) -> None:
    """Raises ValueError for a way of handling errors that there is not."""
    if errors not in ERRORS:
        raise ValueError(f"errors is 'raise' or 'collect', not {errors!r:.20}")


def judged(value: Any) -> Any:
    """An input as the engine takes it, or the RaspError of what is none."""
    from rasp.engine.inputs import check_input

    try:
        return check_input(value)
    except RaspError as error:
        return error


class Part(NamedTuple):
    """What some of the nodes give on inputs of one length: a `Block`, or the matrices (inputs, n, n), of each."""

    places: Sequence[int]  # of the inputs
    members: Sequence[int]  # the numbers of the nodes
    columns: list[Any]


@dataclass
class Evaluated:
    """What nodes give on inputs; `failures` are the errors by the places of input and node."""

    parts: list[Part]
    failures: dict[tuple[int, int], RaspError]

    def rows(self, nodes: list[Node], inputs: Sequence[Any]) -> list[Row]:
        """The results, in the order of the inputs; None stands for what failed."""
        made: list[Row] = [[None] * len(nodes) for _ in inputs]
        forms: list[Any] = [Selection.of if is_selector(node) else Values for node in nodes]
        for places, members, columns in self.parts:
            for member, column in zip(members, columns, strict=True):
                form = forms[member]
                for number, place in enumerate(places):
                    made[place][member] = form(column, number, inputs[place])
        return made


def evaluated(nodes: list[Node], inputs: Sequence[Any]) -> Evaluated:
    """What the nodes give on inputs that are some. Where one of several fails on an input, each goes on by itself."""
    from rasp.engine.evaluate import evaluate_batches

    failing: dict[int, RaspError] = {}
    batches = evaluate_batches(nodes, inputs, failing)
    parts = [Part(list(places), range(len(nodes)), columns) for places, columns in batches]
    if len(nodes) == 1:
        return Evaluated(parts, {(place, 0): error for place, error in failing.items()})
    rest = sorted(failing)
    failures = {}
    for member, node in enumerate(nodes if rest else ()):
        alone = evaluated([node], [inputs[place] for place in rest])
        parts += [Part([rest[place] for place in places], [member], columns) for places, _, columns in alone.parts]
        failures.update({(rest[place], member): error for (place, _), error in alone.failures.items()})
    return Evaluated(parts, failures)


@dataclass
class Work:
    """What is to be done with each input: nodes, the names to tell errors by, and the task, such as `evaluated`.

    A task takes nodes and inputs, and gives something with `rows` and `failures` as `Evaluated` has them. It is a
    function of a module, or made of such, for other processes know it by its name.
    """

    nodes: list[Node]
    names: Names
    task: Any

    def here(self, inputs: list[Any]) -> list[Row]:
        """The outcomes on inputs of which some may be errors already, worked out in this process."""
        return self.outcomes(inputs, self.task(self.nodes, good(inputs)))

    def outcomes(self, inputs: list[Any], found: Any) -> list[Row]:
        """What the task has found for the good ones of these inputs, and errors, told in words, in their places."""
        given = good(inputs)
        rows: list[Row] = found.rows(self.nodes, given)
        if not found.failures and len(given) == len(inputs):
            return rows
        for (place, member), error in found.failures.items():
            error.row = place
            rows[place][member] = explain_failure(error, self.names, given)
        others = iter(rows)
        width = len(self.nodes)
        return numbered([[value] * width if isinstance(value, RaspError) else next(others) for value in inputs], 0)


def good(inputs: list[Any]) -> list[Any]:
    """The inputs that are some."""
    return [value for value in inputs if not isinstance(value, RaspError)]


def numbered(rows: list[Row], first: int) -> list[Row]:
    """The rows, whose errors know the number of their input; `first` is that of the first row."""
    for number, row in enumerate(rows, first):
        for result in row:
            if isinstance(result, RaspError):
                result.row = number
    return rows
