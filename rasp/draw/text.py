"""Drawings as text for a terminal: a `Flow` goes in, lines come out. Layers run down, positions across.

Positions that do not fit side by side go on in another stretch of lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rasp.diagnostics import display_width
from rasp.draw.flow import Flow
from rasp.draw.measure import shorten, wrap
from rasp.draw.view import Band, Edge, Panel, Row, view_of

CELL = 10  # columns of a cell at most
NAME = 24  # columns of a value's name at most
INDENT = "  "
NARROWEST = 20  # columns that a drawing takes, however narrow the terminal is
SELECTED, OTHER = "1", "."


def render(flow: Flow, width: int = 80, folded: bool = True) -> str:
    """The flow as lines of at most `width` columns.

    >>> from rasp.draw.flow import Flow, Layer, Value
    >>> row = Value("v1", "tokens", "tokens", "strings", ("a", "b"))
    >>> print(render(Flow('tokens("ab")', "tokens: 0 layers", ("a", "b"), (Layer(0, computed=(row,)),), ("v1",))))
    tokens("ab")
    tokens: 0 layers
    <BLANKLINE>
    input
      tokens  a b
    """
    width = max(width, NARROWEST)
    lines = [*wrap(flow.title, width, 2), *wrap(flow.summary, width, 4)]
    for band in view_of(flow, folded).bands:
        lines += ["", f"layer {band.number}" if band.number else "input", *_band(band, width)]
    return "\n".join(line.rstrip() for line in lines)


def _band(band: Band, width: int) -> Iterator[str]:
    """The lines of a layer: heads, the values that they give, and the elementwise values after them."""
    for panel in band.panels:
        yield from _panel(panel, width)
    yield from _rows(band.rows, width)


# ----------------------------------------------------------------------------------------------------------- values


def _rows(rows: Sequence[Row], width: int) -> Iterator[str]:
    """Values one below the other, with their positions aligned."""
    if not rows:
        return
    names = [shorten(row.name, min(NAME, width // 3)) for row in rows]
    cells = [[shorten(cell, CELL) for cell in row.value.cells] for row in rows]
    margin = max(map(display_width, names))
    widths = [max(map(display_width, column)) for column in zip(*cells, strict=True)]
    for start, end in _stretches(widths, width - len(INDENT) - margin - 2):
        for name, texts, row in zip(names, cells, rows, strict=True):
            line = f"{INDENT}{_padded(name, margin)}  {_joined(texts[start:end], widths[start:end])}"
            yield line if start else _with_formula(line, row, width)


def _with_formula(line: str, row: Row, width: int) -> str:
    """The line, and behind it what the value is made of where there is room."""
    formula = f"  = {row.value.formula}"
    fits = row.value.formula not in ("", row.name) and display_width(line) + display_width(formula) <= width
    return line + formula if fits else line


# ------------------------------------------------------------------------------------------------------------ heads


def _panel(panel: Panel, width: int) -> Iterator[str]:
    """The lines of a head: what it is, and its matrix."""
    head = panel.head
    named = f"{head.name} = {head.formula}" if head.name else head.formula
    yield from _paragraph(f"{panel.label}  {named}", width)
    for word, names in (("reads", [edge.name for edge in panel.reads]), ("writes", panel.writes)):
        if names:
            yield from _paragraph(f"        {word} {', '.join(names)}", width)
    if head.note:
        yield from _paragraph(f"        {head.note}", width)
    yield from _matrix(panel, width)


def _paragraph(text: str, width: int) -> Iterator[str]:
    """A text set in, in at most three lines."""
    start = " " * (len(text) - len(text.lstrip()))
    for place, line in enumerate(wrap(text.strip(), width - len(INDENT) - 8, 3)):
        yield f"{INDENT}{start if place == 0 else ' ' * 8}{line}"


def _matrix(panel: Panel, width: int) -> Iterator[str]:
    """The matrix with the values at its edges: keys across, queries down."""
    above = [(f"{edge.role} {edge.name}", _cells(edge)) for edge in (*panel.reads, *panel.keys)]
    left = [_cells(edge) for edge in panel.queries]
    margins = [max(map(display_width, texts)) for texts in left]
    names = f"query {', '.join(edge.name for edge in panel.queries)}" if panel.queries else ""
    widths = [max([1, *(display_width(texts[key]) for _, texts in above)]) for key in range(len(panel.head.matrix))]
    labels = [*(name for name, _ in above), names]
    margin = max(sum(margins) + len(margins), *(display_width(shorten(label, width // 3)) for label in labels))
    for start, end in _stretches(widths, width - 2 * len(INDENT) - margin - 3):
        for name, texts in above:
            yield _line(shorten(name, width // 3), "  ", _joined(texts[start:end], widths[start:end]), margin)
        if names:
            yield _line(shorten(names, width // 3), "", "", margin)
        for query, row in enumerate(panel.head.matrix):
            label = _joined([texts[query] for texts in left], margins)
            marks = [SELECTED if cell else OTHER for cell in row[start:end]]
            yield _line(label, "| ", _joined(marks, widths[start:end]), margin)


def _line(label: str, border: str, cells: str, margin: int) -> str:
    return f"{INDENT}{INDENT}{' ' * (margin - display_width(label))}{label} {border}{cells}"


def _cells(edge: Edge) -> list[str]:
    return [shorten(cell, CELL) for cell in edge.value.cells]


# ---------------------------------------------------------------------------------------------------------- columns


def _stretches(widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    """The stretches of positions that fit side by side, each at least one long."""
    stretches, start, used = [], 0, 0
    for place, width in enumerate(widths):
        if used + width > room and place > start:
            stretches.append((start, place))
            start, used = place, 0
        used += width + 1
    return [*stretches, (start, len(widths))]


def _joined(texts: Iterable[str], widths: Iterable[int]) -> str:
    return " ".join(_padded(text, width) for text, width in zip(texts, widths, strict=True))


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))
