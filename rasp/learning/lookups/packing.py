"""Packs the classes of a word, by several variables, into one int: the digits of one variable after another's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rasp.learning.lookups.tokeniser import MASK, PLAIN_SHAPE, shape
from rasp.learning.lookups.variables import WordVariable

WORD_DIGITS = 18  # decimal digits that every int64 can hold


class PackedClasses(NamedTuple):
    """The variables from the last digits on, how many decimal digits each takes, and the code of each word."""

    variables: list[WordVariable]
    digits: list[int]
    codes: list[int]


def digits_of(variable: WordVariable) -> int:
    """How many decimal digits the classes of a variable take.

    >>> digits_of(WordVariable("shape", np.array([0, 12]), 13))
    2
    """
    return len(str(variable.size - 1))


def pack(variables: Iterable[WordVariable]) -> PackedClasses:
    """Packs some variables; the one with most words in class 0 comes first in a number, so that codes are short.

    >>> rare, common = WordVariable("rare", np.array([0, 0, 3]), 4), WordVariable("common", np.array([5, 12, 0]), 13)
    >>> found = pack([rare, common])
    >>> [one.name for one in found.variables], found.digits, found.codes
    (['common', 'rare'], [2, 1], [5, 12, 300])
    """
    return pack_in_order(sorted(variables, key=lambda one: int(np.count_nonzero(one.classes == 0))))


def pack_in_order(variables: Sequence[WordVariable]) -> PackedClasses:
    """Packs some variables; the first one has the last digits.

    >>> pack_in_order([WordVariable(f"v{n}", np.array([0, 63]), 64) for n in range(10)]).codes
    [0, 63636363636363636363]
    """
    digits = [digits_of(one) for one in variables]
    dtype = np.int64 if sum(digits) <= WORD_DIGITS else object
    codes = np.zeros(len(variables[0].classes) if variables else 0, dtype)
    for one, shift in zip(variables, np.cumsum([0, *digits[:-1]]).tolist(), strict=False):
        codes += one.classes.astype(dtype) * 10**shift
    return PackedClasses(list(variables), digits, codes.tolist())


def table_entries(words: Sequence[str], codes: Sequence[int]) -> Iterator[tuple[str, int]]:
    """The words that a table must have: those without the default code, and those whose shape has another one.

    The default is the code of the first word, which stands for unknown ones. Words that are not in the table are
    unknown to a tokeniser, which puts their shape in their place. Masked numbers are always in it, so that `rasp tag`
    writes them as the program's header does.

    >>> list(table_entries(["<x>", "<Xx>", "Sam", "Tom", "cat", "##"], [0, 7, 0, 7, 0, 0]))
    [('##', 0), ('<Xx>', 7), ('Sam', 0), ('Tom', 7)]
    """
    default, known = codes[0], dict(zip(words, codes, strict=True))
    shapes = words[0] == PLAIN_SHAPE
    for word, code in sorted(zip(words[1:], codes[1:], strict=True)):
        if code != default or MASK in word or (shapes and known.get(shape(word), default) != default):
            yield word, code
