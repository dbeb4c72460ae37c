"""Runs the language server on standard input and output."""

from __future__ import annotations

import gc
import logging
import sys

from rasp.lsp.features import register
from rasp.lsp.protocol import Protocol
from rasp.lsp.server import make_server
from rasp.lsp.streams import take_over

SWITCH = 0.0005  # seconds that an analysis may keep the loop from answering, a tenth of Python's
COLLECTION = 20_000, 20, 20  # thresholds of the garbage collector: trees are many small objects, without circles


def serve() -> int:
    """Answers the editor until it ends the server; returns the exit status: 1 if it has not shut it down before."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it would print tracebacks of what clients do wrong
    sys.setswitchinterval(SWITCH)
    gc.set_threshold(*COLLECTION)
    source, target = take_over()
    server = make_server()
    register(server)
    try:
        server.start_io(source, target)  # type: ignore[arg-type]  # it needs two methods alone
    finally:
        server.evaluator.close()
    protocol = server.protocol
    return 0 if isinstance(protocol, Protocol) and protocol.was_shut_down else 1
