"""Which bindings of the language's names give a warning."""

from __future__ import annotations

import warnings

import pytest

import rasp
from rasp.syntax.parser import parse
from rasp.syntax.rebinding import rebindings_of


def places(text: str) -> list[str]:
    """The name and column of each warning of a program of one line."""
    found = [warning for statement in parse(text) for warning in rebindings_of(statement)]
    return [f"{warning.span.text} {warning.span.column}" for warning in found if warning.span]


@pytest.mark.parametrize(
    "text",
    [
        "tokens = tokens_int;",
        "tokens = tokens_asis; tokens = sort(tokens, tokens); tokens = tokens + 1;",
        "tokens = f(1);",
        "tokens = [tokens_int, tokens_str][0];",
        "tokens = aggregate(select(1, 1, ==), 1);",
        "for tokens in [tokens_int, tokens_str] { }",
        "for tokens in l { }",
        "def f(tokens) { return tokens; }",
        "l = [tokens for tokens in [1, 2]];",
        "a, tokens = f(1);",
        "best = 3; load = 4; draw = 5; example = 6;",
        "def f(length, max, best) { count = 1; return length; }",
        "def best(x) { return x; }",
        "near = 3; def f(near) { return near; }",
        "a = select(1, 1, ==); b = aggregate(a, 1);",
    ],
)
def test_silent(text: str) -> None:
    assert places(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tokens = 3;", ["tokens 1"]),
        ("tokens = -(1 + 2) if True else 4;", ["tokens 1"]),
        ("tokens = [tokens_int];", ["tokens 1"]),
        ("tokens = {1: tokens};", ["tokens 1"]),
        ("tokens = [t for t in l];", ["tokens 1"]),
        ("tokens = select(1, 1, ==);", ["tokens 1"]),
        ("a, tokens = tokens, 1;", ["tokens 4"]),
        ("for tokens in [1, 2] { }", ["tokens 5"]),
        ("def tokens() { return 1; }", ["tokens 5"]),
        ("def f(x) { for i in [1] { tokens = 1; } return x; }", ["tokens 27"]),
        ("select = 5; aggregate = 6;", ["select 1", "aggregate 13"]),
        ("for select in [1] { }", ["select 5"]),
        ("def select(a, b) { return a; }", ["select 5"]),
        ("def f(x, aggregate) { return x; }", ["aggregate 10"]),
        ("def draw(x) { return x; }", ["draw 5"]),
    ],
)
def test_warned(text: str, found: list[str]) -> None:
    assert places(text) == found


def test_a_long_formula_is_no_trouble() -> None:
    assert places(f"tokens = {' + '.join(['1'] * 20_000)};") == ["tokens 1"]


def test_a_warning_changes_nothing() -> None:
    session = rasp.Session()
    with pytest.warns(rasp.RaspWarning, match="no longer the input"):
        assert session.run("tokens = 3; a = tokens + 1;") == []
    assert session["a"] == 4
    with pytest.warns(rasp.RaspWarning, match="still makes a selector"):
        assert session.run("select = 5; s = select(indices, indices, ==); b = select + 1;") == []
    assert (session["b"], session["s"]("ab").matrix.tolist()) == (6, [[True, False], [False, True]])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("x = 5; tokens = x;", 1),
        ("tokens = range(3);", 1),
        ("tokens = len([1]);", 1),
        ("a, tokens = [1, max(1, 2)];", 1),
        ("for tokens in range(3) { }", 1),
        ("def f(x) { return x; } tokens = f(full_s);", 1),
        ("def f(x) { tokens = x; return x; } f(1); f(tokens);", 1),
        ("def f(x) { tokens = 1; return x; } f(1); f(2);", 1),  # the text says so
        ("def f(x) { return x; } draw = f;", 1),
        ("tokens = 3;", 1),
        ("l = [1]; for i in range(3) { tokens = l; }", 1),
        ("def f(x) { return x; } tokens = f(indices);", 0),
        ("for tokens in [tokens_int, tokens_str] { }", 0),
        ("draw = 5; def f(tokens) { return tokens; } f(1);", 0),
        ("l = [tokens for tokens in range(3)];", 0),
    ],
)
def test_what_only_the_value_tells_is_warned_of_once(text: str, count: int) -> None:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        rasp.Session().run(text)
    assert len(found) == count
    assert all(issubclass(warning.category, rasp.RaspWarning) for warning in found)
