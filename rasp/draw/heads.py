"""Heads as cards: a panel of a view goes in, a group with caption, matrix and the values at its edges comes out.

Keys run along the upper edge, queries along the left one; the values that are read stand above the keys, for the head
reads them at the same positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rasp.draw.flow import Head
from rasp.draw.measure import ADVANCE, clean, shorten, width, wrap
from rasp.draw.picture import Box, Group, Item, Line, Text
from rasp.draw.view import Edge, Panel
from rasp.draw.wires import number

PAD = 10.0
SIZE, SMALL = 10.0, 9.0
NARROWEST, SHORTEST = 200.0, 96.0  # inside a card: its width; the room for the names of queries
LINE = 12.0
EDGE_COLUMNS = 10  # values at the edges are cut where they are longer
PITCHES = (
    (12, 16.0, 9.0),
    (24, 14.0, 9.0),
)  # up to so many positions: the width of a matrix's cell, the size of its texts
SMALLEST = (12.0, 8.0)


def pitch_of(n: int) -> tuple[float, float]:
    """The width of a matrix's cell and the size of the texts at its edges."""
    return next(((pitch, size) for most, pitch, size in PITCHES if n <= most), SMALLEST)


@dataclass(frozen=True)
class Card:
    """A panel with its measures: heights of caption, of the rows above the matrix and of the matrix, widths."""

    panel: Panel
    n: int
    caption: float
    above: float
    body: float
    left: float
    inner: float

    @property
    def width(self) -> float:
        return self.inner + 2 * PAD


def measure(panel: Panel, n: int) -> Card:
    """The card of a panel."""
    pitch, size = pitch_of(n)
    left = sum(_query_width(edge, size) for edge in panel.queries)
    inner = max(NARROWEST, left + n * pitch)
    caption = LINE * len(list(_caption(panel, inner)))
    above = sum(LINE + _line_height(edge, pitch, size) for edge in (*panel.reads, *panel.keys))
    return Card(panel, n, caption, above, max(n * pitch, SHORTEST if panel.queries else 0), left, inner)


def _query_width(edge: Edge, size: float) -> float:
    return round(LINE + _longest(edge, size) + 5)


def _longest(edge: Edge, size: float) -> float:
    return max((width(shorten(cell, EDGE_COLUMNS), size) for cell in edge.value.cells), default=0)


def _is_turned(edge: Edge, pitch: float, size: float) -> bool:
    return _longest(edge, size) > pitch - 1.5


def _line_height(edge: Edge, pitch: float, size: float) -> float:
    """The height of the values above the matrix."""
    return round(_longest(edge, size) + 5) if _is_turned(edge, pitch, size) else LINE + 1


def _caption(panel: Panel, inner: float) -> Iterator[tuple[str, str, str]]:
    """The lines under the head's name: style, text, whole text."""
    columns = int(inner / (ADVANCE * SMALL))
    if panel.head.formula:
        yield from (("formula", line, panel.head.formula) for line in wrap(panel.head.formula, columns, 3))
    if panel.head.note:
        yield from (("note", line, panel.head.note) for line in wrap(panel.head.note, columns, 2))


def height_of(cards: Iterable[Card]) -> float:
    """The height of cards that stand side by side, with their matrices in one line."""
    cards = list(cards)
    caption, above, body = (max(getattr(card, part) for card in cards) for part in ("caption", "above", "body"))
    return float(PAD + LINE + caption + 8 + above + body + 10 + 2 * LINE)


def place_card(card: Card, x: float, y: float, shelf: list[Card]) -> Group:
    """The card with its upper left corner at (x, y), among those of its shelf."""
    caption, above, body = (max(getattr(other, part) for other in shelf) for part in ("caption", "above", "body"))
    inner_x, matrix_x, matrix_y = x + PAD, x + PAD + card.left, y + PAD + LINE + caption + 8 + above
    items = [
        Box(x, y, card.width, height_of(shelf), "card", 3),
        *_heading(card, inner_x, y + PAD),
        *_above(card, matrix_x, matrix_y),
        *_queries(card, inner_x, matrix_y),
        *_matrix(card.panel.head, matrix_x, matrix_y, pitch_of(card.n)[0]),
        *_written(card, inner_x, matrix_y + body + 10),
    ]
    kind = "head result" if card.panel.is_result else "head"
    return Group(kind, card.panel.key, tuple(items), describe_panel(card.panel))


def _heading(card: Card, x: float, y: float) -> Iterator[Item]:
    """The head's number and name, its formula and its note."""
    head = card.panel.head
    yield Text(x, y + 8, card.panel.label, "word strong", SIZE)
    start = width(card.panel.label, SIZE) + 4
    columns = int((card.inner - start) / (ADVANCE * SIZE))
    if head.name:
        yield Text(x + start, y + 8, shorten(head.name, columns), "name", SIZE, full=clean(head.name))
    for place, (style, line, full) in enumerate(_caption(card.panel, card.inner), 1):
        yield Text(x, y + 8 + LINE * place, line, style, SMALL, full=clean(full))


def _above(card: Card, x: float, bottom: float) -> Iterator[Group]:
    """The values read and the keys, upwards from the matrix."""
    pitch, size = pitch_of(card.n)
    for edge in reversed((*card.panel.reads, *card.panel.keys)):
        height = _line_height(edge, pitch, size)
        turned = _is_turned(edge, pitch, size)
        items: list[Item] = [*_edge_name(edge, x, bottom - height - 3, card.inner - card.left)]
        for place, cell in enumerate(edge.value.cells):
            middle = x + (place + 0.5) * pitch
            base, across = (bottom - 3, middle + 0.35 * size) if turned else (bottom - 4, middle)
            anchor = "start" if turned else "middle"
            items.append(_edge_cell(cell, across, base, size, anchor, turned))
        yield Group("edge", edge.role, tuple(items), feeds=edge.origins)
        bottom -= LINE + height


def _edge_cell(cell: str, x: float, y: float, size: float, anchor: str, turned: bool = False) -> Text:
    return Text(x, y, shorten(cell, EDGE_COLUMNS), "edge-cell", size, anchor, turned, clean(cell))


def _edge_name(edge: Edge, x: float, y: float, room: float, turned: bool = False) -> Iterator[Text]:
    """What stands at an edge: its role, and its name beside it."""
    start = width(edge.role, SMALL) + 3
    columns = max(1, int((room - start) / (ADVANCE * SMALL)))
    ahead = (x, y - start) if turned else (x + start, y)
    yield Text(x, y, edge.role, "word", SMALL, turned=turned)
    yield Text(*ahead, shorten(edge.name, columns), "edge-name", SMALL, turned=turned, full=clean(edge.name))


def _queries(card: Card, x: float, top: float) -> Iterator[Group]:
    """The queries, from the left edge of the card to the matrix."""
    pitch, size = pitch_of(card.n)
    for edge in card.panel.queries:
        across = _query_width(edge, size)
        room = card.body
        used = min(room, width(edge.role, SMALL) + 3 + width(clean(edge.name), SMALL))
        items: list[Item] = [*_edge_name(edge, x + 8, top + used, room, turned=True)]
        for place, cell in enumerate(edge.value.cells):
            base = top + (place + 0.5) * pitch + 0.35 * size
            items.append(_edge_cell(cell, x + across - 4, base, size, "end"))
        yield Group("edge", edge.role, tuple(items), feeds=edge.origins)
        x += across


def _matrix(head: Head, x: float, y: float, pitch: float) -> Iterator[Item]:
    """The matrix: selected cells filled, between thin lines."""
    n = len(head.matrix)
    side = n * pitch
    yield Box(x, y, side, side, "matrix")
    filled = "".join(
        f"M{number(x + start * pitch)} {number(y + row * pitch)}h{number((end - start) * pitch)}v{number(pitch)}"
        f"h{number((start - end) * pitch)}z"
        for row, cells in enumerate(head.matrix)
        for start, end in _runs(cells)
    )
    if filled:
        yield Line(filled, "selected")
    across = "".join(f"M{number(x)} {number(y + place * pitch)}h{number(side)}" for place in range(1, n))
    down = "".join(f"M{number(x + place * pitch)} {number(y)}v{number(side)}" for place in range(1, n))
    if across:
        yield Line(across + down, "grid")
    yield Box(x, y, side, side, "frame")


def _runs(cells: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Where neighbours that are all selected start and end."""
    start = None
    for place, cell in enumerate((*cells, False)):
        if cell and start is None:
            start = place
        elif not cell and start is not None:
            yield start, place
            start = None


def _written(card: Card, x: float, y: float) -> Iterator[Text]:
    """What the head writes."""
    names = ", ".join(map(clean, card.panel.writes))
    if not names:
        return
    start = width("writes", SMALL) + 3
    yield Text(x, y + 9, "writes", "word", SMALL)
    for place, line in enumerate(wrap(names, int((card.inner - start) / (ADVANCE * SMALL)), 2)):
        yield Text(x + start, y + 9 + LINE * place, line, "edge-name", SMALL, full=names)


def describe_panel(panel: Panel) -> str:
    """A head in words."""
    roles = (("keys", panel.keys), ("queries", panel.queries), ("reads", panel.reads))
    parts = [f"{panel.label} {clean(panel.head.name)}".rstrip(), clean(panel.head.formula), clean(panel.head.note)]
    parts += [f"{role} {', '.join(clean(edge.name) for edge in edges)}" for role, edges in roles if edges]
    parts += [f"writes {', '.join(map(clean, panel.writes))}"] if panel.writes else []
    return "; ".join(part for part in parts if part)
