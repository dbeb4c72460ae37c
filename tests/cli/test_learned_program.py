"""The whole way: data → program → every other command → weights → a model that agrees with the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rasp as package
from rasp.cli.learning_arguments import TASKS
from rasp.learning import adapter, spaces
from tests.cli.processes import Rasp

SIZES = {  # of each task: how many tokens, and the longest input
    "hist": ("3", "4"),
    "double_hist": ("3", "4"),
    "reverse": ("2", "4"),
    "sort": ("3", "4"),
    "most_freq": ("2", "4"),
    "dyck1": (None, "6"),
    "dyck2": (None, "3"),
    "dyck3": (None, "3"),
    "induction": (None, "4"),
}


@pytest.mark.parametrize("task", TASKS)
def test_a_task_becomes_a_model(rasp: Rasp, programs: Path, task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "SOME", 2_000)  # inputs that are drawn where there are no others
    size, longest = SIZES[task]
    sized = () if size is None else ("--vocab-size", size)
    learned = rasp("learn", "--task", task, *sized, "--max-length", longest, "--iterations", "1500", "-o", "s.rasp")
    assert (learned.status, learned.err.count("error")) == (0, 0)
    for command in ("fmt --check", "check", "test"):
        done = rasp(*command.split(), "s.rasp")
        assert (command, done.status, done.err) == (command, 0, "")
    assert rasp("arch", "s.rasp", "-s", "output").out.startswith("output: ")
    teacher, space = adapter.task_teacher(task, None if size is None else int(size), int(longest), False)
    inputs = list(dict.fromkeys(space.first(0).inputs()))
    example = "".join(map(str, max(inputs, key=len)))
    assert rasp("draw", "s.rasp", "-s", "output", "-i", example, "-o", "s.svg").status == 0
    vocabulary = "".join(map(str, space.vocabulary))
    made = rasp(
        "compile", "s.rasp", "-s", "output", "--vocab", vocabulary, "--max-length", longest, "-o", "s.safetensors"
    )
    assert (made.status, made.err) == (0, "")
    results = package.Transformer.load("s.safetensors").batch(inputs)
    for given, wanted, found in zip(inputs, teacher.ask(inputs), results, strict=True):
        assert isinstance(wanted, tuple)
        asked = [(one, other) for one, other in zip(wanted, found.values, strict=True) if one is not None]
        assert all(one == other for one, other in asked), given


def test_a_learned_sort_is_equal_to_its_teacher(rasp: Rasp, programs: Path) -> None:
    teacher = ("--teacher", "sort:sorted", "--vocab", "abcd", "--max-length", "5")
    assert rasp("learn", *teacher, "--iterations", "500", "-o", "s.rasp").status == 0
    done = rasp("equal", "sort:sorted", "s.rasp:output", "--vocab", "abcde", "--max-length", "6")
    assert (done.status, done.out[:12]) == (0, "equal on all")


def test_a_table_of_ones_own(rasp: Rasp, programs: Path) -> None:
    rows = ["good", "bad", "so good", "so bad", "not good at all", "a bad day", "good day", "it was bad", "it was good"]
    lines = [f"{row},{'neg' if 'bad' in row else 'pos'}\n" for row in rows]
    (programs / "reviews.csv").write_text("text,label\n" + "".join(lines))
    learned = rasp("learn", "reviews.csv", "--words", "--one", "--iterations", "500", "-o", "s.rasp", "--json")
    assert learned.status == 0
    assert json.loads(learned.lines[-1])["exact"]
    (programs / "new.txt").write_text("a good idea\n")
    assert rasp("run", "s.rasp", "-s", "output", "--inputs", "new.txt", "--words").status == 0


def test_equal_runs_write_equal_files(rasp: Rasp, programs: Path) -> None:
    for name in ("a.rasp", "b.rasp"):
        arguments = ("--vocab-size", "2", "--max-length", "4", "--iterations", "2000", "--seed", "3", "-o", name)
        rasp("learn", "--task", "most_freq", *arguments)
    assert (programs / "a.rasp").read_bytes() == (programs / "b.rasp").read_bytes()
