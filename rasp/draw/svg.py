"""Pictures as SVG: a `Picture` goes in, text comes out. No outside program is needed.

Every text carries its length, so that a reader's other font cannot make it run over its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.measure import width
from rasp.draw.picture import Box, Group, Item, Line, Picture, Text, Wire
from rasp.draw.style import LIGHT, css
from rasp.draw.view import view_of
from rasp.draw.wires import number


def render(flow: Flow, folded: bool = True) -> str:
    """The flow as an SVG document.

    >>> from rasp.draw.flow import Flow, Layer, Value
    >>> row = Value("t", "tokens", "tokens", "strings", ("a", "b"))
    >>> render(Flow('tokens("ab")', "no layers", ("a", "b"), (Layer(0, (), (), (row,)),), ("t",)))[:42]
    '<svg xmlns="http://www.w3.org/2000/svg" vi'
    """
    picture = layout(view_of(flow, folded))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size(picture)} role="img">',
            f"<title>{escape(picture.title)}</title>",
            f"<desc>{escape(picture.description)}</desc>",
            f"<style>\n{css(LIGHT)}\n</style>",
            f'<rect class="paper" x="{number(picture.left)}" width="100%" height="100%"/>',
            *body(picture),
            "</svg>",
            "",
        ]
    )


def size(picture: Picture) -> str:
    """The attributes of the `svg` element that say how large a picture is."""
    wide, high = number(picture.width), number(picture.height)
    view = f"{number(picture.left)} 0 {wide} {high}"
    return f'viewBox="{view}" width="{wide}" height="{high}" xml:space="preserve"'


def body(picture: Picture, focusable: bool = False) -> Iterator[str]:
    """The elements inside the `svg` element; values and heads can have the keyboard's focus where asked for."""
    yield from map(_wire, picture.wires)
    for item in (*picture.heading, *picture.layers):
        yield _item(item, focusable)


def _wire(wire: Wire) -> str:
    ends = f'data-from="{wire.source}" data-to="{wire.target}" data-layer="{wire.layer}"'
    return f'<path class="wire" {ends} d="{wire.path}"/>'


def _item(item: Item, focusable: bool) -> str:
    match item:
        case Text():
            return _text(item)
        case Box():
            return _box(item)
        case Line():
            return f'<path class="{item.style}" d="{item.path}"/>'
        case Group():
            return _group(item, focusable)


def _text(item: Text) -> str:
    parts = [f'class="{item.style}" font-size="{number(item.size)}"']
    if item.turned:
        parts.append(f'transform="translate({number(item.x)} {number(item.y)}) rotate(-90)"')
    else:
        parts.append(f'x="{number(item.x)}" y="{number(item.y)}"')
    if item.anchor != "start":
        parts.append(f'text-anchor="{item.anchor}"')
    if len(item.text) > 1 or not item.text.isascii():
        parts.append(f'textLength="{number(width(item.text, item.size))}"')
    title = f"<title>{escape(item.full)}</title>" if item.full not in ("", item.text) else ""
    return f"<text {' '.join(parts)}>{title}{escape(item.text)}</text>"


def _box(item: Box) -> str:
    place = f'x="{number(item.x)}" y="{number(item.y)}" width="{number(item.width)}" height="{number(item.height)}"'
    radius = f' rx="{number(item.radius)}"' if item.radius else ""
    return f'<rect class="{item.style}" {place}{radius}/>'


def _group(item: Group, focusable: bool) -> str:
    label = f"<title>{escape(item.label)}</title>" if item.label else ""
    inner = "\n".join(_item(part, focusable) for part in item.items)
    return f'<g class="{item.kind}" data-key="{item.key}"{_role(item) if focusable else ""}>{label}\n{inner}\n</g>'


def _role(item: Group) -> str:
    """What a screen reader hears of a group, and whether the keyboard can go there."""
    match item.kind.split()[0]:
        case "value" | "head":
            return f' tabindex="0" role="button" aria-label="{escape(item.label)}"'
        case "layer":
            return f' role="group" aria-label="{escape(item.label)}"'
    return ""


def escape(text: str) -> str:
    """The text for an element or an attribute between double quotes, of SVG and of HTML.

    >>> escape('<"&>')
    '&lt;&quot;&amp;&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
