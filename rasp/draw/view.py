"""Selects the part of a flow to show, as a `View` that all formats render.

If a minor value is hidden, its readers are linked to the shown values and heads that it is computed from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rasp.draw.flow import Flow, FlowHead, FlowLayer, FlowValue


@dataclass(frozen=True)
class Row:
    """A value to show. `origins` are the keys of the rows and panels that it is computed from."""

    key: str
    value: FlowValue
    name: str
    origins: tuple[str, ...]
    is_result: bool

    @property
    def has_formula(self) -> bool:
        """Whether there is a formula that differs from the name."""
        return self.value.formula not in ("", self.name)


@dataclass(frozen=True)
class Edge:
    """A value at an edge of a head's matrix: its `role` is "value", "key" or "query"."""

    role: str
    value: FlowValue
    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """A head with the values at its edges; `label` is "head 1" and so on in its layer, `writes` are names of values."""

    key: str
    head: FlowHead
    label: str
    reads: tuple[Edge, ...]
    keys: tuple[Edge, ...]
    queries: tuple[Edge, ...]
    writes: tuple[str, ...]
    is_result: bool

    @property
    def origins(self) -> tuple[str, ...]:
        """The keys of the rows and panels that the head reads, each once."""
        return _once(origin for edge in (*self.reads, *self.keys, *self.queries) for origin in edge.origins)


@dataclass(frozen=True)
class Band:
    """The part of a layer to show."""

    number: int
    panels: tuple[Panel, ...]
    attended: tuple[Row, ...]
    computed: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.attended, *self.computed)


@dataclass(frozen=True)
class View:
    """The part of a flow to show. `is_folded` says whether some values are hidden."""

    flow: Flow
    bands: tuple[Band, ...]
    is_folded: bool

    @property
    def n(self) -> int:
        return len(self.flow.tokens)

    @property
    def rows(self) -> Iterator[Row]:
        return (row for band in self.bands for row in band.rows)

    @property
    def panels(self) -> Iterator[Panel]:
        return (panel for band in self.bands for panel in band.panels)


def view_of(flow: Flow, folded: bool = True) -> View:
    """The view of a flow, without minor values if `folded`.

    >>> tokens = FlowValue("a", "tokens", "tokens", "strings", ("x",))
    >>> hidden = FlowValue("b", "f", "f", "ints", ("1",), ("a",), minor=True)
    >>> result = FlowValue("c", "y", "f + 1", "ints", ("2",), ("b",))
    >>> flow = Flow("y", "", ("x",), (FlowLayer(0, computed=(tokens, hidden, result)),), ("c",))
    >>> [(row.name, row.origins) for row in view_of(flow).rows], view_of(flow).is_folded
    ([('tokens', ()), ('y', ('v0',))], True)
    >>> [(row.name, row.origins) for row in view_of(flow, folded=False).rows]
    [('tokens', ()), ('f', ('v0',)), ('y', ('v1',))]
    """
    return _Viewer(flow, folded).view()


def name_of_value(value: FlowValue) -> str:
    """The value's name; if it has none, its formula or its id."""
    return value.name or value.formula or value.id


class _Viewer:
    """The walk through a flow's layers, from the input on."""

    def __init__(self, flow: Flow, folded: bool) -> None:
        self.flow = flow
        self.folded = folded
        self.values = flow.values
        self.heads = flow.heads
        self.keys = {id: f"v{index}" for index, id in enumerate(self.values)}
        self.keys |= {id: f"h{index}" for index, id in enumerate(self.heads)}
        self.origins: dict[str, tuple[str, ...]] = {id: (self.keys[id],) for id in self.heads}

    def view(self) -> View:
        bands = tuple(map(self.band, self.flow.layers))
        hidden = any(self.is_hidden(value) for value in self.values.values())
        return View(self.flow, bands, hidden)

    def band(self, layer: FlowLayer) -> Band:
        """The part of a layer to show. In the first layer, the input is added unless a value equals it."""
        panels = tuple(self.panel(head, index) for index, head in enumerate(layer.heads, 1))
        attended = self.rows(layer.attended, layer.heads)
        computed = self.rows(layer.computed, ())
        if layer is self.flow.layers[0] and all(row.value.cells != self.flow.tokens for row in computed):
            given = FlowValue("", "input", "input", "strings", self.flow.tokens)
            computed = (Row("input", given, "input", (), False), *computed)
        return Band(layer.number, panels, attended, computed)

    def is_hidden(self, value: FlowValue) -> bool:
        return self.folded and value.minor and value.id not in self.flow.results

    def rows(self, values: Iterable[FlowValue], heads: tuple[FlowHead, ...]) -> tuple[Row, ...]:
        """Rows for the values of a layer that are not hidden; `heads` are those that may write them."""
        shown = []
        for value in values:
            writers = [head.id for head in heads if value.id in head.writes]
            read = [id for id in value.sources if id in self.heads] or writers or value.sources
            origins = self.origins_of(read if heads else value.sources)
            self.origins[value.id] = origins if self.is_hidden(value) else (self.keys[value.id],)
            if not self.is_hidden(value):
                result = value.id in self.flow.results
                shown.append(Row(self.keys[value.id], value, name_of_value(value), origins, result))
        return tuple(shown)

    def origins_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        return _once(origin for id in ids for origin in self.origins.get(id, ()))

    def panel(self, head: FlowHead, index: int) -> Panel:
        return Panel(
            self.keys[head.id],
            head,
            head.label or f"head {index}",
            self.edges("value", head.reads),
            self.edges("key", head.keys),
            self.edges("query", head.queries),
            _once(name_of_value(self.values[id]) for id in head.writes),
            head.id in self.flow.results,
        )

    def edges(self, role: str, ids: Iterable[str]) -> tuple[Edge, ...]:
        values = [self.values[id] for id in dict.fromkeys(ids)]
        edges = tuple(self.edge(role, value) for value in values)
        return edges or self.bare_edges(role)

    def edge(self, role: str, value: FlowValue) -> Edge:
        shown = value if role == "value" else self.mark_bos(value)
        return Edge(role, shown, name_of_value(value), self.origins_of([value.id]))

    def mark_bos(self, value: FlowValue) -> FlowValue:
        """A value for an edge; a BOS position without a value of its own is labelled with its name."""
        bos = self.flow.bos and not value.cells[0]
        return replace(value, cells=(self.flow.tokens[0], *value.cells[1:])) if bos else value

    def bare_edges(self, role: str) -> tuple[Edge, ...]:
        """The edges of a head that compares nothing: the positions, if there is a BOS position, to label it."""
        if not self.flow.bos or role == "value":
            return ()
        cells = (self.flow.tokens[0], *map(str, range(len(self.flow.tokens) - 1)))
        return (Edge(role, FlowValue("", "position", "", "ints", cells), "position", ()),)


def _once(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))
