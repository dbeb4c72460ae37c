"""`rasp run`, `rasp eval` and `rasp generate`: results, errors, JSON, inputs from options and files."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from rasp.cli import main
from rasp.session.session import Session
from tests.cli.processes import Rasp

# ---------------------------------------------------------------------------------------------------- without inputs


def test_run_shows_what_a_session_shows(rasp: Rasp) -> None:
    result = rasp("run", "hist.rasp")
    assert result.status == 0
    assert result.lines[:2] == ["s-op: hist", '    Example: hist("hello") = [1, 1, 2, 2, 1] (ints)']
    assert result.err == ""


def test_a_conversation_shows_what_is_typed(rasp: Rasp) -> None:
    result = rasp("run", "hist.rasp", "--interactive", "-s", "hist")
    assert (result.status, result.out) == (2, "")
    assert "--interactive" in result.err


def test_run_is_the_default_command(rasp: Rasp) -> None:
    assert rasp("hist.rasp", "-s", "hist").out == rasp("run", "hist.rasp", "-s", "hist").out
    assert rasp("-s", "hist", "hist.rasp").status == 0


def test_a_library_program_runs_by_its_name(rasp: Rasp) -> None:
    assert rasp("reverse", "-i", "abc").lines == ['reverse("abc") = [c, b, a] (strings)']


def test_run_stops_at_the_first_error(rasp: Rasp) -> None:
    result = rasp("run", "broken.rasp")
    assert (result.status, result.lines) == (1, ["value: a = 1"])
    assert "broken.rasp:2:5" in result.err


def test_keep_going_runs_the_rest(rasp: Rasp) -> None:
    result = rasp("run", "broken.rasp", "--keep-going")
    assert (result.status, result.lines) == (1, ["value: a = 1", "value: c = 3"])
    assert result.err.count("error[") == 1


@pytest.mark.parametrize(
    ("given", "code"), [("nope.rasp", "R501"), ("nope", "R501"), (".", "R504"), ("latin.rasp", "R502")]
)
def test_a_program_that_cannot_be_read(rasp: Rasp, programs: Path, given: str, code: str) -> None:
    (programs / "latin.rasp").write_bytes(b'a = "\xe9";')
    result = rasp("run", given)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(f"error[{code}]")


def test_any_file_name_is_a_program(rasp: Rasp, programs: Path) -> None:
    (programs / "notes.txt").write_text("a = 7;")
    assert rasp("notes.txt").lines == ["value: a = 7"]


# ------------------------------------------------------------------------------------------------------- with inputs


def test_several_inputs(rasp: Rasp) -> None:
    result = rasp("run", "hist.rasp", "-i", "aab", "-i", "xyx")
    assert result.lines == ['hist("aab") = [2, 2, 1] (ints)', 'hist("xyx") = [2, 1, 2] (ints)']


def test_one_failing_input_leaves_the_others(rasp: Rasp) -> None:
    result = rasp("run", "calc.rasp", "-s", "inverse", "-i", "124", "-i", "101", "-i", "", "-i", "5")
    assert result.status == 1
    assert result.lines == ['inverse("124") = [1.0, 0.5, 0.25] (floats)', 'inverse("5") = [0.2] (floats)']
    assert result.err.count("error[") == 2
    assert "at position 1, with 1 and 0" in result.err
    assert "input 3: ''" in result.err


def test_a_bad_input_is_reported_once_for_all_sops(rasp: Rasp) -> None:
    assert rasp("run", "sort", "-i", "[3", "--list").err.count("error[") == 1


def test_words(rasp: Rasp) -> None:
    assert rasp("run", "hist.rasp", "--words", "-i", "to be  to").lines == [
        'hist(["to", "be", "to"]) = [2, 1, 2] (ints)'
    ]


def test_list(rasp: Rasp) -> None:
    assert rasp("run", "hist.rasp", "--list", "-i", '[1, "1", 2.5]').lines == ['hist([1, "1", 2.5]) = [2, 2, 1] (ints)']


@pytest.mark.parametrize(("text", "code"), [("[1", "R102"), ("3", "R402"), ("[]", "R401"), ("[[1]]", "R402")])
def test_a_bad_list(rasp: Rasp, text: str, code: str) -> None:
    result = rasp("run", "hist.rasp", "--list", "-i", text)
    assert result.status == 1
    assert result.err.startswith(f"error[{code}]")


def test_a_selector_shows_its_matrix(rasp: Rasp) -> None:
    result = rasp("run", "calc.rasp", "-s", "earlier", "-i", "ab")
    assert result.lines == ['earlier("ab") =', "    a b", "a |", "b | 1"]


@pytest.mark.parametrize(("name", "code"), [("nope", "R201"), ("number", "R305"), ("sort", "R305")])
def test_a_name_that_cannot_be_shown(rasp: Rasp, name: str, code: str) -> None:
    result = rasp("run", "calc.rasp", "-s", name, "-i", "1")
    assert result.status == 1
    assert result.err.startswith(f"error[{code}]")
    assert "inverse, earlier" in result.err


def test_a_program_without_sops_says_so(rasp: Rasp, programs: Path) -> None:
    (programs / "atoms.rasp").write_text("a = 1;")
    result = rasp("run", "atoms.rasp", "-i", "abc")
    assert result.status == 1
    assert "no s-op" in result.err


# -------------------------------------------------------------------------------------------------------------- JSON


def objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_json(rasp: Rasp) -> None:
    result = rasp("run", "hist.rasp", "--json", "-i", "aé", "-i", "")
    first, second = objects(result.out)
    assert first == {"sop": "hist", "input": "aé", "value": [1, 1], "kind": "int"}
    assert second == {"sop": "hist", "input": "", "error": "the input is empty", "code": "R401"}
    assert (result.status, result.err) == (1, "")


def test_json_of_a_selector(rasp: Rasp) -> None:
    result = rasp("run", "calc.rasp", "-s", "earlier", "--json", "-i", "ab")
    assert objects(result.out) == [{"sop": "earlier", "input": "ab", "matrix": [[0, 0], [1, 0]]}]


def test_json_of_a_failing_position(rasp: Rasp) -> None:
    result = rasp("run", "calc.rasp", "-s", "inverse", "--json", "-i", "10")
    (shown,) = objects(result.out)
    assert shown["code"] == "R310"
    assert "position 1" in str(shown["error"])


def test_json_of_the_example_and_of_words(rasp: Rasp) -> None:
    assert objects(rasp("run", "hist.rasp", "--json").out)[0]["input"] == "hello"
    assert objects(rasp("run", "hist.rasp", "--json", "--words", "-i", "a bc").out)[0]["input"] == ["a", "bc"]


# ------------------------------------------------------------------------------------------------------------ --inputs


def test_inputs_from_a_file(rasp: Rasp, programs: Path) -> None:
    (programs / "inputs.txt").write_bytes("\ufeffaab\r\n\r\nxé\nlast".encode())
    result = rasp("run", "hist.rasp", "--inputs", "inputs.txt", "-i", "first")
    assert [line.split(" = ")[0] for line in result.lines] == [
        'hist("first")',
        'hist("aab")',
        'hist("xé")',
        'hist("last")',
    ]
    assert result.status == 1  # the empty line
    assert "input 3: ''" in result.err


def test_a_line_of_inputs_that_is_not_utf8(rasp: Rasp, programs: Path) -> None:
    (programs / "inputs.txt").write_bytes(b"ab\n\xff\ncd\n")
    result = rasp("run", "hist.rasp", "--inputs", "inputs.txt")
    assert (result.status, len(result.lines)) == (1, 2)
    assert "line 2 of the inputs is not UTF-8" in result.err


@pytest.mark.parametrize(("given", "code"), [("nope.txt", "R501"), (".", "R504")])
def test_inputs_that_cannot_be_read(rasp: Rasp, given: str, code: str) -> None:
    result = rasp("run", "hist.rasp", "--inputs", given)
    assert result.status == 1
    assert result.err.startswith(f"error[{code}]")


def test_only_the_failing_inputs_of_many_fail(rasp: Rasp, programs: Path) -> None:
    lines = ["0" if number % 97 == 0 else str(number % 7 + 1) for number in range(2000)]
    (programs / "inputs.txt").write_text("\n".join(lines))
    result = rasp("run", "calc.rasp", "-s", "inverse", "--inputs", "inputs.txt")
    assert (len(result.lines), result.err.count("error[")) == (2000 - 21, 21)


# -------------------------------------------------------------------------------------------------------- rasp eval


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["1 + 2"], "3\n"),
        (["1 + 2 ; "], "3\n"),
        (['"a" + "b"'], '"ab"\n'),
        (['length("abc")'], "[3, 3, 3]\n"),
        (["[1, 2] + [3]", "--json"], "[1, 2, 3]\n"),
        (["length", "-i", "ab", "-i", "a"], 'length("ab") = [2]*2 (ints)\nlength("a") = [1] (ints)\n'),
        (["hist", "-l", "hist.rasp", "-i", "aa"], 'hist("aa") = [2]*2 (ints)\n'),
        (["number * 2", "-l", "calc.rasp", "-l", "hist.rasp"], "10\n"),
        (["reverse", "-l", "reverse", "-i", "ab", "--words"], 'reverse(["ab"]) = [ab] (strings)\n'),
        (["full_s", "-i", "ab", "--json"], '{"sop": "full_s", "input": "ab", "matrix": [[1, 1], [1, 1]]}\n'),
    ],
)
def test_eval(rasp: Rasp, arguments: list[str], out: str) -> None:
    assert rasp("eval", *arguments) == (0, out, "")


def test_eval_of_an_sop_shows_the_example(rasp: Rasp) -> None:
    assert '("hello") = [0, 1, 2, 3, 4] (ints)' in rasp("eval", "indices").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["1 +"], "R1"), (["nope"], "R201"), (["3", "-i", "a"], "R305"), (["1", "-l", "nope"], "R501"), (["1; 2"], "R1")],
)
def test_eval_of_nonsense(rasp: Rasp, arguments: list[str], code: str) -> None:
    result = rasp("eval", *arguments)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(f"error[{code}")


# ----------------------------------------------------------------------------------------------------- rasp generate


@pytest.fixture
def chain(programs: Path) -> Path:
    """A program that goes on from a to b, from b to c, and then ends."""
    (programs / "chain.rasp").write_text('next = {"a": "b", "b": "c", "c": ""}[tokens];\nplus = tokens_int + 1;\n')
    return programs


def test_generate(rasp: Rasp, chain: Path) -> None:
    assert rasp("generate", "chain.rasp", "-s", "next", "-i", "a") == (0, "bc\n", "")


def test_generate_until_and_words_and_steps(rasp: Rasp, chain: Path) -> None:
    assert rasp("generate", "chain.rasp", "-s", "next", "-i", "a", "--until", "c").out == "b\n"
    assert rasp("generate", "chain.rasp", "-s", "next", "-i", "c a", "--words").out == "b c\n"
    assert rasp("generate", "chain.rasp", "-s", "plus", "-i", "[3]", "--list", "--max-steps", "3").out == "4 5 6\n"


@pytest.mark.parametrize(
    ("sop", "given", "until", "out"),
    [
        ("tokens_float + 1", "[1]", "3", "2.0"),
        ("tokens_float + 1", "[1]", "3.0", "2.0"),
        ("tokens_float + 1", "[1]", "3.00", "2.0"),
        ("tokens_int + 1", "[1]", "3.0", "2"),
        ("aggregate(select(indices, 0, >=), tokens_int) + 0.5", "[1, 2]", "2", ""),  # a mean makes them floats
        ("tokens_float + 0.5", "[1]", "3", "1.5 2.0 2.5"),
        ("tokens_int / 3", "[1]", "0.333", ""),  # as it is shown
        ("tokens_int > 0", "[3]", "1", "T T T T"),  # a bool is no number
        ("tokens_int > 0", "[3]", "True", ""),
        ("tokens_asis", '["3"]', "3.0", "3333"),  # nor is a string
        ("tokens_int * 10", "[-1]", "-1e2", "-10"),
        ("tokens_int + 2 ^ 60", "[1]", "1152921504606846976", "1152921504606846977 2305843009213693953 "),
        ("tokens_int + 1", "[9007199254740991]", "9007199254740993", "9007199254740992"),  # no float is this int
        ("tokens_int + 1", "[9007199254740991]", "9_007_199_254_740_993", "9007199254740992"),
        ("tokens_float + 2", "[9007199254740990]", "9007199254740993", "9007199254740992.0 9007199254740994.0 "),
        ("tokens_int * 10", "[-" + "1" * 399 + "]", "-" + "1" * 399 + "00", "-" + "1" * 399 + "0"),
        ("tokens_int * 10", "[1]", "1e3", "10 100"),
        ("tokens_int + 1", "[1]", "inf", "2 3 4 5"),
    ],
)
def test_generate_stops_at_an_equal_number(
    rasp: Rasp, programs: Path, sop: str, given: str, until: str, out: str
) -> None:
    (programs / "numbers.rasp").write_text(f"y = {sop};")
    options = ("-s", "y", "--list", "-i", given, f"--until={until}", "--max-steps", "4")
    result = rasp("generate", "numbers.rasp", *options)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(out)
    assert out.endswith(" ") or result.out == f"{out}\n"


@pytest.mark.parametrize(("name", "given"), [("nope", "a"), ("next", ""), ("next", "x"), ("sort", "a")])
def test_generate_that_fails(rasp: Rasp, chain: Path, name: str, given: str) -> None:
    result = rasp("generate", "chain.rasp", "-s", name, "-i", given)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("error[")


# ------------------------------------------------------------------------------------------------------------- usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "required: FILE"),
        (["runn"], "did you mean `rasp run`?"),
        (["run", "hist.rasp", "--jso"], "there is no option '--jso'; did you mean --json?"),
        (["run", "hist.rasp", "--words", "--list"], "not allowed with"),
        (["hist.rasp", "--limit", "calls"], "is not NAME=N"),
        (["hist.rasp", "--limit", "cals=3"], "calls, collection, "),
        (["hist.rasp", "--limit", "calls=0"], "positive"),
        (["hist.rasp", "--limit", "memroy=3"], "; did you mean memory?"),
        (["--limit=memroy=3", "hist.rasp"], "; did you mean memory?"),
        (["hist.rasp", "--limit", "combinations=3"], "there is no limit 'combinations' any more; `work` and `memory` "),
        (["generate", "hist.rasp", "-s", "hist", "-i", "a", "--max-steps", "x"], "not an int from 0 on"),
        (["hist.rasp", "calc.rasp"], "rasp run: error: unrecognized arguments: calc.rasp"),
        (["check"], "required: FILE"),
        (["-x"], "there is no option '-x'; there are --help, --version, --limit and --allow-dense"),
        (["--limit"], "expected one argument"),
        (["--limit", "calls=3", "runn"], "did you mean `rasp run`?"),
    ],
)
def test_wrong_usage(rasp: Rasp, arguments: list[str], message: str) -> None:
    result = rasp(*arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["run", "--help"]])
def test_help(rasp: Rasp, arguments: list[str]) -> None:
    result = rasp(*arguments)
    assert (result.status, result.err) == (0, "")
    assert "rasp" in result.out


def test_limits_hold_for_the_run(rasp: Rasp) -> None:
    assert "R602" in rasp("eval", "12345", "--limit", "int_digits=3").err
    assert rasp("eval", "12345").status == 0
    assert rasp("run", "hist.rasp", "--limit", "collection=3").err.startswith("error[R603]")


def test_dense_fallbacks_can_be_allowed(rasp: Rasp) -> None:
    three = "select(indices, indices, <) and select(tokens, tokens, <) and select(indices % 7, indices % 7, <)"
    command = ("eval", f"selector_width({three})[0]", "-i", "ab" * 250)
    refused = rasp(*command, "--limit", "pairs=99")
    assert "too long for a dense fallback" in refused.err
    assert "--allow-dense" in refused.err
    assert rasp(*command, "--limit", "pairs=99", "--allow-dense").status == 0
    assert rasp("--allow-dense", *command).status == 0


def test_inputs_from_standard_input(rasp: Rasp, monkeypatch: pytest.MonkeyPatch, programs: Path) -> None:
    (programs / "inputs.txt").write_text("aa\nb\n")
    with (programs / "inputs.txt").open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert len(rasp("run", "hist.rasp", "--inputs", "-").lines) == 2
    assert isinstance(sys.stdin, io.TextIOBase)


def test_a_list_that_stands_in_others_many_times_is_no_endless_json(tmp_path: Path) -> None:
    file = tmp_path / "shared.rasp"
    file.write_text("y = [1, 2]; for i in range(60) { y = [y, y]; }", encoding="utf-8")
    assert main(["eval", "y", "-l", str(file), "--json"]) == 1


def test_a_folder_does_not_hide_a_library_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sort").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["run", "sort", "-s", "sorted", "-i", "ba"]) == 0
    assert capsys.readouterr().out == 'sorted("ba") = [a, b] (strings)\n'


def test_any_number_of_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "next.rasp"
    file.write_text("x = indices > 1;", encoding="utf-8")
    assert main(["generate", str(file), "-s", "x", "-i", "ab", "--until", "True", "--max-steps", "9" * 30]) == 0
    assert capsys.readouterr().out == "F\n"
    assert Session().generate("indices", "a", max_steps=-1) == []


@pytest.mark.parametrize(
    ("expression", "label"),
    [
        ('(tokens) + ("a")', '(tokens + "a")("b")'),
        ("tokens # c", 'tokens("b")'),
        ("sort(tokens,1)", 'sort(tokens, 1)("b")'),
    ],
)
def test_labels_say_what_was_evaluated(expression: str, label: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", expression, "-i", "b"]) == 0
    assert capsys.readouterr().out.startswith(f"{label} = ")
