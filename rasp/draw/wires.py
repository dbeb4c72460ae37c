"""Routes the wires between rows and panels.

Each row or panel that is read has one vertical line, in a lane to the left of everything else, from its own height down
to its last reader. Each reader has one horizontal line, into which the lines of all its sources bend. So lines cross
only at right angles, and a bend shows where a value goes. Lanes have negative x; the innermost one is nearest to 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rasp.draw.picture import Wire

Point = tuple[float, float]
Way = tuple[Point, ...]

LANE = 7.0  # between two lanes
FIRST_LANE = 16.5  # from the innermost lane to the rows
APART = 10.0  # between two lines in one lane
BEND = 4.0  # the radius of a corner
HEAD = 3.5  # the length of an arrowhead


@dataclass(frozen=True)
class End:
    """The end of a wire: points from the lanes to its arrowhead."""

    source: str
    target: str
    layer: int
    points: Way


def lanes_for(starts: Mapping[str, Way], ends: Iterable[End]) -> dict[str, int]:
    """The lane of each row and panel that is read, counted from the innermost one.

    `starts` are the paths from each row and panel to the lanes. Only their heights at the lanes matter here.
    """
    return _lanes(_spans(starts, list(ends)))


def wires_of(starts: Mapping[str, Way], ends: Iterable[End], lanes: Mapping[str, int]) -> tuple[Wire, ...]:
    """The wires, each from its start by its lane to its end."""
    wires = []
    for end in ends:
        x, start = lane_x(lanes[end.source]), starts[end.source]
        points = [*start, (x, start[-1][1]), (x, end.points[0][1]), *end.points]
        wires.append(Wire(end.source, end.target, end.layer, _path(points)))
    return tuple(wires)


def lane_x(lane: int) -> float:
    return -FIRST_LANE - LANE * lane


def _spans(starts: Mapping[str, Way], ends: list[End]) -> dict[str, tuple[float, float]]:
    """The top and bottom of the vertical line of each source."""
    spans: dict[str, tuple[float, float]] = {}
    for end in ends:
        top = starts[end.source][-1][1]
        spans[end.source] = (top, max(end.points[0][1], spans.get(end.source, (top, top))[1]))
    return spans


def _lanes(spans: Mapping[str, tuple[float, float]]) -> dict[str, int]:
    """Assigns a lane to each line, short lines first: the innermost lane in which it overlaps no other."""
    taken: list[list[tuple[float, float]]] = []
    lanes = {}
    for source, (top, bottom) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1][0])):
        free = (
            index
            for index, lane in enumerate(taken)
            if all(bottom + APART < upper or lower + APART < top for upper, lower in lane)
        )
        lanes[source] = next(free, len(taken))
        if lanes[source] == len(taken):
            taken.append([])
        taken[lanes[source]].append((top, bottom))
    return lanes


def _path(points: list[Point]) -> str:
    """An SVG path with round corners through the points, and an arrowhead at the last one."""
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        entry, leave = _towards(corner, before), _towards(corner, after)
        parts.append(f"L{_pair(entry)}Q{_pair(corner)} {_pair(leave)}")
    return "".join(parts) + f"L{_pair(points[-1])}" + _arrowhead(points[-2], points[-1])


def _towards(corner: Point, other: Point) -> Point:
    """The point at which the bend of a corner begins, at most half-way to the other point."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    long = max(abs(dx), abs(dy))
    share = min(BEND, long / 2) / long if long else 0
    return corner[0] + dx * share, corner[1] + dy * share


def _arrowhead(before: Point, tip: Point) -> str:
    """Two strokes at the end of a line that comes from the left or from above."""
    x, y = tip
    if before[0] == x:
        wings = (x - HEAD * 0.8, y - HEAD), (x + HEAD * 0.8, y - HEAD)
    else:
        wings = (x - HEAD, y - HEAD * 0.8), (x - HEAD, y + HEAD * 0.8)
    return f"M{_pair(wings[0])}L{_pair(tip)}L{_pair(wings[1])}"


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def number(value: float) -> str:
    """A coordinate with at most two digits after the point.

    >>> number(3.0), number(2.504), number(-0.001)
    ('3', '2.5', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
