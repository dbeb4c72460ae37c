"""Widths of texts, and cutting of texts that are too wide.

All texts of a drawing are in a monospaced font, so a width is a number of columns, as on a terminal.
"""

from __future__ import annotations

import re

from rasp.base.diagnostics import clip, display_width, graphemes, printable

ADVANCE = 0.602  # width of a column, relative to the font's size, in DejaVu Sans Mono and Menlo; others are narrower

# Line breaks, what XML forbids, and what nobody would see: soft hyphens, marks of direction, spaces without width.
_NOT_WANTED = re.compile("[\u2028\u2029\ufffe\uffff\u00ad\u061c\u180e\u200b\u2060-\u2064\ufeff]")


def clean(text: str) -> str:
    """Replaces what a terminal or XML cannot hold, and what is invisible, by `�`, and line breaks and tabs by blanks.

    >>> clean("a\\tb\\x00\\uffff")
    'a b��'
    """
    return text if text.isprintable() else _NOT_WANTED.sub("�", printable(text))


def shorten(text: str, columns: int) -> str:
    """The clean text, cut with `…` if it takes more columns.

    >>> shorten("selector_width", 9), shorten("日本語", 4), shorten("hist", 4)
    ('selector…', '日…', 'hist')
    """
    if len(text) <= columns and text.isascii() and text.isprintable():
        return text  # a fast path, for most cells of values
    return clip(clean(text[: 4 * columns + 4]) + ("…" if len(text) > 4 * columns + 4 else ""), columns)


def grapheme_clusters(text: str) -> list[str]:
    """The clean text in parts of at least one column: each character with its combining and joined characters.

    >>> [len(part) for part in grapheme_clusters("ae\u0301b")], len(grapheme_clusters("👩\u200d👧"))
    ([1, 2, 1], 1)
    """
    parts: list[str] = []
    for sign in graphemes(clean(text)):
        if parts and not display_width(sign):
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def text_width(text: str, size: float) -> float:
    """The width of a text at a font size.

    >>> text_width("hist", 10)
    24.08
    """
    return display_width(text) * ADVANCE * size
