"""Spaces of inputs: a vocabulary and a longest length go in, the inputs on which programs are compared come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rasp.compile.inputs import Draw, count_up_to, trial
from rasp.graph.nodes import Atom
from rasp.learn.data import Input

WHOLE = 400_000  # inputs that are compared one and all
SOME = 100_000  # inputs that are compared where there are more
BEYOND = 1_000  # inputs of twice the longest length
FIRST = 2_000  # short inputs that a teacher is asked first
EACH = 200  # random inputs of each greater length that a teacher is asked first


@dataclass(frozen=True)
class Questions:
    """Inputs, and whether they are all that there are."""

    words: str
    every: bool
    lists: Callable[[], Iterator[list[Input]]]

    def inputs(self) -> list[Input]:
        """All of them, each once."""
        return list(dict.fromkeys(given for some in self.lists() for given in some))


@dataclass(frozen=True)
class Space:
    """The inputs of some tokens up to a length. `draw` makes one of a length, where not all make sense.

    `marked` puts tokens of its own around an input.

    >>> space = Space(("a", "b"), 3)
    >>> space.count, space.first(0).words, space.all(0).every, len(space.beyond(0).inputs())
    (14, 'all 14 inputs up to length 3', True, 64)
    """

    vocabulary: tuple[Atom, ...]
    longest: int
    shortest: int = 1
    draw: Draw | None = None
    marked: Callable[[Input], Input] | None = None
    limited: bool = False  # whether only inputs that `draw` makes are some

    @property
    def count(self) -> int:
        """How many inputs there are, if all are some."""
        tokens = len(self.vocabulary)
        return count_up_to(tokens, self.longest) - count_up_to(tokens, self.shortest - 1)

    def first(self, seed: int) -> Questions:
        """The inputs that a teacher is asked at first: short ones, and random ones of each greater length."""
        return self._mixed(FIRST, lambda lengths: EACH, seed)

    def all(self, seed: int) -> Questions:
        """All inputs where they are at most 400,000; else short ones and random ones, 100,000 in all."""
        most = WHOLE if self.count <= WHOLE else SOME // 2
        return self._mixed(most, lambda lengths: SOME // (1 if self.limited else 2) // lengths, seed)

    def beyond(self, seed: int) -> Questions:
        """Random inputs of twice the longest length."""
        size = 2 * self.longest
        made = trial(self.vocabulary, size, 0, BEYOND, seed, self.draw, size)
        return self._questions(f"{BEYOND:,} random inputs of length {size}", False, made.__iter__)

    def _mixed(self, most: int, each: Callable[[int], int], seed: int) -> Questions:
        """All inputs up to the length to which they are at most so many, and `each` random ones of each greater one."""
        whole = 0 if self.limited else self._length(most)
        lengths = self.longest - max(whole, self.shortest - 1)
        drawn = each(lengths) if lengths else 0
        made = trial(self.vocabulary, self.longest, whole, drawn, seed, self.draw, self.shortest)
        if not lengths:
            words = f"all {self.count:,} inputs up to length {self.longest}"
        else:
            before = f"all inputs up to length {whole} and " if whole else ""
            words = f"{before}{drawn:,} random ones of each length up to {self.longest}"
        return self._questions(words, not lengths, made.__iter__)

    def _length(self, most: int) -> int:
        """The length up to which the inputs are at most so many."""
        size = self.shortest - 1
        before = count_up_to(len(self.vocabulary), size)
        while size < self.longest and count_up_to(len(self.vocabulary), size + 1) - before <= most:
            size += 1
        return size

    def _questions(self, words: str, every: bool, lists: Callable[[], Iterator[list[Input]]]) -> Questions:
        mark = self.marked
        if mark is None:
            return Questions(words, every, lists)
        return Questions(words, every, lambda: ([mark(given) for given in some] for some in lists()))
