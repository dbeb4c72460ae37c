"""What is written: JSON of every value in every encoding, and errors of the output told from others."""

from __future__ import annotations

import importlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from rasp.base.numerals import text_int
from rasp.cli import explain, inputs
from rasp.cli.json_text import json_text
from tests.cli.processes import Rasp, environment, start

# -------------------------------------------------------------------------------------------------------------- JSON

LONG = 10**5000


@pytest.mark.parametrize("value", [[], {}, [1, [2.5, {"a": [True, None, "é\n"]}]], {"x": {}, "y": [[]]}, "\ud800"])
def test_json_with_and_without_a_long_int(value: Any) -> None:
    assert json.loads(json_text(value)) == value
    text = json_text([LONG, value, -LONG])
    assert json.loads(text, parse_int=text_int) == [LONG, value, -LONG]
    assert text.startswith("[1000")
    assert json_text(value) in text


def test_json_of_keys_and_of_what_json_has_no_form_for() -> None:
    text = json_text({1: LONG, False: 1, 2.5: 2, LONG: 3, "a": int})
    assert list(json.loads(text, parse_int=text_int)) == ["1", "false", "2.5", "1" + "0" * 5000, "a"]
    assert json.loads(text, parse_int=text_int)["a"] == repr(int)


def test_json_of_deep_lists() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    assert json_text(value) == "[" * 100_001 + "]" * 100_001


def test_long_ints_are_exact_in_json(rasp: Rasp) -> None:
    assert rasp("eval", "10^5000", "--json").out == "1" + "0" * 5000 + "\n"
    shown = rasp("eval", "tokens_int * 10^5000", "--list", "-i", "[1]", "--json")
    assert (shown.status, shown.out.count("1" + "0" * 5000)) == (0, 1)
    shown = rasp("eval", "indices", "--list", "-i", "[10^5000]", "--json")
    assert json.loads(shown.out, parse_int=text_int)["input"] == [LONG]


def test_a_long_int_takes_no_input(rasp: Rasp) -> None:
    assert rasp("eval", "10^5000", "-i", "a").err.startswith("error[R305]")


@pytest.mark.parametrize("digits", ["0", "640"])
def test_long_ints_whatever_the_limit_of_python(programs: Path, digits: str) -> None:
    with start("eval", "10^1000", cwd=programs, env=environment(PYTHONINTMAXSTRDIGITS=digits)) as process:
        out, err = process.communicate(timeout=20)
    assert (out.decode().strip(), err) == ("1" + "0" * 1000, b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-16"])
def test_json_in_every_encoding(programs: Path, encoding: str) -> None:
    variables = environment(PYTHONIOENCODING=encoding, PYTHONUTF8="1")
    with start(
        "eval",
        "tokens",
        "--json",
        "-i",
        "é😀",
        "-i",
        b"\xff".decode(errors="surrogateescape"),
        cwd=programs,
        env=variables,
    ) as process:
        out, err = process.communicate(timeout=20)
    assert err == b""
    shown = [json.loads(line)["value"] for line in out.decode(encoding).splitlines()]
    assert shown == [["é", "😀"], ["\udcff"]]
    assert ("é" in out.decode(encoding)) is (encoding == "utf-8")


# ------------------------------------------------------------------------------------------- errors of the system


@pytest.mark.parametrize("arguments", [["run"], [], ["check"], ["test"], ["run", "hist.rasp", "--inputs"]])
@pytest.mark.parametrize("ending", ["", ".rasp"])
def test_a_name_that_is_too_long(rasp: Rasp, arguments: list[str], ending: str) -> None:
    result = rasp(*arguments, "a" * 5000 + ending)
    assert result.status == 1
    assert "R50" in result.err + result.out
    assert "output" not in result.err


@pytest.mark.parametrize("arguments", [["eval", "1"], ["run", "sort", "-s", "sorted"], ["sort", "-i", "a"]])
def test_a_deleted_working_directory(
    rasp: Rasp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    result = rasp(*arguments)
    assert (result.status, result.err) == (0, "")


def test_other_errors_of_the_system_are_not_called_output(rasp: Rasp, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(case: object) -> str:
        raise FileNotFoundError("no folder for temporary files")

    monkeypatch.setattr(explain, "first_message", fail)
    result = rasp("explain", "R201")
    assert (result.status, result.err) == (1, "rasp: no folder for temporary files\n")


class Broken(io.RawIOBase):
    """A stream that cannot be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise OSError(5, "Input/output error")


def test_standard_input_that_cannot_be_read(rasp: Rasp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Broken())))
    result = rasp()
    assert result.status == 1
    assert result.err == "error[R504]: standard input cannot be read: Input/output error\n"


def test_inputs_that_break_off(rasp: Rasp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "open_inputs", lambda path: io.BufferedReader(Broken()))
    result = rasp("run", "hist.rasp", "--inputs", "in.txt")
    assert (result.status, result.err) == (1, "error[R504]: in.txt cannot be read: Input/output error\n")


@pytest.mark.parametrize("arguments", [["check", "broken.rasp"], ["explain"], ["stdlib"], ["test", "hist.rasp"], []])
def test_every_command_tells_a_full_disk(programs: Path, full_disk: Path, arguments: list[str]) -> None:
    with full_disk.open("wb") as disk, start(*arguments, stdout=disk, cwd=programs) as process:
        _, err = process.communicate(b"1;\n", timeout=20)
    assert err.decode() == "rasp: the output cannot be written: No space left on device\n"
    assert process.returncode == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_standard_error(
    programs: Path, full_disk: Path, unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with full_disk.open("wb") as disk, start("eval", "nope", stderr=disk, cwd=programs) as process:
        assert process.communicate(timeout=20)[0] == b""
    assert process.returncode == 1


# ----------------------------------------------------------------------------------------------------- many s-ops

SHARING = "".join(f'{name} = sort(tokens, tokens) + "{name}";\n' for name in "abc")


@pytest.fixture
def evaluations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many s-ops were evaluated together, each time."""
    sizes: list[int] = []
    evaluate = importlib.import_module("rasp.engine.evaluate")  # the package has a function of that name
    evaluate_batches = evaluate.evaluate_batches

    def counting(nodes: list[Any], *rest: Any) -> Any:
        sizes.append(len(nodes))
        return evaluate_batches(nodes, *rest)

    monkeypatch.setattr(evaluate, "evaluate_batches", counting)
    return sizes


def test_sops_are_evaluated_together(rasp: Rasp, programs: Path, evaluations: list[int]) -> None:
    (programs / "sharing.rasp").write_text(SHARING)
    result = rasp("sharing.rasp", "-i", "ba", "-i", "c")
    assert evaluations == [3]
    assert result.lines[:2] == ['a("ba") = [aa, ba] (strings)', 'b("ba") = [ab, bb] (strings)']


def test_an_sop_that_always_fails_leaves_the_others_together(
    rasp: Rasp, programs: Path, evaluations: list[int]
) -> None:
    (programs / "sharing.rasp").write_text(SHARING + "bad = tokens_int;\n")
    arguments = [part for number in range(64) for part in ("-i", f"x{number}")]
    result = rasp("sharing.rasp", "--json", *arguments)
    assert len(result.lines) == 4 * 64
    assert evaluations == [4, 1, 1, 1, 1]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_together_is_as_alone(rasp: Rasp, programs: Path, options: list[str]) -> None:
    """The order, the values and the messages are those of runs of one s-op on one input."""
    text = SHARING + "inverse = 1 / tokens_int;\nnumber = tokens_int;\nwhole = [1, 2][number];\n"
    (programs / "sharing.rasp").write_text(text)
    given = ["0", "1", "x", "12", "2", "y1", "01"]
    alone = [
        rasp("sharing.rasp", "-s", name, "-i", value, *options)
        for value in given
        for name in ("a", "b", "c", "inverse", "number", "whole")
    ]
    together = rasp("sharing.rasp", *(part for value in given for part in ("-i", value)), *options)
    assert together.out == "".join(one.out for one in alone)
    assert together.err == "".join(one.err for one in alone)
    assert together.status == 1
