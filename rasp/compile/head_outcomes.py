"""The outcomes of one head: its pattern between classes of keys and queries, what keys add, and the values of sums.

The rows of keys and queries come from sets (`domain.py`, which explains the method) or from all inputs
(`enumeration.py`). All uses of a head are summed together, in one packed int, so an outcome keeps together which values
its uses have at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rasp.compile.heads import NormalHead
from rasp.compile.patterns import class_matrix, conjunction, count_of, pattern_matrix
from rasp.compile.scaled_integers import RANK, scaled_values
from rasp.compile.sumsets import Packing
from rasp.compile.value_codes import rank_atoms
from rasp.compile.value_tables import HeadOutcomes, Table, Tables
from rasp.errors import CannotCompile
from rasp.graph.nodes import Atom, Node, selector_operands, topological
from rasp.model.arrays import Array, group_rows

FASTER = 10  # pairs that are compared in the time of one step


class HeadRows:
    """A head with a table of its keys and one of its queries.

    `entries` (query classes, key classes) is the pattern; `key_class` and `query_class` hold the class of each row, and
    `score` the rank of each key for `best`. After `read`, `added` holds the packed int that each key adds.
    """

    def __init__(self, head: NormalHead, tables: Tables, keys: Table, queries: Table) -> None:
        self.head = head
        self.tables = tables
        self.keys = keys
        self.queries = queries
        if not len(keys) or not len(queries):
            raise self._cannot("a head reads what has no value on any input of the model")
        self.entries, self.key_class, self.query_class = self._matrix()
        self.score = self._score()

    def read(self, alone: bool) -> None:
        """Computes `added`. `alone` says that no query ever selects two keys. Raises CannotCompile."""
        most = self.tables.sites.longest
        read = [reading for reading in self.head.readings if reading.values is not None]
        self.alone = alone
        self.scaled = [scaled_values(reading, self.tables.exact, alone) for reading in read]
        if not alone and not all(one.fits(most) for one in self.scaled):
            raise self._cannot("a head adds up numbers that are too large for weights")
        lone = [flag for one in self.scaled for flag in one.lone]
        self.packing = Packing.of(most, lone, [one.ints for one in self.scaled])
        self.added = self._added_ints()

    def _cannot(self, why: str) -> CannotCompile:
        error = CannotCompile(why)
        error.node = self.head.about
        return error

    def _matrix(self) -> tuple[Array, Array, Array]:
        """The pattern between classes, and the class of each row of the tables."""
        pattern = self.head.pattern
        (keys, key_numbers), (queries, query_numbers) = (
            tuples(table, nodes) for table, nodes in ((self.keys, pattern.keys), (self.queries, pattern.queries))
        )
        whole = selection(pattern.clauses, keys, queries, self.tables, self.head.about)
        entries, key_class, query_class = class_matrix(whole)
        return entries, key_class[key_numbers], query_class[query_numbers]

    def _added_ints(self) -> Array:
        """The packed int that each row of keys adds where it is selected."""
        if not self.scaled:
            return np.ones(len(self.keys), dtype=self.packing.dtype)
        columns = [self.keys.columns[node] for node in values_read_by(self.head)]
        firsts, numbers = group_rows(*columns)
        rows = list(zip(*(column[firsts].tolist() for column in columns), strict=True))
        lone = [any(one.lone[code] for one, code in zip(self.scaled, row, strict=True)) for row in rows]
        ints = [[one.ints[code] for one, code in zip(self.scaled, row, strict=True)] for row in rows]
        return np.array(self.packing.pack(lone, ints), dtype=self.packing.dtype)[numbers]

    def _score(self) -> Array:
        """For `best`, the rank of each key's score, the best one highest; else zeros."""
        made = np.zeros(len(self.keys), dtype=np.int64)
        for node in self.head.pattern.scores:
            ranks = score_ranks(self.tables, node)[self.keys.columns[node]]
            made = ranks * (int(made.max(initial=0)) + 1) + made
        return made

    # ----------------------------------------------------------------------------------------------------- outcomes

    def outcomes_of(self, sums: Array, sites: Array) -> HeadOutcomes:
        """The outcomes with these packed sums, each at its site."""
        kept, numbers = np.unique(sums, return_inverse=True)
        counts, *totals = self.packing.unpack(kept)
        single = max(counts, default=0) <= 1
        values = self._values(counts, totals, single)
        codes = {}
        for reading, column in zip(self.head.readings, values, strict=True):
            given = self.tables.columns.codes(reading.result)
            codes[reading.result] = np.array([given.code(value) for value in column], dtype=np.int64)[numbers]
        return HeadOutcomes(sites, codes, numbers, self._vectors(counts, totals), single, self.alone)

    def _values(self, counts: list[int], totals: list[list[int]], single: bool) -> Iterator[list[Atom]]:
        """For each use of the head, its value for each sum."""
        columns = zip(self.scaled, totals, strict=True)
        for reading in self.head.readings:
            if reading.values is None:
                yield list(counts)
                continue
            one, column = next(columns)
            values = [one.value(*row) for row in zip(counts, column, strict=True)]
            yield _merge_equal(values) if self.head.pattern.hard and not single else values

    def _vectors(self, counts: list[int], totals: list[list[int]]) -> Array:
        """The channels of the head for each sum: the attention weight of BOS, then the weighted sum of each value."""
        hard = self.head.pattern.hard
        shares = [float(not count) if hard else 1 / (count + 1) for count in counts]
        sums = [
            [one.share(count + (not hard), total) for count, total in zip(counts, column, strict=True)]
            if one.fits(self.tables.sites.longest)
            else [0.0] * len(counts)
            for one, column in zip(self.scaled, totals, strict=True)
        ]
        return np.array([shares, *sums]).T


def _merge_equal(values: list[Atom]) -> list[Atom]:
    """Replaces equal values by one representative.

    Under ties of `best`, the head cannot know how many keys it averaged, so it cannot tell a value from an equal mean.

    >>> _merge_equal([1, 1.0, 0.1 + 0.2, 0.3, "a", True])
    [1, 1, 0.30000000000000004, 0.30000000000000004, 'a', 1]
    """
    known: dict[object, Atom] = {}
    for value in sorted(values, key=lambda value: RANK[type(value)]):
        known.setdefault(_round(value), value)
        if isinstance(value, int):
            known.setdefault(_round(float(value)), value)
    return [known[_round(value)] for value in values]


def _round(value: Atom) -> object:
    return value if isinstance(value, (str, int)) else float(f"{value:.12g}")


def values_read_by(head: NormalHead) -> list[Node]:
    """The sequences whose values a head averages."""
    return [reading.values for reading in head.readings if reading.values is not None]


def selection(
    clauses: Sequence[Node], keys: dict[Node, Array], queries: dict[Node, Array], tables: Tables, about: Node
) -> Array:
    """The pattern of a conjunction of clauses between keys and queries, (queries, keys) int8, as by `pattern_matrix`.

    Raises TooManyValues if there are too many pairs.
    """
    shape = (count_of(queries), count_of(keys))
    pairs = shape[0] * shape[1]
    steps = pairs * (1 + len(topological(clauses, parts=selector_operands))) // FASTER
    tables.budget.take(pairs, "pairs of what a head compares", about, steps=steps, size=8 * pairs)
    return conjunction((pattern_matrix(clause, keys, queries, tables.columns) for clause in clauses), shape)


def tuples(table: Table, nodes: Sequence[Node]) -> tuple[dict[Node, Array], Array]:
    """The distinct combinations of the nodes' codes in a table, a column a node, and the number of each row's kind."""
    if not nodes:
        return {}, np.zeros(len(table), dtype=np.int64)
    firsts, numbers = group_rows(*(table.columns[node] for node in nodes))
    return {node: table.columns[node][firsts] for node in nodes}, numbers


def score_ranks(tables: Tables, node: Node) -> Array:
    """By code of a node, the rank of its value; 0 is the lowest."""
    return rank_atoms(tables.columns.atoms(node))[0]
