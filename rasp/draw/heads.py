"""Draws heads as cards, with a caption, the matrix, and values along its edges.

Keys are along the upper edge, queries along the left one. The values that the head reads are above the keys, because
it reads them at the same positions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rasp.base.tables import wrap_text
from rasp.draw.flow import LEVELS, FlowHead
from rasp.draw.picture import LEAD_GAP, Group, Item, Rectangle, SvgPath, Text, lead_width
from rasp.draw.text_width import ADVANCE, clean, shorten, text_width
from rasp.draw.view import Edge, Panel
from rasp.draw.wires import number

PAD = 10.0
SIZE, SMALL = 10.0, 10.0
NARROWEST = 200.0  # the width inside a card
LONGEST_ABOVE, LONGEST_LEFT = 270.0, 150.0  # most that names may widen or heighten a small matrix
NARROW_ABOVE = 150.0  # the same in a narrow picture
LINE, FORMULA_LINES = 12.0, 6  # the height of a line; most lines of a formula
EDGE_COLUMNS = 10  # longer values at the edges are cut
PITCHES = ((6, 28.0, 10.0), (12, 20.0, 10.0), (24, 15.0, 9.0))  # (most positions, width of a cell, size of its texts)
SCALE_STEP, SCALE_HEIGHT = 6.0, 32.0  # a step of the scale of weights; all of it
SMALLEST = (12.0, 8.0)


def pitch_of(n: int) -> tuple[float, float]:
    """The width of a matrix's cell and the size of the texts at its edges.

    >>> pitch_of(5), pitch_of(20)
    ((28.0, 10.0), (15.0, 9.0))
    """
    return next(((pitch, size) for most, pitch, size in PITCHES if n <= most), SMALLEST)


@dataclass(frozen=True)
class Card:
    """A panel with its sizes: heights of the caption, of the rows above the matrix and of the matrix, and widths."""

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


def measure_panel(panel: Panel, n: int, narrow: bool = False) -> Card:
    """The card of a panel."""
    pitch, size = pitch_of(n)
    left = sum(_query_width(edge, size) for edge in panel.queries)
    names = min(_names_width((*panel.reads, *panel.keys)), NARROW_ABOVE if narrow else LONGEST_ABOVE)
    inner = max(NARROWEST, left + n * pitch, left + names)
    caption = LINE * len(list(_caption(panel, inner)))
    above = sum(LINE + _line_height(edge, pitch, size) for edge in (*panel.reads, *panel.keys))
    body = max(n * pitch, min(_names_width(panel.queries), LONGEST_LEFT))
    return Card(panel, n, caption, above, body, left, inner)


def _query_width(edge: Edge, size: float) -> float:
    return round(LINE + _longest(edge, size) + 5)


def _longest(edge: Edge, size: float) -> float:
    return max((text_width(shorten(cell, EDGE_COLUMNS), size) for cell in edge.value.cells), default=0)


def _is_turned(edge: Edge, pitch: float, size: float) -> bool:
    return _longest(edge, size) > pitch - 1.5


def _line_height(edge: Edge, pitch: float, size: float) -> float:
    """The height of a row of values above the matrix."""
    return round(_longest(edge, size) + 5) if _is_turned(edge, pitch, size) else LINE + 1


def _caption(panel: Panel, inner: float) -> Iterator[tuple[str, str, str]]:
    """The lines below the head's name: style, text, and the full text."""
    columns = int(inner / (ADVANCE * SMALL))
    for style, text, most in (("formula", panel.head.formula, FORMULA_LINES), ("note", panel.head.note, 2)):
        yield from ((style, line, text) for line in (wrap_text(clean(text), columns, most=most) if text else ()))


def shelf_height(cards: list[Card]) -> float:
    """The height of cards side by side, with their matrices aligned."""
    caption, above, body = _common_heights(cards)
    below = max(len(_names_lines(card.panel, card.inner)) for card in cards)
    return PAD + LINE + caption + 8 + above + body + (8 + LINE * below if below else 0) + PAD


def _common_heights(cards: list[Card]) -> tuple[float, float, float]:
    """The largest heights of caption, of rows above the matrix and of the matrix, which cards side by side share."""
    return max(card.caption for card in cards), max(card.above for card in cards), max(card.body for card in cards)


def place_card(card: Card, x: float, y: float, shelf: list[Card]) -> Group:
    """Draws a card with its upper left corner at (x, y), next to the others of its shelf."""
    caption, above, body = _common_heights(shelf)
    inner_x, matrix_x, matrix_y = x + PAD, x + PAD + card.left, y + PAD + LINE + caption + 8 + above
    items = [
        Rectangle(x, y, card.width, shelf_height(shelf), "card", 3),
        *_heading(card, inner_x, y + PAD),
        *_above(card, matrix_x, matrix_y),
        *_queries(card, inner_x, matrix_y),
        *matrix_items(card.panel, matrix_x, matrix_y, pitch_of(card.n)[0]),
        *_write_names(card, inner_x, matrix_y + body + 8),
    ]
    kind = "head result" if card.panel.is_result else "head"
    return Group(kind, card.panel.key, tuple(items), describe_panel(card.panel))


def scale_items(x: float, y: float) -> Iterator[Item]:
    """The scale of weights: the colours of 0 to 1, with numbers."""
    text = "attention weight"
    start = x + text_width(text, SIZE) + 14
    yield Text(x, y + 11, text, "word", SIZE)
    yield Rectangle(start, y + 2, SCALE_STEP * (LEVELS + 1), 11, "matrix")
    for level in range(1, LEVELS + 1):
        yield Rectangle(start + SCALE_STEP * level, y + 2, SCALE_STEP, 11, f"weight weight-{level}")
    yield Rectangle(start, y + 2, SCALE_STEP * (LEVELS + 1), 11, "frame")
    for share in (0.0, 0.5, 1.0):
        middle = start + SCALE_STEP * (LEVELS * share + 0.5)
        yield Text(middle, y + 23, number(share), "edge-cell", SMALL, "middle")


def _heading(card: Card, x: float, y: float) -> Iterator[Item]:
    """The head's number and name, its formula and its note."""
    head = card.panel.head
    columns = int((card.inner - lead_width(card.panel.label, SIZE)) / (ADVANCE * SIZE))
    name = shorten(head.name, columns)
    yield Text(x, y + 8, name, "name", SIZE, full=clean(head.name), lead=card.panel.label)
    for index, (style, line, full) in enumerate(_caption(card.panel, card.inner), 1):
        yield Text(x, y + 8 + LINE * index, line, style, SMALL, full=clean(full))


def _above(card: Card, x: float, bottom: float) -> Iterator[Group]:
    """The rows of keys and of values read, from the matrix upwards."""
    pitch, size = pitch_of(card.n)
    for edge in reversed((*card.panel.reads, *card.panel.keys)):
        height = _line_height(edge, pitch, size)
        turned = _is_turned(edge, pitch, size)
        name = _edge_name(edge, card.inner - card.left)
        full = clean(edge.name)
        title = Text(x, bottom - height - 3, name, "edge-name", SMALL, full=full, lead=edge.role)
        middles = [(index + 0.5) * pitch for index in range(card.n)]
        texts = tuple(
            _edge_cell(cell, 0, middle, size, "start") if turned else _edge_cell(cell, middle, 0, size, "middle")
            for cell, middle in zip(edge.value.cells, middles, strict=True)
        )
        left, base = (x + 0.35 * size, bottom - 3) if turned else (x, bottom - 4)
        cells = Group("content", "", texts, x=left, y=base, turned=turned)
        yield Group("edge", edge.role, (title, cells), feeds=edge.origins)
        bottom -= LINE + height


def _edge_cell(cell: str, x: float, y: float, size: float, anchor: str) -> Text:
    return Text(x, y, shorten(cell, EDGE_COLUMNS), "cell", size, anchor, full=clean(cell))


def _names_width(edges: Iterable[Edge]) -> float:
    """The width of the longest name of an edge, with its role."""
    widths = (lead_width(edge.role, SMALL) + text_width(clean(edge.name), SMALL) for edge in edges)
    return math.ceil(max(widths, default=0)) + 1


def _edge_name(edge: Edge, room: float) -> str:
    columns = max(1, int((room - lead_width(edge.role, SMALL)) / (ADVANCE * SMALL)))
    return shorten(edge.name, columns)


def _query_name(edge: Edge, x: float, y: float, room: float) -> Iterator[Text]:
    """The role and name of a query, turned upwards, ending at y.

    They are two texts, because not every SVG viewer can align the end of a text with two parts.
    """
    name = _edge_name(edge, room)
    yield Text(x, y, name, "edge-name", SMALL, "end", True, clean(edge.name))
    yield Text(x, y + text_width(name, SMALL) + LEAD_GAP, edge.role, "word", SMALL, "end", True)


def _queries(card: Card, x: float, top: float) -> Iterator[Group]:
    """The columns of queries, from the left edge of the card to the matrix."""
    pitch, size = pitch_of(card.n)
    for edge in card.panel.queries:
        across = _query_width(edge, size)
        texts = (_edge_cell(cell, 0, (at + 0.5) * pitch, size, "end") for at, cell in enumerate(edge.value.cells))
        cells = Group("content", "", tuple(texts), x=x + across - 4, y=top + 0.35 * size)
        yield Group("edge", edge.role, (*_query_name(edge, x + 8, top, card.body), cells), feeds=edge.origins)
        x += across


def matrix_items(panel: Panel, x: float, y: float, pitch: float) -> Iterator[Item]:
    """The matrix of a head and its frame."""
    side = len(panel.head.matrix) * pitch
    yield Rectangle(x, y, side, side, "matrix")
    yield Group("content", f"{panel.key}-{number(pitch)}", tuple(matrix_cells(panel.head, pitch)), x=x, y=y)
    yield Rectangle(x, y, side, side, "frame")


def matrix_cells(head: FlowHead, pitch: float) -> Iterator[SvgPath]:
    """The cells of a matrix, filled where keys are selected, or shaded by their weights, and the lines between them."""
    if not head.weights:
        yield from _path(head.matrix, pitch, "selected")
    for level in sorted({level for row in head.levels for level in row} - {0}):
        chosen = tuple(tuple(cell == level for cell in row) for row in head.levels)
        yield from _path(chosen, pitch, f"weight weight-{level}")
    n = len(head.matrix)
    across = "".join(f"M0 {number(index * pitch)}h{number(n * pitch)}" for index in range(1, n))
    down = "".join(f"M{number(index * pitch)} 0v{number(n * pitch)}" for index in range(1, n))
    if across:
        yield SvgPath(across + down, "grid")


def _path(cells: tuple[tuple[bool, ...], ...], pitch: float, style: str) -> Iterator[SvgPath]:
    """The path around cells that are true, if there are any."""
    filled = "".join(
        f"M{number(start * pitch)} {number(row * pitch)}h{number((end - start) * pitch)}v{number(pitch)}"
        f"h{number((start - end) * pitch)}z"
        for row, chosen in enumerate(cells)
        for start, end in _runs(chosen)
    )
    if filled:
        yield SvgPath(filled, style)


def _runs(cells: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """The start and end of each run of selected cells."""
    start = None
    for index, cell in enumerate((*cells, False)):
        if cell and start is None:
            start = index
        elif not cell and start is not None:
            yield start, index
            start = None


def _write_names(card: Card, x: float, y: float) -> Iterator[Text]:
    """The names of the values that the head writes."""
    names = ", ".join(map(clean, card.panel.writes))
    for index, line in enumerate(_names_lines(card.panel, card.inner)):
        yield Text(x, y + 9 + LINE * index, line, "edge-name", SMALL, full=names, lead="" if index else "writes")


def _names_lines(panel: Panel, inner: float) -> list[str]:
    columns = int((inner - lead_width("writes", SMALL)) / (ADVANCE * SMALL))
    return wrap_text(", ".join(map(clean, panel.writes)), columns, most=2) if panel.writes else []


def describe_panel(panel: Panel) -> str:
    """A text that describes a head."""
    roles = (("keys", panel.keys), ("queries", panel.queries), ("reads", panel.reads))
    parts = [f"{panel.label} {clean(panel.head.name)}".rstrip(), clean(panel.head.formula), clean(panel.head.note)]
    parts += [f"{role} {', '.join(clean(edge.name) for edge in edges)}" for role, edges in roles if edges]
    parts += [f"writes {', '.join(map(clean, panel.writes))}"] if panel.writes else []
    return "; ".join(part for part in parts if part)
