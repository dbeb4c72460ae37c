"""Drawings in a real browser: where texts are, frames of notebooks, slides, fragments of pages."""

from __future__ import annotations

from pathlib import Path

import pytest

import rasp
from rasp.draw.drawing import Drawing
from rasp.draw.files import write_drawing
from rasp.draw.view import view_of
from tests.draw.browser import Browser
from tests.draw.flows import ALL
from tests.draw.pages import OVERLAPS, PAUSE, expected, opened
from tests.draw.real import own_flow


@pytest.mark.parametrize(
    ("name", "ending"), [*((name, ".svg") for name in ALL), ("hostile", ".html"), ("many_heads", ".html")]
)
def test_no_text_is_over_another_or_outside(name: str, ending: str, shared: Browser, tmp_path: Path) -> None:
    opened(shared, name, tmp_path, ending, width=1500)
    assert shared.run(OVERLAPS) == []
    assert shared.complaints() == []


@pytest.mark.parametrize("name", ["dyck2", "hostile"])
def test_no_text_is_over_another_with_folded_values(name: str, shared: Browser, tmp_path: Path) -> None:
    opened(shared, name, tmp_path)
    shared.press("f")
    assert shared.run(OVERLAPS) == []


@pytest.mark.parametrize("family", ["Liberation Sans", "DejaVu Serif", "cursive"])
def test_another_font_changes_no_length(family: str, shared: Browser, tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    write_drawing(ALL["dyck2"], path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("text{font-family:", f"text{{font-family:'{family}',"), encoding="utf-8")
    shared.open(path)
    assert shared.run(OVERLAPS) == []


def test_joined_emoji_keep_to_their_column(shared: Browser, tmp_path: Path) -> None:
    """A font that cannot join the three people shows them in a row, which is wider than two columns."""
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    write_drawing(
        own_flow("counts = selector_width(select(tokens, tokens, ==));", "counts", [family, "a"]), tmp_path / "a.html"
    )
    shared.open(tmp_path / "a.html")
    assert shared.run(OVERLAPS) == []


FRAMES = "[...document.querySelectorAll('iframe')].map((each) => each.getBoundingClientRect().toJSON())"


def seen(page: Browser) -> list[str]:
    """What each frame of a page looks like, once it stays the same: a busy browser takes its time."""
    clips = [{side: box[side] for side in ("x", "y", "width", "height")} for box in page.run(FRAMES)]
    before, found = [], [page.look(clip) for clip in clips]
    while found != before:
        before, found = found, [page.look(clip) for clip in clips]
    return found


ROOM = """
(() => {
  const inside = frames[0].document.documentElement, cell = document.getElementById("cell");
  return [inside, cell].flatMap((each) => [each.scrollWidth - each.clientWidth, each.scrollHeight - each.clientHeight]);
})()"""


@pytest.mark.parametrize("width", [760, 1100, 1600])
def test_a_frame_shows_a_picture_of_one_layer_without_scrolling(width: int, shared: Browser, tmp_path: Path) -> None:
    drawing = rasp.load("histogram")["hist"].draw("banana")
    frame = drawing._repr_html_().replace('sandbox="allow-scripts"', "")  # which hides what is inside
    page = f'<!DOCTYPE html><title>notebook</title><div id="cell" style="overflow:auto">{frame}</div>'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    shared.open(tmp_path / "page.html", width=width, height=1000)
    assert shared.run(ROOM) == [0, 0, 0, 0]


def test_frames_of_a_notebook_are_independent(shared: Browser, tmp_path: Path) -> None:
    """A step in one drawing changes neither the other one nor the page, whose objects are out of its reach."""
    frame = Drawing.of(ALL["hist"])._repr_html_()
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><title>notebook</title>{frame}{frame}", encoding="utf-8")
    shared.open(tmp_path / "page.html", height=1700)
    for _ in range(40):  # a busy browser may give the click to the page, for it does not know yet where the frame lies
        shared.point("iframe", click=True)
        if shared.run("document.activeElement === document.querySelector('iframe')"):
            break
        shared.run(PAUSE)
    shared.leave()  # the mouse marks what it is on
    shared.run(PAUSE)
    first, second = seen(shared)
    for key in ("Home", "End") * 20:  # a busy browser takes its time
        shared.press(key)
        shared.run(PAUSE)
        stepped, untouched = seen(shared)
        if stepped != first:
            break
    assert stepped != first
    assert untouched == second
    assert shared.run("(() => { try { return !frames[0].document; } catch { return true; } })()")
    assert shared.complaints() == []


def test_hostile_texts_are_texts(shared: Browser, tmp_path: Path) -> None:
    opened(shared, "hostile", tmp_path)
    assert shared.run('document.querySelectorAll("script").length') == 1
    assert shared.run('document.querySelectorAll("b, i, svg title title").length') == 0
    assert shared.run('document.querySelector("h1").textContent').startswith("hostile(('', '<b>&amp;")
    assert shared.complaints() == []


SLIDE = """
<!DOCTYPE html><title>slides</title><style>.reveal { --slide-height: 700px; width: 1200px; }</style>
<div class="reveal"><h2>two pictures</h2><div style="display: flex">%s%s</div></div>"""


IN_WINDOW = """
[...document.querySelectorAll("figure")].map((figure) => {
  const window = figure.getBoundingClientRect(), layers = [...figure.querySelectorAll(".layer.visible")];
  const box = layers[layers.length - 1].querySelector(".head").getBoundingClientRect();
  return box.top >= window.top && box.bottom <= window.bottom && box.right <= window.right && window.height <= 560.5;
})"""


def test_on_a_slide_each_layer_is_in_the_window_as_it_comes(shared: Browser, tmp_path: Path) -> None:
    """reveal.js gives the layers that have come the class `visible`, and numbers the fragments of a slide anew."""
    made = []
    for name in ("dyck2", "sort"):
        write_drawing(ALL[name], tmp_path / "part.html", embed=True)
        made.append((tmp_path / "part.html").read_text(encoding="utf-8"))
    (tmp_path / "slide.html").write_text(SLIDE % tuple(made), encoding="utf-8")
    shared.open(tmp_path / "slide.html", width=1280, height=720)
    shared.run("for (const each of document.querySelectorAll('.fragment')) each.dataset.fragmentIndex -= 1")
    assert shared.run("document.querySelectorAll('.wire[data-layer=\"0\"]:not(.fragment)').length") > 0
    for layer in (1, 2, 3, 4):
        shared.run(
            f"""document.querySelectorAll('.layer[data-layer="{layer}"]').forEach((e) => e.classList.add("visible"))"""
        )
        assert shared.run(IN_WINDOW) == [True, True]
    assert shared.complaints() == []


def test_the_mouse_marks_what_a_fragment_reads(shared: Browser, tmp_path: Path) -> None:
    """By style alone, in the fragment under the mouse, and not in another one of the page."""
    write_drawing(ALL["hist"], tmp_path / "part.html", embed=True)
    part = (tmp_path / "part.html").read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><title>page</title>{part}{part}", encoding="utf-8")
    shared.open(tmp_path / "page.html", width=700)
    assert shared.run("document.scripts.length") == 0
    view = view_of(ALL["hist"])
    key = next(view.panels).key
    marked = """[...document.querySelectorAll("figure")].map((each) => [...each.querySelectorAll({})].filter(
        (each) => getComputedStyle(each).strokeWidth === "2px").length)"""
    wires, frames = marked.format("'.wire'"), marked.format("':not(.result) > .frame, .card'")
    assert (shared.run(wires), shared.run(frames)) == ([0, 0], [0, 0])
    shared.point(f'[data-key="{key}"] .card')
    near, _ = expected(view, key)
    results = sum(row.is_result for row in view.rows if row.key in near)
    assert shared.run(wires) == [len(near), 0]
    assert shared.run(frames) == [2 + len(near) - results, 0]  # the card and frame of the head itself
    assert shared.complaints() == []
