"""The first moments of the command: Ctrl-C ends it without a word; the package's names come when they are asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

import rasp
from tests.cli.processes import environment

QUIET = (-signal.SIGINT, 130)  # ended by the signal, or by the command itself


@pytest.mark.skipif(os.name != "posix", reason="this system has no signals")
@pytest.mark.parametrize("arguments", [[], ["eval", "sort(tokens, tokens)"]])
def test_control_c_in_the_first_moments(arguments: list[str]) -> None:
    """Python tells what it imports. The first line of ours comes when the command has begun: before, it is Python's."""
    for moment in range(12):
        process = subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "rasp", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        while (line := process.stderr.readline()) and b"rasp.errors" not in line:
            assert b"import time:" in line
        time.sleep(moment * 0.015)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode in (0, *QUIET)
        assert all(line.startswith(b"import time:") for line in errors.splitlines()[:-1])  # the last one may be cut
        assert b"Traceback" not in errors


def test_the_names_of_the_package() -> None:
    assert {name for name in rasp.__all__ if getattr(rasp, name, None) is None} == set()
    assert set(rasp.__all__) <= set(dir(rasp))
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        rasp.nope  # noqa: B018


def test_a_name_alone_imports_little() -> None:
    script = (
        "import sys, rasp; assert 'rasp.session.session' not in sys.modules; rasp.errors.BadInput; rasp.Session('a')"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=environment(), timeout=60)
