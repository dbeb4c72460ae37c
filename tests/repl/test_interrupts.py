"""Ctrl-C: never lost, and never in the way of a prompt."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from rasp.repl.interrupts import heed_sigint, ignore_sigint


class Slow:
    """An object during whose end Ctrl-C is pressed."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)


def _end_something() -> None:
    with heed_sigint():
        slow = Slow()
        del slow
        for _ in range(2000):
            time.sleep(0.01)


def _press_and_wait() -> None:
    with heed_sigint():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(20)


def test_an_interrupt_that_python_drops_comes_again(capsys: pytest.CaptureFixture[str]) -> None:
    hook, before = sys.unraisablehook, signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        _end_something()
    assert capsys.readouterr().err == ""
    assert sys.unraisablehook is hook
    assert signal.getsignal(signal.SIGINT) is before


def test_it_means_nothing_between_prompts() -> None:
    with ignore_sigint():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            _press_and_wait()
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_in_another_thread() -> None:
    done = []

    def work() -> None:
        with ignore_sigint(), heed_sigint():
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done
