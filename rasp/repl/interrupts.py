"""When Ctrl-C counts: it stops what runs, and means nothing while a prompt comes or goes."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

AGAIN = 0.01  # seconds until an interrupt that got lost comes again


def _hears_signals() -> bool:
    return threading.current_thread() is threading.main_thread()


def _nothing(number: int, frame: object) -> None:
    """Passes over a signal. Programs that are started would inherit that a signal is ignored, but not this."""


@contextlib.contextmanager
def ignored() -> Iterator[None]:
    """Ctrl-C does nothing, but where the prompt takes it as a key, or `heeded` says otherwise."""
    if not _hears_signals():
        yield
        return
    before = signal.signal(signal.SIGINT, _nothing)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def heeded() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt.

    Python drops one that comes while it cleans up an object. Then it comes again a moment later, without a word.
    """
    hook = sys.unraisablehook

    def dropped(lost: Any) -> None:
        if lost.exc_type is KeyboardInterrupt:
            threading.Timer(AGAIN, _thread.interrupt_main).start()
        else:
            hook(lost)

    before = signal.getsignal(signal.SIGINT)
    sys.unraisablehook = dropped
    try:
        if _hears_signals():
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        if _hears_signals():
            signal.signal(signal.SIGINT, before)
        sys.unraisablehook = hook
