"""Sets of positions as bits, for many queries at once.

A set of keys is an array of unsigned ints of shape (words, queries, variables, sequences): bit k of word w is key
w · size + k. Positions come first, so that each step of a comparison runs over all variables and sequences at once; no
array of all pairs is ever made.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rasp.engine.values import COMPARE
from rasp.model.arrays import Array

Word = type[np.unsignedinteger[Any]]
WORDS: dict[int, Word] = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64}  # by size


def word_type(length: int) -> Word:
    """The smallest word with a bit for each position, or the largest word if none has enough bits.

    >>> word_type(9).__name__, word_type(200).__name__
    ('uint16', 'uint64')
    """
    return next((word for size, word in WORDS.items() if length <= size), np.uint64)


def compare(op: str, keys: Array, queries: Array) -> Array:
    """The keys with `key op query`, for keys (positions, …) and queries (positions, …) that broadcast.

    >>> values = np.array([[3], [1], [3]])
    >>> compare("==", values, values)[0, :, 0].tolist()
    [5, 2, 5]
    """
    length = len(keys)
    word = word_type(length)
    size = np.dtype(word).itemsize * 8
    operator = COMPARE[op]
    shape = np.broadcast_shapes(keys.shape[1:], queries.shape[1:])
    bits = np.zeros((-(-length // size), len(queries), *shape), word)
    for key in range(length):
        at, place = divmod(key, size)
        bits[at] |= operator(keys[key], queries).view(np.uint8) * word(1 << place)
    return bits


def below(limits: Array, length: int) -> Array:
    """The positions below each limit, of an array (queries, …) of ints.

    >>> below(np.array([[0], [2], [9]]), 4)[0, :, 0].tolist()
    [0, 3, 15]
    """
    word = word_type(length)
    size = np.dtype(word).itemsize * 8
    starts = np.arange(-(-length // size)).reshape(-1, *[1] * limits.ndim) * size
    bits = (np.minimum(limits, length) - starts).clip(0, size)  # that are set in each word
    full = np.array([(1 << count) - 1 for count in range(size + 1)], word)
    made: Array = full[bits]
    return made


def _popcount(bits: Array) -> Array:
    """How many bits are set in each word."""
    if hasattr(np, "bitwise_count"):
        counts: Array = np.bitwise_count(bits)
    else:  # NumPy 1
        counts = np.unpackbits(bits[..., None].view(np.uint8), axis=-1).sum(-1, dtype=np.uint8)
    return counts


def count(bits: Array) -> Array:
    """How many positions each set has."""
    counts = _popcount(bits)
    total: Array = counts[0].astype(np.int16) if len(bits) == 1 else counts.sum(0, dtype=np.int16)
    return total


def last(bits: Array) -> Array:
    """The last position of each set; -1 of an empty one.

    >>> last(np.array([[6], [0]], np.uint8)[None]).tolist(), first(np.array([[6], [0]], np.uint8)[None]).tolist()
    ([[2], [-1]], [[1], [-1]])
    """
    size = bits.dtype.itemsize * 8
    found = np.full(bits.shape[1:], -1, np.int16)
    for at, word in enumerate(bits):
        spread = word.copy()
        step = 1
        while step < size:
            spread |= spread >> bits.dtype.type(step)
            step *= 2
        place = _popcount(spread).astype(np.int16) - 1
        found = place if len(bits) == 1 else np.where(place >= 0, place + at * size, found)
    return found


def first(bits: Array) -> Array:
    """The first position of each set; -1 of an empty one."""
    size = bits.dtype.itemsize * 8
    found = np.full(bits.shape[1:], -1, np.int16)
    for at in reversed(range(len(bits))):
        word = bits[at]
        below = ~word & (word - bits.dtype.type(1))
        place = _popcount(below).astype(np.int16)
        found = np.where(word != 0, place + np.int16(at * size), found)
    return found
