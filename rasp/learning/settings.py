"""The settings of a search."""

from __future__ import annotations

from dataclasses import dataclass

from rasp.learning.expressions.expression import Ready


@dataclass(frozen=True)
class SearchSettings:
    """How to search.

    `iterations` limits the candidates, so that runs can be repeated exactly; `seconds` limits the time. `layers`
    and `heads` cap what `rasp.architecture` counts (with a BOS position, for `assume_bos`); `causal` allows only
    selectors that never look ahead. `ready` are variables that programs may use. After an exact program, the search
    ends if no cheaper one comes within a third of the iterations that finding it took, and at least `patience`.
    `without` names rules to leave out.
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
