"""Drawings of the computation on one input, as text, SVG, HTML or DOT.

`build.py` makes a `Flow` (`flow.py`), the values and heads of a computation. `view.py` selects the part that is shown.
For SVG and HTML, `layout.py` makes a `Picture`, with `value_rows.py`, `heads.py` and `wires.py`. `formats.py` has the
table of formats, and `files.py` writes drawings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rasp.base.packages import explain_call
from rasp.draw.formats import TEXTS
from rasp.errors import NotCallable

if TYPE_CHECKING:
    from rasp.draw.flow import Flow


def render(flow: Flow, format: str = "text", *, folded: bool = True) -> str:
    """Renders a flow in one of the formats that are text: "svg", "html", "dot" or "text".

    Minor values are hidden unless `folded` is false; an HTML page can show them at any time.

    >>> from rasp.draw.flow import Flow, FlowLayer, FlowValue
    >>> row = FlowValue("v1", "tokens", "tokens", "strings", ("a",))
    >>> render(Flow("tokens", "", ("a",), (FlowLayer(0, computed=(row,)),), ("v1",)), "svg")[:4]
    '<svg'
    """
    if format not in TEXTS:
        raise ValueError(f"drawings are {', '.join(TEXTS)}, not {format!r}")
    return TEXTS[format].render(flow, folded)


explain_call(__name__, "draw(input)", NotCallable)
