"""Drawings as a page for a browser: a `Flow` goes in, one HTML file comes out that needs nothing else.

The page holds the picture that `svg.py` draws, folded and unfolded, the text drawing for those who do not see it, and a
script (`page.js`) that lights up, explains and steps. Without the script the picture is all there.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasp.draw import text
from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.measure import clean
from rasp.draw.picture import Picture
from rasp.draw.style import DARK, LIGHT, css
from rasp.draw.svg import body, escape, size
from rasp.draw.view import Edge, Panel, Row, View, view_of

SHOWN = 2_000  # selected keys that the details of a head list
HELP = """\
Point at a value to see where it comes from and goes; click it for details.
<kbd>←</kbd> <kbd>→</kbd> step through the layers, <kbd>f</kbd> unfolds values, <kbd>Esc</kbd> ends."""


def render(flow: Flow) -> str:
    """The flow as a page.

    >>> from rasp.draw.flow import Flow, Layer, Value
    >>> row = Value("v1", "tokens", "tokens", "strings", ("a",))
    >>> render(Flow("tokens", "", ("a",), (Layer(0, computed=(row,)),), ("v1",))).split("\\n")[0]
    '<!DOCTYPE html>'
    """
    view, whole = view_of(flow), view_of(flow, folded=False)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            *_head(flow),
            "<body>",
            *_toolbar(flow, view),
            "<main>",
            f'<figure aria-label="{escape(clean(flow.title))}: {escape(clean(flow.summary))}">',
            *_svg(layout(view), hidden=False),
            *(_svg(layout(whole), hidden=True) if view.is_folded else ()),
            "</figure>",
            _PANEL,
            "</main>",
            f"<details><summary>The same as text</summary>\n<pre>{escape(text.render(flow))}</pre></details>",
            f'<script type="application/json" id="details">{_json(_details(whole))}</script>',
            f"<script>{_asset('page.js')}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


_PANEL = """\
<aside id="panel" aria-label="Details" hidden>
<button class="close" type="button">close</button>
<h2></h2>
<div class="about" aria-live="polite"></div>
</aside>"""


def _head(flow: Flow) -> Iterator[str]:
    """The head, which lets the page load nothing and run no script but its own."""
    style = _style()
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(_asset('page.js'))}'"
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(clean(flow.title))}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"


def _toolbar(flow: Flow, view: View) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{escape(clean(flow.title))}</h1>"
    yield '<button type="button" id="back" class="scripted" aria-label="one layer back" hidden>◂</button>'
    yield '<span id="step" class="scripted" aria-live="polite" hidden></span>'
    yield '<button type="button" id="next" class="scripted" aria-label="one layer on" hidden>▸</button>'
    kind = "scripted" if view.is_folded else "never"
    yield f'<button type="button" id="fold" class="{kind}" aria-pressed="false" hidden>unfold values</button>'
    yield "</header>"
    yield f'<p class="help scripted" hidden>{HELP}</p>'


def _svg(picture: Picture, hidden: bool) -> Iterator[str]:
    """A picture inside the page; its groups speak for themselves, so it has no role of its own."""
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size(picture)} role="group"{" hidden" if hidden else ""}>'
    yield from body(picture, focusable=True)
    yield "</svg>"


@functools.cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@functools.cache
def _style() -> str:
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{css(DARK)}\n}}"
    return f"{css(LIGHT)}\n{dark}\n{_asset('page.css')}"


def _digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _json(value: Any) -> str:
    """JSON inside a script element: nothing in it can end the element."""
    shown = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return shown.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


# ---------------------------------------------------------------------------------------------------------- details


def _details(view: View) -> dict[str, Any]:
    """What the page tells of each value and head: a title, and lines of a term and a text."""
    told = {row.key: {"title": clean(row.name), "lines": _row_lines(row)} for row in view.rows}
    for band in view.bands:
        for panel in band.panels:
            title = f"layer {band.number}, {panel.label}"
            told[panel.key] = {"title": title, "lines": _panel_lines(panel, view.flow)}
    return told


def _row_lines(row: Row) -> list[list[str]]:
    value = row.value
    cells = " ".join(map(clean, value.cells))
    return [["formula", clean(value.formula)], [f"values ({clean(value.kind)})", cells]]


def _panel_lines(panel: Panel, flow: Flow) -> list[list[str]]:
    head = panel.head
    lines = [["selector", clean(head.name)]] if head.name else []
    lines += [["formula", clean(head.formula)]]
    for term, edges in (("reads", panel.reads), ("keys", panel.keys), ("queries", panel.queries)):
        lines += [[term, ", ".join(clean(edge.name) for edge in edges)]] if edges else []
    lines += [["writes", ", ".join(map(clean, panel.writes))]] if panel.writes else []
    lines += [["note", clean(head.note)]] if head.note else []
    return [*lines, ["selected keys of each query", "\n".join(_selections(panel, flow))]]


def _selections(panel: Panel, flow: Flow) -> Iterator[str]:
    """A line for each query: where it is, and the keys that it selects."""
    left = SHOWN
    queries, keys = _labels(panel.queries, flow), _labels(panel.keys, flow)
    for query, row in zip(queries, panel.head.matrix, strict=True):
        selected = [key for key, cell in zip(keys, row, strict=True) if cell]
        if len(selected) > left:
            yield "…"
            return
        left -= len(selected)
        yield f"{query} → {', '.join(selected) or 'none'}"


def _labels(edges: tuple[Edge, ...], flow: Flow) -> list[str]:
    """How positions are called: their number, and the values that the selector compares there."""
    columns = [[clean(cell)[:20] for cell in edge.value.cells] for edge in edges if edge.name != "indices"]
    return [" ".join([str(place), *(column[place] for column in columns)]) for place in range(len(flow.tokens))]
