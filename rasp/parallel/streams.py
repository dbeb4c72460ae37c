"""Work on a stream of inputs in chunks, in this process or by the workers of an executor; outcomes come in its order.

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
from rasp.parallel.work import Row, Work, check_errors, input_or_error, numbered

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rasp.parallel.executors import Workers


def map_chunks(
    work: Work, chunks: Iterable[Chunk], pace: Pace, workers: Workers | None = None
) -> Generator[tuple[Any, list[Row]], None, None]:
    """The tag and the outcomes of each chunk, in order; with workers, several chunks are worked on at a time."""
    if workers is not None:
        from rasp.parallel.executors import map_elsewhere

        yield from map_elsewhere(work, chunks, pace, workers)
        return
    for chunk in chunks:
        if chunk.inputs:
            start = time.perf_counter()
            rows = work.here(chunk.inputs)
            pace.took(time.perf_counter() - start, len(chunk.inputs))
            yield chunk.tag, rows


def stream(
    work: Work, inputs: Iterable[Any], errors: str, executor: Executor | None, pace: Pace | None = None
) -> Iterator[Row]:
    """The outcomes on each of the inputs, which are taken as they are needed; errors are raised in their turn.

    Raises ValueError for unknown `errors`, TypeError for an executor that is none, WorkersLost.
    """
    check_errors(errors)
    workers = None
    if executor is not None:
        from rasp.parallel.executors import Workers

        workers = Workers(executor, _warn)
    return _stream(work, inputs, errors == "collect", workers, pace or Pace())


def _stream(work: Work, inputs: Iterable[Any], collect: bool, workers: Workers | None, pace: Pace) -> Iterator[Row]:
    chunks = (Chunk(None, given) for given in chunked(map(input_or_error, inputs), pace, size_of))
    done = 0
    with closing(map_chunks(work, chunks, pace, workers)) as answers:
        try:
            for _, rows in answers:
                for row in numbered(rows, done):
                    done += 1
                    failed = next((result for result in row if isinstance(result, RaspError)), None)
                    if failed is not None and not collect:
                        raise failed
                    yield row
        finally:
            if workers is not None:
                workers.close()


def _warn(text: str) -> None:
    warnings.warn(text, RuntimeWarning, stacklevel=2)
