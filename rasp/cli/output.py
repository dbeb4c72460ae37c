"""Writes what the commands print: all text goes through `say`, so that a failure of the output is told as such."""

from __future__ import annotations

import sys
from typing import TextIO


class OutputFailed(Exception):
    """A text could not be written, because of a full disk for example."""


class ReaderGone(OutputFailed):
    """Nobody reads the output any more, as in `rasp … | head`."""


def say(text: str = "", *, end: str = "\n", file: TextIO | None = None, flush: bool = False) -> None:
    """Prints, on standard output or another stream; raises OutputFailed."""
    if file is None and sys.__stdout__ is None:
        raise OutputFailed("it is closed")
    try:
        print(text, end=end, file=file or sys.stdout, flush=flush)
    except BrokenPipeError:
        raise ReaderGone from None
    except OSError as error:
        raise OutputFailed(error.strerror) from None


def flush() -> None:
    """Writes what was printed on standard output; raises OutputFailed."""
    if sys.__stdout__ is not None:  # else nothing was
        say(end="", flush=True)
