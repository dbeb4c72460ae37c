"""Places a view on a page: layer by layer cards of heads, rows of values, and the wires between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rasp.draw import heads, rows
from rasp.draw.heads import Card
from rasp.draw.measure import clean, shorten
from rasp.draw.picture import Group, Item, Line, Picture, Text
from rasp.draw.rows import Columns
from rasp.draw.view import Band, Panel, Row, View
from rasp.draw.wires import FIRST_LANE, LANE, End, Point, number, route

MARGIN = 20.0
LABELS = 84.0  # the width of the labels of layers
TITLE_SIZE, SIZE = 13.0, 10.0
TRACK = 6.0  # between horizontal lines above and below cards
BETWEEN_CARDS, BETWEEN_LAYERS = 24.0, 16.0
USUAL_WIDTH = 560.0  # of what is right of the lanes: cards are put side by side up to it
IN, OUT = -4.0, 4.0  # where wires enter and leave a row, from its middle
TIP = 5.0  # between an arrowhead and a row's name


def layout(view: View) -> Picture:
    """The picture of a view."""
    return _Page(view).picture()


@dataclass
class _Labels:
    """A label of a layer or of a part of one: where its baseline is, and its style."""

    y: float
    text: str
    style: str


@dataclass
class _Placed:
    """A layer as it is placed: its labels wait for the lanes."""

    band: Band
    top: float
    items: list[Item] = field(default_factory=list)
    labels: list[_Labels] = field(default_factory=list)


class _Page:
    """A page that fills from the top; `y` is where the next thing goes."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.cards = {panel.key: heads.measure(panel, view.n) for panel in view.panels}
        widest = max((card.width for card in self.cards.values()), default=0)
        self.columns: Columns = rows.columns_of(view, max(widest, USUAL_WIDTH))
        self.starts: dict[str, tuple[Point, ...]] = {}
        self.ends: list[End] = []
        self.y = MARGIN + 40
        self.placed = [self.layer(band) for band in view.bands]

    def picture(self) -> Picture:
        wires, lanes = route(self.starts, self.ends)
        left = -(FIRST_LANE + LANE * max(lanes - 1, 0) + MARGIN + LABELS)
        flow = self.view.flow
        layers = tuple(self.finished(placed, left) for placed in self.placed)
        return Picture(
            left - MARGIN,
            self.columns.end - left + 2 * MARGIN,
            self.y + MARGIN,
            clean(flow.title),
            clean(flow.summary),
            tuple(self.heading(left)),
            layers,
            wires,
        )

    def heading(self, left: float) -> Iterator[Item]:
        columns = (self.columns.end - left) / 0.602
        flow = self.view.flow
        title = shorten(flow.title, int(columns / TITLE_SIZE))
        yield Text(left, MARGIN + 10, title, "title", TITLE_SIZE, full=clean(flow.title))
        yield Text(
            left, MARGIN + 26, shorten(flow.summary, int(columns / SIZE)), "summary", SIZE, full=clean(flow.summary)
        )

    def finished(self, placed: _Placed, left: float) -> Group:
        """The layer with its labels and the line above it."""
        line = Line(f"M{number(left)} {number(placed.top)}H{number(self.columns.end)}", "layer-line")
        labels = [Text(left, label.y, label.text, label.style, SIZE) for label in placed.labels]
        return Group("layer", str(placed.band.number), (line, *labels, *placed.items), _name(placed.band))

    # ------------------------------------------------------------------------------------------ one layer

    def layer(self, band: Band) -> _Placed:
        placed = _Placed(band, self.y)
        self.y += BETWEEN_LAYERS
        placed.labels.append(_Labels(self.y + 9 + 3.5, _name(band), "word strong"))
        if band.panels:
            placed.labels.append(_Labels(self.y + 9 + 3.5 + 15, "attention", "word"))
        for shelf in self.shelves(band):
            placed.items += self.shelf(shelf, band.number)
        for row in band.attended:
            placed.items.append(self.row(row, band.number))
        if band.computed and band.number:
            self.y += 5 if band.panels else 0
            placed.labels.append(_Labels(self.y + 9 + 3.5, "feed-forward", "word"))
        for row in band.computed:
            placed.items.append(self.row(row, band.number))
        self.y += BETWEEN_LAYERS - rows.GAP
        return placed

    def row(self, row: Row, number: int) -> Group:
        height = rows.height_of(row, self.columns)
        middle = self.y + height / 2
        placed = rows.place_row(row, self.y, self.columns)
        self.starts[row.key] = ((-TIP, middle + OUT + 0.5),)
        self.ends += [End(origin, row.key, number, ((-TIP, middle + IN + 0.5),)) for origin in row.origins]
        self.y += height + rows.GAP
        return placed

    def shelves(self, band: Band) -> Iterator[list[Panel]]:
        """The panels that stand side by side."""
        shelf: list[Panel] = []
        used = 0.0
        for panel in band.panels:
            wide = self.cards[panel.key].width
            if shelf and used + wide > self.columns.end:
                yield shelf
                shelf, used = [], 0.0
            shelf.append(panel)
            used += wide + BETWEEN_CARDS
        if shelf:
            yield shelf

    def shelf(self, shelf: list[Panel], number: int) -> list[Item]:
        """Cards side by side, with room for the horizontal parts of wires above and below."""
        cards = [self.cards[panel.key] for panel in shelf]
        sources = list(dict.fromkeys(origin for panel in shelf for origin in panel.origins))
        tracks = {source: self.y + TRACK * place + 0.5 for place, source in enumerate(sources)}
        top = self.y + TRACK * len(sources) + 8
        bottom = top + heads.height_of(cards)
        x = 0.0
        items: list[Item] = []
        for place, card in enumerate(cards):
            items.append(heads.place_card(card, x, top, cards))
            self.wire_card(card, x, top, tracks, number)
            below = bottom + TRACK * (place + 1) + 1.5
            self.starts[card.panel.key] = ((x + 14.5, bottom), (x + 14.5, below))
            x += card.width + BETWEEN_CARDS
        self.y = bottom + TRACK * len(shelf) + 10
        return items

    def wire_card(self, card: Card, x: float, top: float, tracks: dict[str, float], number: int) -> None:
        """The arrows into a card; what comes on a lower track arrives farther left, so that they do not cross."""
        origins = sorted(card.panel.origins, key=lambda origin: -tracks[origin])
        for place, origin in enumerate(origins):
            across = x + 14.5 + 10 * place
            self.ends.append(End(origin, card.panel.key, number, ((across, tracks[origin]), (across, top - 1.5))))


def _name(band: Band) -> str:
    return f"layer {band.number}" if band.number else "input"
