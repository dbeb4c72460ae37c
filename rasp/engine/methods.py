"""By which method a selector is answered: enter terms, leave a method; and the hook that tests force methods with.

>>> with force_method("dominance"):
...     dispatch.long_from, dispatch.least_method is DOMINANCE
(1, True)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rasp.engine.terms import Term

LONG_FROM = 400  # inputs from here on are answered from formulas; below, whole matrices are as fast or faster


class Method(NamedTuple):
    """A way to answer one term of a selector; each can also answer what those of a lower rank answer."""

    rank: int
    name: str


WHOLE, JOIN, RANGES, DOMINANCE, BLOCKS = (
    Method(rank, name) for rank, name in enumerate(["whole", "join", "ranges", "dominance", "blocks"])
)
METHODS = {method.name: method for method in (WHOLE, JOIN, RANGES, DOMINANCE, BLOCKS)}


@dataclass
class Dispatch:
    """From which length on inputs go the long way, and the least method for a term."""

    long_from: int = LONG_FROM
    least_method: Method = WHOLE


dispatch = Dispatch()


@contextlib.contextmanager
def force_method(name: str) -> Iterator[None]:
    """For tests: within it all inputs go one way: "dense" is the judge's; or the name of the least method."""
    before = dispatch.long_from, dispatch.least_method
    dispatch.long_from = 2**62 if name == "dense" else 1
    dispatch.least_method = METHODS.get(name, WHOLE)
    try:
        yield
    finally:
        dispatch.long_from, dispatch.least_method = before


def method_for(term: Term) -> Method:
    """The method for one term."""
    natural = (RANGES, DOMINANCE, BLOCKS)[min(len(term.axes), 3) - 1] if term.axes else JOIN if term.equal else WHOLE
    return max(natural, dispatch.least_method)
