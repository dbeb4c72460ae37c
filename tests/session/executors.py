"""Executors that do as a test wants."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class Sending(Executor):
    """Does the work at once, but sends job and answer as to another process."""

    def __init__(self) -> None:
        self.jobs: list[Any] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.jobs.append(arguments[0])
        future.set_result(pickle.loads(pickle.dumps(function(*pickle.loads(pickle.dumps(arguments))))))
        return future


class Waiting(Sending):
    """Does the work only when somebody waits for it; knows how much was on its way at most."""

    _max_workers = 2

    def __init__(self) -> None:
        super().__init__()
        self.open = self.most = 0
        self.futures: list[Future[Any]] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        self.jobs.append(arguments[0])
        self.open += 1
        self.most = max(self.most, self.open)
        self.futures.append(_Late(self, function, arguments))
        return self.futures[-1]


class _Late(Future[Any]):
    def __init__(self, executor: Waiting, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        super().__init__()
        self.executor, self.function, self.arguments = executor, function, arguments

    def exception(self, timeout: float | None = None) -> BaseException | None:
        if not self.done():
            self.executor.open -= 1
            self.set_result(self.function(*self.arguments))
        return super().exception(timeout)


class Failing(Sending):
    """Fails the first times with an error that is made anew each time, then works."""

    def __init__(self, times: int, error: Callable[[], BaseException]) -> None:
        super().__init__()
        self.times = times
        self.error = error

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        if not self.times:
            return super().submit(function, *arguments, **options)
        self.times -= 1
        error = self.error()
        if isinstance(error, (OSError, ValueError)):  # of a system that cannot start a process
            raise error
        future: Future[Any] = Future()
        future.set_exception(error)
        return future


class Answering(Sending):
    """Gives something of its own, as the result of each work or, where that is no future, at once."""

    def __init__(self, given: Any) -> None:
        super().__init__()
        self.given = given

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        if isinstance(self.given, Future):
            self.given.set_result(None)
        return self.given
