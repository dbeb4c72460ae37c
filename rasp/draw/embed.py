"""Renders flows as fragments of HTML, for a page or a slide: one element, with the picture and its own style.

The style touches nothing else on the page. In reveal.js the layers come one after another: they and their wires are
fragments of the slide.
"""

from __future__ import annotations

from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.picture import USUAL_SIZE, Group, PictureSize
from rasp.draw.style import LIGHT, css
from rasp.draw.svg import elements, escape, group_start
from rasp.draw.view import view_of
from rasp.draw.wires import number

CLASS = "rasp-drawing"


def render(flow: Flow, folded: bool = True, size: PictureSize = USUAL_SIZE) -> str:
    """Renders a flow as an element `figure`, which fills its surroundings, or has the width of `size`.

    >>> from rasp.draw.flow import FlowLayer, FlowValue
    >>> row = FlowValue("t", "tokens", "tokens", "strings", ("a",))
    >>> made = render(Flow("tokens", "", ("a",), (FlowLayer(0, (), (), (row,)),), ("t",)))
    >>> made[:29], "html" in made.replace("http", "")
    ('<figure class="rasp-drawing">', False)
    """
    picture = layout(view_of(flow, folded))
    left, top, wide, high = picture.left, picture.top - 1, picture.width, picture.height - picture.top + 1
    box = " ".join(map(number, (left, top, wide, high)))
    shown = f'width="{number(size.factor(wide) * wide)}"' if size != USUAL_SIZE else 'width="100%"'
    lines = [
        f'<figure class="{CLASS}">',
        f"<style>{css(LIGHT, f'.{CLASS} ')}</style>",
        f'<svg viewBox="{box}" {shown} role="img" font-size="10" xml:space="preserve">',
        f"<title>{escape(picture.title)}</title>",
        f"<desc>{escape(picture.description)}</desc>",
        f'<rect class="paper" x="{number(left)}" y="{number(top)}" width="{number(wide)}" height="{number(high)}"/>',
        *elements(picture, _opening, wire_class="wire fragment"),
        "</svg>",
        "</figure>",
    ]
    return "\n".join(lines) + "\n"


def _opening(group: Group) -> str:
    """The opening tag of a group; a layer is a fragment of a slide, with the number of its step."""
    if group.kind == "layer" and group.key != "0":
        return f'<g class="layer fragment" data-fragment-index="{group.key}">'
    return group_start(group)
