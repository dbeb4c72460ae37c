"""Drawings in a real browser: what it measures, what keys and the mouse do, what it prints, what it tells others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rasp.draw.drawing import Drawing
from rasp.draw.files import write
from rasp.draw.view import View, view_of
from tests.draw.browser import PROGRAM, Browser, browser
from tests.draw.flows import ALL

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),  # one browser for all
]

OVERLAPS = """
(() => {
  const root = [...document.querySelectorAll("svg:not(.slice)")].find((each) => each.getClientRects().length);
  const edge = root.getBoundingClientRect();
  const boxes = [...root.querySelectorAll("text")].map((text) => [text.getBoundingClientRect(), text.textContent]);
  const found = boxes.filter(([box]) => box.width && (box.left < edge.left || box.right > edge.right
    || box.top < edge.top || box.bottom > edge.bottom)).map(([, text]) => [text, "outside"]);
  boxes.sort(([a], [b]) => a.left - b.left);
  boxes.forEach(([a, text], place) => {
    for (let next = place + 1; next < boxes.length && boxes[next][0].left < a.right - 1; next++) {
      const [b, other] = boxes[next];
      if (b.width && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) found.push([text, other]);
    }
  });
  return found;
})()"""

SHOWN = '[...document.querySelectorAll(".drawing")].find((each) => !each.hidden).querySelector("svg")'


@pytest.fixture(scope="module")
def shared() -> Iterator[Browser]:
    with browser() as page:
        yield page


@pytest.fixture
def page(shared: Browser, tmp_path: Path) -> Iterator[Browser]:
    """The page of dyck2 on ten letters; whatever a test does, nothing is logged, thrown or asked for."""
    opened(shared, "dyck2", tmp_path)
    yield shared
    assert shared.complaints() == []


def opened(page: Browser, name: str, folder: Path, ending: str = ".html", **options: Any) -> None:
    path = folder / f"{name}{ending}"
    write(ALL[name], path)
    page.open(path, **options)


def marked(page: Browser, style: str) -> set[str]:
    """The keys of shown values and heads with a style."""
    return set(page.run(f'[...{SHOWN}.querySelectorAll("[data-key].{style}")].map((each) => each.dataset.key)'))


def key_of(name: str) -> str:
    """The key of a value or head of dyck2."""
    view = view_of(ALL["dyck2"])
    return {row.value.id: row.key for row in view.rows}.get(name) or {p.head.id: p.key for p in view.panels}[name]


def keys_of(*names: str) -> set[str]:
    return set(map(key_of, names))


def status(page: Browser) -> str:
    return page.run('document.getElementById("status").textContent')


# --------------------------------------------------------------------------------------------------------- pictures


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
    write(ALL["dyck2"], path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("text{font-family:", f"text{{font-family:'{family}',"), encoding="utf-8")
    shared.open(path)
    assert shared.run(OVERLAPS) == []


FRAMES = "[...document.querySelectorAll('iframe')].map((each) => each.getBoundingClientRect().toJSON())"


def seen(page: Browser) -> list[str]:
    """What each frame of a page looks like."""
    clips = [{**{side: box[side] for side in ("x", "y", "width", "height")}, "scale": 1} for box in page.run(FRAMES)]
    return [page.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"] for clip in clips]


def test_frames_of_a_notebook_are_independent(shared: Browser, tmp_path: Path) -> None:
    """A step in one drawing changes neither the other one nor the page, whose objects are out of its reach."""
    frame = Drawing.of(ALL["hist"])._repr_html_()
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><title>notebook</title>{frame}{frame}", encoding="utf-8")
    shared.open(tmp_path / "page.html", height=1600)
    first, second = seen(shared)
    shared.point("iframe", click=True)
    shared.press("Home")
    shared.run("new Promise((done) => setTimeout(done, 300))")
    stepped, untouched = seen(shared)
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


# ------------------------------------------------------------------------------------------------ following a value


def expected(view: View, key: str) -> tuple[set[str], set[str]]:
    """What stands next to a value or head, and what farther off, by the flow itself."""
    read = {row.key: set(row.origins) for row in view.rows} | {panel.key: set(panel.origins) for panel in view.panels}
    near, far = set(), set()
    for edges in (read, {source: {key for key in read if source in read[key]} for source in read}):
        near |= edges[key]
        waiting = list(edges[key])
        while waiting:
            each = waiting.pop()
            if each not in far:
                far.add(each)
                waiting += edges[each]
    return near, far | near


@pytest.mark.parametrize("name", ["tokens", "depth", "order-or", "opener", "lost-head", "dyck2"])
def test_pointing_at_a_value_shows_where_it_comes_from_and_goes(name: str, page: Browser) -> None:
    key = key_of(name)
    page.point(f'[data-key="{key}"] text')
    near, far = expected(view_of(ALL["dyck2"]), key)
    assert (marked(page, "self"), marked(page, "near"), marked(page, "far")) == ({key}, near, far)
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=2)
    assert marked(page, "self") | marked(page, "near") | marked(page, "far") == set()


def test_the_edges_of_heads_say_where_a_value_is_read(page: Browser) -> None:
    page.point(f'[data-key="{key_of("order")}"] text')
    lit = page.run(f'[...{SHOWN}.querySelectorAll(".edge.lit")].map((each) => each.textContent)')
    assert [set(text.split()) - set("012345678") for text in lit] == [{"keyorder"}, {"query", "order", "-"}]


def test_tab_moves_through_values_and_heads_from_above(page: Browser) -> None:
    seen = []
    for _ in range(30):
        page.press("Tab")
        seen += page.run('[document.activeElement.dataset.key || ""]')
    order = [key for key in seen if key]
    assert order[:6] == [key_of(name) for name in ("tokens", "indices", "opens", "closes", "depth-head", "depth")]
    assert page.run("document.activeElement.matches('summary, body, [data-key]')")


def test_focus_follows_like_the_mouse(page: Browser) -> None:
    for _ in range(4):
        page.press("Tab")
    assert marked(page, "self") == keys_of("tokens")
    page.press("Escape")
    assert marked(page, "self") == set()


def test_escape_leaves_what_the_mouse_points_at_and_then_the_step(page: Browser) -> None:
    page.press("j")
    page.point(f'[data-key="{key_of("depth")}"] text')
    page.press("Escape")
    assert (marked(page, "self"), status(page)) == (set(), "input")
    page.press("Escape")
    assert status(page) == "all layers"


def test_the_script_keeps_its_names_to_itself(page: Browser) -> None:
    assert page.run("[typeof follow, typeof step, String(window.close).includes('native code')]") == [
        "undefined",
        "undefined",
        True,
    ]


# ------------------------------------------------------------------------------------------------ panel, steps, folds


def panel(page: Browser) -> str:
    """The text of the side panel; none where it is hidden."""
    return page.run('(({hidden, innerText}) => hidden ? "" : innerText)(document.getElementById("panel"))')


def test_a_click_on_a_head_shows_its_formula(page: Browser) -> None:
    assert panel(page) == ""
    page.point(f'[data-key="{key_of("partner")}"]', click=True)
    assert "select(level, level, ==) and select(order, order - 1, ==)" in panel(page)
    assert "selects keys" in panel(page)
    page.point("#close", click=True)
    assert panel(page) == ""


def test_pointing_at_a_query_shows_the_keys_that_it_selects(page: Browser) -> None:
    head = f'[data-key="{key_of("partner")}"]'
    page.point(f"{head} .matrix", click=True)
    page.point(f"{head} .edge:last-of-type .edge-cell:nth-last-of-type(7)")  # the fourth of the queries `order - 1`
    assert page.run('document.getElementById("selected").textContent') == "query 3 (1, 1) selects keys: 0\u00a0(1, 1)"
    assert page.run('document.querySelector("#about .pointed th").textContent') == "3"
    page.point(f'[data-key="{key_of("lost-head")}"] .matrix')  # the panel is about another head
    assert page.run('document.querySelector("#about .pointed th").textContent') == "3"


def test_the_panel_shows_all_columns_of_its_table(page: Browser) -> None:
    page.point(f'[data-key="{key_of("order-or")}"]', click=True)
    assert page.run(
        '(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector("#about .table"))'
    )


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_key_shows_details_and_escape_closes_them(key: str, page: Browser) -> None:
    for _ in range(8):
        page.press("Tab")
    page.press(key)
    assert "select(indices, indices, <=)" in panel(page)
    page.press("Escape")
    assert panel(page) == ""
    assert page.run("document.activeElement.dataset.key") == key_of("depth-head")


@pytest.mark.parametrize(("on", "back"), [("ArrowRight", "ArrowLeft"), ("j", "k")])
def test_keys_step_through_the_layers(on: str, back: str, page: Browser) -> None:
    assert status(page) == "all layers"
    seen = []
    for _ in range(6):
        page.press(on)
        dim = page.run(f'[...{SHOWN}.querySelectorAll(".layer.later")].length')
        seen.append((status(page), dim))
    layers = [(f"layer {number} of 4", 4 - number) for number in range(1, 5)]
    assert seen == [("input", 4), *layers, ("all layers", 0)]
    page.press(back)  # something disappears
    assert status(page) == "layer 3 of 4"
    assert page.run(f'[...{SHOWN}.querySelectorAll(".layer.later")].length') == 1
    page.press("Escape")
    assert status(page) == "all layers"
    page.press("Home")
    assert status(page) == "input"
    page.press("End")
    assert status(page) == "all layers"


def test_buttons_step_too(page: Browser) -> None:
    page.point("#on", click=True)
    page.point("#on", click=True)
    page.point("#back", click=True)
    assert status(page) == "input"


def test_a_wire_is_as_dim_as_the_layer_that_reads(page: Browser) -> None:
    page.press("j")
    page.press("j")
    script = f'[...{SHOWN}.querySelectorAll(".wire.later")].map((each) => each.dataset.layer)'
    assert set(page.run(script)) == {"2", "3", "4"}


def test_folded_values_come_and_go(page: Browser) -> None:
    names = f'[...{SHOWN}.querySelectorAll(".minor .name")].map((each) => each.textContent)'
    assert page.run(names) == []
    page.press("f")
    assert "order - 1" in page.run(names)
    page.point("#fold", click=True)
    assert page.run(names) == []


def test_focus_survives_folding(page: Browser) -> None:
    page.run(f"""{SHOWN}.querySelector('[data-key="{key_of("depth")}"]').focus()""")
    page.press("f")
    assert page.run(f"{SHOWN}.contains(document.activeElement) && document.activeElement.dataset.key") == key_of(
        "depth"
    )
    minor = page.run(f'{SHOWN}.querySelector(".minor").dataset.key')
    page.run(f"""{SHOWN}.querySelector('[data-key="{minor}"]').focus()""")
    page.press("Enter")
    page.press("f")
    assert page.run("document.activeElement.id") == "fold"
    page.press("Escape")
    assert (panel(page), page.run("document.activeElement.id")) == ("", "fold")


def test_nothing_to_fold(shared: Browser, tmp_path: Path) -> None:
    opened(shared, "selector", tmp_path)
    shared.press("f")
    assert shared.run('document.getElementById("fold").disabled')
    assert shared.complaints() == []


# --------------------------------------------------------------------------------- zoom, colours, print, screen readers


@pytest.mark.parametrize("name", ["dyck2", "dyck2_40", "hostile"])
def test_at_200_percent_only_the_drawing_scrolls_sideways(name: str, shared: Browser, tmp_path: Path) -> None:
    opened(shared, name, tmp_path, width=640, height=450, scale=2)
    shared.point('[data-key="h0"]', click=True)
    shared.run('document.querySelector("details").open = true')
    assert shared.run("document.scrollingElement.scrollWidth <= innerWidth")


def test_the_dark_scheme_changes_colours_on_the_screen_only(shared: Browser, tmp_path: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    opened(shared, "dyck2", tmp_path, prefers_color_scheme="light")
    assert shared.run(ground) == "rgb(255, 255, 255)"
    opened(shared, "dyck2", tmp_path, prefers_color_scheme="dark")
    assert shared.run(ground) == "rgb(20, 23, 26)"
    assert shared.run('getComputedStyle(document.querySelector("text")).fill') == "rgb(228, 231, 234)"
    shared.call("Emulation.setEmulatedMedia", media="print")
    assert shared.run(ground) == "rgb(255, 255, 255)"


def test_print_shows_the_layers_and_no_controls(page: Browser, tmp_path: Path) -> None:
    page.point(f'[data-key="{key_of("depth")}"]', click=True)
    page.call("Emulation.setEmulatedMedia", media="print")
    visible = "[...document.querySelectorAll({})].filter((each) => each.getClientRects().length).length"
    assert page.run(visible.format('".bar, .help, aside, .drawing > svg:not(.slice)"')) == 0
    assert page.run(visible.format('".slice"')) == 5
    page.print(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def tree(page: Browser) -> list[tuple[str, str]]:
    """What screen readers are told: roles and names."""
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    shown = [node for node in nodes if not node["ignored"]]
    return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in shown]


def test_screen_readers_hear_values_and_heads(page: Browser) -> None:
    found = tree(page)
    assert ("heading", 'dyck2("({}){}()(}")') in found
    assert ("group", "layer 2") in found
    assert ("button", "depth = round((indices + 1) * aggregate(so_far, indicator(opens) - indicator(closes))) (ints): "
            "1, 2, 1, 0, 1, 0, 1, 0, 1, 0") in found  # fmt: skip
    head = "head 1 so_far; select(indices, indices, <=); keys indices; queries indices; reads indicator(opens) - "
    assert any(role == "button" and name.startswith(head) for role, name in found)
    assert ("checkbox", "show folded values (f)") in found
    assert ("status", "") in found or any(role == "status" for role, _ in found)


def test_screen_readers_find_the_tables(page: Browser) -> None:
    page.run('document.querySelector("details").open = true')
    found = tree(page)
    assert ("columnheader", "selects keys") in found
    assert ("rowheader", "value") in found
    assert sum(role == "table" for role, _ in found) == len(ALL["dyck2"].values) + len(ALL["dyck2"].heads)
