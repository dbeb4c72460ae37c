"""The history file: a JSON string on each line, in the user's state folder, readable by the user alone.

A failure to read or write it never interrupts the REPL. Every input is written at once, so it survives a kill.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.history import History

from rasp.base.diagnostics import printable

LARGEST_FILE = 2_000_000  # bytes; of a larger file, the newest 1,000,000 are kept
LONGEST = 100_000  # characters; longer inputs are not written
MOST = 5_000  # the most inputs that are read
PRIVATE = 0o600  # file mode: readable and writable by the user alone


def history_file() -> Path | None:
    """The path of the history, `$XDG_STATE_HOME/rasp/history`; None if the user has no home."""
    root = os.environ.get("XDG_STATE_HOME", "")
    try:
        return (Path(root) if os.path.isabs(root) else Path.home() / ".local" / "state") / "rasp" / "history"
    except RuntimeError:
        return None


class InputHistory(History):
    """A history kept in a file; without a usable file, in this process alone.

    `problem` is a line that says why inputs are not kept, or is empty. A file that others can read is made private.
    """

    def __init__(self, file: Path | None) -> None:
        super().__init__()
        self.problem = _problem(file) if file is not None else ""
        self.file = None if self.problem else file

    def load_history_strings(self) -> Iterable[str]:
        """Yields earlier inputs, the newest first."""
        return reversed(self._read())

    def _read(self) -> list[str]:
        if self.file is None:
            return []
        try:
            data = self.file.read_bytes() if self.file.is_file() else b""
        except OSError as error:
            self.problem = _reason(self.file, error)
            return []
        if len(data) > LARGEST_FILE:
            data = self._shorten(data)
        return [text for line in data.splitlines()[-MOST:] if (text := _decode(line))]

    def _shorten(self, data: bytes) -> bytes:
        """Replaces the file by its newest lines, some 1,000,000 bytes, and returns them."""
        assert self.file is not None
        half = data[-LARGEST_FILE // 2 :].partition(b"\n")[2]
        temporary = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        try:
            _append(temporary, half)
            temporary.replace(self.file)
        except OSError:
            pass
        return half

    def store_string(self, string: str) -> None:
        """Writes an input to the file."""
        if self.file is None or len(string) > LONGEST:
            return
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _append(self.file, _start_of_line(self.file) + json.dumps(string).encode("ascii") + b"\n")
        except OSError as error:
            self.problem = _reason(self.file, error)


def _problem(file: Path) -> str:
    """Why a file cannot be used, or an empty string. A missing file can. Only a regular file is opened."""
    try:
        if not file.exists():
            return ""
        if not file.is_file():
            return f"Inputs are not kept: {printable(str(file))} is no plain file."
        mode = file.stat().st_mode & 0o777
        if mode & ~PRIVATE:
            file.chmod(mode & PRIVATE)
        with file.open("r+b"):
            return ""
    except OSError as error:
        return _reason(file, error)


def _reason(file: Path, error: OSError) -> str:
    return f"Inputs are not kept: {printable(str(file))} cannot be used: {error.strerror or error}."


def _append(file: Path, data: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)


def _start_of_line(file: Path) -> bytes:
    """A newline if the file does not end with one, because a write was cut off."""
    with file.open("ab+") if file.exists() else open(os.devnull, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        if not size:
            return b""
        stream.seek(size - 1)
        return b"" if stream.read(1) == b"\n" else b"\n"


def _decode(line: bytes) -> str:
    """The input on a line, or an empty string for a damaged line."""
    try:
        text = json.loads(line)
    except (ValueError, RecursionError):  # RecursionError: deeply nested brackets
        return ""
    return text if isinstance(text, str) else ""
