"""Pictures: nothing overlaps, nothing is cut, all is on the page; and what the SVG says is well formed."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest

from rasp.draw import svg
from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.picture import Box, Group, Item, Picture, Text
from rasp.draw.view import view_of
from tests.draw.flows import ALL
from tests.draw.real import REAL

FLOWS = {**ALL, **REAL}
SLACK = 0.5  # pixels

each_flow = pytest.mark.parametrize("flow", [pytest.param(flow, id=name) for name, flow in FLOWS.items()])
each_folding = pytest.mark.parametrize("folded", [True, False])


def flat(items: tuple[Item, ...]) -> Iterator[Item]:
    """All texts, boxes and lines, those inside groups too."""
    for item in items:
        if isinstance(item, Group):
            yield from flat(item.items)
        else:
            yield item


def picture_of(flow: Flow, folded: bool) -> tuple[Picture, list[Text], list[Box]]:
    picture = layout(view_of(flow, folded))
    items = list(flat((*picture.heading, *picture.layers)))
    texts = [item for item in items if isinstance(item, Text) and item.text.strip()]
    return picture, texts, [item for item in items if isinstance(item, Box)]


@each_flow
@each_folding
def test_texts_do_not_overlap(flow: Flow, folded: bool) -> None:
    _, texts, _ = picture_of(flow, folded)
    boxes = sorted((text.box, text.text) for text in texts)
    for place, (box, text) in enumerate(boxes):
        for other, other_text in boxes[place + 1 :]:
            if other[0] >= box[2] - SLACK:
                break
            assert other[1] >= box[3] - SLACK or other[3] <= box[1] + SLACK, (text, box, other_text, other)


@each_flow
@each_folding
def test_all_is_on_the_page(flow: Flow, folded: bool) -> None:
    picture, texts, boxes = picture_of(flow, folded)
    places = [text.box for text in texts] + [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]
    for left, top, right, bottom in places:
        assert left >= picture.left - SLACK
        assert top >= 0
        assert right <= picture.left + picture.width + SLACK
        assert bottom <= picture.height + SLACK


@each_flow
@each_folding
def test_wires_run_beside_texts(flow: Flow, folded: bool) -> None:
    picture, texts, _ = picture_of(flow, folded)
    boxes = [text.box for text in texts]
    for wire in picture.wires:
        shaft = wire.path.split("M")[1]
        corners = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", shaft)]
        for (x1, y1), (x2, y2) in itertools.pairwise(corners):
            for left, top, right, bottom in boxes:
                apart = max(x1, x2) < left + SLACK or min(x1, x2) > right - SLACK
                assert apart or max(y1, y2) < top + SLACK or min(y1, y2) > bottom - SLACK, wire


@each_flow
def test_well_formed_and_the_same_every_time(flow: Flow) -> None:
    text = svg.render(flow)
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert text == svg.render(flow)
    assert "nan" not in text.replace("rename", "")


@each_flow
def test_cut_texts_carry_the_whole(flow: Flow) -> None:
    _, texts, _ = picture_of(flow, True)
    assert all(
        text.full and len(text.full) > len(text.text) - 1 for text in texts if text.text.endswith("…") and text.full
    )


@each_flow
def test_every_value_and_head_has_its_group(flow: Flow) -> None:
    view = view_of(flow)
    text = svg.render(flow)
    keys = set(re.findall(r'<g class="(?:value|head)[^"]*" data-key="(\w+)"', text))
    assert keys == {row.key for row in view.rows} | {panel.key for panel in view.panels}
    ends = set(re.findall(r'data-(?:from|to)="(\w+)"', text))
    assert ends <= keys
