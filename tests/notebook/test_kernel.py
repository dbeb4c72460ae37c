"""A kernel of Jupyter: its stop button and its completion."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

manager = pytest.importorskip("jupyter_client.manager", reason="jupyter_client is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
HARD = """
import zlib
def answer(text):
    return [str(zlib.crc32(text[: end + 1].encode()) % 3) for end in range(len(text))]
learned = rasp.learn(teacher=answer, vocab="abcd", max_length=5, seconds=100)
learned.report.effort.interrupted, len(learned("abc"))
"""


TRAIN = """
reverse = rasp.load("reverse")["reverse"]
training = reverse.train(vocab="abc", max_length=6, width=8, seeds=1, steps=50_000, threads=1)
training.report.complete, len(training.model("abc"))
"""


class Kernel:
    def __init__(self) -> None:
        self.manager, self.client = manager.start_new_kernel(env={**os.environ, "PYTHONPATH": str(ROOT)})

    def run(self, code: str, heard: Any = lambda message: None) -> list[dict[str, Any]]:
        """Runs a cell; returns the messages on its outputs. `heard` is called with each."""
        messages: list[dict[str, Any]] = []

        def hear(message: dict[str, Any]) -> None:
            messages.append(message)
            heard(message)

        self.client.execute_interactive(code, timeout=SECONDS, output_hook=hear)
        return messages

    def texts(self, code: str, heard: Any = lambda message: None) -> list[str]:
        """The results of a cell as text."""
        messages = self.run(code, heard)
        return [each["content"]["data"]["text/plain"] for each in messages if each["msg_type"] == "execute_result"]

    def stopped(self, code: str) -> list[str]:
        """The results of a cell that shows a line, which is replaced, and is stopped then."""
        shown: list[str] = []

        def stop(message: dict[str, Any]) -> None:
            if "display_data" in message["msg_type"]:
                shown.append(message["msg_type"])
                if len(shown) == 2:
                    self.manager.interrupt_kernel()

        found = self.texts(code, stop)
        assert shown[:2] == ["display_data", "update_display_data"]
        return found

    def completed(self, code: str) -> dict[str, Any]:
        reply = self.client.complete(code, reply=True, timeout=SECONDS)
        return reply["content"]

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    started = Kernel()
    started.run("import rasp\n%load_ext rasp")
    yield started
    started.close()


def test_the_stop_button_takes_the_best_program_so_far(kernel: Kernel) -> None:
    assert kernel.stopped(HARD) == ["(True, 3)"]
    assert kernel.texts("1 + 1") == ["2"]


def test_the_stop_button_takes_the_best_model_so_far(kernel: Kernel) -> None:
    pytest.importorskip("torch", reason="PyTorch, an extra, is not installed on this machine")
    assert kernel.stopped(TRAIN) == ["(False, 3)"]
    (page,) = [each["content"]["data"]["text/html"] for each in kernel.run("training") if "data" in each["content"]]
    assert page.count("<svg") == 2


def test_cells_are_completed(kernel: Kernel) -> None:
    kernel.run("%%rasp\nhist = selector_width(select(tokens, tokens, ==));")
    found = kernel.completed("%%rasp\nx = his")
    assert found["matches"] == ["hist"]
    assert (found["cursor_start"], found["cursor_end"]) == (11, 14)
