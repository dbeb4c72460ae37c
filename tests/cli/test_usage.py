"""Commands and options that are unknown, `rasp help`, `rasp repl`, and `rasp FILE` for `rasp run FILE`."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasp.cli.arguments import COMMANDS, command_parser
from rasp.cli.usage import option_strings
from tests.cli.processes import Rasp, Talk

# ------------------------------------------------------------------------------------------------------------ commands


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frob", "x.rasp"], "there is no command or file 'frob'; the commands are run, eval, "),
        (["chekc", "hist.rasp"], "there is no command or file 'chekc'; did you mean `rasp check`?"),
        (["srot", "-i", "ba"], "did you mean `rasp sort`?"),
        (["hits"], "did you mean `rasp hist`?"),
        (["hlep"], "did you mean `rasp help`?"),
        (["rpel"], "did you mean `rasp repl`?"),
        (["tokens == 3"], "`rasp eval EXPR` shows the value of an expression"),
        (["--limit", "calls=3", "frob"], "there is no command or file 'frob'"),
        (["help", "chekc"], "there is no command 'chekc'; did you mean `rasp help check`?"),
        (["help", "sort"], "there is no command 'sort'"),
        (["help", "run", "eval"], "unrecognized arguments: eval"),
        (
            ["help", "model", "rnu"],
            "rasp help: error: the actions of `rasp model` are run, show, draw and export; did you mean run?",
        ),
        (["help", "model", "dance"], "the actions of `rasp model` are run, show, draw and export\n"),
        (["help", "model", "run", "x"], "unrecognized arguments: x"),
        (
            ["model", "rnu", "h.safetensors"],
            "argument action: 'rnu' is none of run, show, draw and export; did you mean run?",
        ),
        (["model", "dance", "h.safetensors"], "argument action: 'dance' is none of run, show, draw and export\n"),
        ([""], "there is no command or file ''"),
        (["\x1b[31m"], "there is no command or file '�[31m'"),
    ],
)
def test_a_command_that_there_is_not(rasp: Rasp, arguments: list[str], message: str) -> None:
    result = rasp(*arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["hist.rasp", "-i", "ab"],
        ["hist", "-i", "ab"],
        ["-i", "ab", "hist.rasp"],
        ["-i", "ab", "hist"],
        ["-s", "hist", "--", "hist.rasp"],
        ["./hist.rasp", "-sunused", "--sop=hist", "-iab"],
        ["--limit", "calls=99", "hist.rasp", "-i", "ab"],
    ],
)
def test_a_program_without_a_command_runs(rasp: Rasp, arguments: list[str]) -> None:
    short = rasp(*arguments)
    place = 2 if arguments[0] == "--limit" else 0
    assert short == rasp(*arguments[:place], "run", *arguments[place:])
    assert 'hist("' in short.out or "unused" in short.err


@pytest.mark.parametrize("name", ["no.rasp", "no/such", "./no", ".", "no.txt", "n" * 300])
def test_what_looks_like_a_file_is_missed_as_one(rasp: Rasp, name: str) -> None:
    result = rasp(name)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("error[R50")


def test_a_file_may_have_the_name_of_no_command(rasp: Rasp, programs: Path) -> None:
    (programs / "frob").write_text("a = 7;")
    assert rasp("frob").lines == ["value: a = 7"]


def test_a_missing_file_names_the_nearest(rasp: Rasp) -> None:
    assert "Did you mean hist.rasp?" in rasp("run", "hits.rasp").err
    assert "Did you mean hist.rasp?" in rasp("run", "hist.rsp").err
    assert "Did you mean hist.rasp?" in rasp("run", "sort", "--inputs", "hist.rap").err


# ------------------------------------------------------------------------------------------------------------- options


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--verison"], "rasp: error: there is no option '--verison'; did you mean --version?"),
        (["-v"], "did you mean --version?"),
        (["-V"], "did you mean --version?"),
        (["--hlep"], "did you mean --help?"),
        (["hist.rasp", "--inptus", "x"], "rasp run: error: there is no option '--inptus'; did you mean --inputs"),
        (["--inptu", "ab", "hist.rasp"], "rasp: error: there is no option '--inptu'; did you mean --input"),
        (["run", "--wrods=x"], "there is no option '--wrods'; did you mean --words?"),
        (["run", "hist.rasp", "-words"], "there is no option '-words'; did you mean --words?"),
        (["run", "hist.rasp", "-input", "ab"], "unrecognized arguments: ab; did you mean --input?"),
        (["run", "hist.rasp", "-z"], "there is no option '-z'; there are --help, --sop, "),
        (["run", "hist.rasp", "-i", "-x"], "the value of -i begins with -: write --input=-x"),
        (
            ["eval", "1", "--jobs", "2"],
            "`rasp run`, `rasp generate`, `rasp model` and `rasp learn` have it",
        ),
        (["check", "hist.rasp", "-s", "hist"], "there is no option '-s' here; `rasp run`, "),
        (["stdlib", "--mask=causal"], "there is no option '--mask' here; `rasp arch` has it"),
        (["--json", "check", "hist.rasp"], "options stand behind the command: `rasp check --json hist.rasp`"),
        (["-i", "a b", "eval", "length"], "options stand behind the command: `rasp eval -i 'a b' length`"),
        (
            ["--vocab", "ab", "compile", "hist.rasp"],
            "`rasp equal`, `rasp learn` and `rasp train` have it, where it stands behind",
        ),
        (["repl", "--interactive"], "there is no option '--interactive' here; `rasp run` has it"),
    ],
)
def test_an_option_that_there_is_not(rasp: Rasp, arguments: list[str], message: str) -> None:
    result = rasp(*arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "--dtype=flaot64",
            "argument --dtype: 'flaot64' is none of float64 and float32; did you mean float64?",
        ),
        ("--dtype=FLOAT32", "; did you mean float32 or float64?"),
        ("--dtype=int", "'int' is none of float64 and float32\n"),
        ("--undefined=skp", "argument --undefined: 'skp' is none of error and skip; did you mean skip?"),
        ("--undefined=", "argument --undefined: '' is none of error and skip\n"),
    ],
)
def test_a_choice_that_there_is_not(rasp: Rasp, given: str, message: str) -> None:
    result = rasp("compile", "hist.rasp", "--vocab", "ab", "--max-length", "3", given)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


@pytest.mark.parametrize("command", COMMANDS)
def test_misspelt_options_of_every_command(rasp: Rasp, command: str) -> None:
    for option in option_strings(command_parser(command)):
        if len(option) > 4:
            misspelt = option[:-1] + "q"
            result = rasp(command, misspelt)
            assert (result.status, result.out) == (2, "")
            assert f"rasp {command}: error: there is no option '{misspelt}'; did you mean " in result.err
            assert option in result.err.rsplit("did you mean", 1)[1]


@pytest.mark.parametrize("given", ["-5", "-1.5", "- a", "-x y"])
def test_what_begins_with_a_minus_and_is_no_option(rasp: Rasp, given: str) -> None:
    result = rasp("run", "hist.rasp", "-i", given)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f'hist("{given}")')


# ------------------------------------------------------------------------------------------------------------ commands


def test_help_of_a_command(rasp: Rasp) -> None:
    for command in COMMANDS:
        assert rasp("help", command) == rasp(command, "--help")
    assert rasp("help", "model", "draw") == rasp("model", "draw", "--help")
    assert rasp("help", "completion", "zsh") == rasp("help", "completion")
    assert rasp("help") == rasp("--help") == rasp("-h")
    assert all(f"    {command}" in rasp("help").out for command in COMMANDS)
    assert "2 for wrong usage" in " ".join(rasp("help").out.split())


def test_repl(session: Talk) -> None:
    text = "a = 1;\n:names\nnope;\n"
    assert session(text, "repl") == session(text)
    assert session("hist;", "repl", "hist").out == session("hist;", "run", "hist", "--interactive").out
    missing = session("", "repl", "nope")
    assert (missing.status, missing.err[:12]) == (1, "error[R501]:")


@pytest.mark.parametrize("folder", [False, True])
@pytest.mark.parametrize(
    "command",
    [
        ["run"],
        ["run", "-i", "ab"],
        ["run", "--interactive"],
        ["repl"],
        ["check"],
        ["check", "--fix", "hist.rasp"],
        ["test"],
        ["draw"],
        ["eval", "1", "--load"],
        ["generate", "-i", "ab", "-s", "x"],
        ["compile", "--vocab", "ab", "--max-length", "3"],
    ],
)
def test_the_library_is_no_program(rasp: Rasp, programs: Path, command: list[str], folder: bool) -> None:
    if folder:
        (programs / "stdlib").mkdir()
    result = rasp(*command, "stdlib")
    assert (result.status, result.out) == (2, rasp("stdlib").out)
    assert result.err.startswith(f"rasp {command[0]}: error: stdlib is the library, not a program of it; ")
    assert "`rasp stdlib` lists its programs, `rasp run NAME` runs one, such as `rasp run sort -i hello`" in result.err
    assert result.err.count("\n") == 1


def test_the_library_beside_json_and_where_it_is_a_name(rasp: Rasp, programs: Path) -> None:
    told = rasp("run", "stdlib", "--json")
    assert (told.status, told.out) == (2, "")
    lengths = ("--vocab", "ab", "--max-length", "3")
    assert "stdlib is the library, not a program of it" in rasp("equal", "stdlib:sorted", "sort:sorted", *lengths).err
    assert rasp("arch", "stdlib", "--mask", "causal").status == 2
    (programs / "stdlib").write_text("a = 7;")
    assert rasp("run", "stdlib").lines == ["value: a = 7"]


def test_an_expression_that_is_a_file(rasp: Rasp) -> None:
    assert "It is a file, not an expression" in rasp("eval", "hist.rasp").err
