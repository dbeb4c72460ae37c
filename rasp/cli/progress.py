"""How far a long work is: a line on standard error that shows done, rate and time left.

It stands there when that is a terminal that can rewrite a line, from a second on. It is taken away before anything is
printed, and at the end.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from types import TracebackType

from rasp.base.diagnostics import display_width, fitting, padded
from rasp.base.progress import duration, heard
from rasp.cli.output import say

PATIENCE = 1.0  # seconds that pass before anything is shown
INTERVAL = 0.2  # seconds between two lines


class Progress:
    """Counts what is done; `total` is how much there is to do in all, in any unit, or 0 where nobody knows.

    >>> with Progress("inputs") as progress:  # prints nothing: this is no terminal
    ...     progress.advance(10)
    """

    def __init__(self, noun: str = "", total: int = 0) -> None:
        self._noun = noun
        self._total = total
        self._wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._start = time.monotonic()
        self._next = self._start + PATIENCE
        self._width = 0  # of the line that stands there
        self._done = 0
        self._begun: dict[str, tuple[float, int]] = {}  # since when a part of the work runs, and how far it was last

    def advance(self, done: int, reached: int = 0) -> None:
        """Hears how many are done, and how much of the total that is; shows it when it is time."""
        self._done = done
        self._show(self._noun, done, self._start, reached, self._total)

    def part(self, noun: str, done: int, total: int, reached: int) -> None:
        """Hears how far a part of the work is; one that takes long itself is shown."""
        now = time.monotonic()
        since, before = self._begun.get(noun, (now, 0))
        if done < before:  # it is the next such part
            since = now
        self._begun[noun] = since, done
        if now - since >= PATIENCE:
            self._show(noun, done, since, reached, total, f"{self._done:,} {self._noun}; " if self._done else "")

    def _show(self, noun: str, done: int, since: float, reached: int, total: int, before: str = "") -> None:
        """Shows the line, when it is time."""
        now = time.monotonic()
        if self._wanted and now >= self._next:
            self._next = now + INTERVAL
            self._write(before + line(done, noun, now - since, reached, total))

    def _write(self, text: str) -> None:
        text = fitting(text, _columns() - 1)
        say(f"\r{padded(text, self._width)}", end="", file=sys.stderr, flush=True)
        self._width = display_width(text)

    def clear(self) -> None:
        """Takes the line away, before something else is printed."""
        if self._width:
            size = min(self._width + len("^C"), _columns() - 1)  # Ctrl-C may have been shown behind it
            say(f"\r{'':<{size}}\r", end="", file=sys.stderr, flush=True)
            self._width = 0
            self._next = time.monotonic()  # and shows it again soon

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()


@contextlib.contextmanager
def show_progress() -> Iterator[None]:
    """While it is open, what `rasp.base.progress` tells of a work that takes long is shown."""
    with Progress() as progress, heard(progress.part):
        yield


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def line(done: int, noun: str, seconds: float, reached: int, total: int) -> str:
    """What the line says; the time left, once enough is done to tell.

    >>> line(1200, "inputs", 4.0, 30, 100)
    '1,200 inputs, 300 a second, 30 %, 9 s left'
    >>> line(3, "prompts", 10.0, 0, 0)
    '3 prompts, 0.3 a second'
    >>> line(3, "inputs", 2.0, 3, 100_000)
    '3 inputs, 1.5 a second, 0 %'
    """
    rate = done / seconds if seconds else 0.0
    parts = [f"{done:,} {noun}", f"{rate:,.0f} a second" if rate >= 10 else f"{rate:.1f} a second"]
    if total and reached:
        parts.append(f"{100 * reached // total} %")
    if reached >= total / 100 > 0:
        parts.append(f"{duration(seconds * (total - reached) / reached)} left")
    return ", ".join(parts)
