"""What can occur: enter the heads of a program, leave the outcomes that each may have at each place.

The keys of one row vary independently of one another, but for the query's own position, where the key is the query
itself. So the sets may be larger than what inputs bring about, never smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from rasp.bounds import limits
from rasp.compile.columns import Array, distinct, ordered
from rasp.compile.heads import Head
from rasp.compile.patterns import SELECTED, UNSELECTED, classes, matrix
from rasp.compile.singular import is_order, selects_one
from rasp.compile.summands import RANK, summand
from rasp.compile.sums import Packing, Sums
from rasp.compile.tables import Outcomes, Table, Tables, too_many
from rasp.errors import CannotCompile, TooManyValues
from rasp.graph.nodes import Atom, Node


def outcomes(head: Head, tables: Tables, causal: bool) -> Outcomes:
    """The outcomes of one head, whose operands' outcomes are known. Raises TooManyValues, CannotCompile."""
    rows = _Rows(head, tables, causal)
    results = [reading.result for reading in head.readings]
    if not causal and not head.pattern.queries:
        tables.uniform.update(results)
    if not causal and rows.is_order():
        tables.ranks.update(reading.result for reading in head.readings if reading.values is None)
    return rows.outcomes()


def _cannot(head: Head, why: str) -> CannotCompile:
    error = CannotCompile(why)
    error.node = head.about
    return error


class _Rows:
    """One head at work: its classes of queries and keys, and what each key may add to each class of queries."""

    def __init__(self, head: Head, tables: Tables, causal: bool) -> None:
        self.head = head
        self.tables = tables
        self.causal = causal
        read = [reading for reading in head.readings if reading.values is not None]
        self._values = [reading.values for reading in read if reading.values is not None]
        own = (*head.pattern.keys, *self._values, *head.pattern.scores)
        try:
            self.both = tables.table([*own, *head.pattern.queries], about=head.about)
            self.keys = self.queries = self.both
            self.related = True
        except TooManyValues:
            self.keys = tables.table(own, about=head.about)
            self.queries = tables.table(head.pattern.queries, about=head.about)
            self.related = False
        if not len(self.keys) or not len(self.queries):
            raise _cannot(head, "a head reads what has no value on any input of the model")
        self.entries, self.key_class, self.query_class = self._matrix()
        self.alone = selects_one(head, tables)
        self.summands = [summand(reading, tables.exact, self.alone) for reading in read]
        if not self.alone and not all(one.fits(tables.places.longest) for one in self.summands):
            raise _cannot(head, "a head adds up numbers that are too large for weights")
        lone = [flag for one in self.summands for flag in one.lone]
        self.packing = Packing.of(tables.places.longest, lone, [one.ints for one in self.summands])
        self.sums = Sums(self.packing, self.alone, head.about)
        self.added = self._added()
        self.score = self._score()

    def _matrix(self) -> tuple[Array, Array, Array]:
        """The matrix between classes, and the class of each row of the tables."""
        pattern, columns = self.head.pattern, self.tables.columns
        (keys, key_numbers), (queries, query_numbers) = (
            tuples(table, nodes) for table, nodes in ((self.keys, pattern.keys), (self.queries, pattern.queries))
        )
        shape = (_size(queries), _size(keys))
        if shape[0] * shape[1] > 20 * limits.combinations:
            raise too_many(shape[0] * shape[1], "pairs of what a head compares", self.head.about)
        whole = np.full(shape, SELECTED, dtype=np.int8)
        for clause in pattern.clauses:
            part = matrix(clause, keys, queries, columns)
            whole = np.where((whole < 0) | (part < 0), -1, whole & part).astype(np.int8)
        rows, row_of = classes(whole, 0)
        lines, line_of = classes(whole[rows], 1)
        return whole[np.ix_(rows, lines)], line_of[key_numbers], row_of[query_numbers]

    def is_order(self) -> bool:
        """Whether the selector puts all positions in one order."""
        pattern = self.head.pattern
        if pattern.scores or set(pattern.keys) != set(pattern.queries) or not pattern.keys or not self.related:
            return False
        nodes = list(pattern.keys)
        _, numbers = tuples(self.both, nodes)
        size = int(numbers.max()) + 1
        if size * size > 20 * limits.combinations:
            return False
        key_class, query_class = np.zeros((2, size), dtype=np.int64)
        key_class[numbers], query_class[numbers] = self.key_class, self.query_class
        positions = self.tables.places.positions[self.both.places]
        pairs = numbers[distinct(numbers, positions)[0]]
        return is_order(self.entries[np.ix_(query_class, key_class)] == SELECTED, np.bincount(pairs, minlength=size))

    def _added(self) -> Array:
        """What each row of the table of keys adds where it is selected, packed."""
        if not self.summands:
            return np.ones(len(self.keys), dtype=self.packing.dtype)
        columns = [self.keys.columns[node] for node in self._values]
        firsts, numbers = distinct(*columns)
        rows = list(zip(*(column[firsts].tolist() for column in columns), strict=True))
        lone = [any(one.lone[code] for one, code in zip(self.summands, row, strict=True)) for row in rows]
        ints = [[one.ints[code] for one, code in zip(self.summands, row, strict=True)] for row in rows]
        return np.array(self.packing.packed(lone, ints), dtype=self.packing.dtype)[numbers]

    def _score(self) -> Array:
        """For `best`: the rank of each key's score, the highest being the best; else all 0."""
        made = np.zeros(len(self.keys), dtype=np.int64)
        for node in self.head.pattern.scores:
            ranks = score_ranks(self.tables, node)[self.keys.columns[node]]
            made = ranks * (int(made.max(initial=0)) + 1) + made
        return made

    # ----------------------------------------------------------------------------------------------------- outcomes

    def outcomes(self) -> Outcomes:
        """The outcomes at all places."""
        places, found = [], []
        for place, sums in self._by_place():
            places.append(np.full(len(sums), place))
            found.append(sums)
        all_sums = np.concatenate(found) if found else np.zeros(0, dtype=self.packing.dtype)
        all_places = np.concatenate(places) if places else np.zeros(0, dtype=np.int64)
        kept, numbers = np.unique(all_sums, return_inverse=True)
        return self._outcomes(kept, numbers, all_places)

    def _outcomes(self, sums: Array, numbers: Array, places: Array) -> Outcomes:
        counts, *totals = self.packing.unpacked(sums)
        single = max(counts, default=0) <= 1
        codes = {}
        place = 0
        for reading in self.head.readings:
            given = self.tables.columns.codes(reading.result)
            if reading.values is None:
                values: list[Atom] = list(counts)
            else:
                one = self.summands[place]
                values = [one.value(*row) for row in zip(counts, totals[place], strict=True)]
                values = _merged(values) if self.head.pattern.scores and not single else values
                place += 1
            codes[reading.result] = np.array([given.code(value) for value in values], dtype=np.int64)[numbers]
        return Outcomes(places, codes, numbers, self._vectors(counts, totals), single, self.alone)

    def _vectors(self, counts: list[int], totals: list[list[int]]) -> Array:
        """What the channels of the head hold: the share of the position in front, then each sum's share."""
        hard = bool(self.head.pattern.scores)
        shares = [float(not count) if hard else 1 / (count + 1) for count in counts]
        sums = [
            [one.share(count + (not hard), total) for count, total in zip(counts, column, strict=True)]
            if one.fits(self.tables.places.longest)
            else [0.0] * len(counts)
            for one, column in zip(self.summands, totals, strict=True)
        ]
        return np.array([shares, *sums]).T

    def _by_place(self) -> Iterator[tuple[int, Array]]:
        """Each place with all that the head's row may sum up there."""
        own = self._own_choices()
        for length in range(1, self.tables.places.longest + 1):
            places = self.tables.places.of(length)
            others = [self._choices_at(place) for place in places]
            for position, place in enumerate(places):
                seen = range(position + 1) if self.causal else range(length)
                found = [
                    self._row(
                        query, place, [others[key][query] for key in seen if key != position], own, others[position]
                    )
                    for query in self._queries_at(place)
                ]
                if found:
                    yield place, np.unique(np.concatenate(found))

    def _row(self, query: int, place: int, others: list[Any], own: dict[Any, Any], here: list[Any]) -> Array:
        mine = own[place, query] if self.related else here[query]
        choices = [*others, mine]
        if not self.head.pattern.scores:
            return self.sums.of([choice[0][1] for choice in choices])
        return self._best(choices)

    def _best(self, choices: list[Any]) -> Array:
        """What the best keys may sum up: each key's choice is None where it may be left out, and sets by score."""
        levels = sorted({level for choice in choices for level, _ in choice if level is not None})
        found = []
        if all(choice[0][0] is None for choice in choices):
            found.append(self.sums.of([]))
        for level in levels:
            numbers = [self.sums.choice(self._at_level(choice, level)) for choice in choices]
            if all(map(self.sums.size, numbers)):
                sums = self.sums.of(numbers)
                found.append(sums[self.packing.counts(sums) > 0])
        return np.concatenate(found) if found else self.sums.of([])[:0]

    def _at_level(self, choice: Any, level: int) -> list[int]:
        idle = any(at is None or at < level for at, _ in choice)
        return [*([0] if idle else []), *(value for at, values in choice if at == level for value in values)]

    # ------------------------------------------------------------------------------------------------------ choices

    @cached_property
    def _key_rows(self) -> list[tuple[Array, Array, Array]]:
        """By place: classes of keys, what they add, and scores, each combination once."""
        _, numbers = np.unique(self.added, return_inverse=True)
        firsts, _ = distinct(self.keys.places, self.key_class, numbers, self.score)
        places = self.keys.places[firsts]
        ends = np.searchsorted(places, np.arange(len(self.tables.places) + 1))
        return [
            (self.key_class[rows], self.added[rows], self.score[rows])
            for rows in (firsts[ends[place] : ends[place + 1]] for place in range(len(self.tables.places)))
        ]

    @cached_property
    def _query_rows(self) -> list[list[int]]:
        firsts, _ = distinct(self.queries.places, self.query_class)
        found: list[list[int]] = [[] for _ in range(len(self.tables.places))]
        for place, query in zip(self.queries.places[firsts].tolist(), self.query_class[firsts].tolist(), strict=True):
            found[place].append(query)
        return found

    def _queries_at(self, place: int) -> list[int]:
        return self._query_rows[place]

    def _choices_at(self, place: int) -> list[Any]:
        """What the key at a place may add, for each class of queries."""
        classes_here, added, score = self._key_rows[place]
        entries = self.entries[:, classes_here]
        firsts, numbers = classes(entries, 0)
        made = [self._choice(entries[row], added, score) for row in firsts.tolist()]
        return [made[number] for number in numbers.tolist()]

    def _own_choices(self) -> dict[Any, Any]:
        """What the query's own position may add, by place and class of the query."""
        if not self.related:
            return {}
        _, numbers = np.unique(self.added, return_inverse=True)
        firsts, _ = distinct(self.both.places, self.query_class, self.key_class, numbers, self.score)
        places, queries = self.both.places[firsts], self.query_class[firsts]
        entries = self.entries[queries, self.key_class[firsts]]
        added, score = self.added[firsts], self.score[firsts]
        cuts = np.flatnonzero(np.diff(places) | np.diff(queries)) + 1
        known = {}
        for rows in np.split(np.arange(len(firsts)), cuts):
            if len(rows):
                key = (int(places[rows[0]]), int(queries[rows[0]]))
                known[key] = self._choice(entries[rows], added[rows], score[rows])
        return known

    def _choice(self, entries: Array, added: Array, score: Array) -> Any:
        """The choice of rows of keys that are selected or not: pairs of a score (None for "left out") and a set.

        Without scores, a single pair of 0 and the number of the set.
        """
        left_out = bool((entries == UNSELECTED).any())
        taken = entries == SELECTED
        if not self.head.pattern.scores:
            return [(0, self.sums.choice([*([0] if left_out else []), *added[taken].tolist()]))]
        pairs: list[Any] = [(None, [0])] if left_out else []
        for level in np.unique(score[taken]).tolist():
            pairs.append((level, added[taken & (score == level)].tolist()))
        return pairs or [(0, [])]


def _merged(values: list[Atom]) -> list[Atom]:
    """The values with one for all that are equal: how many keys tie, and so whether it is a mean, nobody can tell.

    >>> _merged([1, 1.0, 0.1 + 0.2, 0.3, "a", True])
    [1, 1, 0.30000000000000004, 0.30000000000000004, 'a', 1]
    """
    known: dict[object, Atom] = {}
    for value in sorted(values, key=lambda value: RANK[type(value)]):
        known.setdefault(_rounded(value), value)
        if isinstance(value, int):
            known.setdefault(_rounded(float(value)), value)
    return [known[_rounded(value)] for value in values]


def _rounded(value: Atom) -> object:
    return value if isinstance(value, (str, int)) else float(f"{value:.12g}")


def tuples(table: Table, nodes: Sequence[Node]) -> tuple[dict[Node, Array], Array]:
    """The distinct combinations of the nodes' codes in a table, by node, and the number of each row's own."""
    if not nodes:
        return {}, np.zeros(len(table), dtype=np.int64)
    firsts, numbers = distinct(*(table.columns[node] for node in nodes))
    return {node: table.columns[node][firsts] for node in nodes}, numbers


def _size(given: dict[Node, Array]) -> int:
    return len(next(iter(given.values()))) if given else 1


def score_ranks(tables: Tables, node: Node) -> Array:
    """For each code of a node the rank of its value, from 0 for the lowest."""
    return ordered(tables.columns.atoms(node))[0]
