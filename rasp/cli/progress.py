"""How far a long work is: a line on standard error that shows done, rate and time left.

It stands there when that is a terminal that can rewrite a line, from a second on. It is taken away before anything is
printed, and at the end.
"""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType

from rasp.cli.output import say

PATIENCE = 1.0  # seconds that pass before anything is shown
INTERVAL = 0.2  # seconds between two lines


class Progress:
    """Counts what is done; `total` is how much there is to do in all, in any unit, or 0 where nobody knows.

    >>> with Progress("inputs") as progress:  # prints nothing: this is no terminal
    ...     progress.advance(10)
    """

    def __init__(self, noun: str, total: int = 0) -> None:
        self._noun = noun
        self._total = total
        self._wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._start = time.monotonic()
        self._next = self._start + PATIENCE
        self._width = 0  # of the line that stands there

    def advance(self, done: int, reached: int = 0) -> None:
        """Hears how many are done, and how much of the total that is; shows it when it is time."""
        now = time.monotonic()
        if self._wanted and now >= self._next:
            self._next = now + INTERVAL
            self._show(line(done, self._noun, now - self._start, reached, self._total))

    def _show(self, text: str) -> None:
        text = text[: _columns() - 1]
        say(f"\r{text:<{self._width}}", end="", file=sys.stderr, flush=True)
        self._width = len(text)

    def clear(self) -> None:
        """Takes the line away, before something else is printed."""
        if self._width:
            say(f"\r{'':<{self._width}}\r", end="", file=sys.stderr, flush=True)
            self._width = 0
            self._next = time.monotonic()  # and shows it again soon

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def line(done: int, noun: str, seconds: float, reached: int, total: int) -> str:
    """What the line says.

    >>> line(1200, "inputs", 4.0, 30, 100)
    '1,200 inputs, 300 a second, 30 %, 9 s left'
    >>> line(3, "prompts", 10.0, 0, 0)
    '3 prompts, 0.3 a second'
    """
    rate = done / seconds if seconds else 0.0
    parts = [f"{done:,} {noun}", f"{rate:,.0f} a second" if rate >= 10 else f"{rate:.1f} a second"]
    if total and reached:
        parts += [f"{100 * reached // total} %", f"{_duration(seconds * (total - reached) / reached)} left"]
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    """A time in words.

    >>> _duration(9.4), _duration(75), _duration(7300)
    ('9 s', '1 min 15 s', '2 h 1 min')
    """
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
