"""The page of a drawing: what it holds, and what it does in a real browser."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

import rasp
from rasp.draw import html
from rasp.drawing import flow_of
from tests.draw.browser import browse, dump, needs_browser
from tests.draw.flows import ALL

VOID = {"meta", "br"}
HELPERS = """
const all = (selector) => [...document.querySelectorAll(selector)];
const picture = () => all("figure svg").find((svg) => !svg.hidden && !svg.hasAttribute("hidden"));
const named = (name) => [...picture().querySelectorAll(".value, .head")].find((node) =>
  node.getAttribute("aria-label").startsWith(name));
const press = (key, target = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const labels = (selector) => [...picture().querySelectorAll(selector)].map((node) =>
  node.getAttribute("aria-label").split(/[:;=(]/)[0].trim()).sort();
"""


class Balance(HTMLParser):
    """Notes tags that are not closed in their order, and all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page() -> str:
    session = rasp.Session()
    session.run("share = aggregate(select(tokens, tokens, ==), indices); x = ((share + 1) * 2) if indices > 0 else 7;")
    return html.render(flow_of([session["x"]], session.names_of_nodes, "abba"))


@pytest.mark.parametrize("name", ALL)
def test_well_formed_and_alone(name: str) -> None:
    text = html.render(ALL[name])
    parser = Balance()
    parser.feed(text)
    assert parser.open == []
    assert not [name for name, _ in parser.attributes if name.startswith("on") or name in ("src", "href", "style")]
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert text == html.render(ALL[name])


def test_nothing_ends_the_embedded_data() -> None:
    token = "</script><!--<script>\u2028&amp;'\""
    flow = flow_of([rasp.tokens], rasp.tokens._names, [token, "a"])
    text = html.render(flow)
    assert text.count("</script>") == 2
    assert "<!--" not in text
    assert "\u2028" not in text


@needs_browser
def test_nothing_else_may_run(page: str) -> None:
    assert browse(page, "return 1;", keep_policy=True) is None
    assert '<span id="step" class="scripted" aria-live="polite">all layers</span>' in dump(page)


@needs_browser
def test_what_the_page_does(page: str) -> None:
    found = browse(
        page,
        HELPERS
        + """
        const found = {};
        found.start = [labels(".value").length, labels(".head").length];
        named("share").focus();
        named("share").dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
        found.lit = labels(".lit");
        found.near = labels(".value.near, .head.near");
        found.wires = picture().querySelectorAll(".wire.near").length;
        named("indices").dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
        found.pointed = labels(".lit");
        picture().dispatchEvent(new PointerEvent("pointerleave"));
        found.dark = labels(".lit");

        press("Enter", named("head 1"));
        const panel = document.getElementById("panel");
        const said_of_queries = panel.textContent.includes("0 a → 0 a, 3 a");
        found.panel = [panel.hidden, panel.querySelector("h2").textContent, said_of_queries];
        found.focused = document.activeElement.className;
        press("Escape");
        found.closed = [panel.hidden, document.activeElement.getAttribute("aria-label").split(";")[0]];
        named("x").dispatchEvent(new MouseEvent("click", { bubbles: true }));
        found.clicked = panel.querySelector("h2").textContent;
        panel.querySelector(".close").click();

        const later = () => [...picture().querySelectorAll(".layer.later")].length;
        const said = () => document.getElementById("step").textContent;
        found.steps = [];
        for (const key of ["Home", "ArrowRight", "j", "k", "ArrowLeft", "k", "End"]) {
          press(key);
          found.steps.push(`${key}: ${later()} later, ${said()}`);
        }
        press("f");
        found.unfolded = [labels(".value").length, document.getElementById("fold").getAttribute("aria-pressed")];
        document.getElementById("fold").click();
        found.folded = labels(".value").length;
        found.roles = all("[tabindex]").every((node) => node.getAttribute("role") && node.getAttribute("aria-label"));
        return found;
        """,
    )
    assert found == {
        "start": [4, 1],
        "lit": ["share"],
        "near": ["head 1", "x"],
        "wires": 2,
        "pointed": ["indices"],
        "dark": [],
        "panel": [False, "layer 1, head 1", True],
        "focused": "close",
        "closed": [True, "head 1"],
        "clicked": "x",
        "steps": [
            "Home: 1 later, the input",
            "ArrowRight: 0 later, up to layer 1",
            "j: 0 later, all layers",
            "k: 0 later, up to layer 1",
            "ArrowLeft: 1 later, the input",
            "k: 1 later, the input",
            "End: 0 later, all layers",
        ],
        "unfolded": [7, "true"],
        "folded": 4,
        "roles": True,
    }


@needs_browser
@pytest.mark.parametrize("name", ["hostile", "dyck2"])
def test_every_page_lays_out_without_cut_texts(name: str) -> None:
    found: Any = browse(
        html.render(ALL[name]),
        """
        const box = document.querySelector("figure svg").getBoundingClientRect();
        const cut = [...document.querySelectorAll("figure svg:not([hidden]) text")].filter((node) => {
          const place = node.getBoundingClientRect();
          return place.left < box.left - 1 || place.right > box.right + 1 || place.bottom > box.bottom + 1;
        });
        return [cut.map((node) => node.textContent), document.body.scrollWidth <= window.innerWidth];
        """,
        "--window-size=500,800",
        "--force-device-scale-factor=2",
    )
    assert found == [[], True]
