"""Runs of the command line: what one gives, and how one is started in a process of its own."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from tests.cli import command, preloaded


class Outcome(NamedTuple):
    """Exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Rasp = Callable[..., Outcome]
Talk = Callable[..., Outcome]


def environment(**more: str) -> dict[str, str]:
    """The environment of a process of its own, in which this checkout is found."""
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root, "PYTHONIOENCODING": "utf-8", **more}


FORKS = sys.platform == "linux"  # which has the sockets that this takes


def start(*arguments: str, script: str = "", **options: Any) -> subprocess.Popen[bytes]:
    """Starts `python -m rasp`, or a Python script, with pipes on all streams.

    The command is forked from a process that has imported the package, unless its environment has other variables for
    Python itself.
    """
    settings: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    settings |= {"env": environment(), **options}
    if FORKS and not script and _for_python(settings["env"]) == _for_python(environment()):
        forking = server("rasp.lsp.serving") if arguments[:1] == ("lsp",) else server()
        return cast(subprocess.Popen[bytes], Run(forking, arguments, **settings))
    begin = ["-c", script] if script else ["-m", "rasp"]
    return subprocess.Popen([sys.executable, *begin, *arguments], **settings)


def shell_command() -> tuple[str, list[int]]:
    """What is `rasp` to a shell, and the descriptors that the shell passes on to it; as `start` starts it."""
    if not FORKS:
        return f"{shlex.quote(sys.executable)} -m rasp", []
    number = server().fileno()
    return shlex.join([sys.executable, "-I", "-S", command.__file__, str(number)]), [number]


def _for_python(variables: dict[str, str]) -> dict[str, str]:
    """What Python reads at its start."""
    return {name: value for name, value in variables.items() if name.startswith(("PYTHON", "LC_", "LANG"))}


@functools.cache
def server(*modules: str) -> socket.socket:
    """A socket to a process that has imported these modules, too, and forks for each run, as `preloaded` says.

    It ends with this process.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, preloaded.__file__, str(theirs.fileno()), *modules],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(OPENBLAS_NUM_THREADS="1"),  # for a process with threads should not fork
        )

    def end() -> None:
        ours.close()
        with process:
            process.wait()

    atexit.register(end)
    return ours


class Run:
    """A run that was forked; as a `subprocess.Popen` of bytes, as far as tests need that."""

    def __init__(
        self,
        forking: socket.socket,
        arguments: tuple[str, ...],
        env: dict[str, str],
        cwd: Path | None = None,
        **streams: Any,
    ) -> None:
        given = {name: os.pipe() for name, stream in streams.items() if stream == subprocess.PIPE}
        if "stdin" in given:
            given["stdin"] = given["stdin"][::-1]
        self.returncode: int | None = None
        report, to_report = os.pipe()
        theirs = [given[name][1] if name in given else streams[name] for name in ("stdin", "stdout", "stderr")]
        request = {"arguments": arguments, "folder": str(cwd or Path.cwd()), "environment": env}
        numbers = [stream if isinstance(stream, int) else stream.fileno() for stream in theirs]
        socket.send_fds(forking, [json.dumps(request).encode()], [*numbers, to_report])
        for descriptor in (to_report, *(pipe[1] for pipe in given.values())):
            os.close(descriptor)
        ours = {name: os.fdopen(pipe[0], "wb" if name == "stdin" else "rb") for name, pipe in given.items()}
        self.stdin: IO[bytes] | None = ours.get("stdin")
        self.stdout: IO[bytes] | None = ours.get("stdout")
        self.stderr: IO[bytes] | None = ours.get("stderr")
        self._report = os.fdopen(report, "rb", buffering=0)
        self.pid = int(self._report.readline())

    def wait(self, timeout: float | None = None) -> int:
        """Waits for the end; returns the exit status, negative after a signal."""
        if self.returncode is None:
            ready, _, _ = select.select([self._report], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired("rasp", timeout or 0)
            self.returncode = int(self._report.readline())
            self._report.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None and not select.select([self._report], [], [], 0)[0]:  # has not ended
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, given: bytes = b"", timeout: float | None = None) -> tuple[bytes, bytes]:
        """Writes to standard input, reads the rest of the output, and waits for the end."""
        end = time.monotonic() + (timeout or 3600)
        read: dict[str, bytes] = {}

        def read_all(name: str, stream: IO[bytes]) -> None:
            read[name] = stream.read()

        streams = [(name, stream) for name in ("stdout", "stderr") if (stream := getattr(self, name))]
        threads = [threading.Thread(target=read_all, args=one, daemon=True) for one in streams]
        for thread in threads:
            thread.start()
        with contextlib.suppress(BrokenPipeError):
            if self.stdin is not None:
                self.stdin.write(given)
                self.stdin.close()
        self.wait(end - time.monotonic())
        for thread in threads:
            thread.join()
        self._close()
        return read.get("stdout", b""), read.get("stderr", b"")

    def _close(self) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()
        self.wait()
