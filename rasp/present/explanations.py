"""Explains how the engine evaluates a program's selectors on an input of a given length: methods and estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasp.base.diagnostics import display_width, pad
from rasp.base.html import html_table, with_title
from rasp.graph.nodes import Node
from rasp.present.names import Names


@dataclass(frozen=True, slots=True)
class SelectorMethod:
    """A selector by its name in the session, the engine's method for it, and an estimate of the steps."""

    selector: str
    method: str
    steps: int


@dataclass(frozen=True, slots=True)
class EvaluationExplanation:
    """The selectors in the order of their evaluation on an input of `n` elements; `str()` makes a table."""

    n: int
    selectors: tuple[SelectorMethod, ...]

    @property
    def _rows(self) -> list[tuple[str, str, str]]:
        head = ("selector", "method", "steps")
        return [head, *((one.selector, one.method, f"{one.steps:,}") for one in self.selectors)]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return with_title(f"selectors on {self.n:,} elements", html_table(self._rows))

    def __str__(self) -> str:
        rows = self._rows
        widths = [max(display_width(row[index]) for row in rows) for index in range(3)]
        return "\n".join(f"{pad(row[0], widths[0])}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}" for row in rows)


def explain(nodes: Sequence[Node], names: Names, n: int) -> EvaluationExplanation:
    """The explanation of nodes in a session's names."""
    from rasp.engine.estimates import estimates  # imported late: imports NumPy

    reads = [SelectorMethod(names.describe(one.selector), one.method, one.steps) for one in estimates(nodes, n)]
    return EvaluationExplanation(n, tuple(reads))
