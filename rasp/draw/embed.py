"""Renders flows as fragments of HTML, for a page or a slide: one element, with the picture and its own style.

The style touches nothing else on the page. In reveal.js the layers come one after another: they and their wires are
fragments of the slide. A picture that is higher than the slide is shown through a window as high as its highest layer,
which moves to each layer as it comes.
"""

from __future__ import annotations

from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.picture import USUAL_SIZE, Group, Picture, PictureSize
from rasp.draw.style import LIGHT, css
from rasp.draw.svg import elements, escape, group_start
from rasp.draw.view import view_of
from rasp.draw.wires import number

CLASS = "rasp-drawing"
WINDOW = "0.8 * var(--slide-height, 700px)"  # the height of the window on a slide, below a heading


def render(flow: Flow, folded: bool = True, size: PictureSize = USUAL_SIZE) -> str:
    """Renders a flow as an element `figure`, which fills its surroundings, or has the width of `size`.

    >>> from rasp.draw.flow import FlowLayer, FlowValue
    >>> row = FlowValue("t", "tokens", "tokens", "strings", ("a",))
    >>> made = render(Flow("tokens", "", ("a",), (FlowLayer(0, (), (), (row,)),), ("t",)))
    >>> made[:33], "html" in made.replace("http", "")
    ('<figure class="rasp-drawing fits"', False)
    """
    picture = layout(view_of(flow, folded))
    left, top, wide, high = picture.left, picture.top - 1, picture.width, picture.height - picture.top + 1
    box = " ".join(map(number, (left, top, wide, high)))
    fits = size == USUAL_SIZE
    shown = 'width="100%"' if fits else f'width="{number(size.factor(wide) * wide)}"'
    lines = [
        f'<figure class="{CLASS} fits" style="{_moves(picture)}">' if fits else f'<figure class="{CLASS}">',
        f"<style>{css(LIGHT, f'.{CLASS} ')}{_slide_rules(len(picture.bounds)) if fits else ''}</style>",
        f'<svg viewBox="{box}" {shown} role="img" font-size="10" xml:space="preserve">',
        f"<title>{escape(picture.title)}</title>",
        f"<desc>{escape(picture.description)}</desc>",
        f'<rect class="paper" x="{number(left)}" y="{number(top)}" width="{number(wide)}" height="{number(high)}"/>',
        *elements(picture, _opening, wire_class="wire fragment"),
        "</svg>",
        "</figure>",
    ]
    return "\n".join(lines) + "\n"


def _moves(picture: Picture) -> str:
    """The variables of the picture for a slide: its shape in the window, and how far it moves up for each layer."""
    top = picture.top - 1
    high = picture.height - top
    tops = [top, *picture.bounds[:-1]]
    window = max(bottom - start for start, bottom in zip(tops, picture.bounds, strict=True))
    moves = (f"--move-{place}:{-100 * min(start - top, high - window) / high:.2f}%" for place, start in enumerate(tops))
    return ";".join([f"--shape:{picture.width / window:.4f}", *moves])


def _slide_rules(layers: int) -> str:
    """The rules for a picture in reveal.js, which marks the layers that have come, and numbers fragments anew.

    Of the rules that move a picture one applies at a time, so that those of another picture may follow them.
    """
    fits = f".reveal .{CLASS}.fits"
    came = [f':has(.layer.visible[data-layer="{layer}"])' for layer in range(1, layers + 1)]
    rules = [
        f".{CLASS}.fits{{flex:1 1 0;min-width:0}}",
        f"{fits}{{max-height:calc({WINDOW});margin:0;overflow:hidden}}",
        f"{fits} svg{{width:min(100%, calc({WINDOW} * var(--shape)));max-width:none;max-height:none;margin:0}}",
    ]
    rules += [
        f"{fits}{came[layer - 1]}:not({came[layer]}) svg{{transform:translateY(var(--move-{layer}))}}"
        for layer in range(1, layers)
    ]
    return "\n" + "\n".join(rules)


def _opening(group: Group) -> str:
    """The opening tag of a group; a layer is a fragment of a slide, with the number of its step."""
    if group.kind == "layer" and group.key != "0":
        return f'<g class="layer fragment" data-layer="{group.key}" data-fragment-index="{group.key}">'
    return group_start(group)
