"""Work in chunks, here or by a crew elsewhere: enters a stream of inputs, leaves their outcomes in its order.

However long the stream is, only a bounded number of its inputs is held at a time.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from rasp.errors import RaspError
from rasp.parallel.chunks import Chunk, Pace, chunked, size_of
from rasp.parallel.work import Row, Work, check_errors, judged, numbered

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rasp.parallel.executors import Crew


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
