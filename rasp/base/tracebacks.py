"""The lines of a traceback that are the user's own: in IPython an error shows them below its diagnostic."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType

OTHERS = ("rasp", "IPython", "ipykernel", "ipython_genutils")  # packages whose lines say nothing to a user
CELLS = ["rasp", "notebook"]  # the package below which a cell of RASP runs; the diagnostic has its line


def own_lines(trace: TracebackType | None) -> list[str]:
    """The user's own lines that led to an error, outermost first; none if it occurred in a cell of RASP."""
    import traceback  # imported late: only errors in IPython need it

    frames = list(traceback.walk_tb(trace))
    if any(_module(frame).split(".")[:2] == CELLS for frame, _ in frames):
        return []
    return [line for frame, number in frames if _is_own(frame) for line in _frame_lines(frame, number)]


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _is_own(frame: FrameType) -> bool:
    return _module(frame).partition(".")[0] not in OTHERS


def _frame_lines(frame: FrameType, number: int) -> Iterator[str]:
    code = frame.f_code
    file = code.co_filename if Path(code.co_filename).is_file() else "cell"
    function = "" if code.co_name.startswith("<") else f", in {code.co_name}"
    yield f"{file}, line {number}{function}"
    text = linecache.getline(code.co_filename, number, frame.f_globals).strip()
    if text:
        yield f"    {text}"
