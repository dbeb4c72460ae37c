"""Keeps bracketed paste on during a whole conversation, so that pasted text arrives as one input.

prompt_toolkit turns it on only while a prompt is shown. A text pasted while a statement runs, or while a prompt is set
up, would then arrive as typed lines. Echo is off, too: the next prompt shows what was typed meanwhile. So is canonical
mode, in which the system would cut off long lines.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rasp.repl.abilities import is_capable

if TYPE_CHECKING:
    from prompt_toolkit.output import Output

ON, OFF = b"\x1b[?2004h", b"\x1b[?2004l"
LOCAL, CHARACTERS = 3, 6  # indices into the list of `termios.tcgetattr`


@contextlib.contextmanager
def bracketed_paste() -> Iterator[None]:
    """Turns bracketed paste on, except while the process is suspended. Does nothing on a terminal without it."""
    if not is_capable() or threading.current_thread() is not threading.main_thread():
        yield
        return
    held = _Held(sys.stdin.fileno(), sys.stdout.fileno())
    before = signal.signal(signal.SIGTSTP, held)
    held.set(ON, _without_echo(held.first))
    try:
        yield
    finally:
        held.set(OFF, held.first)
        signal.signal(signal.SIGTSTP, before)


@contextlib.contextmanager
def release_terminal() -> Iterator[None]:
    """Restores the original modes of the terminal while another program uses it."""
    held = _held()
    if held is None:
        yield
        return
    now = held.modes()
    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    held.set(OFF, held.first)
    try:
        yield
    finally:
        held.set(ON, now)
        signal.signal(signal.SIGTSTP, held)


@contextlib.contextmanager
def keep_bracketed_paste(output: Output) -> Iterator[None]:
    """Keeps a prompt from turning bracketed paste off when it closes; `bracketed_paste` does so at its end."""
    if _held() is None:
        yield
        return
    output.disable_bracketed_paste = _nothing  # type: ignore[method-assign]
    try:
        yield
    finally:
        del output.disable_bracketed_paste  # uncovers the method of the class


class _Held:
    """The terminal of a conversation and its original modes. An instance is the handler of SIGTSTP (Ctrl-Z)."""

    def __init__(self, input: int, output: int) -> None:
        self.input, self.output = input, output
        self.first = self.modes()

    def __call__(self, number: int, frame: object) -> None:
        """Suspends the process until the shell continues it."""
        with release_terminal():
            signal.raise_signal(signal.SIGTSTP)

    def modes(self) -> list[Any]:
        """The modes that termios reports; an empty list if the terminal is gone."""
        try:
            return termios.tcgetattr(self.input)
        except termios.error:
            return []

    def set(self, sequence: bytes, modes: list[Any]) -> None:
        """Sends a sequence and sets the modes. Bypasses Python's buffer, whose flush a signal may have interrupted."""
        with contextlib.suppress(OSError, termios.error):  # the terminal is gone
            os.write(self.output, sequence)
            if modes:
                termios.tcsetattr(self.input, termios.TCSADRAIN, modes)


def _held() -> _Held | None:
    """The terminal of the running conversation, if there is one."""
    handler = signal.getsignal(signal.SIGTSTP)
    return handler if isinstance(handler, _Held) else None


def _without_echo(modes: list[Any]) -> list[Any]:
    """The modes without echo and without canonical (line) mode; Ctrl-C and Ctrl-Z still send signals."""
    if not modes:
        return []
    quiet = [*modes[:CHARACTERS], list(modes[CHARACTERS])]
    quiet[LOCAL] &= ~(termios.ECHO | termios.ICANON)
    quiet[CHARACTERS][termios.VMIN], quiet[CHARACTERS][termios.VTIME] = 1, 0
    return quiet


def _nothing() -> None:
    """Does nothing: stands in for `Output.disable_bracketed_paste`."""
