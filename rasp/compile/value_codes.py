"""Dictionary encoding: values of nodes as codes, and elementwise operators on columns of codes.

A node's values are numbered in the order in which they first occur, by a `Codes` that all tables share. An array of
codes stands for a column of values, so an operator runs only once for each combination of operands that occurs. The
code FAILED stands for a value that does not exist, because the program raises an error there.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from rasp.engine.inputs import validate_input
from rasp.engine.tokens import tokens
from rasp.errors import RaspError
from rasp.graph.atoms import atom_key
from rasp.graph.nodes import Atom, Constant, Indices, Map, Node, Tokens
from rasp.graph.operators import operate
from rasp.model.arrays import Array, distinct_numbers

FAILED = -1


class Codes:
    """The codes of one node's values; `atoms[code]` is the value.

    >>> codes = Codes()
    >>> [codes.code(value) for value in ("a", "b", "a")], codes.atoms
    ([0, 1, 0], ['a', 'b'])
    """

    def __init__(self) -> None:
        self.atoms: list[Atom] = []
        self._numbers: dict[tuple[type, Atom], int] = {}

    def __len__(self) -> int:
        return len(self.atoms)

    def code(self, value: Atom) -> int:
        """The code of a value; a new value gets the next code."""
        number = self.find(value)
        if number is None:
            number = self._numbers[atom_key(value)] = len(self.atoms)
            self.atoms.append(value)
        return number

    def find(self, value: Atom) -> int | None:
        """The code of a value; None if it has none yet."""
        return self._numbers.get(atom_key(value))


class ValueCodes:
    """The codes of all nodes' values, and operators on them.

    >>> from rasp.graph.builders import apply, constant, tokens
    >>> columns, node = ValueCodes(), apply("==", tokens(), constant("a"))
    >>> column = columns.tokens(tokens(), "ab", np.array([0, 1, 0]))
    >>> columns.apply(node, [column, columns.constant(constant("a"), 3)]).tolist(), columns.atoms(node)
    ([0, 1, 0], [True, False])
    """

    def __init__(self) -> None:
        self._codes: dict[Node, Codes] = {}
        self._known: dict[Node, dict[tuple[int, ...], int]] = {}

    def codes(self, node: Node) -> Codes:
        """The codes of a node's values."""
        return self._codes.setdefault(node, Codes())

    def atoms(self, node: Node) -> list[Atom]:
        """The values of a node so far, by code."""
        return self.codes(node).atoms

    def constant(self, node: Constant, rows: int) -> Array:
        """A column of one value."""
        return np.full(rows, self.codes(node).code(node.value), dtype=np.int64)

    def indices(self, node: Indices, positions: Array) -> Array:
        """The column of positions."""
        codes = self.codes(node)
        numbers = np.array([codes.code(index) for index in range(int(positions.max(initial=-1)) + 1)], dtype=np.int64)
        return numbers[positions]

    def tokens(self, node: Tokens, vocabulary: Sequence[Atom], symbols: Array) -> Array:
        """The column of tokens, from their indices in the vocabulary."""
        codes = self.codes(node)
        numbers = np.array([self._token(codes, node.kind, token) for token in vocabulary], dtype=np.int64)
        return numbers[symbols]

    def _token(self, codes: Codes, kind: str, token: Atom) -> int:
        try:
            values = tokens(kind, [validate_input([token])])
        except RaspError:
            return FAILED
        return codes.code(_as_atom(values.data[0].tolist()[0], int(values.kinds[0])))

    def apply(self, node: Map, operands: Sequence[Array]) -> Array:
        """The column of an elementwise operation."""
        good = np.flatnonzero(np.logical_and.reduce([column != FAILED for column in operands]))
        made = np.full(len(operands[0]), FAILED, dtype=np.int64)
        if not len(good):
            return made
        sizes = [len(self.codes(part)) for part in node.operands]
        mixed = np.ravel_multi_index([column[good] for column in operands], sizes)
        found, inverse = distinct_numbers(mixed, prod(sizes))
        rows = zip(*(part.tolist() for part in np.unravel_index(found, sizes)), strict=True)
        results = np.array([self._result(node, row) for row in rows], dtype=np.int64)
        made[good] = results[inverse]
        return made

    def _result(self, node: Map, row: tuple[int, ...]) -> int:
        known = self._known.setdefault(node, {})
        if row not in known:
            values = [self.atoms(part)[code] for part, code in zip(node.operands, row, strict=True)]
            try:
                known[row] = self.codes(node).code(operate(node, values))
            except RaspError:
                known[row] = FAILED
        return known[row]


def _as_atom(value: Any, kind: int) -> Atom:
    """A value of an array as an atom of its kind: the array may hold bools and ints as wider numbers."""
    return (bool, int, float, str)[kind](value)


def rank_atoms(atoms: Sequence[Atom]) -> tuple[Array, Array]:
    """The rank of each atom among the numbers or among the strings, and whether it is a string.

    >>> numbers, texts = rank_atoms([2, 1.5, "b", "a", True])
    >>> numbers.tolist(), texts.tolist()
    ([2, 1, 1, 0, 0], [False, False, True, True, False])
    """
    texts = np.array([isinstance(atom, str) for atom in atoms], dtype=bool)
    ranks: dict[Atom, int] = {}
    for like in (str, (bool, int, float)):
        values: list[Any] = sorted({atom for atom in atoms if isinstance(atom, like)})
        ranks.update({value: number for number, value in enumerate(values)})
    return np.array([ranks[atom] for atom in atoms], dtype=np.int64), texts
