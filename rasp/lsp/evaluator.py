"""Runs jobs in a worker process, one after another, each for a limited time.

A job is cancelled by killing the process; the next job starts another one. Workers are forked from a process that has
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
from rasp.lsp.analysis import Document

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
        self._threads = ThreadPoolExecutor(1, "evaluator")  # waits for answers
        self._turn = asyncio.Lock()
        self._running: Document | None = None  # the document whose job runs
        self._cancelled = False

    async def ask(self, document: Document, job: str, *arguments: Any) -> Any:
        """The answer of `Worker.job(*arguments)`, a job about a document.

        Raises NoAnswer, which an edit of the document causes, too, or the RaspError of the program.
        """
        # Shielded: a client that cancels its request must not make the next job read the answer to this one.
        answer = await asyncio.shield(asyncio.ensure_future(self._in_turn(document, job, arguments)))
        if isinstance(answer, (RaspError, InternalError, NoAnswer)):
            raise answer
        return answer

    async def _in_turn(self, document: Document, job: str, arguments: tuple[Any, ...]) -> Any:
        """The answer, or the error that is raised in its place."""
        async with self._turn:
            if document.edited.is_set():
                return NoAnswer("cancelled")
            self._running, self._cancelled = document, False
            loop = asyncio.get_running_loop()
            try:
                return await loop.run_in_executor(self._threads, self._exchange, job, arguments)
            finally:
                self._running = None

    def warm_up(self) -> None:
        """Starts the process before it is needed."""
        self._threads.submit(self._connected)

    def cancel(self, document: Document) -> None:
        """Ends the job about a document that runs, if there is one."""
        if self._running is document and not self._cancelled:
            self._cancelled = True
            self._kill()

    def close(self) -> None:
        """Ends the process."""
        self._kill()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _exchange(self, job: str, arguments: tuple[Any, ...]) -> Any:
        """Sends a job and waits for its answer; runs in a thread."""
        connection = self._connected()
        if self._cancelled:  # while the process started
            return NoAnswer("cancelled")
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
