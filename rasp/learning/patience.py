"""The time that a teacher may take: a Python function may be slow, or never return.

Its questions are asked one by one. A function that works too long on one of them is stopped by an alarm, where the
system has alarms and this is the main thread; elsewhere a warning says what it is working on, since Python stops no
other thread. Without a limit no clock is read. S-ops and models need no limit: the inputs that they get are bounded.
"""

from __future__ import annotations

import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from rasp.errors import BadInput
from rasp.learning.examples.data import Input
from rasp.learning.teachers import OutputOrError, Teacher
from rasp.present.names import show_input

SHARE = 5  # a single answer may take this part of the time for all of them
AGAIN = 1.0  # seconds between two alarms: the function may catch the first one


class AnswerTooSlow(BadInput):
    """The error of an input to which a teacher gave no answer in time."""


class TooSlow(BaseException):
    """Raised in the teacher's function to stop it; no Exception, because functions may catch these."""


class Patience:
    """The time for the answers of a teacher; None: any time.

    >>> from rasp.learning.teachers import of_function
    >>> times = iter([0.0, 4.0, 4.0, 11.0])
    >>> patience = Patience(10.0, lambda: next(times))
    >>> patience.ask(of_function(sorted, "sorted"), [("b", "a"), ("a",), ("b",)]), patience.is_over
    ([('a', 'b'), ('a',)], True)
    """

    def __init__(self, seconds: float | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self.now = seconds, now
        self.spent = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return self.seconds is not None and self.spent >= self.seconds

    def part(self) -> Patience:
        """A part of this time, for other questions."""
        return Patience(None if self.seconds is None else self.seconds / SHARE, self.now)

    def ask(self, teacher: Teacher, inputs: Sequence[Input]) -> list[OutputOrError]:
        """The answers to the first inputs: to all of them, unless the time ends before."""
        if teacher.steady:
            return list(teacher.ask(list(inputs)))
        if self.seconds is None:
            return [_answer(teacher, given) for given in inputs]
        answers: list[OutputOrError] = []
        with suppress(TooSlow), _alarm() as arm:
            for given in inputs:
                answer = None if self.is_over else self._timed(teacher, given, arm)
                if answer is None:
                    break
                answers.append(answer)
        return answers

    def _timed(self, teacher: Teacher, given: Input, arm: Arm) -> OutputOrError | None:
        """The answer to an input, or an error if it takes too long; None if the time for all of them ends."""
        assert self.seconds is not None
        started = self.now()
        limit = min(self.seconds / SHARE, self.seconds - self.spent)
        try:
            arm(limit, f"{teacher.name} works on {show_input(given)} for more than {limit:.1f} s")
            return _answer(teacher, given)
        except TooSlow:
            if limit < self.seconds / SHARE:
                return None
            return AnswerTooSlow(f"{teacher.name} gave no answer to {show_input(given)} in {limit:.1f} s")
        finally:
            self.spent += self.now() - started


def _answer(teacher: Teacher, given: Input) -> OutputOrError:
    """The answer to an input. Raises KeyboardInterrupt, which says what the teacher was working on."""
    try:
        return teacher.ask([given])[0]
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{teacher.name} was stopped while it worked on {show_input(given)}") from None


# -------------------------------------------------------------------------------------------------------------- alarms

Arm = Callable[[float, str], None]  # takes seconds from now, and a warning


@contextmanager
def _alarm() -> Iterator[Arm]:
    """A function that sets an alarm, which raises TooSlow within the `with` block, or warns where nothing can."""
    if not _can_stop():
        with _watch() as arm:
            yield arm
        return

    def stop(number: int, frame: Any) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    try:
        yield lambda seconds, warning: _set_timer(max(seconds, 0.001))
    finally:
        _set_timer(0.0)
        signal.signal(signal.SIGALRM, before)


def _set_timer(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)


def _can_stop() -> bool:
    """Whether alarms can be used: this is the main thread, the system has alarms, and nobody else uses them."""
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
        and not signal.getitimer(signal.ITIMER_REAL)[0]
    )


@contextmanager
def _watch() -> Iterator[Arm]:
    """A function that sets a time after which another thread warns."""
    watch = _Watch()
    watch.start()
    try:
        yield watch.arm
    finally:
        watch.done.set()


class _Watch(threading.Thread):
    """Warns of each answer that takes too long."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.due: tuple[float, str] | None = None

    def arm(self, seconds: float, warning: str) -> None:
        self.due = time.monotonic() + seconds, warning

    def run(self) -> None:
        while not self.done.wait(0.1):
            due = self.due
            if due is not None and time.monotonic() >= due[0]:
                warnings.warn(f"{due[1]}; Ctrl-C ends it", RuntimeWarning, stacklevel=2)
                self.due = None
