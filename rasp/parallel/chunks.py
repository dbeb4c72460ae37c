"""Splits a stream of inputs into chunks, whose size adapts to the time that they take.

Results do not depend on where one chunk ends and the next begins. A source may yield None to say that its next input is
not there yet (as on a pipe): then the inputs so far make a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from rasp.errors import RaspError

ELEMENTS = 2**18  # the most elements of all inputs of a chunk together, unless it is one input


class Pace:
    """The number of inputs of a chunk, adapted so that each takes some tenths of a second and results come steadily."""

    SHORT, LONG = 0.1, 0.4  # seconds

    def __init__(self, least: int = 1, first: int = 64, most: int = 4096) -> None:
        self.least = least
        self.size = first
        self.most = most

    def took(self, seconds: float, count: int) -> None:
        """Adapts the size to the time that a chunk of `count` inputs took.

        >>> pace = Pace()
        >>> pace.took(0.001, 64); pace.size
        128
        >>> pace.took(2.0, 128); pace.size
        64
        """
        if seconds < self.SHORT and count >= self.size:
            self.size = min(2 * self.size, self.most)
        elif seconds > self.LONG:
            self.size = max(min(self.size, count) // 2, self.least)


class Chunk(NamedTuple):
    """A list of valid inputs, with the RaspErrors of invalid ones in their places; `tag` is returned with the outcomes.

    A chunk without inputs says that the next inputs are not there yet; the source will be polled again.
    """

    tag: Any
    inputs: list[Any]


def split_into_chunks(items: Iterable[Any], pace: Pace, size: Callable[[Any], int]) -> Iterator[list[Any]]:
    """Splits items into lists of at most `pace.size` items and of bounded total size.

    None among the items says that the next one is not there yet: ends the list so far, and yields an empty one.

    >>> list(split_into_chunks("abcde", Pace(first=2), len)), list(split_into_chunks(["a", None, "b"], Pace(), len))
    ([['a', 'b'], ['c', 'd'], ['e']], [['a'], [], ['b']])
    """
    chunk: list[Any] = []
    elements = 0
    for item in items:
        if item is not None:
            chunk.append(item)
            elements += size(item)
        if chunk and (item is None or len(chunk) >= pace.size or elements >= ELEMENTS):
            yield chunk
            chunk, elements = [], 0
        if item is None:
            yield []
    if chunk:
        yield chunk


def input_size(given: Any) -> int:
    """The number of elements of an input; 1 for the error of an invalid one."""
    return 1 if isinstance(given, RaspError) else len(given)
