"""Explains how the engine evaluates a program's selectors on an input of a given length: methods and estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rasp.base.diagnostics import display_width, padded
from rasp.graph.nodes import Node
from rasp.present.names import Names


@dataclass(frozen=True, slots=True)
class Answered:
    """A selector by its name in the session, the engine's method for it, and an estimate of the steps."""

    selector: str
    method: str
    steps: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The selectors in the order of their evaluation on an input of `n` elements; `str()` makes a table."""

    n: int
    selectors: tuple[Answered, ...]

    def __str__(self) -> str:
        head = ("selector", "method", "steps")
        rows = [head, *((one.selector, one.method, f"{one.steps:,}") for one in self.selectors)]
        widths = [max(display_width(row[place]) for row in rows) for place in range(3)]
        return "\n".join(f"{padded(row[0], widths[0])}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}" for row in rows)


def explain(nodes: Sequence[Node], names: Names, n: int) -> Explanation:
    """The explanation of nodes in a session's names."""
    from rasp.engine.ways import ways  # imported late: imports NumPy

    return Explanation(n, tuple(Answered(names.describe(way[0]), way.method, way.steps) for way in ways(nodes, n)))
