"""Work on many inputs: for each node its result on each input, or the error of an input that fails.

This is the one way for batches, streams, decoder loops and what the command line prints. Inputs are checked first
(`check_inputs`, `Batch.check`); the valid ones go through a task, here or in another process; then the results and all
errors are put in the order of the inputs (`Work.outcomes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from rasp.errors import RaspError
from rasp.graph.nodes import Node, is_selector
from rasp.present.names import Names, explain_failure
from rasp.present.sequences import Selection
from rasp.present.sequences import Sequence as Values

ERRORS = ("raise", "collect")
Failures = dict[tuple[int, int], RaspError]  # by the places of input and node


def check_errors(errors: str) -> None:
    """Raises ValueError for a way of handling errors that there is not."""
    if errors not in ERRORS:
        raise ValueError(f"errors is 'raise' or 'collect', not {errors!r:.20}")


# ----------------------------------------------------------------------------------------------------------- inputs


def check_inputs(inputs: Iterable[Any]) -> Iterator[Any]:
    """Each input as the engine takes it, or the RaspError that says why it is not one."""
    from rasp.engine.inputs import check_input  # NumPy is loaded when something is evaluated first

    for value in inputs:
        try:
            given: Any = check_input(value)
        except RaspError as error:
            given = error
        yield given


class Batch(NamedTuple):
    """Inputs that are worked on together: the valid ones, and by place the errors of the others.

    `first` is the number of the first of all of them in the stream to which they belong.
    """

    valid: list[Any]
    invalid: dict[int, RaspError]
    first: int = 0

    @classmethod
    def check(cls, inputs: Iterable[Any], errors: str) -> Batch:
        """Inputs as a user gives them. With `errors="raise"`, the first that is not valid raises its error."""
        from rasp.engine.inputs import check_input

        valid: list[Any] = []
        invalid: dict[int, RaspError] = {}
        for value in inputs:
            try:
                valid.append(check_input(value))
            except RaspError as error:
                error.row = len(valid) + len(invalid)
                if errors == "raise":
                    raise
                invalid[error.row] = error
        return cls(valid, invalid)

    @classmethod
    def of(cls, inputs: list[Any], first: int = 0) -> Batch:
        """Inputs among which errors may stand, as `check_inputs` gives them."""
        invalid = {place: value for place, value in enumerate(inputs) if isinstance(value, RaspError)}
        valid = [value for value in inputs if not isinstance(value, RaspError)] if invalid else inputs
        return cls(valid, invalid, first)

    @property
    def size(self) -> int:
        """The number of the inputs, valid or not."""
        return len(self.valid) + len(self.invalid)

    def places(self) -> Sequence[int]:
        """The places of the valid inputs among all."""
        total = range(self.size)
        return [place for place in total if place not in self.invalid] if self.invalid else total


# ---------------------------------------------------------------------------------------------------------- results


class Found(Protocol):
    """What a task gives: for each node its result on each input, None where it failed; and the failures."""

    failures: Failures

    def results(self, nodes: list[Node], inputs: Sequence[Any]) -> list[list[Any]]:
        """For each node its results, in the order of the inputs."""


@dataclass
class Results:
    """The results of a task that has made them one by one."""

    made: list[list[Any]]
    failures: Failures = field(default_factory=dict)

    def results(self, nodes: list[Node], inputs: Sequence[Any]) -> list[list[Any]]:
        """For each node its results, in the order of the inputs."""
        return self.made


class Part(NamedTuple):
    """What some of the nodes give on inputs of one length: of each a `Block`, or the matrices (inputs, n, n)."""

    places: Sequence[int]  # of the inputs
    members: Sequence[int]  # the numbers of the nodes
    columns: list[Any]


@dataclass
class Evaluation:
    """What nodes give on inputs, as the engine has computed it: inputs of one length together."""

    parts: list[Part]
    failures: Failures

    def results(self, nodes: list[Node], inputs: Sequence[Any]) -> list[list[Any]]:
        """For each node its `Sequence` or `Selection` on each input."""
        made: list[list[Any]] = [[None] * len(inputs) for _ in nodes]
        forms: list[Any] = [Selection.of if is_selector(node) else Values for node in nodes]
        for places, members, columns in self.parts:
            for member, column in zip(members, columns, strict=True):
                form = forms[member]
                results = [form(column, number, inputs[place]) for number, place in enumerate(places)]
                if len(results) == len(inputs):  # mostly all inputs have one length
                    made[member] = results
                    continue
                into = made[member]
                for place, result in zip(places, results, strict=True):
                    into[place] = result
        return made


def evaluate_batch(nodes: list[Node], inputs: Sequence[Any], errors: str = "collect") -> Evaluation:
    """What the nodes give on valid inputs. Where one of several nodes fails on an input, each goes on by itself.

    With `errors="raise"` the first error that is met is raised, with the number of its input.
    """
    from rasp.engine.evaluate import evaluate_batches

    failing: dict[int, RaspError] | None = None if errors == "raise" else {}
    members = range(len(nodes))
    parts = [Part(places, members, columns) for places, columns in evaluate_batches(nodes, inputs, failing)]
    if not failing:
        return Evaluation(parts, {})
    if len(nodes) == 1:
        return Evaluation(parts, {(place, 0): error for place, error in failing.items()})
    rest = sorted(failing)
    failures = {}
    for member, node in enumerate(nodes):
        alone = evaluate_batch([node], [inputs[place] for place in rest])
        parts += [Part([rest[place] for place in places], [member], columns) for places, _, columns in alone.parts]
        failures.update({(rest[place], member): error for (place, _), error in alone.failures.items()})
    return Evaluation(parts, failures)


# ------------------------------------------------------------------------------------------------------------- work


class Outcomes(NamedTuple):
    """For each node its result on each input, or the RaspError in its place; `failed` are the places of such inputs."""

    lists: list[list[Any]]
    failed: set[int]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """For each input the outcome of each node."""
        return zip(*self.lists, strict=True)


@dataclass
class Work:
    """What is to be done with each input: nodes, the names by which errors tell them, and the task.

    A task, such as `evaluate_batch`, takes nodes and valid inputs, and gives what is `Found`. It is a function of a
    module, or a frozen dataclass of such, since other processes know it by its name.
    """

    nodes: list[Node]
    names: Names
    task: Any

    def here(self, batch: Batch) -> Outcomes:
        """The outcomes on inputs, worked out in this process. Raises what a task raises that collects no errors."""
        try:
            found = self.task(self.nodes, batch.valid)
        except RaspError as error:
            raise explain_failure(error, self.names, batch.valid) from None
        return self.outcomes(batch, found)

    def outcomes(self, batch: Batch, found: Found) -> Outcomes:
        """What the task has found, with all errors in their places; each tells its s-op and the number of its input."""
        lists = found.results(self.nodes, batch.valid)
        if not found.failures and not batch.invalid:
            return Outcomes(lists, set())
        places = batch.places()
        failed = set(batch.invalid)
        for (number, member), error in found.failures.items():
            error.row = number
            lists[member][number] = explain_failure(error, self.names, batch.valid)
            error.row = batch.first + places[number]
            failed.add(places[number])
        for place, error in batch.invalid.items():
            error.row = batch.first + place
        return Outcomes([_with_errors(results, batch.invalid) for results in lists], failed)


def _with_errors(results: list[Any], invalid: dict[int, RaspError]) -> list[Any]:
    """The results on valid inputs, and the errors of the others in their places."""
    if not invalid:
        return results
    rest = iter(results)
    total = len(results) + len(invalid)
    return [invalid[place] if place in invalid else next(rest) for place in range(total)]
