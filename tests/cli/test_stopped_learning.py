"""Learning from words in a process of its own: Ctrl-C ends it with the best so far, a killed one can go on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
from pathlib import Path

import pytest

from rasp.learning.writing.statements import read_back
from tests.cli.processes import Rasp, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="this system has no signals")

WAIT = 600  # seconds after which a test gives up; beside other work, the end of a training takes a minute and more
LEARN = ("learn", "train.conll", "--words", "--method", "look-ups", "-o", "ner.rasp", "--seconds", "600")
# The command, which keeps its state at once, and waits for its end when it has told of the second read.
WAITING = """
import itertools, time
from rasp.cli import main, search_listeners
from rasp.learning import state

def wait(self, now, improved=search_listeners.SearchLines.improved, count=itertools.count(1)):
    improved(self, now)
    if next(count) == 2:
        time.sleep(600)

state.EVERY = 0
search_listeners.SearchLines.improved = wait
raise SystemExit(main())
"""


def conll() -> str:
    """Sentences in which a word is a name after a title or before `of`, but not after `the`."""
    draw = random.Random(1)
    made = []
    for _ in range(300):
        word, other = (draw.choice(["Rose", "Mark", f"Name{draw.randint(0, 60)}"]) for _ in range(2))
        made += [f"Mr O\n{word} N\nsaw{draw.randint(0, 9)} O\n", f"the O\n{word} O\n{other} N\nof O\n"]
    return "\n".join(made)


@pytest.fixture
def waiting(programs: Path) -> subprocess.Popen[bytes]:
    """The command, when it has told of the second read."""
    (programs / "train.conll").write_text(conll(), encoding="utf-8")
    process = start(*LEARN, script=WAITING, cwd=programs)
    assert process.stderr is not None
    lines = [process.stderr.readline().decode() for _ in range(2)]
    assert all(" s: " in line for line in lines), lines
    return process


def test_control_c_ends_it_with_the_reads_so_far(waiting: subprocess.Popen[bytes], rasp: Rasp) -> None:
    waiting.send_signal(signal.SIGINT)
    out, errors = waiting.communicate(timeout=WAIT)
    assert waiting.returncode in (0, 3)  # 3: not exact on the training data
    assert b"Traceback" not in errors
    assert b"interrupted" in out
    assert b"written: ner.rasp" in out
    assert read_back(Path("ner.rasp").read_text(encoding="utf-8"))
    again = rasp(*LEARN, "--resume")
    assert again.status in (0, 3)
    assert "interrupted" not in again.out


def test_a_killed_one_goes_on_from_its_state(waiting: subprocess.Popen[bytes], rasp: Rasp) -> None:
    waiting.kill()
    waiting.communicate(timeout=WAIT)
    assert waiting.returncode == -signal.SIGKILL
    assert not Path("ner.rasp").exists()
    kept = json.loads(Path("ner.state.json").read_text(encoding="utf-8"))
    assert len(kept["search"]["search"]["reads"]["first"]) == 1
    again = rasp(*LEARN, "--resume")
    assert again.status in (0, 3), again.err
    assert read_back(Path("ner.rasp").read_text(encoding="utf-8"))
    assert rasp("test", "ner.rasp").status == 0


# ------------------------------------------------------------------------------------------------------- by gradients

TRAIN = ("learn", "train.conll", "--words", "--method", "gradient", "-o", "ner.rasp", "--epochs", "2")
# The command, which keeps its checkpoint at each step, and after five of them waits for a line.
TRAINING = """
import sys
from rasp.cli import main
from rasp.learning import gradient_checkpoint

def wait(self, trainer, keep=gradient_checkpoint.GradientKeeper.keep):
    keep(self, trainer)
    if trainer.progress.steps == 5:
        print("waiting", file=sys.stderr, flush=True)
        sys.stdin.readline()

gradient_checkpoint.EVERY = 0
gradient_checkpoint.GradientKeeper.keep = wait
raise SystemExit(main())
"""


@pytest.fixture
def training(programs: Path) -> subprocess.Popen[bytes]:
    """The command, when it has made five steps of a training."""
    pytest.importorskip("torch")
    (programs / "train.conll").write_text(conll(), encoding="utf-8")
    process = start(*TRAIN, script=TRAINING, cwd=programs)
    assert process.stderr is not None
    assert process.stderr.readline().decode().strip() == "waiting"
    return process


def test_control_c_ends_a_training_with_the_best_so_far(training: subprocess.Popen[bytes], rasp: Rasp) -> None:
    training.send_signal(signal.SIGINT)
    out, errors = training.communicate(b"\n", timeout=WAIT)
    assert training.returncode in (0, 3), errors  # 3: not exact on the training data
    assert b"Traceback" not in errors
    assert b"interrupted" in out
    assert read_back(Path("ner.rasp").read_text(encoding="utf-8"))
    assert Path("ner.checkpoint.safetensors").exists()
    again = rasp(*TRAIN, "--resume")
    assert again.status in (0, 3), again.err
    assert "interrupted" not in again.out
    assert not Path("ner.checkpoint.safetensors").exists()


def test_a_killed_training_goes_on_from_its_checkpoint(training: subprocess.Popen[bytes], rasp: Rasp) -> None:
    training.kill()
    training.communicate(timeout=WAIT)
    assert training.returncode == -signal.SIGKILL
    assert not Path("ner.rasp").exists()
    assert Path("ner.checkpoint.safetensors").exists()
    again = rasp(*TRAIN, "--resume")
    assert again.status in (0, 3), again.err
    assert not Path("ner.checkpoint.safetensors").exists()
    assert rasp("test", "ner.rasp").status == 0
