"""Renders flows as self-contained HTML pages.

A page holds the picture as SVG twice, without and with its minor values, and the same content as text and tables, for
screen readers and for the panel with details. `page.js` only shows and hides what is there. No text of the flow is in a
script, and the page's security policy allows no script or style but its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rasp.draw.flow import Flow, FlowHead
from rasp.draw.heads import EDGE_COLUMNS, matrix_cells
from rasp.draw.layout import layout
from rasp.draw.picture import USUAL_SIZE, Group, Item, Picture, PictureSize, Rectangle
from rasp.draw.style import DARK, LIGHT, css
from rasp.draw.svg import element, elements, escape_markup, escape_words, shift
from rasp.draw.text_width import clean, shorten
from rasp.draw.view import Edge, Panel, Row, View, view_of
from rasp.draw.wires import number

PAGE_SHAPE = 1.25  # the height of a slice for print, relative to its width: somewhat less than that of a page
PART_PITCH = 10.0  # the width of a cell in the matrices of parts
WIDTH_WITH_BOS = "Each query selects the BOS position, too. With a share of 1/k there are k − 1 other keys."
WIDTH_WITHOUT_BOS = (
    "Position 0 stands in for a BOS position. One head selects it for each query: with a share of 1/k there are k − 1 "
    "other keys. The other head tells whether position 0 is selected itself, which adds 1."
)
_HELP = (
    "<kbd>→</kbd> <kbd>←</kbd> or <kbd>j</kbd> <kbd>k</kbd> step through the layers, "
    "<kbd>Home</kbd> shows the input alone, <kbd>End</kbd> or <kbd>Esc</kbd> all. "
    "Point at a value or head, or move there with <kbd>Tab</kbd>, to see where it comes from and where it goes; "
    "click or press <kbd>Enter</kbd> for details. Point at a token beside a matrix, or press <kbd>↓</kbd> <kbd>↑</kbd> "
    "(with <kbd>Shift</kbd> for keys) on a head, for lines from a query to its keys, as wide as their weights; a click "
    "keeps them. <kbd>+</kbd> <kbd>-</kbd> <kbd>0</kbd> zoom."
)


def render(flow: Flow, folded: bool = True, size: PictureSize = USUAL_SIZE, widest: float = 0) -> str:
    """Renders a flow as an HTML page. If `folded`, it opens without minor values.

    The picture fills the width of the window, or takes the width of `size`, or that of the window times its scale. With
    `widest`, it becomes no wider than so many pixels.

    >>> from rasp.draw.flow import Flow, FlowLayer, FlowValue
    >>> row = FlowValue("t", "tokens", "tokens", "strings", ("<", "b"))
    >>> page = render(Flow('tokens("<b")', "no layers", ("<", "b"), (FlowLayer(0, (), (), (row,)),), ("t",)))
    >>> page[:15], "<h1>tokens(&quot;&lt;b&quot;)</h1>" in page
    ('<!DOCTYPE html>', True)
    """
    few, all_values = view_of(flow), view_of(flow, folded=False)
    script, style = _file("page.js"), _style() + _size_rule(size) + _widest_rule(widest)
    written: _Written = {}
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        *_head(clean(flow.title), script, style),
        "<body>",
        *_header(flow, few.is_folded, folded or not few.is_folded),
        "<main>",
        *_drawing(few, "few", not folded and few.is_folded, written),
        *(_drawing(all_values, "all", folded, written) if few.is_folded else ()),
        '<aside id="panel" aria-label="details" hidden>',
        '<button type="button" id="close">close</button><p id="selected"></p>',
        '<div id="about"></div>',
        "</aside>",
        "</main>",
        '<div id="tip" role="status" hidden></div>',
        *_tables(all_values),
        f'<script type="module">{script}</script>',
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _style() -> str:
    """The page's style sheet: that of pictures, with variables for colours, which a dark scheme overrides."""
    light, dark = ("".join(f"--{name}:{color};" for name, color in colors.items()) for colors in (LIGHT, DARK))
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f"{css({name: f'var(--{name})' for name in LIGHT})}\n{_file('page.css')}"
    )


def _size_rule(size: PictureSize) -> str:
    """The rule for a given width, or for a scale relative to the width of the window."""
    if size.width:
        return f"@media screen {{ .drawing > svg {{ width: {number(size.width)}px; }} }}\n"
    return f"@media screen {{ .drawing > svg {{ width: {number(100 * size.scale)}%; }} }}\n" if size.scale != 1 else ""


def _widest_rule(widest: float) -> str:
    """The rule for a picture that fills the window up to a width; `page.js` zooms from the same width."""
    fit = f".drawing {{ --fit: min(100%, {number(widest)}px); }} .drawing > svg {{ width: var(--fit); }}"
    return f"@media screen {{ {fit} }}\n" if widest else ""


def _head(title: str, script: str, style: str) -> Iterator[str]:
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    )
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape_markup(title)}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"


def _hash(text: str) -> str:
    """The hash by which a security policy allows a script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _header(flow: Flow, has_folded: bool, folded: bool) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{_words(flow.title)}</h1>"
    yield f"<p>{escape_markup(clean(flow.summary))}</p>"
    yield '<div class="bar script" hidden>'
    yield '<button type="button" id="back" aria-label="previous layer">←</button>'
    yield '<span id="status" role="status">all layers</span>'
    yield '<button type="button" id="on" aria-label="next layer">→</button>'
    yield '<button type="button" id="smaller" aria-label="smaller">−</button>'
    yield '<button type="button" id="fit">fit</button>'
    yield '<button type="button" id="larger" aria-label="larger">+</button>'
    if has_folded:
        state = "" if folded else "checked"
        label = "show folded values (<kbd>f</kbd>)"
        yield f'<label><input type="checkbox" id="fold" autocomplete="off" {state}> {label}</label>'
    yield "</div>"
    yield f'<p class="help script" hidden>{_HELP}</p>'
    yield "</header>"


# ------------------------------------------------------------------------------------------------------ picture


_Written = dict[str, Group]  # the contents that are on the page, by their keys


def _drawing(view: View, name: str, hidden: bool, written: _Written) -> Iterator[str]:
    """The picture, a narrow one for small screens, and slices of the picture, for each layer or for parts of it.

    The slices are for print, because a page must not end within a line.
    """
    picture = layout(view)
    yield f'<div class="drawing" id="{name}"{" hidden" if hidden else ""}>'
    yield from _whole(picture, "wide", name, written)
    yield from _whole(layout(view, narrow=True), "narrow", f"{name}-narrow", written)
    for top, bottom in _slices(picture):
        yield f'{_svg(picture, top, bottom)} class="slice" aria-hidden="true"><use href="#picture-{name}"/></svg>'
    yield "</div>"


def _slices(picture: Picture) -> Iterator[tuple[float, float]]:
    """The top and bottom of each layer, or of parts of it if it is higher than a page."""
    top, most = picture.top - 1, PAGE_SHAPE * picture.width
    for bottom in picture.bounds:
        while bottom - top > most:
            fitting = [y for y in picture.breaks if top < y <= top + most and y < bottom]
            if not fitting:
                break
            yield top, fitting[-1]
            top = fitting[-1]
        yield top, bottom
        top = bottom


def _whole(picture: Picture, style: str, name: str, written: _Written) -> Iterator[str]:
    """A picture that can be pointed at. Contents that another picture has, too, are taken from there."""
    yield f'{_svg(picture, picture.top - 1, picture.height)} class="{style}" role="group" aria-label="drawing">'
    yield f'<g id="picture-{name}" font-size="10" xml:space="preserve">'
    yield from elements(picture, lambda group: _opening(group, written))
    yield "</g></svg>"


def _svg(picture: Picture, top: float, bottom: float) -> str:
    """The opening tag of a part of a picture, without its `>`."""
    left, wide, high = number(picture.left), number(picture.width), number(bottom - top)
    return f'<svg viewBox="{left} {number(top)} {wide} {high}" width="{wide}" height="{high}"'


def _opening(group: Group, written: _Written) -> str:
    """The opening tag of a group, with attributes for pointer, keyboard and screen readers."""
    if group.kind == "content":
        return _content(group, written)
    label = f'aria-label="{escape_markup(group.label)}"'
    match group.kind:
        case "layer":
            return f'<g class="layer" data-layer="{group.key}" role="group" {label}>'
        case "legend":
            return f'<g class="legend" role="group" {label}>'
        case "edge":
            return f'<g class="edge" data-role="{group.key}" data-feeds="{" ".join(group.feeds)}">'
    return f'<g class="{group.kind}" data-key="{group.key}" tabindex="0" role="button" {label}>'


def _content(group: Group, written: _Written) -> str:
    """The opening tag of a content, or an element that shows again what another picture has."""
    if not group.key:
        return f"<g {shift(group)}>"
    known = written.setdefault(group.key, group)
    if known is group:
        return f'<g id="{group.key}" {shift(group)}>'
    return f'<use href="#{group.key}" x="{number(group.x - known.x)}" y="{number(group.y - known.y)}"/>'


# ------------------------------------------------------------------------------------------------------- tables


def _tables(view: View) -> Iterator[str]:
    """All values and heads, layer by layer, as texts and tables."""
    names = {row.key: _code(row.name) for row in view.rows}
    names |= {panel.key: f"{panel.label} of layer {band.number}" for band in view.bands for panel in band.panels}
    readers: dict[str, list[str]] = {key: [] for key in names}
    origins = {row.key: row.origins for row in view.rows} | {panel.key: panel.origins for panel in view.panels}
    for key, sources in origins.items():
        for source in sources:
            readers[source].append(names[key])
    yield '<details class="tables"><summary>the same in words and tables</summary>'
    for band in view.bands:
        yield f"<section><h2>{'layer ' + str(band.number) if band.number else 'input'}</h2>"
        for panel in band.panels:
            yield from _about_head(panel, readers[panel.key])
        for row in band.rows:
            yield from _about_value(row, [names[key] for key in row.origins], readers[row.key])
        yield "</section>"
    if view.flow.definitions:
        terms = (f"<dt>{_code(name)}</dt><dd>{_code(text)}</dd>" for name, text in view.flow.definitions.items())
        yield f"<section><h2>names in formulas</h2><dl>{''.join(terms)}</dl></section>"
    yield "</details>"


def _about_value(row: Row, sources: list[str], readers: list[str]) -> Iterator[str]:
    value = row.value
    yield f'<article id="about-{row.key}"><h3>{_code(row.name)}</h3>'
    terms = [("formula", _code(value.formula) if row.has_formula else ""), ("where", _where(value.definitions))]
    terms += [("kind", value.kind), ("computed from", _join_names(sources)), ("read by", _join_names(readers))]
    yield _terms(terms)
    indices = "".join(f'<th scope="col">{index}</th>' for index in range(len(value.cells)))
    cells = "".join(f"<td>{escape_markup(clean(cell))}</td>" for cell in value.cells)
    yield f'<div class="table"><table><tr><th scope="row">position</th>{indices}</tr>'
    yield f'<tr><th scope="row">value</th>{cells}</tr></table></div></article>'


def _about_head(panel: Panel, readers: list[str]) -> Iterator[str]:
    head = panel.head
    yield f'<article id="about-{panel.key}" {_pattern(head)}><h3>{panel.label} {_code(head.name)}</h3>'
    terms = [
        ("formula", _code(head.formula)),
        ("where", _where(head.definitions)),
        ("note", escape_markup(clean(head.note))),
    ]
    terms += [(role, _names(edges)) for role, edges in _roles(panel)]
    terms += [("writes", _join_names(map(_code, panel.writes))), ("read by", _join_names(readers))]
    yield _terms(terms)
    titles = "".join(f'<th scope="col">query {escape_markup(clean(edge.name))}</th>' for edge in panel.queries)
    yield '<div class="table"><table>'
    yield f'<tr><th scope="col">position</th>{titles}<th scope="col">selects keys</th></tr>'
    keys = _keys(panel)
    told = [_selection_text(cells, keys) for cells in head.matrix]
    if head.weights:
        told = [_weights_text(weights, keys) for weights in head.weights]
    for index, texts in enumerate(told):
        queries = "".join(f"<td>{escape_markup(clean(edge.value.cells[index]))}</td>" for edge in panel.queries)
        yield f'<tr><th scope="row">{index}</th>{queries}<td class="keys">{texts}</td></tr>'
    yield "</table></div>"
    yield from _about_parts(head)
    yield "</article>"


def _pattern(head: FlowHead) -> str:
    """The attribute with the matrix, for the script: weights in thousandths, or 1 for selected; rows end with `;`."""
    if head.weights:
        rows = (" ".join(str(round(1000 * weight)) for weight in row) for row in head.weights)
        return f'data-weights="{";".join(rows)}"'
    return f'data-selected="{";".join("".join("01"[cell] for cell in row) for row in head.matrix)}"'


def _about_parts(head: FlowHead) -> Iterator[str]:
    """How a width is computed from the heads counted for it: their patterns, and for each query the sum."""
    if not head.parts:
        return
    count = f"{head.counted} heads" if head.counted > 1 else "one head and the BOS position"
    yield f'<details class="parts"><summary>how the count comes of {count}</summary>'
    for part in head.parts:
        yield f"<h4>{part.label} {_code(part.name)}</h4><p>{_code(part.formula)}</p>"
        yield f"<p>{escape_markup(clean(part.note))}</p>" if part.note else ""
        yield matrix_svg(part)
    yield f"<p>{WIDTH_WITH_BOS if head.bos else WIDTH_WITHOUT_BOS}</p>"
    yield from _width_table(head)
    yield "</details>"


def _width_table(head: FlowHead) -> Iterator[str]:
    """For each query the share of BOS, or of position 0, and the width computed from it."""
    titles, rows = (_with_bos if head.bos else _without_bos)(head)
    heads = "".join(f'<th scope="col">{title}</th>' for title in titles)
    yield f'<div class="table"><table><tr>{heads}</tr>'
    yield from (f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    yield "</table></div>"


_Cells = tuple[str, ...]


def _with_bos(head: FlowHead) -> tuple[_Cells, list[_Cells]]:
    """The titles and rows of the table of a width in a model with a BOS position."""
    counts = [sum(row) for row in head.matrix]
    rows: list[_Cells] = [(f"{at}", f"1/{n + 1}", f"{n + 1} − 1 = {n}") for at, n in enumerate(counts)]
    return ("query", "share of BOS", "width"), rows


def _without_bos(head: FlowHead) -> tuple[_Cells, list[_Cells]]:
    """The same where position 0 stands in for BOS."""
    rows: list[_Cells] = []
    for at, row in enumerate(head.matrix):
        count, first = sum(row), int(row[0])
        both = count + 1 - first
        rows.append((f"{at}", f"1/{both}", f"{first}", f"{both} − 1 + {first} = {count}"))
    return ("query", "share of position 0", "position 0 itself", "width"), rows


def matrix_svg(head: FlowHead) -> str:
    """The matrix of a head alone, as a small picture."""
    side = len(head.matrix) * PART_PITCH + 2
    box = Rectangle(0, 0, side - 2, side - 2, "matrix")
    parts: list[Item] = [box, *matrix_cells(head, PART_PITCH), replace(box, style="frame")]
    items = "".join(map(element, parts))
    size = f'viewBox="-1 -1 {number(side)} {number(side)}" width="{number(side)}" height="{number(side)}"'
    return f'<svg class="part" {size} aria-hidden="true">{items}</svg>'


def _where(definitions: Iterable[tuple[str, str]]) -> str:
    """The definitions of names in a formula, a line for each."""
    return "".join(f"<div>{_code(f'{name} = {formula}')}</div>" for name, formula in definitions)


def _roles(panel: Panel) -> Iterable[tuple[str, tuple[Edge, ...]]]:
    return ("keys", panel.keys), ("queries", panel.queries), ("values read", panel.reads)


def _terms(terms: Iterable[tuple[str, str]]) -> str:
    """The list of the terms whose text is not empty."""
    return f"<dl>{''.join(f'<dt>{term}</dt><dd>{text}</dd>' for term, text in terms if text)}</dl>"


def _code(text: str) -> str:
    return f"<code>{_words(text)}</code>" if text else ""


def _words(text: str) -> str:
    return escape_words(clean(text), "<bdi>", "</bdi>")


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _names(edges: Iterable[Edge]) -> str:
    return _join_names(_code(edge.name) for edge in edges)


def _keys(panel: Panel) -> list[str]:
    """The text of the values at each key; empty if the only key is the position itself."""
    n = len(panel.head.matrix)
    rows = [edge.value.cells for edge in panel.keys if edge.value.cells != tuple(map(str, range(n)))]
    texts = (", ".join(shorten(cell, EDGE_COLUMNS) for cell in cells) for cells in zip(*rows, strict=True))
    return [_isolate(f"({text})") for text in texts]


def _isolate(text: str) -> str:
    """Isolates a text's direction, so that right-to-left text does not reorder the numbers beside it."""
    return escape_markup(text) if text.isascii() else f"<bdi>{escape_markup(text)}</bdi>"


def _selection_text(cells: tuple[bool, ...], keys: list[str]) -> str:
    """The text for the keys that a row selects, with their values if there are any.

    >>> _selection_text((True, False, True), ["(a)", "(b)", "(c)"]), _selection_text((True, True), ["(a)", "(b)"])
    ('0&nbsp;(a), 2&nbsp;(c)', 'all')
    >>> _selection_text((True, True, False), []), _selection_text((False,), ["(a)"])
    ('0–1', 'none')
    """
    if all(cells):
        return "all"
    if not keys:
        return _position_ranges(cells)
    return ", ".join(f"{index}&nbsp;{keys[index]}" for index, cell in enumerate(cells) if cell) or "none"


def _weights_text(weights: tuple[float, ...], keys: list[str]) -> str:
    """The text for the keys of a row that have a weight, with their values if there are any.

    >>> _weights_text((0.75, 0.25, 0.001), ["(a)", "(b)", "(c)"]), _weights_text((1.0,), [])
    ('0&nbsp;(a): 0.75, 1&nbsp;(b): 0.25', '0: 1.00')
    """
    shown = ((index, weight) for index, weight in enumerate(weights) if weight >= 0.01)
    return ", ".join(f"{index}{f'&nbsp;{keys[index]}' if keys else ''}: {weight:.2f}" for index, weight in shown)


def _position_ranges(cells: tuple[bool, ...]) -> str:
    """The text for the positions that a row selects, with ranges such as "3–5".

    >>> _position_ranges((True, False, True, True, True)), _position_ranges((False,))
    ('0, 2–4', 'none')
    """
    runs: list[list[int]] = []
    for index, cell in enumerate(cells):
        if cell and runs and runs[-1][1] == index - 1:
            runs[-1][1] = index
        elif cell:
            runs.append([index, index])
    return ", ".join(f"{start}" if start == end else f"{start}–{end}" for start, end in runs) or "none"
