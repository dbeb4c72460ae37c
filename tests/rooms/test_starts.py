"""What a start imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

START = """
import sys, rasp
from rasp.cli import main
{run}
loaded = {{name.split(".")[0] for name in sys.modules}}
print(sorted(loaded & {{"prompt_toolkit", "pygments", "lark", "numpy", "wcwidth"}}))
"""


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        pytest.param("", "[]", id="import"),
        pytest.param("main(['run', {file!r}, '-s', 'sorted', '-i', 'ba'])", "['numpy']", id="run"),
        pytest.param(
            "main(['run', {file!r}, '-s', 'sorted', '-i', 'bé'])", "['numpy', 'wcwidth']", id="run-beyond-ascii"
        ),
        pytest.param("main([])", "['numpy']", id="pipe"),
    ],
)
def test_what_a_start_imports(run: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "program.rasp"
    file.write_text('load "sort";', encoding="utf-8")
    script = START.format(run=run.format(file=str(file)))
    done = subprocess.run(
        [sys.executable, "-c", script], input="tokens;", capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == expected
