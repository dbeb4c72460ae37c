"""Works through a stream of inputs in chunks, in this process or on the workers of an executor.

Outcomes come in the order of the inputs. Only a bounded number of inputs is held in memory, however long the stream.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from rasp.errors import RaspError
from rasp.parallel.chunks import Chunk, Pace, input_size, split_into_chunks
from rasp.parallel.work import CheckedInputs, Outcomes, Work, check_errors, check_inputs

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rasp.parallel.executors import Workers


def map_chunks(
    work: Work, chunks: Iterable[Chunk], pace: Pace, workers: Workers | None = None
) -> Generator[tuple[Any, Outcomes], None, None]:
    """Yields the tag and the outcomes of each chunk, in order; workers have several chunks at a time."""
    if workers is not None:
        yield from workers.map(work, chunks, pace)
        return
    count = 0
    for chunk in chunks:
        if chunk.inputs:
            start = time.perf_counter()
            outcomes = work.here(CheckedInputs.of(chunk.inputs, count))
            pace.took(time.perf_counter() - start, len(chunk.inputs))
            count += len(chunk.inputs)
            yield chunk.tag, outcomes


def stream(
    work: Work, inputs: Iterable[Any], errors: str, executor: Executor | None, pace: Pace | None = None
) -> Iterator[tuple[Any, ...]]:
    """Yields the outcomes of each input, one for each node. Inputs are read as needed.

    `errors="raise"` raises the error of an input in its turn, "collect" yields it as an outcome. Raises ValueError for
    another `errors`, TypeError for an `executor` of another type, WorkersLost.
    """
    check_errors(errors)
    workers = None
    if executor is not None:
        from rasp.parallel.executors import Workers  # imported late: one process needs no executors

        workers = Workers(executor, _warn)
    return _stream(work, inputs, errors == "collect", workers, pace or Pace())


def _stream(
    work: Work, inputs: Iterable[Any], collect: bool, workers: Workers | None, pace: Pace
) -> Iterator[tuple[Any, ...]]:
    chunks = (Chunk(None, given) for given in split_into_chunks(check_inputs(inputs), pace, input_size))
    with closing(map_chunks(work, chunks, pace, workers)) as answers:
        try:
            for _, outcomes in answers:
                for index, row in enumerate(outcomes.rows()):
                    if index in outcomes.failed and not collect:
                        raise next(outcome for outcome in row if isinstance(outcome, RaspError))
                    yield row
        finally:
            if workers is not None:
                workers.close()


def _warn(text: str) -> None:
    warnings.warn(text, RuntimeWarning, stacklevel=2)
