"""Output of the commands: all text is written by `say`, so that errors of the output have exceptions of their own."""

from __future__ import annotations

import sys
from typing import TextIO


class OutputFailed(Exception):
    """A text could not be written, for example because the disk is full."""


class ReaderGone(OutputFailed):
    """The reader has closed the pipe, as in `rasp … | head`."""


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
    """Flushes standard output; raises OutputFailed."""
    if sys.__stdout__ is not None:  # None: closed, so nothing was printed
        say(end="", flush=True)
