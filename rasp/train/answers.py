"""The labels of many inputs: a program's outputs, as indices of output values, and the matrices of its selectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rasp.engine.evaluate import evaluate_batches
from rasp.engine.failure import Failures
from rasp.errors import ProgramFails, RaspError, WrongOperand
from rasp.graph.atoms import atom_key, kind_of
from rasp.graph.nodes import Atom, Node
from rasp.model.arrays import Array
from rasp.present.names import Names, explain_failure, show_input

NOT_ASKED, UNKNOWN = -1, -2  # labels where nothing is asked, and of values that are not among the classes
HINT = "Draw valid inputs by a function: --draw FILE.py:FUNCTION, or draw=function in Python."


@dataclass(frozen=True)
class Classes:
    """The values that an output may have, in the order of the logits.

    >>> classes = Classes.of([3, 1, 2, 1])
    >>> classes.values, classes.labels(np.array([[3, 7]])).tolist()
    ((1, 2, 3), [[2, -2]])
    """

    values: tuple[Atom, ...]

    @classmethod
    def of(cls, atoms: Any) -> Classes:
        """The distinct atoms, sorted."""
        found = {atom_key(atom): atom for atom in atoms}
        return cls(tuple(sorted(found.values(), key=lambda atom: (isinstance(atom, str), atom))))

    def labels(self, values: Array) -> Array:
        """The index of each value of an array; UNKNOWN for one that is not among the classes."""
        numbers = {atom_key(value): number for number, value in enumerate(self.values)}
        found, inverse = distinct_atoms(values)
        return np.array([numbers.get(atom_key(value), UNKNOWN) for value in found])[inverse].reshape(values.shape)


def distinct_atoms(values: Array) -> tuple[list[Any], Array]:
    """The distinct values of an array as atoms, and for each element which of them it is.

    >>> distinct_atoms(np.array([["b", "a"], ["a", "a"]]))[0]
    ['a', 'b']
    """
    if values.dtype == object:  # atoms of several kinds, which NumPy cannot sort
        numbers: dict[tuple[type, Atom], int] = {}
        atoms = values.ravel().tolist()
        inverse = np.array([numbers.setdefault(atom_key(atom), len(numbers)) for atom in atoms])
        first = {atom_key(atom): atom for atom in atoms}
        return [first[key] for key in numbers], inverse
    found, inverse = np.unique(values, return_inverse=True)
    return found.tolist(), inverse.ravel()


@dataclass(frozen=True)
class LabelledProgram:
    """An s-op that gives the labels, with its name, its vocabulary, and the selectors that heads should learn."""

    node: Node
    name: str
    vocabulary: tuple[Atom, ...]
    names: Names
    selectors: tuple[Node, ...] = ()

    def answers(self, ids: Array, selectors: bool = False) -> tuple[Array, Array]:
        """The values (count, n) on inputs of a length; with `selectors`, their matrices (selectors, count, n, n).

        Raises ProgramFails, and WrongOperand for floats.
        """
        values, matrices, failures = self.attempt(ids, selectors)
        if failures:
            raise failures[min(failures)]
        return values, matrices

    def attempt(self, ids: Array, selectors: bool = False) -> tuple[Array, Array, dict[int, RaspError]]:
        """As `answers`, for the inputs that have them; for the rows of the others, the errors that `answers` raises.

        >>> from rasp.graph.builders import apply, constant, tokens
        >>> program = LabelledProgram(apply("%", constant(6), tokens("int")), "f", ("0", "4"), Names())
        >>> values, _, failures = program.attempt(np.array([[1, 0], [1, 1]]))
        >>> values.tolist(), failures[0].diagnostic.title
        ([[2, 2]], 'the program fails on the input "40": remainder by zero')
        """
        inputs = self.inputs(ids)
        nodes = [self.node, *(self.selectors if selectors else ())]
        found: Failures = {}
        parts: list[tuple[Any, Any]] = list(evaluate_batches(nodes, inputs, found))
        failures: dict[int, RaspError] = {row: self._fails(error, inputs[row]) for row, error in found.items()}
        rows: dict[int, Array] = {}
        matrices = np.zeros((len(nodes) - 1, len(inputs), *([ids.shape[1]] * 2)), dtype=bool)
        for numbers, (column, *others) in parts:
            for number, row in enumerate(numbers := list(numbers)):
                answer = column.column(number)
                if answer.kind == "float":
                    failures[row] = self._gives_floats(inputs[row])
                else:
                    rows[row] = answer.array
            for number, matrix in enumerate(others):
                matrices[number, numbers] = matrix
        good = sorted(rows)
        return _stack([rows[row] for row in good], ids.shape[1]), matrices[:, good], failures

    def inputs(self, ids: Array) -> list[Any]:
        """The inputs of ids (count, n): strings if all tokens are characters, else tuples."""
        if all(isinstance(token, str) and len(token) == 1 and token != "\0" for token in self.vocabulary):
            rows = np.ascontiguousarray(np.array(self.vocabulary)[ids])
            return rows.view(f"U{ids.shape[1]}").ravel().tolist()
        return [tuple(self.vocabulary[token] for token in row) for row in ids.tolist()]

    def _gives_floats(self, given: Any) -> WrongOperand:
        return WrongOperand(
            f"`{self.name}` gives floats, on {show_input(given)} for example; a trained model chooses among values",
            hint="An s-op of ints, strings or bools can be trained, such as one that rounds them.",
        )

    def _fails(self, error: RaspError, given: Any) -> ProgramFails:
        error.row = None
        told = explain_failure(error, self.names, ())
        title = f"the program fails on the input {show_input(given)}: {told.diagnostic.title}"
        return ProgramFails(title, span=told.span, hint=HINT, details=told.diagnostic.details)


def _stack(rows: list[Array], length: int) -> Array:
    """Stacks rows into one array; rows of several kinds as Python objects, so that no value is converted."""
    if len({row.dtype.kind for row in rows}) == 1 and rows[0].dtype != object:
        return np.stack(rows)
    return np.array([np.array(row.tolist(), dtype=object) for row in rows], dtype=object).reshape(len(rows), length)


def check_labels(name: str, atoms: Sequence[Atom]) -> None:
    """Raises WrongOperand for a float among the outputs of examples."""
    for atom in atoms:
        if kind_of(atom) == "float":
            raise WrongOperand(f"{name} have the output {atom!r}; a trained model chooses among values, not floats")
