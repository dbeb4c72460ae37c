"""Shows the progress of a search in a line below its cell, which is redrawn."""

from __future__ import annotations

import time

from IPython.display import display

from rasp.base.html import code, escape
from rasp.learning.events import SearchStanding, status

INTERVAL = 0.5  # seconds between two lines


class LiveStatus:
    """Shows how a search stands and its best program, at most twice a second."""

    def __init__(self) -> None:
        self._handle = None
        self._next = 0.0

    def __call__(self, standing: SearchStanding) -> None:
        now = time.monotonic()
        if now < self._next and not standing.exact:
            return
        self._next = now + INTERVAL
        if self._handle is None:
            self._handle = display(StatusLine(standing), display_id=True)
        else:
            self._handle.update(StatusLine(standing))


class StatusLine:
    """How a search stands; as HTML, its best program can be unfolded."""

    def __init__(self, standing: SearchStanding) -> None:
        self.standing = standing

    def __repr__(self) -> str:
        return status(self.standing)

    def _repr_html_(self) -> str:
        summary = f"<summary>{escape(status(self.standing))}</summary>"
        return f"<details>{summary}{code(self.standing.program)}</details>"
