"""A process that has imported the package, and forks for each run of `rasp`: a start then imports nothing.

Run as a script with a socket's descriptor, and the names of further modules to import. A request is a JSON object with
`arguments`, `folder` and `environment`, and four descriptors: the run's standard input, output and error, and where its
process id and then its exit status are written to, a line each. The run is a process like any other, with its own
streams, signals and exit; what a start reads and imports is tested elsewhere, by processes of their own.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import socket
import sys
from typing import Any

LONGEST = 1 << 17  # bytes of a request; more may not fit into a socket


def serve(requests: socket.socket) -> None:
    """Starts what is asked for, until all who ask have closed their end. Returns in no process but the first."""
    reporting: set[int] = set()
    while True:
        message, descriptors, *_ = socket.recv_fds(requests, LONGEST, 4)
        if not message:
            break
        pid = os.fork()
        if not pid:
            requests.close()
            _report(json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        reporting.add(pid)
        reporting -= {pid for pid in reporting if os.waitpid(pid, os.WNOHANG)[0]}
    for pid in reporting:
        os.waitpid(pid, 0)


def _report(request: dict[str, Any], *descriptors: int) -> None:
    """Forks once more, and reports on that process."""
    *streams, report = descriptors
    pid = os.fork()
    if not pid:
        os.close(report)
        _run(request, streams)
    for stream in (*streams, 0, 1, 2):
        os.close(stream)  # so that a pipe ends when the run ends
    os.write(report, b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    os.write(report, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _run(request: dict[str, Any], streams: list[int]) -> None:
    """As `python -m rasp` from here on; leaves by SystemExit."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.path[0] = request["folder"]
    sys.argv = ["rasp", *request["arguments"]]
    runpy.run_module("rasp", run_name="__main__", alter_sys=True)


def _import_what_runs_need(more: list[str]) -> None:
    from rasp.cli import arguments, output, pipe, run, values  # noqa: F401  # imported late: not by those who ask
    from rasp.engine import evaluate  # noqa: F401
    from rasp.runtime.prelude import prelude

    prelude()
    for name in more:
        importlib.import_module(name)


if __name__ == "__main__":
    _import_what_runs_need(sys.argv[2:])
    gc.freeze()  # which keeps memory shared
    serve(socket.socket(fileno=int(sys.argv[1])))
