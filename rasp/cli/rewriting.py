"""Finds, reads and writes the programs that a command rewrites (`fmt`, `check --fix`).

A name on the command line is a file, a folder (all programs in it), or `-` for standard input.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rasp.base.diagnostics import printable
from rasp.base.writing import replace_file
from rasp.cli.programs import standard_input_bytes
from rasp.cli.special_names import STANDARD_INPUT
from rasp.errors import FileMissing, RaspError, UnreadableFile, UnwritableFile
from rasp.runtime.files import program_bytes, program_text, real_path


class RewriteTarget(NamedTuple):
    """A program to rewrite; `file` is None for standard input."""

    name: str
    file: Path | None

    def data(self) -> bytes:
        """Its bytes. Raises RaspError."""
        return standard_input_bytes() if self.file is None else program_bytes(self.file)

    def write(self, text: str) -> None:
        """Replaces the text of the file atomically. Raises UnwritableFile."""
        assert self.file is not None
        try:
            mode = self.file.stat().st_mode
            if not stat.S_ISREG(mode):
                raise UnwritableFile(f"{self.name} is not written: it is no plain file")
            if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):  # explicit, since root could write it
                raise UnwritableFile(f"{self.name} is not written: it is read-only")
            replace_file(self.file, text.encode())
        except OSError as error:
            raise UnwritableFile(f"{self.name} cannot be written: {error.strerror}") from None


def rewrite(source: RewriteTarget, change: Callable[[str, str], str]) -> tuple[str, str | None]:
    """The text of a program before and after a change; None for after if it stays the same. Raises RaspError."""
    data = source.data()
    after = change(program_text(data, source.name), source.name)
    return data.decode(), None if after.encode() == data else after


def sources(names: list[str], report: Callable[[RaspError], None]) -> Iterator[RewriteTarget]:
    """Yields the programs named on the command line, each once; calls `report` for those that cannot be read."""
    seen: set[Path] = set()
    for name in names:
        if name == "-":
            yield RewriteTarget(STANDARD_INPUT, None)
            continue
        if not name:  # as from an unset variable of the shell; Path("") would be the working folder
            report(FileMissing("the name of a file or folder is empty"))
            continue
        for file in _files(Path(name), report):
            real = real_path(file)
            if real not in seen:
                seen.add(real)
                yield RewriteTarget(printable(str(file)), file)


def _files(path: Path, report: Callable[[RaspError], None]) -> Iterator[Path]:
    """Yields the programs in a folder and its subfolders, without hidden ones; or the file itself."""
    if not os.path.isdir(path):
        yield path
        return

    def report_unreadable(error: OSError) -> None:
        report(UnreadableFile(f"{printable(str(error.filename))} cannot be read: {error.strerror}"))

    for folder, folders, files in os.walk(path, onerror=report_unreadable):  # does not follow links to folders
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder, name)
            if name.endswith(".rasp") and not name.startswith(".") and (file.is_file() or file.is_symlink()):
                yield file
