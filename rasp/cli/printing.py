"""Prints results on standard output, and errors and warnings on standard error."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

from rasp.base.diagnostics import Diagnostic, render_diagnostic
from rasp.cli.interrupts import heed
from rasp.cli.output import flush, say
from rasp.errors import RaspError
from rasp.runtime.machine import ShownResult
from rasp.session.results import show_result
from rasp.session.session import Session
from rasp.session.settings import Listener


def wants_color(stream: TextIO) -> bool:
    """Whether a stream is a terminal with colour, and NO_COLOR is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def output_width() -> int:
    """The width of the terminal; 80 if standard output is not a terminal."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80


def print_diagnostic(diagnostic: Diagnostic) -> None:
    """Prints an error or warning on standard error, after flushing standard output."""
    flush()
    say(render_diagnostic(diagnostic, color=wants_color(sys.stderr)), file=sys.stderr, flush=True)


def print_error(error: RaspError) -> None:
    """Prints an error on standard error."""
    print_diagnostic(error.diagnostic)


class QuietListener(Listener):
    """A listener that prints errors, warnings and the output of commands, but no results."""

    def error(self, error: RaspError) -> None:
        print_error(error)

    def warning(self, diagnostic: Diagnostic) -> None:
        print_diagnostic(diagnostic)

    def text(self, text: str) -> None:
        say(text, flush=True)


class Printer(QuietListener):
    """A listener that prints results, too."""

    session: Session

    def results(self, shown: list[ShownResult]) -> None:
        for item in shown:
            say(show_result(item, self.session), flush=True)


def new_session(show: bool) -> Session:
    """A session whose listener prints errors and warnings, with `show` also results. Enables KeyboardInterrupt."""
    printer = Printer() if show else QuietListener()
    session = Session(listener=printer)
    if isinstance(printer, Printer):
        printer.session = session
    heed()
    return session
