"""Pools of processes: our own for `--jobs N`, and what has to be known about those of the standard library.

The processes of our own pool are spawned, since a fork of a process with threads may hang. Each gets one BLAS thread,
unless the user has set another number: N processes with a thread for each core would compete for the cores. They ignore
Ctrl-C, which goes to the whole process group; the parent stops them. They end when the parent is killed.

A `ProcessPoolExecutor` says neither how it was made nor which processes it has, so this module reads its private
attributes. No other module does.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.context
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from types import TracebackType
from typing import Any

BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


class Pool(Executor):
    """An executor of `jobs` processes. Leaving its `with` block by an error stops them at once."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._start()

    def _start(self) -> None:
        self._context = _Context()
        self._inner = ProcessPoolExecutor(self.jobs, self._context, _begin)

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        return self._inner.submit(function, *arguments, **options)

    def renew(self) -> None:
        """Starts anew, with all processes new; work that is not done is lost."""
        self.stop()
        self._start()

    def stop(self) -> None:
        """Ends all processes, whatever they do."""
        for process in self._context.made:
            if process.pid is not None:  # it has started
                process.kill()
        _close_answers(self._inner)
        self._inner.shutdown(wait=True, cancel_futures=True)

    def break_if_dead(self) -> bool:
        """As the function of that name."""
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
    """How many workers an executor has, or None where it does not tell; those of the standard library do."""
    number = executor.jobs if isinstance(executor, Pool) else getattr(executor, "_max_workers", None)
    return number if isinstance(number, int) else None


def has_processes(executor: Executor) -> bool:
    """Whether the workers are processes of this machine, which share its memory."""
    return isinstance(executor, (Pool, ProcessPoolExecutor))


def break_if_dead(executor: Executor) -> bool:
    """Breaks a pool that has lost a process without noticing, so that nobody waits for it; whether it had.

    A process may be killed when it has written half of an answer. The pool then waits for the rest for ever: it holds
    the pipe's other end open itself, and the lock that the others need to write is gone with the process.
    """
    if isinstance(executor, Pool):
        return executor.break_if_dead()
    if not isinstance(executor, ProcessPoolExecutor):
        return False
    dead = any(process.exitcode for process in _processes(executor))  # 0 is a process that has done its share
    if dead:
        _kill(executor)
    return dead


def renew(executor: Executor) -> Executor:
    """A working executor in the place of one that is broken; one without processes of this machine is as it was.

    Our own pool starts its processes anew. In the place of another one comes a pool made as the user has made it.
    """
    if isinstance(executor, Pool):
        executor.renew()
    if not isinstance(executor, ProcessPoolExecutor):
        return executor
    _kill(executor)  # it may not have noticed yet that it is broken
    executor.shutdown(wait=True)
    made_of = ("_max_workers", "_mp_context", "_initializer", "_initargs")
    return ProcessPoolExecutor(*(getattr(executor, name) for name in made_of))


def _kill(pool: ProcessPoolExecutor) -> None:
    """Kills the processes of a pool, whatever they do. What they had to do fails, or is cancelled.

    `kill_workers` (Python 3.14) also shuts the pool down, and then it no longer tells its queue.
    """
    answers = getattr(pool, "_result_queue", None)
    if hasattr(pool, "kill_workers"):
        pool.kill_workers()
    else:
        for process in _processes(pool):
            process.kill()
    _close_writer(answers)


def _close_answers(pool: ProcessPoolExecutor) -> None:
    _close_writer(getattr(pool, "_result_queue", None))


def _close_writer(queue: Any) -> None:
    """Closes this process's own end for writing answers, so that the pool reads the pipe's end."""
    writer = getattr(queue, "_writer", None)
    if writer is not None and not writer.closed:
        writer.close()


def _processes(pool: ProcessPoolExecutor) -> list[Any]:
    return list((getattr(pool, "_processes", None) or {}).values())


class _Process(multiprocessing.context.SpawnProcess):
    """A process that starts with one BLAS thread, and never hears Ctrl-C."""

    def start(self) -> None:
        with _one_blas_thread(), _deaf():
            super().start()


class _Context(multiprocessing.context.SpawnContext):
    """Makes such processes, and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[_Process] = []

    def Process(self, *arguments: Any, **options: Any) -> _Process:  # type: ignore[override]  # noqa: N802  # its name
        process = _Process(*arguments, **options)
        self.made.append(process)
        return process


@contextlib.contextmanager
def _one_blas_thread() -> Iterator[None]:
    """While a process starts, its environment asks for one thread; what the user has set stays."""
    missing = [name for name in BLAS_THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(missing, "1"))
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """While a process starts, this thread holds Ctrl-C back; the process inherits that, for good."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """What a process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be held back
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
