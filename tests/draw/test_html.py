"""The HTML page as text: complete in itself, closed to everything else, and nothing of a flow in its script."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import rasp.draw
from rasp.draw import render
from rasp.draw.style import DARK, LIGHT
from rasp.draw.text_width import clean
from tests.draw.flows import ALL
from tests.draw.real import REAL

FLOWS = {**ALL, **REAL}
VOID = {"meta", "input"}


class Page(HTMLParser):
    """A page's elements and texts; every element has to be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), "an attribute twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)


@functools.cache
def text_of(name: str) -> str:
    """The page of a flow, which several tests look at."""
    return render(FLOWS[name], "html")


@functools.cache
def page_of(name: str) -> Page:
    return Page(text_of(name))


@pytest.mark.parametrize("name", FLOWS)
def test_the_page_is_well_formed_and_needs_nothing_else(name: str) -> None:
    page = page_of(name)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "foreignobject")
        assert not {"src", "style", "xlink:href", "action"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize("name", FLOWS)
def test_the_policy_allows_its_own_script_and_style_only(name: str) -> None:
    page = page_of(name)
    (policy,) = [str(attributes["content"]) for _, attributes in page.elements if "http-equiv" in attributes]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind in ("script", "style"):
        (text,) = page.texts[kind]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_the_script_and_style_are_the_same_for_all_flows() -> None:
    pages = [page_of(name) for name in ALL]
    for kind in ("script", "style"):
        assert len({"".join(page.texts[kind]) for page in pages}) == 1
    assert pages[0].texts["script"] == [Path(rasp.draw.__file__).with_name("page.js").read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", FLOWS)
def test_all_texts_are_there(name: str) -> None:
    flow = FLOWS[name]
    texts = {text for kind in page_of(name).texts.values() for text in kind}
    wanted = [flow.title, flow.summary]
    wanted += [text for value in flow.values.values() for text in (value.name, value.formula, *value.cells)]
    wanted += [text for head in flow.heads.values() for text in (head.name, head.formula, head.note)]
    wanted += [text for definition in flow.definitions.items() for text in definition]
    wanted += [f"{name} = {formula}" for head in flow.heads.values() for name, formula in head.definitions]
    assert {clean(text) for text in wanted if text} <= texts


@pytest.mark.parametrize("name", FLOWS)
def test_what_can_be_pointed_at_has_a_role_a_name_and_details(name: str) -> None:
    page = page_of(name)
    ids = {attributes.get("id") for _, attributes in page.elements}
    groups = [attributes for _, attributes in page.elements if "data-key" in attributes]
    assert len({group["data-key"] for group in groups}) >= len(FLOWS[name].values) + len(FLOWS[name].heads)
    for group in groups:
        assert (group["role"], group["tabindex"]) == ("button", "0")
        assert group["aria-label"]
        assert f"about-{group['data-key']}" in ids


def test_a_page_opens_folded_or_not() -> None:
    for folded in (True, False):
        page = Page(render(ALL["dyck2"], "html", folded=folded))
        hidden = {attributes["id"]: "hidden" in attributes for _, attributes in page.elements if "id" in attributes}
        assert (hidden["few"], hidden["all"]) == (not folded, folded)
    assert 'id="all"' not in render(ALL["selector"], "html", folded=False)


def test_no_page_names_a_place_in_the_network() -> None:
    for name in ALL:
        assert re.findall("http(?!-equiv)|//[a-z]", text_of(name)) == []


@pytest.mark.parametrize("name", FLOWS)
def test_a_page_is_the_same_each_time(name: str) -> None:
    assert render(FLOWS[name], "html") == text_of(name)


def test_selected_keys_stand_with_their_values() -> None:
    assert (
        '<th scope="row">3</th><td>e</td><td>3</td><td>0</td><td class="keys">0&nbsp;(w), 1&nbsp;(a), 6&nbsp;(a)</td>'
        in render(ALL["sort"], "html")
    )
    assert "<bdi>(שלום, " in render(ALL["hostile"], "html")


def test_matrices_stand_in_words() -> None:
    page = render(ALL["reverse_2"], "html")
    assert re.search(r'<th scope="row">0</th><td>1</td><td class="keys">1</td>', page)
    assert re.search(r'<th scope="row">1</th><td>0</td><td class="keys">0</td>', page)


def test_a_page_of_forty_tokens_is_small() -> None:
    page = render(ALL["dyck2_40"], "html")
    assert len(page.encode()) < 370_000
    assert 'class="cell"' not in page  # there are thousands, and no rule is about them


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_texts_stand_out_from_what_is_behind_them(colors: dict[str, str]) -> None:
    for text in ("ink", "quiet", "accent"):
        for ground in ("paper", "card"):
            assert _contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
    assert _contrast(colors["ink"], colors["shade"]) >= 4.5
    for line in ("line", "wire", "accent"):
        for ground in ("paper", "card"):
            assert _contrast(colors[line], colors[ground]) >= 3, (line, ground)
    assert _contrast(colors["quiet"], colors["paper"]) >= 7  # projectors take half of it
    for ground in ("paper", "selected"):
        assert _contrast(colors["grid"], colors[ground]) >= 3, ground  # the lines between cells


def test_colours_differ_in_lightness() -> None:
    lights = sorted(_lightness(LIGHT[name]) for name in ("accent", "shade", "paper"))
    assert lights[1] > 3 * lights[0]
    assert lights[2] > 1.3 * lights[1]


def _lightness(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted([_lightness(one), _lightness(other)])
    return (light + 0.05) / (dark + 0.05)


def test_words_from_right_to_left_keep_their_order_in_a_title() -> None:
    flow = replace(ALL["hist_1"], title='hist(["\u05d0\u05d1", "\u05d2"])')
    assert render(flow, "html").count("<bdi>\u05d0\u05d1</bdi>") == 1
    assert render(flow, "svg").count('<tspan unicode-bidi="isolate">') == 2


@pytest.mark.parametrize("char", "\u061c\u200b\u00ad\ufeff\u2060\u200f")
def test_what_nobody_would_see_is_made_visible(char: str) -> None:
    flow = replace(ALL["hist_1"], title=f"a{char}b")
    assert "<h1>a\ufffdb</h1>" in render(flow, "html")
