"""Counts and weighted sums over the keys that each query selects, for one long input.

`KeySums` splits a selector into terms (`terms.py`) and sums each with the cheapest method that fits it (`methods.py`),
so that no n × n matrix is needed. A selector with too many terms, or with a term that no method fits, is summed through
its matrix, made in blocks of rows. Results have shape (n,), or (1,) if they are equal for all queries.

The maximum that `best` needs is the largest of the maxima of its selector's terms, where these can be rewritten without
negative factors (`exclusive`). The keys of an interval are a range in sorted order, and its maximum is that of two runs
of 2^k keys (`joins.py`). With two intervals, or negative factors, it is found through the matrix. The nearest key of
`best(selector, near)` is the last one up to the query or the first one after it, each of them a maximum.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from rasp.engine import attention, methods
from rasp.engine.joins import Dominance, Interval, Join, JoinCodes, Ranges, composite, encode
from rasp.engine.lazy_selectors import LazySelector, never_equal, post_order, row_blocks
from rasp.engine.methods import BLOCKS, JOIN, RANGES, WHOLE, Method, dispatch, method_for
from rasp.engine.terms import (
    EQUAL,
    GREATER,
    LESS,
    OUTCOMES,
    TRUE,
    UNEQUAL,
    Axis,
    Highest,
    Mask,
    NearestKey,
    Pair,
    QuerySide,
    SelectorLiteral,
    Term,
    Terms,
    classify,
    exclusive,
    sides_of_query,
    terms,
)
from rasp.engine.tokens import indices
from rasp.engine.values import COMPARE, Array, Values
from rasp.graph import builders as graph
from rasp.graph.nodes import Nearest, Node, operands

SYMBOLS = {outcomes: op for op, outcomes in OUTCOMES.items()}


class KeySums:
    """Counts and sums of one selector. What was prepared is kept, because several aggregates may read one selector."""

    def __init__(self, top: LazySelector) -> None:
        self._top = top
        self._counts: Array | None = None
        self._sequences = ComparedSequences(top)
        split = classify(terms(top.node), self._sequences.is_one_sided)
        self._parts: list[PreparedTerm] | None = None
        if (
            split is not None
            and all(method_for(term) is not BLOCKS for term in split)
            and dispatch.least_method is not BLOCKS
        ):
            self._parts = [self._sequences.prepare(term) for term in split]

    def counts(self) -> Array:
        """The number of keys that each query selects."""
        if self._counts is None:
            (self._counts,) = self.sums([None])
        return self._counts

    def sums(self, weights: Iterable[Array | None]) -> Iterable[Array]:
        """For each array of weights (n,) int64 its sums over the keys that each query selects; None counts the keys.

        The arrays are consumed one at a time, so that they need not be in memory together. Only the sums through the
        matrix consume all of them at once, so that its blocks are made only once.
        """
        if self._parts is None:
            return row_blocks(self._top).sums(list(weights))
        return map(self._sum, weights)

    def _sum(self, weight: Array | None) -> Array:
        total = np.zeros(1, dtype=np.int64)
        for part in self._parts or ():
            total = total + part.factor * part.sums(weight)
        return total

    def row(self, position: int) -> Array:
        """One row of the selector's matrix, (n,)."""
        entries = row_blocks(self._top).block(position, position + 1)
        row: Array = np.broadcast_to(entries, (1, self._top.size))[0]
        return row


def key_sums(top: LazySelector) -> KeySums:
    """The `KeySums` of a selector, made once and kept with it."""
    made: KeySums | None = top.kept.get("key sums")
    if made is None:
        made = top.kept["key sums"] = KeySums(top)
    return made


class PreparedTerm(NamedTuple):
    """One term, ready to be summed: a method for the keys and the queries that its masks admit."""

    factor: int
    keys: Array | None  # indices of the admitted keys; None for all
    queries: Array | None  # (n,) bool, true for the admitted queries; None for all
    size: int  # the number of all keys
    method: Any

    def sums(self, weight: Array | None) -> Array:
        """The sum for each query, without the term's factor."""
        chosen = weight if weight is None or self.keys is None else weight[self.keys]
        if self.method is not None:
            totals = self.method.sums(chosen)
        elif chosen is None:
            totals = np.array([self.size if self.keys is None else len(self.keys)])
        else:
            totals = chosen.sum(keepdims=True)
        return totals if self.queries is None else np.where(self.queries, totals, 0)

    def maxima(self, heights: Array) -> Array:
        """The largest height among the keys of each query, 0 where it selects none."""
        chosen = heights if self.keys is None else heights[self.keys]
        made = chosen.max(initial=0, keepdims=True) if self.method is None else self.method.maxima(chosen)
        return made if self.queries is None else np.where(self.queries, made, 0)


class ComparedSequences:
    """The sequences that a selector compares, as arrays of numbers."""

    def __init__(self, top: LazySelector) -> None:
        self._selectors: dict[int, LazySelector] = {}  # by serial
        self._values: dict[Node, Values] = {}
        self._size = top.size
        for one in post_order(top):
            self._selectors[one.node.serial] = one
            if isinstance(one.node, Nearest):
                self._values[graph.indices()] = indices(self._size)
            for node, part in zip(operands(one.node), one.parts, strict=True):
                if isinstance(part, Values):
                    self._values[node] = part

    # ------------------------------------------------------------------------------------------------ one side alone

    def is_one_sided(self, pair: Pair) -> bool:
        """Whether, on this input, a comparison depends on the keys alone or on the queries alone.

        It does if one side is constant, or if no key can equal a query.
        """
        keys = self._values[pair.keys]
        if isinstance(pair.queries, Highest):
            return len(keys.data[0]) == 1
        if isinstance(pair.queries, NearestKey):
            return False
        queries = self._values[pair.queries]
        return keys.data.shape[1] == 1 or queries.data.shape[1] == 1 or never_equal(keys, queries)

    def _mask(self, literal: SelectorLiteral, outcomes: int) -> Array:
        """The matrix of a one-sided literal: (1 or n queries, 1 or n keys)."""
        if isinstance(literal, Mask):
            top = self._selectors[literal.selector]
            if "mask" not in top.kept:
                top.kept["mask"] = row_blocks(top).block(0, self._size)
            return top.kept["mask"] if outcomes == TRUE else ~top.kept["mask"]  # type: ignore[no-any-return]
        if not isinstance(literal.queries, Node):  # all scores are equal, so every key has the highest
            return np.full((1, 1), bool(outcomes & EQUAL))
        sides = self._values[literal.keys], self._values[literal.queries]
        if never_equal(*sides):
            return np.full((1, 1), outcomes == UNEQUAL)
        keys, queries = (array[0] for array in attention.comparable(*sides))
        return COMPARE[SYMBOLS[outcomes]](keys[None, :], queries[:, None])

    def _filters(self, term: Term) -> tuple[Array | None, Array | None]:
        """The indices of the keys and the mask of the queries that a term's masks admit; None for all."""
        masks = [self._mask(literal, outcomes) for literal, outcomes in term.masks]
        keys = [mask[0] for mask in masks if mask.shape[0] == 1]
        queries = [mask[:, 0] for mask in masks if mask.shape[0] > 1]
        left = np.flatnonzero(np.broadcast_to(reduce(np.logical_and, keys), self._size)) if keys else None
        return left, reduce(np.logical_and, queries) if queries else None

    # ------------------------------------------------------------------------------------------------------- numbers

    def _numbers(self, keys: Node, *queries: QuerySide) -> list[Array]:
        """Keys and queries, (n,) each, as numbers in one common order."""
        if any(isinstance(side, Highest) for side in queries):
            return [self._heights(keys), *(self._highest(side) for side in queries)]  # type: ignore[arg-type]
        if any(isinstance(side, NearestKey) for side in queries):
            return [np.arange(self._size), *(self._nearest(side) for side in queries)]  # type: ignore[arg-type]
        sides = list(dict.fromkeys((keys, *queries)))
        values = attention.comparable(*(self._values[side] for side in sides))  # type: ignore[index]
        made = {side: array[0] for side, array in zip(sides, values, strict=True)}
        return [made[side] for side in (keys, *queries)]

    def _heights(self, scores: Node) -> Array:
        return attention.positive_ranks(*attention.comparable(self._values[scores]))[0]  # type: ignore[no-any-return]

    def _highest(self, side: Highest) -> Array:
        """For each query the height of its best key, (n,); 0 where it selects none."""
        top = self._selectors[side.best]
        if "highest" not in top.kept:
            heights = self._heights(side.scores)
            made = self._maxima(terms(side.selector), heights)
            if made is None:
                made = row_blocks(self._selectors[side.selector.serial]).maxima(heights)
            top.kept["highest"] = np.broadcast_to(made, self._size)
        return top.kept["highest"]  # type: ignore[no-any-return]

    def _nearest(self, side: NearestKey) -> Array:
        """For each query the index of its nearest key, (n,); -1 where it selects none."""
        top = self._selectors[side.near]
        if "nearest" not in top.kept:
            made = self._nearer(*sides_of_query(side.selector))
            top.kept["nearest"] = row_blocks(top).first_keys() if made is None else made
        return top.kept["nearest"]  # type: ignore[no-any-return]

    def _nearer(self, before: Terms | None, after: Terms | None) -> Array | None:
        """For each query the nearer of the last key of the terms `before` and the first of those `after`."""
        here = np.arange(self._size)
        last = self._maxima(before, here + 1)
        first = None if last is None else self._maxima(after, self._size - here)
        if last is None or first is None:
            return None
        left, right = last - 1, self._size - first  # -1 or the size where there is none
        go_right = (first > 0) & ((last == 0) | (right - here < here - left))
        return np.where(go_right, right, left)

    def _maxima(self, total: Terms | None, heights: Array) -> Array | None:
        """For each query the largest height of the keys that the terms select, 0 for none; None without the matrix."""
        split = classify(exclusive(total), self.is_one_sided, split=True)
        if split is None or any(len(term.axes) > 1 for term in split) or dispatch.least_method is BLOCKS:
            return None
        made = np.zeros(1, dtype=np.int64)
        for term in split:
            made = np.maximum(made, self.prepare(term, RANGES).maxima(heights))
        return made

    # --------------------------------------------------------------------------------------------------------- terms

    def prepare(self, term: Term, by: Method | None = None) -> PreparedTerm:
        """A term with the method that fits it, or with the method `by`."""
        keys, queries = self._filters(term)
        if keys is not None and not len(keys):
            return PreparedTerm(term.factor, keys, None, self._size, None)
        way = method_for(term) if by is None else by
        if by is not None and not term.axes and not term.equal:
            way = WHOLE
        return PreparedTerm(term.factor, keys, queries, self._size, self._prepare_method(term, way, keys))

    def _prepare_method(self, term: Term, way: Method, keys: Array | None) -> Any:
        pairs = [self._codes(pair, keys) for pair in term.equal]
        groups = composite(pairs) if pairs else None
        axes = [self._interval(axis, keys) for axis in term.axes]
        while len(axes) < way.rank - JOIN.rank:
            axes.append(self._full_interval(keys))
        match way:
            case methods.JOIN:
                return Join(groups or JoinCodes(self._full_interval(keys).keys, np.zeros(1, dtype=np.int64), 1))
            case methods.RANGES:
                return Ranges(groups, *axes)
            case methods.DOMINANCE:
                return Dominance(groups, *axes)
        return None

    def _codes(self, pair: Pair, keys: Array | None) -> JoinCodes:
        """An equality as codes of the admitted keys and of the queries."""
        (inner, outer), size = encode(*self._numbers(pair.keys, pair.queries))
        return JoinCodes(inner if keys is None else inner[keys], outer, size)

    def _interval(self, axis: Axis, keys: Array | None) -> Interval:
        """The bounds on one sequence of keys as an interval of its codes."""
        (inner, *ends), size = encode(*self._numbers(axis.keys, *(side for _, side in axis.ends)))
        low = high = None
        for (outcomes, _), end in zip(axis.ends, ends, strict=True):
            if outcomes & GREATER:
                above = end if outcomes & EQUAL else end + 1
                low = above if low is None else np.maximum(low, above)
            if outcomes & LESS:
                below = end + 1 if outcomes & EQUAL else end
                high = below if high is None else np.minimum(high, below)
        own = all(side is axis.keys for _, side in axis.ends)
        return Interval(inner if keys is None else inner[keys], low, high, size, own and keys is None)

    def _full_interval(self, keys: Array | None) -> Interval:
        """An interval that contains all keys."""
        return Interval(np.zeros(self._size if keys is None else len(keys), dtype=np.int64), None, None, 1)
