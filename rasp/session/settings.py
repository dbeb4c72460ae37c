"""`Listener`, to which a session reports, and `Settings`, which the language's commands change.

A session prints nothing. It calls a `Listener` with results, errors and warnings. The command line's listener prints
them; the default one, of `rasp.Session()`, ignores results and errors and issues warnings as Python warnings.
"""

from __future__ import annotations

import sys
import warnings

from rasp.base.diagnostics import Diagnostic
from rasp.errors import RaspError, RaspWarning
from rasp.graph.nodes import Atom
from rasp.runtime.machine import ShownResult
from rasp.runtime.scope import SourceUnit
from rasp.syntax import tree


class Leave(Exception):
    """Raised by `exit` and `quit`: ends the loaded file that contains it, or the conversation."""


class Listener:
    """The callbacks of a session. An interface overrides those that it shows; here all but `warning` do nothing.

    >>> import rasp
    >>> class Printer(Listener):
    ...     def results(self, shown):
    ...         print([result.name for result in shown])
    >>> _ = rasp.Session(listener=Printer()).run("a, b = 1, 2;")
    ['a', 'b']
    """

    def results(self, shown: list[ShownResult]) -> None:
        """Called with the results of a statement."""

    def accepted(self, statement: tree.SyntaxNode) -> None:
        """Called after a statement of the session itself ran, before `results`."""

    def file_begins(self, unit: SourceUnit) -> None:
        """Called before the statements of a loaded file run."""

    def accepted_in_file(self, statement: tree.SyntaxNode) -> None:
        """Called after a statement of the innermost loading file ran."""

    def file_ends(self) -> None:
        """Called when the innermost loading file has ended, or has failed."""

    def text(self, text: str) -> None:
        """Called with the text that a command prints."""

    def error(self, error: RaspError) -> None:
        """Called with the error of a statement that failed, if the session keeps going."""

    def warning(self, diagnostic: Diagnostic) -> None:
        """Called with a warning about a program. The default issues a Python warning."""
        warnings.warn(RaspWarning(diagnostic), stacklevel=_callers_level())


def _callers_level() -> int:
    """The `stacklevel` for `warnings.warn` in `warning` of the code that called the package."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("rasp."):
        frame, level = frame.f_back, level + 1
    return level


class Settings:
    """The settings that `set example`, `examples on` and similar commands change."""

    __slots__ = ("full_display", "selector_example", "selector_examples", "sop_example", "sop_examples")

    def __init__(self, example: tuple[Atom, ...]) -> None:
        self.sop_example = example
        self.selector_example = example
        self.sop_examples = True  # whether s-ops are shown with their values on the example
        self.selector_examples = True
        self.full_display = False
