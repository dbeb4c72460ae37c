"""A batch: sequences as arrays of codes, on which expressions are evaluated.

Arrays have the shape (positions, sequences). Shorter sequences are padded. The values at padded positions are
arbitrary: no selector selects these positions, and no output is asked there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from rasp.engine.evaluate import evaluate
from rasp.graph.nodes import Atom
from rasp.learning.deadlines import check_deadline
from rasp.learning.expressions import bits
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import (
    Clause,
    ConstantTerm,
    Count,
    Expression,
    OperatorTerm,
    Read,
    Ready,
    SelectorTerm,
    Variable,
    parts_of,
)
from rasp.learning.expressions.operations import MEMBER, OPERATIONS, TABLE
from rasp.model.arrays import Array

PAIRS = 2**25  # most pairs of keys and queries that are compared at once


class CodedBatch:
    """Inputs as codes; `values` evaluates an expression on them.

    >>> from rasp.learning.examples.rows import data_of
    >>> data = data_of([("ab", "ba"), ("c", "c")])
    >>> batch = CodedBatch(Coding.of(data), data.inputs)
    >>> tokens = Variable("tokens", "string")
    >>> batch.values(Count(SelectorTerm((Clause(tokens, "<=", tokens),)))).T.tolist()
    [[1, 2], [1, 0]]
    """

    def __init__(self, coding: Coding, inputs: Sequence[Sequence[Atom]]) -> None:
        self.coding, self.inputs = coding, inputs
        self.lengths = np.array([len(given) for given in inputs], np.int64)
        self.length = int(self.lengths.max(initial=1))
        self.tokens = self.encode(inputs, 0)
        self.positions = np.arange(self.length)[:, None] + np.zeros((1, len(inputs)), np.int64)
        self.valid = self.positions < self.lengths
        self.memo: dict[Expression, Array] = {}
        self._narrow: dict[Expression, Array] = {}
        self._masks: dict[str, Array] = {}

    def encode(self, rows: Sequence[Sequence[Atom | None]], blank: int) -> Array:
        """Sequences of atoms as codes, padded; `blank` stands for None and for padding."""
        known = {atom: blank if atom is None else self.coding.code(atom) for atom in set(chain.from_iterable(rows))}
        sizes = np.fromiter(map(len, rows), np.int64, len(rows))
        codes = np.fromiter(map(known.__getitem__, chain.from_iterable(rows)), np.int64, int(sizes.sum()))
        table = np.full((len(rows), self.length), blank, np.int64)
        table[np.arange(self.length) < sizes[:, None]] = codes
        return np.ascontiguousarray(table.T)

    def blocks(self, variables: int = 1) -> Iterator[slice]:
        """The queries in blocks of bounded size, so that the keys that each selects need little memory and time."""
        size = max(1, PAIRS // (self.length * variables * len(self.lengths)))
        return (slice(start, start + size) for start in range(0, self.length, size))

    def mask(self, op: str, queries: slice) -> Array:
        """The keys whose positions compare so with those of the queries: bits (words, queries, 1, sequences)."""
        if queries.stop - queries.start < self.length:
            return self._mask(op, np.arange(self.length)[queries])
        if op not in self._masks:
            self._masks[op] = self._mask(op, np.arange(self.length))
        return self._masks[op]

    def _mask(self, op: str, queries: Array) -> Array:
        there = bits.below(self.lengths[None, None, :], self.length)
        if not op:
            return np.broadcast_to(there, (len(there), len(queries), 1, len(self.lengths)))
        before = bits.below(queries[:, None, None] + (op in ("<=", ">")), self.length)
        return (before if op[0] == "<" else ~before) & there

    def values(self, expression: Expression) -> Array:
        """The codes of the expression, an array (positions, sequences)."""
        known = self.memo.get(expression)
        if known is not None:
            return known
        for part in parts_of(expression):
            if part not in self.memo:
                self.memo[part] = self._compute(part)
        return self.memo[expression]

    def transient_values(self, expression: Expression) -> Array:
        """As `values`, but does not cache the values of functions, because there are too many."""
        known = self.memo.get(expression)
        if known is not None or not isinstance(expression, OperatorTerm):
            return self.values(expression) if known is None else known
        return self._apply(expression, [self.transient_values(part) for part in expression.parts])

    def columns(self, expressions: Sequence[Expression]) -> Array:
        """The `transient_values` of many expressions, an array (positions, expressions, sequences).

        Each operation is applied to all expressions with it at once, because each call of NumPy has a fixed cost.
        """
        made = np.empty((self.length, len(expressions), len(self.lengths)), np.int64)
        together: dict[str, dict[int, OperatorTerm]] = {}
        for number, expression in enumerate(expressions):
            if isinstance(expression, OperatorTerm) and expression.op in OPERATIONS and not self._is_known(expression):
                together.setdefault(expression.op, {})[number] = expression
            else:
                made[:, number] = self.transient_values(expression)
        for op, applied in together.items():
            parts = zip(*(one.parts for one in applied.values()), strict=True)
            made[:, list(applied)] = OPERATIONS[op].compute(*map(self._columns_of_parts, parts))
        return made

    def _is_known(self, expression: Expression) -> bool:
        """Whether the values are cached, perhaps; a new expression has no hash yet, and making one takes time."""
        return "_hash" in expression.__dict__ and expression in self.memo

    def _columns_of_parts(self, parts: Sequence[Expression]) -> Array:
        """As `columns`, for expressions that repeat."""
        different = {id(part): part for part in parts}
        columns = self.columns(list(different.values()))
        places = {key: place for place, key in enumerate(different)}
        return columns[:, [places[id(part)] for part in parts]]

    def narrow_values(self, expression: Expression) -> Array:
        """The codes in the smallest safe integer type, which saves memory with many variables at once."""
        if expression not in self._narrow:
            self._narrow[expression] = self.values(expression).astype(self.type)
        return self._narrow[expression]

    @cached_property
    def type(self) -> type[np.signedinteger[Any]]:
        """The smallest type of ints that holds the products of a value and a length, which the search makes."""
        largest = int(np.abs(self.tokens).max(initial=1))
        return np.int16 if max(self.length, 16) ** 2 * max(self.length, largest) < 2**14 else np.int64

    def _compute(self, expression: Expression) -> Array:
        check_deadline()
        match expression:
            case Variable():
                return self._variable(expression.name)
            case ConstantTerm():
                return np.full(self.tokens.shape, self.coding.code(expression.value), np.int64)
            case OperatorTerm():
                return self._function(expression)
            case Count():
                return self._heads(expression.selector, bits.count)
            case Read():
                return self._read(expression)
            case Ready():
                return self.encode([row[0].values for row in evaluate([expression.node], self.inputs)], 0)
        raise TypeError(f"not an expression: {expression!r}")

    def _variable(self, name: str) -> Array:
        if name == "tokens":
            return self.tokens
        return self.positions if name == "indices" else np.broadcast_to(self.lengths, self.tokens.shape)

    def _function(self, expression: OperatorTerm) -> Array:
        return self._apply(expression, [self.values(part) for part in expression.parts])

    def _apply(self, expression: OperatorTerm, parts: list[Array]) -> Array:
        if expression.op == MEMBER:
            return np.isin(parts[0], [self.coding.code(atom) for atom in expression.table]).astype(np.int64)
        if expression.op == TABLE:
            return self._look_up(parts[0], expression.table)
        return OPERATIONS[expression.op].compute(*parts).astype(np.int64)

    def _look_up(self, keys: Array, table: tuple[Atom, ...]) -> Array:
        """The entries of a table, which lists keys and entries in turn."""
        pairs = sorted(zip(map(self.coding.code, table[::2]), map(self.coding.code, table[1::2]), strict=True))
        known, entries = np.array(pairs).T
        found: Array = entries[np.searchsorted(known, keys).clip(0, len(known) - 1)]
        return found

    def _heads(self, selector: SelectorTerm, find: Callable[[Array], Array]) -> Array:
        """What `find` makes of the keys that each position selects: their count, or the position of one."""
        made = []
        for queries in self.blocks():
            check_deadline()
            made.append(find(self._select(selector, queries))[:, 0].astype(np.int64))
        return np.concatenate(made)

    def _select(self, selector: SelectorTerm, queries: slice) -> Array:
        """The keys that some queries select, as bits."""
        chosen = self.mask(selector.positions, queries)
        for clause in selector.clauses:
            chosen = chosen & self._clause(clause, queries)
        return chosen

    def _clause(self, clause: Clause, at: slice) -> Array:
        keys, queries = self.values(clause.keys)[:, None, :], self.values(clause.queries)[at, None, :]
        if isinstance(clause.queries, ConstantTerm):  # all queries select the same keys
            queries = queries[:1, :, :1]
        if clause.op not in ("before", "behind"):
            return bits.compare(clause.op, keys, queries)
        strictly = bits.compare("<" if clause.op == "before" else ">", keys, queries)
        return strictly | (bits.compare("==", keys, queries) & self.mask("<", at))

    def _read(self, expression: Read) -> Array:
        at = self._heads(expression.selector, bits.last if expression.which == "last" else bits.first)
        return self.gather(self.values(expression.values), at, self.coding.code(expression.default))

    def gather(self, values: Array, at: Array, default: int) -> Array:
        """The values at the positions `at`, an array (positions, …, sequences); `default` where that is negative."""
        sequences = len(self.lengths)
        flat = np.ascontiguousarray(values).reshape(-1)
        found = flat[at.clip(0) * sequences + np.arange(sequences)]
        return np.where(at < 0, values.dtype.type(default), found)
