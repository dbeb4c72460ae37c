"""A real terminal for tests: tmux runs a program, takes keys, and tells what stands on its screen.

A client of tmux in control mode stays with each terminal: it tells when the program writes, and what is shown then.
"""

from __future__ import annotations

import os
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.cli.processes import environment

TIMEOUT = 60.0  # seconds for what should appear at once; a busy machine takes its time
PATIENCE = 3.0  # seconds until something is done again, or looked at without a sign


def missing() -> str:
    """Why there can be no terminal here, or nothing."""
    return "" if shutil.which("tmux") else "tmux is not on this machine"


class Terminal:
    """A terminal of `columns` × `rows` in which `python -m rasp ARGUMENTS` or a Python script runs, in a folder.

    With `jobs`, the shell takes over when the program is suspended, and brings it back at Enter.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        columns: int = 80,
        rows: int = 30,
        script: str = "",
        jobs: bool = False,
        **variables: str,
    ) -> None:
        self._socket = str(folder / "tmux")
        self.folder = folder
        ours = {"XDG_STATE_HOME": str(folder / "state"), "NO_COLOR": "", "LC_ALL": "C.UTF-8"}
        inner = environment(**{**ours, **variables})
        wanted = ("PYTHONPATH", "PYTHONIOENCODING", "XDG_STATE_HOME", "NO_COLOR", "LC_ALL", *variables)
        assigned = [f"{name}={inner[name]}" for name in wanted]
        program = shlex.join([sys.executable, *(["-c", script] if script else ["-m", "rasp"]), *arguments])
        size = ["-x", str(columns), "-y", str(rows)]
        run = f"set -m; {program}; echo SUSPENDED; read line; fg" if jobs else program
        shell = f"trap : INT; {run}; echo STATUS $?; trap '' INT; exec sleep 1000"
        self._tmux("-f", os.devnull, "new-session", "-d", *size, "-c", str(folder), "env", *assigned, "sh", "-c", shell)
        watch = ["tmux", "-S", self._socket, "-C", "attach-session", "-f", "ignore-size,read-only"]
        self._watcher = subprocess.Popen(
            watch, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self._read = b""  # from the watcher, and not yet looked at

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

    def paste(self, text: str, brackets: bool = True) -> None:
        """Pastes a text in brackets, as terminals do; without, its lines come as if they were typed."""
        file = self.folder / "pasted"
        file.write_text(text, encoding="utf-8")
        self._tmux("load-buffer", str(file))
        self._tmux("paste-buffer", *(["-p", "-r"] if brackets else []))

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self, escapes: bool = False) -> str:
        """What stands on the screen, with colours where `escapes`."""
        self._watcher.stdin.write(b"capture-pane -p -e\n" if escapes else b"capture-pane -p\n")
        while not (line := self._answer()).startswith(b"%begin ") or not line.endswith(b" 1"):  # of what it was asked
            pass
        end, refused = line.replace(b"%begin", b"%end"), line.replace(b"%begin", b"%error")
        shown: list[bytes] = []
        while (line := self._answer()) != end:
            assert line != refused, f"tmux refuses: {shown}"
            shown.append(line)
        return b"".join(line + b"\n" for line in shown).decode("utf-8")

    def _answer(self) -> bytes:
        line = self._line()
        assert line is not None, "tmux does not answer"
        return line

    def _line(self, seconds: float = TIMEOUT) -> bytes | None:
        """The next line from the watcher: of an answer, or what tmux tells of its own accord; None if none comes."""
        source = self._watcher.stdout.fileno()
        while b"\n" not in self._read:
            ready, _, _ = select.select([source], [], [], max(0.0, seconds))
            if not ready:
                return None
            part = os.read(source, 1 << 16)
            assert part, "tmux has ended"
            self._read += part
        line, _, self._read = self._read.partition(b"\n")
        return line

    def _await_output(self, until: float) -> None:
        """Waits until the program writes something, or for that time."""
        while (line := self._line(until - time.monotonic())) is not None and not line.startswith(b"%output "):
            pass

    def wait(self, wanted: str | Callable[[str], bool], again: Callable[[], None] | None = None) -> str:
        """Waits until a text stands on the screen, or a condition holds for it; the screen then.

        What may get lost on its way is done `again` now and then.
        """
        end, next_time = time.monotonic() + TIMEOUT, time.monotonic() + PATIENCE
        while True:
            shown = self.screen()
            if wanted in shown if isinstance(wanted, str) else wanted(shown):
                return shown
            assert time.monotonic() < end, f"not on the screen: {wanted}\n{shown}"
            if again is not None and time.monotonic() > next_time:
                again()
                next_time = time.monotonic() + PATIENCE
            self._await_output(time.monotonic() + PATIENCE)

    def close(self) -> None:
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)
        with self._watcher:
            self._watcher.kill()
