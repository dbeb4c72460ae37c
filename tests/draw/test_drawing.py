"""A drawing without a path: text, and a picture in notebooks."""

from __future__ import annotations

import copy
import html
import pickle
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import rasp
from rasp.draw.drawing import HIGHEST, LOWEST, Drawing
from rasp.errors import DrawingFailed, DrawingTooLarge

SORTED = rasp.load("sort")["sorted"]


def frame(drawing: Drawing) -> dict[str, str]:
    """The attributes of the frame that a notebook shows."""
    shown = drawing._repr_html_()
    assert shown.count("<iframe") == 1
    return {name: html.unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', shown)}


@pytest.fixture(scope="module", params=["program", "model"])
def drawing(request: pytest.FixtureRequest) -> Drawing:
    if request.param == "program":
        return SORTED.draw("cab")
    return rasp.load("reverse")["reverse"].compile(vocab="abc", max_length=4).draw("cab")


def test_it_is_the_text(drawing: Drawing) -> None:
    assert isinstance(drawing, str)
    assert repr(drawing) == drawing.rstrip("\n")
    assert '("cab")' in drawing.split("\n")[0]


def test_the_frame_is_sandboxed_and_holds_the_whole_page(drawing: Drawing) -> None:
    attributes = frame(drawing)
    assert attributes["sandbox"] == "allow-scripts"  # neither the origin of the notebook nor its page
    assert "--fit: min(100%, " in attributes["srcdoc"]  # no wider than is needed, besides which it is the page
    assert attributes["srcdoc"].partition("<body>")[2] == drawing.html.partition("<body>")[2]
    assert "default-src 'none'" in attributes["srcdoc"]
    height = int(re.search(r"height:(\d+)px", attributes["style"])[1])
    assert LOWEST <= height <= HIGHEST


def test_its_files(drawing: Drawing, tmp_path: Path) -> None:
    assert ElementTree.fromstring(drawing.svg).tag.endswith("svg")
    assert drawing._repr_svg_() == drawing.svg
    for suffix, content in ((".svg", drawing.svg), (".html", drawing.html)):
        drawing.save(tmp_path / f"drawing{suffix}")
        assert (tmp_path / f"drawing{suffix}").read_text() == content
    with pytest.raises(DrawingFailed):
        drawing.save(tmp_path / "drawing.gif")


def test_titles_are_text_and_no_markup() -> None:
    drawing = rasp.tokens.draw(['"><script>', "&"])
    assert "<script>" not in drawing._repr_html_()
    assert '"><script>' in frame(drawing)["title"]


def test_copies_and_pickles_keep_the_picture(drawing: Drawing) -> None:
    for made in (copy.copy(drawing), copy.deepcopy(drawing)):
        assert made.svg == drawing.svg
    again = pickle.loads(pickle.dumps(drawing))
    assert (again, again.html) == (drawing, drawing.html)


def test_limits_hold_without_a_path_as_well() -> None:
    with pytest.raises(DrawingTooLarge):
        rasp.tokens.draw("x" * 201)
