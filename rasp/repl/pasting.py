"""What is pasted comes as one input: the terminal puts brackets around it, from a conversation's start to its end.

prompt_toolkit asks for them only while a prompt is on the screen. What is pasted while the screen is drawn anew, or
while a statement runs, would come as lines that are typed. Besides, the terminal does not show by itself what is typed
meanwhile: the next prompt does. Nor does it hold back a line until it ends: it would cut off one that is long.
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
LOCAL, CHARACTERS = 3, 6  # places in what termios gives


@contextlib.contextmanager
def bracketed() -> Iterator[None]:
    """The terminal brackets what is pasted, but while the process is suspended; one that cannot is left alone."""
    if not is_capable() or threading.current_thread() is not threading.main_thread():
        yield
        return
    held = _Held(sys.stdin.fileno(), sys.stdout.fileno())
    before = signal.signal(signal.SIGTSTP, held)
    held.set(ON, _quiet(held.first))
    try:
        yield
    finally:
        held.set(OFF, held.first)
        signal.signal(signal.SIGTSTP, before)


@contextlib.contextmanager
def released() -> Iterator[None]:
    """Another program has the terminal, as it was before the conversation."""
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
def kept(output: Output) -> Iterator[None]:
    """A prompt does not turn the brackets off when it goes, where `bracketed` does so later."""
    if _held() is None:
        yield
        return
    output.disable_bracketed_paste = _nothing  # type: ignore[method-assign]
    try:
        yield
    finally:
        del output.disable_bracketed_paste  # the method of the class is there again


class _Held:
    """The terminal of a conversation, with the modes that it had first. It is what Ctrl-Z calls."""

    def __init__(self, input: int, output: int) -> None:
        self.input, self.output = input, output
        self.first = self.modes()

    def __call__(self, number: int, frame: object) -> None:
        """Stops here until the shell lets the process go on."""
        with released():
            signal.raise_signal(signal.SIGTSTP)

    def modes(self) -> list[Any]:
        """What termios says; nothing where the terminal is gone."""
        try:
            return termios.tcgetattr(self.input)
        except termios.error:
            return []

    def set(self, sequence: bytes, modes: list[Any]) -> None:
        """Sends a sequence, past what Python holds back, which a signal may have interrupted, and sets the modes."""
        with contextlib.suppress(OSError, termios.error):  # the terminal is gone
            os.write(self.output, sequence)
            if modes:
                termios.tcsetattr(self.input, termios.TCSADRAIN, modes)


def _held() -> _Held | None:
    """The terminal of the conversation that goes on, if there is one."""
    handler = signal.getsignal(signal.SIGTSTP)
    return handler if isinstance(handler, _Held) else None


def _quiet(modes: list[Any]) -> list[Any]:
    """Modes in which nothing is shown by itself, and nothing waits for the end of its line; Ctrl-C and Ctrl-Z work."""
    if not modes:
        return []
    quiet = [*modes[:CHARACTERS], list(modes[CHARACTERS])]
    quiet[LOCAL] &= ~(termios.ECHO | termios.ICANON)
    quiet[CHARACTERS][termios.VMIN], quiet[CHARACTERS][termios.VTIME] = 1, 0
    return quiet


def _nothing() -> None:
    """In place of turning the brackets off."""
