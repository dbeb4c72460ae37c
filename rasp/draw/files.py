"""Writes drawings into files, in the format of the path's suffix.

Files are written completely or not at all: a temporary file replaces the old one at the end.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from rasp.base.diagnostics import quote_path
from rasp.base.writing import replace_file
from rasp.draw.flow import Flow
from rasp.draw.formats import BY_SUFFIX, Format, suffixes
from rasp.errors import DrawingFailed, DrawingTooLarge

SECONDS = 120  # time limit of Graphviz
MAX_N = 200  # positions: on a page, the cells of a larger matrix cannot be distinguished


def check_size(n: int, max_n: int = MAX_N) -> None:
    """Raises DrawingTooLarge if `n` is more than `max_n`, and ValueError if `max_n` is not a number of elements.

    >>> check_size(201)
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
    if format.by_graphviz and shutil.which("dot") is None:
        raise DrawingFailed(
            f"`{format.suffixes[0]}` needs Graphviz's program `dot`, which is not installed",
            hint=f"Without it there are {suffixes(by_graphviz=False)}.",
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
        hint=f"There are {suffixes(by_graphviz=False)}, and by Graphviz {suffixes(by_graphviz=True)}.",
    )


def write(flow: Flow, path: str | Path, folded: bool = True) -> None:
    """Writes the drawing of a flow. Raises DrawingFailed."""
    check_path(path)
    format = _format_of(path)
    drawing = format.render(flow, folded)
    content = _by_graphviz(drawing, format.name) if format.by_graphviz else f"{drawing.rstrip()}\n".encode()
    try:
        replace_file(Path(path), content)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise DrawingFailed(f"{quote_path(path)} cannot be written: {_reason(error)}") from None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _by_graphviz(drawing: str, format: str) -> bytes:
    """Runs Graphviz on a digraph. Returns the content of the file."""
    try:
        done = subprocess.run(
            ["dot", f"-T{format}"], input=drawing.encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise DrawingFailed(
            f"Graphviz took more than {SECONDS} seconds", hint="Draw a shorter input, or .svg."
        ) from None
    except OSError as error:
        raise DrawingFailed(f"Graphviz cannot be run: {_reason(error)}") from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise DrawingFailed(f"Graphviz failed: {said or 'it gave nothing'}"[:300])
    return done.stdout
