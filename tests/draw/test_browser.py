"""Drawings in a real browser: what it measures, what keys and the mouse do, what it prints, what it tells others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rasp
from rasp.draw.drawing import Drawing
from rasp.draw.files import write_drawing
from rasp.draw.flow import Flow
from rasp.draw.view import View, view_of
from rasp.model.network import Network
from rasp.session.model_drawing import model_flow
from tests.draw.browser import PROGRAM, Browser, browser
from tests.draw.flows import ALL
from tests.draw.real import own_flow

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine"),
]

# Puts what another picture of the page has in the place of each reference to it.
INLINE = """
for (const use of document.querySelectorAll(".drawing > svg:not(.slice) use")) {
  const copy = document.querySelector(use.getAttribute("href")).cloneNode(true);
  const group = document.createElementNS(use.namespaceURI, "g");
  copy.removeAttribute("id");
  group.setAttribute("transform", `translate(${use.getAttribute("x")} ${use.getAttribute("y")})`);
  group.append(copy);
  use.replaceWith(group);
}
"""

OVERLAPS = (
    f"(() => {{ {INLINE}"
    + """
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
)

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
    write_drawing(ALL[name], path)
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


PAUSE = "new Promise((done) => setTimeout(done, 500))"


def seen(page: Browser) -> list[str]:
    """What each frame of a page looks like."""
    clips = [{**{side: box[side] for side in ("x", "y", "width", "height")}, "scale": 1} for box in page.run(FRAMES)]
    return [page.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"] for clip in clips]


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
    shared.open(tmp_path / "page.html", height=1600)
    for _ in range(40):  # a busy browser may give the click to the page, for it does not know yet where the frame lies
        shared.point("iframe", click=True)  # before the first look: the page scrolls, and the mouse marks what it is on
        if shared.run("document.activeElement === document.querySelector('iframe')"):
            break
        shared.run(PAUSE)
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
    for _ in range(33):
        page.press("Tab")
        seen += page.run('[document.activeElement.dataset.key || ""]')
    order = [key for key in seen if key]
    assert order[:6] == [key_of(name) for name in ("tokens", "indices", "opens", "closes", "depth-head", "depth")]
    assert page.run("document.activeElement.matches('summary, body, [data-key]')")


def test_focus_follows_like_the_mouse(page: Browser) -> None:
    for _ in range(7):
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
    page.point(
        f"{head} .edge:nth-last-of-type(2) > g > text:nth-last-of-type(7)"
    )  # the fourth of the queries `order - 1`
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
    for _ in range(11):
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
    assert shared.run('document.getElementById("fold")') is None
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


def test_a_layer_higher_than_a_page_is_printed_on_several(shared: Browser, tmp_path: Path) -> None:
    """Thirty heads in a layer are as large as others; nothing is left out between two slices."""
    source = "".join(f"a{k} = aggregate(select(indices, indices * {k} % 7, ==), indices);" for k in range(30))
    write_drawing(
        own_flow(source + f"y = {' + '.join(f'a{k}' for k in range(30))};", "y", "abcdefg"), tmp_path / "a.html"
    )
    shared.open(tmp_path / "a.html")
    boxes = shared.run("""[...document.querySelectorAll("#few > .slice")].map((each) => each.viewBox.baseVal).map(
        (box) => [box.y, box.height, box.width])""")
    assert len(boxes) > 4
    assert all(high <= 1.25 * wide for _, high, wide in boxes)
    assert all(y + high == pytest.approx(after, abs=0.02) for (y, high, _), (after, _, _) in itertools.pairwise(boxes))
    shared.print(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().count(b"/Type /Page\n") >= len(boxes) - 1


def test_texts_are_printed_in_the_size_of_the_picture(page: Browser) -> None:
    """The slices use the picture, and what is used inherits from them."""
    page.run("const all = document.getElementById('picture-few'); all.replaceChildren(all.querySelector('text'))")
    height = "document.querySelector({}).getBBox().height"
    shown = page.run(height.format("'#picture-few'"))
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.run(height.format("'.slice use'")) == pytest.approx(shown, rel=0.1)


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


# ------------------------------------------------------------------------------- size, tokens, steps in the address

LIMITS = (
    f"(() => {{ {INLINE}"
    + """
  const root = [...document.querySelectorAll(".drawing > svg")].find((each) => each.getClientRects().length);
  const texts = [...root.querySelectorAll("text")].filter((each) => each.textContent.trim());
  const scale = root.getBoundingClientRect().width / root.viewBox.baseVal.width;
  const sizes = texts.map((each) => parseFloat(getComputedStyle(each).fontSize) * scale);
  const heads = [...root.querySelectorAll(".head")].map((each) => each.getBoundingClientRect());
  return {
    least: Math.min(...sizes),
    width: root.getBoundingClientRect().width / document.documentElement.clientWidth,
    off: heads.filter((box) => box.left < 0 || box.right > innerWidth + 1).length,
    narrow: root.matches(".narrow"),
    sideways: document.scrollingElement.scrollWidth > innerWidth,
  };
})()"""
)


def sized(n: int) -> Flow:
    """The flow of a program with a width and an aggregate on n tokens."""
    source = "same = select(tokens, tokens, ==); share = 1 / selector_width(same) + aggregate(same, indices);"
    return own_flow(source, "share", ("waterfalls" * 6)[:n])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
@pytest.mark.parametrize("n", [1, 5, 20, 60])
def test_pictures_fit_the_width(n: int, width: int, scheme: str, shared: Browser, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    write_drawing(sized(n), path)
    shared.open(path, width=width, height=width * 9 // 16, prefers_color_scheme=scheme)
    found = shared.run(LIMITS)
    assert (round(found["width"], 2), found["off"], found["sideways"]) == (1, 0, False)
    assert found["narrow"] == (width == 360)
    assert found["least"] >= (16 if width >= 1280 else 9 if n <= 5 else 0) or n > 5
    assert shared.run(OVERLAPS) == []
    assert shared.complaints() == []


@pytest.mark.parametrize(("name", "width"), [("dyck2_40", 360), ("dyck2", 360), ("dyck2", 900)])
def test_what_pictures_share_looks_the_same_in_each(name: str, width: int, shared: Browser, tmp_path: Path) -> None:
    """A reference to what another picture has looks like a copy of it."""
    opened(shared, name, tmp_path, width=width)
    shared.press("f")
    shared.run("document.getElementById('fold').blur()")
    assert shared.run("document.querySelectorAll('#all use').length") > 20
    before = shared.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
    shared.run(f"(() => {{ {INLINE} }})()")
    assert shared.run("document.querySelectorAll('.drawing > svg:not(.slice) use').length") == 0
    assert shared.call("Page.captureScreenshot", captureBeyondViewport=True)["data"] == before


def test_zoom_grows_the_picture_and_not_the_page(page: Browser) -> None:
    for key in "++":
        page.press(key)
    found = page.run(LIMITS)
    assert (round(found["width"], 2), found["sideways"]) == (1.56, False)
    page.press("0")
    assert round(page.run(LIMITS)["width"], 2) == 1


def linked(page: Browser) -> list[str]:
    """The tokens at the ends of lines, from above."""
    return page.run(f'[...{SHOWN}.querySelectorAll(".linked")].map((each) => each.textContent)')


def test_pointing_at_a_query_draws_lines_to_its_keys(shared: Browser, tmp_path: Path) -> None:
    opened(shared, "sort", tmp_path)
    head = '[data-key="h0"]'
    shared.point(f'{head} .edge[data-role="query"] > g > text:last-of-type')
    count = shared.run(f"{SHOWN}.querySelectorAll('.lines').length")
    assert count == sum(next(view_of(ALL["sort"]).panels).head.matrix[-1])
    told = shared.run('document.getElementById("tip").textContent')
    assert told.startswith(f"query {len(ALL['sort'].tokens) - 1} (")
    shared.call("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=2)
    assert linked(shared) == []
    assert shared.complaints() == []


def test_a_click_keeps_the_lines_and_escape_removes_them(page: Browser) -> None:
    head = f'[data-key="{key_of("partner")}"]'
    page.point(f'{head} .edge[data-role="key"] > g > text:last-of-type', click=True)
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=2)
    assert linked(page)
    page.press("Escape")
    assert linked(page) == []


def test_arrow_keys_walk_through_queries_and_keys(page: Browser) -> None:
    page.run(f"""{SHOWN}.querySelector('[data-key="{key_of("depth-head")}"]').focus()""")
    count = f"{SHOWN}.querySelectorAll('.lines').length"
    seen = []
    for _ in range(3):
        page.press("ArrowDown")
        seen.append(page.run(count))
    assert seen == [1, 2, 3]  # select(indices, indices, <=)
    assert page.run('document.getElementById("tip").textContent') == "query 2 (2) → keys 0 (0), 1 (1), 2 (2)"


def test_a_narrower_window_shows_the_same_step(page: Browser) -> None:
    page.press("j")
    page.press("j")
    page.call("Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=1, mobile=False)
    page.run(PAUSE)
    later = '[...document.querySelectorAll("#few > .narrow .layer.later")].map((each) => each.dataset.layer)'
    assert page.run(later) == ["2", "3", "4"]


def test_the_address_keeps_the_step(page: Browser, tmp_path: Path) -> None:
    page.press("j")
    page.press("j")
    assert page.run("location.hash") == "#layer=1"
    page.run('location.hash = "#layer=3"')
    page.run("new Promise((done) => setTimeout(done, 50))")
    assert status(page) == "layer 3 of 4"
    page.press("End")
    assert page.run("location.hash") == ""


def test_weights_are_told_under_the_mouse(shared: Browser, tmp_path: Path) -> None:
    path = tmp_path / "model.html"
    write_drawing(model_flow(histogram_model(), tuple("abab")), path)
    shared.open(path)
    assert "BOS" in shared.run(f'{SHOWN}.querySelector(".edge[data-role=key]").textContent')
    assert shared.run(f'{SHOWN}.querySelectorAll(".layer > .weight").length') == 20
    shared.point('[data-key="h0"] .weight')
    shared.point('[data-key="h0"] .matrix')  # its middle: the query at position 2, and its own key
    assert shared.run('document.getElementById("tip").textContent') == 'query 2 ("b"), key 2 ("b"): 0.333'
    assert shared.complaints() == []


def histogram_model() -> Network:
    module = rasp.load("histogram")
    return module["hist"].compile(vocab="ab", max_length=4).network


def test_the_heads_of_a_width_are_told_on_demand(shared: Browser, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    write_drawing(sized(5), path)
    shared.open(path)
    assert "1 drawn, 3 counted" in shared.run(f"{SHOWN}.textContent")
    shared.point('[data-key="h0"] .name', click=True)
    shared.point("#about .parts summary", click=True)
    assert "Position 0 stands in for a BOS position" in panel(shared)
    assert shared.run('document.querySelectorAll("#about .part").length') == 3


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


def test_a_short_drawing_is_printed_on_one_page(shared: Browser, tmp_path: Path) -> None:
    opened(shared, "selector", tmp_path)
    shared.print(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().count(b"/Type /Page\n") == 1
