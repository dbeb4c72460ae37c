"""Every built-in name has a worked example in `:help`."""

from __future__ import annotations

import pytest

from rasp.assist.documentation import FORMS
from rasp.assist.worked_examples import worked_example
from rasp.session.session import Session
from tests.repl.conftest import Talk

BUILT_IN = sorted({*Session().scope.visible(), *FORMS})


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_has_an_example(talk: Talk, name: str) -> None:
    example = worked_example(name)
    assert example
    said = talk(f":help {name}")
    assert all(line in said for line in example)
    assert all(len(line) <= 80 for line in said.splitlines())


@pytest.mark.parametrize("name", ["select", "aggregate", "selector_width", "best"])
def test_rows_and_columns_are_named(name: str) -> None:
    _, keys, *rows = worked_example(name)
    assert keys.split()[0] == "keys"
    assert sum(row.split()[0] == "query" for row in rows) == 3


def test_a_name_that_the_user_binds_has_none(talk: Talk) -> None:
    talk("best = tokens;")
    assert "query" not in talk(":help best")
