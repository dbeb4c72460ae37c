"""Splits ints and floats into int64 limbs, whose sums are exact in any order, and joins the sums of limbs.

Prefix sums of floats would lose digits. So a mean is the exact sum, rounded once, divided by the count. Ints whose sums
do not fit an int64 are summed in the same way.

A number is the sum of its limbs, `arrays[i] * 2 ** (exponent + bits * i)`. Limbs are so small that the sum of n of them
fits an int64, so whatever sums int64 weights sums them exactly. Floats of similar size, as most are, need one or two
limbs.

Complexity: n for each limb. A limb has about 60 bits less the bits of n, so even the smallest and the largest floats
together need only some 50 limbs. Limbs of floats are made one at a time, so many take no more memory than one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from rasp.engine.values import INT64, Array, peak

MOST_LIMBS = 64
SPARE = 100  # power of two by which sums are scaled down while they are joined, if a part of them could overflow


class Limbs(NamedTuple):
    """Numbers as `limb_count` limbs, each (n,) int64, the lowest first; `arrays` may be consumed only once."""

    arrays: Iterable[Array]
    limb_count: int
    exponent: int
    bits: int


def _bits(size: int) -> int:
    """The bits of a limb for which `size` limbs sum to less than 2^62."""
    return 62 - size.bit_length()


def split_ints(data: Array) -> Limbs | None:
    """Ints, int64 or Python's own, as limbs; None if they are too large for MOST_LIMBS limbs.

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
    limbs = [[number >> (bits * index) & mask for number in numbers] for index in range(count - 1)]
    limbs.append([number >> (bits * (count - 1)) for number in numbers])
    return Limbs([np.array(limb, dtype=np.int64) for limb in limbs], count, 0, bits)


def split_floats(data: Array) -> Limbs:
    """Finite floats as limbs.

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
    """The digits of floats in base 2^bits, from 2^exponent upwards, each with the sign of its number."""
    for index in range(count):
        scale = exponent + bits * index
        whole = np.trunc(np.ldexp(data, -scale))
        above = np.ldexp(np.trunc(np.ldexp(data, -scale - bits)), bits)
        # Where the scaling overflows, the number is too large to have digits this low.
        yield np.where(np.isfinite(whole), whole - above, 0.0).astype(np.int64)


def join_floats(sums: Iterable[Array], limbs: Limbs) -> Array:
    """The floats that sums of limbs stand for; inf where they are too large.

    A sum that is itself a float is exact; a sum of a single limb is rounded once.

    >>> made = split_floats(np.array([0.5, -2.25]))
    >>> join_floats([limb.sum(keepdims=True) for limb in made.arrays], made)
    array([-1.75])
    """
    large = (
        limbs.exponent + limbs.bits * limbs.limb_count + 62 > 1023
    )  # a limb's part may overflow though the sum does not
    shifts = [0, -SPARE] if large else [0]
    made, carry = [np.zeros(1) for _ in shifts], np.zeros(1, dtype=np.int64)
    for index, limb in enumerate(sums):
        digit = limb + carry
        if index < limbs.limb_count - 1:
            carry = (digit + (1 << (limbs.bits - 1))) >> limbs.bits
            digit = digit - (carry << limbs.bits)
        exponent = limbs.exponent + limbs.bits * index
        made = [
            total + np.ldexp(digit.astype(np.float64), exponent + shift)
            for total, shift in zip(made, shifts, strict=True)
        ]
    return np.where(np.isfinite(made[0]), made[0], np.ldexp(made[-1], SPARE)) if large else made[0]


def round_sum(sums: list[int], limbs: Limbs) -> float:
    """The float nearest to one sum of ints; inf where it is too large.

    >>> round_sum([1, 1], Limbs([], 2, 0, 60)) == 2.0**60 + 1
    True
    """
    total = sum(limb << (limbs.bits * index) for index, limb in enumerate(sums))
    try:
        return float(total)
    except OverflowError:
        return math.inf
