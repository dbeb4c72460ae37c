"""Divides a stream of inputs into chunks that each take some tenths of a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from rasp.errors import RaspError

ELEMENTS = 2**18  # of the inputs of a chunk together, unless it is one input


class Pace:
    """How many inputs make a chunk: so many that it takes some tenths of a second, so that results come steadily."""

    SHORT, LONG = 0.1, 0.4  # seconds

    def __init__(self, least: int = 1, first: int = 64, most: int = 4096) -> None:
        self.least = least
        self.size = first
        self.most = most

    def took(self, seconds: float, count: int) -> None:
        """Hears how long a chunk of `count` inputs took.

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
    """Inputs as the engine takes them, or the RaspErrors that say why they are not valid; `tag` comes back with them.

    A chunk without inputs means that the next inputs are not there yet; the source is asked again until they are.
    """

    tag: Any
    inputs: list[Any]


def chunked(items: Iterable[Any], pace: Pace, size: Callable[[Any], int]) -> Iterator[list[Any]]:
    """The items in lists of as many as the pace says, and of bounded size.

    None among the items says that the next one is not there yet: what is there makes a list, and then an empty one.

    >>> list(chunked("abcde", Pace(first=2), len)), list(chunked(["a", None, "b"], Pace(), len))
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


def size_of(given: Any) -> int:
    """The number of elements of an input, or 1 for the error of one that is not valid."""
    return 1 if isinstance(given, RaspError) else len(given)
