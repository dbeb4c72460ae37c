"""Writes drawings into files: a `Flow` and a path go in, a file comes out, in the format that its ending says.

A file is written beside its place and then moved there, so that an error leaves what was there before.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path

from rasp.draw import Format, render
from rasp.draw.flow import Flow
from rasp.errors import DrawingTooLarge, GraphvizFailed, UnknownFormat, UnwritableFile

MAX_N = 100  # positions: a matrix of so many rows is as wide as a screen, and its labels can still be read
FOLDER = "comp_flows"  # where programs put their drawings
SECONDS = 120  # that Graphviz may take

OWN: dict[str, Format] = {".svg": "svg", ".html": "html", ".dot": "dot", ".txt": "text"}
BY_GRAPHVIZ = (".png", ".pdf")
_CHOICE = f"{', '.join([*OWN][:-1])} or {[*OWN][-1]}"


def check_size(n: int, max_n: int = MAX_N) -> None:
    """Raises DrawingTooLarge where an input of n elements has matrices too large to draw.

    >>> check_size(40)
    >>> check_size(101)
    Traceback (most recent call last):
        ...
    rasp.errors.DrawingTooLarge: error[R607]: an input of 101 elements is too long to draw: a head has 10,201 cells
      = hint: A drawing has at most 100 positions; --max-n N or max_n=N allows more.
    """
    if n > max_n:
        raise DrawingTooLarge(
            f"an input of {n:,} elements is too long to draw: a head has {n * n:,} cells",
            hint=f"A drawing has at most {max_n:,} positions; --max-n N or max_n=N allows more.",
        )


def check_path(path: str | Path, make_folder: bool = False) -> None:
    """Raises what `write` would raise for this path before it draws: UnknownFormat, GraphvizFailed, UnwritableFile."""
    path = Path(path)
    ending = _ending(path)
    if ending in BY_GRAPHVIZ:
        _graphviz(ending)
    try:
        if not make_folder or path.parent.exists():
            _check_place(path)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None


def write(
    flow: Flow,
    path: str | Path,
    *,
    folded: bool = True,
    width: int = 80,
    max_n: int = MAX_N,
    make_folder: bool = False,
) -> None:
    """Draws into a file: .svg, .html, .dot or .txt, or .png or .pdf by Graphviz.

    `folded` and `width` are as for `render`. The file's folder has to be there, unless `make_folder` is true. Raises
    UnknownFormat, GraphvizFailed, UnwritableFile or DrawingTooLarge, and leaves then what was there before.
    """
    path = Path(path)
    ending = _ending(path)
    check_size(len(flow.tokens), max_n)
    if ending in BY_GRAPHVIZ:
        data = _drawn_by_graphviz(render(flow, "dot", folded=folded), ending)
    else:
        data = render(flow, OWN[ending], folded=folded, width=width).encode()
    try:
        if make_folder:
            path.parent.mkdir(exist_ok=True)
        _check_place(path)
        _replace(path.resolve(), data)
    except (OSError, ValueError) as error:  # a ValueError: a NUL in the path
        raise _unwritable(path, error) from None


def place_for(name: str, folder: Path) -> Path:
    """Where a program's `draw` puts the drawing of what is called so: `comp_flows/NAME.svg` in the folder.

    >>> place_for("hist", Path()).as_posix(), place_for("../a b", Path()).as_posix()
    ('comp_flows/hist.svg', 'comp_flows/a_b.svg')
    """
    safe = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")[:80]
    return folder / FOLDER / f"{safe or 'drawing'}.svg"


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending in OWN or ending in BY_GRAPHVIZ:
        return ending
    what = f"the ending {ending[:20]}" if ending else "a file without an ending"
    raise UnknownFormat(
        f"there is no format for {what}",
        hint=f"Choose {_CHOICE}; .png and .pdf need Graphviz.",
    )


# --------------------------------------------------------------------------------------------------------- Graphviz


def _graphviz(ending: str) -> str:
    """The path of Graphviz's program."""
    program = shutil.which("dot")
    if program is None:
        raise GraphvizFailed(
            f"{ending} needs Graphviz, whose program `dot` is not installed",
            hint=f"Install Graphviz, or choose {_CHOICE}.",
        )
    return program


def _drawn_by_graphviz(text: str, ending: str) -> bytes:
    """What `dot` makes of a digraph."""
    command = [_graphviz(ending), f"-T{ending[1:]}"]
    hint = f"{_CHOICE} need no Graphviz.".replace(" or ", " and ")
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SECONDS, check=False)
    except OSError as error:
        raise GraphvizFailed(f"Graphviz's `dot` cannot be run: {error.strerror}", hint=hint) from None
    except subprocess.TimeoutExpired:
        raise GraphvizFailed(f"Graphviz's `dot` took more than {SECONDS} seconds", hint=hint) from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().split("\n")[-1][:200]
        raise GraphvizFailed(f"Graphviz's `dot` failed: {said or f'exit status {done.returncode}'}", hint=hint)
    return done.stdout


# ------------------------------------------------------------------------------------------------------------ files


def _check_place(path: Path) -> None:
    """Raises an OSError where the path can be no file to write."""
    if not path.parent.is_dir():
        raise FileNotFoundError(0, f"there is no folder {str(path.parent)[:200]}")
    if path.exists() and not path.is_file():
        raise IsADirectoryError(0, "it is no file")
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(0, "Permission denied")


def _replace(path: Path, data: bytes) -> None:
    """Writes a file beside the path and moves it there."""
    beside = path.parent / f".rasp-{secrets.token_hex(6)}"
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
            stream.write(data)
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _unwritable(path: Path, error: OSError | ValueError) -> UnwritableFile:
    why = error.strerror if isinstance(error, OSError) else error
    return UnwritableFile(f"{str(path)[:200]} cannot be written: {why}")
