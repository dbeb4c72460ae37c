"""A selector on one long input, kept as a formula: `LazySelector`; and its matrix, made in blocks of rows.

Complexity: a block of rows takes rows × keys steps for each operation of the selector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Union

import numpy as np

from rasp.base.limits import limits
from rasp.base.progress import tell
from rasp.engine import attention
from rasp.engine.values import COMPARE, EXACT, STRING, Array, Values, peak
from rasp.graph.nodes import And, Best, Compare, Nearest, Node, Not, Or, operands

BLOCK = 2**24  # bytes of the matrices of one block of rows together, few enough for the processor's cache
NUMBERS = 16  # bytes for each entry of a block while it is converted to numbers


class LazySelector:
    """A selector node with the values of its operands, and a cache `kept` for what is derived from it.

    `matrices` is the number of matrices that are in memory at once while its own is made, if the operand that needs
    more is made first (the Sethi-Ullman number of register allocation).
    """

    __slots__ = ("kept", "matrices", "node", "parts", "size")

    def __init__(self, node: Node, parts: tuple[Union[LazySelector, Values], ...], size: int) -> None:
        self.node = node
        self.parts = parts
        self.size = size
        self.kept: dict[str, Any] = {}
        needs = sorted((part.matrices for part in parts if isinstance(part, LazySelector)), reverse=True)
        self.matrices: int = max((need + index for index, need in enumerate(needs)), default=1)


def post_order(top: LazySelector) -> list[LazySelector]:
    """The selectors that a selector is made of, itself included, each once and after its operands.

    Of two operands the one that needs more matrices comes first, so that few matrices are in memory at once.
    """
    order: list[LazySelector] = []
    seen: set[Node] = set()
    stack = [(top, False)]
    while stack:
        one, ready = stack.pop()
        if ready:
            order.append(one)
        elif one.node not in seen:
            seen.add(one.node)
            stack.append((one, True))
            parts = [part for part in one.parts if isinstance(part, LazySelector)]
            stack.extend((part, False) for part in sorted(parts, key=lambda part: part.matrices))
    return order


def never_equal(keys: Values, queries: Values) -> bool:
    """Whether exactly one of two sequences is of strings, so that no two elements are equal.

    >>> from rasp.engine.values import constant
    >>> never_equal(constant("a"), constant(1)), never_equal(constant(True), constant(1))
    (True, False)
    """
    return bool(keys.kinds[0] == STRING) != bool(queries.kinds[0] == STRING)


class RowBlocks:
    """The matrix of a selector in blocks of rows of bounded size. It has one row if all rows are equal."""

    def __init__(self, top: LazySelector) -> None:
        self._order = post_order(top)
        self._uses = Counter(part.node for one in self._order for part in one.parts if isinstance(part, LazySelector))
        self._sides: dict[Node, tuple[Array, ...]] = {one.node: _comparable_sides(one) for one in self._order}
        self.size = top.size
        comparisons = [self._sides[one.node] for one in self._order if isinstance(one.node, Compare)]
        near = any(isinstance(one.node, Nearest) for one in self._order)
        self.rows = top.size if near else max(len(sides[1]) for sides in comparisons)
        self._matrices = self._peak_matrices()

    def _peak_matrices(self) -> int:
        """The largest number of matrices in memory at once; one that several others read is kept for all of them."""
        left = self._uses.copy()
        waiting = most = 0
        for one in self._order:
            waiting += 1
            most = max(most, waiting)
            for part in operands(one.node):
                left[part] -= 1
                waiting -= left[part] == 0
        return most

    def block(self, start: int, stop: int) -> Array:
        """The rows from `start` up to, not including, `stop`, (rows or 1, n or 1)."""
        left = self._uses.copy()
        known: dict[Node, Array] = {}
        for one in self._order:
            known[one.node] = self._entries(one.node, known, start, stop)
            for part in operands(one.node):
                if part in known:
                    left[part] -= 1
                    if not left[part]:
                        del known[part]
        return known[self._order[-1].node]

    def _entries(self, node: Node, known: dict[Node, Array], start: int, stop: int) -> Array:
        match node:
            case Compare(op=op):
                keys, queries = self._sides[node]
                some = queries if len(queries) == 1 else queries[start:stop]
                entries: Array = COMPARE[op](keys[None, :], some[:, None])
                return entries
            case And(left=left, right=right):
                return known[left] & known[right]
            case Or(left=left, right=right):
                return known[left] | known[right]
            case Not(selector=selector):
                return ~known[selector]
            case Best(selector=selector):
                (heights,) = self._sides[node]
                if len(heights) == 1:  # all scores are equal
                    return known[selector]
                best: Array = attention.highest(known[selector][None], heights[None, None])[0]
                return best
            case Nearest(selector=selector):
                heights = attention.nearness(start, stop, self.size)
                nearest: Array = attention.highest(known[selector][None], heights[None])[0]
                return nearest
        raise TypeError(f"not a selector: {node!r}")

    def __iter__(self) -> Iterator[tuple[int, Array]]:
        """Yield the index of the first row of each block, and the block, (rows, n)."""
        entries = min(BLOCK, limits.memory // 4) // (NUMBERS + self._matrices)
        step = max(1, entries // self.size)
        for start in range(0, self.rows, step):
            stop = min(start + step, self.rows)
            yield start, np.broadcast_to(self.block(start, stop), (stop - start, self.size))
            tell("rows of a selector", stop, self.rows)

    def sums(self, weights: list[Array | None]) -> list[Array]:
        """For each array of weights (n,) its exact sums over the keys that each row selects; None counts the keys."""
        totals = [np.zeros(self.rows, dtype=np.int64) for _ in weights]
        for start, block in self:
            for total, weight in zip(totals, weights, strict=True):
                total[start : start + len(block)] = _block_sums(block, weight)
        return totals

    def first_keys(self) -> Array:
        """The index of the first key that each row selects, -1 where it selects none."""
        made = np.zeros(self.rows, dtype=np.int64)
        for start, block in self:
            made[start : start + len(block)] = np.where(block.any(axis=1), block.argmax(axis=1), -1)
        return made

    def maxima(self, heights: Array) -> Array:
        """The largest height (an int from 1 on) among the keys that each row selects; 0 where it selects none."""
        made = np.zeros(self.rows, dtype=np.int64)
        for start, block in self:
            made[start : start + len(block)] = (block * heights).max(axis=1)
        return made


def row_blocks(top: LazySelector) -> RowBlocks:
    """The `RowBlocks` of a selector, made once and kept with it."""
    made: RowBlocks | None = top.kept.get("blocks")
    if made is None:
        made = top.kept["blocks"] = RowBlocks(top)
    return made


def _comparable_sides(one: LazySelector) -> tuple[Array, ...]:
    """The sides of a comparison, or the scores of a `best`, as numbers in the same order, (n,) or (1,) each."""
    match one.node:
        case Compare():
            keys, queries = one.parts
            assert isinstance(keys, Values)
            assert isinstance(queries, Values)
            if never_equal(keys, queries):
                return np.zeros(1, dtype=np.int8), np.ones(1, dtype=np.int8)
            return tuple(attention.compact(array)[0] for array in attention.comparable(keys, queries))
        case Best():
            scores = one.parts[1]
            assert isinstance(scores, Values)
            return (attention.compact(attention.positive_ranks(*attention.comparable(scores)))[0],)
    return ()


def _block_sums(block: Array, weight: Array | None) -> Array:
    if weight is None:
        return np.asarray(np.count_nonzero(block, axis=1))
    if not peak(weight) * block.shape[1] > EXACT:
        number = np.float32 if peak(weight) * block.shape[1] <= attention.FLOAT32_EXACT else np.float64
        return attention.product(block[None], weight[None].astype(number))[0].astype(np.int64)  # type: ignore[no-any-return]
    high = weight >> 26  # two halves of fewer bits, each split again if its sum could pass 2^53
    return (_block_sums(block, high) << 26) + _block_sums(block, weight - (high << 26))
