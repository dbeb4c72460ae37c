"""Runs of the command line: what one gives, and how one is started in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """Exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Rasp = Callable[..., Outcome]
Talk = Callable[..., Outcome]


def environment(**more: str) -> dict[str, str]:
    """The environment of a process of its own, in which this checkout is found."""
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root, "PYTHONIOENCODING": "utf-8", **more}


def start(*arguments: str, script: str = "", **options: Any) -> subprocess.Popen[bytes]:
    """Starts `python -m rasp`, or a Python script, with pipes on all streams."""
    settings = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment()}
    command = ["-c", script] if script else ["-m", "rasp"]
    return subprocess.Popen([sys.executable, *command, *arguments], **{**settings, **options})
