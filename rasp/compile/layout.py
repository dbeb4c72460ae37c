"""The layout of the residual stream: which values it stores, in which dimensions, and which sublayer writes them.

A *cell* is a named subspace for one sequence (or for the combination of the sequences that one clause of a selector
reads). It is one-hot, with a dimension for each class of values; or, if only means read it, one dimension with the
number itself. A *channel* is one dimension with a number that a head writes: the attention weight of BOS, or a weighted
sum.

*Stages* number the sublayers: 0 is the embedding, 1 the feed-forward before the first attention, 2·l the attention of
layer l (from 1), 2·l + 1 its feed-forward. The layout is made from the last stage to the first, because the readers of
a cell determine its classes:

1. The outputs are demanded. A demand is a *partition*: it labels the values of a cell, and values with one label are
   alike to the reader.
2. At each stage, all readers of its cells are known. Values with the same label in all partitions are one class of the
   cell, whose values are those that can occur (`domain.py`).
3. What computes the cell is recorded, and demands what it reads: a `Piece` is a function of earlier cells and of
   channels of this layer for the feed-forward; a `Copy` is a value that attention writes. A `PatternBlock` is a clause
   of a pattern.
4. At last, cells and channels get their dimensions. Dimension 0 is 1 at the BOS position, and 0 elsewhere.

Linear parts need no unit of a feed-forward. Functions of the token alone or the index alone are in the embedding, and
so are their sums, if these are only averaged. An aggregate whose rows never select two keys is copied by attention.

For example, `selector_width(select(tokens, "a", ==))` on the vocabulary "abc", up to length 2. The output demands that
the counts 0, 1 and 2 are told apart. The head's clause demands of the tokens only whether they are "a": its partition
labels "b" and "c" alike. No other reader demands more, so they are one class, and the cell has 2 dimensions:

>>> from rasp.architecture.plan import make_plan
>>> from rasp.compile.domain import find_outcomes
>>> from rasp.compile.heads import heads_of, sources_of
>>> from rasp.compile.value_tables import Sites
>>> from rasp.graph.builders import compare, constant, selector_width, tokens
>>> count = selector_width(compare("==", tokens(), constant("a")))
>>> [head] = heads_of(make_plan([count], assume_bos=True))
>>> tables = Tables("abc", Sites(2), sources_of([head]))
>>> tables.add_outcomes(head.key, find_outcomes(head, tables, causal=False))
>>> layout = make_layout([count], [head], 1, tables)
>>> [block] = layout.blocks[head.key]
>>> block.key_class  # the label of each token that the clause demands
{(0,): 0, (1,): 1, (2,): 1}
>>> [(cell.class_of, cell.stage, cell.start) for cell in layout.cells.values()]  # classes, of tokens and of counts
[({(0,): 0, (1,): 1, (2,): 1}, 0, 1), ({(0,): 0, (1,): 1, (2,): 2}, 3, 4)]

So the model has 7 dimensions: 0 for BOS, 1–2 for tokens (stage 0), 3 for the channel of the head, 4–6 for the counts
(stage 3). If the head selects w keys, its channel is 1 / (w + 1), from which a feed-forward computes the count:

>>> list(layout.channels.values()), [piece.numbers.round(2).tolist() for piece in layout.pieces[3]], layout.size
([3], [[[0.33], [0.5], [1.0]]], 7)
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from rasp.compile.head_outcomes import selection, tuples
from rasp.compile.heads import NormalHead, Reading
from rasp.compile.patterns import SELECTED, class_matrix, clause_sides
from rasp.compile.scaled_integers import ScaledValues, scaled_values
from rasp.compile.value_codes import ValueCodes
from rasp.compile.value_tables import TOKEN, Table, Tables, TableSource
from rasp.graph.nodes import Aggregate, Constant, Map, Node, elementwise, topological
from rasp.model.arrays import Array, combination_numbers, group_rows, ranks, suffix_numbers

EMBED, BEFORE = 0, 1
MANY = 16  # cells from which a cell is computed; beyond that, their leaves may be read instead
SPREAD = 10**6  # largest ratio of two numbers in one dimension, so that sums keep the last digits

CellValue = tuple[int, ...]  # codes of the nodes of a cell


@dataclass(frozen=True)
class Feature:
    """The key of a cell for all sequences that one clause of a head reads: at the keys, the queries, or both sides.

    Such a clause needs a cell of its own, because all keys that it selects must score exactly alike, and no sum of
    numbers from two cells achieves that.
    """

    head: tuple[int, int]
    clause: int
    side: str
    nodes: tuple[Node, ...]


Key = Node | Feature


class _Own:
    """The partition in which each value has a label of its own: the value itself."""

    def get(self, value: CellValue) -> Hashable:
        return value


Partition = Mapping[CellValue, Hashable] | _Own  # labels of values: equal if a reader treats them alike


@dataclass
class Cell:
    """A subspace of the stream. `class_of` maps values to their classes; a scalar cell has `numbers` instead."""

    key: Key
    stage: int
    class_of: dict[CellValue, int]
    numbers: dict[CellValue, float] | None = None
    start: int = 0  # its first dimension

    @property
    def nodes(self) -> tuple[Node, ...]:
        return stored_nodes(self.key)

    @property
    def results(self) -> int:
        """The number of different values that it can hold."""
        return self.size if self.numbers is None else len(set(self.numbers.values()))

    def class_at(self, code: int | None) -> int | None:
        """The class of a code, in a cell of one sequence; None if the value does not occur."""
        return None if code is None else self.class_of.get((code,))

    def number_at(self, code: int | None) -> float:
        """The number of a code, in a cell of one sequence; 0 if the value does not occur."""
        assert self.numbers is not None
        return 0.0 if code is None else self.numbers.get((code,), 0.0)

    @property
    def size(self) -> int:
        """The number of its dimensions."""
        return 1 if self.numbers is not None else max(self.class_of.values(), default=-1) + 1


@dataclass
class PatternBlock:
    """A part of a head's pattern: one clause, or several on the same sequences, between classes of values.

    `key` and `query` are the cells that it reads; None if it reads no sequence on that side.
    """

    key: Key | None
    query: Key | None
    entries: Array  # (query classes, key classes) bool
    key_class: dict[CellValue, int]
    query_class: dict[CellValue, int]


@dataclass(frozen=True)
class Channel:
    """A number that a head writes: the attention weight of BOS (`reading` is None), or a weighted sum of values."""

    head: tuple[int, int]
    reading: Reading | None


@dataclass
class Piece:
    """A function of a feed-forward: rows of values of the source cells and channels, with the target's value.

    `columns` holds, by source cell, the indices of its values in `values`; `numbers` holds the channels.
    """

    target: Cell
    cells: list[Key]
    columns: dict[Key, Array]
    values: dict[Key, list[CellValue]]
    channels: list[Channel]
    numbers: Array  # (rows, channels)
    targets: Array  # (rows,): indices of the target's values in `target_values`
    target_values: list[CellValue]


@dataclass
class Copy:
    """A cell that attention writes: the value of the only selected key, or the default."""

    target: Cell
    head: NormalHead
    reading: Reading
    source: ScaledValues

    def classes(self, columns: ValueCodes) -> dict[int, int | None]:
        """By code of a value that is read, the class of the result; None if it is never read."""
        codes = columns.codes(self.reading.result)
        values = (self.source.value(1, number) for number in self.source.ints)
        return {code: self.target.class_at(codes.find(value)) for code, value in enumerate(values)}


@dataclass
class StreamLayout:
    """The cells, in the order of stages; by head its blocks and copies; by stage the pieces that compute the cells."""

    heads: list[NormalHead]
    layers: int
    cells: dict[Key, Cell] = field(default_factory=dict)
    blocks: dict[tuple[int, int], list[PatternBlock]] = field(default_factory=dict)
    copies: dict[tuple[int, int], list[Copy]] = field(default_factory=dict)
    pieces: dict[int, list[Piece]] = field(default_factory=dict)
    channels: dict[Channel, int] = field(default_factory=dict)  # and their dimensions
    sums: dict[Key, tuple[Array, Array]] = field(default_factory=dict)  # cells to which both embeddings add
    size: int = 0

    @property
    def least_units(self) -> int:
        """A lower bound for the units of a feed-forward: a piece with k different results needs at least k - 1."""
        pieces = (piece.target for pieces in self.pieces.values() for piece in pieces)
        return max((cell.results - 1 for cell in pieces), default=0)


def stored_nodes(key: Key) -> tuple[Node, ...]:
    """The sequences that a cell stores."""
    return key.nodes if isinstance(key, Feature) else (key,)


def make_layout(outputs: Iterable[Node], heads: list[NormalHead], layers: int, tables: Tables) -> StreamLayout:
    """The layout of a program; `tables` holds the outcomes of its heads."""
    return _StreamLayoutBuilder(outputs, heads, layers, tables).build()


class _StreamLayoutBuilder:
    """Makes a layout from the last stage to the first, and keeps what is demanded of each cell."""

    def __init__(self, outputs: Iterable[Node], heads: list[NormalHead], layers: int, tables: Tables) -> None:
        self.tables = tables
        self.layout = StreamLayout(heads, layers)
        self._heads: dict[TableSource, NormalHead] = {head.key: head for head in heads}
        self._partitions: dict[Key, list[Partition]] = {}
        self._stages: dict[Key, int] = {}
        self._scalars: set[Key] = set()
        self._made: set[Key] = set()
        self._head_of = {reading.result: head for head in heads for reading in head.readings}
        self._reading_of = {reading.result: reading for head in heads for reading in head.readings}
        self._blocks = {head.key: self._clauses(head) for head in heads}
        self._read_first = {part for head in heads if head.layer == 1 for part in self._cells_read(head)}
        for node in outputs:
            self._partitions.setdefault(node, []).append(self._output_partition(node))

    def build(self) -> StreamLayout:
        for layer in range(self.layout.layers, -1, -1):
            self._feed_forward(2 * layer + 1)
            if layer:
                self._attention(layer)
        self._embedding()
        self._assign_dimensions()
        return self.layout

    # -------------------------------------------------------------------------------------------------------- stages

    def stage(self, key: Key) -> int:
        """The stage at which a cell is written."""
        if key not in self._stages:
            self._stages[key] = self._stage(key)
        return self._stages[key]

    def _stage(self, key: Key) -> int:
        sources = frozenset().union(*(self.tables.sources(node) for node in stored_nodes(key)))
        layers = [self._heads[source].layer for source in sources if source != TOKEN]
        if layers:
            return 2 * max(layers) + (not self._is_copied(key))
        if not sources or not any(self.tables.reads_index(node) for node in stored_nodes(key)):
            return EMBED
        if isinstance(key, Feature):
            return 2 * key.head[0] - 1
        return BEFORE if key in self._read_first or not self.layout.layers else 3

    def _is_copied(self, key: Key) -> bool:
        """Whether attention itself writes the cell, because no row selects several keys."""
        if not isinstance(key, Aggregate):
            return False
        head = self._head_of[key]
        return self.tables.outcomes[head.key].single

    def _cells_read(self, head: NormalHead) -> Iterable[Key]:
        """The keys of the cells that a head reads."""
        for block in self._blocks[head.key]:
            yield from (key for key in (block.key, block.query) if key is not None)
        for reading in head.readings:
            if reading.values is not None:
                yield reading.values
        yield from head.pattern.ranked

    # ------------------------------------------------------------------------------------------------------- demands

    def _demand(self, key: Key, partition: Partition) -> None:
        """Demands of a cell that it distinguishes values with different labels."""
        if not isinstance(key, Constant):
            self._partitions.setdefault(key, []).append(partition)

    def _demand_all(self, node: Node) -> None:
        """Demands of a cell that it distinguishes all values."""
        self._partitions.setdefault(node, []).append(_Own())

    def _output_partition(self, node: Node) -> Partition:
        """The partition of an output's values. Where it depends on means, values that differ by rounding are one."""
        aggregates = (part for part in topological([node]) if isinstance(part, Aggregate))
        if all(self.tables.outcomes[self._head_of[part].key].single for part in aggregates):
            return _Own()
        values = zip(self.tables.columns.atoms(node), self.tables.exact.fractions(node), strict=True)
        return {(code,): (type(atom), number) for code, (atom, number) in enumerate(values)}

    def _demand_number(self, key: Node) -> None:
        """Demands the number itself of a cell."""
        if not isinstance(key, Constant):
            self._partitions.setdefault(key, [])
            self._scalars.add(key)

    def _demanded_cells(self, stage: int) -> list[Key]:
        """The cells of a stage that are demanded and not made yet."""
        return [key for key in self._partitions if key not in self._made and self.stage(key) == stage]

    def _cell(self, key: Key, values: list[CellValue]) -> Cell:
        """Makes a cell for the values that occur."""
        self._made.add(key)
        partitions = self._partitions[key]
        cell = Cell(key, self.stage(key), {})
        numbers = self._numbers(key, values) if key in self._scalars else None
        summed = key in self.layout.sums
        if summed or (numbers is not None and not partitions and self._is_scalar(key, numbers.values())):
            cell.numbers = numbers
        else:
            labels: dict[Hashable, int] = {}
            for value in values:
                label = (*(part.get(value) for part in partitions), numbers and numbers[value])
                cell.class_of[value] = labels.setdefault(label, len(labels))
        self.layout.cells[key] = cell
        return cell

    def _numbers(self, key: Key, values: list[CellValue]) -> dict[CellValue, float]:
        assert isinstance(key, Node)
        numbers = self.tables.exact.floats(key)
        return {value: numbers[value[0]] for value in values}

    def _is_scalar(self, key: Key, numbers: Iterable[float]) -> bool:
        """Whether one dimension can hold the values: no strings, and no numbers of very different size."""
        assert isinstance(key, Node)
        sizes = [abs(number) for number in numbers if number]
        return self.tables.exact.are_numbers(key) and max(sizes, default=1) <= SPREAD * min(sizes, default=1)

    # --------------------------------------------------------------------------------------------------- feed-forward

    def _feed_forward(self, stage: int) -> None:
        """Makes the cells that a feed-forward writes, and demands what it reads."""
        if stage == BEFORE:
            self._find_sums()
        for key in self._demanded_cells(stage):
            cells, raw = self._inputs_of(key, stage)
            self._piece(key, cells, raw)

    def _find_sums(self) -> None:
        """Moves cells read only as numbers to the embeddings, if they are a token's number plus an index's number."""
        for key in self._demanded_cells(BEFORE):
            if key in self._scalars and not self._partitions[key]:
                assert isinstance(key, Node)
                parts = self.tables.as_sum(key)
                if parts is not None and self._is_scalar(key, self.tables.exact.floats(key)):
                    self.layout.sums[key] = parts
                    self._stages[key] = EMBED

    def _inputs_of(self, key: Key, stage: int) -> tuple[list[Node], list[Node]]:
        """The sources of a cell: sequences with cells of earlier stages, and results of this layer's heads."""
        cells: dict[Node, None] = {}
        raw: dict[Node, None] = {}
        seen: set[Node] = set()
        stack = list(stored_nodes(key))
        while stack:
            node = stack.pop()
            if node in seen or isinstance(node, Constant):
                continue
            seen.add(node)
            if node is not key and self.stage(node) < stage and node not in self.layout.sums:
                cells[node] = None
            elif isinstance(node, Map):
                stack.extend(node.operands)
            else:
                raw[node] = None
        return self._or_their_leaves(list(cells)), list(raw)

    def _or_their_leaves(self, cells: list[Node]) -> list[Node]:
        """The cells; or, if they are many, the sequences that all of them are functions of, if those are fewer.

        A program with loops may read a hundred functions of one token; the token's cell alone determines them all.
        """
        if len(cells) <= MANY:
            return cells
        parts = topological(cells, parts=elementwise)
        leaves = [part for part in parts if not isinstance(part, Map | Constant)]
        return leaves if len(leaves) < len(cells) else cells

    def _piece(self, key: Key, cells: list[Node], raw: list[Node]) -> None:
        channels = self._channels(raw)
        vectors = {channel: self._vector(channel) for channel in channels}
        distinct_vectors: dict[TableSource, tuple[Array, Array]] = {
            head: group_rows(*ranks([vectors[channel] for channel in channels if channel.head == head]))
            for head in dict.fromkeys(channel.head for channel in channels)
        }
        kept = {head: numbers for head, (_, numbers) in distinct_vectors.items()}
        table = self.tables.table([*stored_nodes(key), *cells], kept, about=stored_nodes(key)[0])
        numbers = np.zeros((len(table), len(channels)))
        for index, channel in enumerate(channels):
            firsts, _ = distinct_vectors[channel.head]
            numbers[:, index] = vectors[channel][firsts][table.raw[channel.head]]
        own, target = _number_rows(table, stored_nodes(key))
        made = self._cell(key, own)
        firsts, _ = group_rows(*(table.columns[node] for node in cells), *ranks(numbers.T), target)
        columns: dict[Key, Array] = {}
        values: dict[Key, list[CellValue]] = {}
        for node in cells:
            values[node], column = _number_rows(table, (node,))
            columns[node] = column[firsts]
        piece = Piece(made, list(cells), columns, values, channels, numbers[firsts], target[firsts], own)
        self.layout.pieces.setdefault(made.stage, []).append(piece)
        for source, labels in self._source_partitions(piece):
            self._demand(source, labels)
        for channel in channels:
            self.layout.channels[channel] = 0
            if channel.reading is not None and channel.reading.values is not None:
                self._demand_number(channel.reading.values)

    def _channels(self, raw: list[Node]) -> list[Channel]:
        """The channels from which the results of heads can be computed."""
        found: dict[Channel, None] = {}
        for node in raw:
            head = self._head_of[node]
            found[Channel(head.key, None)] = None
            reading = self._reading_of[node]
            if reading.values is not None and not isinstance(reading.values, Constant):
                found[Channel(head.key, reading)] = None
        return list(found)

    def _vector(self, channel: Channel) -> Array:
        """The number in a channel for each vector of its head."""
        read = [reading for reading in self._heads[channel.head].readings if reading.values is not None]
        column = 0 if channel.reading is None else 1 + read.index(channel.reading)
        return self.tables.outcomes[channel.head].vectors[:, column]

    def _source_partitions(self, piece: Piece) -> Iterator[tuple[Key, dict[CellValue, Hashable]]]:
        """For each source cell, labels of its values: equal if exchanging them never changes the target."""
        before = combination_numbers(*ranks(piece.numbers.T), np.zeros_like(piece.targets))
        outcome = np.array([self._target_class(piece.target, value) for value in piece.target_values])[piece.targets]
        _, outcome = np.unique(outcome, return_inverse=True)
        columns = [piece.columns[source] for source in piece.cells]
        for source, column, rest in zip(piece.cells, columns, suffix_numbers(columns), strict=True):
            signed = combination_numbers(before, rest) * (int(outcome.max(initial=0)) + 1) + outcome
            before = combination_numbers(before, column)
            order = np.lexsort((signed, column))
            groups = np.split(signed[order], np.flatnonzero(np.diff(column[order])) + 1)
            yield source, {value: group.tobytes() for value, group in zip(piece.values[source], groups, strict=True)}

    def _target_class(self, cell: Cell, value: CellValue) -> float:
        return cell.class_of[value] if cell.numbers is None else cell.numbers[value]

    # ------------------------------------------------------------------------------------------------------ attention

    def _attention(self, layer: int) -> None:
        """Makes the cells that the attention of a layer writes, and demands what its heads read."""
        for key in self._demanded_cells(2 * layer):
            assert isinstance(key, Aggregate)
            self._copy(key)
        for head in self.layout.heads:
            if head.layer == layer:
                self._demand_inputs(head)

    def _copy(self, key: Aggregate) -> None:
        head = self._head_of[key]
        reading = self._reading_of[key]
        outcomes = self.tables.outcomes[head.key]
        cell = self._cell(key, [(code,) for code in np.unique(outcomes.codes[key]).tolist()])
        copy = Copy(cell, head, reading, scaled_values(reading, self.tables.exact, outcomes.alone))
        self.layout.copies.setdefault(head.key, []).append(copy)
        if cell.numbers is not None:
            self._demand_number(key.values)
        else:
            classes = copy.classes(self.tables.columns)
            self._demand(key.values, {(code,): number for code, number in classes.items()})

    def _demand_inputs(self, head: NormalHead) -> None:
        self.layout.blocks[head.key] = self._blocks[head.key]
        for block in self._blocks[head.key]:
            if block.key is not None:
                self._demand(block.key, block.key_class)
            if block.query is not None:
                self._demand(block.query, block.query_class)
        for node in head.pattern.ranked:
            self._demand_all(node)

    def _clauses(self, head: NormalHead) -> list[PatternBlock]:
        """The blocks of a head. Clauses on the same two sequences share one."""
        groups: dict[Hashable, list[Node]] = {}
        for clause in head.pattern.clauses:
            keys, queries = clause_sides(clause)
            alone = len(keys) > 1 or len(queries) > 1
            groups.setdefault((keys, queries, clause if alone else None), []).append(clause)
        return [self._block(head, number, clauses) for number, clauses in enumerate(groups.values())]

    def _block(self, head: NormalHead, number: int, clauses: list[Node]) -> PatternBlock:
        keys, queries = (tuple(sorted(nodes, key=lambda node: node.serial)) for nodes in clause_sides(clauses[0]))
        key_tuples, query_tuples = (
            tuples(self.tables.table(nodes, about=head.about), nodes)[0] for nodes in (keys, queries)
        )
        whole = selection(clauses, key_tuples, query_tuples, self.tables, head.about) == SELECTED
        entries, key_numbers, query_numbers = class_matrix(whole)
        key_class = dict(zip(_values(key_tuples), key_numbers.tolist(), strict=True))
        query_class = dict(zip(_values(query_tuples), query_numbers.tolist(), strict=True))
        both = {(key_class.get(value), query_class.get(value)) for value in {**key_class, **query_class}}
        shared = keys == queries and len(both) <= sum(entries.shape)
        return PatternBlock(
            key=_key(head, number, "both sides" if shared else "keys", keys),
            query=_key(head, number, "both sides" if shared else "queries", queries),
            entries=entries,
            key_class=key_class,
            query_class=query_class,
        )

    # ------------------------------------------------------------------------------------------------------ embedding

    def _embedding(self) -> None:
        for key in self._demanded_cells(EMBED):
            table = self.tables.table(stored_nodes(key), about=stored_nodes(key)[0])
            self._cell(key, _values(tuples(table, stored_nodes(key))[0]))

    def _assign_dimensions(self) -> None:
        """Assigns dimensions to cells and channels. The first dimension is that of BOS."""
        layout = self.layout
        size = 1
        layout.cells = dict(sorted(layout.cells.items(), key=lambda item: item[1].stage))
        channels = sorted(layout.channels, key=lambda channel: channel.head)
        for stage in range(2 * layout.layers + 2):
            for channel in channels:
                if 2 * channel.head[0] == stage:
                    layout.channels[channel] = size
                    size += 1
            for cell in layout.cells.values():
                if cell.stage == stage:
                    cell.start = size
                    size += cell.size
        layout.size = size


def _key(head: NormalHead, number: int, side: str, nodes: tuple[Node, ...]) -> Key | None:
    if len(nodes) > 1:
        return Feature(head.key, number, side, nodes)
    return nodes[0] if nodes else None


def _values(given: Mapping[Node, Array]) -> list[CellValue]:
    """The combinations as tuples of codes; a single empty one if there is no column."""
    return list(zip(*(column.tolist() for column in given.values()), strict=True)) if given else [()]


def _number_rows(table: Table, nodes: tuple[Node, ...]) -> tuple[list[CellValue], Array]:
    """The distinct combinations of the nodes' codes, and the number of each row's kind."""
    given, numbers = tuples(table, nodes)
    return _values(given), numbers
