"""Where an error happened: marks an error with the node, input, position and operands it arose at."""

from __future__ import annotations

from typing import TypeVar

from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node

E = TypeVar("E", bound=RaspError)


def locate(error: E, row: int, position: int, operands: tuple[Atom, ...]) -> E:
    """The error, marked with the row of the batch, the position in the sequence and the operands there."""
    error.row, error.position, error.operands = row, position, operands
    return error


def blame(error: E, node: Node) -> E:
    """The error, marked with the node that failed unless it is already."""
    if error.node is None:
        error.node = node
    return error
