"""Colours and styles of pictures, for all formats.

There are few colours, and they differ in lightness, so that a grey print can be read.
"""

from __future__ import annotations

from collections.abc import Mapping

FONT = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"
WORDS = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1c2127",
    "quiet": "#5c6570",
    "line": "#b9c0c8",
    "faint": "#dde1e6",
    "card": "#f4f5f7",
    "shade": "#d3dae3",
    "accent": "#33659a",
    "wire": "#8b949e",
}
DARK = {
    "paper": "#14171a",
    "ink": "#e4e7ea",
    "quiet": "#a0a8b1",
    "line": "#535b64",
    "faint": "#343a41",
    "card": "#1d2125",
    "shade": "#3b4754",
    "accent": "#7db1e3",
    "wire": "#737c86",
}

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
    ".rule, .grid": {"stroke": "faint", "fill": "none", "shape-rendering": "crispEdges"},
    ".frame": {"stroke": "line", "fill": "none", "shape-rendering": "crispEdges"},
    ".result > .frame": {"stroke": "accent", "stroke-width": "2"},
    ".card": {"fill": "card"},
    ".selected": {"fill": "accent", "shape-rendering": "crispEdges"},
    ".layer-line": {"stroke": "faint", "fill": "none", "shape-rendering": "crispEdges"},
    ".wire": {"stroke": "wire", "fill": "none", "stroke-width": "1", "stroke-linejoin": "round"},
}


_SHADES = {f".shade-{shade}": {"fill-opacity": f"0.{shade}"} for shade in range(1, 10)}


def css(colors: Mapping[str, str], shades: bool = True) -> str:
    """The CSS style sheet of a picture, with colours by name; without `shades` for one that has no weights.

    >>> css({**LIGHT, "paper": "white"}).split("\\n")[1]
    '.paper{fill:white}'
    """
    return "\n".join(
        f"{selector}{{{';'.join(f'{name}:{colors.get(value, value)}' for name, value in rule.items())}}}"
        for selector, rule in (_RULES | (_SHADES if shades else {})).items()
    )
