"""Walks `grammar/errors.toml`: every wrong program gives exactly its message, every right one none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from rasp.base.diagnostics import Diagnostic, render_diagnostic
from rasp.cli.explain import diagnose, error_table, example_program, files_of, known_codes

TABLE = error_table()
ROWS = [
    pytest.param(code, row, id=f"{code}-{number}")
    for code, entry in TABLE.items()
    for number, row in enumerate(entry["rows"])
]


def found_in(case: Mapping[str, Any]) -> list[Diagnostic]:
    with files_of(case) as folder:
        return diagnose(case, folder)


@pytest.mark.parametrize(("code", "row"), ROWS)
def test_a_wrong_program_gives_its_message_and_no_other(code: str, row: Mapping[str, Any]) -> None:
    (found,) = found_in(row)
    assert (found.code, found.title) == (code, row["title"])
    assert (found.span.text if found.span else "") == example_program(row["caret"])
    assert (found.hint, found.suggestion) == (row.get("hint", ""), row.get("suggestion", ""))


@pytest.mark.parametrize("code", TABLE)
def test_an_entry_explains_its_code(code: str) -> None:
    entry = TABLE[code]
    (found,) = found_in({**entry, "program": entry.get("wrong", "")})
    assert found.code == code
    assert found_in({"program": entry["right"], "files": entry.get("files", {})}) == []
    assert entry["meaning"].strip().endswith(".")


@pytest.mark.parametrize(("code", "row"), ROWS)
def test_a_message_shows_its_place(code: str, row: Mapping[str, Any]) -> None:
    (found,) = found_in(row)
    lines = render_diagnostic(found).split("\n")
    assert lines[0].endswith(f"[{code}]: {found.title}")
    assert (found.span is not None) == any("-->" in line for line in lines)
    assert max(map(len, lines)) < 400
    assert all(line.isprintable() for line in lines)


def test_every_code_has_rows() -> None:
    assert list(TABLE) == list(known_codes(TABLE))
    assert all(entry["rows"] for entry in TABLE.values())


def test_a_missing_file_lists_the_places(tmp_path: object) -> None:
    (found,) = found_in({"program": 'load "gone";'})
    assert all(detail.startswith("searched: ") for detail in found.details)
    assert len(found.details) >= 2


@pytest.mark.parametrize(
    ("program", "sop", "position", "operands"),
    [
        ('x = 1 / indices;\nx("ab");', "`x`", 0, "1 and 0"),
        ('(5 % (indices - 1))("ab");', "`5 % (indices - 1)`", 1, "5 and 0"),
        ('tokens_int("12x");', "`tokens_int`", 2, '"x"'),
        ('x = {"a": 1}[tokens];\n(x + 1)("ab");', "`x`", 1, '"b"'),
        ('x = tokens if indices > 0 else 7;\nx("ab");', "`x`", 1, '7 and "b"'),
    ],
)
def test_errors_on_an_input_name_sop_position_and_operands(
    program: str, sop: str, position: int, operands: str
) -> None:
    (found,) = found_in({"program": program})
    (remark,) = (detail for detail in found.details if detail.startswith("in "))
    assert remark.startswith(f"in {sop} at position {position}, with {operands}")
