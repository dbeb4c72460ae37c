"""Draws values: each one is a row with its name, a cell for each position, and its formula.

The cells of all rows of a picture begin at the same x and have the same width, so a position is a column of the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rasp.base.diagnostics import display_width
from rasp.base.tables import wrap_text
from rasp.draw.flow import FlowValue
from rasp.draw.picture import Group, Item, Rectangle, SvgPath, Text
from rasp.draw.text_width import ADVANCE, clean, shorten, text_width
from rasp.draw.view import Row, View
from rasp.draw.wires import number

SIZE, FORMULA_SIZE = 10.0, 10.0
HEIGHT, GAP = 18.0, 7.0  # of a row, and between rows
CELL_COLUMNS, NAME_COLUMNS = 12, 26  # longer texts are cut
NARROWEST, CELLS_WIDTH = 20.0, 600.0  # of a cell; of all cells of a row, unless they are the narrowest
NARROW_N = 24  # positions: with more, the cells of a narrow picture are those of the usual one
# The least width of a cell where there are more positions, for texts of so many columns; longer ones are turned.
LEAST_OF_MANY = {0: 12.0, 1: 12.0, 2: 16.0}
USUAL_CELL = 30.0  # the width of a cell where few cells leave room
MARGIN = 12.0  # between name, cells and formula
USUAL_COLUMNS, MOST_COLUMNS = 40, 58  # of a line of a formula, which has up to two lines
FORMULA_LINES, LEADING = 6, 12.0  # most lines of a formula; their distance
NAME_LINE = 15.0  # the height of a name above its cells, in a narrow picture


@dataclass(frozen=True)
class RowGeometry:
    """The measures that all rows share: x of the first cell, width of a cell, x of start and end of formulas.

    In a narrow picture, the rows are `stacked`: name, cells and formula are one below the other.
    """

    cells: float
    pitch: float
    formulas: float
    end: float
    stacked: bool = False

    @property
    def name_columns(self) -> int:
        """The columns for names: as many as stand above the cells, or beside them."""
        return int(self.end / (ADVANCE * SIZE) + 0.01) if self.stacked else NAME_COLUMNS

    @property
    def formula_columns(self) -> int:
        return int((self.end - self.formulas) / (ADVANCE * FORMULA_SIZE) + 0.01)  # tolerance for rounding


def row_geometry(view: View, at_least: float, stacked: bool = False, most: float = math.inf) -> RowGeometry:
    """The measures for the rows of a view, at least so wide; formulas make them at most `most` wide."""
    rows = list(view.rows)
    if stacked:
        room = at_least - 2 if view.n <= NARROW_N else CELLS_WIDTH
        pitch = _pitch(view.n, max(map(_longest, (row.value for row in rows)), default=1), room)
        return RowGeometry(0, pitch, 0, max(at_least, view.n * pitch), True)
    names = max((text_width(shorten(row.name, NAME_COLUMNS), SIZE) for row in rows), default=0)
    pitch = _pitch(view.n, max(map(_longest, (row.value for row in rows)), default=1))
    formulas = round(names + MARGIN) + view.n * pitch + MARGIN
    longest = max((_formula_columns(_formula(row)) for row in rows), default=0) * ADVANCE * FORMULA_SIZE
    end = max(at_least, formulas + 120, min(formulas + longest, most))
    return RowGeometry(round(names + MARGIN), pitch, formulas, end)


def _formula_columns(formula: str) -> int:
    """The width for a formula, in columns: for one line if it is short, else for two lines if they can hold it.

    >>> _formula_columns("f(x)"), _formula_columns("f(x) + " * 15), _formula_columns("f(x) + " * 99)
    (4, 53, 58)
    """
    text = shorten(formula, 2 * MOST_COLUMNS + 1)
    fitting = (columns for columns in range(USUAL_COLUMNS, MOST_COLUMNS) if len(wrap_text(text, columns, most=3)) < 3)
    return min(display_width(text), next(fitting, MOST_COLUMNS))


def _pitch(n: int, columns: int, room: float = CELLS_WIDTH) -> float:
    """The width of a cell for texts of that many columns, limited by the room of all cells."""
    usual, least = (room / n / 4, NARROWEST) if room == CELLS_WIDTH else (room / n, 12.0)
    if n > NARROW_N:
        least = LEAST_OF_MANY[min(columns, 2)]
    wanted = max(columns * ADVANCE * SIZE + 8, min(USUAL_CELL, usual))
    return 2 * math.floor(max(least, min(wanted, room / n)) / 2)


def _longest(value: FlowValue) -> int:
    """The columns of a value's longest cell, after cutting."""
    return max((display_width(shorten(cell, CELL_COLUMNS)) for cell in value.cells), default=1)


def _formula(row: Row, name_columns: int = NAME_COLUMNS) -> str:
    """The formula beside or below the cells; empty if the name is the same text, and not cut."""
    return row.value.formula if row.has_formula or shorten(row.name, name_columns) != clean(row.name) else ""


def _is_turned(value: FlowValue, pitch: float) -> bool:
    return _longest(value) * ADVANCE * SIZE > pitch - 3


def row_height(row: Row, columns: RowGeometry) -> float:
    """The height of a row. It is larger if texts are turned upwards because they do not fit their cells."""
    lines = len(_formula_parts(row, columns))
    if columns.stacked:
        return NAME_LINE + _cells_height(row, columns) + (LEADING * lines + 3 if lines else 0)
    return max(_cells_height(row, columns), LEADING * lines + 2 if lines > 1 else 0)


def middle_of(row: Row, columns: RowGeometry) -> float:
    """How far below the upper edge of a row the middle of its name is, which wires reach."""
    return NAME_LINE / 2 if columns.stacked else row_height(row, columns) / 2


def _cells_height(row: Row, columns: RowGeometry) -> float:
    long = _longest(row.value) * ADVANCE * SIZE + 8
    return max(HEIGHT, round(long)) if _is_turned(row.value, columns.pitch) else HEIGHT


def place_row(row: Row, y: float, columns: RowGeometry) -> Group:
    """Draws a row with its upper edge at y."""
    height = _cells_height(row, columns)
    middle = y + middle_of(row, columns)
    top = y + NAME_LINE if columns.stacked else middle - height / 2
    name = Text(0, middle + 3.5, shorten(row.name, columns.name_columns), "name", SIZE, full=clean(row.name))
    lines = _formula_parts(row, columns)
    first = top + height + LEADING if columns.stacked else middle + 3.5 - LEADING / 2 * (len(lines) - 1)
    frame = Rectangle(columns.cells, top, len(row.value.cells) * columns.pitch, height, "frame")
    items: list[Item] = [
        name,
        row_content(row, top, height, columns),
        frame,
        *_formula_lines(row, lines, first, columns),
    ]
    kinds = ["value", *(["result"] if row.is_result else []), *(["minor"] if row.value.minor else [])]
    return Group(" ".join(kinds), row.key, tuple(items), describe_row(row))


def row_content(row: Row, y: float, height: float, columns: RowGeometry) -> Group:
    """The cells of a row, within its frame."""
    key = f"{row.key}-{number(columns.pitch)}-{number(height)}"
    return Group("content", key, tuple(cells(row, height, columns.pitch)), x=columns.cells, y=y)


def cells(row: Row, height: float, pitch: float) -> Iterable[Item]:
    """The boxes of a row and the texts in them, from the upper left corner of the first."""
    n = len(row.value.cells)
    yield Rectangle(0, 0, n * pitch, height, "cells")
    if row.value.kind == "bools":
        boxes = (
            f"M{number(index * pitch)} 0h{number(pitch)}v{number(height)}h{number(-pitch)}z"
            for index, cell in enumerate(row.value.cells)
            if cell == "T"
        )
        if path := "".join(boxes):
            yield SvgPath(path, "true")
    rules = "".join(f"M{number(index * pitch)} 0v{number(height)}" for index in range(1, n))
    if rules:
        yield SvgPath(rules, "rule")
    middles = ((index + 0.5) * pitch for index in range(n))
    given = [(cell, middle) for cell, middle in zip(row.value.cells, middles, strict=True) if cell]
    if _is_turned(row.value, pitch):
        texts = tuple(_cell(cell, 0, middle + 3.5) for cell, middle in given)
        yield Group("content", "", texts, y=height / 2, turned=True)
    else:
        texts = tuple(_cell(cell, middle, 0) for cell, middle in given)
        yield Group("content", "", texts, y=height / 2 + 3.5)


def _cell(cell: str, x: float, y: float) -> Text:
    return Text(x, y, shorten(cell, CELL_COLUMNS), "cell", SIZE, "middle", full=clean(cell))


def _formula_parts(row: Row, columns: RowGeometry) -> list[str]:
    """The lines of the formula of a row."""
    formula = _formula(row, columns.name_columns)
    return wrap_text(clean(formula), columns.formula_columns, most=FORMULA_LINES) if formula else []


def _formula_lines(row: Row, lines: list[str], first: float, columns: RowGeometry) -> Iterable[Text]:
    """The formula beside or below the cells; `first` is the baseline of its first line."""
    for index, line in enumerate(lines):
        full = clean(row.value.formula)
        yield Text(columns.formulas, first + LEADING * index, line, "formula", FORMULA_SIZE, full=full)


def describe_row(row: Row) -> str:
    """A text that describes a row.

    >>> describe_row(Row("v0", FlowValue("a", "n", "length", "ints", ("2", "2")), "n", (), False))
    'n = length (ints): 2, 2'
    """
    formula = f" = {clean(row.value.formula)}" if row.has_formula else ""
    return f"{clean(row.name)}{formula} ({row.value.kind}): {', '.join(map(clean, row.value.cells))}"
