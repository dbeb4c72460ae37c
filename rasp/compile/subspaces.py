"""The named subspaces of a model: the cells and channels of its layout, with the text of their values."""

from __future__ import annotations

from collections.abc import Callable

from rasp.architecture.plan import Plan, first_writings
from rasp.compile.layout import Cell, CellValue, Channel, Feature, StreamLayout
from rasp.compile.value_tables import Tables
from rasp.graph.atoms import show_atom
from rasp.graph.nodes import Node
from rasp.model.subspaces import BOS, Subspace

LISTED = 4  # values of one class in its text


def subspaces(layout: StreamLayout, tables: Tables, plan: Plan, say: Callable[[Node], str]) -> list[Subspace]:
    """The subspaces in the order of their dimensions; `say` names nodes."""
    first = first_writings(plan.outputs, plan.form_of)

    def name(node: Node) -> str:
        return say(first.get(node, node))

    made = [Subspace(BOS, 0)]
    made += [Subspace(_channel_name(channel, name), dim) for channel, dim in layout.channels.items()]
    cells = [cell for cell in layout.cells.values() if cell.size]
    made += [Subspace(_cell_name(cell, name), cell.start, _values(cell, tables)) for cell in cells]
    return sorted(made, key=lambda subspace: subspace.start)


def _channel_name(channel: Channel, name: Callable[[Node], str]) -> str:
    layer, number = channel.head
    if channel.reading is None:
        return f"head {layer}.{number + 1}: share of {BOS}"
    assert channel.reading.values is not None
    return f"head {layer}.{number + 1}: share of {name(channel.reading.values)}"


def _cell_name(cell: Cell, name: Callable[[Node], str]) -> str:
    """The name of a cell: that of its sequence, or those that a clause of a head reads."""
    if isinstance(cell.key, Feature):
        layer, number = cell.key.head
        return f"head {layer}.{number + 1} {cell.key.side}: {', '.join(map(name, cell.nodes))}"
    return name(cell.key)


def _values(cell: Cell, tables: Tables) -> tuple[str, ...]:
    """For each class of a cell, the text of its values; empty if the cell holds a number."""
    if cell.numbers is not None:
        return ()
    members: dict[int, list[CellValue]] = {}
    for value, number in cell.class_of.items():
        members.setdefault(number, []).append(value)
    return tuple(_class_text(cell, members[number], tables) for number in range(cell.size))


def _class_text(cell: Cell, values: list[CellValue], tables: Tables) -> str:
    """The text of a class: its values, or the first few of many."""
    shown = [_value_text(cell, value, tables) for value in values[:LISTED]]
    return " or ".join(shown) + (f" or {len(values) - LISTED} more" if len(values) > LISTED else "")


def _value_text(cell: Cell, value: CellValue, tables: Tables) -> str:
    atoms = [tables.columns.atoms(node)[code] for node, code in zip(cell.nodes, value, strict=True)]
    text = ", ".join(map(show_atom, atoms))
    return text if len(atoms) == 1 else f"({text})"
