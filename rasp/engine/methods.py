"""Chooses the method by which each term of a selector is summed on a long input.

The methods are ranked: each one can also sum the terms of the methods below it, so that tests can force one method on
all terms with `force_method`.

| A term of | Method | Growth with the length n |
|---|---|---|
| masks alone | one sum | n |
| equalities | a table of sums by a composite code | n; n log n to number many codes |
| and bounds on one sequence of keys | sort by (group, value); differences of prefix sums | n log n |
| and bounds on two | dominance count by a wavelet matrix | n log n |
| and bounds on three or more | the matrix in blocks of rows | n², with memory for n |

From `LONG_FROM` elements on, each input is evaluated on its own in this way. Shorter ones are evaluated in batches by
whole matrices.

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

LONG_FROM = 400  # length from which on selectors are summed term by term; below, whole matrices are as fast or faster


class Method(NamedTuple):
    """A way to sum over the keys of one term; it can also sum the terms of methods of lower rank."""

    rank: int
    name: str


WHOLE, JOIN, RANGES, DOMINANCE, BLOCKS = (
    Method(rank, name) for rank, name in enumerate(["whole", "join", "ranges", "dominance", "blocks"])
)
METHODS = {method.name: method for method in (WHOLE, JOIN, RANGES, DOMINANCE, BLOCKS)}


@dataclass
class Dispatch:
    """The length from which on inputs are evaluated by `long_inputs.py`, and the lowest method for any term."""

    long_from: int = LONG_FROM
    least_method: Method = WHOLE


dispatch = Dispatch()


@contextlib.contextmanager
def force_method(name: str) -> Iterator[None]:
    """Force one method on all inputs, for tests: the lowest method by its name, or "dense" for whole matrices."""
    before = dispatch.long_from, dispatch.least_method
    dispatch.long_from = 2**62 if name == "dense" else 1
    dispatch.least_method = METHODS.get(name, WHOLE)
    try:
        yield
    finally:
        dispatch.long_from, dispatch.least_method = before


def method_for(term: Term) -> Method:
    """The cheapest method that fits a term, but none below `dispatch.least_method`.

    >>> from rasp.engine.terms import classify, terms
    >>> from rasp.graph.builders import compare, indices, tokens
    >>> [term] = classify(terms(compare("<", tokens(), tokens())), lambda pair: False)
    >>> method_for(term).name
    'ranges'
    """
    natural = (RANGES, DOMINANCE, BLOCKS)[min(len(term.axes), 3) - 1] if term.axes else JOIN if term.equal else WHOLE
    return max(natural, dispatch.least_method)
