"""What the commands print: results on standard output, all else on standard error."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

from rasp.base.diagnostics import Diagnostic, render
from rasp.cli.interrupts import heed
from rasp.cli.output import flush, say
from rasp.errors import RaspError
from rasp.runtime.machine import Shown
from rasp.session.results import show_result
from rasp.session.session import Session
from rasp.session.settings import Listener


def wants_color(stream: TextIO) -> bool:
    """Colour only on a terminal that can show it, and never against the user's NO_COLOR."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def output_width() -> int:
    """The columns of the terminal; 80 where the output goes elsewhere."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80


def print_diagnostic(diagnostic: Diagnostic) -> None:
    """An error or warning on standard error, after what was printed before."""
    flush()
    say(render(diagnostic, color=wants_color(sys.stderr)), file=sys.stderr, flush=True)


def print_error(error: RaspError) -> None:
    """An error on standard error."""
    print_diagnostic(error.diagnostic)


class Quiet(Listener):
    """Prints errors and warnings, and what commands of the program print, but no results."""

    def error(self, error: RaspError) -> None:
        print_error(error)

    def warning(self, diagnostic: Diagnostic) -> None:
        print_diagnostic(diagnostic)

    def text(self, text: str) -> None:
        say(text, flush=True)


class Printer(Quiet):
    """Prints everything as a conversation does."""

    session: Session

    def results(self, shown: list[Shown]) -> None:
        for item in shown:
            say(show_result(item, self.session), flush=True)


def new_session(show: bool) -> Session:
    """A session that prints, everything when `show`, else only errors and warnings; Ctrl-C stops what it runs."""
    printer = Printer() if show else Quiet()
    session = Session(listener=printer)
    if isinstance(printer, Printer):
        printer.session = session
    heed()
    return session
