"""Work on many inputs: for each node its result on each input, or the error of an input that is invalid or fails.

Batches, streams, decoder loops and the command line all use it. Inputs are checked first (`check_inputs`,
`CheckedInputs.check`); a task runs on the valid ones, in this or another process; then results and errors are put in
the order of the inputs (`Work.outcomes`). A task may evaluate, run the decoder loop, or make the text that the command
line prints: on short inputs the text takes most of the time, so workers make it, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from rasp.errors import RaspError
from rasp.graph.nodes import Node, is_selector
from rasp.present.names import Names, explain_failure
from rasp.present.sequences import Selection
from rasp.present.sequences import Sequence as ValueSequence

ERRORS = ("raise", "collect")
NodeFailures = dict[tuple[int, int], RaspError]  # by (number of the input, number of the node)


def check_errors(errors: str) -> None:
    """Raises ValueError for an unknown way of handling errors."""
    if errors not in ERRORS:
        raise ValueError(f"errors is 'raise' or 'collect', not {errors!r:.20}")


# ----------------------------------------------------------------------------------------------------------- inputs


def check_inputs(inputs: Iterable[Any]) -> Iterator[Any]:
    """Yields each input as the engine takes it, or the error that says why it is not an input.

    >>> given, error = check_inputs(["ab", []])
    >>> given, error.code
    ('ab', 'R401')
    """
    from rasp.engine.inputs import check_input  # imported late: imports NumPy

    for value in inputs:
        try:
            given: Any = check_input(value)
        except RaspError as error:
            given = error
        yield given


class CheckedInputs(NamedTuple):
    """Inputs that are evaluated together: the valid ones, and the errors of the others by index.

    `first` is the number of its first input in the stream.
    """

    valid: list[Any]
    invalid: dict[int, RaspError]
    first: int = 0

    @classmethod
    def check(cls, inputs: Iterable[Any], errors: str) -> CheckedInputs:
        """Checks inputs given by a user. With `errors="raise"`, raises the error of the first invalid one."""
        from rasp.engine.inputs import check_input  # imported late: imports NumPy

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
    def of(cls, inputs: list[Any], first: int = 0) -> CheckedInputs:
        """Makes a batch of the values of `check_inputs`: inputs and errors."""
        invalid = {index: value for index, value in enumerate(inputs) if isinstance(value, RaspError)}
        valid = [value for value in inputs if not isinstance(value, RaspError)] if invalid else inputs
        return cls(valid, invalid, first)

    @property
    def size(self) -> int:
        """The number of inputs, valid or not."""
        return len(self.valid) + len(self.invalid)

    def valid_indices(self) -> Sequence[int]:
        """The indices of the valid inputs among all inputs."""
        total = range(self.size)
        return [index for index in total if index not in self.invalid] if self.invalid else total


# ---------------------------------------------------------------------------------------------------------- results


class TaskResults(Protocol):
    """The return value of a task: results by node and input (None where the node failed), and the failures."""

    failures: NodeFailures

    def results(self, nodes: list[Node], inputs: Sequence[Any]) -> list[list[Any]]:
        """For each node its results, in the order of the inputs."""


@dataclass
class ListedResults:
    """The results of a task that makes them one by one."""

    made: list[list[Any]]
    failures: NodeFailures = field(default_factory=dict)

    def results(self, nodes: list[Node], inputs: Sequence[Any]) -> list[list[Any]]:
        """For each node its results, in the order of the inputs."""
        return self.made


class EqualLengthResults(NamedTuple):
    """Results of some nodes on inputs of one length: for each node a `ColumnBatch`, or the matrices (inputs, n, n)."""

    indices: Sequence[int]  # of the inputs, in the batch
    members: Sequence[int]  # the numbers of the nodes
    columns: list[Any]


@dataclass
class Evaluation:
    """Results of nodes on inputs, as the engine returns them: inputs of one length together."""

    parts: list[EqualLengthResults]
    failures: NodeFailures

    def results(self, nodes: list[Node], inputs: Sequence[Any]) -> list[list[Any]]:
        """For each node its `Sequence` or `Selection` on each input."""
        made: list[list[Any]] = [[None] * len(inputs) for _ in nodes]
        forms: list[Any] = [Selection.of if is_selector(node) else ValueSequence for node in nodes]
        for indices, members, columns in self.parts:
            for member, column in zip(members, columns, strict=True):
                form = forms[member]
                results = [form(column, number, inputs[index]) for number, index in enumerate(indices)]
                if len(results) == len(inputs):  # all inputs have one length: the usual case, and fast
                    made[member] = results
                    continue
                into = made[member]
                for index, result in zip(indices, results, strict=True):
                    into[index] = result
        return made


def evaluate_batch(nodes: list[Node], inputs: Sequence[Any], errors: str = "collect") -> Evaluation:
    """Evaluates nodes on valid inputs. An input on which one of several nodes fails is evaluated again for each alone.

    `errors="raise"` raises the first error, with the number of its input.
    """
    from rasp.engine.evaluate import evaluate_batches  # imported late: imports NumPy

    failing: dict[int, RaspError] | None = None if errors == "raise" else {}
    members = range(len(nodes))
    parts = [
        EqualLengthResults(indices, members, columns) for indices, columns in evaluate_batches(nodes, inputs, failing)
    ]
    if not failing:
        return Evaluation(parts, {})
    if len(nodes) == 1:
        return Evaluation(parts, {(index, 0): error for index, error in failing.items()})
    rest = sorted(failing)
    failures = {}
    for member, node in enumerate(nodes):
        alone = evaluate_batch([node], [inputs[index] for index in rest])
        parts += [
            EqualLengthResults([rest[index] for index in indices], [member], columns)
            for indices, _, columns in alone.parts
        ]
        failures.update({(rest[index], member): error for (index, _), error in alone.failures.items()})
    return Evaluation(parts, failures)


# ------------------------------------------------------------------------------------------------------------- work


class Outcomes(NamedTuple):
    """For each node its result or RaspError on each input; `failed` are the indices of inputs with an error."""

    lists: list[list[Any]]
    failed: set[int]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yields for each input the outcome of each node."""
        return zip(*self.lists, strict=True)


@dataclass
class Work:
    """A task for each input: the nodes, their names for error messages, and the task itself.

    A task, such as `evaluate_batch`, is called with nodes and valid inputs, and returns `TaskResults`. It is pickled
    for other processes, so it is a function of a module, or an instance of a frozen dataclass of a module.
    """

    nodes: list[Node]
    names: Names
    task: Any

    def here(self, batch: CheckedInputs) -> Outcomes:
        """Runs the task in this process. Raises the error of a task that does not collect errors."""
        try:
            found = self.task(self.nodes, batch.valid)
        except RaspError as error:
            raise explain_failure(error, self.names, batch.valid) from None
        return self.outcomes(batch, found)

    def outcomes(self, batch: CheckedInputs, found: TaskResults) -> Outcomes:
        """The results of the task, with all errors in their places. Each error names its s-op and its input."""
        lists = found.results(self.nodes, batch.valid)
        if not found.failures and not batch.invalid:
            return Outcomes(lists, set())
        indices = batch.valid_indices()
        failed = set(batch.invalid)
        for (number, member), error in found.failures.items():
            error.row = number
            lists[member][number] = explain_failure(error, self.names, batch.valid)
            error.row = batch.first + indices[number]
            failed.add(indices[number])
        for index, error in batch.invalid.items():
            error.row = batch.first + index
        return Outcomes([_with_errors(results, batch.invalid) for results in lists], failed)


def _with_errors(results: list[Any], invalid: dict[int, RaspError]) -> list[Any]:
    """Merges the results on valid inputs with the errors of the invalid ones, in the order of the inputs."""
    if not invalid:
        return results
    rest = iter(results)
    total = len(results) + len(invalid)
    return [invalid[index] if index in invalid else next(rest) for index in range(total)]
