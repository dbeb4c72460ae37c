"""What wrong programs are told."""

from __future__ import annotations

import pytest

from rasp import errors
from rasp.errors import RaspError
from rasp.syntax.foreign import OPERATORS, STATEMENTS, WRITE
from rasp.syntax.mistakes import MISTAKES, Mistake
from rasp.syntax.parser import parse


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.code} {mistake.text}")
def test_mistake(mistake: Mistake) -> None:
    with pytest.raises(RaspError) as caught:
        parse(mistake.text)
    diagnostic = caught.value.diagnostic
    assert diagnostic.span is not None
    assert (diagnostic.code, diagnostic.title) == (mistake.code, mistake.title)
    assert diagnostic.span.text.rstrip("\n") == mistake.caret
    assert "\n" not in diagnostic.title + diagnostic.hint + diagnostic.suggestion
    assert str(caught.value)


def test_every_syntax_error_is_in_the_table() -> None:
    codes = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RaspError)}
    assert {code for code in codes if code.startswith("R1")} == {
        mistake.code for mistake in MISTAKES if mistake.code.startswith("R1")
    }


def test_tables_agree() -> None:
    assert set(WRITE) <= set(OPERATORS)
    assert all(hint.endswith(".") for hint in (*OPERATORS.values(), *STATEMENTS.values()))


def test_an_unclosed_bracket_says_where_it_was_noticed() -> None:
    with pytest.raises(RaspError) as caught:
        parse("x = (1 +\n 2;")
    (note,) = caught.value.diagnostic.notes
    assert (note.label, note.span.line, note.span.column) == ("noticed here", 2, 3)


def test_a_missing_semicolon_is_shown_where_it_belongs() -> None:
    with pytest.raises(RaspError) as caught:
        parse("x = 1  # one\ny = 2;", "prog.rasp")
    assert repr(caught.value.span) == "prog.rasp:1:6"
