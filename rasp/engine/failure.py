"""Marks an error with the node, input, position and operands where it arose."""

from __future__ import annotations

from typing import TypeVar

from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node

E = TypeVar("E", bound=RaspError)


def locate_failure(error: E, row: int, position: int, operands: tuple[Atom, ...]) -> E:
    """Mark the error with the row of the batch, the position in the sequence and the operands there; return it."""
    error.row, error.position, error.operands = row, position, operands
    return error


def blame(error: E, node: Node) -> E:
    """Mark the error with the node that failed, unless it names one already; return it."""
    if error.node is None:
        error.node = node
    return error
