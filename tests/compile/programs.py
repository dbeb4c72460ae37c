"""The library's programs with a vocabulary and a length for a model, and inputs where random tokens make no sense."""

from __future__ import annotations

import random
from typing import NamedTuple

import rasp


class Program(NamedTuple):
    """An s-op of the library."""

    file: str
    sop: str
    vocab: str
    length: int = 10
    pre: bool = False  # whether a head of the first layer reads token and index together

    def load(self) -> rasp.SOp:
        sop = rasp.load(self.file)[self.sop]
        assert isinstance(sop, rasp.SOp)
        return sop


def sums(chance: random.Random, length: int) -> str:
    """An addition of numbers: digits, and one plus."""
    digits = chance.choices("0123456789", k=length)
    digits[chance.randrange(length)] = "+"
    return "".join(digits)


ADDITION = Program("addition", "add", "0123456789+", 7, pre=True)
LIBRARY = [
    Program("double_histogram", "hist2", "abcd"),
    Program("double_histogram", "hist2_bos", "§abc", pre=True),
    Program("dyck", "dyck1_ptf", "()xy"),
    Program("dyck", "dyck2_ptf", "(){}"),
    Program("dyck", "dyck3_ptf", "(){}[]"),
    Program("dyck", "dyck2_ptf_best", "(){}"),
    Program("histogram", "hist", "abcd"),
    Program("histogram", "hist_bos", "§abc", pre=True),
    Program("induction", "induction", "abcd", pre=True),
    Program("majority", "majority", "abcd", pre=True),
    Program("most_frequent", "most_freq", "abcd", pre=True),
    Program("most_frequent", "most_freq_bos", "§abc", pre=True),
    Program("palindrome", "is_palindrome", "abcd"),
    Program("reverse", "reverse", "abcd"),
    Program("shuffle_dyck", "shuffle_dyck1", "()xy"),
    Program("shuffle_dyck", "shuffle_dyck2", "(){}"),
    Program("sort", "sorted", "abcd", pre=True),
    Program("sort", "sorted_bos", "§abc", pre=True),
]
