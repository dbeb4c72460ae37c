"""How much room a text takes, and what is done with one that takes too much. Texts go in, texts and widths come out.

All texts of a drawing stand in a font of fixed advance, so a width is a number of columns, as on a terminal.
"""

from __future__ import annotations

import re

from rasp.base.diagnostics import clip, display_width, graphemes, printable

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
    return clip(clean(text[: 4 * columns + 4]) + ("…" if len(text) > 4 * columns + 4 else ""), columns)


def clusters(text: str) -> list[str]:
    """The clean text in parts that take at least a column: each character with what is on it or joined to it.

    >>> [len(part) for part in clusters("ae\u0301b")], len(clusters("👩\u200d👧"))
    ([1, 2, 1], 1)
    """
    parts: list[str] = []
    for sign in graphemes(clean(text)):
        if parts and not display_width(sign):
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def width(text: str, size: float) -> float:
    """The width of a text in a font of that size.

    >>> width("hist", 10)
    24.08
    """
    return display_width(text) * ADVANCE * size
