"""Marks an error with the node, input, position and operands where it arose, and collects those of a batch.

A kernel calls `fail` for each row on which it fails, and `raise_failures` before it needs the values of all rows. By
default the first error is raised at once. Within `collecting` all of them are kept, so that a batch of which many rows
fail is computed once, and not once for each of these rows.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from contextvars import ContextVar
from typing import TypeVar

from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node

E = TypeVar("E", bound=RaspError)
Failures = dict[int, RaspError]  # by the index of the input, or by the row of the batch

_collected: ContextVar[Failures | None] = ContextVar("_collected", default=None)


@contextlib.contextmanager
def collecting(failures: Failures | None) -> Iterator[None]:
    """Collect the errors of rows in `failures` within the `with` block; None lets `fail` raise them at once.

    >>> found: Failures = {}
    >>> with collecting(found):
    ...     fail(locate_failure(RaspError("first"), 2, 0, ()))
    ...     fail(locate_failure(RaspError("second"), 3, 0, ()))
    >>> [(row, error.diagnostic.title) for row, error in found.items()]
    [(2, 'first'), (3, 'second')]
    """
    before = _collected.set(failures)
    try:
        yield
    finally:
        _collected.reset(before)


def fail(error: RaspError) -> None:
    """Raise the error of a row, or keep it until `raise_failures` if errors are collected."""
    collected = _collected.get()
    if collected is None:
        raise error from None
    collected[error.row or 0] = error


def raise_failures() -> None:
    """Raise the first error that was collected, if there is one."""
    if collected := _collected.get():
        raise next(iter(collected.values())) from None


def copy_failure(error: E) -> E:
    """The same error for another row. Both may be told more later, and each its own."""
    other = copy.copy(error)
    other.diagnostic = diagnostic = copy.copy(error.diagnostic)
    diagnostic.details, diagnostic.notes = diagnostic.details.copy(), diagnostic.notes.copy()
    return other


def failures_with(error: RaspError) -> list[RaspError]:
    """The errors that were collected with one that was raised; this one alone if errors are not collected."""
    return list((_collected.get() or {0: error}).values())


def locate_failure(error: E, row: int, position: int, operands: tuple[Atom, ...]) -> E:
    """Mark the error with the row of the batch, the position in the sequence and the operands there; return it."""
    error.row, error.position, error.operands = row, position, operands
    return error


def blame(error: E, node: Node) -> E:
    """Mark the error with the node that failed, unless it names one already; return it."""
    if error.node is None:
        error.node = node
    return error
