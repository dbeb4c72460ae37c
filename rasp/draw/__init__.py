"""Drawings of a computation on one input: a `Flow` goes in, text, SVG, HTML or DOT comes out.

`build.py` makes a flow, `flow.py` says what it holds, `view.py` what of it is shown. For SVG and HTML, `layout.py`
places it with `value_rows.py`, `heads.py` and `wires.py`, and gives a `Picture`. `formats.py` has the table of formats,
`files.py` writes drawings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rasp.draw.formats import TEXTS

if TYPE_CHECKING:
    from rasp.draw.flow import Flow


def render(flow: Flow, format: str = "text", *, folded: bool = True) -> str:
    """The drawing in a format that is text: "svg", "html", "dot" or "text".

    Minor values are folded away unless `folded` is false; an HTML page can show them at any time.

    >>> from rasp.draw.flow import Flow, Layer, Value
    >>> row = Value("v1", "tokens", "tokens", "strings", ("a",))
    >>> render(Flow("tokens", "", ("a",), (Layer(0, computed=(row,)),), ("v1",)), "svg")[:4]
    '<svg'
    """
    if format not in TEXTS:
        raise ValueError(f"drawings are {', '.join(TEXTS)}, not {format!r}")
    return TEXTS[format].render(flow, folded)
