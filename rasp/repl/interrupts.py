"""Handlers of SIGINT: Ctrl-C interrupts a running statement, and is ignored while a prompt is set up or closed."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

AGAIN = 0.01  # seconds after which a lost interrupt is sent again


def _hears_signals() -> bool:
    return threading.current_thread() is threading.main_thread()


def _nothing(number: int, frame: object) -> None:
    """Ignores a signal. Unlike SIG_IGN, a handler is not inherited by programs that are started."""


@contextlib.contextmanager
def ignore_sigint() -> Iterator[None]:
    """Ignores SIGINT, except where `heed_sigint` is active. At a prompt, Ctrl-C is a key and no signal."""
    if not _hears_signals():
        yield
        return
    before = signal.signal(signal.SIGINT, _nothing)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def heed_sigint() -> Iterator[None]:
    """Makes Ctrl-C raise KeyboardInterrupt.

    Python drops a KeyboardInterrupt that is raised in a finalizer, and prints a message. Here it is sent again a moment
    later, without a message.
    """
    hook = sys.unraisablehook

    def on_unraisable(lost: Any) -> None:
        if lost.exc_type is KeyboardInterrupt:
            threading.Timer(AGAIN, _thread.interrupt_main).start()
        else:
            hook(lost)

    before = signal.getsignal(signal.SIGINT)
    sys.unraisablehook = on_unraisable
    try:
        if _hears_signals():
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        if _hears_signals():
            signal.signal(signal.SIGINT, before)
        sys.unraisablehook = hook
