"""The files for Vim in `vim -es`: its syntax sees what Pygments sees, `:make` checks, and `gq` formats."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.programs import EDITORS, lines, texts

VIM = shutil.which("vim")
pytestmark = pytest.mark.skipif(VIM is None, reason="vim is not installed")

GROUPS = """
let found = []
for number in range(1, line('$'))
  let row = []
  for column in range(1, len(getline(number)))
    call add(row, synIDattr(synID(number, column, 1), 'name'))
  endfor
  call add(found, join(row, ' '))
endfor
call writefile(found, 'groups')
"""


def run(folder: Path, file: str, script: str) -> None:
    """Runs a script in Vim with a file of a folder, where `rasp` is on the path."""
    (folder / "rasp").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rasp "$@"\n', encoding="utf-8")
    (folder / "rasp").chmod(0o755)
    (folder / "script.vim").write_text(script, encoding="utf-8")
    start = [f"set nocompatible | let &rtp = '{EDITORS / 'vim'},' . &rtp", "filetype plugin indent on", "syntax enable"]
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    options = [part for each in start for part in ("--cmd", each)]
    command = [str(VIM), "-es", "-u", "NONE", "-i", "NONE", *options, "-S", "script.vim", "-c", "qa!", file]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", texts())
def test_the_syntax_sees_what_pygments_sees(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text(texts()[name], encoding="utf-8")
    run(tmp_path, "a.rasp", GROUPS)
    found = (tmp_path / "groups").read_text(encoding="utf-8").split("\n")
    for (line, tokens), groups in zip(lines(texts()[name]), found, strict=False):
        if not line.isascii():
            continue  # Vim counts bytes
        seen = groups.split(" ")
        for start, _, kind in tokens:
            wanted = f"rasp{kind.replace('.', '')}"
            assert seen[start] == wanted, f"{line!r} at {start}"


def test_make_finds_errors(tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text("a = 1;\nb = nope;\n", encoding="utf-8")
    script = "silent make\n"
    script += (
        "call writefile(map(getqflist(), {_, each -> each.lnum .. ' ' .. each.col .. ' ' .. each.text}), 'errors')\n"
    )
    run(tmp_path, "a.rasp", script)
    assert (tmp_path / "errors").read_text(encoding="utf-8") == "2 5 R201 unknown name `nope`\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [("a=1;\nb=[1,2];\n", "a = 1;\nb = [1, 2];\n"), ("a=1;\nb=;\n", "a=1;\nb=;\n")],
    ids=["right", "broken"],
)
def test_gq_formats(tmp_path: Path, text: str, after: str) -> None:
    (tmp_path / "a.rasp").write_text(text, encoding="utf-8")
    run(tmp_path, "a.rasp", "silent normal! gggqG\nwrite\n")
    assert (tmp_path / "a.rasp").read_text(encoding="utf-8") == after


def test_indentation(tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text("def f(x) {\ny = select(tokens,\ntokens, ==);\nreturn y;\n}\n", encoding="utf-8")
    run(tmp_path, "a.rasp", "silent normal! gg=G\nwrite\n")
    rows = (tmp_path / "a.rasp").read_text(encoding="utf-8").split("\n")
    assert [len(row) - len(row.lstrip()) for row in rows] == [0, 4, 8, 4, 0, 0]


def test_comments_go_on_in_the_next_line(tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text("# One.\n", encoding="utf-8")
    typed = "silent normal oTwo.\nsilent normal o\x15x = tokens + tokens + tokens;\n"
    run(tmp_path, "a.rasp", f"set textwidth=20\n{typed}write\n")
    after = "# One.\n# Two.\nx = tokens + tokens + tokens;\n"
    assert (tmp_path / "a.rasp").read_text(encoding="utf-8") == after
