"""A run of a model as text and as HTML: the pattern of each head, and what the residual stream holds at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rasp.base import html
from rasp.base.tables import table
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array
from rasp.model.subspaces import BOS, Subspace, contents

SHOWN = 40  # the most positions that are shown in HTML
WRITTEN = 12  # and in text
WIDE = 10_000  # columns of text: each row is one line
HEADING = "attention of each head: queries down, keys across"


class RunReport(NamedTuple):
    """What is shown of a run: the patterns of all heads, and the last residual stream (positions, d_model)."""

    input: tuple[Atom, ...]
    attention: tuple[Array, ...]
    stream: Array
    heads: tuple[tuple[str, ...], ...]
    subspaces: tuple[Subspace, ...]

    def text(self) -> str:
        """Tables, with tokens on both axes."""
        tokens = self._tokens()[:WRITTEN]
        lines = [self._title()]
        for name, pattern in self._patterns(WRITTEN):
            rows = ([token, *row] for token, row in zip(tokens, _weights(pattern), strict=True))
            lines += ["", name, *table([["", *tokens], *rows], WIDE)]
        if self.subspaces:
            lines += ["", *table([*self._held(WRITTEN)], WIDE)]
        return "\n".join([*lines, *self._left_out(WRITTEN)])

    def html(self) -> str:
        """Heat maps with tokens on both axes, and a table."""
        tokens = self._tokens()[:SHOWN]
        maps = [
            html.with_title(name, html.heat_map(tokens, tokens, pattern.tolist(), _weights(pattern)))
            for name, pattern in self._patterns(SHOWN)
        ]
        held = html.html_table([*self._held(SHOWN)])
        return html.with_title(self._title(), html.beside(maps), held, notes=self._left_out(SHOWN))

    def _title(self) -> str:
        return HEADING if any(self.heads) else "no attention"

    def _tokens(self) -> list[str]:
        """The tokens of all positions, with BOS before them if the model has it."""
        bos = [BOS] * (len(self.stream) - len(self.input))
        return [*bos, *(item if isinstance(item, str) else show_atom(item) for item in self.input)]

    def _left_out(self, most: int) -> list[str]:
        count = len(self.stream)
        return [f"the first {most} of {count} positions"] if count > most else []

    def _patterns(self, most: int) -> Iterator[tuple[str, Array]]:
        """The name of each head, and its pattern on the first positions."""
        for layer, (patterns, selectors) in enumerate(zip(self.attention, self.heads, strict=True), 1):
            for number, (pattern, selector) in enumerate(zip(patterns, selectors, strict=True), 1):
                yield f"{layer}.{number}  {selector}", pattern[:most, :most]

    def _held(self, most: int) -> Iterator[list[str]]:
        """The rows of what each subspace holds."""
        yield ["after the last layer", *self._tokens()[:most]]
        for subspace in self.subspaces:
            yield [subspace.name, *contents(subspace, self.stream[:most])]


def _weights(pattern: Array) -> list[list[str]]:
    return [[f"{weight:.2g}" if weight > 0.005 else "" for weight in row] for row in pattern.tolist()]
