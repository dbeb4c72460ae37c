"""What a session tells the outside, and the settings that its commands change.

A session prints nothing. It tells a `Listener` of results, errors and warnings. That of the command line prints them;
the one here, which `rasp.Session()` has, keeps silent and turns warnings into Python warnings.
"""

from __future__ import annotations

import sys
import warnings

from rasp.base.diagnostics import Diagnostic
from rasp.errors import RaspError, RaspWarning
from rasp.graph.nodes import Atom
from rasp.runtime.machine import Shown
from rasp.runtime.scope import SourceUnit
from rasp.syntax import tree


class Leave(Exception):
    """`exit` or `quit`: ends the file it stands in, or the conversation."""


class Listener:
    """Hears what happens in a session; a front overrides what it wants to show. This one keeps silent."""

    def results(self, shown: list[Shown]) -> None:
        """The results of a statement."""

    def accepted(self, statement: tree.Node) -> None:
        """A statement of the session's own that ran; its results come after."""

    def file_begins(self, unit: SourceUnit) -> None:
        """The statements of a loaded file follow."""

    def accepted_in_file(self, statement: tree.Node) -> None:
        """A statement that ran, of the loaded file that has begun last and has not ended."""

    def file_ends(self) -> None:
        """The loaded file that has begun last is at its end, or stopped."""

    def text(self, text: str) -> None:
        """What a command prints."""

    def error(self, error: RaspError) -> None:
        """A statement that failed, when the session keeps going."""

    def warning(self, diagnostic: Diagnostic) -> None:
        """A doubtful place in a program: here, a Python warning."""
        warnings.warn(RaspWarning(diagnostic), stacklevel=_callers_level())


def _callers_level() -> int:
    """How many frames up from `warning` the code stands that uses the package."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("rasp."):
        frame, level = frame.f_back, level + 1
    return level


class Settings:
    """What the commands `set example`, `examples on` and so on change."""

    __slots__ = ("full_display", "selector_example", "selector_examples", "sop_example", "sop_examples")

    def __init__(self, example: tuple[Atom, ...]) -> None:
        self.sop_example = example
        self.selector_example = example
        self.sop_examples = True  # whether to show them
        self.selector_examples = True
        self.full_display = False
