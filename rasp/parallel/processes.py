"""Pools of processes: `Pool` for `--jobs N`, and the renewal of broken pools, those of the standard library included.

`Pool` spawns its processes, since a fork of a process with threads may hang. Each gets one BLAS thread, unless the user
has set another number: N processes with a thread for each core would compete for the cores. They ignore Ctrl-C, which
goes to the whole process group; the parent stops them. They end when the parent is killed.

A `ProcessPoolExecutor` has no public attributes for its arguments and its processes, so this module reads private ones.
No other module does.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.context
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, InvalidStateError, ProcessPoolExecutor
from types import TracebackType
from typing import Any

BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


class _CancelledOrFailed(Future[Any]):
    """A future that may be cancelled when its pool breaks.

    Python before 3.12.1 fails the cancelled futures of a broken pool, too, and prints an error from its own thread.
    """

    def set_exception(self, exception: BaseException | None) -> None:
        with contextlib.suppress(InvalidStateError):
            super().set_exception(exception)


class Pool(Executor):
    """An executor of `jobs` processes. An error that leaves its `with` block kills them at once."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._start()

    def _start(self) -> None:
        self._context = _Context()
        self._inner = ProcessPoolExecutor(self.jobs, self._context, _begin)

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        future = self._inner.submit(function, *arguments, **options)
        future.__class__ = _CancelledOrFailed
        return future

    def renew(self) -> None:
        """Kills all processes and starts new ones; unfinished work is lost."""
        self.stop()
        self._start()

    def stop(self) -> None:
        """Kills all processes, whatever they are doing."""
        for process in self._context.made:
            if process.pid is not None:  # has started
                process.kill()
        _close_result_writer(self._inner)
        self._inner.shutdown(wait=True, cancel_futures=True)

    def break_if_dead(self) -> bool:
        """As the function `break_if_dead`."""
        return break_if_dead(self._inner)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._inner.shutdown(wait=wait, cancel_futures=cancel_futures)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.shutdown()
        else:
            self.stop()


def worker_count(executor: Executor) -> int | None:
    """The number of workers of an executor, or None if unknown. Known for those of the standard library."""
    number = executor.jobs if isinstance(executor, Pool) else getattr(executor, "_max_workers", None)
    return number if isinstance(number, int) else None


def has_processes(executor: Executor) -> bool:
    """Whether the workers are processes of this machine, which share its memory."""
    return isinstance(executor, (Pool, ProcessPoolExecutor))


def break_if_dead(executor: Executor) -> bool:
    """Breaks a pool that lost a process without noticing, so that its futures fail; returns whether it had.

    A process may be killed when it has written half of an answer. The pool then waits for the other half for ever: the
    pool itself holds the write end of the pipe open, and the dead process still holds the lock for writing.
    """
    if isinstance(executor, Pool):
        return executor.break_if_dead()
    if not isinstance(executor, ProcessPoolExecutor):
        return False
    dead = any(process.exitcode for process in _processes(executor))  # 0: it ended as planned, after its share of jobs
    if dead:
        _kill(executor)
    return dead


def renew(executor: Executor) -> Executor:
    """Replaces a broken executor by a working one; returns one without processes on this machine as it is.

    A `Pool` starts new processes. A `ProcessPoolExecutor` is replaced by a new one with the same arguments.
    """
    if isinstance(executor, Pool):
        executor.renew()
    if not isinstance(executor, ProcessPoolExecutor):
        return executor
    _kill(executor)  # it may not know yet that it is broken
    executor.shutdown(wait=True)
    made_of = ("_max_workers", "_mp_context", "_initializer", "_initargs")
    return ProcessPoolExecutor(*(getattr(executor, name) for name in made_of))


def _kill(pool: ProcessPoolExecutor) -> None:
    """Kills the processes of a pool, whatever they are doing; their jobs fail or are cancelled.

    `kill_workers` (Python 3.14) also shuts the pool down, after which `_result_queue` is None: so that is read before.
    """
    answers = getattr(pool, "_result_queue", None)
    if hasattr(pool, "kill_workers"):
        pool.kill_workers()
    else:
        for process in _processes(pool):
            process.kill()
    _close_writer(answers)


def _close_result_writer(pool: ProcessPoolExecutor) -> None:
    _close_writer(getattr(pool, "_result_queue", None))


def _close_writer(queue: Any) -> None:
    """Closes the write end that this process holds, so that the pool reads an end of file."""
    writer = getattr(queue, "_writer", None)
    if writer is not None and not writer.closed:
        writer.close()


def _processes(pool: ProcessPoolExecutor) -> list[Any]:
    return list((getattr(pool, "_processes", None) or {}).values())


class _Process(multiprocessing.context.SpawnProcess):
    """A process that starts with one BLAS thread, and with SIGINT blocked."""

    def start(self) -> None:
        with _one_blas_thread(), _block_sigint():
            super().start()


class _Context(multiprocessing.context.SpawnContext):
    """A context that makes such processes, and lists them in `made`."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[_Process] = []

    def Process(self, *arguments: Any, **options: Any) -> _Process:  # type: ignore[override]  # noqa: N802  # its name
        process = _Process(*arguments, **options)
        self.made.append(process)
        return process


@contextlib.contextmanager
def _one_blas_thread() -> Iterator[None]:
    """Sets the variables of BLAS libraries to one thread while a process starts, except those that the user has set."""
    missing = [name for name in BLAS_THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(missing, "1"))
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]


@contextlib.contextmanager
def _block_sigint() -> Iterator[None]:
    """Blocks SIGINT in this thread while a process starts; the process inherits the mask and keeps it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Runs first in each process of a pool: ignores SIGINT, and watches the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for systems without `pthread_sigmask`
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
