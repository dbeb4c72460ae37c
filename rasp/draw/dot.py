"""Drawings as text for Graphviz: a `Flow` goes in, a digraph comes out, with heads and values as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rasp.draw.flow import Flow
from rasp.draw.measure import clean, shorten, wrap
from rasp.draw.style import LIGHT
from rasp.draw.svg import escape
from rasp.draw.view import Band, Edge, Panel, Row, view_of

CELL = 10  # columns of a cell at most
CAPTION = 48  # columns of a line of a formula
MONO, WORDS = "DejaVu Sans Mono", "Helvetica"


def render(flow: Flow, folded: bool = True) -> str:
    """The flow in Graphviz's language.

    >>> from rasp.draw.flow import Flow, Layer, Value
    >>> row = Value("v1", "tokens", "tokens", "strings", ("a",))
    >>> render(Flow("tokens", "", ("a",), (Layer(0, computed=(row,)),), ("v1",))).split("\\n")[0]
    'digraph flow {'
    """
    view = view_of(flow, folded)
    lines = [
        "digraph flow {",
        f"  label={_quoted(f'{flow.title}: {flow.summary}')}; labelloc=t; labeljust=l; fontname={_quoted(WORDS)};",
        "  rankdir=TB; nodesep=0.3; ranksep=0.5;",
        f"  node [shape=plain, fontname={_quoted(MONO)}, fontsize=10, fontcolor={_quoted(LIGHT['ink'])}];",
        f"  edge [color={_quoted(LIGHT['wire'])}, arrowsize=0.6];",
    ]
    for band in view.bands:
        lines += [f"  {line}" for line in _band(band)]
    targets: list[Row | Panel] = [*view.rows, *view.panels]
    lines += [f"  {origin} -> {target.key};" for target in targets for origin in target.origins]
    return "\n".join([*lines, "}", ""])


def _band(band: Band) -> Iterator[str]:
    """A layer as a cluster."""
    name = f"layer {band.number}" if band.number else "input"
    yield f"subgraph cluster_{band.number} {{"
    yield f"  label={_quoted(name)}; color={_quoted(LIGHT['faint'])};"
    yield from (f"  {panel.key} [label=<{_panel(panel)}>];" for panel in band.panels)
    yield from (f"  {row.key} [label=<{_row(row)}>];" for row in band.rows)
    yield "}"


# ----------------------------------------------------------------------------------------------------------- values


def _row(row: Row) -> str:
    """A value: its name, and a cell a position."""
    name = f"<b>{_text(row.name)}</b>" if row.is_result else _text(row.name)
    return _table([_cell(name, align="right", border=0), *(_cell(_text(cell)) for cell in row.value.cells)])


# ------------------------------------------------------------------------------------------------------------ heads


def _panel(panel: Panel) -> str:
    """A head: its formula, and its matrix with the values at its edges."""
    head = panel.head
    before, after = max(1, len(panel.queries)), len(head.matrix)
    named = f"{panel.label}: {head.name}" if head.name else panel.label
    captions = [named, *wrap(head.formula, CAPTION, 4), *wrap(head.note, CAPTION, 2)]
    if panel.writes:
        captions.append(f"writes {shorten(', '.join(panel.writes), CAPTION)}")
    rows = [[_cell(_text(line, CAPTION), span=before + after, align="left", border=0)] for line in captions if line]
    for edge in (*panel.reads, *panel.keys):
        label = _cell(_text(f"{edge.role} {edge.name}", CAPTION), span=before, align="right", border=0)
        rows.append([label, *(_cell(_text(cell), border=0) for cell in edge.value.cells)])
    names = [_cell(_text(f"query {edge.name}"), border=0) for edge in panel.queries]
    rows += [[*names, _cell("", span=after, border=0)]] if names else []
    rows += [[*_labels(panel.queries, query), *map(_mark, row)] for query, row in enumerate(head.matrix)]
    return _table(*rows, color=LIGHT["card"])


def _labels(queries: Sequence[Edge], query: int) -> list[str]:
    return [_cell(_text(edge.value.cells[query]), align="right", border=0) for edge in queries] or [_cell("", border=0)]


def _mark(selected: bool) -> str:
    return _cell("", color=LIGHT["accent"] if selected else LIGHT["paper"])


# ------------------------------------------------------------------------------------------------ Graphviz's tables


def _table(*rows: Iterable[str], color: str = "") -> str:
    lines = f'border="0" cellborder="1" cellspacing="0" cellpadding="3" color="{LIGHT["line"]}"'
    background = f' bgcolor="{color}"' if color else ""
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table {lines}{background}>{body}</table>"


def _cell(text: str, span: int = 1, align: str = "center", border: int = 1, color: str = "") -> str:
    """A cell of a table."""
    parts = [f'border="{border}"', f'align="{align}"', 'width="12"']
    parts += [f'colspan="{span}"'] if span > 1 else []
    parts += [f'bgcolor="{color}"'] if color else []
    return f"<td {' '.join(parts)}>{text or ' '}</td>"


def _text(text: str, columns: int = CELL * 3) -> str:
    """A text inside a table, cut where it is long."""
    return escape(shorten(text, columns))


def _quoted(text: str) -> str:
    """A string of Graphviz's language."""
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
