"""The inputs that a proof tries: all short ones, and random long ones."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rasp.base.progress import tell
from rasp.engine.inputs import validate_input
from rasp.engine.tokens import Input
from rasp.errors import BadInput, WrongOperand
from rasp.graph.nodes import Atom

DrawInput = Callable[[random.Random, int], Sequence[Atom]]  # a random input of a length

ALL = 100_000  # inputs, up to which all of them are tried
DRAWN = 1_000  # random inputs of each greater length
AT_ONCE = 10_000  # inputs in one list
TRIED = "inputs tried"  # in reports of progress


@dataclass(frozen=True)
class Trial:
    """Which inputs are tried: all up to the length `whole`, and `drawn` random ones of each greater length.

    No input is shorter than `shortest`. Trials with equal arguments try the same inputs.
    """

    vocabulary: tuple[Atom, ...]
    longest: int
    whole: int
    drawn: int = DRAWN
    seed: int = 0
    draw: DrawInput | None = None
    shortest: int = 1

    def __iter__(self) -> Iterator[list[Input]]:
        """Lists of inputs of one length, short ones first."""
        return self.lists(TRIED)

    def lists(self, noun: str) -> Iterator[list[Input]]:
        """The lists of `iter`. Reports progress by inputs and positions, under the given noun."""
        done, reached, total = 0, 0, self.position_count()
        for length in range(self.shortest, self.longest + 1):
            for inputs in _chunks(self._of(length)):
                yield inputs
                done += len(inputs)
                reached += length * len(inputs)
                tell(noun, done, total, reached)

    @property
    def count(self) -> int:
        """The number of inputs."""
        tokens, listed = len(self.vocabulary), max(self.whole, self.shortest - 1)
        return (
            count_up_to(tokens, listed) - count_up_to(tokens, self.shortest - 1) + self.drawn * (self.longest - listed)
        )

    def position_count(self, power: int = 1) -> int:
        """The number of positions of all inputs; with `power` 2, of pairs of positions.

        >>> trial("ab", 3, whole=2, drawn=10).position_count()
        40
        >>> trial("ab", 3, whole=2, drawn=10, shortest=2).position_count()
        38
        """
        tokens = len(self.vocabulary)
        lengths = range(self.shortest, self.longest + 1)
        counts = (tokens**length if length <= self.whole else self.drawn for length in lengths)
        return sum(count * length**power for length, count in zip(lengths, counts, strict=True))

    def _of(self, length: int) -> Iterator[Input]:
        if length <= self.whole:
            yield from itertools.product(self.vocabulary, repeat=length)
            return
        chance = random.Random(f"{self.seed} {length}")
        for _ in range(self.drawn):
            yield self._draw_input(chance, length) if self.draw else tuple(chance.choices(self.vocabulary, k=length))

    def _draw_input(self, chance: random.Random, length: int) -> Input:
        """A random input from `draw`. Raises BadInput if that is no input of this length."""
        assert self.draw is not None
        given = validate_input(self.draw(chance, length))
        if len(given) != length:
            raise BadInput(f"`draw` gave an input of {len(given)} tokens, and one of {length} was asked for")
        return given


def trial(
    vocabulary: Sequence[Atom],
    longest: int,
    whole: int | None = None,
    drawn: int = DRAWN,
    seed: int = 0,
    draw: DrawInput | None = None,
    shortest: int = 1,
) -> Trial:
    """The inputs of a proof. By default, `whole` is the longest length up to which there are at most 100,000 inputs.

    Raises WrongOperand if `shortest` is not from 1 to `longest`.

    >>> trial("ab", 20).whole, trial("abcd", 10).whole, sum(map(len, trial("ab", 3)))
    (15, 8, 14)
    >>> trial("ab", 4, whole=2, drawn=10).count, trial("ab", 4, whole=2, drawn=10, shortest=2).count
    (26, 24)
    """
    if isinstance(shortest, bool) or not isinstance(shortest, int) or not 1 <= shortest <= longest:
        raise WrongOperand(f"the shortest input must have from 1 to {longest} tokens, not {shortest!r:.40}")
    if whole is None:
        whole = 0
        while whole < longest and count_up_to(len(vocabulary), whole + 1) <= ALL:
            whole += 1
    return Trial(tuple(vocabulary), longest, min(whole, longest), drawn, seed, draw, shortest)


def count_up_to(tokens: int, length: int) -> int:
    """The number of inputs up to a length.

    >>> count_up_to(2, 3)
    14
    """
    return length if tokens == 1 else tokens * (tokens**length - 1) // (tokens - 1)


def _chunks(inputs: Iterator[Input]) -> Iterator[list[Input]]:
    while part := list(itertools.islice(inputs, AT_ONCE)):
        yield part
