"""Drawings of a computation on one input: a `Flow` goes in, text, SVG, HTML or DOT comes out."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasp.draw.flow import Flow

FORMATS = ("text", "svg", "html", "dot")  # each with a module of its name, whose `render` draws


def render(flow: Flow, format: str) -> str:
    """The drawing in one of the formats.

    >>> from rasp.draw.flow import Flow, Layer, Value
    >>> row = Value("v1", "tokens", "tokens", "strings", ("a",))
    >>> render(Flow("tokens", "", ("a",), (Layer(0, computed=(row,)),), ("v1",)), "svg")[:4]
    '<svg'
    """
    if format not in FORMATS:
        raise ValueError(f"drawings are {', '.join(FORMATS)}, not {format!r}")
    module = importlib.import_module(f"rasp.draw.{format}")
    return module.render(flow)  # type: ignore[no-any-return]
