"""How much room a text takes, and what is done with one that takes too much. Texts go in, texts and widths come out.

All texts of a drawing stand in a font of fixed advance, so a width is a number of columns, as on a terminal.
"""

from __future__ import annotations

import re

from rasp.diagnostics import display_width, printable

ADVANCE = 0.602  # of a column, in units of the font's size: that of DejaVu Sans Mono and Menlo; others are narrower

_NOT_WANTED = re.compile("[\u2028\u2029\ufffe\uffff]")  # breaks of lines, and what XML forbids


def clean(text: str) -> str:
    """The text with `�` for what a terminal or XML cannot hold; line breaks and tabs do not remain.

    >>> clean("a\\tb\\x00\\uffff")
    'a b��'
    """
    return text if text.isprintable() else _NOT_WANTED.sub("�", printable(text))


def shorten(text: str, columns: int) -> str:
    """The clean text, cut with `…` where it takes more columns.

    >>> shorten("selector_width", 9), shorten("日本語", 4), shorten("hist", 4)
    ('selector…', '日…', 'hist')
    """
    text = clean(text[: 4 * columns + 4]) + ("…" if len(text) > 4 * columns + 4 else "")
    if display_width(text) <= columns:
        return text
    end, used = 0, 1  # the first column is that of the `…`
    while end < len(text) and used + display_width(text[end]) <= columns:
        used += display_width(text[end])
        end += 1
    return text[:end] + "…"


def wrap(text: str, columns: int, lines: int) -> list[str]:
    """The clean text in at most so many lines, broken at blanks where possible; the last one is cut with `…`.

    >>> wrap("select(tokens, tokens, ==) and so_far", 20, 2)
    ['select(tokens,', 'tokens, ==) and so_…']
    """
    rest = clean(text[: 4 * columns * lines + 4])
    wrapped: list[str] = []
    while len(wrapped) < lines - 1 and display_width(rest) > columns:
        line = _first_line(rest, columns)
        wrapped.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return [*wrapped, shorten(rest, columns)]


def _first_line(text: str, columns: int) -> str:
    """The longest start of the text that fits, up to a blank where there is one."""
    end, used = 0, 0
    while end < len(text) and used + display_width(text[end]) <= columns:
        used += display_width(text[end])
        end += 1
    blank = text.rfind(" ", 0, end + 1)
    return text[: blank if blank > end // 3 else max(end, 1)]


def clusters(text: str) -> list[str]:
    """The clean text in parts that take at least a column: each character with the marks on it.

    >>> [len(part) for part in clusters("ae\u0301b")]
    [1, 2, 1]
    """
    parts: list[str] = []
    for char in clean(text):
        if parts and not display_width(char):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def width(text: str, size: float) -> float:
    """The width of a text in a font of that size.

    >>> width("hist", 10)
    24.08
    """
    return display_width(text) * ADVANCE * size
