"""Inverse rules: each derives, from the wanted outputs, an expression or the smaller goals that would produce them.

| rule | what it assumes of the outputs |
|---|---|
| `absorb` | a value that stays once it has occurred |
| `pull` | the input's tokens in another order |
| `pick` | one token of the input, everywhere |
| `fetch` | tokens of the input, from a position that is a function of the position that reads |
| `spread` | the same everywhere, and known at the first or at the last position |
| `lookup` | a function of one candidate, or of two |
| `sums` | A ± B + c of two candidates |
| `linear` | a · A + b of one candidate |
| `extreme` | one number everywhere, the greatest or smallest value of a candidate |
| `peak` | one token of the input everywhere, at which a candidate is greatest or smallest |
| `cover` | a flag that is True under one of up to three conditions |
| `majority` | a function of one candidate, or of two, at most positions: some outputs are wrong |

Each rule is one module. The first five reduce a goal to smaller ones; the others find expressions for goals in the
stream of candidates. The last one has its own stream, in a branch, because its programs are not exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from rasp.learning.enumeration.goals import Goal, Reduction, SearchProblem
from rasp.learning.enumeration.rules.absorb import absorb
from rasp.learning.enumeration.rules.cover import CoverFinder
from rasp.learning.enumeration.rules.extreme import ExtremeFinder
from rasp.learning.enumeration.rules.fetch import fetch
from rasp.learning.enumeration.rules.linear import LinearFinder
from rasp.learning.enumeration.rules.lookup import LookupFinder
from rasp.learning.enumeration.rules.peak import PeakFinder
from rasp.learning.enumeration.rules.pick import pick
from rasp.learning.enumeration.rules.pull import pull
from rasp.learning.enumeration.rules.spread import spread
from rasp.learning.enumeration.rules.sums import SumFinder
from rasp.learning.examples.kinds import KINDS, Kind

Reduce = Callable[[SearchProblem, Goal], Iterator[Reduction]]


class Finding(NamedTuple):
    """A finder class, and the kinds of goals it is for; its arguments are a goal, the stream, and a seed."""

    finder: Any
    kinds: tuple[Kind, ...]
    looks_ahead: bool = False  # whether its programs look ahead; causal searches then leave it out


REDUCTIONS: dict[str, Reduce] = {"absorb": absorb, "pull": pull, "pick": pick, "fetch": fetch, "spread": spread}
FINDINGS: dict[str, Finding] = {
    "lookup": Finding(LookupFinder, KINDS),
    "sums": Finding(SumFinder, ("int",)),
    "extreme": Finding(ExtremeFinder, ("int",), looks_ahead=True),
    "cover": Finding(CoverFinder, ("bool",)),
    "linear": Finding(LinearFinder, ("int",)),
    "peak": Finding(PeakFinder, ("string", "int"), looks_ahead=True),
}
