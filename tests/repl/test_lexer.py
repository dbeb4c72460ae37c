"""The Pygments lexer: goldens, and that it agrees with the language's own lexer."""

from __future__ import annotations

import pytest
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Error

from rasp.assist import token_list as lexer
from rasp.assist.highlighting import RaspLexer
from rasp.runtime import stdlib
from rasp.runtime.builtins import BUILTINS, REBINDABLE
from rasp.runtime.prelude import TOKENS, prelude
from rasp.session import session_commands
from rasp.syntax.lexer import lexer as own_lexer
from rasp.syntax.loading import tables


def tokens_of(text: str) -> list[tuple[str, str]]:
    return [(str(kind).removeprefix("Token."), word) for kind, word in RaspLexer().get_tokens(text) if word.strip()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1.5 + 2;", "Name Operator Literal.Number.Float Operator Literal.Number.Integer Punctuation"),
        ('"a#b" # c', "Literal.String Comment.Single"),
        ('"open', "Error"),
        ("def f(x) { return x; }", "Keyword Name.Function Punctuation Name Punctuation Punctuation Keyword Name"),
        ("aggregate(same, tokens_int)", "Name.Builtin Punctuation Name Punctuation Name.Builtin.Pseudo Punctuation"),
        ("select = 3;", "Name Operator"),
        ("a and not True", "Name Operator.Word Operator.Word Keyword.Constant"),
        ("set  s-op example [1]", "Keyword.Pseudo Punctuation"),
        ("a = 1; examples off", "Name Operator Literal.Number.Integer Punctuation Keyword.Pseudo"),
        ("set = example;", "Name Operator Name"),
        ("exit", "Keyword.Pseudo"),
        ("exit = 3;", "Name"),
        ("full seq display on", "Keyword.Pseudo"),
        ('load "sort";', "Keyword Literal.String Punctuation"),
        ("draw(x);", "Keyword Punctuation Name"),
        (":help sort", "Keyword.Pseudo Text"),
        (":type 1 + x", "Keyword.Pseudo Literal.Number.Integer Operator Name"),
        ("{1: x}", "Punctuation Literal.Number.Integer Punctuation Name Punctuation"),
        ("a ! b", "Name Error Name"),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    kinds = [kind for kind, _ in tokens_of(text)]
    assert kinds[: len(expected.split())] == expected.split()


def test_it_is_registered() -> None:
    assert isinstance(get_lexer_by_name("rasp"), RaspLexer)
    assert isinstance(get_lexer_for_filename("prog.rasp"), RaspLexer)


def test_words_are_those_of_the_grammar() -> None:
    assert {*lexer.KEYWORDS, *lexer.OPERATOR_WORDS, *lexer.CONSTANTS} == own_lexer().keywords
    comparisons = {"==", "!=", "<=", ">=", "<", ">"}
    signs = {text for text in tables().literals if not text[0].isalpha()}
    assert {*lexer.OPERATOR_SIGNS, *lexer.PUNCTUATION} == signs | comparisons


def test_names_are_those_of_the_language() -> None:
    assert set(lexer.BASE_SOPS) == {*TOKENS, "tokens", "indices"}
    assert set(lexer.PRELUDE) == prelude().names_here()
    for name in (*BUILTINS, *(builtin.name for builtin in REBINDABLE)):
        assert tokens_of(name) == [("Name.Builtin", name)]


@pytest.mark.parametrize("words", session_commands.COMMANDS)
def test_every_command_is_one_token(words: str) -> None:
    assert tokens_of(words) == [("Keyword.Pseudo", words)]


@pytest.mark.parametrize("name", [*stdlib.names(), "prelude"])
def test_programs_are_cut_where_the_language_cuts_them(name: str) -> None:
    text = stdlib.source(name)
    found = list(RaspLexer().get_tokens_unprocessed(text))
    assert "".join(word for _, _, word in found) == text
    assert Error not in {kind for _, kind, _ in found}
    starts = {place for place, kind, word in found if word.strip() and not str(kind).startswith("Token.Comment")}
    base = 0
    own = set()
    for line in text.splitlines(keepends=True):
        place = 0
        while (token := own_lexer().token(line, place, base, opening=False)) is not None:
            own.add(token.start)
            place = token.end - base
        base += len(line)
    assert starts == own


@pytest.mark.parametrize("name", stdlib.names())
def test_a_line_can_be_lexed_on_its_own(name: str) -> None:
    text = stdlib.source(name)
    whole = [(kind, word) for _, kind, word in RaspLexer().get_tokens_unprocessed(text) if word.strip()]
    lines = [
        (kind, word)
        for line in text.split("\n")
        for _, kind, word in RaspLexer().get_tokens_unprocessed(line)
        if word.strip()
    ]
    assert lines == whole
