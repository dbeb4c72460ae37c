"""`rasp learn --method gradient`: the command, its state, and its options."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.processes import Rasp

HIST = ("--task", "hist", "--vocab-size", "2", "--max-length", "4")


def test_the_command(rasp: Rasp, programs: Path) -> None:
    pytest.importorskip("torch")
    training = (*HIST, "--method", "gradient", "--epochs", "60", "--seeds", "2", "--layers", "1")
    result = rasp("learn", *training, "-o", "learned.rasp")
    assert result.status == 0, result.err
    assert "right on all training data" in result.out
    assert "output" in (programs / "learned.rasp").read_text()
    again = rasp("learn", *training, "-o", "learned.rasp", "--resume")
    assert again.status == 0, again.err
    other = rasp("learn", *HIST, "-o", "learned.rasp", "--resume")
    assert other.status == 1


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
        (("--epochs", "3"), "--epochs goes with --method gradient"),
        (("--device", "cuda"), "--device goes with --method gradient"),
    ],
)
def test_options_of_the_other_method(rasp: Rasp, options: tuple[str, ...], message: str) -> None:
    result = rasp("learn", "--task", "hist", *options)
    assert result.status == 2
    assert message in result.err
