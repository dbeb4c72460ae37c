"""The parts of a picture: texts, boxes and lines at their positions, in groups.

`layout.py` makes pictures, `svg.py` writes them. Coordinates are in pixels, y grows downwards. A `style` is a name of
`style.py`'s table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from rasp.draw.text_width import text_width


@dataclass(frozen=True)
class PictureSize:
    """How large a picture is shown: its width in pixels, or a factor of its usual size."""

    width: float = 0.0
    scale: float = 1.0

    def factor(self, natural: float) -> float:
        """The factor by which a picture of a natural width is enlarged.

        >>> PictureSize(width=1280).factor(640), PictureSize(scale=1.5).factor(640)
        (2.0, 1.5)
        """
        return self.width / natural if self.width else self.scale


USUAL_SIZE = PictureSize()
LEAD_GAP = 4.0  # between a leading word and the text


def lead_width(lead: str, size: float) -> float:
    """The largest width of a leading word, with the gap after it."""
    return text_width(lead, size) + LEAD_GAP


@dataclass(frozen=True)
class Text:
    """A line of text on the baseline `y`; its start, middle or end is at `x`. A `turned` text runs upwards from there.

    `full` is the uncut text. `lead` is a leading word such as "key", for texts that start at `x`.
    """

    x: float
    y: float
    text: str
    style: str
    size: float
    anchor: str = "start"
    turned: bool = False
    full: str = ""
    lead: str = ""

    @property
    def length(self) -> float:
        """The largest length of the text, with its leading word."""
        return text_width(self.text, self.size) + (lead_width(self.lead, self.size) if self.lead else 0)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the text.

        >>> Text(10, 20, "abc", "cell", 10).box
        (10.0, 12.4, 28.06, 22.2)
        """
        long = self.length
        start = {"start": 0.0, "middle": -long / 2, "end": -long}[self.anchor]
        up, down = 0.76 * self.size, 0.22 * self.size
        if self.turned:
            left, top, right, bottom = self.x - up, self.y - start - long, self.x + down, self.y - start
        else:
            left, top, right, bottom = self.x + start, self.y - up, self.x + start + long, self.y + down
        return round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)


@dataclass(frozen=True)
class Rectangle:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    style: str
    radius: float = 0


@dataclass(frozen=True)
class SvgPath:
    """A path in the notation of SVG."""

    path: str
    style: str


@dataclass(frozen=True)
class Group:
    """Items that belong together. `kind` is "layer", "value", "head", "edge", "legend" or "content".

    `key` identifies the group. `label` describes it in words. `feeds` are the keys of the rows and panels whose values
    an edge shows. The items of a "content" have their origin at (`x`, `y`), and are turned upwards if it is `turned`.
    Contents with one key are the same in all pictures of a flow.
    """

    kind: str
    key: str
    items: tuple[Item, ...]
    label: str = ""
    feeds: tuple[str, ...] = ()
    x: float = 0.0
    y: float = 0.0
    turned: bool = False


Item = Union[Text, Rectangle, SvgPath, Group]


@dataclass(frozen=True)
class Wire:
    """A line with an arrowhead from one row or panel to another, which is in layer `layer`."""

    source: str
    target: str
    layer: int
    path: str


@dataclass(frozen=True)
class Picture:
    """A complete drawing, whose upper left corner is (`left`, 0).

    The heading ends at y = `top`, the layers at `bounds`; the legend, which may be empty, ends at the last of these.
    Within layers, no text is at the heights `breaks`.
    """

    left: float
    top: float
    width: float
    height: float
    title: str
    description: str
    heading: tuple[Item, ...]
    bounds: tuple[float, ...]
    breaks: tuple[float, ...]
    layers: tuple[Group, ...]
    legend: Group
    wires: tuple[Wire, ...]
