"""The process from which those that run programs are forked: it has imported what they need, and has no threads."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver

PRELOADED = ["rasp.lsp.worker", "rasp.engine.evaluate", "rasp.architecture.report"]
CONTEXT = multiprocessing.get_context("forkserver")


def start() -> None:
    """Starts the process. It imports while the server does, so that the first value is there sooner."""
    CONTEXT.set_forkserver_preload(PRELOADED)
    forkserver.ensure_running()
