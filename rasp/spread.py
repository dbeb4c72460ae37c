"""Work in chunks, here or spread over an executor: enters a stream of inputs, leaves their outcomes in its order.

However long the stream is, only a bounded number of its inputs is held at a time.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

from rasp.batches import Row, Work, check_errors, judged, numbered
from rasp.bounds import limits
from rasp.errors import RaspError, WorkersLost
from rasp.pool import Pool
from rasp.runtime.program import program
from rasp.workers import Answer, Job, received, work

ELEMENTS = 2**18  # of the inputs of a chunk together, unless it is one input
WORKERS = 32  # that an executor is taken to have which does not tell
AHEAD = 2  # chunks for each worker that are on their way at a time
DEATHS = 3  # of the workers at one chunk

Report = Callable[[str], None]  # is told what happens to the workers


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

    One without inputs means that the next inputs have to be waited for.
    """

    tag: Any
    inputs: list[Any]


@dataclass
class _Flight:
    """A chunk on its way."""

    chunk: Chunk
    job: Job
    future: Future[Answer]


def spread(
    task: Work, chunks: Iterable[Chunk], pace: Pace, crew: Crew | None = None
) -> Generator[tuple[Any, list[Row]], None, None]:
    """The tag and the outcomes of each chunk, in order; the crew works at several at a time."""
    if crew is not None:
        yield from _spread(task, chunks, pace, crew)
        return
    for chunk in chunks:
        if chunk.inputs:
            start = time.perf_counter()
            rows = task.here(chunk.inputs)
            pace.took(time.perf_counter() - start, len(chunk.inputs))
            yield chunk.tag, rows


def _spread(
    task: Work, chunks: Iterable[Chunk], pace: Pace, crew: Crew
) -> Generator[tuple[Any, list[Row]], None, None]:
    text = program(task.nodes)
    held = {name: getattr(limits, name) for name in type(limits).__annotations__}
    flights: deque[_Flight] = deque()
    try:
        for chunk in itertools.chain(chunks, [Chunk(None, [])]):
            if chunk.inputs:
                given = [value for value in chunk.inputs if not isinstance(value, RaspError)]
                job = Job(text, task.task, given, held)
                flights.append(_Flight(chunk, job, crew.submit(job)))
            while flights and (not chunk.inputs or len(flights) >= crew.ahead or flights[0].future.done()):
                answer = crew.answer(flights)
                done = flights.popleft().chunk
                pace.took(answer.seconds, len(done.inputs))
                yield done.tag, task.outcomes(done.inputs, received(answer, task.nodes))
    finally:
        for flight in flights:
            flight.future.cancel()


class Crew:
    """An executor whose workers may die: what they had to do is done again, by others.

    Which of the chunks on their way has killed a worker, nobody knows. So the first of them runs again alone; when that
    ends badly three times, it was this one.
    """

    def __init__(self, executor: Executor, report: Report) -> None:
        if not isinstance(executor, Executor):
            hint = "; of a Dask client it is client.get_executor()" if hasattr(executor, "get_executor") else ""
            kind = type(executor).__name__
            raise TypeError(f"an executor is a concurrent.futures.Executor, not a value of type {kind}{hint}")
        self._executor = executor
        self._report = report
        self._made: Executor | None = None  # in the place of one that is broken
        self.ahead = AHEAD * (_workers(executor) or WORKERS)

    def submit(self, job: Job) -> Future[Answer]:
        """Gives a job to the executor. Raises WorkersLost for one that takes no more."""
        try:
            return self._executor.submit(work, job)
        except (BrokenExecutor, OSError) as error:  # a pool that breaks just now may also fail to start a process
            future: Future[Answer] = Future()
            future.set_exception(BrokenExecutor(str(error)))  # it is renewed when it is the turn of this job
            return future
        except RuntimeError as error:
            raise WorkersLost(f"the executor takes no work: {error}") from error

    def answer(self, flights: deque[_Flight]) -> Answer:
        """Waits for the answer to the first chunk. Raises WorkersLost for one that kills its workers."""
        first, deaths = flights[0], 0
        while error := self._lost(first.future):
            deaths += 1
            if deaths == DEATHS:
                raise WorkersLost(
                    f"a worker died {DEATHS} times at the same {_count(len(first.job.inputs))}; "
                    "perhaps there is not enough memory"
                ) from error
            self._report(f"a worker died; its {_count(len(first.job.inputs))} run again")
            if isinstance(error, BrokenExecutor):
                self._renew()
            first.future = self.submit(first.job)
        if deaths:
            for flight in itertools.islice(flights, 1, None):
                if flight.future.done() and self._lost(flight.future):
                    flight.future = self.submit(flight.job)
        return first.future.result()

    def _lost(self, future: Future[Answer]) -> BaseException | None:
        """Waits for the end of a job; the error of an executor whose worker died, or None when all is well.

        Such an error is one of the executor's own package; any other comes from the work, which cannot be done there.
        """
        try:
            error = future.exception()
        except CancelledError:
            raise WorkersLost("the executor was shut down, or has cancelled the work") from None
        if error is None or isinstance(error, BrokenExecutor) or _package(error) == _package(self._executor):
            return error
        if not isinstance(error, Exception):  # Ctrl-C, which workers hear, too
            raise error
        raise WorkersLost(f"a worker cannot do the work: {type(error).__name__}: {error}") from error

    def _renew(self) -> None:
        """Puts a working executor in the place of a broken one."""
        if isinstance(self._executor, Pool):
            self._executor.renew()
        elif isinstance(self._executor, ProcessPoolExecutor):
            self._executor.shutdown(wait=True)
            self._executor = self._made = _like(self._executor)

    def close(self) -> None:
        """Ends what it has made itself."""
        if self._made is not None:
            self._made.shutdown(cancel_futures=True)


def _package(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def _count(number: int) -> str:
    return f"{number} input{'s' * (number != 1)}"


def _workers(executor: Executor) -> int | None:
    """How many workers an executor has, where it tells: those of the standard library do, in private."""
    number = executor.jobs if isinstance(executor, Pool) else getattr(executor, "_max_workers", None)
    return number if isinstance(number, int) else None


def _like(broken: ProcessPoolExecutor) -> ProcessPoolExecutor:
    """A pool as the user has made it; it does not tell how, but in private."""
    names = ("_max_workers", "_mp_context", "_initializer", "_initargs")
    return ProcessPoolExecutor(*(getattr(broken, name) for name in names))


# ------------------------------------------------------------------------------------------------- from Python


def chunked(items: Iterable[Any], pace: Pace, size: Callable[[Any], int]) -> Iterator[list[Any]]:
    """The items in lists of as many as the pace says, and of bounded size.

    None among the items says that the next one has to be waited for: what is there makes a list, and then an empty one.

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
    crew = None if executor is None else Crew(executor, _warn)
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
    import warnings

    warnings.warn(text, RuntimeWarning, stacklevel=2)
