"""Processes of our own for `--jobs N`: an executor that starts them fresh, can be renewed, and leaves none behind.

They are spawned, for a fork of a process with threads may never wake. Each gets one BLAS thread, unless the user has
set another number: N processes with a thread for each core would be in one another's way. They do not hear Ctrl-C,
which goes to the whole group of processes; the one that started them stops them. When that one is killed, they end.
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
        end(self._inner)
        self._inner.shutdown(wait=True, cancel_futures=True)

    def wake(self) -> None:
        """As the function `wake`."""
        wake(self._inner)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._inner.shutdown(wait=wait, cancel_futures=cancel_futures)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.shutdown()
        else:
            self.stop()


def wake(pool: ProcessPoolExecutor) -> None:
    """Breaks a pool that has lost a process without noticing, so that what waits for it goes on.

    A process may be killed when it has written half of an answer. The pool then waits for the rest, for ever: it holds
    the pipe's other end open itself, and the lock that the others need to write is gone with the process.
    """
    if any(process.exitcode for process in _processes(pool)):  # 0 is a process that has done its share
        end(pool)


def end(pool: ProcessPoolExecutor) -> None:
    """Ends the processes of a pool, whatever they do, and breaks it.

    This process's own end for writing answers is closed, too, so the pool reads the pipe's end.
    """
    for process in _processes(pool):
        process.kill()
    writer = getattr(getattr(pool, "_result_queue", None), "_writer", None)
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
