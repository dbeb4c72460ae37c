"""Drawings in a real browser: sizes, zoom, colours, print, and what screen readers hear."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from rasp.draw.files import write_drawing
from tests.draw.browser import Browser
from tests.draw.flows import ALL
from tests.draw.pages import INLINE, LIMITS, OVERLAPS, key_of, opened, sized
from tests.draw.real import own_flow


@pytest.mark.parametrize("name", ["dyck2", "dyck2_40", "hostile"])
def test_at_200_percent_only_the_drawing_scrolls_sideways(name: str, shared: Browser, tmp_path: Path) -> None:
    opened(shared, name, tmp_path, width=640, height=450, scale=2)
    shared.point('[data-key="h0"]', click=True)
    shared.run('document.querySelector("details").open = true')
    assert shared.run("document.scrollingElement.scrollWidth <= innerWidth")


def test_the_dark_scheme_changes_colours_on_the_screen_only(page: Browser) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page.resize(prefers_color_scheme="light")
    assert page.run(ground) == "rgb(255, 255, 255)"
    page.resize(prefers_color_scheme="dark")
    assert page.run(ground) == "rgb(20, 23, 26)"
    assert page.run('getComputedStyle(document.querySelector("text")).fill') == "rgb(228, 231, 234)"
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.run(ground) == "rgb(255, 255, 255)"


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


def test_texts_are_printed_in_the_size_of_the_picture(page: Browser) -> None:
    """The slices use the picture, and what is used inherits from them."""
    page.run("const all = document.getElementById('picture-few'); all.replaceChildren(all.querySelector('text'))")
    height = "document.querySelector({}).getBBox().height"
    shown = page.run(height.format("'#picture-few'"))
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.run(height.format("'.slice use'")) == pytest.approx(shown, rel=0.1)


def test_zoom_grows_the_picture_and_not_the_page(page: Browser) -> None:
    for key in "++":
        page.press(key)
    found = page.run(LIMITS)
    assert (round(found["width"], 2), found["sideways"]) == (1.56, False)
    page.press("0")
    assert round(page.run(LIMITS)["width"], 2) == 1


@pytest.fixture(scope="module")
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """A number of tokens, and a drawing with as many."""
    path = tmp_path_factory.mktemp("page") / "a.html"
    write_drawing(sized(request.param), path)
    return request.param, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
@pytest.mark.parametrize("drawn", [1, 5, 20, 60], indirect=True, scope="module")
def test_pictures_fit_the_width(drawn: tuple[int, Path], width: int, scheme: str, shared: Browser) -> None:
    n, path = drawn
    shared.show(path, width=width, height=width * 9 // 16, prefers_color_scheme=scheme)
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
    before = shared.look()
    shared.run(f"(() => {{ {INLINE} }})()")
    assert shared.run("document.querySelectorAll('.drawing > svg:not(.slice) use').length") == 0
    assert shared.look() == before


def test_a_short_drawing_is_printed_on_one_page(shared: Browser, tmp_path: Path) -> None:
    opened(shared, "selector", tmp_path)
    shared.print(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().count(b"/Type /Page\n") == 1


def test_a_layer_higher_than_a_page_is_printed_on_several(shared: Browser, tmp_path: Path) -> None:
    """Fifteen heads in a layer are as large as others; nothing is left out between two slices."""
    source = "".join(f"a{k} = aggregate(select(indices, indices * {k} % 7, ==), indices);" for k in range(15))
    write_drawing(
        own_flow(source + f"y = {' + '.join(f'a{k}' for k in range(15))};", "y", "abcdefg"), tmp_path / "a.html"
    )
    shared.open(tmp_path / "a.html")
    boxes = shared.run("""[...document.querySelectorAll("#few > .slice")].map((each) => each.viewBox.baseVal).map(
        (box) => [box.y, box.height, box.width])""")
    assert len(boxes) > 4
    assert all(high <= 1.25 * wide for _, high, wide in boxes)
    assert all(y + high == pytest.approx(after, abs=0.02) for (y, high, _), (after, _, _) in itertools.pairwise(boxes))
    shared.print(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().count(b"/Type /Page\n") >= len(boxes) - 1
