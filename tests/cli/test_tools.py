"""`rasp check`, `rasp test`, `rasp stdlib` and `rasp explain`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import rasp as package
from tests.cli.processes import Rasp

# ------------------------------------------------------------------------------------------------------------- check


def test_check_of_a_right_program_is_silent(rasp: Rasp) -> None:
    assert rasp("check", "calc.rasp", "reverse") == (0, "", "")


def test_check_warns_of_a_name_that_nothing_reads(rasp: Rasp) -> None:
    status, out, err = rasp("check", "hist.rasp")
    assert (status, err) == (0, "")
    assert out.startswith("hist.rasp:2:1: W103 `_same` is never used.")


def test_check_gives_one_line_a_finding_by_place(rasp: Rasp, programs: Path) -> None:
    (programs / "bad.rasp").write_text("x = lenght;\ny = 1 +;\nsort(1); length = 2;\nz = x and not 1 == 2;\n")
    result = rasp("check", "broken.rasp", "bad.rasp", "nope.rasp", ".")
    assert [line.split(" ")[:2] for line in result.lines] == [
        ["broken.rasp:2:5:", "R201"],
        ["bad.rasp:1:5:", "R201"],
        ["bad.rasp:2:8:", "R111"],
        ["bad.rasp:3:1:", "R302"],
        ["bad.rasp:3:10:", "R202"],
        ["bad.rasp:4:5:", "W101"],
        ["nope.rasp:1:1:", "R501"],
        [".:1:1:", "R504"],
    ]
    assert result.lines[1].endswith("unknown name `lenght`. Did you mean `length` or `len`?")
    assert (result.status, result.err) == (1, "")


def test_check_runs_nothing(rasp: Rasp, programs: Path) -> None:
    (programs / "long.rasp").write_text("def f(n) {\n    return f(n);\n}\nf(1);\na = 9 ^ (9 ^ 9);\n1 / 0;\n")
    assert rasp("check", "long.rasp") == (0, "", "")


def test_check_of_warnings_alone_succeeds(rasp: Rasp, programs: Path) -> None:
    (programs / "doubt.rasp").write_text("x = True or False and False;")
    result = rasp("check", "doubt.rasp")
    assert result.status == 0
    assert result.out.startswith("doubt.rasp:1:5: W101 ")


def test_check_reports_a_loaded_file_once(rasp: Rasp, programs: Path) -> None:
    for name in ("one", "two"):
        (programs / f"{name}.rasp").write_text('load "broken";\nd = a + c;\n')
    assert len(rasp("check", "one.rasp", "two.rasp").lines) == 1


def test_check_of_bytes(rasp: Rasp, programs: Path) -> None:
    (programs / "image.rasp").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    (programs / "zeros.rasp").write_bytes(b"\0" * 100)
    first, *rest = rasp("check", "image.rasp", "zeros.rasp").lines
    assert first == "image.rasp:1:1: R506 image.rasp is not a program: it seems to be a PNG image"
    assert rest
    assert all(line.isprintable() for line in rest)


# -------------------------------------------------------------------------------------------------------------- test


def test_examples_that_hold(rasp: Rasp) -> None:
    result = rasp("test", "sort", "reverse", "prelude")
    assert (result.status, result.err) == (0, "")
    assert result.lines[-1].endswith(" passed, 0 failed")


@pytest.mark.parametrize("change", [("", ""), ("def min(", "def least("), ("a if a < b else b", "b if b < a else a")])
def test_examples_of_another_prelude(rasp: Rasp, programs: Path, change: tuple[str, str]) -> None:
    """The prelude of a checkout, which binds the names that the installed one keeps for itself."""
    (programs / "prelude.rasp").write_text(package.stdlib.source("prelude").replace(*change))
    result = rasp("test", "prelude.rasp")
    assert (result.status, result.err) == (0, "")
    assert result.lines == rasp("test", "prelude").lines


def test_examples_of_another_prelude_are_its_own(rasp: Rasp, programs: Path) -> None:
    text = package.stdlib.source("prelude")
    (programs / "prelude.rasp").write_text(text.replace("a if a < b else b", "a if a > b else b"))
    assert rasp("test", "prelude.rasp").status == 1
    (programs / "prelude.rasp").write_text("# A prelude, but not that of the language.\nlength = 3;\n")
    assert "error[R202]" in rasp("test", "prelude.rasp").err


def test_examples_that_fail(rasp: Rasp, programs: Path) -> None:
    text = '# >>> 1 + 1\n# 2\nx = "# >>> 3";\n# >>> length("ab")\n# [2.0, 2.0]\n# >>> nope\n# error R202\n# >>> x\n'
    (programs / "examples.rasp").write_text(text)
    result = rasp("test", "examples.rasp")
    assert result.status == 1
    assert result.lines == [
        'examples.rasp:4: length("ab")',
        "    expected: [2.0, 2.0]",
        "    got:      [2, 2]",
        "examples.rasp:6: nope",
        "    expected: error R202",
        "    got:      error R201: unknown name `nope`",
        "examples.rasp:8: x",
        "    expected: -",
        "    got:      no value stands on the next line to compare with",
        "1 passed, 3 failed",
    ]


def test_a_program_without_examples_says_so(rasp: Rasp) -> None:
    result = rasp("test", "hist.rasp")
    assert result.status == 0
    assert result.lines[0].startswith("hist.rasp: no examples")
    assert result.lines[-1] == "0 passed, 0 failed"


def test_a_program_that_fails_itself(rasp: Rasp) -> None:
    result = rasp("test", "broken.rasp", "sort")
    assert result.status == 1
    assert "broken.rasp:2:5" in result.err
    assert result.lines[-1].endswith("1 program did not run")


# ------------------------------------------------------------------------------------------------------------ stdlib


def test_stdlib_lists_every_program(rasp: Rasp) -> None:
    result = rasp("stdlib")
    heads = [line.split()[0] for line in result.lines if line[:1].islower()]
    assert heads == package.stdlib.names()
    assert '  reverse("hello") = ["o", "l", "l", "e", "h"]' in result.out
    assert max(map(len, result.lines)) <= 120


def test_stdlib_prints_a_program(rasp: Rasp) -> None:
    assert rasp("stdlib", "sort").out == package.stdlib.source("sort")
    assert "def has_focus" in rasp("stdlib", "prelude").out


def test_stdlib_names_the_nearest_program(rasp: Rasp) -> None:
    result = rasp("stdlib", "revers")
    assert (result.status, result.out) == (1, "")
    assert "Did you mean reverse?" in result.err


# ----------------------------------------------------------------------------------------------------------- explain


def test_explain(rasp: Rasp) -> None:
    result = rasp("explain", "r201")
    assert (result.status, result.err) == (0, "")
    assert result.lines[0] == "R201: unknown name"
    assert "    error[R201]: unknown name `lenght`" in result.lines
    assert "      --> example.rasp:1:5".strip() in result.out
    assert result.out.index("Wrong:") < result.out.index("Right:")


def test_explain_knows_every_code(rasp: Rasp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the folder in which it runs the wrong programs is not to be seen."""
    hidden = tmp_path / "where-wrong-programs-run"
    hidden.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(hidden))
    listing = rasp("explain").lines
    assert len(listing) > 50
    for line in listing:
        code, title = line.split("  ", 1)
        result = rasp("explain", code)
        assert result.lines[0] == f"{code}: {title}"
        assert f"[{code}]" in result.out
        assert hidden.name not in result.out


@pytest.mark.parametrize(("code", "message"), [("R2O1", "did you mean R201"), ("nonsense", "the codes are:\nR100  ")])
def test_explain_of_an_unknown_code(rasp: Rasp, code: str, message: str) -> None:
    result = rasp("explain", code)
    assert (result.status, result.out) == (1, "")
    assert message in result.err
