"""`rasp learn --method gradient`: the command, its state, and its options."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rasp.cli.learn import INEXACT
from tests.cli.processes import Rasp

HIST = ("--task", "hist", "--vocab-size", "2", "--max-length", "4")


def test_the_command(rasp: Rasp, programs: Path) -> None:
    pytest.importorskip("torch")
    training = (*HIST, "--method", "gradient", "--epochs", "20", "--seeds", "2", "-o", "learned.rasp")
    result = rasp("learn", *training)
    assert result.status in (0, INEXACT), result.err
    assert "20 iterations, 2 restarts" in result.out
    text = (programs / "learned.rasp").read_text()
    assert rasp("test", "learned.rasp").status == 0
    again = rasp("learn", *training, "--resume")
    assert again.status in (0, INEXACT), again.err
    assert "Learned from the answers of hist" in text


def test_without_torch_the_extra_is_named(rasp: Rasp, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("rasp.train.gradients.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    result = rasp("learn", *HIST, "--method", "gradient")
    assert result.status == 1
    assert "rasp-lang[torch]" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--method", "gradient", "--seconds", "3"), "--seconds goes with --method search"),
        (("--method", "gradient", "--with", "sort:sorted"), "--with goes with --method search"),
        (("--method", "search", "--max-words", "9"), "--max-words goes with --method look-ups"),
        (("--epochs", "3"), "--epochs goes with --method gradient"),
        (("--device", "cuda"), "--device goes with --method gradient"),
    ],
)
def test_options_of_the_other_method(rasp: Rasp, options: tuple[str, ...], message: str) -> None:
    result = rasp("learn", "--task", "hist", *options)
    assert result.status == 2
    assert message in result.err
