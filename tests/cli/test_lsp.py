"""`rasp lsp` as a command; `tests/lsp` asks the server itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

START = "import sys; sys.modules['pygls'] = None; from rasp.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("options", [[], ["--stdio"]])
def test_without_its_extra_the_error_names_it(options: list[str]) -> None:
    command = [sys.executable, "-c", START, "lsp", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("is not installed; `pip install 'rasp-lang[lsp]'` brings it\n")
