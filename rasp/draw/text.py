"""Renders flows as text for a terminal: layers from top to bottom, positions from left to right.

Every line fits the width. If there are too many positions for a line, they are split into stretches. In a narrow
terminal, names and cells are cut earlier, and formulas take more lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rasp.base.diagnostics import Paint, display_width, pad
from rasp.base.tables import wrap_text
from rasp.draw.flow import Flow
from rasp.draw.text_width import clean, grapheme_clusters, shorten
from rasp.draw.view import Band, Edge, Panel, Row, View, view_of

WIDTH, NARROWEST = 80, 12  # columns of a line; of the narrowest page
NAME_COLUMNS, CELL_COLUMNS, LABEL_COLUMNS = 24, 12, 10  # longer texts are cut
INDENT = 4  # of the further lines of a definition
FORMULA_COLUMNS = 24  # the least width for formulas beside cells
LINES, LONGEST = 4, 280  # of a formula: lines, or columns in all if lines are short
SELECTED, EMPTY = "1", "."  # as in the REPL's display of selectors; ASCII works in every encoding
FULL = "*"  # a weight of 1, where smaller ones are shown as tenths
BOLD, DIM = "1", "2"


def render(flow: Flow, width: int = WIDTH, folded: bool = True, color: bool = False) -> str:
    """Renders a flow as lines of at most `width` columns; `width` is at least 12.

    >>> from rasp.draw.flow import FlowLayer, FlowValue
    >>> tokens = FlowValue("t", "tokens", "tokens", "strings", ("a", "b"))
    >>> double = FlowValue("d", "double", "tokens + tokens", "strings", ("aa", "bb"), ("t",))
    >>> print(render(Flow('double("ab")', "no layers", ("a", "b"), (FlowLayer(0, computed=(tokens, double)),), ("d",))))
    double("ab")
    no layers
    <BLANKLINE>
    input
        tokens   a  b
      > double  aa bb   = tokens + tokens
    """
    view = view_of(flow, folded)
    page = _TextPage(view, max(width, NARROWEST), _paint if color else _leave_plain)
    return "\n".join(line.rstrip() for line in page.lines())


def _paint(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if text.strip() else text


def _leave_plain(text: str, style: str) -> str:
    return text


@dataclass(frozen=True)
class _TextPage:
    view: View
    width: int
    paint: Paint

    def lines(self) -> Iterator[str]:
        yield self.paint(shorten(self.view.flow.title, self.width), BOLD)
        yield from wrap_text(clean(self.view.flow.summary), self.width, most=3)
        for band in self.view.bands:
            yield ""
            yield from self.band(band)
        definitions = self.view.flow.definitions
        yield from [""] if definitions else []
        for name, formula in definitions.items():
            lines = wrap_text(clean(f"{name} = {formula}"), self.width, INDENT, _lines_for(self.width))
            yield from (self.paint(line, DIM) for line in lines)

    def band(self, band: Band) -> Iterator[str]:
        name = f"layer {band.number}" if band.number else "input"
        if band.panels:
            yield self.heading(f"{name}, attention")
        for panel in band.panels:
            yield from self.panel(panel)
        if band.attended:
            yield from self.rows(band.attended)
        if band.computed:
            yield self.heading(f"{name}, feed-forward" if band.number else name)
            yield from self.rows(band.computed)

    def heading(self, text: str) -> str:
        return self.paint(shorten(text, self.width), BOLD)

    # --------------------------------------------------------------------------------------------- rows

    def rows(self, rows: Sequence[Row]) -> Iterator[str]:
        """Rows over the positions, in stretches if they are too long, with formulas beside or below them."""
        names = [shorten(row.name, self.name_columns) for row in rows]
        most = min(CELL_COLUMNS, self.width - self.name_columns - 6)
        cells = [[shorten(cell, most) for cell in row.value.cells] for row in rows]
        widths = [max(1, *map(display_width, column)) for column in zip(*cells, strict=True)]
        margin = max(map(display_width, names)) + 6
        stretches = _stretches(widths, self.width - margin)
        rest = self.width - margin - sum(widths) - len(widths) - 2
        beside = len(stretches) == 1 and rest >= FORMULA_COLUMNS
        for start, end in stretches:
            if len(stretches) > 1:
                yield f"    {shorten(_positions(start, end), self.width - 4)}"
            for row, name, texts in zip(rows, names, cells, strict=True):
                across = " ".join(
                    _align_right(text, wide) for text, wide in zip(texts[start:end], widths[start:end], strict=True)
                )
                head = f"{'  > ' if row.is_result else '    '}{pad(name, margin - 6)}  "
                yield from self.row(row, head, across, rest if beside else 0)
        if not beside:
            for row in rows:
                yield from self.formula(row)

    @property
    def name_columns(self) -> int:
        return min(NAME_COLUMNS, self.width // 3)

    def formula_of(self, row: Row) -> str:
        """The formula to show; empty if the name is the same text, and not cut."""
        return row.value.formula if row.has_formula or display_width(clean(row.name)) > self.name_columns else ""

    def row(self, row: Row, head: str, across: str, rest: int) -> Iterator[str]:
        """A row with its formula beside it, in `rest` columns."""
        formula = self.formula_of(row)
        lines = wrap_text(f"= {clean(formula)}", rest, most=_lines_for(rest)) if rest and formula else []
        head = self.paint(head, BOLD) if row.is_result else head
        for index, line in enumerate(lines or [""]):
            left = " " * (self.width - rest - 3) if index else head + across
            yield f"{left}   {self.paint(line, DIM)}" if line else left

    def formula(self, row: Row) -> Iterator[str]:
        """A row's formula on lines of its own."""
        formula = self.formula_of(row)
        if formula:
            name = f"{shorten(row.name, self.name_columns)} = " if row.has_formula else ""
            yield from (self.paint(line, DIM) for line in self.indent(name + clean(formula), 2))

    def indent(self, text: str, indent: int = 0) -> Iterator[str]:
        """A text, indented and wrapped into as many lines as it may take."""
        room = self.width - 6
        yield from (f"      {line}" for line in wrap_text(text, room, indent, _lines_for(room)))

    # -------------------------------------------------------------------------------------------- heads

    def panel(self, panel: Panel) -> Iterator[str]:
        head = panel.head
        caption = " = ".join(clean(text) for text in (head.name, head.formula) if text)
        mark = "  > " if panel.is_result else "    "
        first, *rest = self.indent(f"{panel.label}: {caption}" if caption else panel.label)
        first = mark + first.removeprefix("      ")
        yield self.paint(first, BOLD) if panel.is_result else first
        yield from rest
        yield from self.indent(f"({clean(head.note)})") if head.note else ()
        yield from self.matrix(panel)
        yield from self.indent(f"writes {', '.join(map(clean, panel.writes))}") if panel.writes else ()

    def matrix(self, panel: Panel) -> Iterator[str]:
        """The matrix with the values read and the keys above it, and the queries on its left, in stretches of keys."""
        above = (*panel.reads, *panel.keys)
        widest = self.width - 11  # leaves two columns to the matrix
        most = min(widest, max(self.width // 3, self.width - 9 - self.view.n * (_widest_label(above) + 1)))
        names = [shorten(f"{edge.role} {clean(edge.name)}", most) for edge in above]
        queries = _query_columns(panel.queries, len(panel.head.matrix), min(widest, max(self.width // 2, most)))
        title = shorten("query " + ", ".join(clean(edge.name) for edge in panel.queries), most) if panel.queries else ""
        margin = max(map(display_width, [*names, *queries, title])) + 6
        grid = _grid(above, len(panel.head.matrix), self.width - margin - 3)
        for start, end in grid.stretches:
            if len(grid.stretches) > 1:
                yield f"      {shorten(f'keys {_positions(start, end)}', self.width - 6)}"
            for name, edge in zip(names, above, strict=True):
                yield from (f"{pad(left, margin)}   {across}" for left, across in grid.labels(name, edge, start, end))
            if title:
                yield f"      {title}"
            marks = FULL if panel.head.weights else SELECTED
            for query, row in zip(queries, panel.head.shades, strict=True):
                cells = grid.join(
                    [EMPTY if not cell else marks if cell == 10 else str(cell) for cell in row[start:end]]
                )
                yield f"{' ' * (margin - display_width(query))}{query} | {cells}"


def _lines_for(columns: int) -> int:
    """The most lines of a formula, in lines of that many columns."""
    return max(LINES, LONGEST // columns)


def _query_columns(queries: Sequence[Edge], n: int, room: int) -> list[str]:
    """The values of all queries, a line for each position, in columns that together fit `room`."""
    if not queries:
        return [""] * n
    most = max(1, min(LABEL_COLUMNS, (room + 1) // len(queries) - 1))
    columns = []
    for edge in queries:
        cells = [shorten(cell, most) for cell in edge.value.cells]
        wide = max(map(display_width, cells))
        columns.append([_align_right(cell, wide) for cell in cells])
    return [shorten(" ".join(parts), room) for parts in zip(*columns, strict=True)]


@dataclass(frozen=True)
class _Grid:
    """The columns of a matrix: their width, the gap between them, and the stretches that fit a line."""

    wide: int
    gap: str
    stretches: list[tuple[int, int]]

    def join(self, cells: Sequence[str]) -> str:
        return self.gap.join(_align_right(cell, self.wide) for cell in cells)

    def labels(self, name: str, edge: Edge, start: int, end: int) -> Iterator[tuple[str, str]]:
        """The lines of values above the matrix. If one is wider than a column, characters are stacked vertically."""
        cells = [shorten(cell, LABEL_COLUMNS) for cell in edge.value.cells[start:end]]
        stacked = [grapheme_clusters(cell) for cell in cells] if self.is_stacked(edge) else [[cell] for cell in cells]
        height = max(map(len, stacked))
        for line in range(height):
            parts = [([""] * (height - len(parts)) + parts)[line] for parts in stacked]
            yield (f"      {name}" if line == height - 1 else ""), self.join(parts)

    def is_stacked(self, edge: Edge) -> bool:
        return any(display_width(shorten(cell, LABEL_COLUMNS)) > self.wide for cell in edge.value.cells)


def _labels(edges: Sequence[Edge]) -> list[str]:
    return [shorten(cell, LABEL_COLUMNS) for edge in edges for cell in edge.value.cells]


def _widest_label(edges: Sequence[Edge]) -> int:
    return max([1, *map(display_width, _labels(edges))])


def _grid(edges: Sequence[Edge], n: int, room: int) -> _Grid:
    """The columns for a matrix of n keys: as wide as the values above it if they fit, else as wide as a character."""
    widest = _widest_label(edges)
    if n * (widest + 1) <= room + 1:
        return _Grid(widest, " ", [(0, n)])
    wide = max((display_width(part) for cell in _labels(edges) for part in grapheme_clusters(cell)), default=1)
    gap = " " if n * (wide + 1) <= room + 1 else ""
    most = max(1, room // (wide + len(gap)))
    return _Grid(wide, gap, [(start, min(start + most, n)) for start in range(0, n, most)])


def _stretches(widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Splits columns into stretches that fit `room`, with a blank between columns."""
    stretches, start, used = [], 0, 0
    for index, wide in enumerate(widths):
        if index > start and used + wide > room:
            stretches.append((start, index))
            start, used = index, 0
        used += wide + 1
    return [*stretches, (start, len(widths))]


def _positions(start: int, end: int) -> str:
    return f"position {start}" if end == start + 1 else f"positions {start} to {end - 1}"


def _align_right(text: str, wide: int) -> str:
    return " " * (wide - display_width(text)) + text
