"""Drawings in a real browser: following values, steps through the layers, folds, lines from queries to keys."""

from __future__ import annotations

from pathlib import Path

import pytest

import rasp
from rasp.draw.files import write_drawing
from rasp.draw.view import view_of
from rasp.model.network import Network
from rasp.session.model_drawing import model_flow
from tests.draw.browser import Browser
from tests.draw.flows import ALL
from tests.draw.pages import PAUSE, SHOWN, expected, key_of, keys_of, marked, opened, panel, sized, status


@pytest.mark.parametrize("name", ["tokens", "depth", "order-or", "opener", "lost-head", "dyck2"])
def test_pointing_at_a_value_shows_where_it_comes_from_and_goes(name: str, page: Browser) -> None:
    key = key_of(name)
    page.point(f'[data-key="{key}"] text')
    near, far = expected(view_of(ALL["dyck2"]), key)
    assert (marked(page, "self"), marked(page, "near"), marked(page, "far")) == ({key}, near, far)
    page.leave()
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


def linked(page: Browser) -> list[str]:
    """The tokens at the ends of lines, from above."""
    return page.run(f'[...{SHOWN}.querySelectorAll(".linked")].map((each) => each.textContent)')


def test_a_click_keeps_the_lines_and_escape_removes_them(page: Browser) -> None:
    head = f'[data-key="{key_of("partner")}"]'
    page.point(f'{head} .edge[data-role="key"] > g > text:last-of-type', click=True)
    page.leave()
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


def test_the_address_keeps_the_step(page: Browser, tmp_path: Path) -> None:
    page.press("j")
    page.press("j")
    assert page.run("location.hash") == "#layer=1"
    page.run('location.hash = "#layer=3"')
    page.run("new Promise((done) => setTimeout(done, 50))")
    assert status(page) == "layer 3 of 4"
    page.press("End")
    assert page.run("location.hash") == ""


def test_a_narrower_window_shows_the_same_step(page: Browser) -> None:
    page.press("j")
    page.press("j")
    page.call("Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=1, mobile=False)
    page.run(PAUSE)
    later = '[...document.querySelectorAll("#few > .narrow .layer.later")].map((each) => each.dataset.layer)'
    assert page.run(later) == ["2", "3", "4"]


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


def test_nothing_to_fold(shared: Browser, tmp_path: Path) -> None:
    opened(shared, "selector", tmp_path)
    shared.press("f")
    assert shared.run('document.getElementById("fold")') is None
    assert shared.complaints() == []


def test_pointing_at_a_query_draws_lines_to_its_keys(shared: Browser, tmp_path: Path) -> None:
    opened(shared, "sort", tmp_path)
    head = '[data-key="h0"]'
    shared.point(f'{head} .edge[data-role="query"] > g > text:last-of-type')
    count = shared.run(f"{SHOWN}.querySelectorAll('.lines').length")
    assert count == sum(next(view_of(ALL["sort"]).panels).head.matrix[-1])
    told = shared.run('document.getElementById("tip").textContent')
    assert told.startswith(f"query {len(ALL['sort'].tokens) - 1} (")
    shared.leave()
    assert linked(shared) == []
    assert shared.complaints() == []
