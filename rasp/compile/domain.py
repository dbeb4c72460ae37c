"""What can occur at each position of each length: the values that each head of a program can give there.

This is the main module of three: `value_tables.py` combines the values that can stand together, `head_outcomes.py`
holds what sets and enumerated inputs share.

A compiled model must be right on every input up to a length, so the compiler has to know all values that a sequence can
take. There are too many inputs to enumerate, except in small cases (`enumeration.py`). Instead, sets of possible values
are computed, head by head:

1. A *site* is a position in inputs of one length. A table (`value_tables.py`) lists which values can stand together at
   each site: of tokens, the index, earlier heads, and elementwise operations on them.
2. The keys and queries of a head come from such tables. Keys that its selector treats alike form a class, and so do
   queries (`patterns.py`).
3. A key that a query selects adds an int to the query's row: its count and the values that the head reads, packed
   (`head_outcomes.py`). A key that is not selected adds nothing. The ints that one position may add are its *choice*.
4. For each site and class of queries, the sums of one int from each position's choice (`sumsets.py`) are the
   *outcomes* of the head. Later tables use them as values. For `best`, choices are kept by score: for each score that
   can be the highest, keys with lower scores add nothing. For `near`, only one key adds something, so the outcomes are
   the ints of all keys that can be the nearest of those with the highest score.

Positions vary independently, except the query's own, where key and query are the same. So the sets may be larger than
what inputs bring about, but never miss anything.

For example, `hist` counts the keys whose token equals that of the query. With the vocabulary "ab", at length 2, the own
position of a query always adds 1, and the other one adds 1 or 0. So the outcomes are {1} + {0, 1} = {1, 2} at both
sites of length 2, and {1} at the site of length 1:

>>> from rasp.architecture.plan import make_plan
>>> from rasp.compile.heads import heads_of, sources_of
>>> from rasp.compile.value_tables import Sites
>>> from rasp.graph.builders import compare, selector_width, tokens
>>> hist = selector_width(compare("==", tokens(), tokens()))
>>> [head] = heads_of(make_plan([hist], assume_bos=True))
>>> tables = Tables("ab", Sites(2), sources_of([head]))
>>> found = find_outcomes(head, tables, causal=False)
>>> counts = [tables.columns.atoms(hist)[code] for code in found.codes[hist]]
>>> list(zip(found.sites.tolist(), counts))  # site 0 is of length 1, sites 1 and 2 are of length 2
[(0, 1), (1, 1), (1, 2), (2, 1), (2, 2)]
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import inf

import numpy as np

from rasp.compile.head_outcomes import HeadRows, tuples, values_read_by
from rasp.compile.heads import NormalHead
from rasp.compile.patterns import SELECTED, UNSELECTED, classes, near_ranks
from rasp.compile.sumsets import Sumsets
from rasp.compile.uniqueness import is_order, selects_one
from rasp.compile.value_tables import HeadOutcomes, Tables
from rasp.errors import TooManyValues
from rasp.model.arrays import Array, group_rows

MOST_PAIRS = 40_000_000  # up to which a selector is tested for being an order


def find_outcomes(head: NormalHead, tables: Tables, causal: bool) -> HeadOutcomes:
    """The outcomes of one head; those of earlier heads are in `tables`. Raises TooManyValues, CannotCompile."""
    rows = _Sets(head, tables, causal)
    results = [reading.result for reading in head.readings]
    if not causal and not head.pattern.queries:
        tables.uniform.update(results)
    if not causal and rows.is_order():
        tables.ranks.update(reading.result for reading in head.readings if reading.values is None)
    return rows.find_outcomes()


class _Sets(HeadRows):
    """A head with the choices of its keys, for each class of queries."""

    def __init__(self, head: NormalHead, tables: Tables, causal: bool) -> None:
        own = (*head.pattern.keys, *values_read_by(head), *head.pattern.scores)
        try:
            keys = queries = tables.table([*own, *head.pattern.queries], about=head.about)
        except TooManyValues:
            keys, queries = (tables.table(nodes, about=head.about) for nodes in (own, head.pattern.queries))
        super().__init__(head, tables, keys, queries)
        self.related = keys is queries  # whether each row has the key and the query of one position
        self.causal = causal
        self.read(selects_one(head, tables))
        self.sums = Sumsets(self.packing, self.alone, head.about, tables.budget)

    def is_order(self) -> bool:
        """Whether the selector is a total order of the positions, so that its widths are ranks."""
        pattern = self.head.pattern
        if pattern.hard or set(pattern.keys) != set(pattern.queries) or not pattern.keys or not self.related:
            return False
        nodes = list(pattern.keys)
        _, numbers = tuples(self.keys, nodes)
        size = int(numbers.max()) + 1
        if size * size > MOST_PAIRS:
            return False
        key_class, query_class = np.zeros((2, size), dtype=np.int64)
        key_class[numbers], query_class[numbers] = self.key_class, self.query_class
        positions = self.tables.sites.positions[self.keys.sites]
        pairs = numbers[group_rows(numbers, positions)[0]]
        return is_order(self.entries[np.ix_(query_class, key_class)] == SELECTED, np.bincount(pairs, minlength=size))

    # ----------------------------------------------------------------------------------------------------- outcomes

    def find_outcomes(self) -> HeadOutcomes:
        """The outcomes at all sites."""
        sites, found = [], []
        for site, sums in self._by_site():
            sites.append(np.full(len(sums), site))
            found.append(sums)
        if not found:
            return self.outcomes_of(np.zeros(0, dtype=self.packing.dtype), np.zeros(0, dtype=np.int64))
        return self.outcomes_of(np.concatenate(found), np.concatenate(sites))

    def _by_site(self) -> Iterator[tuple[int, Array]]:
        """Yields each site with the packed sums that are possible there."""
        own = self._own_choices()
        for length in range(1, self.tables.sites.longest + 1):
            sites = self.tables.sites.of(length)
            others = [self._choices_at(site) for site in sites]
            for position, site in enumerate(sites):
                keys = [key for key in range(position + 1 if self.causal else length) if key != position]
                found = []
                for query in self._query_rows[site]:
                    mine = own[site, query] if self.related else others[position][query]
                    found.append(self._row([*(others[key][query] for key in keys), mine], [*keys, position]))
                if found:
                    yield site, np.unique(np.concatenate(found))

    def _row(self, choices: list[_Choice], positions: list[int]) -> Array:
        """The possible sums of a row, from the choices of its keys at these positions; the last is the query's own."""
        if self.head.pattern.near:
            return self._nearest(choices, positions)
        if self.head.pattern.scores:
            return self._best(choices)
        return self.sums.of([choice.at(0) for choice in choices])

    def _nearest(self, choices: list[_Choice], positions: list[int]) -> Array:
        """The possible sums of `near`: what each key adds that can be the nearest of those with the highest score."""
        if any(not choice.sets and not choice.left_out for choice in choices):
            return self.sums.of([])[:0]  # a comparison that fails on every input
        ranks = near_ranks(np.array(positions[-1]), np.array(positions), self.tables.sites.longest).tolist()
        ranked = list(zip(ranks, choices, strict=True))
        sure = [(min(choice.sets), rank) for rank, choice in ranked if not choice.left_out]
        found = [] if sure else [0]
        for rank, choice in ranked:
            for level, values in choice.sets.items():
                if not sure or (level, rank) >= max(sure):
                    found += values
        return self.sums.of([self.sums.choice(found)])

    def _best(self, choices: list[_Choice]) -> Array:
        """The possible sums of `best`: for each score, those of rows in which this score is the highest."""
        found = [self.sums.of([])] if all(choice.left_out for choice in choices) else [self.sums.of([])[:0]]
        for level in sorted({level for choice in choices for level in choice.sets}):
            numbers = [choice.at(level) for choice in choices]
            if all(map(self.sums.size, numbers)):
                sums = self.sums.of(numbers)
                found.append(sums[self.packing.counts(sums) > 0])
        return np.concatenate(found)

    # ------------------------------------------------------------------------------------------------------ choices

    @cached_property
    def _key_rows(self) -> list[tuple[Array, Array, Array]]:
        """By site: the class of a key, what it adds and its score, each combination once."""
        _, numbers = np.unique(self.added, return_inverse=True)
        firsts, _ = group_rows(self.keys.sites, self.key_class, numbers, self.score)
        sites = self.keys.sites[firsts]
        ends = np.searchsorted(sites, np.arange(len(self.tables.sites) + 1))
        return [
            (self.key_class[rows], self.added[rows], self.score[rows])
            for rows in (firsts[ends[site] : ends[site + 1]] for site in range(len(self.tables.sites)))
        ]

    @cached_property
    def _query_rows(self) -> list[list[int]]:
        firsts, _ = group_rows(self.queries.sites, self.query_class)
        found: list[list[int]] = [[] for _ in range(len(self.tables.sites))]
        for site, query in zip(self.queries.sites[firsts].tolist(), self.query_class[firsts].tolist(), strict=True):
            found[site].append(query)
        return found

    def _choices_at(self, site: int) -> list[_Choice]:
        """For each class of queries, the choice of the key at a site."""
        classes_here, added, score = self._key_rows[site]
        entries = self.entries[:, classes_here]
        firsts, numbers = classes(entries, 0)
        made = [self._choice(entries[row], added, score) for row in firsts.tolist()]
        return [made[number] for number in numbers.tolist()]

    def _own_choices(self) -> dict[tuple[int, int], _Choice]:
        """The choice of the query's own position, by site and class of the query."""
        if not self.related:
            return {}
        _, numbers = np.unique(self.added, return_inverse=True)
        firsts, _ = group_rows(self.keys.sites, self.query_class, self.key_class, numbers, self.score)
        sites, queries = self.keys.sites[firsts], self.query_class[firsts]
        entries = self.entries[queries, self.key_class[firsts]]
        added, score = self.added[firsts], self.score[firsts]
        cuts = np.flatnonzero(np.diff(sites) | np.diff(queries)) + 1
        known = {}
        for rows in np.split(np.arange(len(firsts)), cuts):
            if len(rows):
                key = (int(sites[rows[0]]), int(queries[rows[0]]))
                known[key] = self._choice(entries[rows], added[rows], score[rows])
        return known

    def _choice(self, entries: Array, added: Array, score: Array) -> _Choice:
        """The choice of keys with these entries of the pattern, ints to add, and scores."""
        sets: dict[int, list[int]] = {}
        taken = entries == SELECTED
        for level, value in zip(score[taken].tolist(), added[taken].tolist(), strict=True):
            sets.setdefault(level, []).append(value)
        return _Choice(self.sums, sets, left_out=bool((entries == UNSELECTED).any()))


class _Choice:
    """What one position may add to a row: a set of ints for each score; `left_out` if it may not be selected."""

    def __init__(self, sums: Sumsets, sets: dict[int, list[int]], left_out: bool) -> None:
        self.sets = sets
        self.left_out = left_out
        self._sums = sums
        self._lowest = min(sets, default=inf)
        self._known: dict[int, int] = {}

    def at(self, level: int) -> int:
        """The number of the set for rows whose best score is `level`: keys with lower scores add nothing."""
        if level not in self._known:
            nothing = [0] if self.left_out or self._lowest < level else []
            self._known[level] = self._sums.choice([*nothing, *self.sets.get(level, [])])
        return self._known[level]
