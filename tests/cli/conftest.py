"""What the command line tests share: a folder with programs, and runs in this process or in one of their own."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from rasp.base.limits import limits
from rasp.cli import main
from tests.cli.processes import Outcome, Rasp, Talk

PROGRAMS = {
    "hist.rasp": "hist = selector_width(select(tokens, tokens, ==));\n_same = select(tokens, tokens, ==);\n",
    "calc.rasp": "inverse = 1 / tokens_int;\nearlier = select(indices, indices, <);\nnumber = 5;\n",
    "broken.rasp": "a = 1;\nb = nope;\nc = 3;\n",
}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with some programs."""
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def rasp(programs: Path, capfd: pytest.CaptureFixture[str]) -> Rasp:
    """Runs the command line in this process, in the folder of the programs."""
    before = {name: getattr(limits, name) for name in type(limits).__annotations__}

    def run(*arguments: str) -> Outcome:
        capfd.readouterr()
        try:
            status = main(arguments)
        except SystemExit as leaving:  # argparse
            status = int(leaving.code or 0)
        finally:
            for name, value in before.items():
                setattr(limits, name, value)
        return Outcome(status, *capfd.readouterr())

    return run


@pytest.fixture
def session(rasp: Rasp, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Runs a text as a piped session, in this process."""

    def run(text: str | bytes, *arguments: str) -> Outcome:
        given = io.BytesIO(text.encode() if isinstance(text, str) else text)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))
        return rasp(*arguments)

    return run
