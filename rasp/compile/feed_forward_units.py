"""The units of a feed-forward: makes them from the pieces of a layout, with dimensions of the stream."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rasp.compile.layout import Cell, Channel, Piece, StreamLayout
from rasp.compile.steps import NARROWEST, NARROWEST_LAST, FunctionTable, Unit, units
from rasp.errors import CannotCompile
from rasp.model.arrays import Array, group_rows, ranks


def feed_forward(pieces: Iterable[Piece], layout: StreamLayout) -> list[Unit]:
    """The units of one feed-forward. Pieces that read the same cells and channels share equal units.

    Raises CannotCompile, which names a cell that floats cannot compute, as its rows are too close together.
    """
    groups: dict[object, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault((frozenset(piece.cells), frozenset(piece.channels)), []).append(piece)
    return [unit for group in groups.values() for unit in _group_units(group, layout)]


def _group_units(group: list[Piece], layout: StreamLayout) -> list[Unit]:
    alone = [unit for piece in group for unit in _units(piece, layout)]
    if len(group) == 1:
        return alone
    return _merge_equal_units(alone)


def _merge_equal_units(made: list[Unit]) -> list[Unit]:
    """Merges units with equal weights and bias into one that has the outputs of all of them."""
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


def _units(piece: Piece, layout: StreamLayout) -> list[Unit]:
    try:
        return units(function_table(piece, layout))
    except CannotCompile as error:
        error.node = piece.target.nodes[0]
        raise


def function_table(piece: Piece, layout: StreamLayout) -> FunctionTable:
    """A piece as a function of classes and channels, each of its rows once."""
    cells = [layout.cells[key] for key in piece.cells]
    contexts = [_classes(cell, piece)[piece.columns[cell.key]] for cell in cells]
    labels = [_result(piece.target, value) for value in piece.target_values]
    known = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    results = np.array([known[label] for label in labels], dtype=np.int64)[piece.targets]
    firsts, _ = group_rows(*contexts, *ranks(piece.numbers.T), results)
    return FunctionTable(
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
    """By value of a source cell, in the order of `piece.values`, its class."""
    return np.array([cell.class_of[value] for value in piece.values[cell.key]], dtype=np.int64)


def _result(cell: Cell, value: tuple[int, ...]) -> tuple[int, float]:
    """The dimension that the cell writes for a value, and the number there."""
    if cell.numbers is not None:
        return cell.start, cell.numbers[value]
    return cell.start + cell.class_of[value], 1.0


def _shares(channels: list[Channel], layout: StreamLayout) -> tuple[tuple[int, int], ...]:
    """Pairs of channels of one head that takes means: the weight of BOS, and a weighted sum."""
    soft = {head.key for head in layout.heads if not head.pattern.hard}
    shares_of_bos = {channel.head: index for index, channel in enumerate(channels) if channel.reading is None}
    return tuple(
        (shares_of_bos[channel.head], index)
        for index, channel in enumerate(channels)
        if channel.reading is not None and channel.head in soft
    )
