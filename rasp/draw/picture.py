"""What a picture is made of: texts, boxes and lines at their places, in groups. `layout` makes them, `svg` writes them.

Coordinates are in pixels, y grows downwards. A `style` is a name of `style.py`'s table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from rasp.draw.measure import width

LEAD_GAP = 4.0  # between the word in front and the text


def lead_width(lead: str, size: float) -> float:
    """How much room a word in front of a text takes at most, with the gap behind it."""
    return width(lead, size) + LEAD_GAP


@dataclass(frozen=True)
class Text:
    """A line of text on the baseline `y`, which starts, has its middle or ends at `x`; `turned` ones run upwards there.

    `full` is the whole text where `text` is cut. `lead` is a word of ours in front of it, for texts that start at `x`.
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
        """How long the text is at most, with the word in front."""
        return width(self.text, self.size) + (lead_width(self.lead, self.size) if self.lead else 0)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what the text covers.

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
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    style: str
    radius: float = 0


@dataclass(frozen=True)
class Line:
    """A path in the notation of SVG."""

    path: str
    style: str


@dataclass(frozen=True)
class Group:
    """Items that belong together. `kind` is "layer", "value", "head", "edge" or "legend", `key` tells groups apart.

    `label` says in words what the group shows. `feeds` are the keys of the rows and panels whose value is at an edge.
    """

    kind: str
    key: str
    items: tuple[Item, ...]
    label: str = ""
    feeds: tuple[str, ...] = ()


Item = Union[Text, Box, Line, Group]


@dataclass(frozen=True)
class Wire:
    """A line with an arrowhead from one row or panel to another, which stands in layer `layer`."""

    source: str
    target: str
    layer: int
    path: str


@dataclass(frozen=True)
class Picture:
    """A whole drawing, from x = `left` and y = 0 on.

    The heading ends at y = `top`, the layers at `bounds`; the legend, which may be empty, ends at the last of them.
    """

    left: float
    top: float
    width: float
    height: float
    title: str
    description: str
    heading: tuple[Item, ...]
    bounds: tuple[float, ...]
    layers: tuple[Group, ...]
    legend: Group
    wires: tuple[Wire, ...]
