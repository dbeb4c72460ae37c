"""The settings of a search."""

from __future__ import annotations

from dataclasses import dataclass

from rasp.learning.expressions import Ready


@dataclass(frozen=True)
class SearchSettings:
    """How to search.

    `iterations` counts candidates, and repeats a run; `seconds` reads a clock. `layers` and `heads` cap what
    `rasp.architecture` counts (with a BOS position, for `assume_bos`); `causal` allows only selectors that never look
    ahead. `ready` are variables that programs may use. An exact program ends the search when it has not become cheaper
    for a third of the iterations that finding it took, and at least `patience`. `without` names rules to leave out.
    """

    seed: int = 0
    iterations: int | None = None
    seconds: float | None = None
    layers: int | None = None
    heads: int | None = None
    causal: bool = False
    assume_bos: bool = False
    patience: int = 20_000
    without: frozenset[str] = frozenset()
    ready: tuple[Ready, ...] = ()


USUAL = SearchSettings()
