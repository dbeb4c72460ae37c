"""Places a view on a page: for each layer the cards of heads and the rows of values, and wires between them.

The layout is in pixels, and measured with a monospaced font, so it is the same on every machine. Wires run in lanes to
the left of everything else, so that none crosses a text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from rasp.base.tables import wrap_text
from rasp.draw import heads, value_rows
from rasp.draw.heads import Card
from rasp.draw.picture import Group, Item, Picture, SvgPath, Text
from rasp.draw.text_width import ADVANCE, clean, shorten
from rasp.draw.value_rows import RowGeometry
from rasp.draw.view import Band, Row, View
from rasp.draw.wires import End, Way, lane_x, lanes_for, number, wires_of

MARGIN = 14.0
HEADING = 60.0  # the height of title and summary
LABELS = 70.0  # the width of the labels of layers
TITLE_SIZE, SIZE = 13.0, 10.0
TRACK = 6.0  # between horizontal wires above and below cards
BETWEEN_CARDS, BETWEEN_LAYERS = 24.0, 16.0
LEGEND_GAP, LEGEND_LEADING = 3.0, 12.0  # between definitions, between the lines of one
LEGEND_SIZE, LEGEND_INDENT, LEGEND_LINES = 10.0, 4, 6  # of a definition; further lines are cut
USUAL_WIDTH = 560.0  # to the right of the lanes: cards are put side by side up to it
FEW, FEW_WIDTH = 6, 600.0  # with up to 6 positions, formulas widen it up to 600, so that texts are large on a slide
NARROW_WIDTH, NARROW_MARGIN = 280.0, 8.0  # the same for a narrow picture, in which everything is in one column
NARROW_LABEL = 18.0  # the height of the label of a layer in a narrow picture
IN, OUT = -4.0, 4.0  # heights at which wires enter and leave a row, from its middle
TIP = 5.0  # between an arrowhead and a row's name


def layout(view: View, narrow: bool = False) -> Picture:
    """The picture of a view. In a `narrow` one, for small screens, everything is in one column."""
    return _PicturePage(view, narrow).picture()


@dataclass
class _Label:
    """A label of a layer or of its part, with the height of its baseline and its style."""

    y: float
    text: str
    style: str


@dataclass
class _PlacedLayer:
    """A layer on the page. Its labels get their x once the lanes are known."""

    band: Band
    top: float
    items: list[Item] = field(default_factory=list)
    labels: list[_Label] = field(default_factory=list)


@dataclass(frozen=True)
class _Shelf:
    """Cards side by side in layer `number`, with their left edges at `xs` and their upper edges at `top`.

    Wires from the lanes reach them on horizontal tracks, of which the first is at the height `tracks`.
    """

    number: int
    cards: list[Card]
    xs: list[float]
    tracks: float
    top: float

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(origin for card in self.cards for origin in card.panel.origins))

    def ends(self, lanes: Mapping[str, int]) -> Iterator[End]:
        """The ends of the wires into the cards.

        To have few crossings, wires from inner lanes use upper tracks, and those on lower tracks arrive farther left.
        """
        sources = sorted(self.sources, key=lambda source: lanes.get(source, 0))
        tracks = {source: self.tracks + TRACK * index + 0.5 for index, source in enumerate(sources)}
        for card, x in zip(self.cards, self.xs, strict=True):
            origins = sorted(card.panel.origins, key=lambda origin: -tracks[origin])
            for index, origin in enumerate(origins):
                across, y = x + 14.5 + 10 * index, tracks[origin]
                yield End(origin, card.panel.key, self.number, ((across, y), (across, self.top - 1.5)))


class _PicturePage:
    """A page that is filled from the top; `y` is the height of the next item."""

    def __init__(self, view: View, narrow: bool) -> None:
        self.view = view
        self.narrow = narrow
        self.margin, self.labels = (NARROW_MARGIN, 0.0) if narrow else (MARGIN, LABELS)
        self.cards = {panel.key: heads.measure_panel(panel, view.n, narrow) for panel in view.panels}
        usual = NARROW_WIDTH if narrow else USUAL_WIDTH
        most = FEW_WIDTH if view.n <= FEW else math.inf
        self.columns: RowGeometry = value_rows.row_geometry(view, usual, narrow, most)
        self.columns = value_rows.row_geometry(view, max(usual, self.cards_width()), narrow, most)
        self.starts: dict[str, Way] = {}
        self.ends: list[End] = []
        self.shelves: list[_Shelf] = []
        self.breaks: list[float] = []
        self.y = HEADING
        self.placed = [self.layer(band) for band in view.bands]

    def cards_width(self) -> float:
        """The width for cards: that of the page, or up to 15% more, which may save a shelf."""
        limit = self.columns.end if self.narrow else max(USUAL_WIDTH, self.columns.end) * 1.15
        shelves = [shelf for band in self.view.bands for shelf in self.shelves_of(band, limit)]
        return max((sum(card.width + BETWEEN_CARDS for card in shelf) - BETWEEN_CARDS for shelf in shelves), default=0)

    def picture(self) -> Picture:
        ends = [*self.ends, *(end for shelf in self.shelves for end in shelf.ends({}))]
        lanes = lanes_for(self.starts, ends)
        ends = [*self.ends, *(end for shelf in self.shelves for end in shelf.ends(lanes))]
        left = math.floor(lane_x(max(lanes.values(), default=0)) - self.margin - self.labels)
        flow = self.view.flow
        layers = tuple(self.layer_group(placed, left) for placed in self.placed)
        end = self.y
        legend = self.legend(left)
        return Picture(
            left - self.margin,
            HEADING,
            self.columns.end - left + 2 * self.margin,
            self.y + MARGIN,
            clean(flow.title),
            clean(flow.summary),
            tuple(self.heading(left)),
            (*(placed.top for placed in self.placed[1:]), *([end] if legend.items else []), self.y + MARGIN),
            tuple(self.breaks),
            layers,
            legend,
            wires_of(self.starts, ends, lanes),
        )

    def heading(self, left: float) -> Iterator[Item]:
        columns = (self.columns.end - left) / ADVANCE
        title, summary = self.view.flow.title, self.view.flow.summary
        top = MARGIN + 10
        yield Text(left, top, shorten(title, int(columns / TITLE_SIZE)), "title", TITLE_SIZE, full=clean(title))
        yield Text(left, top + 16, shorten(summary, int(columns / SIZE)), "summary", SIZE, full=clean(summary))

    def legend(self, left: float) -> Group:
        """The definitions of names in formulas, below the layers."""
        items: list[Item] = []
        if self.view.flow.definitions:
            items += [self.line(left, self.y), Text(left, self.y + BETWEEN_LAYERS + 12, "where", "word", SIZE)]
            self.y += BETWEEN_LAYERS
        for name, formula in self.view.flow.definitions.items():
            items += self.definition(clean(f"{name} = {formula}"))
            self.y += LEGEND_GAP
        return Group("legend", "legend", tuple(items), "what names in formulas stand for")

    def definition(self, text: str) -> Iterator[Text]:
        """The lines of a definition, all but the first indented."""
        column = ADVANCE * LEGEND_SIZE
        for line in wrap_text(text, int(self.columns.end / column + 0.01), LEGEND_INDENT, LEGEND_LINES):
            self.y += LEGEND_LEADING
            shown = line.lstrip(" ")
            yield Text((len(line) - len(shown)) * column, self.y, shown, "formula", LEGEND_SIZE, full=text)

    def line(self, left: float, y: float) -> SvgPath:
        """A line across the page."""
        return SvgPath(f"M{number(left)} {number(y)}H{number(self.columns.end)}", "layer-line")

    def layer_group(self, placed: _PlacedLayer, left: float) -> Group:
        """The group of a layer, with its labels and the line above it."""
        x = 0 if self.narrow else left  # to the right of the lanes, whose lines would cross the text
        labels = [Text(x, label.y, label.text, label.style, SIZE) for label in placed.labels]
        return Group(
            "layer", str(placed.band.number), (self.line(left, placed.top), *labels, *placed.items), _name(placed.band)
        )

    # ------------------------------------------------------------------------------------------ one layer

    def layer(self, band: Band) -> _PlacedLayer:
        placed = _PlacedLayer(band, self.y)
        self.y += BETWEEN_LAYERS
        placed.labels.append(_Label(self.y + 12.5, _name(band), "word strong"))
        self.y += NARROW_LABEL if self.narrow else 0
        if band.panels:
            self.label(placed, "attention", 0 if self.narrow else 15)
        placed.items += self.scale(band)
        for cards in self.shelves_of(band, self.columns.end):
            placed.items += self.shelf(cards, band.number)
        for row in band.attended:
            placed.items.append(self.row(row, band.number))
        if band.computed and band.number:
            self.y += 5 if band.panels else 0
            self.label(placed, "feed-forward", 0)
        for row in band.computed:
            placed.items.append(self.row(row, band.number))
        self.y += BETWEEN_LAYERS - value_rows.GAP
        return placed

    def label(self, placed: _PlacedLayer, text: str, below: float) -> None:
        """Adds the label of a part of a layer: beside it, or above it in a narrow picture."""
        placed.labels.append(_Label(self.y + below + 12.5, text, "word"))
        self.y += NARROW_LABEL if self.narrow else 0

    def scale(self, band: Band) -> list[Item]:
        """The scale of weights, above the first heads that have any; all heads share it."""
        first = next((panel for panel in self.view.panels if panel.head.weights), None)
        if first not in band.panels:
            return []
        self.y += heads.SCALE_HEIGHT
        return list(heads.scale_items(0, self.y - heads.SCALE_HEIGHT))

    def row(self, row: Row, number: int) -> Group:
        self.breaks.append(self.y - value_rows.GAP / 2)
        height = value_rows.row_height(row, self.columns)
        middle = self.y + value_rows.middle_of(row, self.columns)
        placed = value_rows.place_row(row, self.y, self.columns)
        self.starts[row.key] = ((-TIP, middle + OUT + 0.5),)
        self.ends += [End(origin, row.key, number, ((-TIP, middle + IN + 0.5),)) for origin in row.origins]
        self.y += height + value_rows.GAP
        return placed

    def shelves_of(self, band: Band, limit: float) -> Iterator[list[Card]]:
        """The cards of a layer, in lists of those that fit side by side."""
        shelf: list[Card] = []
        used = 0.0
        for card in (self.cards[panel.key] for panel in band.panels):
            if shelf and used + card.width > limit:
                yield shelf
                shelf, used = [], 0.0
            shelf.append(card)
            used += card.width + BETWEEN_CARDS
        if shelf:
            yield shelf

    def shelf(self, cards: list[Card], number: int) -> list[Item]:
        """Places cards side by side, with room for horizontal wires above and below."""
        self.breaks.append(self.y)
        xs = [sum(card.width + BETWEEN_CARDS for card in cards[:index]) for index in range(len(cards))]
        shelf = _Shelf(number, cards, xs, self.y, 0)
        top = self.y + TRACK * len(shelf.sources) + 8
        bottom = top + heads.shelf_height(cards)
        self.shelves.append(replace(shelf, top=top))
        for index, (card, x) in enumerate(zip(cards, xs, strict=True), 1):
            below = bottom + TRACK * index + 1.5
            self.starts[card.panel.key] = ((x + 14.5, bottom), (x + 14.5, below))
        self.y = bottom + TRACK * len(cards) + 10
        return [heads.place_card(card, x, top, cards) for card, x in zip(cards, xs, strict=True)]


def _name(band: Band) -> str:
    return f"layer {band.number}" if band.number else "input"
