"""How far a long work is: enter reports of whoever does it, for whoever shows them; neither need know the other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

Listener = Callable[[str, int, int, int], None]

_listeners: list[Listener] = []


def tell(noun: str, done: int, total: int = 0, reached: int | None = None) -> None:
    """Says how many are done, and of how many in all; 0 where nobody knows. Without a listener it takes no time.

    Where they take unlike time, `total` is in another unit, and `reached` says how much of it is done.

    >>> with heard(lambda *report: print(report)):
    ...     tell("rows", 30, 100)
    ('rows', 30, 100, 30)
    """
    if _listeners:
        _listeners[-1](noun, done, total, done if reached is None else reached)


@contextlib.contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """While it is open, the listener hears all reports, and nobody else does."""
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
