"""Exact sums of numbers by sums of int64 weights: numbers go in, leave as limbs; sums of limbs go in, leave as floats.

A number is the sum of its limbs, `limbs[i] * 2 ** (exponent + bits * i)`. The limbs are so small that the sum of all of
them fits an int64, so each is summed exactly by whatever sums int64s, and the order of summing does not matter.
Floats that lie within a small range, as most do, need one or two limbs.

Growth: n for each limb; a limb has about 60 bits less those of n, so all floats there are need at most some 50. The
limbs of floats are made one at a time, so many of them take no more memory than one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from rasp.engine.values import INT64, Array, peak

MOST_LIMBS = 64
SPARE = 100  # bits that the largest sums are made smaller while they are put together


class Limbs(NamedTuple):
    """Numbers by `limb_count` limbs, each (n,) int64, the lowest first; to be gone through once."""

    arrays: Iterable[Array]
    limb_count: int
    exponent: int
    bits: int


def _bits(size: int) -> int:
    """The bits of a limb, so that `size` of them sum below 2^62."""
    return 62 - size.bit_length()


def split_ints(data: Array) -> Limbs | None:
    """Ints, int64 or Python's own, by limbs; None where they are so large that limbs are no help.

    >>> split_ints(np.array([3, -1], dtype=object)).arrays
    [array([ 3, -1])]
    """
    if data.dtype == object:
        return _split_objects(data.tolist())
    if peak(data) * len(data) < INT64:
        return Limbs([data.astype(np.int64)], 1, 0, 0)
    return Limbs([data & (2**31 - 1), data >> 31], 2, 0, 31)


def _split_objects(numbers: list[Any]) -> Limbs | None:
    bits = _bits(len(numbers))
    count = max(map(int.bit_length, map(int, numbers))) // bits + 1
    if count > MOST_LIMBS:
        return None
    mask = (1 << bits) - 1
    limbs = [[number >> (bits * place) & mask for number in numbers] for place in range(count - 1)]
    limbs.append([number >> (bits * (count - 1)) for number in numbers])
    return Limbs([np.array(limb, dtype=np.int64) for limb in limbs], count, 0, bits)


def split_floats(data: Array) -> Limbs:
    """Finite floats by limbs.

    >>> made = split_floats(np.array([0.5, -2.25, 0.0]))
    >>> list(made.arrays), made.exponent
    ([array([ 2, -9,  0])], -2)
    """
    fractions, exponents = np.frexp(data[data != 0])
    if not len(fractions):
        return Limbs([np.zeros(len(data), dtype=np.int64)], 1, 0, 0)
    whole = np.ldexp(fractions, 53).astype(np.int64)
    lowest = whole & -whole
    exponent = int((exponents - 54 + np.frexp(lowest.astype(np.float64))[1]).min())
    bits = _bits(len(data))
    count = (int(exponents.max()) - exponent) // bits + 1
    return Limbs(_limbs(data, exponent, bits, count), count, exponent, bits)


def _limbs(data: Array, exponent: int, bits: int, count: int) -> Iterator[Array]:
    """The digits of floats in the base 2^bits, from 2^exponent on, each with the sign of its number."""
    for place in range(count):
        scale = exponent + bits * place
        whole = np.trunc(np.ldexp(data, -scale))
        above = np.ldexp(np.trunc(np.ldexp(data, -scale - bits)), bits)
        # What is too large for a float here has no digits so low.
        yield np.where(np.isfinite(whole), whole - above, 0.0).astype(np.int64)


def join_floats(sums: Iterable[Array], limbs: Limbs) -> Array:
    """The floats of sums of limbs, inf where there is none. A sum that a float holds is given exactly, and every sum of
    one limb is rounded once."""
    large = limbs.exponent + limbs.bits * limbs.limb_count + 62 > 1023  # so may a part be, if no sum
    shifts = [0, -SPARE] if large else [0]
    made, carry = [np.zeros(1) for _ in shifts], np.zeros(1, dtype=np.int64)
    for place, limb in enumerate(sums):
        digit = limb + carry
        if place < limbs.limb_count - 1:
            carry = (digit + (1 << (limbs.bits - 1))) >> limbs.bits
            digit = digit - (carry << limbs.bits)
        exponent = limbs.exponent + limbs.bits * place
        made = [
            total + np.ldexp(digit.astype(np.float64), exponent + shift)
            for total, shift in zip(made, shifts, strict=True)
        ]
    return np.where(np.isfinite(made[0]), made[0], np.ldexp(made[-1], SPARE)) if large else made[0]


def round_sum(sums: list[int], limbs: Limbs) -> float:
    """The float nearest to one sum of ints; inf where it is too large."""
    total = sum(limb << (limbs.bits * place) for place, limb in enumerate(sums))
    try:
        return float(total)
    except OverflowError:
        return math.inf
