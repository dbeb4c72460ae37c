"""The candidates: every read of some variable that one or two heads can make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from rasp.base.diagnostics import clip, printable
from rasp.learning.lookups.corpus import Corpus
from rasp.learning.lookups.problem import LookupProblem
from rasp.learning.lookups.reads import (
    At,
    Bag,
    FirstOrLast,
    Fixed,
    Flag,
    FlagCount,
    NearestRead,
    ReadPosition,
    TwoReads,
    WordRead,
)
from rasp.learning.lookups.variables import WORDS, WordVariable
from rasp.learning.writing.text_statements import NO_BREAK

AWAY = (-3, -2, -1, 1, 2, 3)
PAIRED = ("shape", "rate", "next", "previous", "beside32", "before32")  # variables whose pairs are tried
POOLED = ("rate", "before32", "after32")
CLASSES = 12  # commonest classes of a variable, for which heads look for the first, last and nearest word
MOST_TOLD = 64  # classes that a comment tells
LONGEST = 24  # most characters of a word in names and comments
GUESS = "guess"  # the variable of a second layer: the answer of the first one


class Namer:
    """Names classes of words by their commonest words."""

    def __init__(self, corpus: Corpus, words: Sequence[str]) -> None:
        self.words = words
        self.order = np.argsort(-np.bincount(corpus.words, minlength=len(words)), kind="stable")

    def members(self, one: WordVariable, number: int, most: int = 3) -> list[str]:
        """The commonest words of a class."""
        classes = one.classes[self.order]
        return [self.words[word] for word in self.order[classes == number][:most]]

    def flag(self, one: WordVariable, number: int) -> Flag:
        """The words of one class."""
        members = self.members(one, number)
        stems = (re.sub(r"\W+", "_", word, flags=re.ASCII).strip("_") for word in members)
        called = next(filter(None, stems), "sign")
        return Flag(one.name, (number,), f"word like {_listed(members)}", f"like_{called[:LONGEST]}")

    def describe(self, one: WordVariable) -> str:
        """What a variable's classes are made of, and the commonest words of each class, up to `MOST_TOLD` classes.

        >>> from rasp.learning.examples.rows import data_of
        >>> data = data_of([(["a", "b", ","], ["x"] * 3)])
        >>> namer = Namer(Corpus.of(data, {"a": 1, "b": 2, ",": 3}, ("x",)), ["<x>", "a", "b", ","])
        >>> namer.describe(WordVariable("rate", np.array([1, 0, 1, 1]), 2)).replace(NO_BREAK, " ")
        'rate: a class of the word, by the labels that it has. 0: a; 1, as unknown words: b "," <x>.'
        """
        based = f", by {WORDS[one.kind]}" if one.kind in WORDS else ""
        unknown, told = int(one.classes[0]), []
        for number in range(one.size):
            if members := self.members(one, number):
                noted = f"{number}, as unknown words" if number == unknown else str(number)
                told.append(f"{noted}: {_listed(members)}".replace(" ", NO_BREAK))
        more = [f"{len(told) - MOST_TOLD} more classes"] if len(told) > MOST_TOLD else []
        return f"{one.name}: a class of the word{based}. {'; '.join([*told[:MOST_TOLD], *more])}."


def _listed(words: Sequence[str]) -> str:
    """Words in a sentence; those without letters or digits are in quotes, and long ones are cut.

    >>> _listed(["the", ",", "x" * 99])
    'the "," xxxxxxxxxxxxxxxxxxxxxxx…'
    """
    shown = (clip(printable(word[: 4 * LONGEST]), LONGEST) for word in words)
    return " ".join(word if re.search(r"[\w#]", word) else f'"{word}"' for word in shown)


def shape_flags(words: Sequence[str], one: WordVariable) -> Iterator[Flag]:
    """The flags of words that begin with a capital, and with a small letter."""
    for start, noun, called in (
        ("X", "capitalised word", "capitalised"),
        ("x", "word of small letters", "small_letters"),
    ):
        inside = [number for number, word in enumerate(words) if _begins(word, start)]
        members = tuple(sorted({int(one.classes[number]) for number in inside}))
        if members:
            yield Flag(one.name, members, noun, called)


def _begins(word: str, start: str) -> bool:
    """Whether a word, or the shape that it is, begins with a capital (X) or a small letter (x)."""
    first = word[1:2] if word.startswith("<") and len(word) > 1 else word[:1]
    return first.isupper() if start == "X" else first.islower()


def tagging(problem: LookupProblem, namer: Namer) -> list[WordRead]:
    """The candidates for tagging: one label for each position."""
    variables, words = problem.variables, problem.words
    flags = [*shape_flags(words, variables["shape"])]
    flags += [namer.flag(variables["rate"], number) for number in range(variables["rate"].size) if number][:CLASSES]
    classed = [namer.flag(variables["beside32"], number) for number in range(variables["beside32"].size)][:CLASSES]
    made: list[WordRead] = [At(one.name, one.size, by) for one in variables.values() for by in (0, *AWAY)]
    made.append(ReadPosition())
    small = [one for one in variables.values() if one.size <= 64]
    made += [NearestRead(flag, side, one.name, one.size) for flag in flags[:2] for side in (-1, 1) for one in small]
    made += [FlagCount(flag) for flag in flags]
    for flag in (*flags, *classed):
        for name in ("rate", "shape"):
            made += [NearestRead(flag, side, name, variables[name].size) for side in (-1, 1)]
            made += [FirstOrLast(flag, first, name, variables[name].size) for first in (True, False)]
    return [*made, *_pairs(variables)]


def _pairs(variables: dict[str, WordVariable]) -> Iterator[WordRead]:
    paired = [variables[name] for name in PAIRED if name in variables]
    for one in paired:
        for other in paired:
            for by in (-2, -1, 1, 2):
                yield TwoReads(At(one.name, one.size), At(other.name, other.size, by))
        yield TwoReads(At(one.name, one.size), ReadPosition())
    for one in paired[:4]:
        for other in paired[:4]:
            yield TwoReads(At(one.name, one.size, -1), At(other.name, other.size, 1))


def of_guesses(problem: LookupProblem) -> list[WordRead]:
    """The candidates of a second layer, which reads the answer of the first one: a label, and whether it is sure."""
    variables, size = problem.variables, 2 * len(problem.labels)
    here = At(GUESS, size)
    made: list[WordRead] = [At(GUESS, size, by) for by in (0, *AWAY)]
    made += [TwoReads(here, At(GUESS, size, by)) for by in (-2, -1, 1, 2)]
    made += [TwoReads(At(GUESS, size, -1), At(GUESS, size, 1))]
    for name in ("shape", "rate", "beside32"):
        one = variables[name]
        made += [TwoReads(At(GUESS, size, by), At(name, one.size)) for by in (-1, 1)]
        made += [TwoReads(here, At(name, one.size, by)) for by in (-1, 1)]
    for number, label in enumerate(problem.labels):
        called = re.sub(r"\W+", "_", str(label), flags=re.ASCII)[:LONGEST]
        flag = Flag(GUESS, (2 * number, 2 * number + 1), f"word taken for {label}", f"taken_for_{called}")
        for name, count in ((GUESS, size), ("shape", variables["shape"].size), ("rate", variables["rate"].size)):
            made += [NearestRead(flag, side, name, count) for side in (-1, 1)]
    return made


def classifying(variables: dict[str, WordVariable], namer: Namer) -> list[WordRead]:
    """The candidates for classification: one label for each sequence."""
    small = [one for one in variables.values() if one.size <= 64]
    pooled = [variables[name] for name in POOLED if name in variables]
    made: list[WordRead] = [Bag(At(one.name, one.size)) for one in variables.values()]
    made += [
        Bag(TwoReads(At(one.name, one.size), At(other.name, other.size, by)))
        for one in pooled
        for other in pooled
        for by in (1, 2)
    ]
    made += [Fixed(one.name, one.size, position) for one in small for position in (0, 1, 2, 3, 4, -1, -2)]
    made += [
        TwoReads(Fixed(one.name, one.size, position), Fixed(other.name, other.size, position + 1))
        for one in pooled
        for other in pooled
        for position in (0, 1)
    ]
    target = variables["rate"]
    for number in range(1, variables["frame"].size):
        flag = namer.flag(variables["frame"], number)
        made += [FirstOrLast(flag, first, target.name, target.size, by) for first in (True, False) for by in (-1, 0, 1)]
    return made
