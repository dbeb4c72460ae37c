"""Formats tables as aligned lines of a given width, and wraps cells that are too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rasp.base.diagnostics import clip, display_width, graphemes, pad, printable, truncate

GAP = "  "
NARROWEST = 4  # least width of a wrapped cell, in terminal columns
USUAL = 80  # default width of a report, in terminal columns


def table(rows: Sequence[Sequence[str]], width: int = USUAL) -> list[str]:
    """The lines of a table. The widest columns are wrapped until all fit; the last cell of a short row takes the rest.

    >>> for line in table([("a", "one two", "1"), ("bb", "three", "2"), ("c", "all the rest")], 14):
    ...     print(line)
    a   one two  1
    bb  three    2
    c   all the
        rest
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    count = max(map(len, cells))
    whole = [row for row in cells if len(row) == count]
    natural = [max(map(display_width, column)) for column in zip(*whole, strict=True)]
    natural[0] = max(display_width(row[0]) for row in cells)
    widths = _fit_widths(natural, width)
    return [line for row in cells for line in _lines(row, _cell_widths(widths, len(row), width))]


def table_width(rows: Sequence[Sequence[str]]) -> int:
    """The columns that a table takes if no cell is wrapped; all rows have as many cells.

    >>> table_width([("a", "one two"), ("bb", "three")])
    11
    """
    widths = [max(display_width(printable(cell)) for cell in column) for column in zip(*rows, strict=True)]
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _cell_widths(widths: list[int], count: int, width: int) -> list[int]:
    """The cell widths of a row of `count` cells."""
    before = widths[: count - 1]
    return widths if count == len(widths) else [*before, width - sum(before) - len(GAP) * len(before)]


def _fit_widths(widths: list[int], width: int) -> list[int]:
    """The column widths, the widest ones reduced until all fit."""
    fitted = list(widths)
    while sum(fitted) + len(GAP) * (len(fitted) - 1) > width and max(fitted) > NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _lines(row: list[str], widths: list[int]) -> Iterator[str]:
    """The lines of a row."""
    columns = [wrap_text(cell, width) for cell, width in zip(row, widths, strict=True)]
    for index in range(max(map(len, columns))):
        parts = (column[index] if index < len(column) else "" for column in columns)
        yield GAP.join(pad(part, width) for part, width in zip(parts, widths, strict=True)).rstrip()


def wrap_text(text: str, width: int, indent: int = 0, most: int = 0) -> list[str]:
    """The text in lines of at most `width` columns, broken at blanks if possible; `indent` is for all but the first.

    `most` is the largest number of lines; if the text is longer, the last one ends in `…`. Control characters
    become `�`.

    >>> wrap_text("one two three", 7), wrap_text("abcdefgh", 5), wrap_text("one two", 5, indent=2)
    (['one two', 'three'], ['abcde', 'fgh'], ['one', '  two'])
    >>> wrap_text("select(tokens, tokens, ==) and so_far", 20, most=2)
    ['select(tokens,', 'tokens, ==) and so_…']
    """
    rest = printable(text[: 4 * width * most + 4] if most else text)  # more would never be shown
    lines: list[str] = []
    room = width
    while len(lines) + 1 != most and display_width(rest) > room:
        line = _first_line(rest, room)
        lines.append(line.rstrip(" "))
        rest = rest[len(line) :].lstrip(" ")
        room = max(1, width - indent)
    first, *others = [*lines, clip(rest, room)]
    return [first, *(" " * indent + line for line in others)]


def _first_line(text: str, width: int) -> str:
    """The first line of a text that is too long for one: up to a blank, else a bracket or comma, else what fits."""
    end = len(truncate(text, width)) or len(next(graphemes(text)))
    blank = text.rfind(" ", 0, end + 1)
    sign = max(text.rfind(sign, 0, end) for sign in "(,") + 1
    return text[: next((index for index in (blank, sign) if index > end // 3), end)]
