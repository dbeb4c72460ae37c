"""Drawings of a computation on one input: a `Flow` goes in, text, SVG, HTML or DOT comes out.

`build.py` makes a flow, `flow.py` says what it holds, `view.py` what of it is shown. For SVG and HTML, `layout.py`
places it with `rows.py`, `heads.py` and `wires.py`, and gives a `Picture`. `files.py` writes drawings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rasp.draw.flow import Flow

Format = Literal["text", "svg", "html", "dot"]


def render(flow: Flow, format: Format = "text", *, folded: bool = True) -> str:
    """The drawing in one of the formats, each of which has a module of its name.

    Minor values are folded away unless `folded` is false; an HTML page can show them at any time.

    >>> from rasp.draw.flow import Flow, Layer, Value
    >>> row = Value("v1", "tokens", "tokens", "strings", ("a",))
    >>> render(Flow("tokens", "", ("a",), (Layer(0, computed=(row,)),), ("v1",)), "svg")[:4]
    '<svg'
    """
    match format:
        case "text":
            from rasp.draw import text

            return text.render(flow, folded=folded)
        case "svg":
            from rasp.draw import svg

            return svg.render(flow, folded)
        case "html":
            from rasp.draw import html

            return html.render(flow, folded)
        case "dot":
            from rasp.draw import dot

            return dot.render(flow, folded)
    raise ValueError(f"drawings are text, svg, html, dot, not {format!r}")
