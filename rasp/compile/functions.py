"""From pieces to units: enters a piece of a layout, leave its units with their dimensions in the stream."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rasp.compile.layout import Cell, Channel, Layout, Piece
from rasp.compile.steps import NARROWEST, NARROWEST_LAST, Function, Unit, units
from rasp.errors import CannotCompile
from rasp.model.arrays import Array, distinct, ranks


def feed_forward(pieces: Iterable[Piece], layout: Layout) -> list[Unit]:
    """The units of one feed-forward. Cells that are computed from the same are tried together and alone.

    Raises CannotCompile, which names a cell whose rows floats cannot tell apart.
    """
    groups: dict[object, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault((frozenset(piece.cells), frozenset(piece.channels)), []).append(piece)
    return [unit for group in groups.values() for unit in _fewest(group, layout)]


def _fewest(group: list[Piece], layout: Layout) -> list[Unit]:
    alone = [unit for piece in group for unit in _units(piece, layout)]
    if len(group) == 1:
        return alone
    return _shared(alone)


def _shared(made: list[Unit]) -> list[Unit]:
    """Units that compute the same put together."""
    known: dict[object, Unit] = {}
    for unit in made:
        key = (tuple(sorted(unit.weights.items())), unit.bias)
        if key in known:
            outputs = dict(known[key].outputs)
            for dim, value in unit.outputs.items():
                outputs[dim] = outputs.get(dim, 0.0) + value
            unit = Unit(unit.weights, unit.bias, outputs, unit.gap)
        known[key] = unit
    return list(known.values())


def _units(piece: Piece, layout: Layout) -> list[Unit]:
    try:
        return units(function_of(piece, layout))
    except CannotCompile as error:
        error.node = piece.target.nodes[0]
        raise


def function_of(piece: Piece, layout: Layout) -> Function:
    """The rows of a piece as classes of cells, each once."""
    cells = [layout.cells[key] for key in piece.cells]
    contexts = [_classes(cell, piece)[piece.columns[cell.key]] for cell in cells]
    labels = [_result(piece.target, value) for value in piece.target_values]
    known = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    results = np.array([known[label] for label in labels], dtype=np.int64)[piece.targets]
    firsts, _ = distinct(*contexts, *ranks(piece.numbers.T), results)
    return Function(
        contexts=np.stack([column[firsts] for column in contexts], axis=1)
        if contexts
        else np.zeros((len(firsts), 0), int),
        dims=tuple(cell.start for cell in cells),
        reals=piece.numbers[firsts],
        real_dims=tuple(layout.channels[channel] for channel in piece.channels),
        shares=_shares(piece.channels, layout),
        results=results[firsts],
        vectors=tuple({dim: value} if value else {} for dim, value in known),
        narrowest=NARROWEST_LAST if piece.target.stage > 2 * layout.layers else NARROWEST,
    )


def _classes(cell: Cell, piece: Piece) -> Array:
    """The class of each of a source's values."""
    return np.array([cell.class_of[value] for value in piece.values[cell.key]], dtype=np.int64)


def _result(cell: Cell, value: tuple[int, ...]) -> tuple[int, float]:
    """What the cell holds for a value: a dimension and its number."""
    if cell.numbers is not None:
        return cell.start, cell.numbers[value]
    return cell.start + cell.class_of[value], 1.0


def _shares(channels: list[Channel], layout: Layout) -> tuple[tuple[int, int], ...]:
    """Pairs of channels of one head: the share of BOS, and that of a sum."""
    soft = {head.key for head in layout.heads if not head.pattern.scores}
    shares_of_bos = {channel.head: place for place, channel in enumerate(channels) if channel.reading is None}
    return tuple(
        (shares_of_bos[channel.head], place)
        for place, channel in enumerate(channels)
        if channel.reading is not None and channel.head in soft
    )
