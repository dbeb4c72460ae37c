"""What the tests in a browser ask of a page of a drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasp.draw.files import write_drawing
from rasp.draw.flow import Flow
from rasp.draw.view import View, view_of
from tests.draw.browser import Browser
from tests.draw.flows import ALL
from tests.draw.real import own_flow

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


PAUSE = "new Promise((done) => setTimeout(done, 500))"


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


# The document as text. What cannot be told from its absence is left out.
MARKUP = """document.documentElement.outerHTML.replace(/ (?:style|class)=""/g, "")"""

# Takes back what the script of a page or its reader has changed. The value is whether all of it is as it was at first.
RENEW = (
    """(() => {
  const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key }));
  for (const key of ["Escape", "Escape", "Escape", "End", "0"]) press(key); // lines, panel, highlight; step, zoom
  if (document.getElementById("fold").checked) document.getElementById("fold").click();
  for (const each of document.querySelectorAll("details[open]")) each.open = false;
  for (const each of document.querySelectorAll("#tip, #about, #selected")) each.replaceChildren(); // hidden by now
  document.getElementById("tip").removeAttribute("style");
  document.body.tabIndex = -1; // the next Tab goes to the first element of the page
  document.body.focus();
  document.body.blur();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
  return """
    + MARKUP
    + """ === first; })()"""
)


def renewed(page: Browser, path: Path) -> None:
    """Shows a drawing as it is when it has been opened; opens it only if that is needed."""
    page.leave()
    if page.shown == path:
        page.resize()
        if page.run(RENEW):
            page.events.clear()
            return
    page.open(path)
    page.run(f"globalThis.first = {MARKUP}; null")


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


def panel(page: Browser) -> str:
    """The text of the side panel; none where it is hidden."""
    return page.run('(({hidden, innerText}) => hidden ? "" : innerText)(document.getElementById("panel"))')


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


def sized(n: int) -> Flow:
    """The flow of a program with a width and an aggregate on n tokens."""
    source = "same = select(tokens, tokens, ==); share = 1 / selector_width(same) + aggregate(same, indices);"
    return own_flow(source, "share", ("waterfalls" * 6)[:n])
