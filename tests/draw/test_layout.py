"""Pictures: no text over another one or over a wire, nothing outside, and rows under one another in line."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from rasp.draw.layout import layout
from rasp.draw.picture import Group, Item, Picture, Rectangle, SvgPath, Text
from rasp.draw.view import view_of
from tests.draw.flows import ALL, hist
from tests.draw.real import REAL, real_flow

FLOWS = {**ALL, **REAL}
CASES = [
    pytest.param((name, folded), id=f"{name}-{'folded' if folded else 'whole'}")
    for name in FLOWS
    for folded in (True, False)
]


@functools.cache
def picture_of(name: str, folded: bool) -> Picture:
    """The picture of a flow, which several tests look at."""
    return layout(view_of(FLOWS[name], folded))


@pytest.fixture(params=CASES)
def picture(request: pytest.FixtureRequest) -> Picture:
    return picture_of(*request.param)


def test_the_pictures_have_what_is_measured() -> None:
    wires, cards = 0, 0
    for picture in (picture_of(*case.values[0]) for case in CASES):
        assert isinstance(picture, Picture)
        wires += len(picture.wires)
        cards += sum(isinstance(item, Rectangle) and item.style == "card" for item in walk(picture.layers))
    assert wires > 100
    assert cards > 100


def walk(items: tuple[Item, ...], x: float = 0, y: float = 0, turned: bool = False) -> Iterator[Item]:
    """The items of a group at x and y, and what is in them, at their places on the page."""
    for item in items:
        there = moved(item, x, y, turned)
        yield there
        if isinstance(item, Group):
            yield from walk(item.items, there.x, there.y, item.turned)


def moved(item: Item, x: float, y: float, turned: bool) -> Item:
    """An item of a group at x and y, at its place on the page."""
    if isinstance(item, SvgPath):
        return item  # its group has the place
    if not turned:
        return replace(item, x=item.x + x, y=item.y + y) if x or y else item
    assert isinstance(item, Text)
    return replace(item, x=x + item.y, y=y - item.x, turned=True)


def texts(picture: Picture) -> list[Text]:
    return [item for item in walk((*picture.heading, *picture.layers, picture.legend)) if isinstance(item, Text)]


def test_no_text_is_over_another(picture: Picture) -> None:
    boxes = sorted(item.box for item in texts(picture))
    for place, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[place + 1 :]:
            if other[0] >= right - 0.5:  # and all that come later start farther right
                break
            assert other[1] >= bottom - 0.5 or other[3] <= top + 0.5, (left, other)


def test_everything_is_inside(picture: Picture) -> None:
    corners = [item.box for item in texts(picture)]
    boxes = [item for item in walk(picture.layers) if isinstance(item, Rectangle)]
    corners += [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]
    corners += [(x, y, x, y) for wire in picture.wires for x, y in points(wire.path)]
    for left, top, right, bottom in corners:
        assert picture.left < left <= right < picture.left + picture.width
        assert 0 < top <= bottom < picture.height


def test_no_wire_runs_over_a_text_or_card(picture: Picture) -> None:
    boxes = [item.box for item in texts(picture)]
    cards = [item for item in walk(picture.layers) if isinstance(item, Rectangle) and item.style == "card"]
    boxes += [(card.x, card.y, card.x + card.width, card.y + card.height) for card in cards]
    left, top, right, bottom = np.array(boxes).T
    for wire in picture.wires:
        for (x1, y1), (x2, y2) in itertools.pairwise(points(wire.path)):
            apart = (max(x1, x2) <= left) | (min(x1, x2) >= right) | (max(y1, y2) <= top) | (min(y1, y2) >= bottom)
            assert apart.all(), (wire, boxes[apart.argmin()])


def test_texts_stay_in_their_cards_and_cells(picture: Picture) -> None:
    for group in (item for item in walk(picture.layers) if isinstance(item, Group) and item.kind != "layer"):
        cards = [item for item in group.items if isinstance(item, Rectangle) and item.style == "card"]
        for text in (item for item in walk(group.items) if isinstance(item, Text)):
            for card in cards:
                left, top, right, bottom = text.box
                assert card.x < left, text
                assert right < card.x + card.width, text
                assert card.y < top, text
                assert bottom < card.y + card.height, text


def test_no_text_is_at_a_break(picture: Picture) -> None:
    places = (*picture.breaks, *picture.bounds)
    assert len(picture.breaks) > 0
    for _, top, _, bottom in (item.box for item in texts(picture)):
        assert not [place for place in places if top < place < bottom]


def test_every_read_has_a_wire(picture: Picture) -> None:
    groups = [item for item in walk(picture.layers) if isinstance(item, Group)]
    keys = {group.key for group in groups if group.kind not in ("layer", "edge")}
    assert {end for wire in picture.wires for end in (wire.source, wire.target)} <= keys
    fed = {
        (key, group.key) for group in groups for edge in group.items if isinstance(edge, Group) for key in edge.feeds
    }
    assert fed <= {(wire.source, wire.target) for wire in picture.wires}


def test_lines_of_different_sources_do_not_share_a_lane(picture: Picture) -> None:
    """Vertical stretches at one x left of the rows belong to one source, or lie apart."""
    stretches: dict[float, list[tuple[float, float, str]]] = {}
    for wire in picture.wires:
        for (x1, y1), (x2, y2) in itertools.pairwise(points(wire.path)):
            if x1 == x2 and x1 < -10:
                stretches.setdefault(x1, []).append((min(y1, y2), max(y1, y2), wire.source))
    for lane in stretches.values():
        for (top, bottom, source), (upper, lower, other) in itertools.combinations(lane, 2):
            assert source == other or bottom < upper or lower < top


def points(path: str) -> list[tuple[float, float]]:
    """The points of a wire's path, up to its arrowhead."""
    way = "M" + path.split("M")[1]
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", way)]


@pytest.mark.parametrize("name", ["ordered", "induction", "dyck2_ptf ({}){}()(} 10", "sorted waterfalls 10"])
def test_no_formula_of_usual_length_is_cut(name: str) -> None:
    formulas = [item.text for item in texts(layout(view_of(REAL[name]))) if item.style == "formula"]
    assert not [text for text in formulas if "…" in text]


def test_a_narrow_card_shows_the_whole_formula() -> None:
    formulas = [
        item.text for item in texts(layout(view_of(real_flow("sort", "sorted", "cab")))) if item.style == "formula"
    ]
    assert not [text for text in formulas if "…" in text]


def test_a_narrow_picture_shows_long_names_once() -> None:
    wide, narrow = (layout(view_of(ALL["dyck2"], folded=False), narrow) for narrow in (False, True))
    cut, whole = "indicator(opens) - indica…", "indicator(opens) - indicator(closes)"
    shown = [
        [(item.style, item.text) for item in texts(picture) if item.text in (cut, whole)] for picture in (wide, narrow)
    ]
    assert {style for style, _ in shown[0]} == {"name", "formula", "edge-name"}
    assert {style for style, _ in shown[1]} == {"name"}


def test_cells_grow_with_the_room_of_a_narrow_picture() -> None:
    picture = layout(view_of(ALL["hist_1"]), narrow=True)
    frames = [item for item in walk(picture.layers) if isinstance(item, Rectangle) and item.style == "frame"]
    assert {frame.width for frame in frames} == {28.0, 30.0}  # the matrix, and the rows of values


def test_definitions_stand_below_the_layers_in_line_with_the_rows() -> None:
    picture = layout(view_of(REAL["ordered"]))
    first, second = (item for item in picture.legend.items if isinstance(item, Text) and item.x >= 0)
    assert first.text.startswith("before = ")
    assert second.text.startswith("same = ")
    assert first.x == second.x == 0
    assert picture.bounds[-2] < first.box[1]
    assert not layout(view_of(REAL["reverse waterfalls 10"])).legend.items


def test_positions_are_columns_of_the_page() -> None:
    picture = layout(view_of(ALL["dyck2"]))
    rows = [group for group in walk(picture.layers) if isinstance(group, Group) and group.kind.startswith("value")]
    frames = [item for row in rows for item in row.items if isinstance(item, Rectangle) and item.style == "frame"]
    assert len({(frame.x, frame.width) for frame in frames}) == 1


def test_long_inputs_do_not_lose_their_cells() -> None:
    picture = layout(view_of(hist("ab" * 50)))
    rows = [group for group in walk(picture.layers) if isinstance(group, Group) and group.kind.startswith("value")]
    cells = [item for item in walk(tuple(rows)) if isinstance(item, Text) and item.style == "cell"]
    assert len(cells) == 3 * 100


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("dyck", "dyck2_ptf"),
        ("sort", "sorted"),
        ("histogram", "hist"),
        ("reverse", "reverse"),
        ("most_frequent", "most_freq"),
        ("double_histogram", "hist2"),
    ],
)
def test_texts_of_short_inputs_are_large_on_a_slide(program: str, name: str) -> None:
    picture = layout(view_of(real_flow(program, name, "()({)")))
    least = min(text.size for text in texts(picture))
    assert least * 1280 / picture.width >= 16
