"""Renders flows as fragments of HTML, for a page or a slide: one element, with the picture and its own style.

The style touches nothing else on the page. It marks the value or head under the mouse, with all that it reads and that
reads it; there is no script, because one on the host's page could disturb it, or be forbidden there. In reveal.js the
layers come one after another: they and their wires are fragments of the slide. A picture that is higher than the slide
is shown through a window as high as its highest layer, which moves to each layer as it comes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.picture import USUAL_SIZE, Group, Picture, PictureSize
from rasp.draw.style import LIGHT, css
from rasp.draw.svg import elements, escape_markup, group_start
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
        f"<style>{_style(picture, fits)}</style>",
        f'<svg viewBox="{box}" {shown} role="img" font-size="10" xml:space="preserve">',
        f"<title>{escape_markup(picture.title)}</title>",
        f"<desc>{escape_markup(picture.description)}</desc>",
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
    moves = (
        f"--move-{number}:{-100 * min(start - top, high - window) / high:.2f}%" for number, start in enumerate(tops)
    )
    return ";".join([f"--shape:{picture.width / window:.4f}", *moves])


def _style(picture: Picture, fits: bool) -> str:
    """The style sheet: that of pictures, with rules for the mouse, and for slides if the picture `fits` its room."""
    slides = _slide_rules(len(picture.bounds)) if fits else []
    return "\n".join([css(LIGHT, f".{CLASS} "), *_hover_rules(picture), *slides])


def _hover_rules(picture: Picture) -> Iterator[str]:
    """The rules that mark the value or head under the mouse, its wires, and what is at their other ends."""
    marked = f"{{stroke:{LIGHT['accent']};stroke-width:2}}"
    yield f".{CLASS} [data-key]:hover>:is(.card,.frame){marked}"
    near: dict[str, dict[str, None]] = {}
    for wire in picture.wires:
        near.setdefault(wire.source, {})[wire.target] = None
        near.setdefault(wire.target, {})[wire.source] = None
    for key, others in near.items():
        ends = ",".join(f'[data-key="{other}"]>:is(.card,.frame)' for other in others)
        pointed = f'.{CLASS}:has([data-key="{key}"]:hover)'
        yield f'{pointed} :is([data-from="{key}"],[data-to="{key}"],{ends}){marked}'


def _slide_rules(layers: int) -> list[str]:
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
    return rules


def _opening(group: Group) -> str:
    """The opening tag of a group; a layer is a fragment of a slide, with the number of its step."""
    if group.kind == "layer" and group.key != "0":
        return f'<g class="layer fragment" data-layer="{group.key}" data-fragment-index="{group.key}">'
    if group.kind in ("layer", "legend", "edge", "content"):
        return group_start(group)
    return f'<g data-key="{group.key}"{group_start(group)[2:]}'
