"""Colours and styles of pictures, for all formats.

There are few colours, and they differ in lightness, so that a grey print can be read.
"""

from __future__ import annotations

from collections.abc import Mapping

from rasp.draw.flow import LEVELS
from rasp.draw.scale import weight_scale

FONT = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"
WORDS = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1c2127",
    "quiet": "#474f59",
    "line": "#66707b",
    "grid": "#8b939c",
    "card": "#f4f5f7",
    "shade": "#c4cfdc",
    "accent": "#33659a",
    "selected": "#1d4877",
    "wire": "#6a737e",
}
DARK = {
    "paper": "#14171a",
    "ink": "#e4e7ea",
    "quiet": "#a0a8b1",
    "line": "#7f8892",
    "grid": "#5f6872",
    "card": "#1d2125",
    "shade": "#3b4754",
    "accent": "#7db1e3",
    "selected": "#98c4ee",
    "wire": "#8a939d",
}

_DEEPEST = ((LIGHT, "#12304f"), (DARK, "#cfe4fa"))  # the colours of a weight of 1
for _colors, _deepest in _DEEPEST:
    _scale = weight_scale(_colors["paper"], _colors["accent"], _deepest)
    _colors |= {f"weight-{level}": color for level, color in enumerate(_scale) if level}

_RULES: dict[str, dict[str, str]] = {
    "text": {"font-family": FONT, "fill": "ink"},
    ".paper": {"fill": "paper"},
    ".title": {"font-weight": "bold"},
    ".summary, .formula": {"fill": "quiet"},
    ".word": {"font-family": WORDS, "fill": "quiet"},
    ".strong, .name > .word": {"font-weight": "bold", "fill": "ink"},
    ".note": {"fill": "quiet", "font-style": "italic"},
    ".minor .name": {"fill": "quiet", "font-style": "italic"},
    ".result .name": {"font-weight": "bold"},
    ".cells, .matrix": {"fill": "paper"},
    ".true": {"fill": "shade"},
    ".rule, .grid": {"stroke": "grid", "fill": "none", "shape-rendering": "crispEdges"},
    ".frame": {"stroke": "line", "fill": "none", "shape-rendering": "crispEdges"},
    ".result > .frame": {"stroke": "accent", "stroke-width": "2"},
    ".card": {"fill": "card"},
    ".selected": {"fill": "selected", "shape-rendering": "crispEdges"},
    ".weight": {"shape-rendering": "crispEdges"},
    **{f".weight-{level}": {"fill": f"weight-{level}"} for level in range(1, LEVELS + 1)},
    ".layer-line": {"stroke": "grid", "fill": "none", "shape-rendering": "crispEdges"},
    ".wire": {"stroke": "wire", "fill": "none", "stroke-width": "1", "stroke-linejoin": "round"},
}


def css(colors: Mapping[str, str], scope: str = "") -> str:
    """The CSS style sheet of a picture, with colours by name; each selector begins with `scope`.

    >>> css({**LIGHT, "paper": "white"}).split("\\n")[1]
    '.paper{fill:white}'
    """
    return "\n".join(
        f"{_scoped(selector, scope)}{{{';'.join(f'{key}:{colors.get(value, value)}' for key, value in rule.items())}}}"
        for selector, rule in _RULES.items()
    )


def _scoped(selectors: str, scope: str) -> str:
    return ", ".join(scope + selector for selector in selectors.split(", "))
