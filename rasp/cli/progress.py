"""The progress line of long work, on standard error: the number done, the rate, and the time left.

It is shown after a second, and only on a terminal that can rewrite a line. It is cleared before other output and at the
end.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from types import TracebackType

from rasp.base.diagnostics import display_width, pad, truncate
from rasp.base.progress import duration, listen
from rasp.cli.output import say

PATIENCE = 1.0  # seconds before the line is first shown
INTERVAL = 0.2  # seconds between updates


class Progress:
    """Shows progress; `total` is the amount of all work in any unit, or 0 if unknown.

    >>> with Progress("inputs") as progress:  # prints nothing: not a terminal
    ...     progress.advance(10)
    """

    def __init__(self, noun: str = "", total: int = 0) -> None:
        self._noun = noun
        self._total = total
        self._wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._start = time.monotonic()
        self._next = self._start + PATIENCE
        self._width = 0  # of the line that is shown, in columns
        self._done = 0
        self._begun: dict[str, tuple[float, int]] = {}  # for each part: its start, and its last count

    def begin(self, work: str) -> None:
        """Shows what is being done, until there is progress to show."""
        if self._wanted and work:
            self._write(f"{work} …")

    def advance(self, done: int, reached: int = 0) -> None:
        """Reports the number done, and how much of the total has been reached; updates the line if it is due."""
        self._done = done
        self._show(self._noun, done, self._start, reached, self._total)

    def part(self, noun: str, done: int, total: int, reached: int) -> None:
        """Reports the progress of a part of the work; shown if the part itself takes long."""
        now = time.monotonic()
        since, before = self._begun.get(noun, (now, 0))
        if done < before:  # the count fell: another part of the same kind has begun
            since = now
        self._begun[noun] = since, done
        if now - since >= PATIENCE:
            self._show(noun, done, since, reached, total, f"{self._done:,} {self._noun}; " if self._done else "")

    def tell(self, text: str) -> None:
        """Shows a text of the caller's own, if the line is due."""
        now = time.monotonic()
        if self._wanted and now >= self._next:
            self._next = now + INTERVAL
            self._write(text)

    def _show(self, noun: str, done: int, since: float, reached: int, total: int, before: str = "") -> None:
        """Updates the line, if it is due."""
        self.tell(before + line(done, noun, time.monotonic() - since, reached, total))

    def _write(self, text: str) -> None:
        text = truncate(text, _columns() - 1)
        say(f"\r{pad(text, self._width)}", end="", file=sys.stderr, flush=True)
        self._width = display_width(text)

    def clear(self) -> None:
        """Clears the line, before other output."""
        if self._width:
            size = min(self._width + len("^C"), _columns() - 1)  # the terminal may have echoed Ctrl-C after it
            say(f"\r{'':<{size}}\r", end="", file=sys.stderr, flush=True)
            self._width = 0
            self._next = time.monotonic()  # show it again at the next report

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()


@contextlib.contextmanager
def show_progress(work: str = "") -> Iterator[None]:
    """Shows the progress that is reported to `rasp.base.progress` within the `with` block.

    `work` is shown at once, on a terminal, so that a command that takes long gives a sign of life.
    """
    with Progress() as progress, listen(progress.part):
        progress.begin(work)
        yield


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def line(done: int, noun: str, seconds: float, reached: int, total: int) -> str:
    """The text of the line; with the time left, once 1 % is done.

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
