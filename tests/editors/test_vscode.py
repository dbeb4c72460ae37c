"""The extension for Visual Studio Code: its logic under Node, its grammar, and that it is packed.

The grammar is tested by vscode-tmgrammar-test, and vsce packs; where npm has not installed them, these are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from rasp.assist.token_list import LOOKS
from tests.editors.programs import EDITORS, lines, texts

FOLDER = EDITORS / "vscode"
TOOLS = os.pathsep.join([str(FOLDER / "node_modules" / ".bin"), os.environ.get("PATH", "")])


def tool(name: str) -> str:
    """The path of a program; skips the test without it."""
    found = shutil.which(name, path=TOOLS)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_the_logic() -> None:
    done = subprocess.run([tool("node"), "--test", "test/"], cwd=FOLDER, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def marked(text: str) -> str:
    """A program with assertions of vscode-tmgrammar-test: below each line, the scope of each token."""
    shown = ['# SYNTAX TEST "source.rasp"']
    for line, tokens in lines(text):
        shown.append(line if line.strip() else "")
        for start, end, kind in tokens:
            scope = f"{LOOKS[kind].textmate}.rasp"
            marks = f"#{' ' * (start - 1)}{'^' * (end - start)}" if start else f"# <{'-' * (end - start)}"
            if not line.lstrip().startswith("#"):  # assertions below a comment would be part of it
                shown.append(f"{marks} {scope}")
    return "\n".join(shown)


def test_the_grammar_sees_what_pygments_sees(tmp_path: Path) -> None:
    command = tool("vscode-tmgrammar-test")
    for name, text in texts().items():
        (tmp_path / f"{name}.rasp").write_text(marked(text), encoding="utf-8")
    grammar = str(FOLDER / "syntaxes" / "rasp.tmLanguage.json")
    done = subprocess.run(
        [command, "-g", grammar, str(tmp_path / "*.rasp")], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-3000:]


CELL = """\
# SYNTAX TEST "source.python"
import rasp
# <------ keyword.python
%%rasp -s hist
# <------ keyword.other.command.rasp
hist = selector_width(same);
#      ^^^^^^^^^^^^^^ support.function.rasp
import
# <------ variable.other.rasp
"""


def test_a_cell_of_a_notebook(tmp_path: Path) -> None:
    command = tool("vscode-tmgrammar-test")
    python = {"scopeName": "source.python", "patterns": [{"match": "import", "name": "keyword.python"}]}
    (tmp_path / "python.json").write_text(json.dumps(python), encoding="utf-8")
    (tmp_path / "cell.py").write_text(CELL, encoding="utf-8")
    grammars = ["-g", str(tmp_path / "python.json"), "--config", str(FOLDER / "package.json")]
    done = subprocess.run([command, *grammars, str(tmp_path / "cell.py")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:]


def test_it_is_packed(tmp_path: Path) -> None:
    command = tool("vsce")
    if not (FOLDER / "node_modules" / "vscode-languageclient").is_dir():
        pytest.skip("the extension's dependencies are not installed")
    packed = tmp_path / "rasp.vsix"
    done = subprocess.run(
        [command, "package", "--no-git-tag-version", "-o", str(packed)],
        cwd=FOLDER, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    names = zipfile.ZipFile(packed).namelist()
    wanted = ["src/extension.js", "syntaxes/rasp.tmLanguage.json", "node_modules/vscode-languageclient/package.json"]
    assert all(f"extension/{name}" in names for name in wanted)
    assert not [name for name in names if name.startswith("extension/test/")]
