"""Spaces of inputs on which programs are compared: all inputs over a vocabulary up to a length, or random ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Union

from rasp.compile.inputs import count_up_to, trial
from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Input

SpaceSampler = Callable[[int, int, Union[int, None]], Sequence[Input]]  # number, seed, length (None: any)

WHOLE = 400_000  # spaces up to this size are compared completely
SOME = 100_000  # inputs that are compared in larger spaces
BEYOND = 1_000  # inputs of twice the longest length
PAIRS = 160_000_000  # most pairs of positions, summed over the drawn inputs
LEAST = 10  # random inputs that are drawn, however long they are
FIRST = 2_000  # short inputs, and as many random ones, for a teacher's first data


@dataclass(frozen=True)
class Questions:
    """Inputs in lists, described in words; `every` says whether they are all inputs of the space."""

    words: str
    every: bool
    lists: Callable[[], Iterator[list[Input]]]

    def inputs(self) -> list[Input]:
        """All of them, each once."""
        return list(dict.fromkeys(given for some in self.lists() for given in some))


@dataclass(frozen=True)
class Space:
    """The inputs over a vocabulary up to a length. `sample` draws them if uniformly random tokens make little sense.

    `marked` adds begin and end tokens to an input; the inputs of `sample` have them already. `limited`: only inputs
    that `sample` draws are valid.

    >>> space = Space(("a", "b"), 3)
    >>> space.count, space.first(0).words, space.all(0).every, space.beyond(0).words
    (14, 'all 14 inputs up to length 3', True, '1,000 random inputs of length 6')
    """

    vocabulary: tuple[Atom, ...]
    longest: int
    shortest: int = 1
    sample: SpaceSampler | None = None
    marked: Callable[[Input], Input] = lambda given: given
    limited: bool = False

    @property
    def count(self) -> int:
        """The number of inputs, if every sequence of tokens is one."""
        tokens = len(self.vocabulary)
        return count_up_to(tokens, self.longest) - count_up_to(tokens, self.shortest - 1)

    def first(self, seed: int) -> Questions:
        """The inputs for a teacher's first data: all short ones, and random ones."""
        return self._mix(FIRST, self._affordable(FIRST, self.longest), seed)

    def _affordable(self, count: int, size: int) -> int:
        """So many inputs of a size, or fewer if they have too many pairs of positions."""
        return min(count, max(LEAST, PAIRS // size**2))

    def all(self, seed: int, some: int = 0) -> Questions:
        """All inputs if there are at most 400,000; else short and random ones, about 100,000 together or `some`.

        Fewer long inputs are drawn, because a selector compares all pairs of positions.
        """
        some = self._affordable(some or SOME, self.longest)
        if self.limited:
            return self._mix(0, some, seed)
        return self._mix(WHOLE if self.count <= WHOLE else some // 2, some // 2, seed)

    def beyond(self, seed: int) -> Questions:
        """Random inputs of twice the longest length."""
        size = 2 * self.longest
        count = self._affordable(BEYOND, size)
        words = f"{count:,} random inputs of length {size}"
        return Questions(words, False, lambda: self._random(count, seed, size, size))

    def _mix(self, most: int, drawn: int, seed: int) -> Questions:
        """All short inputs, `most` at most, and `drawn` random ones if there are longer inputs."""
        whole = 0 if self.limited else self._length(most)
        if whole == self.longest:
            return Questions(f"all {self.count:,} inputs up to length {whole}", True, lambda: self._whole(whole))
        first = max(whole + 1, self.shortest)
        if not whole:
            words = f"{drawn:,} random inputs up to length {self.longest}"
            return Questions(words, False, lambda: self._random(drawn, seed, first, self.longest))
        words = f"all inputs up to length {whole} and {drawn:,} random ones up to {self.longest}"
        return Questions(
            words,
            False,
            lambda: itertools.chain(self._whole(whole), self._random(drawn, seed, first, self.longest)),
        )

    def _length(self, most: int) -> int:
        """The greatest length up to which there are at most `most` inputs; 0 if the shortest are already more."""
        tokens, count, reached = len(self.vocabulary), 0, 0
        for size in range(self.shortest, self.longest + 1):
            count += tokens**size
            if count > most:
                break
            reached = size
        return reached

    def _whole(self, longest: int) -> Iterator[list[Input]]:
        """All inputs up to a length."""
        for some in trial(self.vocabulary, longest, longest, shortest=self.shortest):
            yield list(map(self.marked, some))

    def _random(self, count: int, seed: int, shortest: int, longest: int) -> Iterator[list[Input]]:
        """Random inputs; without a sampler, evenly distributed over the lengths."""
        if self.sample is not None:
            yield list(self.sample(count, seed, longest if shortest == longest else None))
            return
        sizes = longest - shortest + 1
        parts = [(shortest, longest)]
        if count < sizes:  # one input of some lengths
            parts = [(shortest - 1 + sizes * number // count,) * 2 for number in range(1, count + 1)]
        for low, high in parts:
            for some in trial(self.vocabulary, high, 0, -(-count // sizes), seed, shortest=low):
                yield list(map(self.marked, some))
