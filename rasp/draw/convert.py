"""Converts pictures to PDF and PNG with what is installed: CairoSVG, a browser, or Graphviz, in this order.

CairoSVG and browsers draw the picture as it is in SVG, and keep its texts as texts in a PDF. Graphviz lays the flow out
anew. CairoSVG takes all signs from one font and joins none, so a browser comes first for other scripts than Latin,
Greek and Cyrillic, and for emoji.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from rasp.draw import dot, svg
from rasp.draw.flow import Flow
from rasp.draw.picture import PictureSize
from rasp.errors import DrawingFailed

SECONDS = 120  # time limit of other programs
DENSITY = 2  # pixels of a PNG for each pixel of the picture
MOST_PIXELS = 16_384  # of a side of a PNG, as browsers have it
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_FLAGS = ("--headless", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--disable-background-networking")

# Signs that CairoSVG may not draw: all but Latin, Greek and Cyrillic letters, punctuation, arrows and mathematics.
_OTHER_SCRIPT = re.compile("[^\0-\u02ff\u0370-\u0482\u048a-\u052f\u2000-\u22ff\ufffd]")
_ASCII_LENGTH = re.compile(' textLength="[^"]*"(?! lengthAdjust)')

Convert = Callable[[Flow, str, bool, PictureSize], bytes]


class Converter(NamedTuple):
    """What makes a PDF or PNG, by the name under which users know it; `has_size` if it heeds the size of a picture."""

    name: str
    convert: Convert
    has_size: bool = True


def find_converter(flow: Flow | None = None) -> Converter | None:
    """The first converter that is installed, or None; for the texts of a flow, the first that can draw them."""
    program = find_browser()
    needs_browser = program and flow is not None and _OTHER_SCRIPT.search(svg.render(flow, folded=False))
    if importlib.util.find_spec("cairosvg") is not None and not needs_browser:
        return Converter("CairoSVG", _by_cairosvg)
    if program:
        return Converter(Path(program).name, _by_browser)
    return Converter("Graphviz", _by_graphviz, has_size=False) if shutil.which("dot") else None


def find_browser() -> str | None:
    """The path of a browser that can print, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _by_cairosvg(flow: Flow, format: str, folded: bool, size: PictureSize) -> bytes:
    try:
        cairosvg: Any = importlib.import_module("cairosvg")
    except OSError as error:  # its library in C is missing
        raise DrawingFailed(f"CairoSVG cannot be used: {error!s:.200}", hint="It needs the library cairo.") from None
    picture = svg.render(flow, folded, size).encode()
    made: bytes = cairosvg.svg2pdf(picture) if format == "pdf" else cairosvg.svg2png(picture, scale=DENSITY)
    return made


def _by_browser(flow: Flow, format: str, folded: bool, size: PictureSize) -> bytes:
    """Prints a page that has the size of the picture, or takes a screenshot of it.

    Texts have their own lengths in a PDF, as browsers print one with another length letter by letter, and nobody could
    edit it. None of the fonts is wider than what the layout counts with.
    """
    picture = svg.render(flow, folded, size)
    picture = _ASCII_LENGTH.sub("", picture) if format == "pdf" else picture
    wide, high = (float(picture.partition(f' {name}="')[2].partition('"')[0]) for name in ("width", "height"))
    if format == "png" and DENSITY * max(wide, high) > MOST_PIXELS:
        raise DrawingFailed(
            f"a PNG of {DENSITY * round(wide):,} × {DENSITY * round(high):,} pixels is too large",
            hint=f"A side has {MOST_PIXELS:,} pixels at most; draw it smaller, or as .pdf or .svg.",
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, made = Path(folder, "page.html"), Path(folder, f"drawing.{format}")
        page.write_text(_page(picture, wide, high), encoding="utf-8")
        output = f"--print-to-pdf={made}" if format == "pdf" else f"--screenshot={made}"
        shape = (f"--window-size={round(wide)},{round(high)}", f"--force-device-scale-factor={DENSITY}")
        unsafe = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()  # root has no sandbox
        command = [find_browser() or BROWSERS[0], *_FLAGS, *unsafe, "--no-pdf-header-footer", output, *shape]
        _run([*command, f"--user-data-dir={folder}/profile", page.as_uri()], "the browser")
        if not made.is_file():
            raise DrawingFailed("the browser failed: it gave nothing")
        return made.read_bytes()


def _page(picture: str, wide: float, high: float) -> str:
    """A page for the picture alone; it is a little higher, so that rounding makes no second page."""
    style = f"@page{{size:{wide:.2f}px {high + 1:.2f}px;margin:0}}body{{margin:0}}svg{{display:block}}"
    return f'<!DOCTYPE html><meta charset="utf-8"><style>{style}</style>{picture}'


def _by_graphviz(flow: Flow, format: str, folded: bool, size: PictureSize) -> bytes:
    done = _run(["dot", f"-T{format}"], "Graphviz", dot.render(flow, folded).encode())
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise DrawingFailed(f"Graphviz failed: {said or 'it gave nothing'}"[:300])
    return done.stdout


def _run(command: list[str], name: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs another program. Raises DrawingFailed if it cannot run, or takes too long."""
    try:
        return subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise DrawingFailed(f"{name} took more than {SECONDS} seconds", hint="Draw a shorter input, or .svg.") from None
    except OSError as error:
        raise DrawingFailed(f"{name} cannot be run: {error.strerror or error}") from None
