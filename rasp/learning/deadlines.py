"""Deadlines: long computations of a search call `check_deadline` often, so that the search can end in time.

What happens there is decided by the search that runs, not by the code that computes: it reports progress, and raises
an exception when its time is over. Code that nobody limits is not interrupted.

>>> def stop(tentative):
...     raise TimeoutError("over")
>>> check_deadline()
>>> with limited(stop):
...     check_deadline()
Traceback (most recent call last):
TimeoutError: over
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TypeVar

Check = Callable[[bool], None]
T = TypeVar("T")


class Ended(Exception):
    """Raised to end a search."""


AT_ONCE = 1024  # items between two checks of `checked`
GRACE, GRACE_SHARE = 0.5, 20  # seconds, or the part of the limit, in which programs that were found are still checked


def _unlimited(tentative: bool) -> None:
    """Does nothing: the check where no search is running."""


_check: ContextVar[Check] = ContextVar("check", default=_unlimited)


def check_deadline(tentative: bool = False) -> None:
    """Lets the search end here. `tentative`: what is computed are new candidates, for which there is no grace."""
    _check.get()(tentative)


@contextmanager
def limited(check: Check) -> Iterator[None]:
    """Within the `with` block, each `check_deadline` calls `check`, which raises an exception to end the search."""
    before = _check.set(check)
    try:
        yield
    finally:
        _check.reset(before)


def unlimited() -> AbstractContextManager[None]:
    """Within the `with` block, `check_deadline` does nothing."""
    return limited(_unlimited)


def checked(items: Iterable[T]) -> Iterator[T]:
    """The items, with a check of the deadline now and then.

    >>> list(checked("ab"))
    ['a', 'b']
    """
    for number, item in enumerate(items):
        if number % AT_ONCE == 0:
            check_deadline()
        yield item


class SearchClock:
    """The time that a search has: `seconds`, and some grace to check what it has found by then. Without a limit: None.

    >>> times = iter([0.0, 9.0, 10.2, 10.2, 10.7])
    >>> clock = SearchClock(10.0, lambda: next(times))
    >>> clock.is_over(tentative=True), clock.is_over(tentative=True), clock.is_over(), clock.is_over()
    (False, True, False, True)
    """

    def __init__(self, seconds: float | None, now: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self.now = seconds, now
        self.started = self.told = now()

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return self.now() - self.started

    @property
    def left(self) -> float | None:
        """Seconds until the limit."""
        return None if self.seconds is None else self.seconds - self.spent

    def is_over(self, tentative: bool = False) -> bool:
        """Whether the time is over: at once for new candidates, otherwise after the grace."""
        if self.seconds is None:
            return False
        return self.spent >= self.seconds + (0.0 if tentative else max(GRACE, self.seconds / GRACE_SHARE))

    def is_due(self, every: float) -> bool:
        """Whether it is `every` seconds since the start, or since this was last True."""
        now = self.now()
        due = now - self.told >= every
        self.told = now if due else self.told
        return due
