"""What heads can read of a sentence: the candidates of the search, with their values, their words and their text.

Each read has at every position a value from 0 to `size` - 1; the last one stands for "nothing to read".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from rasp.learning.lookups.corpus import Corpus
from rasp.learning.lookups.variables import WordVariable, noun
from rasp.model.arrays import Array

FIRST_POSITIONS = 3  # first positions that are distinguished
MOST_COUNTED = 3  # larger counts are cut to this one


@dataclass
class CorpusView:
    """A corpus with the variables of its words; in the `training` data, some variables have values of their own."""

    corpus: Corpus
    variables: dict[str, WordVariable]
    training: bool = False
    added: dict[str, Array] = field(default_factory=dict)  # values of later variables
    kept: dict[Any, Array] = field(default_factory=dict)

    def values(self, name: str) -> Array:
        """The values of a variable at each token."""
        if name in self.added:
            return self.added[name]
        one = self.variables[name]
        if self.training and one.own is not None:
            return one.own
        return one.classes[self.corpus.words]

    def read(self, one: WordRead) -> Array:
        """The values of a read at each token, cached unless they combine other reads."""
        if isinstance(one, (TwoReads, Bag)):
            return one.values(self)
        if one not in self.kept:
            self.kept[one] = one.values(self).astype(np.int32)
        return self.kept[one]

    def take(self, numbers: Array, name: str, none: int) -> Array:
        """The values of a variable at some tokens, `none` where the number is -1."""
        return np.where(numbers >= 0, self.values(name)[numbers], none)

    @cached_property
    def part_of(self) -> Array:
        """The sequence of each token."""
        return self.corpus.sequence_of


class WordRead(Protocol):
    """What a head reads at each position."""

    @property
    def size(self) -> int:
        """How many values it has."""

    def values(self, view: CorpusView) -> Array:
        """The value at each token."""

    def words(self) -> str:
        """What it reads, in words."""

    def names(self) -> Iterator[str]:
        """The variables that it reads."""

    def heads(self) -> Iterator[object]:
        """The selectors that it needs, as keys; equal selectors have equal keys."""


@dataclass(frozen=True)
class Flag:
    """Whether the class of a word, by the variable `name`, is among `members`.

    `noun` is what such words are called, `called` the same as a part of a name in the program.
    """

    name: str
    members: tuple[int, ...]
    noun: str
    called: str = "flagged"

    def marks(self, view: CorpusView) -> Array:
        """At which tokens the flag is True."""
        return np.isin(view.values(self.name), self.members)


@dataclass(frozen=True)
class At:
    """The class of the word `by` positions after; before, if `by` is negative."""

    name: str
    classes: int
    by: int = 0

    @property
    def size(self) -> int:
        return self.classes + (self.by != 0)

    def values(self, view: CorpusView) -> Array:
        corpus = view.corpus
        there = corpus.numbers + self.by
        return view.take(np.where((there >= corpus.first) & (there < corpus.end), there, -1), self.name, self.classes)

    def words(self) -> str:
        if not self.by:
            return f"{noun(self.name)} of the word"
        side = "before" if self.by < 0 else "after"
        return f"{noun(self.name)} of the word {side if abs(self.by) == 1 else f'{abs(self.by)} {side}'}"

    def names(self) -> Iterator[str]:
        yield self.name

    def heads(self) -> Iterator[object]:
        if self.by:
            yield self.by


@dataclass(frozen=True)
class NearestRead:
    """The class of the nearest flagged word before (`side` -1) or after (1)."""

    flag: Flag
    side: int
    name: str
    classes: int

    @property
    def size(self) -> int:
        return self.classes + 1

    def values(self, view: CorpusView) -> Array:
        corpus, marks = view.corpus, self.flag.marks(view)
        if self.side < 0:
            last = np.maximum.accumulate(np.where(marks, corpus.numbers, -1))
            found = np.concatenate([[-1], last[:-1]])
            return view.take(np.where(found >= corpus.first, found, -1), self.name, self.classes)
        far = len(marks)
        following = np.minimum.accumulate(np.where(marks, corpus.numbers, far)[::-1])[::-1]
        found = np.concatenate([following[1:], [far]])
        return view.take(np.where(found < corpus.end, found, -1), self.name, self.classes)

    def words(self) -> str:
        return f"{noun(self.name)} of the nearest {self.flag.noun} {'before' if self.side < 0 else 'after'}"

    def names(self) -> Iterator[str]:
        yield from (self.flag.name, self.name)

    def heads(self) -> Iterator[object]:
        yield self.flag, self.side


@dataclass(frozen=True)
class FirstOrLast:
    """The class of the word `by` positions from the first (or last) flagged word of the sequence."""

    flag: Flag
    first: bool
    name: str
    classes: int
    by: int = 0

    @property
    def size(self) -> int:
        return self.classes + 1

    def values(self, view: CorpusView) -> Array:
        corpus, marks = view.corpus, self.flag.marks(view)
        if self.first:
            found = np.minimum.reduceat(np.where(marks, corpus.numbers, len(marks)), corpus.starts)
        else:
            found = np.maximum.reduceat(np.where(marks, corpus.numbers, -1), corpus.starts)
        ends = corpus.starts + corpus.sizes
        there = found + self.by
        inside = (found >= corpus.starts) & (found < ends) & (there >= corpus.starts) & (there < ends)
        return view.take(np.where(inside, there, -1)[view.part_of], self.name, self.classes)

    def words(self) -> str:
        near = {0: "", -1: "the word before ", 1: "the word after "}[self.by]
        return f"{noun(self.name)} of {near}the {'first' if self.first else 'last'} {self.flag.noun}"

    def names(self) -> Iterator[str]:
        yield from (self.flag.name, self.name)

    def heads(self) -> Iterator[object]:
        if self.by:
            yield self.by
        yield self.flag, self.first


@dataclass(frozen=True)
class Fixed:
    """The class of the word at a position of the sequence, from its start, or from its end where negative."""

    name: str
    classes: int
    position: int

    @property
    def size(self) -> int:
        return self.classes + 1

    def values(self, view: CorpusView) -> Array:
        corpus = view.corpus
        there = (corpus.starts if self.position >= 0 else corpus.starts + corpus.sizes) + self.position
        inside = (there >= corpus.starts) & (there < corpus.starts + corpus.sizes)
        return view.take(np.where(inside, there, -1)[view.part_of], self.name, self.classes)

    def words(self) -> str:
        where = f"word {self.position + 1}" if self.position >= 0 else f"word {-self.position} from the end"
        return f"{noun(self.name)} of {where}"

    def names(self) -> Iterator[str]:
        yield self.name

    def heads(self) -> Iterator[object]:
        yield "position", self.position


@dataclass(frozen=True)
class ReadPosition:
    """The position, if it is one of the first; all others have one value."""

    @property
    def size(self) -> int:
        return FIRST_POSITIONS + 1

    def values(self, view: CorpusView) -> Array:
        found: Array = np.minimum(view.corpus.numbers - view.corpus.first, FIRST_POSITIONS)
        return found

    def words(self) -> str:
        return "the position: the first, second, third, or a later one"

    def names(self) -> Iterator[str]:
        yield from ()

    def heads(self) -> Iterator[object]:
        yield from ()


@dataclass(frozen=True)
class Always:
    """A constant: its weights are the bias of each label."""

    @property
    def size(self) -> int:
        return 1

    def values(self, view: CorpusView) -> Array:
        return np.zeros(len(view.corpus.words), np.int64)

    def words(self) -> str:
        return "how common each label is"

    def names(self) -> Iterator[str]:
        yield from ()

    def heads(self) -> Iterator[object]:
        yield from ()


@dataclass(frozen=True)
class FlagCount:
    """How many flagged words the sequence has, at most 3."""

    flag: Flag

    @property
    def size(self) -> int:
        return MOST_COUNTED + 1

    def values(self, view: CorpusView) -> Array:
        found = np.add.reduceat(self.flag.marks(view).astype(np.int64), view.corpus.starts)
        return np.minimum(found, MOST_COUNTED)[view.part_of]

    def words(self) -> str:
        return f"how often there is a {self.flag.noun} (at most {MOST_COUNTED})"

    def names(self) -> Iterator[str]:
        yield self.flag.name

    def heads(self) -> Iterator[object]:
        yield "count", self.flag


@dataclass(frozen=True)
class TwoReads:
    """The pair of two reads."""

    left: WordRead
    right: WordRead

    @property
    def size(self) -> int:
        return self.left.size * self.right.size

    def values(self, view: CorpusView) -> Array:
        return view.read(self.left).astype(np.int64) * self.right.size + view.read(self.right)

    def words(self) -> str:
        return f"{self.left.words()} with {self.right.words()}"

    def names(self) -> Iterator[str]:
        yield from self.left.names()
        yield from self.right.names()

    def heads(self) -> Iterator[object]:
        yield from self.left.heads()
        yield from self.right.heads()


@dataclass(frozen=True)
class Bag:
    """A read at every position of a sequence, whose weights are added up."""

    inner: WordRead

    @property
    def size(self) -> int:
        return self.inner.size

    def values(self, view: CorpusView) -> Array:
        return view.read(self.inner)

    def words(self) -> str:
        return f"over all words: {self.inner.words()}"

    def names(self) -> Iterator[str]:
        yield from self.inner.names()

    def heads(self) -> Iterator[object]:
        yield from self.inner.heads()
        yield "sum"
