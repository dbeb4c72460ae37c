"""Packs the classes of a word, by several variables, into one int: the digits of one variable after another's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from rasp.learning.lookups.variables import WordVariable
from rasp.model.arrays import Array


class PackedClasses(NamedTuple):
    """The variables from the last digits on, how many decimal digits each takes, and the code of each word."""

    variables: list[WordVariable]
    digits: list[int]
    codes: Array


def pack(variables: Iterable[WordVariable]) -> PackedClasses:
    """Packs some variables; the one with most words in class 0 comes first in a number, so that codes are short.

    >>> rare, common = WordVariable("rare", np.array([0, 0, 3]), 4), WordVariable("common", np.array([5, 12, 0]), 13)
    >>> found = pack([rare, common])
    >>> [one.name for one in found.variables], found.digits, found.codes.tolist()
    (['common', 'rare'], [2, 1], [5, 12, 300])
    """
    order = sorted(variables, key=lambda one: int(np.count_nonzero(one.classes == 0)))
    digits = [len(str(one.size - 1)) for one in order]
    codes = np.zeros(len(order[0].classes) if order else 0, np.int64)
    for one, shift in zip(order, np.cumsum([0, *digits[:-1]]).tolist(), strict=False):
        codes += one.classes * 10**shift
    return PackedClasses(order, digits, codes)
