"""`rasp compile`, `rasp model`, `rasp verify` and `rasp equal`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.processes import Rasp

HIST = ("hist.rasp", "-s", "hist", "--vocab", "ab", "--max-length", "3")


def test_a_model_in_a_file(rasp: Rasp, programs: Path) -> None:
    result = rasp("compile", *HIST, "-o", "hist.safetensors")
    assert (result.status, result.err) == (0, "")
    assert result.lines[0].startswith("hist: 1 layer, 1 head at most (1); d_model 7, ")
    assert result.lines[-2:] == [
        "the model agrees with the program on all inputs of up to 3 tokens (14 inputs)",
        "written: hist.safetensors",
    ]
    result = rasp("model", "run", "hist.safetensors", "-i", "aba", "-i", "b")
    assert (result.status, result.lines) == (0, ['hist("aba") = [2, 1, 2] (ints)', 'hist("b") = [1] (ints)'])
    result = rasp("verify", "hist.rasp", "hist.safetensors")
    assert (result.status, result.lines) == (
        0,
        ["the model agrees with the program on all inputs of up to 3 tokens (14 inputs)"],
    )
    result = rasp("verify", "hist.rasp", "hist.safetensors", "--exhaustive-to", "1", "--random", "5")
    assert "all inputs of up to 1 tokens and 5 random ones of each length from 2 to 3 (12 inputs)" in result.out


def test_what_is_in_a_model(rasp: Rasp) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    shown = rasp("model", "show", "hist.safetensors")
    assert 'vocabulary: "a" "b"' in shown.lines
    assert any(line.split() == ["1", "1.1", "select(tokens,", "tokens,", "==)"] for line in shown.lines)
    explained = rasp("compile", *HIST, "--explain")
    assert explained.out.startswith(shown.out.rstrip("\n"))
    fields = json.loads(rasp("model", "show", "hist.safetensors", "--json").out)
    assert fields["config"]["n_heads"] == [1]
    assert len(fields["labels"]) == fields["config"]["d_model"]


def test_json(rasp: Rasp) -> None:
    fields = json.loads(rasp("compile", *HIST, "--json").out)
    assert (fields["checked"], fields["failed"], fields["file"]) == (14, 0, None)
    assert fields["config"]["vocab"] == ["a", "b"]
    rasp("compile", *HIST, "-o", "hist.safetensors")
    result = rasp("model", "run", "hist.safetensors", "-i", "bb", "-i", "x", "--json")
    assert result.status == 1
    good, bad = map(json.loads, result.lines)
    assert good == {"sop": "hist", "input": "bb", "value": [2, 2], "kind": "int"}
    assert bad["code"] == "R402"


def test_words_lists_and_several_outputs(rasp: Rasp) -> None:
    result = rasp(
        "compile", "sort", "-s", "sorted", "--vocab", "to be or", "--max-length", "3", "--words", "-o", "w.safetensors"
    )
    assert result.status == 0
    assert rasp("model", "run", "w.safetensors", "-i", "to be", "--words").lines == [
        'sorted(["to", "be"]) = [be, to] (strings)'
    ]
    result = rasp(
        "compile", "sort", "-s", "sorted", "--vocab", "[3, 1]", "--max-length", "3", "--list", "-o", "n.safetensors"
    )
    assert rasp("model", "run", "n.safetensors", "-i", "[3, 1]", "--list").lines == ["sorted([3, 1]) = [1, 3] (ints)"]
    result = rasp("compile", "sort", "-s", "sorted", "-s", "sorted_bos", "--vocab", "§a", "--max-length", "2")
    assert result.lines[0].startswith("sorted, sorted_bos: 2 layers")


def test_a_model_of_another_program(rasp: Rasp) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    result = rasp("verify", "reverse", "-s", "reverse", "hist.safetensors")
    assert result.status == 1
    assert result.lines[0] == (
        'the model differs from the program on the input "a": at position 0 `hist` is "a", the model says 1'
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compile", "sort", "--vocab", "ab", "--max-length", "3"), "the program names several s-ops"),
        (("compile", "hist.rasp", "--vocab", "aa", "--max-length", "3"), "has the token"),
        (("compile", "reverse", "--vocab", "ab", "--max-length", "3", "--causal"), "position 0 selects position 1"),
        (("compile", "calc.rasp", "-s", "earlier", "--vocab", "12", "--max-length", "3"), "only s-ops"),
        (("compile", "calc.rasp", "-s", "inverse", "--vocab", "01", "--max-length", "3"), "fails on the input"),
        (("compile", *HIST, "-o", "none/x.safetensors"), "cannot be written"),
        (("compile", *HIST, "--limit", "work=2"), "too many for a model"),
        (("model", "show", "hist.rasp"), "is not a model"),
        (("model", "run", "none.safetensors", "-i", "a"), "no file none.safetensors"),
        (("verify", "hist.rasp", "none.safetensors"), "no file none.safetensors"),
        (("equal", "hist.rasp", "sort:sorted", "--vocab", "ab", "--max-length", "3"), "names no s-op"),
        (("equal", "hist.rasp:hist", "hist.rasp:_same", "--vocab", "ab", "--max-length", "3"), "never equal"),
        (("equal", "hist.rasp:hist", "sort:sorted", "--vocab", "abcdefgh", "--max-length", "99"), "too many to try"),
    ],
)
def test_refusals(rasp: Rasp, arguments: tuple[str, ...], message: str) -> None:
    result = rasp(*arguments)
    assert (result.status, result.out) == (1, "")
    assert message in result.err
    assert "Traceback" not in result.err


def test_a_selector_is_no_output(rasp: Rasp) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    result = rasp("verify", "hist.rasp", "-s", "_same", "hist.safetensors")
    assert (result.status, result.out) == (1, "")
    assert "`_same` is a selector" in result.err


def test_inputs_that_fail_are_left_out(rasp: Rasp) -> None:
    result = rasp("compile", "calc.rasp", "-s", "inverse", "--vocab", "01", "--max-length", "2", "--undefined", "skip")
    assert result.status == 0
    assert "(2 inputs; the program fails on 4 others)" in result.out
    assert 'the program fails on "0", for example: division by zero' in result.out


def test_wrong_usage(rasp: Rasp) -> None:
    assert rasp("compile", "hist.rasp", "--max-length", "3").status == 2
    assert rasp("model", "run", "x.safetensors").status in (1, 2)
    assert rasp("model", "dance", "x.safetensors").status == 2
    rasp("compile", *HIST, "-o", "hist.safetensors")
    assert "takes no input" in rasp("model", "show", "hist.safetensors", "-i", "ab").err


def test_equal_programs(rasp: Rasp) -> None:
    result = rasp("equal", "dyck:dyck2_ptf", "dyck:dyck2_ptf_best", "--vocab", "(){}", "--max-length", "4")
    assert (result.status, result.lines) == (0, ["equal on all inputs of up to 4 tokens (340 inputs)"])
    result = rasp("equal", "sort:sorted", "reverse:reverse", "--vocab", "ab", "--max-length", "4")
    assert (result.status, result.lines[0]) == (1, 'different on the input "ab", a shortest one:')
    result = rasp("equal", "hist.rasp:_same", "calc.rasp:earlier", "--vocab", "a", "--max-length", "2")
    assert result.lines[0] == 'different on the input "a", a shortest one:'


def test_comparisons_as_json(rasp: Rasp) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    agreed = {"agrees": True, "checked": 14, "failed": 0, "difference": None}
    assert json.loads(rasp("verify", "hist.rasp", "-s", "hist", "hist.safetensors", "--json").out) == agreed
    result = rasp("verify", "reverse", "-s", "reverse", "hist.safetensors", "--json")
    assert result.status == 1
    difference = {"input": ["a"], "output": "hist", "position": 0, "expected": "a", "found": 1}
    assert json.loads(result.out)["difference"] == difference
    same = rasp("equal", "hist.rasp:hist", "hist.rasp:hist", "--vocab", "ab", "--max-length", "2", "--json")
    assert json.loads(same.out) == {"equal": True, "inputs": 6}
    unlike = rasp("equal", "calc.rasp:inverse", "hist.rasp:hist", "--vocab", "01", "--max-length", "1", "--json")
    found = json.loads(unlike.out)
    assert (found["equal"], found["input"], found["right"]) == (False, ["0"], {"value": [1], "kind": "int"})
    assert "division by zero" in found["left"]["error"]
    matrices = rasp("equal", "hist.rasp:_same", "calc.rasp:earlier", "--vocab", "a", "--max-length", "2", "--json")
    assert json.loads(matrices.out)["left"] == {"matrix": [[1]]}


def test_comparisons_of_nothing_and_of_too_much(rasp: Rasp) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    none = rasp("verify", "hist.rasp", "-s", "hist", "hist.safetensors", "--exhaustive-to", "0", "--random", "0")
    assert (none.status, none.out) == (1, "")
    assert "no input is left to be tried" in none.err
    many = rasp("equal", "hist.rasp:hist", "hist.rasp:hist", "--vocab", "ab", "--max-length", "30")
    assert "there are 2147483646 inputs of up to 30 tokens" in many.err
    assert "Shorter inputs are fewer." in many.err


def test_a_program_without_a_value_differs(rasp: Rasp) -> None:
    result = rasp("equal", "calc.rasp:inverse", "hist.rasp:hist", "--vocab", "01", "--max-length", "1")
    assert result.lines[1] == "  calc.rasp:inverse: no value: division by zero"
