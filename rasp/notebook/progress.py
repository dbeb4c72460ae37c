"""Shows the progress of a search or a training in a line below its cell, which is redrawn."""

from __future__ import annotations

import time
from typing import Any

from IPython.display import display

from rasp.base.html import code, escape
from rasp.learning import events as learning
from rasp.train import events as training

INTERVAL = 0.5  # seconds between two lines


class ReplacedLine:
    """An output that is updated in place, at most twice a second unless an update is forced."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._next = 0.0

    def show(self, item: object, must: bool = False) -> None:
        """Shows an item in place of the last one, if the interval has passed or with `must`."""
        now = time.monotonic()
        if now < self._next and not must:
            return
        self._next = now + INTERVAL
        if self._handle is None:
            self._handle = display(item, display_id=True)
        else:
            self._handle.update(item)


class LiveStatus:
    """Shows the state of a search and its best program."""

    def __init__(self) -> None:
        self._line = ReplacedLine()

    def __call__(self, standing: learning.SearchStanding) -> None:
        self._line.show(StatusLine(standing), must=standing.exact)


class LiveTraining(training.TrainingListener):
    """Shows the state of a training; the last measurement stays visible."""

    def __init__(self) -> None:
        self._line = ReplacedLine()
        self._last: training.TrainingStanding | None = None

    def working(self, standing: training.TrainingStanding) -> None:
        self._last = standing
        self._line.show(TrainingLine(standing))

    def measured(self, standing: training.TrainingStanding) -> None:
        self.working(standing)

    def close(self) -> None:
        if self._last is not None:
            self._line.show(TrainingLine(self._last), must=True)


class StatusLine:
    """The state of a search; as HTML, its best program can be unfolded."""

    def __init__(self, standing: learning.SearchStanding) -> None:
        self.standing = standing

    def __repr__(self) -> str:
        return learning.search_status(self.standing)

    def _repr_html_(self) -> str:
        summary = f"<summary>{escape(repr(self))}</summary>"
        return f"<details>{summary}{code(self.standing.program)}</details>"


class TrainingLine:
    """The state of a training."""

    def __init__(self, standing: training.TrainingStanding) -> None:
        self.standing = standing

    def __repr__(self) -> str:
        return training.training_status(self.standing)

    def _repr_html_(self) -> str:
        return f"<div>{escape(repr(self))}</div>"
