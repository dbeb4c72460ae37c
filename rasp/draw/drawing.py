"""A drawing as an object: text in a terminal, an interactive picture in a notebook."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rasp.draw import files, svg, text
from rasp.draw import html as pages
from rasp.draw.flow import Flow
from rasp.draw.layout import layout
from rasp.draw.picture import USUAL_SIZE, PictureSize
from rasp.draw.view import view_of

LARGEST = 1.2  # of a picture in a frame, against its usual size; its letters are then nearly as large as code
ABOVE = 260  # pixels of a page besides its picture: title, buttons, help, and the line below
BORDER = "border:1px solid rgba(128,128,128,.4)"
LOWEST, HIGHEST = 320, 800  # of a frame in pixels; a higher picture is scrolled


class Drawing(str):
    """The drawing of a flow as text, which a notebook shows as an interactive picture.

    `svg` is the picture, `html` the interactive page, and `save(path)` writes the format of the path's suffix. The
    frame in a notebook is sandboxed and loads nothing, so several on a page are independent, and exported pages keep
    them.

    >>> import rasp
    >>> drawing = (rasp.indices + 1).draw("hey")
    >>> drawing.split("\\n")[0], drawing.svg[:4], drawing.html[:15]
    ('(indices + 1)("hey")', '<svg', '<!DOCTYPE html>')
    """

    flow: Flow
    folded: bool

    def __new__(cls, drawn: str, flow: Flow, folded: bool = True) -> Drawing:
        self = super().__new__(cls, drawn)
        self.flow = flow
        self.folded = folded
        return self

    @classmethod
    def of(cls, flow: Flow, folded: bool = True, width: int = text.WIDTH, color: bool = False) -> Drawing:
        """The drawing of a flow, with its text in at most `width` columns."""
        return cls(text.render(flow, width, folded, color), flow, folded)

    def __getnewargs__(self) -> tuple[Any, ...]:  # for pickle; that of str has only the text
        return str(self), self.flow, self.folded

    @property
    def svg(self) -> str:
        """The picture as an SVG document."""
        return svg.render(self.flow, self.folded)

    @property
    def html(self) -> str:
        """The interactive page, complete in itself."""
        return pages.render(self.flow, self.folded)

    def save(self, path: str | Path) -> None:
        """Writes a file in the format of its suffix, such as .svg or .html. Raises DrawingFailed."""
        files.write_drawing(self.flow, path, self.folded)

    def __repr__(self) -> str:
        return str(self).rstrip("\n")

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        # The frame is as high as its page, which hangs on the width of the frame (`cqw`, in browsers since 2023; others
        # take that of the largest picture).
        picture = layout(view_of(self.flow, self.folded))
        wide, high = LARGEST * picture.width, LARGEST * (picture.height - picture.top)
        usual = max(LOWEST, min(round(high) + ABOVE, HIGHEST))
        shown = f"min({high:.0f}px,{100 * high / wide:.1f}cqw)"
        size = f"height:{usual}px;height:clamp({LOWEST}px,{ABOVE}px + {shown},{HIGHEST}px)"
        title, page = html.escape(self.flow.title), html.escape(pages.render(self.flow, self.folded, widest=wide))
        style = f"display:block;box-sizing:border-box;width:100%;{size};resize:vertical;{BORDER}"
        frame = f'<iframe sandbox="allow-scripts" title="{title}" style="{style}" srcdoc="{page}"></iframe>'
        return f'<div style="container-type:inline-size">{frame}</div>'


def deliver(
    make: Callable[[], Flow],
    n: int,
    path: str | Path | None,
    *,
    max_n: int | None = None,
    folded: bool = True,
    width: int = text.WIDTH,
    color: bool = False,
    size: PictureSize = USUAL_SIZE,
    embed: bool = False,
) -> str:
    """Draws the flow `make()` into a file; without a path, returns a `Drawing` of at most `width` columns.

    With a path, returns the name of the program that made a PDF or PNG of the picture; an empty text for other files.
    The number of elements `n` and the path are checked before `make` is called. Raises DrawingTooLarge, DrawingFailed.
    """
    files.check_drawing_size(n, files.MAX_N if max_n is None else max_n)
    if path is None:
        return Drawing.of(make(), folded, width, color)
    files.check_path(path)
    return files.write_drawing(make(), path, folded, size, embed)
