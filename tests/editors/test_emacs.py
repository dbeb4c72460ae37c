"""The Emacs mode in `emacs --batch`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.editors.programs import EDITORS

EMACS = shutil.which("emacs")
pytestmark = pytest.mark.skipif(EMACS is None, reason="emacs is not installed")

PROGRAM = 'load "sort";\n# A comment.\ndef f(x) {\nreturn select(tokens,\nx, ==);\n}\nset example "a";\n'


EGLOT = """
(progn
  (let ((default-directory "/usr/share/emacs/site-lisp/elpa/")) ; where Debian has it for Emacs 28
    (when (file-directory-p default-directory) (normal-top-level-add-subdirs-to-load-path)))
  (unless (require 'eglot nil t) (princ "none") (kill-emacs 0))
  (switch-to-buffer "a.rasp") ; Flymake starts where a buffer is shown
  (setq eglot-sync-connect 60 eglot-connect-timeout 60)
  (call-interactively 'eglot)
  (with-timeout (60) (while (not (flymake-diagnostics)) (accept-process-output nil 0.05)))
  (princ (format "%s\n" (mapcar 'flymake-diagnostic-text (flymake-diagnostics))))
  (goto-char 2)
  (let ((place (eglot--TextDocumentPositionParams)))
    (princ (format "%S\n" (jsonrpc-request (eglot-current-server) :textDocument/hover place :timeout 60))))
  (eglot-rename "often")
  (goto-char (point-max))
  (delete-region (line-beginning-position 0) (point))
  (eglot-format-buffer)
  (princ (buffer-string))
  (insert "y = selector_w")
  (princ (all-completions "selector_w" (nth 2 (eglot-completion-at-point))))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server)))
"""


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


@pytest.mark.skipif(find_spec("pygls") is None, reason="needs pygls")
def test_eglot_over_the_server(tmp_path: Path) -> None:
    (tmp_path / "a.rasp").write_text("hist = selector_width(full_s);\nmore = hist+1;\nx = nope;\n", encoding="utf-8")
    shown = run(tmp_path, EGLOT)
    if shown == ["none"]:
        pytest.skip("this Emacs has no Eglot")
    diagnostics, *hover, first, second, completion = shown
    assert diagnostics == "(rasp [R201]: unknown name `nope`)"
    assert "[5]*5 (ints)" in "".join(hover)
    assert (first, second) == ("often = selector_width(full_s);", "more = often + 1;")
    assert completion == "(selector_width)"
