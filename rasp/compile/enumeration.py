"""Values and outcomes by enumeration of all inputs, instead of the sets of `domain.py`.

Sets hold combinations that no input brings about, more of them with each layer. Enumeration has only those that occur,
so models of several layers get smaller. It is used if inputs are so few that a proof tries all of them, and if sets get
too large. Inputs on which the program fails are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from rasp.compile.budget import LISTED
from rasp.compile.head_outcomes import HeadRows, values_read_by
from rasp.compile.heads import NormalHead
from rasp.compile.inputs import ALL, count_up_to, trial
from rasp.compile.patterns import SELECTED, farthest, near_ranks
from rasp.compile.proof import engine_answers
from rasp.compile.value_tables import HeadOutcomes, Sites, Table, Tables, TableSource
from rasp.errors import RaspError
from rasp.graph.nodes import Atom, Node
from rasp.model.arrays import Array

FEW = ALL  # inputs: as many as a proof tries completely, without random ones


def are_few(tokens: int, longest: int) -> bool:
    """Whether inputs are enumerated without trying sets first.

    >>> are_few(2, 15), are_few(2, 16), are_few(1, 10_000)
    (True, False, False)
    """
    return count_up_to(tokens, longest) <= FEW and count_positions(tokens, longest) <= LISTED


def count_positions(tokens: int, longest: int) -> int:
    """The number of positions of all inputs of a model.

    >>> count_positions(2, 3)
    34
    """
    return sum(tokens**length * length for length in range(1, longest + 1))


def with_values(nodes: Sequence[Node], vocabulary: Sequence[Atom], longest: int) -> list[Array]:
    """All inputs on which the nodes have values, an array for each length that has any.

    >>> from rasp.graph.builders import apply, constant, tokens
    >>> [inputs.tolist() for inputs in with_values([apply("/", constant(1), tokens("int"))], [0, 1], 2)]
    [[[1]], [[1, 1]]]
    """
    numbers = {(type(token), token): number for number, token in enumerate(vocabulary)}
    found: dict[int, list[list[int]]] = {}
    for inputs in trial(vocabulary, longest, whole=longest):
        for given, answer in zip(inputs, engine_answers(nodes, inputs), strict=True):
            if not isinstance(answer, RaspError):
                found.setdefault(len(given), []).append([numbers[type(token), token] for token in given])
    return [np.array(inputs) for inputs in found.values()]


class EnumeratedTables(Tables):
    """Tables with a row for each position of each input. Outcomes of heads have the same rows.

    `inputs` are arrays (inputs, length) of the tokens' indices in the vocabulary.
    """

    def __init__(
        self, vocabulary: Sequence[Atom], sites: Sites, sources: Mapping[Node, TableSource], inputs: Sequence[Array]
    ) -> None:
        super().__init__(vocabulary, sites, sources)
        self.shapes = [given.shape for given in inputs]
        self._symbols = _join(given.ravel() for given in inputs)
        self._sites = _join(np.tile(sites.of(length), count) for count, length in self.shapes)
        self._known: dict[Node, Array] = {}

    def add_outcomes(self, head: TableSource, outcomes: HeadOutcomes) -> None:
        super().add_outcomes(head, outcomes)
        self._known |= outcomes.codes

    def table(
        self, nodes: Iterable[Node], raw: Mapping[TableSource, Array] | None = None, about: Node | None = None
    ) -> Table:
        made = self.rows(nodes)
        made.raw = {head: numbers[self.outcomes[head].raw] for head, numbers in (raw or {}).items()}
        return made.distinct()

    def rows(self, nodes: Iterable[Node]) -> Table:
        """The table with a row for each position of each input, in this order."""
        wanted = list(dict.fromkeys(nodes))
        self._known |= self._evaluate(wanted, Table(self._sites, self._known), self._symbols)
        return Table(self._sites, {node: self._known[node] for node in wanted})


def enumerate_outcomes(head: NormalHead, tables: EnumeratedTables, causal: bool) -> HeadOutcomes:
    """The outcomes of one head at each position of each input. Raises CannotCompile."""
    table = tables.rows([*head.pattern.keys, *values_read_by(head), *head.pattern.scores, *head.pattern.queries])
    rows = HeadRows(head, tables, table, table)
    patterns = list(_patterns(rows, tables, causal))
    rows.read(alone=all((keys.sum(axis=2) <= 1).all() for keys in patterns))
    sums = [
        np.where(keys, added[:, None, :], 0).sum(axis=2).ravel()
        for keys, added in zip(patterns, _split(rows.added, tables), strict=True)
    ]
    return rows.outcomes_of(np.concatenate(sums), table.sites)


def _join(parts: Iterable[Array]) -> Array:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _patterns(rows: HeadRows, tables: EnumeratedTables, causal: bool) -> Iterator[Array]:
    """For each length, the pattern of a head on all inputs: (inputs, queries, keys) bool."""
    parts = (_split(column, tables) for column in (rows.key_class, rows.query_class, rows.score))
    for keys, queries, score in zip(*parts, strict=True):
        made = rows.entries[queries[:, :, None], keys[:, None, :]] == SELECTED
        if causal:
            made &= np.tri(keys.shape[1], dtype=bool)
        if rows.head.pattern.hard:
            known = np.where(made, _ranks(rows, score), -1)
            made &= known == known.max(axis=2, keepdims=True)
        yield made


def _ranks(rows: HeadRows, score: Array) -> Array:
    """The ranks of the keys for each query, (inputs, 1 or queries, keys), from those of their scores (inputs, keys)."""
    ranks: Array = score[:, None, :]
    if rows.head.pattern.near:
        longest, here = rows.tables.sites.longest, np.arange(score.shape[1])
        ranks = ranks * (farthest(longest) + 1) + near_ranks(here[:, None], here, longest)
    return ranks


def _split(column: Array, tables: EnumeratedTables) -> Iterator[Array]:
    """Splits a column into an array (inputs, length) for each length."""
    start = 0
    for count, length in tables.shapes:
        yield column[start : start + count * length].reshape(count, length)
        start += count * length
