"""Reports progress from long computations to a listener, without either knowing the other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

ProgressCallback = Callable[[str, int, int, int], None]

_listeners: list[ProgressCallback] = []


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
def listen(listener: ProgressCallback) -> Iterator[None]:
    """Send all reports to this listener alone, within the `with` block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def duration(seconds: float) -> str:
    """A time in words.

    >>> duration(9.4), duration(75), duration(7300)
    ('9 s', '1 min 15 s', '2 h 1 min')
    """
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
