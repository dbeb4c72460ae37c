"""`rasp exercises`, and exercises in a folder of a teacher's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rasp.session.exercises import check_answer, exercises
from tests.cli.processes import Rasp

TEN = exercises()


def test_ten_in_three_levels() -> None:
    assert len(TEN) == 10
    assert {exercise.level for exercise in TEN} == {1, 2, 3}
    assert all(exercise.hint and exercise.examples for exercise in TEN)


@pytest.mark.parametrize("exercise", TEN, ids=lambda exercise: exercise.name)
def test_the_solution_passes_and_the_tokens_do_not(exercise, tmp_path: Path) -> None:
    verdict = check_answer(exercise, exercise.file)
    assert verdict.right
    assert verdict.passed == verdict.tests > 100
    wrong = tmp_path / "wrong.rasp"
    wrong.write_text(f"{exercise.name} = tokens;")
    assert not check_answer(exercise, wrong).right


def test_list_and_show(rasp: Rasp) -> None:
    lines = rasp("exercises").lines
    assert all(any(exercise.name in line for line in lines) for exercise in TEN)
    shown = rasp("exercises", "show", "rotate")
    assert 'rotate("abcd") = ["d", "a", "b", "c"]' in shown.out
    assert "aggregate" not in shown.out
    assert len(rasp("exercises", "list", "--json").lines) == 10


@pytest.mark.parametrize(
    ("program", "remark", "passed"),
    [
        ("rotate = tokens;", "wrong on 348 of 363 hidden tests", 15),
        ("rotate = 1 / 0;", "the program fails: division by zero", 0),
        ("rotate = full_s;", "it is no s-op", 0),
        ("x = 1;", "the program does not define it", 0),
        ("rotate = (", "the program fails: ", 0),
        ("rotate = tokens[5];", "wrong on", 0),
    ],
)
def test_wrong_answers(rasp: Rasp, programs: Path, program: str, remark: str, passed: int) -> None:
    (programs / "rotate.rasp").write_text(program)
    result = rasp("exercises", "check", "rotate.rasp", "--json")
    fields = json.loads(result.out)
    assert (result.status, fields["right"], fields["passed"]) == (1, False, passed)
    assert fields["remark"].startswith(remark)
    assert (fields["failed"] is not None) == remark.startswith("wrong")


def test_options_stand_anywhere(rasp: Rasp, programs: Path) -> None:
    (programs / "rotate.rasp").write_text("rotate = tokens;")
    shown = rasp("exercises", "check", "rotate.rasp", "--json").out
    assert rasp("exercises", "check", "--json", "rotate.rasp").out == shown
    assert rasp("exercises", "--json", "check", "rotate.rasp").out == shown
    assert len(rasp("exercises", "--json").lines) == 10
    assert rasp("exercises", "chek", "rotate.rasp").status == 2


def test_another_way_is_right(rasp: Rasp, programs: Path) -> None:
    (programs / "mine.rasp").write_text('rotate = shift(tokens, 1, "") if indices > 0 else tokens[-1];')
    result = rasp("exercises", "check", "mine.rasp", "--exercise", "rotate")
    assert (result.status, result.lines) == (0, ["mine.rasp: rotate: right on all 363 hidden tests"])


OWN = "# back: the input backwards\n#\n# vocab: [1, 2]\n# max-length: 3\n# test: [7, 8, 9, 7]\n# layers: 2\n"


def test_a_folder_of_ones_own(rasp: Rasp, programs: Path) -> None:
    (programs / "own").mkdir()
    (programs / "own" / "back.rasp").write_text(f"{OWN}back = tokens_asis[0];\n")
    (programs / "back.rasp").write_text("back = tokens_asis[0];")
    assert "right on all 15" in rasp("exercises", "check", "back.rasp", "--folder", "own").out
    (programs / "back.rasp").write_text("one = sort(indices, indices); back = tokens_asis[0] if one + 1 > 0 else 1;")
    assert "at most" in rasp("exercises", "show", "back", "--folder", "own").out
    (programs / "back.rasp").write_text("a = sort(indices, indices); b = sort(a, a); back = tokens_asis[0] + b - b;")
    assert "2 are enough" in rasp("exercises", "check", "back.rasp", "--folder", "own").out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1;", "does not begin with a comment"),
        ("# x: a task\n# vocab: ab\nx = 1;", "lacks a line `# max-length: …`"),
        ("# x: a task\n# vocab: ab\n# max-length: many\nx = 1;", "which is no number"),
        ("# x: a task\n# vocab: ab\n# max-length: 99\nx = tokens;", "tests"),
        ("# x: a task\n# vocab: ab\n# max-length: 3\ny = tokens;", "has no s-op of the name x"),
    ],
)
def test_exercises_that_are_at_fault(rasp: Rasp, programs: Path, text: str, message: str) -> None:
    (programs / "own").mkdir()
    (programs / "own" / "x.rasp").write_text(text)
    (programs / "x.rasp").write_text("x = tokens;")
    result = rasp("exercises", "check", "x.rasp", "--folder", "own")
    assert result.status == 1
    assert message in result.err


def test_a_file_that_cannot_be_checked_leaves_the_others(rasp: Rasp, programs: Path) -> None:
    (programs / "rotate.rasp").write_text("rotate = aggregate(select(indices, (indices - 1) % length, ==), tokens);")
    (programs / "stray.rasp").write_text("stray = tokens;")
    result = rasp("exercises", "check", "stray.rasp", "nope.rasp", "rotate.rasp", "--json")
    first, second, last = map(json.loads, result.lines)
    assert (result.status, result.err) == (1, "")
    assert [(each["right"], each["tests"], each["score"]) for each in (first, second)] == [(False, 0, 0.0)] * 2
    assert "there is no exercise 'stray'" in first["remark"]
    assert (last["right"], last["score"]) == (True, 1.0)
    plain = rasp("exercises", "check", "stray.rasp", "rotate.rasp")
    assert (plain.status, "right on all" in plain.out, "no exercise 'stray'" in plain.err) == (1, True, True)
    assert "`--exercise NAME` says which exercise a file of another name answers." in " ".join(plain.err.split())


def test_wrong_usage(rasp: Rasp, programs: Path) -> None:
    assert "there is no exercise 'rotat'" in rasp("exercises", "show", "rotat").err
    assert rasp("exercises", "show").status == 2
    assert rasp("exercises", "list", "rotate").status == 2
    assert rasp("exercises", "check").status == 2
    assert "has no exercises" in rasp("exercises", "--folder", "nowhere").err
