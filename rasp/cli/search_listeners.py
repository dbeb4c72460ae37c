"""Shows the progress of a running search.

On a terminal: the best program so far, its errors and the time left, redrawn in place once a second. In a pipe: a line
for each improvement. With `--json`: an object for each improvement.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable

from rasp.base.diagnostics import printable, truncate
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.learning.events import SearchListener, SearchStanding, search_status

INTERVAL = 1.0  # seconds between two pictures
UP, CLEAR = "\x1b[{}A", "\x1b[J"


def listener(as_json: bool) -> SearchListener:
    """The listener that shows a search: as JSON, in place on a terminal, or in lines."""
    if as_json:
        return SearchObjects()
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return SearchDisplay()
    return SearchLines()


class SearchLines(SearchListener):
    """A line on standard error for each improvement."""

    def improved(self, standing: SearchStanding) -> None:
        say(f"{standing.seconds:.1f} s: {search_status(standing)}", file=sys.stderr, flush=True)


class SearchObjects(SearchListener):
    """A JSON object on standard output for each improvement."""

    def improved(self, standing: SearchStanding) -> None:
        say(json_text({"event": "improved", **standing.to_dict()}), flush=True)


class SearchDisplay(SearchListener):
    """Redraws the best program and the status line in place, on a terminal."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = clock()
        self._height = 0  # lines of the picture that is shown

    def improved(self, standing: SearchStanding) -> None:
        self.working(standing)

    def working(self, standing: SearchStanding) -> None:
        now = self._clock()
        if now >= self._next:
            self._next = now + INTERVAL
            self._write(picture(standing, *shutil.get_terminal_size((80, 24))))

    def _write(self, lines: list[str]) -> None:
        say(self._back() + "\n".join(lines), file=sys.stderr, flush=True)
        self._height = len(lines)

    def _back(self) -> str:
        """The escape sequences that erase the last picture and leave the cursor where it began."""
        return f"{UP.format(self._height)}\r{CLEAR}" if self._height else ""

    def close(self) -> None:
        """Erases the picture."""
        if self._height:
            say(self._back(), end="", file=sys.stderr, flush=True)
            self._height = 0


def picture(standing: SearchStanding, columns: int, rows: int) -> list[str]:
    """The lines of a picture that fits a terminal: the program, or the end of a long one, and the state of the search.

    >>> picture(SearchStanding("a = 1;\\nb = 2;\\noutput = a;", 3, 0, 9, 10, 1.0), 30, 4)
    ['…', 'output = a;', 'exact, 3 statements; 10 itera']
    """
    lines = standing.program.rstrip("\n").split("\n")
    room = max(1, rows - 2)  # a line for the status, and one for the cursor
    shown = lines if len(lines) <= room else ["…", *lines[len(lines) - room + 1 :]]
    return [truncate(printable(line), columns - 1) for line in (*shown, search_status(standing))]
