"""Warns where an expression groups otherwise than under Python's rules."""

from __future__ import annotations

from rasp.diagnostics import Diagnostic
from rasp.syntax import tree


def warnings_of(node: tree.Node) -> list[Diagnostic]:
    """A warning for each place where an expression without brackets groups otherwise than in Python."""
    return []
