"""What making a model may take: enter what is about to be done, leaves nothing or an error, before it is done.

A *step* is about what an entry of a table takes: some ten million of them are a second.
"""

from __future__ import annotations

from rasp.base.limits import limits
from rasp.errors import TooManyValues
from rasp.graph.nodes import Node

LISTED = 2_000_000  # positions of all inputs together, up to which all of them may be looked at
NUMBER = 8  # bytes
LESS = "A smaller vocabulary or shorter inputs make it less."


class Budget:
    """Counts the steps of one model; `rows` bounds a single table, where there is another way than large ones."""

    def __init__(self, work: int | None = None, rows: int | None = None) -> None:
        self.steps = 0
        self._work = limits.work if work is None else min(work, limits.work)
        self._rows = rows

    def take(
        self, count: int, what: str, about: Node | None, *, steps: int | None = None, size: int = 0, hint: str = LESS
    ) -> None:
        """Notes what is about to be done: so many steps, as many as there are things to be made, in `size` bytes.

        Raises TooManyValues, marked with the node, over the limits `work` and `memory`.

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
    """The error of a program that needs more than there may be; it is marked with the node."""
    error = TooManyValues(f"{count:,} {what}: too many for a model", hint=hint)
    error.node = about
    return error
