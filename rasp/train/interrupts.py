"""Handles Ctrl-C during a training."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def remember_interrupts() -> Iterator[Callable[[], bool]]:
    """Within the `with` block, Ctrl-C is only recorded, so that it never interrupts a step.

    Yields a function that returns whether Ctrl-C was pressed. A second Ctrl-C raises KeyboardInterrupt. Only the main
    thread receives Ctrl-C.

    >>> import os
    >>> with remember_interrupts() as pressed:
    ...     os.kill(os.getpid(), signal.SIGINT)
    ...     pressed()
    True
    """
    presses = 0

    def press(number: int, frame: Any) -> None:
        nonlocal presses
        presses += 1
        if presses > 1:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: presses > 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
