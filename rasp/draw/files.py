"""Writes drawings into files, in the format of the path's suffix.

Files are written completely or not at all: a temporary file replaces the old one at the end.
"""

from __future__ import annotations

from pathlib import Path

from rasp.base.diagnostics import quote_path
from rasp.base.writing import replace_file
from rasp.draw import convert
from rasp.draw.flow import Flow
from rasp.draw.formats import BY_SUFFIX, EMBEDDED, Format, suffixes
from rasp.draw.picture import USUAL_SIZE, PictureSize
from rasp.errors import DrawingFailed, DrawingTooLarge

MAX_N = 200  # positions: on a page, the cells of a larger matrix cannot be distinguished


def check_drawing_size(n: int, max_n: int = MAX_N) -> None:
    """Raises DrawingTooLarge if `n` is more than `max_n`, and ValueError if `max_n` is not a number of elements.

    >>> check_drawing_size(201)
    Traceback (most recent call last):
        ...
    rasp.errors.DrawingTooLarge: error[R607]: an input of 201 elements is too long to draw...
    """
    if isinstance(max_n, bool) or not isinstance(max_n, int) or max_n < 0:
        raise ValueError(f"max_n is a number of elements, not {max_n!r:.40}")
    if n > max_n:
        raise DrawingTooLarge(
            f"an input of {n} elements is too long to draw",
            hint=f"The limit is {max_n}; raise it by `rasp draw --max-n {n}`, or max_n={n} in Python.",
        )


def check_path(path: str | Path) -> None:
    """Raises DrawingFailed if it is certain, before anything is drawn, that the path cannot be written."""
    target = Path(path)
    format = _format_of(path)
    if format.converted and convert.find_converter() is None:
        raise DrawingFailed(
            f"`{format.suffixes[0]}` needs CairoSVG (`pip install cairosvg`), Chromium or Chrome, or Graphviz",
            hint=f"Without one of them there are {suffixes(converted=False)}.",
        )
    try:
        folder = target.parent.is_dir()
    except (OSError, ValueError):  # the system refuses the name
        folder = False
    if not folder:
        raise DrawingFailed(f"there is no folder {quote_path(target.parent)}")


def _format_of(path: str | Path) -> Format:
    suffix = Path(path).suffix.lower()
    if suffix in BY_SUFFIX:
        return BY_SUFFIX[suffix]
    raise DrawingFailed(
        f"`{suffix}` is no format of drawings" if suffix else f"{quote_path(path)} has no ending that names a format",
        hint=f"There are {suffixes(converted=False)}, {suffixes(converted=True)}.",
    )


def write_drawing(
    flow: Flow, path: str | Path, folded: bool = True, size: PictureSize = USUAL_SIZE, embed: bool = False
) -> str:
    """Writes the drawing of a flow; an HTML file is a fragment with `embed`.

    Returns the name of the program that made a PDF or PNG of the picture; an empty text for other files. Raises
    DrawingFailed.
    """
    if embed and _format_of(path).name != "html":
        raise DrawingFailed("only an .html file can be a fragment for a page or slide")
    check_path(path)
    format = EMBEDDED if embed else _format_of(path)
    converter = convert.find_converter(flow) if format.converted else None
    if size != USUAL_SIZE and not (converter.has_size if converter else format.has_size):
        raise DrawingFailed(
            f"a picture by {converter.name} has no width or scale"
            if converter
            else f"a `{format.suffixes[0]}` file has no width or scale"
        )
    if converter is None:
        content = f"{format.render(flow, folded, size).rstrip()}\n".encode()
    else:
        content = converter.convert(flow, format.name, folded, size)
    try:
        replace_file(Path(path), content)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise DrawingFailed(f"{quote_path(path)} cannot be written: {_reason(error)}") from None
    return converter.name if converter else ""


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
