"""Renders pictures as SVG, without another program.

Each text has an explicit length, so that it ends where it should if the viewer uses another font.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.picture import LEAD_GAP, USUAL_SIZE, Group, Item, Picture, PictureSize, Rectangle, SvgPath, Text, Wire
from rasp.draw.style import LIGHT, css
from rasp.draw.text_width import text_width
from rasp.draw.view import view_of
from rasp.draw.wires import number

_Opening = Callable[[Group], str]  # of a group; an element that is closed takes the place of the group
_Manner = tuple[float, str]  # the font size and anchor of texts
_PLAIN: _Manner = (10.0, "start")  # of texts whose group says nothing else
PLAIN_TEXT = "cell"  # the style of most texts, which has no rule of its own and is not written


def render(flow: Flow, folded: bool = True, size: PictureSize = USUAL_SIZE) -> str:
    """Renders a flow as an SVG document.

    >>> from rasp.draw.flow import Flow, FlowLayer, FlowValue
    >>> row = FlowValue("t", "tokens", "tokens", "strings", ("a", "b"))
    >>> render(Flow('tokens("ab")', "no layers", ("a", "b"), (FlowLayer(0, (), (), (row,)),), ("t",)))[:42]
    '<svg xmlns="http://www.w3.org/2000/svg" vi'
    """
    picture = layout(view_of(flow, folded))
    left, wide, high = number(picture.left), number(picture.width), number(picture.height)
    factor = size.factor(picture.width)
    shown = f'width="{number(factor * picture.width)}" height="{number(factor * picture.height)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} 0 {wide} {high}" {shown} role="img" font-size="10"',
        'xml:space="preserve">',
        f"<title>{escape_markup(picture.title)}</title>",
        f"<desc>{escape_markup(picture.description)}</desc>",
        f"<style>\n{css(LIGHT)}\n</style>",
        f'<rect class="paper" x="{left}" width="{wide}" height="{high}"/>',
        *map(element, picture.heading),
        *elements(picture, group_start),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def elements(picture: Picture, opening: _Opening, wire_class: str = "wire") -> Iterator[str]:
    """The elements of the wires and layers; `opening` returns the opening tag of a group.

    `wire_class` is the class of the wires that lead into layers after the input.
    """
    yield from (_wire(wire, wire_class if wire.layer else "wire") for wire in picture.wires)
    for group in (*picture.layers, *([picture.legend] if picture.legend.items else [])):
        yield from _group(group, opening)


def group_start(group: Group) -> str:
    """The opening tag of a group, with its description."""
    if group.kind == "content":
        return f"<g {shift(group)}>"
    title = f"<title>{escape_markup(group.label)}</title>" if group.label and group.kind != "layer" else ""
    return f'<g class="{group.kind}">{title}'


def shift(group: Group) -> str:
    """The attribute that moves a content to its place."""
    turn = " rotate(-90)" if group.turned else ""
    return f'transform="translate({number(group.x)} {number(group.y)}){turn}"'


def _wire(wire: Wire, style: str) -> str:
    ends = f'data-from="{wire.source}" data-to="{wire.target}" data-layer="{wire.layer}"'
    step = f' data-fragment-index="{wire.layer}"' if style != "wire" else ""
    return f'<path class="{style}"{step} {ends} d="{wire.path}"/>'


def _group(group: Group, opening: _Opening, outer: _Manner = _PLAIN) -> Iterator[str]:
    """A group. Attributes that most of its texts share are in its opening tag, as there are thousands of texts."""
    counts = Counter((item.size, item.anchor) for item in group.items if isinstance(item, Text))
    manner = max(counts, key=lambda each: counts[each]) if counts else outer
    size, anchor = manner
    common = f' font-size="{number(size)}"' if size != outer[0] else ""
    common += f' text-anchor="{anchor}"' if anchor != outer[1] else ""
    start, _, rest = opening(group).partition(">")
    if start.endswith("/"):
        yield f"{start}>"
        return
    yield f"{start}{common}>{rest}"
    for item in group.items:
        if isinstance(item, Group):
            yield from _group(item, opening, manner)
        else:
            yield element(item, manner)
    yield "</g>"


def element(item: Item, manner: _Manner = _PLAIN) -> str:
    """The element of a text, box or line; `manner` is what its group says about texts."""
    match item:
        case Text():
            return _text(item, manner)
        case Rectangle():
            return _box(item)
        case SvgPath():
            return f'<path class="{item.style}" d="{item.path}"/>'
    raise AssertionError(item)


def _text(item: Text, manner: _Manner) -> str:
    title = f"<title>{escape_markup(item.full)}</title>" if item.full not in ("", item.text) else ""
    length = _length(item)
    if item.lead:
        rest = f'<tspan dx="{number(LEAD_GAP)}"{length}>{escape_words(item.text)}</tspan>' if item.text else ""
        return f'<text {_text_attributes(item, manner)}>{title}<tspan class="word">{item.lead}</tspan>{rest}</text>'
    return f"<text {_text_attributes(item, manner)}{length}>{title}{escape_words(item.text)}</text>"


def _text_attributes(item: Text, manner: _Manner) -> str:
    """The attributes for the position, size and style of a text."""
    at = " ".join(f'{name}="{number(value)}"' for name, value in (("x", item.x), ("y", item.y)) if value)
    if item.turned:
        at = f'transform="translate({number(item.x)} {number(item.y)}) rotate(-90)"'
    size = "" if item.size == manner[0] else f' font-size="{number(item.size)}"'
    anchor = "" if item.anchor == manner[1] else f' text-anchor="{item.anchor}"'
    style = "" if item.style == PLAIN_TEXT else f'class="{item.style}"'
    return f"{style}{size} {at}{anchor}".strip()


def _length(item: Text) -> str:
    """The attribute for the length of a text, if it needs one.

    Words in a proportional font need none: they have room, and would be stretched. Where a text is not ASCII its signs
    are stretched, too: within joined emoji or Arabic letters no viewer changes the spaces.
    """
    if "word" in item.style or (len(item.text) == 1 and item.text.isascii()):
        return ""
    signs = "" if item.text.isascii() else ' lengthAdjust="spacingAndGlyphs"'
    return f' textLength="{number(text_width(item.text, item.size))}"{signs}'


def _box(item: Rectangle) -> str:
    frame = f'x="{number(item.x)}" y="{number(item.y)}" width="{number(item.width)}" height="{number(item.height)}"'
    radius = f' rx="{number(item.radius)}"' if item.radius else ""
    return f'<rect class="{item.style}" {frame}{radius}/>'


_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?: +[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)*"
)


def escape_words(text: str, start: str = '<tspan unicode-bidi="isolate">', end: str = "</tspan>") -> str:
    """The escaped text, in which words from right to left are isolated if there are several.

    Otherwise the text between two of them would run from right to left, too, and a list of them would be reversed.

    >>> escape_words("א, ב").count("isolate"), escape_words("א")
    (2, 'א')
    """
    escaped = escape_markup(text)
    if len(_RIGHT_TO_LEFT.findall(text)) < 2:
        return escaped
    return _RIGHT_TO_LEFT.sub(lambda match: f"{start}{match[0]}{end}", escaped)


def escape_markup(text: str) -> str:
    """Escapes a text for an element or a double-quoted attribute of SVG and HTML.

    >>> escape_markup('<"&>')
    '&lt;&quot;&amp;&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
