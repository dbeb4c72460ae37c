"""Renders pictures as SVG, without another program.

Each text has an explicit length, so that it ends where it should if the viewer uses another font.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.measure import width
from rasp.draw.picture import LEAD_GAP, Group, Item, Picture, Rectangle, SvgPath, Text, Wire
from rasp.draw.style import LIGHT, css
from rasp.draw.view import view_of
from rasp.draw.wires import number

_Opening = Callable[[Group], str]


def render(flow: Flow, folded: bool = True) -> str:
    """Renders a flow as an SVG document.

    >>> from rasp.draw.flow import Flow, FlowLayer, FlowValue
    >>> row = FlowValue("t", "tokens", "tokens", "strings", ("a", "b"))
    >>> render(Flow('tokens("ab")', "no layers", ("a", "b"), (FlowLayer(0, (), (), (row,)),), ("t",)))[:42]
    '<svg xmlns="http://www.w3.org/2000/svg" vi'
    """
    picture = layout(view_of(flow, folded))
    left, wide, high = number(picture.left), number(picture.width), number(picture.height)
    drawn = list(elements(picture, _group_start))
    shades = any('"selected shade-' in element for element in drawn)
    size = f'viewBox="{left} 0 {wide} {high}" width="{wide}" height="{high}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" xml:space="preserve">',
        f"<title>{escape(picture.title)}</title>",
        f"<desc>{escape(picture.description)}</desc>",
        f"<style>\n{css(LIGHT, shades)}\n</style>",
        f'<rect class="paper" x="{left}" width="{wide}" height="{high}"/>',
        *map(element, picture.heading),
        *drawn,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def elements(picture: Picture, opening: _Opening) -> Iterator[str]:
    """The elements of the wires and layers; `opening` returns the opening tag of a group."""
    yield from map(_wire, picture.wires)
    for group in (*picture.layers, *([picture.legend] if picture.legend.items else [])):
        yield from _group(group, opening)


def _group_start(group: Group) -> str:
    title = f"<title>{escape(group.label)}</title>" if group.label and group.kind != "layer" else ""
    return f'<g class="{group.kind}">{title}'


def _wire(wire: Wire) -> str:
    ends = f'data-from="{wire.source}" data-to="{wire.target}" data-layer="{wire.layer}"'
    return f'<path class="wire" {ends} d="{wire.path}"/>'


def _group(group: Group, opening: _Opening) -> Iterator[str]:
    yield opening(group)
    for item in group.items:
        if isinstance(item, Group):
            yield from _group(item, opening)
        else:
            yield element(item)
    yield "</g>"


def element(item: Item) -> str:
    """The element of a text, box or line."""
    match item:
        case Text():
            return _text(item)
        case Rectangle():
            return _box(item)
        case SvgPath():
            return f'<path class="{item.style}" d="{item.path}"/>'
    raise AssertionError(item)


def _text(item: Text) -> str:
    title = f"<title>{escape(item.full)}</title>" if item.full not in ("", item.text) else ""
    length = f' textLength="{number(width(item.text, item.size))}"' if _needs_length(item) else ""
    if item.lead:
        rest = f'<tspan dx="{number(LEAD_GAP)}"{length}>{escape(item.text)}</tspan>' if item.text else ""
        return f'<text {_text_attributes(item)}>{title}<tspan class="word">{item.lead}</tspan>{rest}</text>'
    return f"<text {_text_attributes(item)}{length}>{title}{escape(item.text)}</text>"


def _text_attributes(item: Text) -> str:
    """The attributes for the position, size and style of a text."""
    at = f'x="{number(item.x)}" y="{number(item.y)}"'
    if item.turned:
        at = f'transform="translate({number(item.x)} {number(item.y)}) rotate(-90)"'
    anchor = "" if item.anchor == "start" else f' text-anchor="{item.anchor}"'
    return f'class="{item.style}" font-size="{number(item.size)}" {at}{anchor}'


def _needs_length(item: Text) -> bool:
    """Whether a text needs a length. Words in a proportional font do not: they have room, and would be stretched."""
    return "word" not in item.style and (len(item.text) > 1 or not item.text.isascii())


def _box(item: Rectangle) -> str:
    frame = f'x="{number(item.x)}" y="{number(item.y)}" width="{number(item.width)}" height="{number(item.height)}"'
    radius = f' rx="{number(item.radius)}"' if item.radius else ""
    return f'<rect class="{item.style}" {frame}{radius}/>'


def escape(text: str) -> str:
    """Escapes a text for an element or a double-quoted attribute of SVG and HTML.

    >>> escape('<"&>')
    '&lt;&quot;&amp;&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
