"""The exact path of elementwise operations: applies the scalar function at each position, in Python's own numbers.

It is slow and always right. Errors on single elements are raised here alone, because only here the row and the position
are known.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple, Union

import numpy as np

from rasp.engine.failure import fail, locate_failure, raise_failures
from rasp.engine.values import Values, atoms, from_rows
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Illegal, Map
from rasp.graph.operators import OPERATORS

Scalar = Callable[..., Atom]


class ElementwiseOperation(NamedTuple):
    """An elementwise operation without its operands; the fields are those of a `Map`."""

    op: str
    table: tuple[Any, ...] | None
    keyed: bool


Elementwise = Union[Map, ElementwiseOperation]


def apply_exactly(node: Elementwise, operands: list[Values]) -> Values:
    """The result of an operation, element by element; errors carry row, position and operands."""
    shape = np.broadcast_shapes(*(operand.shape for operand in operands))
    function = scalar(node)
    columns = [atoms(operand, shape) for operand in operands]
    made = [_row(function, index, *rows) for index, rows in enumerate(zip(*columns, strict=True))]
    raise_failures()
    return from_rows(made)


def _row(function: Scalar, index: int, *operands: list[Atom]) -> list[Atom]:
    """The elements of a row, up to the first that fails."""
    elements: list[Atom] = []
    for position, here in enumerate(zip(*operands, strict=True)):
        try:
            elements.append(function(*here))
        except RaspError as error:
            fail(locate_failure(error, index, position, here))
            break
    return elements


def scalar(node: Elementwise) -> Scalar:
    """The function that the node applies to the atoms at one position.

    >>> from rasp.graph.builders import apply, constant, indices, lookup_key
    >>> scalar(apply("+", indices(), constant(1)))(2, 1), scalar(lookup_key(indices(), [(0, "zero")]))(0)
    (3, 'zero')
    """
    function = OPERATORS[node.op].function
    if node.table is None:
        return function
    if node.op == "in":
        return frozenset(node.table).__contains__
    if node.keyed:
        missing = functools.partial(function, node.table, True)
        return functools.partial(_look_up_key, as_dict(node.table), missing)
    return functools.partial(function, node.table, False)


def as_dict(table: tuple[Any, ...]) -> dict[Any, Any]:
    """The table of a dict look-up as a dict; of equal keys the first counts, as in `look_up`.

    >>> as_dict((("a", 1), ("b", 2), ("a", 3)))
    {'a': 1, 'b': 2}
    """
    return dict(reversed(table))


def _look_up_key(entries: dict[Any, Any], missing: Scalar, index: Atom, *default: Atom) -> Atom:
    """The entry of an index; what `missing` gives for one without a legal entry."""
    entry = entries.get(index)
    if entry is not None and not isinstance(entry, Illegal):
        return entry  # type: ignore[no-any-return]
    return default[0] if default and entry is None else missing(index, *default)
