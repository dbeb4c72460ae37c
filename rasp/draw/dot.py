"""Renders flows as digraphs for Graphviz, which makes PNG, PDF and other files of them.

Nodes are values and heads, drawn as tables; clusters are layers; edges lead from a value or head to its readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasp.draw.flow import Flow
from rasp.draw.style import LIGHT
from rasp.draw.svg import escape_markup
from rasp.draw.text_width import clean, shorten
from rasp.draw.view import Band, Edge, Panel, Row, view_of

NAME_COLUMNS, FORMULA_COLUMNS, LEGEND_COLUMNS, CELL_COLUMNS = 40, 80, 120, 12  # longer texts are cut
QUIET = f'COLOR="{LIGHT["quiet"]}"'

_ESCAPES = re.compile(r"\\(?=[NGETHL])")  # a zero-width space after these backslashes disables them

_SETTINGS = f"""\
  graph [newrank=true, nodesep=0.3, ranksep=0.4, labelloc=t, labeljust=l, fontname="monospace", fontsize=12];
  node [shape=plain, fontname="monospace", fontsize=9, fontcolor="{LIGHT["ink"]}"];
  edge [color="{LIGHT["wire"]}", arrowsize=0.6, penwidth=0.8];"""


def render(flow: Flow, folded: bool = True) -> str:
    """Renders a flow as a digraph in Graphviz's language.

    >>> from rasp.draw.flow import Flow, FlowLayer, FlowValue
    >>> row = FlowValue("t", "tokens", "tokens", "strings", ("a", "b"))
    >>> print(render(Flow("tokens", "", ("a", "b"), (FlowLayer(0, computed=(row,)),), ("t",))).splitlines()[0])
    digraph flow {
    """
    view = view_of(flow, folded)
    legend = [_text(f"{name} = {formula}", LEGEND_COLUMNS) for name, formula in flow.definitions.items()]
    title = f"<B>{_text(flow.title, FORMULA_COLUMNS)}</B>"
    summary = _below([_text(flow.summary, FORMULA_COLUMNS)] if flow.summary else [])
    lines = ["digraph flow {", _SETTINGS, f'  label=<{title}{summary}{_below(legend)}<BR ALIGN="LEFT"/>>;']
    for band in view.bands:
        lines += _cluster(band)
    reads = [(row.key, row.origins) for row in view.rows] + [(panel.key, panel.origins) for panel in view.panels]
    lines += (f"  {origin} -> {key};" for key, origins in reads for origin in origins)
    return "\n".join([*lines, "}"]) + "\n"


def _below(lines: list[str]) -> str:
    """Further lines of a label, aligned left."""
    return "".join(f'<BR ALIGN="LEFT"/>{line}' for line in lines)


def _cluster(band: Band) -> Iterator[str]:
    name = f"layer {band.number}" if band.number else "input"
    yield f"  subgraph cluster_{band.number} {{"
    yield f'    label="{name}"; fontsize=10; color="{LIGHT["line"]}";'
    for panel in band.panels:
        yield f"    {panel.key} [label=<{_head(panel)}>, tooltip={_quote(panel.head.formula)}];"
    if len(band.panels) > 1:  # from left to right
        yield f"    {{ rank=same; {' -> '.join(panel.key for panel in band.panels)} [style=invis]; }}"
    for row in band.rows:
        yield f"    {row.key} [label=<{_value(row)}>, tooltip={_quote(row.value.formula)}];"
    yield "  }"


def _value(row: Row) -> str:
    """The label of a value: its name and formula above a row of cells."""
    name = _text(row.name, NAME_COLUMNS)
    head = f"<B>{name}</B>" if row.is_result else name
    formula = f" <FONT {QUIET}>= {_text(row.value.formula, FORMULA_COLUMNS)}</FONT>" if row.has_formula else ""
    cells = "".join(_cell(cell, 'BORDER="1"', row.value.kind == "bools" and cell == "T") for cell in row.value.cells)
    return _stack([head + formula, _table(f"<TR>{cells}</TR>")])


def _head(panel: Panel) -> str:
    """The label of a head: its name and texts, its matrix, and the values that it writes."""
    quiet = [text for text in (panel.head.formula, panel.head.note) if text]
    lines = [f"<B>{panel.label}</B> {_text(panel.head.name, NAME_COLUMNS)}"]
    lines += [f"<FONT {QUIET}>{_text(text, FORMULA_COLUMNS)}</FONT>" for text in quiet]
    lines.append(_matrix(panel))
    if panel.writes:
        lines.append(f"<FONT {QUIET}>writes</FONT> {_text(', '.join(panel.writes), FORMULA_COLUMNS)}")
    return _stack(lines, f'BGCOLOR="{LIGHT["card"]}"')


def _matrix(panel: Panel) -> str:
    """The matrix, with the values read and the keys above it, and the queries on its left."""
    n, left = len(panel.head.matrix), max(1, len(panel.queries))
    rows = []
    for edge in (*panel.reads, *panel.keys):
        cells = "".join(_cell(cell) for cell in edge.value.cells)
        rows.append(f'<TR><TD COLSPAN="{left}" ALIGN="RIGHT">{_edge(edge, " ")}</TD>{cells}</TR>')
    if panel.queries:
        names = "".join(f'<TD ALIGN="RIGHT">{_edge(edge, "<BR/>")}</TD>' for edge in panel.queries)
        rows.append(f'<TR>{names}<TD COLSPAN="{n}"></TD></TR>')
    for index, shades in enumerate(panel.head.shades):
        queries = "".join(f'<TD ALIGN="RIGHT">{_text(edge.value.cells[index])}</TD>' for edge in panel.queries)
        rows.append(f"<TR>{queries or '<TD></TD>'}{''.join(map(_mark, shades))}</TR>")
    return _table("".join(rows))


def _stack(lines: list[str], style: str = "") -> str:
    """Lines and tables, one below the other."""
    return _table("".join(f'<TR><TD ALIGN="LEFT">{line}</TD></TR>' for line in lines), style)


def _table(rows: str, style: str = "") -> str:
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" {style}>{rows}</TABLE>'


def _edge(edge: Edge, between: str) -> str:
    return f"<FONT {QUIET}>{edge.role}</FONT>{between}{_text(edge.name, CELL_COLUMNS * 2)}"


def _cell(text: str, style: str = "", is_shaded: bool = False) -> str:
    shade = f' BGCOLOR="{LIGHT["shade"]}"' if is_shaded else ""
    return f'<TD WIDTH="15" COLOR="{LIGHT["line"]}" {style}{shade}>{_text(text)}</TD>'


def _mark(shade: int) -> str:
    """A cell of a matrix; its shade is from 0 to 10."""
    ends = (bytes.fromhex(LIGHT[name][1:]) for name in ("paper", "accent"))
    mixed = bytes(round(light + (dark - light) * shade / 10) for light, dark in zip(*ends, strict=True))
    color = f"#{mixed.hex()}"
    return f'<TD WIDTH="15" HEIGHT="15" BORDER="1" COLOR="{LIGHT["grid"]}" BGCOLOR="{color}"></TD>'


def _text(text: str, columns: int = CELL_COLUMNS) -> str:
    """The text for an HTML-like label, in which Graphviz would replace `\\N` and other escapes."""
    return escape_markup(_ESCAPES.sub("\\\\\u200b", shorten(text, columns)))


def _quote(text: str) -> str:
    """The text as a quoted string of Graphviz, in which backslashes and entities are escaped."""
    safe = clean(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
