"""Runs chunks of inputs on the workers of a `concurrent.futures.Executor`; restarts the job of a worker that died.

Outcomes are complete and in order. At most two chunks per worker are submitted at a time.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass
from typing import Any

from rasp.base.limits import limits
from rasp.errors import WorkersLost
from rasp.parallel.chunks import Chunk, Pace
from rasp.parallel.processes import break_if_dead, has_processes, renew, worker_count
from rasp.parallel.work import CheckedInputs, Outcomes, Work
from rasp.parallel.worker import Answer, Job, restore_nodes, run_job
from rasp.source.program import program

WORKERS = 32  # assumed if the number is unknown
AHEAD = 2  # chunks for each worker that are submitted at a time
DEATHS = 3  # of workers at one chunk, after which the work is given up
LOOK_AGAIN = 1.0  # seconds between checks of a pool that does not answer
TICK = 0.02  # seconds between checks while waiting both for workers and for inputs

Report = Callable[[str], None]  # called with messages about the workers


@dataclass
class _Pending:
    """A chunk that was submitted and whose outcomes were not returned yet."""

    tag: Any
    batch: CheckedInputs
    job: Job
    future: Future[Answer]


class Workers:
    """Runs jobs on the workers of an executor, and submits the job of a dead worker again.

    It is unknown which of the pending chunks killed a worker. So the first of them is submitted again and awaited
    before the others; if workers die three times at it, it is to blame, and the work is given up.
    """

    def __init__(self, executor: Executor, report: Report) -> None:
        if not isinstance(executor, Executor):
            hint = "; of a Dask client it is client.get_executor()" if hasattr(executor, "get_executor") else ""
            kind = type(executor).__name__
            raise TypeError(f"an executor is a concurrent.futures.Executor, not a value of type {kind}{hint}")
        self._executor = executor
        package = _package(executor)
        self._package = None if package == _package(self) else package  # an error of rasp is no death of a worker
        self._report = report
        self._made: Executor | None = None  # the replacement of a broken executor
        self._broken = False  # whether it has broken a pool, which may cancel its waiting jobs
        workers = worker_count(executor) or WORKERS
        self._ahead = AHEAD * workers
        self._sharing = workers if has_processes(executor) else 1  # workers that share this machine's memory

    def map(self, work: Work, chunks: Iterable[Chunk], pace: Pace) -> Generator[tuple[Any, Outcomes], None, None]:
        """Yields the tag and the outcomes of each chunk, in order; submits several chunks ahead."""
        text = program(work.nodes)
        held = {name: getattr(limits, name) for name in type(limits).__annotations__}
        held["memory"] = max(1, held["memory"] // self._sharing)
        pending: deque[_Pending] = deque()
        count = 0
        try:
            for chunk in chunks:
                if chunk.inputs:
                    batch = CheckedInputs.of(chunk.inputs, count)
                    count += batch.size
                    job = Job(text, work.task, batch.valid, held)
                    pending.append(_Pending(chunk.tag, batch, job, self._submit(job)))
                elif pending:
                    wait([pending[0].future], TICK)
                    self._break_if_dead()
                while pending and (len(pending) >= self._ahead or pending[0].future.done()):
                    yield self._finish_first(pending, work, pace)
            while pending:
                yield self._finish_first(pending, work, pace)
        finally:
            for other in pending:
                other.future.cancel()

    def _finish_first(self, pending: deque[_Pending], work: Work, pace: Pace) -> tuple[Any, Outcomes]:
        """Waits for the first pending chunk, and returns its tag and outcomes."""
        answer = self._answer(pending)
        first = pending.popleft()
        pace.took(answer.seconds, first.batch.size)
        return first.tag, work.outcomes(first.batch, restore_nodes(answer, work.nodes))

    def _submit(self, job: Job) -> Future[Answer]:
        """Submits a job. Raises WorkersLost for an executor that accepts no more."""
        try:
            return _future(self._executor.submit(run_job, job))
        except (BrokenExecutor, OSError, ValueError) as error:
            # A pool that breaks meanwhile closes the pipes which a new process is to get: OSError where they are
            # closed, ValueError where their numbers have been given to other pipes.
            future: Future[Answer] = Future()
            future.set_exception(BrokenExecutor(str(error)))  # the pool is renewed when this job's turn comes
            return future
        except RuntimeError as error:
            raise WorkersLost(f"the executor takes no work: {str(error) or type(error).__name__}") from error

    def _answer(self, pending: deque[_Pending]) -> Answer:
        """Waits for the answer to the first chunk. Raises WorkersLost for a chunk that kills its workers."""
        first, deaths, renewed = pending[0], 0, False
        while error := self._error_of_death(first.future):
            deaths += 1
            count = len(first.job.inputs)
            if deaths == DEATHS:
                title = f"a worker died {DEATHS} times at the same {_count(count)}, perhaps for want of memory"
                raise WorkersLost(f"{title}: {error}") from error
            self._report(f"a worker died; its {_count(count)} run{'s' * (count == 1)} again")
            if isinstance(error, (BrokenExecutor, CancelledError)):
                renewed |= self._renew()
            first.future = self._submit(first.job)
        if deaths:
            for other in itertools.islice(pending, 1, None):  # these may have been lost with the same worker or pool
                if self._error_of_death(other.future) if other.future.done() else renewed:
                    other.future = self._submit(other.job)
        return _answer_in(first.future.result())

    def _error_of_death(self, future: Future[Answer]) -> BaseException | None:
        """Waits for the end of a job; returns the error that says that its worker died, or None if it succeeded.

        An error whose class is of the executor's own package (such as Dask's `KilledWorker`) counts as a death. Any
        other means that the work cannot be done there: WorkersLost is raised.
        """
        try:
            error = self._error_of(future)
        except CancelledError as cancelled:
            if self._broken:
                return cancelled
            raise WorkersLost("the executor was shut down, or has cancelled the work") from None
        if error is None or isinstance(error, BrokenExecutor) or _package(error) == self._package:
            return error
        if not isinstance(error, Exception):  # such as KeyboardInterrupt: Ctrl-C reaches the workers, too
            raise error
        raise WorkersLost(f"a worker cannot do the work: {type(error).__name__}: {error}") from error

    def _error_of(self, future: Future[Answer]) -> BaseException | None:
        """Waits for the end of a job, and checks each second whether the pool lost a process without noticing."""
        while True:
            try:
                return future.exception(LOOK_AGAIN)
            except TimeoutError:
                self._break_if_dead()

    def _break_if_dead(self) -> None:
        """Breaks a pool that lost a process without noticing, so that its jobs fail instead of waiting for ever."""
        self._broken |= break_if_dead(self._executor)

    def _renew(self) -> bool:
        """Replaces a broken executor, or its processes; returns whether it did."""
        before, self._executor = self._executor, renew(self._executor)
        if self._executor is not before:
            self._made = self._executor
        self._broken |= has_processes(before)
        return has_processes(before)

    def close(self) -> None:
        """Shuts down the executor that it made itself, if any."""
        if self._made is not None:
            self._made.shutdown(cancel_futures=True)


def _future(made: Any) -> Future[Answer]:
    """Checks that an executor returned a future. Raises TypeError."""
    if isinstance(made, Future):
        return made
    raise TypeError(
        f"the executor gives a value of type {type(made).__name__} for work, not a concurrent.futures.Future"
    )


def _answer_in(result: object) -> Answer:
    """Checks that the result of a future is an `Answer`. Raises WorkersLost."""
    if isinstance(result, Answer):
        return result
    raise WorkersLost(f"the executor gives a value of type {type(result).__name__}, which the work has not given")


def _package(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def _count(number: int) -> str:
    return f"{number} input{'s' * (number != 1)}"
