"""Compares the heads of a trained model with the selectors of its program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rasp.architecture.report import Architecture
from rasp.graph.nodes import Node
from rasp.model.arrays import Array
from rasp.model.network import Network
from rasp.present.names import show_input
from rasp.train.answers import LabelledProgram
from rasp.train.inputs import LengthGroup


@dataclass(frozen=True)
class Aim:
    """A head of the counted architecture, with which trained heads are compared.

    `layer` and `head` count from 0; `words` is the selector as text. `counts` says that the head counts the selected
    keys: it selects BOS as well, whose weight is 1 / (1 + count).
    """

    selector: Node
    layer: int
    head: int
    words: str
    counts: bool = False


def aims_of(report: Architecture) -> tuple[Aim, ...]:
    """The heads of an architecture.

    >>> import rasp
    >>> [(aim.words, aim.layer, aim.head) for aim in aims_of(rasp.load("sort")["sorted"].architecture(assume_bos=True))]
    [('before', 0, 0), ('select(rank, indices, ==)', 1, 0)]
    """
    return tuple(
        Aim(
            planned.selector,
            layer,
            head,
            shown.name or shown.selector,
            report.assume_bos and any(use.role == "all" for use in planned.uses),
        )
        for layer, (block, heads) in enumerate(zip(report.blocks, report.plan.layers[1:], strict=True))
        for head, (shown, planned) in enumerate(zip(block.heads, heads.heads, strict=True))
    )


def looking_ahead(aims: Sequence[Aim], program: LabelledProgram, groups: Sequence[LengthGroup]) -> str:
    """In words the first input on which a selector selects a key after its query; empty if none does."""
    for group in groups if aims else ():
        found = np.argwhere(np.triu(program.answers(group.ids, selectors=True)[1], 1))
        if len(found):
            selector, row, query, key = found[0].tolist()
            given = show_input(program.inputs(group.ids[row : row + 1])[0])
            return f"on the input {given} position {query} selects position {key} by {aims[selector].words}"
    return ""


@dataclass(frozen=True)
class Match:
    """The trained head that is most like a selector; layers and heads count from 1.

    Only queries that select some key are considered. `weight` is the mean, over them, of the attention weight on the
    selected keys. `correlation` is that of the attention weights with the selector, whose rows are normalised to sum
    to 1, over all pairs of a query and a key of the input.
    """

    selector: str
    planned_layer: int
    layer: int
    head: int
    weight: float
    correlation: float

    def to_dict(self) -> dict[str, Any]:
        """The fields, for JSON."""
        return dict(vars(self))


def matches(
    network: Network, aims: Sequence[Aim], program: LabelledProgram, groups: Sequence[LengthGroup]
) -> list[Match]:
    """For each selector, the head of the network that correlates most with it on the inputs."""
    layers = network.config.n_layers
    if not aims or not layers:
        return []
    sums = np.sum([_sums(network, program, group) for group in groups], axis=0)
    found = []
    for number, aim in enumerate(aims):
        weight, correlation = _ratios(sums[:, number])
        best = int(correlation.argmax())
        layer, head = divmod(best, network.config.n_heads[0])
        figures = float(weight[best]), float(correlation[best])
        found.append(Match(aim.words, aim.layer + 1, layer + 1, head + 1, *figures))
    return found


def _sums(network: Network, program: LabelledProgram, group: LengthGroup) -> Array:
    """Sums for each selector and head, over queries that select some key: (8, selectors, heads).

    The 8 sums are the number of queries, that of pairs, the weight on selected keys, and five that a correlation needs.
    """
    first = network.config.first
    ids = np.pad(group.ids + first, ((0, 0), (first, 0)))
    patterns = np.concatenate(network.forward(ids)[1], axis=1)[:, :, first:, first:]  # (count, heads, n, n)
    made = []
    for matrix in program.answers(group.ids, selectors=True)[1]:
        selected = matrix.sum(axis=-1, keepdims=True)
        wanted = (matrix / np.maximum(selected, 1))[:, None]
        rows = (selected > 0)[:, None] & np.ones_like(patterns, dtype=bool)
        held = np.where(rows, patterns, 0)
        terms = (
            rows[..., 0],
            rows,
            held * matrix[:, None],
            held,
            held**2,
            wanted * rows,
            wanted**2 * rows,
            held * wanted,
        )
        made.append([term.sum(axis=tuple(axis for axis in range(term.ndim) if axis != 1)) for term in terms])
    return np.array(made).transpose(1, 0, 2)


def _ratios(sums: Array) -> tuple[Array, Array]:
    """The weight on selected keys and the correlation of each head, from the sums (figures, heads)."""
    rows, pairs, weight, held, held_squared, wanted, wanted_squared, both = sums.astype(float)
    pairs, rows = np.maximum(pairs, 1), np.maximum(rows, 1)
    spread = (held_squared / pairs - (held / pairs) ** 2) * (wanted_squared / pairs - (wanted / pairs) ** 2)
    together = both / pairs - held * wanted / pairs**2
    # If the weights or the selector are constant, the correlation is undefined, and 0 is given.
    return weight / rows, np.where(spread > 1e-12, together / np.sqrt(np.maximum(spread, 1e-12)), 0.0)
