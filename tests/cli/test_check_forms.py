"""`rasp check --json` and `--format github`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.processes import Rasp


def test_json(rasp: Rasp, programs: Path) -> None:
    (programs / "odd.rasp").write_text('a = not tokens == "a";\n')
    result = rasp("check", "broken.rasp", "odd.rasp", "calc.rasp", "--json")
    error, warning = map(json.loads, result.lines)
    assert result.status == 1
    assert (error["file"], error["line"], error["column"], error["end_line"], error["end_column"]) == (
        "broken.rasp", 2, 5, 2, 9,
    )  # fmt: skip
    assert (error["severity"], error["code"], error["title"]) == ("error", "R201", "unknown name `nope`")
    assert (warning["severity"], warning["code"]) == ("warning", "W101")
    assert rasp("check", "calc.rasp", "--json").out == ""
    assert rasp("check", "broken.rasp", "--format", "json").lines == [result.lines[0]]


def test_github(rasp: Rasp, programs: Path) -> None:
    (programs / "a,b.rasp").write_text("x = nope;\n")
    (line,) = rasp("check", "a,b.rasp", "--format", "github").lines
    assert line == "::error file=a%2Cb.rasp,line=1,endLine=1,col=5,endColumn=9,title=R201::unknown name `nope`"
    (line,) = rasp("check", "missing.rasp", "--format", "github").lines
    assert line.startswith("::error file=missing.rasp,line=1,endLine=1,col=1,endColumn=1,title=R501::")


def test_what_is_fixed_is_not_told_among_data(rasp: Rasp, programs: Path) -> None:
    (programs / "odd.rasp").write_text('a = not tokens == "a";\n')
    assert rasp("check", "odd.rasp", "--fix", "--json").out == ""
    assert "(" in (programs / "odd.rasp").read_text()


def test_forms_are_one_of_three(rasp: Rasp) -> None:
    assert rasp("check", "hist.rasp", "--format", "gitlab").status == 2
    assert rasp("check", "hist.rasp", "--format", "github", "--json").status == 2
