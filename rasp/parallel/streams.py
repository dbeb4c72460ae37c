"""Work in chunks, here or by a crew elsewhere: enters a stream of inputs, leaves their outcomes in its order.

However long the stream is, only a bounded number of its inputs is held at a time.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from rasp.errors import RaspError
from rasp.parallel.work import Row, Work, check_errors, judged, numbered

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rasp.parallel.executors import Crew

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
    """Inputs, as the engine takes them, or the RaspErrors of what is none; `tag` comes back with their outcomes.

    One without inputs means that the next inputs are not there yet; the source is asked again, as often as need be.
    """

    tag: Any
    inputs: list[Any]


def spread(
    task: Work, chunks: Iterable[Chunk], pace: Pace, crew: Crew | None = None
) -> Generator[tuple[Any, list[Row]], None, None]:
    """The tag and the outcomes of each chunk, in order; a crew works at several at a time."""
    if crew is not None:
        from rasp.parallel.executors import work_off

        yield from work_off(task, chunks, pace, crew)
        return
    for chunk in chunks:
        if chunk.inputs:
            start = time.perf_counter()
            rows = task.here(chunk.inputs)
            pace.took(time.perf_counter() - start, len(chunk.inputs))
            yield chunk.tag, rows


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
    """The number of elements of an input, or 1 for the error of what is none."""
    return 1 if isinstance(given, RaspError) else len(given)


def streamed(
    task: Work, inputs: Iterable[Any], errors: str, executor: Executor | None, pace: Pace | None = None
) -> Iterator[Row]:
    """The outcomes on each of the inputs, which are taken as they are needed; errors are raised in their turn.

    Raises ValueError for unknown `errors`, TypeError for an executor that is none, WorkersLost.
    """
    check_errors(errors)
    crew = None
    if executor is not None:
        from rasp.parallel.executors import Crew

        crew = Crew(executor, _warn)
    return _streamed(task, inputs, errors == "collect", crew, pace or Pace())


def _streamed(task: Work, inputs: Iterable[Any], collect: bool, crew: Crew | None, pace: Pace) -> Iterator[Row]:
    chunks = (Chunk(None, given) for given in chunked(map(judged, inputs), pace, size_of))
    done = 0
    with closing(spread(task, chunks, pace, crew)) as answers:
        try:
            for _, rows in answers:
                for row in numbered(rows, done):
                    done += 1
                    failed = next((result for result in row if isinstance(result, RaspError)), None)
                    if failed is not None and not collect:
                        raise failed
                    yield row
        finally:
            if crew is not None:
                crew.close()


def _warn(text: str) -> None:
    warnings.warn(text, RuntimeWarning, stacklevel=2)
