"""Tables of the combinations of values that some nodes can have at one site. See `domain.py` for the method.

A *site* is a position in inputs of one length. There, the index is known, the token is any of the vocabulary, and a
head has one of the outcomes that `domain.py` found. Tokens and heads vary independently, so a table may hold
combinations that no input has, but it misses none. A column holds the codes of a node's values (`value_codes.py`); rows
in which a node fails are left out.

There are three sites up to length 2. Each may have either token, and its index is known:

>>> from rasp.graph.builders import indices, tokens
>>> table = Tables("ab", Sites(2), {}).table([tokens(), indices()])
>>> table.sites.tolist(), table.columns[tokens()].tolist(), table.columns[indices()].tolist()
([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 1, 1])
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rasp.compile.budget import LISTED, NUMBER, Budget
from rasp.compile.exact_fractions import Exact
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
from rasp.model.arrays import Array, group_rows

TOKEN = "token"  # the source that is the token
TableSource = Hashable  # TOKEN, or the key of a head
COPIES = 8  # columns in memory at the same time while a table is made


@dataclass(frozen=True)
class Sites:
    """All sites up to a length; site `length * (length - 1) / 2 + position` is this position at this length.

    >>> sites = Sites(3)
    >>> sites.of(3), sites.lengths, sites.positions
    (range(3, 6), array([1, 2, 2, 3, 3, 3]), array([0, 0, 1, 0, 1, 2]))
    """

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
        """The sites of one length."""
        start = length * (length - 1) // 2
        return range(start, start + length)


@dataclass
class HeadOutcomes:
    """The outcomes of a head: a row for each site and combination of the codes that its uses can have there.

    `raw` has, for each row, the number of its vector in `vectors` (vectors, channels): what the head writes into the
    stream. `single` says that no outcome sums several keys; `alone`, that this was certain before sums were made.
    """

    sites: Array
    codes: dict[Node, Array]
    raw: Array
    vectors: Array
    single: bool
    alone: bool


@dataclass
class Table:
    """Rows of codes, a column a node, with the site of each row. `raw` has by head the numbers of its vectors."""

    sites: Array
    columns: Mapping[Node, Array]
    raw: dict[TableSource, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.sites)

    def take(self, rows: Array) -> Table:
        """The table with some of the rows."""
        return Table(
            self.sites[rows],
            {node: column[rows] for node, column in self.columns.items()},
            {source: column[rows] for source, column in self.raw.items()},
        )

    def distinct(self) -> Table:
        """The table with each row once."""
        firsts, _ = group_rows(self.sites, *self.columns.values(), *self.raw.values())
        return self.take(np.sort(firsts))


class _PickedColumns(Mapping[Node, Array]):
    """Columns of some rows of tables, made on demand, because all of them together may not fit into memory."""

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


def check_sites(tokens: int, longest: int, about: Node | None = None) -> None:
    """Raises TooManyValues if the tokens at all sites are too many already."""
    count = tokens * longest * (longest + 1) // 2
    Budget().take(count, "combinations of a token, an index and a length", about, size=COPIES * NUMBER * count)


class Tables:
    """Makes tables. `sources` maps aggregates and widths to their heads, whose outcomes are added one after another."""

    def __init__(
        self,
        vocabulary: Sequence[Atom],
        sites: Sites,
        sources: Mapping[Node, TableSource],
        budget: Budget | None = None,
    ) -> None:
        self.budget = budget or Budget()
        self.vocabulary = vocabulary
        self.sites = sites
        self.columns = ValueCodes()
        self.exact = Exact(self.columns)
        self.outcomes: dict[TableSource, HeadOutcomes] = {}
        self.uniform: set[Node] = set()  # results of heads that have one value at all positions
        self.ranks: set[Node] = set()  # widths that differ at all positions
        self._sources = sources
        self._below: dict[Node, frozenset[TableSource]] = {}
        self._by_index: set[Node] = set()

    def sources(self, node: Node) -> frozenset[TableSource]:
        """The sources that a node's value depends on besides the index: TOKEN, and heads."""
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

    def add_outcomes(self, head: TableSource, outcomes: HeadOutcomes) -> None:
        """Adds the outcomes of a head."""
        self.outcomes[head] = outcomes

    def reads_index(self, node: Node) -> bool:
        """Whether the node's value depends on the index itself, and not only through heads."""
        self.sources(node)
        return node in self._by_index

    # ------------------------------------------------------------------------------------------------------- tables

    def table(
        self, nodes: Iterable[Node], raw: Mapping[TableSource, Array] | None = None, about: Node | None = None
    ) -> Table:
        """The combinations of the nodes' values at each site, together with vectors of the heads in `raw`.

        `raw` maps a head to a number for each of its vectors; vectors of equal numbers count as one. Raises
        TooManyValues, which names the node `about`.
        """
        wanted, kept = list(dict.fromkeys(nodes)), raw or {}
        sources = dict.fromkeys([*(source for node in wanted for source in sorted(self.sources(node), key=str)), *kept])
        singles = [self._single(source, self._frontier(wanted, source), kept.get(source)) for source in sources]
        if kept and (len(singles) == 1 or self._size(singles) > LISTED):
            singles = [self._at_last_length(single, wanted) for single in singles]
        made = Table(np.unique(np.concatenate([single.sites for single in singles])) if singles else self._all, {})
        for number, single in enumerate(singles):
            made = self._join(made, Table(single.sites, {}, {number: np.arange(len(single))}), about)
        picked = [(single, made.raw[number]) for number, single in enumerate(singles)]
        made.raw = {source: single.raw[source][rows] for single, rows in picked for source in single.raw}
        made.columns = self._evaluate(wanted, Table(made.sites, _PickedColumns(picked)))
        return self._whole(made).distinct()

    def _whole(self, made: Table) -> Table:
        """The table without the rows in which a node has no value."""
        good = np.logical_and.reduce([column != FAILED for column in made.columns.values()] or [made.sites >= 0])
        return made.take(np.flatnonzero(good))

    def _single(self, source: TableSource, frontier: list[Node], raw: Array | None) -> Table:
        """The table of nodes that depend on one source, and on the index, alone."""
        if source == TOKEN:
            count = len(self.vocabulary)
            table = Table(np.repeat(np.arange(len(self.sites)), count), {})
            table.columns = self._evaluate(frontier, table, np.tile(np.arange(count), len(self.sites)))
        else:
            outcomes = self.outcomes[source]
            kept = {} if raw is None else {source: raw[outcomes.raw]}
            table = Table(outcomes.sites, outcomes.codes, kept)
            table.columns = self._evaluate(frontier, table)
        return self._whole(table).distinct()

    @property
    def _all(self) -> Array:
        return np.arange(len(self.sites))

    def _size(self, singles: Sequence[Table]) -> int:
        """The number of rows of the joined tables."""
        counts = np.ones(len(self.sites))
        for single in singles:
            counts *= np.bincount(single.sites, minlength=len(self.sites))
        return int(counts.sum())

    def _at_last_length(self, single: Table, wanted: list[Node]) -> Table:
        """The table with the rows of all lengths moved to the longest one, or to one site if no index is read."""
        last = self.sites.of(self.sites.longest).start
        by_index = any(self.reads_index(node) for node in wanted)
        sites = last + self.sites.positions[single.sites] * by_index
        moved = Table(sites, single.columns, single.raw).distinct()
        return moved.take(np.argsort(moved.sites, kind="stable"))

    def _join(self, left: Table, right: Table, about: Node | None) -> Table:
        """The join of two tables, sorted by sites: all pairs of rows of one site."""
        counts = [np.bincount(table.sites, minlength=len(self.sites)) for table in (left, right)]
        total = int((counts[0] * counts[1]).sum())
        what = "combinations of values at one position"
        self.budget.take(total, what, about, size=COPIES * NUMBER * total)
        starts = np.cumsum(counts[1]) - counts[1]
        repeats = counts[1][left.sites]
        rows = np.repeat(np.arange(len(left)), repeats)
        offsets = np.arange(total) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        joined, other = left.take(rows), right.take(starts[left.sites[rows]] + offsets)
        return Table(joined.sites, {**joined.columns, **other.columns}, {**joined.raw, **other.raw})

    def _frontier(self, wanted: list[Node], source: TableSource) -> list[Node]:
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
        """For each token, the codes of nodes that depend on the token alone; FAILED where there is no value."""
        count = len(self.vocabulary)
        return self._alone(nodes, Table(np.zeros(count, dtype=np.int64), {}), np.arange(count))

    def by_index(self, nodes: Sequence[Node]) -> list[tuple[int, ...]]:
        """For each position, the codes of nodes that depend on the index alone; FAILED where there is no value."""
        return self._alone(nodes, Table(np.array(self.sites.of(self.sites.longest)), {}), None)

    def as_sum(self, node: Node) -> tuple[Array, Array] | None:
        """A node as a number for each token plus one for each position; None if it is no such sum."""
        count, sites = len(self.vocabulary), np.array(self.sites.of(self.sites.longest))
        table = Table(np.repeat(sites, count), {})
        codes = self._evaluate([node], table, np.tile(np.arange(count), len(sites)))[node].reshape(-1, count)
        if (codes == FAILED).any():
            return None
        numbers = np.array(self.exact.fractions(node), dtype=object)[codes]
        by_token, by_index = numbers[0] - numbers[0, 0], numbers[:, 0]
        if (by_index[:, None] + by_token != numbers).any():
            return None
        return by_token.astype(float), by_index.astype(float)

    def _alone(self, nodes: Sequence[Node], table: Table, symbols: Array | None) -> list[tuple[int, ...]]:
        known = self._evaluate(nodes, table, symbols)
        return list(zip(*(known[node].tolist() for node in nodes), strict=True))

    # --------------------------------------------------------------------------------------------------- evaluation

    def _evaluate(self, wanted: Iterable[Node], table: Table, symbols: Array | None = None) -> dict[Node, Array]:
        """The columns of the nodes, from those of the table. A column is freed once no other node needs it."""
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
                return self.columns.indices(node, self.sites.positions[table.sites])
            case Tokens() if symbols is not None:
                return self.columns.tokens(node, self.vocabulary, symbols)
            case Map():
                return self.columns.apply(node, parts)
        raise TypeError(f"no column for {node!r}")
