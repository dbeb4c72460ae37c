"""`rasp draw`, and `draw(…);` in programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.processes import Rasp, Talk


def test_text(rasp: Rasp) -> None:
    result = rasp("draw", "hist.rasp", "-s", "hist", "-i", "aba")
    assert (result.status, result.err) == (0, "")
    assert result.lines[0] == 'hist("aba")'
    assert result.lines[-3:] == [
        "      writes hist",
        "layer 1, feed-forward",
        "  > hist  2 1 2   = selector_width(_same)",
    ]


def test_a_file(rasp: Rasp, programs: Path) -> None:
    result = rasp("draw", "sort", "-s", "sorted", "-i", "ba", "-o", "out.svg")
    assert (result.status, result.out) == (0, "drawn: out.svg\n")
    assert (programs / "out.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_example_and_the_only_sop(rasp: Rasp) -> None:
    assert rasp("draw", "reverse").lines[0] == 'reverse("hello")'


def test_folded_values(rasp: Rasp) -> None:
    lines = rasp("draw", "reverse", "--unfold").lines
    assert sum("length - 1 " in line for line in lines) > sum(
        "length - 1 " in line for line in rasp("draw", "reverse").lines
    )


def test_several_together(rasp: Rasp) -> None:
    lines = rasp("draw", "sort", "-s", "sorted", "-s", "sorted_bos", "-i", "§ba").lines
    assert lines[0] == '(sorted, sorted_bos)("§ba")'
    assert lines[1] == "sorted, sorted_bos: 2 layers, 3 heads at most (3, 2) without BOS"


def test_inputs_of_words_and_lists(rasp: Rasp) -> None:
    assert "to be to" in rasp("draw", "hist.rasp", "-i", "to be to", "--words").out.replace("  ", " ")
    assert rasp("draw", "hist.rasp", "-i", "[1, 2.5]", "--list").lines[0] == "hist([1, 2.5])"


def test_assume_bos(rasp: Rasp) -> None:
    assert "1 layer, 1 head" in rasp("draw", "hist.rasp", "--assume-bos").lines[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sort",), "the program names several s-ops"),
        (("calc.rasp", "-s", "number"), "`number` is an int 5, not an s-op"),
        (("calc.rasp", "-s", "inverse", "-i", "10"), "division by zero"),
        (("calc.rasp", "-s", "inverse", "-i", "x"), "`tokens_int` cannot convert"),
        (("hist.rasp", "-i", ""), "the input is empty"),
        (("hist.rasp", "-o", "x.gif"), "`.gif` is no format of drawings"),
        (("hist.rasp", "-o", "none/x.svg"), "there is no folder 'none'"),
        (("hist.rasp", "-i", "x" * 201), "an input of 201 elements is too long to draw"),
        (("hist.rasp", "-i", "abc", "--max-n", "2"), "raise it by `rasp draw --max-n 3`"),
    ],
)
def test_mistakes(rasp: Rasp, arguments: tuple[str, ...], message: str) -> None:
    result = rasp("draw", *arguments)
    assert (result.status, result.out) == (1, "")
    assert message in result.err
    assert result.err.count("error[") == 1


def test_more_positions_where_they_are_asked_for(rasp: Rasp) -> None:
    assert rasp("draw", "hist.rasp", "-i", "x" * 201, "--max-n", "201").status == 0


def test_in_a_program(session: Talk, programs: Path) -> None:
    result = session('x = indices + 1;\ndraw(x, "abc");\ndraw(full_s, "ab");\n')
    assert result.lines[2:4] == ["drawn: comp_flows/x.svg", "= [1, 2, 3] (ints)"]
    assert result.lines[4:6] == ["drawn: comp_flows/full_s.svg", "="]
    assert sorted(path.name for path in (programs / "comp_flows").iterdir()) == ["full_s.svg", "x.svg"]


def test_in_functions_and_loops(session: Talk, programs: Path) -> None:
    function = 'def f(x) {\n    draw(x, "ab");\n    return x;\n}\n'
    result = session(f"{function}for k in [1, 2] {{\n    f(indices + k);\n}}\n")
    assert result.err == ""
    assert result.out.count("drawn: comp_flows/out.svg") == 1
    assert result.out.count("drawn: comp_flows/out-2.svg") == 1
    first, second = sorted((programs / "comp_flows").iterdir())
    assert first.read_text() != second.read_text()


def test_a_name_that_is_too_long_for_a_file(session: Talk, programs: Path) -> None:
    result = session(f"{'n' * 300} = indices;\nexamples off\ndraw({'n' * 300});\n")
    assert result.err == ""
    assert [path.name for path in (programs / "comp_flows").iterdir()] == [f"{'n' * 100}.svg"]


def test_on_the_example(session: Talk) -> None:
    result = session('set example "no"\nset selector example "yes"\ndraw(tokens);\ndraw(full_s);\n')
    assert "= [n, o] (strings)" in result.out
    assert "y e s" in result.out


def test_what_a_statement_cannot_draw(session: Talk, programs: Path) -> None:
    result = session('draw(3);\ndraw(length, 5);\ndraw(1 / indices);\ndraw(length, "x" * 500);\ntokens;\n')
    codes = [line[6:10] for line in result.err.split("\n") if line.startswith("error")]
    assert codes == ["R305", "R402", "R310", "R607"]
    assert not (programs / "comp_flows").exists()
    assert result.lines[0] == "s-op: tokens"


def test_a_name_of_its_own(session: Talk, programs: Path) -> None:
    result = session("def draw(x) {\n    return x + 1;\n}\ndraw(2);\n")
    assert result.lines[-1] == "value: out = 3"
    assert not (programs / "comp_flows").exists()


def test_the_heads_of_a_width_as_built(rasp: Rasp) -> None:
    assert "1 drawn, 2 counted" in rasp("draw", "hist.rasp", "-s", "hist", "-i", "aba").out
    assert "head 2:" in rasp("draw", "hist.rasp", "-s", "hist", "-i", "aba", "--as-built").out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--width", "300"], "--width, --scale and --embed go with -o"),
        (["-o", "a.svg", "--width", "0"], "'0' is not a size from 0.1 to 20000"),
        (["-o", "a.svg", "--width", "9", "--scale", "2"], "not allowed with argument"),
        (["-o", "a.svg", "--embed"], "only an .html file can be a fragment"),
    ],
)
def test_wrong_sizes(options: list[str], message: str, rasp: Rasp) -> None:
    result = rasp("draw", "hist.rasp", "-s", "hist", *options)
    assert result.status != 0
    assert message in result.err
