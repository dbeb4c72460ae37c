"""`rasp compile`, `rasp model`, `rasp verify` and `rasp equal`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.processes import Rasp, start

HIST = ("hist.rasp", "-s", "hist", "--vocab", "ab", "--max-length", "3")


def test_a_model_in_a_file(rasp: Rasp, programs: Path) -> None:
    result = rasp("compile", *HIST, "-o", "hist.safetensors")
    assert (result.status, result.err) == (0, "")
    assert result.lines[0] == "safe in float64 and float32"
    assert result.lines[1].startswith("hist: 1 layer, 1 head at most (1) with BOS; d_model 7, ")
    assert result.lines[2] == "`rasp arch` counts 2 heads at most (2) without BOS"
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
    result = rasp("verify", "hist.rasp", "hist.safetensors", "--exhaustive-to", "2", "--random", "5")
    assert "all inputs of up to 2 tokens and 5 random ones of length 3 (11 inputs)" in result.out


def test_what_is_in_a_model(rasp: Rasp) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    shown = rasp("model", "show", "hist.safetensors")
    assert 'vocabulary: "a" "b"' in shown.lines
    assert any(line.split() == ["1", "1.1", "select(tokens,", "tokens,", "==)"] for line in shown.lines)
    explained = rasp("compile", *HIST, "--explain")
    assert explained.out.endswith(shown.out.partition("\n")[2])
    assert "narrowest gap in float64: " in explained.out
    fields = json.loads(rasp("model", "show", "hist.safetensors", "--json").out)
    assert fields["config"]["n_heads"] == [1]
    assert len(fields["labels"]) == fields["config"]["d_model"]


def test_json(rasp: Rasp) -> None:
    fields = json.loads(rasp("compile", *HIST, "--json").out)
    assert (fields["checked"], fields["failed"], fields["file"]) == (14, 0, None)
    assert fields["config"]["vocab"] == ["a", "b"]
    assert (fields["heads_per_layer_without_bos"], fields["safe_in"]) == ([2], ["float64", "float32"])
    rasp("compile", *HIST, "-o", "hist.safetensors")
    result = rasp("model", "run", "hist.safetensors", "-i", "bb", "-i", "x", "--json")
    assert result.status == 1
    good, bad = map(json.loads, result.lines)
    assert good == {"sop": "hist", "input": "bb", "value": [2, 2], "kind": "int"}
    assert (list(bad), bad["code"]) == (["sop", "input", "error", "code"], "R402")


def test_errors_are_told_for_each_output_as_those_of_a_program_are(rasp: Rasp, programs: Path) -> None:
    (programs / "two.rasp").write_text("a = indices; b = length;")
    rasp("compile", "two.rasp", "-s", "b", "-s", "a", "--vocab", "ab", "--max-length", "3", "-o", "two.safetensors")
    inputs = ("-i", "ab", "-i", "", "--json")
    model, program = rasp("model", "run", "two.safetensors", *inputs), rasp("run", "two.rasp", "-s", "b", *inputs)
    assert model == rasp("run", "two.rasp", "-s", "b", "-s", "a", *inputs)
    assert [json.loads(line)["sop"] for line in model.lines] == ["b", "a", "b", "a"]
    assert (model.status, model.lines[::2]) == (1, program.lines)
    assert rasp("model", "run", "two.safetensors", "-i", "abab").err.count("error[") == 1


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
    assert result.lines[1].startswith("sorted, sorted_bos: 2 layers")


def test_a_model_of_another_program(rasp: Rasp) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    result = rasp("verify", "reverse", "-s", "reverse", "hist.safetensors")
    assert result.status == 1
    assert result.lines[0] == (
        'the model differs from the program on the input "a": at position 0 `reverse` is "a", the model\'s `hist` is 1'
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
    for more in (["-i", "ab"], ["--inputs", "in.txt"], ["--jobs", "2"]):
        assert "takes no input" in rasp("model", "show", "hist.safetensors", *more).err
    assert "give them by -i or --inputs" in rasp("model", "run", "hist.safetensors", "--jobs", "2").err


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


# ----------------------------------------------------------------------------------------------------- many inputs


@pytest.mark.parametrize("more", [[], ["--json"], ["--words"]])
def test_many_inputs_of_a_model(rasp: Rasp, programs: Path, more: list[str]) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    lines = ["ab", "aba", "b", "a b", "abab"] * 60
    lines[70:70] = ["", "xb", "\udcff"]
    (programs / "in.txt").write_bytes("\n".join(lines).encode(errors="surrogateescape"))
    options = ["-i", "aa", "--inputs", "in.txt", *more]
    model = rasp("model", "run", "hist.safetensors", *options)
    assert rasp("model", "run", "hist.safetensors", *options, "--jobs", "2") == model
    assert model.status == 1
    # The model refuses what is too long or unknown to it. On all else it says what the program does.
    good = [line for line in model.lines if '"error"' not in line]
    assert len(good) >= 120
    assert set(good) < set(rasp("run", "hist.rasp", *options).lines)


def test_inputs_that_a_model_refuses_have_their_place(rasp: Rasp, programs: Path) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    (programs / "in.txt").write_text("ab\n\nax\nabab\nb\n")
    result = rasp("model", "run", "hist.safetensors", "--inputs", "in.txt")
    assert result.lines == ['hist("ab") = [1]*2 (ints)', 'hist("b") = [1] (ints)']
    details = [line.strip() for line in result.err.split("\n") if line.startswith("  = ") and "hint" not in line]
    assert details == ["= input 2: ''", '= at position 1, on the input "ax"', '= on the input "abab"']
    objects = list(map(json.loads, rasp("model", "run", "hist.safetensors", "--inputs", "in.txt", "--json").lines))
    assert [one.get("code", "") for one in objects] == ["", "R401", "R402", "R606", ""]
    assert [one["input"] for one in objects] == ["ab", "", "ax", "abab", "b"]


def test_an_output_of_mixed_kinds_fails_alone(rasp: Rasp, programs: Path) -> None:
    (programs / "kinds.rasp").write_text('kinds = {"a": 1, "b": "c"}[tokens];')
    lengths = ("--vocab", "ab", "--max-length", "2", "--undefined", "skip")
    assert rasp("compile", "kinds.rasp", *lengths, "-o", "kinds.safetensors").status == 0
    (programs / "in.txt").write_text("aa\nab\nbb\nba\nb\n")
    result = rasp("model", "run", "kinds.safetensors", "--inputs", "in.txt")
    assert (result.status, result.err.count("error[R404]"), len(result.lines)) == (1, 2, 3)


def test_a_model_answers_each_input_before_the_next(rasp: Rasp, programs: Path) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    with start("model", "run", "hist.safetensors", "--inputs", "-", cwd=programs) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for given in ("ab", "bb"):
            process.stdin.write(f"{given}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline().startswith(f'hist("{given}")'.encode())
        process.stdin.close()
        assert process.wait(60) == 0


# --------------------------------------------------------------------------------------------------- shortest inputs

PAIRS = "first = 1 if indices == 0 else 2; second = 1 if indices == 0 and length > 1 else 2; third = 1 / (length - 1);"


@pytest.fixture
def pairs(programs: Path) -> Path:
    """A program with s-ops that are equal on inputs of two and more tokens, and one that fails on a single token."""
    (programs / "pairs.rasp").write_text(PAIRS)
    return programs


def test_programs_that_are_equal_from_a_length_on(rasp: Rasp, pairs: Path) -> None:
    command = ("equal", "pairs.rasp:first", "pairs.rasp:second", "--vocab", "ab", "--max-length", "4")
    assert rasp(*command).lines[0] == 'different on the input "a", a shortest one:'
    assert rasp(*command, "--min-length", "2") == (0, "equal on all inputs of 2 to 4 tokens (28 inputs)\n", "")
    assert rasp(*command, "--min-length", "4").lines == ["equal on all inputs of 4 tokens (16 inputs)"]
    assert json.loads(rasp(*command, "--min-length=3", "--json").out) == {"equal": True, "inputs": 24}
    assert rasp(*command, "--min-length", "1") == rasp(*command)
    wrong = rasp(*command, "--min-length", "5")
    assert (wrong.status, "--min-length is greater than --max-length" in wrong.err) == (2, True)
    assert rasp(*command, "--min-length", "0").status == 2


def test_a_model_of_inputs_from_a_length_on(rasp: Rasp, pairs: Path) -> None:
    command = ("compile", "pairs.rasp", "-s", "third", "--vocab", "ab", "--max-length", "3", "-o", "t.safetensors")
    assert "the program fails on the input" in rasp(*command).err
    result = rasp(*command, "--min-length", "2")
    assert result.status == 0
    agrees = "the model agrees with the program on all inputs of 2 to 3 tokens (12 inputs)"
    assert agrees in result.lines
    verify = ("verify", "pairs.rasp", "t.safetensors", "--min-length")
    assert rasp(*verify, "2") == (0, f"{agrees}\n", "")
    result = rasp(*verify, "2", "--exhaustive-to", "1", "--random", "5")
    assert result.lines == ["the model agrees with the program on 5 random ones of each length from 2 to 3 (10 inputs)"]
    assert rasp(*verify[:-1]) == rasp(*verify, "2")
    result = rasp(*verify, "1")
    assert (result.status, result.out) == (1, "")
    assert "the model takes inputs of 2 to 3 tokens, so none of 1 can be tried" in result.err
    assert "inputs: 2 to 3 tokens, with a BOS position" in rasp("model", "show", "t.safetensors").lines
    assert json.loads(rasp("model", "show", "t.safetensors", "--json").out)["config"]["min_length"] == 2
    result = rasp("model", "run", "t.safetensors", "-i", "ab", "-i", "a")
    assert (result.status, result.lines) == (1, ['third("ab") = [1.0]*2 (floats)'])
    assert "error[R402]: an input of 1 token is too short: the model takes them from 2 on" in result.err
    assert 'on the input "a"' in result.err
    result = rasp(*verify, "4")
    assert (result.status, result.out) == (1, "")
    assert "the shortest input must have from 1 to 3 tokens, not 4" in result.err
    result = rasp(*command, "--min-length", "4")
    assert (result.status, "--min-length is greater than --max-length" in result.err) == (2, True)
