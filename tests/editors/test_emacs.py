"""The Emacs mode in `emacs --batch`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.programs import EDITORS

EMACS = shutil.which("emacs")
pytestmark = pytest.mark.skipif(EMACS is None, reason="emacs is not installed")

PROGRAM = 'load "sort";\n# A comment.\ndef f(x) {\nreturn select(tokens,\nx, ==);\n}\nset example "a";\n'


def run(folder: Path, *forms: str) -> list[str]:
    """The lines that forms print, evaluated in a buffer with the file `a.rasp` of a folder."""
    (folder / "rasp").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rasp "$@"\n', encoding="utf-8")
    (folder / "rasp").chmod(0o755)
    options = [part for form in forms for part in ("--eval", form)]
    command = [str(EMACS), "-Q", "--batch", "-L", str(EDITORS / "emacs"), "-l", "rasp-mode", "a.rasp", *options]
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_files_compile_without_warnings(tmp_path: Path) -> None:
    for name in ("rasp-words.el", "rasp-mode.el"):
        shutil.copy(EDITORS / "emacs" / name, tmp_path)
    command = [str(EMACS), "-Q", "--batch", "-L", ".", "-f", "batch-byte-compile", "rasp-words.el", "rasp-mode.el"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_faces(tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text(PROGRAM, encoding="utf-8")
    words = ["load", "sort", "comment", "def", " f(", "select", "tokens", "return", "set example"]
    look = '(dolist (word \'({})) (goto-char (point-min)) (search-forward word) (princ (format "%s %s\n" word '
    look += '(get-text-property (1- (if (string-suffix-p "(" word) (1- (point)) (point))) \'face))))'
    found = run(tmp_path, "(font-lock-ensure)", look.format(" ".join(f'"{word}"' for word in words)))
    assert [line.rpartition("font-lock-")[2] for line in found] == [
        "keyword-face", "string-face", "comment-face", "keyword-face", "function-name-face", "builtin-face",
        "builtin-face", "keyword-face", "preprocessor-face",
    ]  # fmt: skip


def test_indentation_and_formatting(tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text(PROGRAM, encoding="utf-8")
    rows = run(tmp_path, "(indent-region (point-min) (point-max))", "(princ (buffer-string))")
    assert [len(row) - len(row.lstrip()) for row in rows] == [0, 0, 0, 4, 8, 0, 0]
    (tmp_path / "a.rasp").write_text("a=1;\n", encoding="utf-8")
    assert run(tmp_path, "(rasp-format-buffer)", "(princ (buffer-string))") == ["a = 1;"]
    (tmp_path / "a.rasp").write_text("a=;\n", encoding="utf-8")
    assert run(tmp_path, "(rasp-format-buffer)", "(princ (buffer-string))") == ["a=;"]


def test_the_compile_command_and_eglot(tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text("a = nope;\n", encoding="utf-8")
    shown = run(tmp_path, "(princ compile-command)", "(princ \"\n\")", "(defvar eglot-server-programs nil)",
                "(provide 'eglot)", "(princ (assq 'rasp-mode eglot-server-programs))")  # fmt: skip
    assert shown == ["rasp check a.rasp", "(rasp-mode rasp lsp)"]
