"""What the pages of the documentation hold: their fenced blocks, and what a session or shell prints for a block.

- `rasp-session`: a line after `>> ` (continued after `.. `) goes to a session on a pipe; what follows is its output,
  results and errors in one stream. Each block is a session of its own.
- `rasp-terminal`: a session on a real terminal; `tests/repl/recorded.py` replays it.
- `python`: a doctest. The blocks of a page share their names. `python not-run` is only shown.
- `console`: a line after `$ ` goes to a shell, in a folder with the library and the page's own files.
- `rasp NAME.rasp`: the file of that name, which the page's other blocks can use.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import rasp
from rasp.cli.pipe import converse
from rasp.draw import svg
from rasp.session.drawing import flow_of
from tests.cli.processes import shell_command

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its info string, its text, and the line of the page on which the text begins."""

    kind: str
    text: str
    line: int


def blocks(page: Path, kind: str = "") -> list[Block]:
    """The fenced blocks of a page, or those of one kind."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(match[1].strip(), match[2], text.count("\n", 0, match.start()) + 2) for match in _FENCE.finditer(text)
    ]
    return [block for block in found if not kind or block.kind == kind]


def prose(page: Path) -> str:
    """The page without its fenced blocks and its code between backticks, but with the backticks' text in headings."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return re.sub(r"^(?!#)(.*)$", lambda match: re.sub(r"`[^`]*`", "", match[1]), text, flags=re.MULTILINE)


def write_files(page: Path, folder: Path) -> None:
    """Puts the page's own files, and the library, into a folder."""
    shutil.copytree(ROOT / "stdlib", folder / "stdlib")
    for block in blocks(page):
        language, _, name = block.kind.partition(" ")
        if name.endswith((".rasp", ".txt", ".py", ".jsonl", ".csv")) and language:
            (folder / name).write_text(block.text, encoding="utf-8")


class _Typist:
    """Standard input of a session on a pipe; each line is noted in the transcript as it is read."""

    def __init__(self, lines: list[str], transcript: io.StringIO) -> None:
        self._lines = iter(lines)
        self._transcript = transcript
        self.buffer = self

    def readline(self, size: int = -1) -> bytes:
        line = next(self._lines, None)
        if line is None:
            return b""
        self._transcript.write(line + "\n")
        return (line[3:] + "\n").encode()

    def isatty(self) -> bool:
        return False


def typed(block: str) -> list[str]:
    """The lines of a session's block that are input, with their `>> ` or `.. `."""
    lines = [line if len(line) > 2 else line + " " for line in block.splitlines()]
    return [line for line in lines if line.startswith((">> ", ".. "))]


def session_transcript(block: str, folder: Path) -> str:
    """What a block should look like: its input lines, each followed by what the session prints when it gets the line.

    The session runs in the folder; the page leaves out the folder's name.
    """
    transcript = io.StringIO()
    before = sys.stdin
    sys.stdin = _Typist(typed(block), transcript)
    try:
        with (
            contextlib.chdir(folder),
            contextlib.redirect_stdout(transcript),
            contextlib.redirect_stderr(transcript),
        ):
            converse()
    finally:
        sys.stdin = before
    return stripped(transcript.getvalue().replace(f"{folder.resolve()}{os.sep}", ""))


def commands(block: str) -> Iterator[str]:
    """The commands of a console's block."""
    return (line[2:] for line in block.splitlines() if line.startswith("$ "))


def shell_transcript(block: str, folder: Path) -> str:
    """What a console's block should look like; `rasp` and `python` are those of this environment."""
    rasp_command, passed = shell_command()
    lines = []
    for command in commands(block):
        script = f'rasp() {{ {rasp_command} "$@"; }}\npython() {{ "{sys.executable}" "$@"; }}\n{command}'
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=passed,
            timeout=60,
            check=False,
        )
        lines += [f"$ {command}", done.stdout.decode("utf-8").rstrip("\n")]
    return stripped("\n".join(line for line in lines if line))


def stripped(text: str) -> str:
    """The text without blanks at the ends of its lines, and with one line break at its end."""
    return "\n".join(line.rstrip() for line in text.rstrip().split("\n")) + "\n"


def update(page: Path, folder: Path) -> None:
    """Writes into a page what its sessions and shells print now. Read the difference before you keep it."""
    write_files(page, folder)
    text = page.read_text(encoding="utf-8")
    for kind, transcript in (("rasp-session", session_transcript), ("console", shell_transcript)):
        for block in blocks(page, kind):
            text = text.replace(f"```{kind}\n{block.text}```", f"```{kind}\n{transcript(block.text, folder)}```")
    page.write_text(text, encoding="utf-8")


def images() -> dict[Path, str]:
    """The pictures of the documentation, as they are drawn now."""
    sorted_ = rasp.load("sort")
    drawn = flow_of([sorted_["sorted"]], sorted_.session.names_of_nodes, "waterfalls")
    return {ROOT / "docs" / "images" / "sorted.svg": svg.render(drawn)}


if __name__ == "__main__":  # python -m tests.docs.pages
    for image, drawing in images().items():
        image.write_text(drawing, encoding="utf-8")
    for each in PAGES:
        with tempfile.TemporaryDirectory() as place:
            update(each, Path(place))
