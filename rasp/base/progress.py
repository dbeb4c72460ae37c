"""Reports progress from long computations to a listener, without either knowing the other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

Listener = Callable[[str, int, int, int], None]

_listeners: list[Listener] = []


def tell(noun: str, done: int, total: int = 0, reached: int | None = None) -> None:
    """Report that `done` of `total` items are done; 0 if the total is unknown. Without a listener this takes no time.

    If items take different times, `total` may be in another unit; `reached` is then the amount done in that unit.

    >>> with listen(lambda *report: print(report)):
    ...     tell("rows", 30, 100)
    ('rows', 30, 100, 30)
    """
    if _listeners:
        _listeners[-1](noun, done, total, done if reached is None else reached)


@contextlib.contextmanager
def listen(listener: Listener) -> Iterator[None]:
    """Send all reports to this listener alone, within the `with` block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
