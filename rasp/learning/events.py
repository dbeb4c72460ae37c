"""The progress of a running search, and the listener that receives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasp.base.progress import duration
from rasp.base.quantities import many


@dataclass(frozen=True)
class SearchStanding:
    """The progress of a search: the best program so far, and how many of the asked outputs it gets wrong.

    `left` is the number of seconds until the time limit, None without a limit; `unit` is what an iteration is called.

    >>> SearchStanding("output = tokens;", 1, 12, 400, 5_000, 2.0, 58.0).exact
    False
    """

    program: str
    statements: int
    wrong: int
    asked: int
    iterations: int
    seconds: float
    left: float | None = None
    unit: str = "iteration"

    @property
    def exact(self) -> bool:
        """Whether the program is right on all training data."""
        return not self.wrong

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return {**vars(self), "exact": self.exact}


def search_status(standing: SearchStanding) -> str:
    """The progress of a search, in one line.

    >>> search_status(SearchStanding("", 2, 12, 400, 5_000, 3.0, 41.4))
    '12 of 400 outputs wrong, 2 statements; 5,000 iterations, 3 s, at most 41 s left'
    >>> search_status(SearchStanding("", 1, 0, 400, 5_000, 3.2))
    'exact, 1 statement; 5,000 iterations, 3 s'
    """
    wrong = "exact" if standing.exact else f"{standing.wrong:,} of {many(standing.asked, 'output')} wrong"
    clock = duration(standing.seconds)
    if standing.left is not None:  # a search ends early where nothing better can be found
        clock += f", at most {duration(standing.left)} left"
    return f"{wrong}, {many(standing.statements, 'statement')}; {many(standing.iterations, standing.unit)}, {clock}"


class SearchListener:
    """Receives the progress of a search. This base class does nothing with it."""

    def improved(self, standing: SearchStanding) -> None:
        """Called with a better program, or one that is equally right and cheaper."""

    def working(self, standing: SearchStanding) -> None:
        """Called a few times a second."""

    def close(self) -> None:
        """Called at the end."""
