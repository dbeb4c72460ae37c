"""Tables and heat maps as HTML, for notebooks.

All text is escaped. Colours are translucent over the page's own, so they suit light and dark pages; no style is shared
with the page, which may show many of them.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from rasp.base.diagnostics import printable

POSITIVE, NEGATIVE = "30,110,200", "215,110,30"  # red, green and blue of the shades of numbers
STRONGEST = 0.75  # opacity of the strongest shade

_BOX = "border-collapse:collapse;font-family:monospace;margin:4px 0"
_CELL = "padding:1px 5px;border:none;background:transparent"
_RULE = "border-bottom:1px solid rgba(128,128,128,.5)"
_CODE = (
    "margin:4px 0;padding:4px 8px;border-left:3px solid rgba(30,110,200,.6);background:transparent;"
    "font-family:monospace"
)
_TEXT_CELL = "padding:2px 10px 2px 0;text-align:left;vertical-align:top;white-space:pre-wrap;background:transparent"


def escape(text: str) -> str:
    """A text as HTML, without control characters."""
    return html.escape(printable(text))


def cell(text: str, tag: str = "td", share: float | None = None) -> str:
    """A centred cell; `share`, from -1 to 1, shades it: blue above 0, orange below.

    >>> cell("a<b", share=0.5)[-10:], "rgba(30,110,200,0.38)" in cell("", share=0.5)
    ('&lt;b</td>', True)
    """
    shade = ""
    if share is not None:
        shade = f";background:rgba({POSITIVE if share >= 0 else NEGATIVE},{min(1.0, abs(share)) * STRONGEST:.2f})"
    return f'<{tag} style="{_CELL};text-align:center{shade}">{escape(text)}</{tag}>'


def box(rows: Iterable[str]) -> str:
    """A table of rows of cells."""
    lines = "".join(f'<tr style="background:transparent">{row}</tr>' for row in rows)  # pages stripe their tables
    return f'<div style="overflow-x:auto"><table style="{_BOX}">{lines}</table></div>'


def heat_map(
    columns: Sequence[str],
    rows: Sequence[str],
    shares: Iterable[Iterable[float]],
    texts: Iterable[Iterable[str]],
    every: int = 1,
) -> str:
    """A matrix with the labels of its columns above and those of its rows at the left.

    `shares` (rows, columns), from -1 to 1, are the shades of the cells, `texts` their contents. `every` n-th column has
    its label, over n columns, so that these can be narrow.
    """
    head = cell("", "th") + "".join(_label(columns[at : at + every], every) for at in range(0, len(columns), every))
    lines = [head]
    for label, row, written in zip(rows, shares, texts, strict=True):
        cells = (cell(text, share=share) for share, text in zip(row, written, strict=True))
        lines.append(f'<th style="{_CELL};text-align:right">{escape(label)}</th>{"".join(cells)}')
    return box(lines)


def _label(columns: Sequence[str], every: int) -> str:
    """The label of the first of some columns, over all of them; none where there are too few to hold it."""
    label = cell(columns[0] if len(columns) == every else "", "th")
    return label if every == 1 else label.replace("<th ", f'<th colspan="{len(columns)}" ', 1)


def code(text: str) -> str:
    """A program, as it is laid out."""
    return f'<pre style="{_CODE}">{html.escape(text.strip())}</pre>'


def html_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of texts; the first row has the headings, and the last cell of a short row takes the rest.

    >>> html_table([("a", "b"), ("1 < 2",)]).count("<td"), 'colspan="2"' in html_table([("a", "b"), ("1 < 2",)])
    (1, True)
    """
    if len(rows) < 2:
        return ""
    count = len(rows[0])
    lines = ["".join(f'<th style="{_TEXT_CELL};{_RULE}">{escape(text)}</th>' for text in rows[0])]
    for row in rows[1:]:
        cells = [f'<td style="{_TEXT_CELL}">{escape(text)}</td>' for text in row]
        if len(row) < count:
            cells[-1] = cells[-1].replace("<td ", f'<td colspan="{count - len(row) + 1}" ', 1)
        lines.append("".join(cells))
    return box(lines)


def with_title(title: str, *parts: str, notes: Iterable[str] = ()) -> str:
    """Parts under a title in bold, then lines of notes."""
    below = "".join(f"<div><small>{escape(note)}</small></div>" for note in notes)
    return f"<div><div><b>{escape(title)}</b></div>{''.join(parts)}{below}</div>"


def beside(parts: Iterable[str]) -> str:
    """Parts side by side, as far as there is room."""
    items = "".join(f'<div style="max-width:100%">{part}</div>' for part in parts)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 32px;align-items:flex-start">{items}</div>'
