"""What wrong programs are told."""

from __future__ import annotations

from typing import Any

import pytest

from rasp import errors
from rasp.errors import RaspError
from rasp.syntax import messages
from rasp.syntax.draft import StatementDraft
from rasp.syntax.foreign import SIGN_OPERATORS, STATEMENTS, WRITE
from rasp.syntax.lexer import Token
from rasp.syntax.mistakes import EXPRESSIONS, MISTAKES, Mistake
from rasp.syntax.parser import Reader, parse, parse_expression


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


@pytest.mark.parametrize("mistake", EXPRESSIONS, ids=lambda mistake: f"{mistake.code} {mistake.text}")
def test_mistake_in_an_expression(mistake: Mistake) -> None:
    with pytest.raises(RaspError) as caught:
        parse_expression(mistake.text)
    diagnostic = caught.value.diagnostic
    assert (diagnostic.code, diagnostic.title) == (mistake.code, mistake.title)
    assert diagnostic.span is not None
    assert diagnostic.span.text.rstrip("\n") == mistake.caret


@pytest.mark.parametrize("text", ["", "  # note", ";", "def"])
def test_an_expression_is_expected(text: str) -> None:
    with pytest.raises(RaspError) as caught:
        parse_expression(text)
    assert caught.value.diagnostic.hint == "Expected an expression."


def test_what_comes_next_may_be_the_end() -> None:
    with pytest.raises(RaspError) as caught:
        parse_expression("a def")
    assert "the end of the text" in caught.value.diagnostic.hint


class Watched(str):
    """A text that notes how much of it is copied."""

    __slots__ = ()
    sizes: list[int] = []  # noqa: RUF012  # the test makes it anew

    def __getitem__(self, key: Any) -> str:
        piece = super().__getitem__(key)
        Watched.sizes.append(len(piece))
        return piece


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.code} {mistake.text}")
def test_an_explanation_copies_little_of_the_line(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line may be full of errors, so none may copy what stands before or behind it: 400 and 1,000 characters."""
    explain, text = messages.explain_token, StatementDraft.text

    def watched(draft: StatementDraft, token: Token) -> RaspError:
        draft.lines = [Watched(line) for line in draft.lines]
        return explain(draft, token)

    monkeypatch.setattr(messages, "explain_token", watched)
    monkeypatch.setattr(StatementDraft, "text", lambda draft: Watched(text(draft)))
    monkeypatch.setattr(Watched, "sizes", [])
    reader = Reader()
    reader.feed("1;" * 200 + mistake.text + " " * (not mistake.text.endswith("\n")) + "#" + "x" * 1000)
    assert any(isinstance(item, RaspError) for item in reader.finish())
    assert max(Watched.sizes, default=0) < 100


@pytest.mark.parametrize("text", ["x = '{}';", "set {} 1", "show {}", "1 {};", "x = [1 {}];"])
def test_a_message_quotes_little(text: str) -> None:
    with pytest.raises(RaspError) as caught:
        parse(text.format("a" * 10_000))
    diagnostic = caught.value.diagnostic
    assert max(map(len, (diagnostic.title, diagnostic.hint, diagnostic.suggestion))) < 300


def test_every_syntax_error_is_in_the_table() -> None:
    codes = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RaspError)}
    assert {code for code in codes if code.startswith("R1")} == {
        mistake.code for mistake in MISTAKES if mistake.code.startswith("R1")
    }


def test_tables_agree() -> None:
    assert set(WRITE) <= set(SIGN_OPERATORS)
    assert all(hint.endswith(".") for hint in (*SIGN_OPERATORS.values(), *STATEMENTS.values()))


def test_an_unclosed_bracket_says_where_it_was_noticed() -> None:
    with pytest.raises(RaspError) as caught:
        parse("x = (1 +\n 2;")
    (note,) = caught.value.diagnostic.notes
    assert (note.label, note.span.line, note.span.column) == ("noticed here", 2, 3)


def test_a_missing_semicolon_is_shown_where_it_belongs() -> None:
    with pytest.raises(RaspError) as caught:
        parse("x = 1  # one\ny = 2;", "prog.rasp")
    assert repr(caught.value.span) == "prog.rasp:1:6"
