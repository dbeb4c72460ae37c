"""S-ops, selectors, sequences and selections as HTML tables, for notebooks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rasp.base.html import box, cell, escape, heat_map
from rasp.errors import RaspError
from rasp.graph.nodes import Atom
from rasp.present.names import show_input
from rasp.present.text import element_text, error_line

if TYPE_CHECKING:
    from rasp.engine.tokens import Input

SHOWN_ELEMENTS = 100
LARGEST = 60  # the most positions of a selection with a cell for each pair
SCALED, LABELLED = 40, 4  # the most cells across one that is scaled down, and how many columns share a label
WRITTEN = 16  # the most columns of a heat map of numbers with the numbers in its cells


def sequence_html(given: Input, values: Sequence[Atom], kind: str) -> str:
    """A sequence as a table: its input, its values, and their kind.

    >>> "<td" in sequence_html(("a", "b"), [0, 1], "int")
    True
    """
    rest = len(values) - SHOWN_ELEMENTS
    note = f"{kind}s" + (f", … {rest} more" if rest > 0 else "")
    return f"{box([_row('th', given), _row('td', values)])}<small>{note}</small>"


def _row(tag: str, items: Iterable[Atom]) -> str:
    shown = [item for item, _ in zip(items, range(SHOWN_ELEMENTS), strict=False)]
    return "".join(cell(element_text(item), tag) for item in shown)


def selection_html(given: Input, matrix: Any) -> str:
    """The matrix (n, n) of a selector as a heat map, keys across, queries down. A large one is scaled down."""
    size = len(given)
    step = 1 if size <= LARGEST else -(-size // SCALED)
    heads = [element_text(item) for item in given] if step == 1 else [str(n) for n in range(0, size, step)]
    starts = range(0, size, step)
    shares = [[float(matrix[top : top + step, left : left + step].mean()) for left in starts] for top in starts]
    texts = [["1" if step == 1 and share else "" for share in row] for row in shares]
    scaled = f"{size} positions, scaled down: each cell is {step} × {step}; " if step > 1 else ""
    shown = heat_map(heads, heads, shares, texts, every=1 if step == 1 else LABELLED)
    return f"{shown}<small>{scaled}keys across, queries down</small>"


def numbers_html(columns: Sequence[str], rows: Sequence[str], matrix: Any) -> str:
    """A matrix of numbers as a heat map, shaded by their share of the largest; a narrow one shows the numbers."""
    numbers = [[float(number) for number in row] for row in matrix]
    finite = [abs(number) for row in numbers for number in row if math.isfinite(number)]
    most = max(finite, default=0.0) or 1.0
    shares = [[number / most if math.isfinite(number) else 0.0 for number in row] for row in numbers]
    written = len(columns) <= WRITTEN
    return heat_map(
        columns, rows, shares, [[number_text(number) if written else "" for number in row] for row in numbers]
    )


def number_text(number: float) -> str:
    """A number in a cell: three digits, and nothing for what is 0 but for rounding.

    >>> number_text(0.25), number_text(1e-9), number_text(-3.14159)
    ('0.25', '', '-3.14')
    """
    return f"{number:.3g}" if abs(number) > 1e-6 or number != number else ""


def trace_html(given: Input, steps: Iterable[tuple[int, str, Sequence[str] | str, bool]]) -> str:
    """The steps to a result as a table: layer, name, and the values under the tokens.

    A step is its layer, its name, its values (or the text of an error), and whether they count a selector's keys.

    >>> trace_html(("a", "b"), [(0, "tokens", ["a", "b"], False), (1, "bad", "division by zero", False)]).count("<tr ")
    3
    """
    lines = ["".join(cell(text, "th") for text in ("layer", "step", *map(element_text, given), ""))]
    for layer, name, values, counts in steps:
        head = cell(str(layer)) + cell(name, "th")
        if isinstance(values, str):
            message = f'<td colspan="{len(given) + 1}">no value: {escape(values)}</td>'
            lines.append(head + message)
        else:
            lines.append(head + "".join(map(cell, values)) + cell("keys" if counts else ""))
    return box(lines)


def operator_html(kind: str, name: str, given: Input, evaluate: Callable[[Input], Any]) -> str:
    """An s-op or selector as HTML: its name, and its value on an input or the error."""
    head = f"<div>{kind}: <b><code>{escape(name)}</code></b> on {escape(show_input(given))}</div>"
    try:
        return f"{head}{evaluate(given)._repr_html_()}"
    except RaspError as error:
        return f"{head}<div>has no value: {escape(error_line(error))}</div>"
