"""Line charts as SVG: shares in percent over numbers.

In a page a chart takes the page's colours, so it suits light and dark ones; as a file it has a white ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rasp.draw.style import FONT, LIGHT, WORDS
from rasp.draw.svg import escape_markup
from rasp.draw.wires import number

WIDTH, HEIGHT = 560, 260  # of the area of the lines
LEFT, TOP, BOTTOM, KEY = 62, 40, 52, 18  # margins, and the height of a line of the key
COLORS = ("#33659a", "#c05a1f", "#3d8a4d", "#8a4fa0", "#a3873a", "#6f7b88")
PAGE = {
    "ink": "currentColor",
    "paper": "none",
    "quiet": "rgba(128,128,128,.9)",
    "line": "rgba(128,128,128,.6)",
    "grid": "rgba(128,128,128,.5)",
}
STEPS = (1, 2, 5)
NUMBER = f'font-family="{FONT}" font-size="10"'


@dataclass(frozen=True)
class Series:
    """A line: its name in the key (empty for none), its points, the number of its colour, and whether it is thin."""

    name: str
    points: tuple[tuple[float, float], ...]
    color: int
    thin: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart; `mark` is a value of x at which a dashed line with `mark_text` is drawn."""

    title: str
    across: str
    up: str
    series: tuple[Series, ...]
    mark: float | None = None
    mark_text: str = ""


def render_chart(chart: Chart, colors: Mapping[str, str] = LIGHT) -> str:
    """Renders a chart as an SVG document; y goes from 0 to 100. `colors` are those of a file, or PAGE for a web page.

    >>> render_chart(Chart("t", "x", "y", (Series("a", ((1, 0), (2, 100)), 0),)))[:42]
    '<svg xmlns="http://www.w3.org/2000/svg" vi'
    """
    named = [line for line in chart.series if line.name]
    wide, high = LEFT + WIDTH + 20, TOP + HEIGHT + BOTTOM + KEY * len(named)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        'style="max-width:100%;height:auto">',
        f"<title>{escape_markup(chart.title)}</title>",
        f'<g font-family="{WORDS}" font-size="12" fill="{colors["ink"]}">',
        f'<rect width="{wide}" height="{high}" fill="{colors["paper"]}"/>',
        f'<text x="{LEFT}" y="22" font-weight="bold">{escape_markup(chart.title)}</text>',
        *_axes(chart, colors),
        *(_line(chart, line) for line in chart.series if line.points),
        *_key(named),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(chart: Chart, colors: Mapping[str, str]) -> Iterator[str]:
    least, most = _range(chart)
    for value in range(0, 101, 20):
        y = _y(value)
        yield f'<path d="M{LEFT} {number(y)}h{WIDTH}" stroke="{colors["grid"]}" stroke-opacity=".5"/>'
        yield f'<text {NUMBER} x="{LEFT - 8}" y="{number(y + 3.5)}" text-anchor="end">{value}</text>'
    for value in ticks(least, most):
        x = _x(chart, value)
        yield f'<path d="M{number(x)} {TOP + HEIGHT}v5" stroke="{colors["line"]}"/>'
        yield f'<text {NUMBER} x="{number(x)}" y="{TOP + HEIGHT + 17}" text-anchor="middle">{value:,}</text>'
    yield f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{colors["line"]}"/>'
    middle = f'x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 36}" text-anchor="middle"'
    yield f"<text {middle}>{escape_markup(chart.across)}</text>"
    turned = f"translate(18 {TOP + HEIGHT / 2}) rotate(-90)"
    yield f'<text transform="{turned}" text-anchor="middle">{escape_markup(chart.up)}</text>'
    if chart.mark is not None:
        at = number(_x(chart, chart.mark))
        yield f'<path d="M{at} {TOP}v{HEIGHT}" stroke="{colors["quiet"]}" stroke-dasharray="4 3"/>'
        yield f'<text {NUMBER} x="{at}" y="{TOP - 5}" text-anchor="middle">{escape_markup(chart.mark_text)}</text>'


def _line(chart: Chart, line: Series) -> str:
    path = "L".join(f"{number(_x(chart, x))} {number(_y(y))}" for x, y in line.points)
    look = 'stroke-width="1" opacity="0.55"' if line.thin else 'stroke-width="2"'
    return f'<path d="M{path}" fill="none" stroke="{COLORS[line.color % len(COLORS)]}" {look}/>'


def _key(named: list[Series]) -> Iterator[str]:
    for row, line in enumerate(named):
        y = TOP + HEIGHT + BOTTOM + KEY * row
        yield f'<path d="M{LEFT} {y}h24" stroke="{COLORS[line.color % len(COLORS)]}" stroke-width="2"/>'
        yield f'<text x="{LEFT + 32}" y="{y + 4}">{escape_markup(line.name)}</text>'


def _range(chart: Chart) -> tuple[float, float]:
    values = [x for line in chart.series for x, _ in line.points] or [0.0]
    return min(values), max(values)


def _x(chart: Chart, value: float) -> float:
    least, most = _range(chart)
    return LEFT + (WIDTH / 2 if least == most else (value - least) / (most - least) * WIDTH)


def _y(value: float) -> float:
    return TOP + HEIGHT - value / 100 * HEIGHT


def ticks(least: float, most: float, count: int = 8) -> list[int]:
    """Round numbers between two, at most `count` of them.

    >>> ticks(1, 32), ticks(0, 5000)
    ([5, 10, 15, 20, 25, 30], [0, 1000, 2000, 3000, 4000, 5000])
    """
    size, power = 1, 0
    while (most - least) / size > count - 1:
        power += 1
        size = STEPS[power % 3] * 10 ** (power // 3)
    first = -int(-least // size)
    return list(range(first * size, int(most) + 1, size))
