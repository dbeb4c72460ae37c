"""The table of formats of drawings. To add one, write a module with a function `render`, and add a row."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rasp.draw.flow import Flow
    from rasp.draw.picture import PictureSize


class Format(NamedTuple):
    """A format: its name, the module that renders it, and the suffixes of its files, the usual one first.

    The module's `render(flow, folded=…)` returns the text of the file; where `has_size`, it takes `size=…`, too. Files
    that are `converted` are made of the picture by another program (`convert.py`).
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    has_size: bool = False
    converted: bool = False

    def render(self, flow: Flow, folded: bool, size: PictureSize | None = None) -> str:
        """The drawing as text. If `folded`, minor values are hidden."""
        options = {"size": size} if size and self.has_size else {}
        text: str = importlib.import_module(self.module).render(flow, folded=folded, **options)
        return text


FORMATS = (
    Format("svg", "rasp.draw.svg", (".svg",), has_size=True),
    Format("html", "rasp.draw.html", (".html", ".htm"), has_size=True),
    Format("dot", "rasp.draw.dot", (".dot", ".gv")),
    Format("text", "rasp.draw.text", (".txt",)),
    Format("png", "rasp.draw.svg", (".png",), has_size=True, converted=True),
    Format("pdf", "rasp.draw.svg", (".pdf",), has_size=True, converted=True),
)
EMBEDDED = Format("html", "rasp.draw.embed", (".html", ".htm"), has_size=True)  # a fragment in place of a page
TEXTS = {format.name: format for format in FORMATS if not format.converted}  # what `render` gives
BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.suffixes}


def suffixes(converted: bool) -> str:
    """The suffixes of the formats that another program makes, or of the others, separated by commas.

    >>> suffixes(converted=False)[:18]
    '.svg, .html, .htm,'
    """
    return ", ".join(suffix for suffix, format in BY_SUFFIX.items() if format.converted == converted)


def files_in_words() -> str:
    """The possible files of drawings, in words, for help texts.

    >>> files_in_words().endswith(", .txt, .png or .pdf file")
    True
    """
    own, others = (
        [format.suffixes[0] for format in FORMATS if format.converted == converted] for converted in (False, True)
    )
    return f"a {', '.join([*own, *others][:-1])} or {others[-1]} file"
