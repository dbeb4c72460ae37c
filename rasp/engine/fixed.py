"""Exact sums of numbers by sums of int64 weights: numbers go in, leave as limbs; sums of limbs go in, leave as floats.

A number is the sum of its limbs, `limbs[i] * 2 ** (exponent + bits * i)`. The limbs are so small that the sum of all of
them fits an int64, so each is summed exactly by whatever sums int64s, and the order of summing does not matter.
Floats that lie within a small range, as most do, need one or two limbs.

Growth: n for each limb; a limb has about 60 bits less those of n, so all floats there are need at most some 50.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from rasp.engine.values import INT64, Array, peak

MOST_LIMBS = 64
SPARE = 100  # bits that the largest sums are made smaller while they are put together


class Fixed(NamedTuple):
    """Numbers by limbs, each (n,) int64, the lowest first."""

    limbs: list[Array]
    exponent: int
    bits: int


def _bits(size: int) -> int:
    """The bits of a limb, so that `size` of them sum below 2^62."""
    return 62 - size.bit_length()


def of_ints(data: Array) -> Fixed | None:
    """Ints, int64 or Python's own, by limbs; None where they are so large that limbs are no help.

    >>> of_ints(np.array([3, -1], dtype=object)).limbs
    [array([ 3, -1])]
    """
    if data.dtype == object:
        return _of_objects(data.tolist())
    if peak(data) * len(data) < INT64:
        return Fixed([data.astype(np.int64)], 0, 0)
    return Fixed([data & (2**31 - 1), data >> 31], 0, 31)


def _of_objects(numbers: list[Any]) -> Fixed | None:
    bits = _bits(len(numbers))
    count = max(map(int.bit_length, map(int, numbers))) // bits + 1
    if count > MOST_LIMBS:
        return None
    mask = (1 << bits) - 1
    limbs = [[number >> (bits * place) & mask for number in numbers] for place in range(count - 1)]
    limbs.append([number >> (bits * (count - 1)) for number in numbers])
    return Fixed([np.array(limb, dtype=np.int64) for limb in limbs], 0, bits)


def of_floats(data: Array) -> Fixed:
    """Finite floats by limbs.

    >>> made = of_floats(np.array([0.5, -2.25, 0.0]))
    >>> made.limbs, made.exponent
    ([array([ 2, -9,  0])], -2)
    """
    fractions, exponents = np.frexp(data[data != 0])
    if not len(fractions):
        return Fixed([np.zeros(len(data), dtype=np.int64)], 0, 0)
    whole = np.ldexp(fractions, 53).astype(np.int64)
    lowest = whole & -whole
    exponent = int((exponents - 54 + np.frexp(lowest.astype(np.float64))[1]).min())
    bits = _bits(len(data))
    count = (int(exponents.max()) - exponent) // bits + 1
    limbs, rest = [], data
    for place in reversed(range(count)):
        limb = np.trunc(np.ldexp(rest, -(exponent + bits * place)))
        rest = rest - np.ldexp(limb, exponent + bits * place)
        limbs.append(limb.astype(np.int64))
    return Fixed(limbs[::-1], exponent, bits)


def floats(sums: list[Array], fixed: Fixed) -> Array:
    """The floats of sums of limbs, inf where there is none. A sum that a float holds is given exactly, and every sum of
    one limb is rounded once."""
    digits, carry = [], np.zeros(1, dtype=np.int64)
    for limb in sums[:-1]:
        total = limb + carry
        carry = (total + (1 << (fixed.bits - 1))) >> fixed.bits
        digits.append(total - (carry << fixed.bits))
    digits.append(sums[-1] + carry)
    made = _scaled(digits, fixed, 0)
    if np.isfinite(made).all():
        return made
    small = np.ldexp(_scaled(digits, fixed, -SPARE), SPARE)  # where only a part is too large for a float
    return np.where(np.isfinite(made), made, small)


def _scaled(digits: list[Array], fixed: Fixed, shift: int) -> Array:
    made = np.zeros(1)
    for place, digit in enumerate(digits):
        made = made + np.ldexp(digit.astype(np.float64), fixed.exponent + fixed.bits * place + shift)
    return made


def rounded(sums: list[int], fixed: Fixed) -> float:
    """The float nearest to one sum of ints; inf where it is too large."""
    total = sum(limb << (fixed.bits * place) for place, limb in enumerate(sums))
    try:
        return float(total)
    except OverflowError:
        return math.inf
