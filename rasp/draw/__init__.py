"""Drawings of a computation on one input: a `Flow` goes in, text, SVG, HTML or DOT comes out.

`flow.py` says what is drawn, `view.py` what of it is shown. For SVG and HTML, `layout.py` places it with `rows.py`,
`heads.py` and `wires.py`, and gives a `Picture`. `files.py` writes drawings.
"""

from __future__ import annotations

from typing import Literal

from rasp.draw.flow import Flow

Format = Literal["text", "svg", "html", "dot"]
WIDTH = 80  # columns of a terminal


def render(flow: Flow, format: Format = "text", *, folded: bool = True, width: int = WIDTH, color: bool = False) -> str:
    """The drawing of a flow as text in one of the formats.

    Minor values are folded away unless `folded` is false; an HTML page can show them at any time. `width` (in columns)
    and `color` are for "text".

    >>> from rasp.draw.flow import Layer, Value
    >>> row = Value("t", "tokens", "tokens", "strings", ("a", "b"))
    >>> print(render(Flow('tokens("ab")', "no layers", ("a", "b"), (Layer(0, computed=(row,)),), ("t",))), end="")
    tokens("ab")
    no layers
    <BLANKLINE>
    input
      > tokens  a b
    """
    match format:
        case "text":
            from rasp.draw import text

            return text.render(flow, folded, width, color)
        case "svg":
            from rasp.draw import svg

            return svg.render(flow, folded)
        case "html":
            from rasp.draw import html

            return html.render(flow, folded)
        case "dot":
            from rasp.draw import dot

            return dot.render(flow, folded)
    raise ValueError(f"no format {format!r}; there are text, svg, html and dot")
