"""Tables of text: rows of cells go in, aligned lines of a given width come out; cells that are too long are wrapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rasp.diagnostics import display_width, padded, printable

GAP = "  "
NARROWEST = 8  # columns that a wrapped cell keeps


def table(rows: Sequence[Sequence[str]], width: int = 80) -> list[str]:
    """The lines of a table. The widest columns are wrapped until all fit; a short row's last cell takes what is left.

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
    widths = _fitted(natural, width)
    return [line for row in cells for line in _lines(row, _spread(widths, len(row), width))]


def _spread(widths: list[int], count: int, width: int) -> list[int]:
    """The widths of the cells of a row of so many cells."""
    before = widths[: count - 1]
    return widths if count == len(widths) else [*before, width - sum(before) - len(GAP) * len(before)]


def _fitted(widths: list[int], width: int) -> list[int]:
    """The widths of the columns, the widest ones narrowed until all fit."""
    fitted = list(widths)
    while sum(fitted) + len(GAP) * (len(fitted) - 1) > width and max(fitted) > NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _lines(row: list[str], widths: list[int]) -> Iterator[str]:
    """The lines of a row."""
    columns = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    for place in range(max(map(len, columns))):
        parts = (column[place] if place < len(column) else "" for column in columns)
        yield GAP.join(padded(part, width) for part, width in zip(parts, widths, strict=True)).rstrip()


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """The text in lines of at most `width` columns, broken at blanks where there are some; all but the first set in.

    >>> wrapped("one two three", 7), wrapped("abcdefgh", 5), wrapped("one two", 5, indent=2)
    (['one two', 'three'], ['abcde', 'fgh'], ['one', '  two'])
    """
    first, *rest = _broken(text, width, width - indent)
    return [first, *(" " * indent + line for line in rest)]


def _broken(text: str, first: int, later: int) -> list[str]:
    """The text in lines, the first one of at most `first` columns and the others of at most `later`."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        width = first if len(lines) == 1 else later
        if display_width(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
            width = later
        while display_width(word) > width:
            piece = _piece(word, width)
            lines[-1:] = [piece, ""]
            word, width = word[len(piece) :], later
        lines[-1] = word
    return lines


def _piece(word: str, width: int) -> str:
    """The first piece of a word that is too long for a line: up to a bracket or comma, or as much as fits."""
    most = 1
    while display_width(word[: most + 1]) <= width:
        most += 1
    good = max(word.rfind(sign, 0, most) for sign in "(,") + 1
    return word[: good or most]
