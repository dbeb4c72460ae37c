"""The table of formats of drawings. To add one, write a module with a function `render`, and add a row."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rasp.draw.flow import Flow


class Format(NamedTuple):
    """A format: its name, the module that renders it, and the suffixes of its files, the usual one first.

    The module's `render(flow, folded=…)` returns the text of the file, or with `by_graphviz` the input of Graphviz.
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    by_graphviz: bool = False

    def render(self, flow: Flow, folded: bool) -> str:
        """The drawing as text. If `folded`, minor values are hidden."""
        text: str = importlib.import_module(self.module).render(flow, folded=folded)
        return text


FORMATS = (
    Format("svg", "rasp.draw.svg", (".svg",)),
    Format("html", "rasp.draw.html", (".html", ".htm")),
    Format("dot", "rasp.draw.dot", (".dot", ".gv")),
    Format("text", "rasp.draw.text", (".txt",)),
    Format("png", "rasp.draw.dot", (".png",), by_graphviz=True),
    Format("pdf", "rasp.draw.dot", (".pdf",), by_graphviz=True),
)
TEXTS = {format.name: format for format in FORMATS if not format.by_graphviz}  # what `render` gives
BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.suffixes}


def suffixes(by_graphviz: bool) -> str:
    """The suffixes of the formats that Graphviz makes, or of the others, separated by commas.

    >>> suffixes(by_graphviz=False)[:18]
    '.svg, .html, .htm,'
    """
    return ", ".join(suffix for suffix, format in BY_SUFFIX.items() if format.by_graphviz == by_graphviz)


def files_in_words() -> str:
    """The possible files of drawings, in words, for help texts.

    >>> files_in_words().endswith(" or .txt file, or .png or .pdf by Graphviz")
    True
    """
    own, others = (
        [format.suffixes[0] for format in FORMATS if format.by_graphviz == by_graphviz] for by_graphviz in (False, True)
    )
    return f"a {', '.join(own[:-1])} or {own[-1]} file, or {' or '.join(others)} by Graphviz"
