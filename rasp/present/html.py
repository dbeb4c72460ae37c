"""S-ops, selectors, sequences and selections as HTML tables, for notebooks.

All text is escaped. Cells are shaded in a translucent blue, which is legible on light and on dark pages.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rasp.base.diagnostics import printable
from rasp.errors import RaspError
from rasp.graph.nodes import Atom
from rasp.present.names import show_input
from rasp.present.text import element_text, one_line

SHOWN_ELEMENTS = 100
LARGEST = 60  # the most positions of a selection with a cell for each pair

Input = tuple[Atom, ...]

_CELL = "padding:1px 5px;text-align:center;border:none"
_TABLE = '<table style="border-collapse:collapse;font-family:monospace">'


def sequence_html(given: Input, values: Sequence[Atom], kind: str) -> str:
    """A sequence as a table: its input, its values, and their kind.

    >>> "<td" in sequence_html(("a", "b"), [0, 1], "int")
    True
    """
    rest = len(values) - SHOWN_ELEMENTS
    rows = [_row("th", given), _row("td", values)]
    note = f"{kind}s" + (f", … {rest} more" if rest > 0 else "")
    return f"{_TABLE}{''.join(rows)}</table><small>{note}</small>"


def _row(tag: str, items: Iterable[Atom]) -> str:
    shown = [item for item, _ in zip(items, range(SHOWN_ELEMENTS), strict=False)]
    return f"<tr>{''.join(_cell(tag, element_text(item)) for item in shown)}</tr>"


def _cell(tag: str, text: str, share: float | None = None) -> str:
    shade = "" if share is None else f";background:rgba(30,110,200,{share:.2f})"
    return f'<{tag} style="{_CELL}{shade}">{html.escape(text)}</{tag}>'


def selection_html(given: Input, matrix: Any) -> str:
    """The matrix (n, n) of a selector as a heat map, keys across, queries down. A large one is scaled down."""
    size = len(given)
    step = -(-size // LARGEST)
    heads = [element_text(item) for item in given] if step == 1 else [str(n) for n in range(0, size, step)]
    rows = [f"<tr>{_cell('th', '')}{''.join(_cell('th', head) for head in heads)}</tr>"]
    for index, head in enumerate(heads):
        block = matrix[index * step : (index + 1) * step]
        shares = (float(block[:, left : left + step].mean()) for left in range(0, size, step))
        cells = (_cell("td", "1" if step == 1 and share else "", 0.75 * share) for share in shares)
        rows.append(f"<tr>{_cell('th', head)}{''.join(cells)}</tr>")
    note = "" if step == 1 else f"<small>{size} positions, scaled down: each cell is {step} × {step}</small>"
    return f"{_TABLE}{''.join(rows)}</table>{note}"


def operator_html(kind: str, name: str, given: Input, evaluate: Callable[[Input], Any]) -> str:
    """An s-op or selector as HTML: its name, and its value on an input or the error."""
    label = html.escape(printable(name))
    head = f"<div>{kind}: <b><code>{label}</code></b> on {html.escape(show_input(given))}</div>"
    try:
        return f"{head}{evaluate(given)._repr_html_()}"
    except RaspError as error:
        return f"{head}<div>has no value: {html.escape(one_line(error))}</div>"
