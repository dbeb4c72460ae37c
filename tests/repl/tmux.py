"""A real terminal for tests: tmux runs a program, takes keys, and tells what stands on its screen."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.cli.processes import environment

TIMEOUT = 30.0  # seconds for what should appear at once; a busy machine takes its time


def missing() -> str:
    """Why there can be no terminal here, or nothing."""
    return "" if shutil.which("tmux") else "tmux is not on this machine"


class Terminal:
    """A terminal of `columns` × `rows` in which `python -m rasp ARGUMENTS` or a Python script runs, in a folder."""

    def __init__(
        self, folder: Path, *arguments: str, columns: int = 80, rows: int = 30, script: str = "", **variables: str
    ) -> None:
        self._socket = str(folder / "tmux")
        self.folder = folder
        ours = {"XDG_STATE_HOME": str(folder / "state"), "NO_COLOR": "", "LC_ALL": "C.UTF-8"}
        inner = environment(**{**ours, **variables})
        wanted = ("PYTHONPATH", "PYTHONIOENCODING", "XDG_STATE_HOME", "NO_COLOR", "LC_ALL", *variables)
        assigned = [f"{name}={inner[name]}" for name in wanted]
        program = shlex.join([sys.executable, *(["-c", script] if script else ["-m", "rasp"]), *arguments])
        size = ["-x", str(columns), "-y", str(rows)]
        shell = f"trap : INT; {program}; echo STATUS $?; trap '' INT; exec sleep 1000"
        self._tmux("-f", os.devnull, "new-session", "-d", *size, "-c", str(folder), "env", *assigned, "sh", "-c", shell)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments], capture_output=True, encoding="utf-8", timeout=TIMEOUT, check=True
        )
        return done.stdout

    def type(self, text: str) -> None:
        """Types a text as a person does; a line's end is Enter."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.press("Enter")
            if line:
                self._tmux("send-keys", "-l", "--", line[:-1] + "\\;" if line.endswith(";") else line)

    def press(self, *keys: str) -> None:
        """Presses keys by tmux's names: Enter, C-c, Up, M-Enter …"""
        self._tmux("send-keys", *keys)

    def paste(self, text: str) -> None:
        """Pastes a text in brackets, as terminals do."""
        file = self.folder / "pasted"
        file.write_text(text, encoding="utf-8")
        self._tmux("load-buffer", str(file))
        self._tmux("paste-buffer", "-p", "-r")

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self, escapes: bool = False) -> str:
        """What stands on the screen, with colours where `escapes`."""
        return self._tmux("capture-pane", "-p", *(["-e"] if escapes else []))

    def wait(self, wanted: str | Callable[[str], bool]) -> str:
        """Waits until a text stands on the screen, or a condition holds for it; the screen then."""
        end = time.monotonic() + TIMEOUT
        while True:
            shown = self.screen()
            if wanted in shown if isinstance(wanted, str) else wanted(shown):
                return shown
            assert time.monotonic() < end, f"not on the screen: {wanted}\n{shown}"
            time.sleep(0.05)

    def close(self) -> None:
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)
