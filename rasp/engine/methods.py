"""By which method a selector is answered: enter terms, leave a method; and the hook that tests force methods with.

>>> with forced("dominance"):
...     path.shortest, path.least is DOMINANCE
(1, True)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rasp.engine.terms import Term

SHORTEST = 400  # inputs from here on are answered from formulas; below, whole matrices are as fast or faster


class Method(NamedTuple):
    """A way to answer one term of a selector; each can also answer what those of a lower rank answer."""

    rank: int
    name: str


WHOLE, JOIN, RANGES, DOMINANCE, BLOCKS = (
    Method(rank, name) for rank, name in enumerate(["whole", "join", "ranges", "dominance", "blocks"])
)
METHODS = {method.name: method for method in (WHOLE, JOIN, RANGES, DOMINANCE, BLOCKS)}


@dataclass
class Path:
    """From which length on inputs go the long way, and the least method for a term."""

    shortest: int = SHORTEST
    least: Method = WHOLE


path = Path()


@contextlib.contextmanager
def forced(name: str) -> Iterator[None]:
    """For tests: within it all inputs go one way: "dense" is the judge's; or the name of the least method."""
    before = path.shortest, path.least
    path.shortest = 2**62 if name == "dense" else 1
    path.least = METHODS.get(name, WHOLE)
    try:
        yield
    finally:
        path.shortest, path.least = before


def method(term: Term) -> Method:
    """The method for one term."""
    natural = (RANGES, DOMINANCE, BLOCKS)[min(len(term.axes), 3) - 1] if term.axes else JOIN if term.equal else WHOLE
    return max(natural, path.least)
