"""Runs jobs in a worker process, one after another, each for a limited time.

A job is cancelled by killing the process; the next job starts another one. These are forked from a process that has
imported what they need and has no threads, so that takes some hundredths of a second.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from rasp.errors import InternalError, RaspError
from rasp.lsp import worker

SECONDS = 2.0  # for one job, unless the editor sets another limit


class NoAnswer(Exception):
    """A job without an answer: it took too long, or was cancelled. `line` is the one that ran when time was up."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


class Evaluator:
    """The process in which programs run."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([worker.__name__, "rasp.engine.evaluate", "rasp.architecture.report"])
        self._line = self._context.Value("i", 0, lock=False)
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._threads = ThreadPoolExecutor(2, "evaluator")  # one waits for the answer, one may start a process
        self._turn = asyncio.Lock()
        self._running = ""  # whose job runs
        self._cancelled = False

    async def ask(self, owner: str, job: str, *arguments: Any) -> Any:
        """The answer of `Worker.job(*arguments)`. Raises NoAnswer, or the RaspError of the program.

        `owner` is the document that the job is about, for `cancel`.
        """
        async with self._turn:
            self._running, self._cancelled = owner, False
            loop = asyncio.get_running_loop()
            try:
                answer = await loop.run_in_executor(self._threads, self._exchange, job, arguments)
            finally:
                self._running = ""
        if isinstance(answer, (RaspError, InternalError, NoAnswer)):
            raise answer
        return answer

    def cancel(self, owner: str) -> None:
        """Ends the job about a document that runs, if there is one."""
        if self._running == owner and not self._cancelled:
            self._cancelled = True
            self._kill()

    def close(self) -> None:
        """Ends the process."""
        self._kill()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _exchange(self, job: str, arguments: tuple[Any, ...]) -> Any:
        """Sends a job and waits for its answer; runs in a thread."""
        connection = self._connected()
        try:
            connection.send((job, arguments))
            if connection.poll(self.seconds):
                return connection.recv()
        except (EOFError, OSError):
            return self._lost("cancelled" if self._cancelled else "the process has died")
        return self._lost(f"stopped after {self.seconds:g} s")

    def _lost(self, reason: str) -> NoAnswer:
        """Gives up the process."""
        line = self._line.value
        self._kill()
        self._process = self._connection = None
        return NoAnswer(reason, line)

    def _connected(self) -> Connection:
        """The connection to a living process."""
        if self._process is None or self._connection is None or not self._process.is_alive():
            own, other = self._context.Pipe()
            self._line.value = 0
            self._process = self._context.Process(target=worker.begin, args=(other, self._line), daemon=True)
            self._process.start()
            other.close()
            self._connection = own
        return self._connection

    def _kill(self) -> None:
        if self._process is not None and self._process.pid is not None:
            self._process.kill()
