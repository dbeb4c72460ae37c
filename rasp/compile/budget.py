"""Limits on the work and memory of a compilation, checked before the work is done.

The unit is a *step*, about the time that one entry of a table takes: a second has some ten million of them.
"""

from __future__ import annotations

from rasp.base.limits import limits
from rasp.errors import TooManyValues
from rasp.graph.nodes import Node

LISTED = 2_000_000  # positions of all inputs together, up to which inputs may be enumerated
NUMBER = 8  # bytes of a number
LESS = "A smaller vocabulary or shorter inputs make it less."


class Budget:
    """Counts the steps of one compilation. `rows` limits each table, if the compiler can do without large ones."""

    def __init__(self, work: int | None = None, rows: int | None = None) -> None:
        self.steps = 0
        self._work = limits.work if work is None else min(work, limits.work)
        self._rows = rows

    def take(
        self, count: int, what: str, about: Node | None, *, steps: int | None = None, size: int = 0, hint: str = LESS
    ) -> None:
        """Accounts for work that is about to be done: `count` items of `size` bytes in all, a step each by default.

        Raises TooManyValues, which holds the node, if that exceeds the limits `work` or `memory`.

        >>> from rasp.graph.builders import indices
        >>> Budget(work=10).take(20, "sums that a head may read", indices())  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        rasp.errors.TooManyValues: error[R802]: 20 sums that a head may read: too many for a model...
        """
        if size > limits.memory:
            raise too_many(count, what, about, f"{hint} They take about {size:,} bytes. {limits.hint('memory')}")
        self.steps += count if steps is None else steps
        if self.steps > self._work or count > (self._rows or count):
            raise too_many(count, what, about, f"{hint} With them it is {self.steps:,} steps. {limits.hint('work')}")


def too_many(count: int, what: str, about: Node | None, hint: str) -> TooManyValues:
    """The error for a program that needs more than a limit allows; it holds the node."""
    error = TooManyValues(f"{count:,} {what}: too many for a model", hint=hint)
    error.node = about
    return error
