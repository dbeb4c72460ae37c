"""What can stand together at one position: enter nodes, leave a table of the combinations of their values.

A *place* is a length and a position. At a place the index is known, every token of the vocabulary may stand there, and
what a head gives is one of the outcomes that `domain.py` found there. The columns of a table are the nodes' codes;
combinations in which one of the nodes fails are left out. Tokens and each head vary independently of one another, so a
table may hold combinations that no input has, but it misses none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rasp.compile.budget import LISTED, NUMBER, Budget
from rasp.compile.exact import Exact
from rasp.compile.value_codes import FAILED, ValueCodes
from rasp.graph.nodes import (
    Aggregate,
    Atom,
    Constant,
    Indices,
    Map,
    Node,
    SelectorWidth,
    Tokens,
    elementwise,
    topological,
)
from rasp.model.arrays import Array, distinct

TOKEN = "token"  # the name of what varies freely
Source = Hashable  # TOKEN, or the key of a head
COPIES = 8  # columns that are in memory at a time, while a table is made


@dataclass(frozen=True)
class Places:
    """All lengths up to the longest, with their positions; place number `length * (length - 1) / 2 + position`."""

    longest: int

    @cached_property
    def lengths(self) -> Array:
        return np.repeat(np.arange(1, self.longest + 1), np.arange(1, self.longest + 1))

    @cached_property
    def positions(self) -> Array:
        return np.concatenate([np.arange(size) for size in range(1, self.longest + 1)])

    def __len__(self) -> int:
        return self.longest * (self.longest + 1) // 2

    def of(self, length: int) -> range:
        """The places of one length."""
        start = length * (length - 1) // 2
        return range(start, start + length)


@dataclass
class Outcomes:
    """What a head can give: for each row of `places` and `codes` that the node of each use has this code there.

    `raw` are numbers of channel vectors: rows of `vectors` (outcomes, channels), as the head writes them. `single`
    says that no row reads several keys, `alone` that this was known before.
    """

    places: Array
    codes: dict[Node, Array]
    raw: Array
    vectors: Array
    single: bool
    alone: bool


@dataclass
class Table:
    """Rows of codes, a column a node, with the place of each row. `raw` has, by head, the numbers of its vectors."""

    places: Array
    columns: Mapping[Node, Array]
    raw: dict[Source, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.places)

    def taken(self, rows: Array) -> Table:
        """The table of some of the rows."""
        return Table(
            self.places[rows],
            {node: column[rows] for node, column in self.columns.items()},
            {source: column[rows] for source, column in self.raw.items()},
        )

    def distinct(self) -> Table:
        """The table with each row once."""
        firsts, _ = distinct(self.places, *self.columns.values(), *self.raw.values())
        return self.taken(np.sort(firsts))


class _Picked(Mapping[Node, Array]):
    """The columns of some rows of tables, made when they are asked for: all of them may be more than there is room."""

    def __init__(self, picked: Iterable[tuple[Table, Array]]) -> None:
        self._of = {node: (column, rows) for table, rows in picked for node, column in table.columns.items()}

    def __getitem__(self, node: Node) -> Array:
        column, rows = self._of[node]
        return column[rows]

    def __contains__(self, node: object) -> bool:
        return node in self._of

    def __iter__(self) -> Iterator[Node]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


def check_places(tokens: int, longest: int, about: Node | None = None) -> None:
    """Raises TooManyValues where the tokens at all positions of all lengths are too many already."""
    count = tokens * longest * (longest + 1) // 2
    Budget().take(count, "combinations of a token, an index and a length", about, size=COPIES * NUMBER * count)


class Tables:
    """Makes tables. `sources` tells which head gives the value of an aggregate or width; heads are added as found."""

    def __init__(
        self, vocabulary: Sequence[Atom], places: Places, sources: Mapping[Node, Source], budget: Budget | None = None
    ) -> None:
        self.budget = budget or Budget()
        self.vocabulary = vocabulary
        self.places = places
        self.columns = ValueCodes()
        self.exact = Exact(self.columns)
        self.outcomes: dict[Source, Outcomes] = {}
        self.uniform: set[Node] = set()  # results of heads that are the same at all positions
        self.ranks: set[Node] = set()  # widths that differ at all positions
        self._sources = sources
        self._below: dict[Node, frozenset[Source]] = {}
        self._by_index: set[Node] = set()

    def sources(self, node: Node) -> frozenset[Source]:
        """What a node's value depends on besides the index: TOKEN, and heads."""
        order = topological([node], self._below)
        for part in order:
            match part:
                case Tokens():
                    self._below[part] = frozenset([TOKEN])
                case Aggregate() | SelectorWidth():
                    self._below[part] = frozenset([self._sources[part]])
                case Map():
                    self._below[part] = frozenset().union(*(self._below[below] for below in part.operands))
                case _:
                    self._below[part] = frozenset()
            if isinstance(part, Indices) or not self._by_index.isdisjoint(elementwise(part)):
                self._by_index.add(part)
        return self._below[node]

    def found(self, head: Source, outcomes: Outcomes) -> None:
        """Adds what a head may give."""
        self.outcomes[head] = outcomes

    def reads_index(self, node: Node) -> bool:
        """Whether the node's value depends on the index itself, and not only through heads."""
        self.sources(node)
        return node in self._by_index

    # ------------------------------------------------------------------------------------------------------- tables

    def table(
        self, nodes: Iterable[Node], raw: Mapping[Source, Array] | None = None, about: Node | None = None
    ) -> Table:
        """The combinations of the nodes' values at each place, and of what the heads in `raw` give.

        `raw` has for each head a number for each of its vectors; equal numbers are not told apart. Raises
        TooManyValues, which names the node `about`.
        """
        wanted, kept = list(dict.fromkeys(nodes)), raw or {}
        sources = dict.fromkeys([*(source for node in wanted for source in sorted(self.sources(node), key=str)), *kept])
        singles = [self._single(source, self._frontier(wanted, source), kept.get(source)) for source in sources]
        if kept and (len(singles) == 1 or self._size(singles) > LISTED):
            singles = [self._moved(single, wanted) for single in singles]
        made = Table(np.unique(np.concatenate([single.places for single in singles])) if singles else self._all, {})
        for number, single in enumerate(singles):
            made = self._joined(made, Table(single.places, {}, {number: np.arange(len(single))}), about)
        picked = [(single, made.raw[number]) for number, single in enumerate(singles)]
        made.raw = {source: single.raw[source][rows] for single, rows in picked for source in single.raw}
        made.columns = self._evaluated(wanted, Table(made.places, _Picked(picked)))
        return self._whole(made).distinct()

    def _whole(self, made: Table) -> Table:
        """The rows in which all nodes have values."""
        good = np.logical_and.reduce([column != FAILED for column in made.columns.values()] or [made.places >= 0])
        return made.taken(np.flatnonzero(good))

    def _single(self, source: Source, frontier: list[Node], raw: Array | None) -> Table:
        """The table of the values that depend on one source and the index alone."""
        if source == TOKEN:
            count = len(self.vocabulary)
            table = Table(np.repeat(np.arange(len(self.places)), count), {})
            table.columns = self._evaluated(frontier, table, np.tile(np.arange(count), len(self.places)))
        else:
            outcomes = self.outcomes[source]
            kept = {} if raw is None else {source: raw[outcomes.raw]}
            table = Table(outcomes.places, outcomes.codes, kept)
            table.columns = self._evaluated(frontier, table)
        return self._whole(table).distinct()

    @property
    def _all(self) -> Array:
        return np.arange(len(self.places))

    def _size(self, singles: Sequence[Table]) -> int:
        """How many rows the tables make together."""
        counts = np.ones(len(self.places))
        for single in singles:
            counts *= np.bincount(single.places, minlength=len(self.places))
        return int(counts.sum())

    def _moved(self, single: Table, wanted: list[Node]) -> Table:
        """The table with the rows of all lengths moved to the longest one, or to one place if no index is read."""
        last = self.places.of(self.places.longest).start
        by_index = any(self.reads_index(node) for node in wanted)
        places = last + self.places.positions[single.places] * by_index
        moved = Table(places, single.columns, single.raw).distinct()
        return moved.taken(np.argsort(moved.places, kind="stable"))

    def _joined(self, left: Table, right: Table, about: Node | None) -> Table:
        """All combinations at each place; the rows of both are in the order of places."""
        counts = [np.bincount(table.places, minlength=len(self.places)) for table in (left, right)]
        total = int((counts[0] * counts[1]).sum())
        what = "combinations of values at one position"
        self.budget.take(total, what, about, size=COPIES * NUMBER * total)
        starts = np.cumsum(counts[1]) - counts[1]
        repeats = counts[1][left.places]
        rows = np.repeat(np.arange(len(left)), repeats)
        offsets = np.arange(total) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        joined, other = left.taken(rows), right.taken(starts[left.places[rows]] + offsets)
        return Table(joined.places, {**joined.columns, **other.columns}, {**joined.raw, **other.raw})

    def _frontier(self, wanted: list[Node], source: Source) -> list[Node]:
        """The largest parts of the nodes that depend on one source, and on the index, alone."""
        found: dict[Node, None] = {}
        stack = list(wanted)
        seen: set[Node] = set()
        while stack:
            node = stack.pop()
            if node in seen or source not in self.sources(node):
                continue
            seen.add(node)
            if self.sources(node) == {source}:
                found[node] = None
            elif isinstance(node, Map):
                stack.extend(node.operands)
        return list(found)

    def by_token(self, nodes: Sequence[Node]) -> list[tuple[int, ...]]:
        """For each token of the vocabulary the codes of nodes that depend on the token alone; FAILED for no value."""
        count = len(self.vocabulary)
        return self._alone(nodes, Table(np.zeros(count, dtype=np.int64), {}), np.arange(count))

    def by_index(self, nodes: Sequence[Node]) -> list[tuple[int, ...]]:
        """For each position the codes of nodes that depend on the index alone; FAILED for no value."""
        return self._alone(nodes, Table(np.array(self.places.of(self.places.longest)), {}), None)

    def as_sum(self, node: Node) -> tuple[Array, Array] | None:
        """A number of token and index as a part for each token and one for each position, if it is their sum."""
        count, places = len(self.vocabulary), np.array(self.places.of(self.places.longest))
        table = Table(np.repeat(places, count), {})
        codes = self._evaluated([node], table, np.tile(np.arange(count), len(places)))[node].reshape(-1, count)
        if (codes == FAILED).any():
            return None
        numbers = np.array(self.exact.rounded(node), dtype=object)[codes]
        by_token, by_index = numbers[0] - numbers[0, 0], numbers[:, 0]
        if (by_index[:, None] + by_token != numbers).any():
            return None
        return by_token.astype(float), by_index.astype(float)

    def _alone(self, nodes: Sequence[Node], table: Table, symbols: Array | None) -> list[tuple[int, ...]]:
        known = self._evaluated(nodes, table, symbols)
        return list(zip(*(known[node].tolist() for node in nodes), strict=True))

    # --------------------------------------------------------------------------------------------------- evaluation

    def _evaluated(self, wanted: Iterable[Node], table: Table, symbols: Array | None = None) -> dict[Node, Array]:
        """The columns of the nodes, from those of the table; what no other node reads any more is dropped."""
        asked = dict.fromkeys(wanted)
        order = topological(asked, table.columns, elementwise)
        entries = len(table) * (len(order) + len(asked))
        size = NUMBER * len(table) * (len(asked) + COPIES)
        self.budget.take(entries, "values of a table", next(iter(asked), None), size=size)
        left = Counter([*asked, *(part for node in order for part in elementwise(node))])
        known: dict[Node, Array] = {}
        for node in order:
            for part in elementwise(node):
                if part not in known:
                    known[part] = table.columns[part]
            known[node] = self._column(node, [known[part] for part in elementwise(node)], table, symbols)
            for part in elementwise(node):
                left[part] -= 1
                if not left[part]:
                    del known[part]
        return {node: known[node] if node in known else table.columns[node] for node in asked}

    def _column(self, node: Node, parts: Sequence[Array], table: Table, symbols: Array | None) -> Array:
        match node:
            case Constant():
                return self.columns.constant(node, len(table))
            case Indices():
                return self.columns.indices(node, self.places.positions[table.places])
            case Tokens() if symbols is not None:
                return self.columns.tokens(node, self.vocabulary, symbols)
            case Map():
                return self.columns.apply(node, parts)
        raise TypeError(f"no column for {node!r}")
