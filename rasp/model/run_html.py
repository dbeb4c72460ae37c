"""A run of a model as HTML, for notebooks: a heat map for each head, and what the residual stream holds at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rasp.base.html import beside, heat_map, table, with_title
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array
from rasp.model.subspaces import BOS, Subspace, contents

SHOWN = 40  # the most positions that are shown


def run_html(
    given: Sequence[Atom],
    attention: Sequence[Array],
    stream: Array,
    heads: Sequence[Sequence[str]],
    subspaces: Sequence[Subspace],
) -> str:
    """The patterns of all heads, and the last residual stream (positions, d_model) by subspace."""
    tokens = [BOS, *(item if isinstance(item, str) else show_atom(item) for item in given)]
    shown = tokens[:SHOWN]
    rest = [f"the first {SHOWN} of {len(tokens)} positions"] if len(tokens) > SHOWN else []
    maps = [
        with_title(f"{layer}.{number}  {selector}", _pattern(pattern[: len(shown), : len(shown)], shown))
        for layer, (patterns, texts) in enumerate(zip(attention, heads, strict=True), 1)
        for number, (pattern, selector) in enumerate(zip(patterns, texts, strict=True), 1)
    ]
    rows = [["after the last layer", *shown], *_held(stream[: len(shown)], subspaces)]
    title = "attention of each head: queries down, keys across" if maps else "no attention"
    return with_title(title, beside(maps), table(rows), notes=rest)


def _pattern(pattern: Array, tokens: Sequence[str]) -> str:
    rows = pattern.tolist()
    return heat_map(
        tokens, tokens, rows, [[f"{weight:.2g}" if weight > 0.005 else "" for weight in row] for row in rows]
    )


def _held(stream: Array, subspaces: Sequence[Subspace]) -> Iterator[list[str]]:
    for subspace in subspaces:
        yield [subspace.name, *contents(subspace, stream)]
