"""When Enter runs an input, and how the next line is set in."""

from __future__ import annotations

import pytest

from rasp.assist.completeness import complete_text, dedent_width, goes_on, indentation, inputs, is_complete, question
from rasp.errors import RaspError
from rasp.syntax.reader import Reader


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("", True),
        ("  \n", True),
        ("# a comment waits", False),
        ("a = 1;\n  # a comment waits", False),
        ("# it does not any more\n", True),
        ("# above\na = 1; # behind", True),
        ("tokens", False),
        ("tokens;", True),
        ("a = 1; b =", False),
        ("x = select(tokens,\n", False),
        ("def f(x) { return x;", False),
        ("def f(x) { return x; }", True),
        ("for i in [1] {", False),
        ("a = = 1; b =", True),
        ("= 1", True),
        ("set example [1,", False),
        ("set example [1]", True),
        ("exit", True),
        (":help", True),
        (":", True),
        ("a = 1;\n:type a", True),
        ("a =\n:type a", True),  # a syntax error by now
        ('a = {"k"\n: 1', False),
        ('a = {"k"\n: 1};', True),
        ("(" * 2000, True),  # nested too deeply
    ],
)
def test_complete(text: str, complete: bool) -> None:
    assert is_complete(text) is complete


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("hist", "hist;"),
        ("x = indices + 1 # each", "x = indices + 1; # each"),
        ("a, b = 1, 2 \n\n", "a, b = 1, 2; \n\n"),
        ("a = 1; b = 2", "a = 1; b = 2;"),
        (
            "hist = selector_width(\n    select(tokens, tokens, ==))",
            "hist = selector_width(\n    select(tokens, tokens, ==));",
        ),
        ('load "sort"', 'load "sort";'),
        ("# how often\nhist", "# how often\nhist;"),
        ('x = "a;b#"', 'x = "a;b#";'),
        ("select(1, 2)", "select(1, 2);"),  # wrong, which is told
        ('set example "x"', 'set example "x"'),
        (":type a", ":type a"),
        ("hist\n# a comment waits", None),
        ("def f(x) { return x", None),
        ("def f(x)", None),
        ("for i in l", None),
        ("for i in l { x = i", None),
        ("a, b", None),
        ("a if True", None),
        ("x = a +", None),
        ("x = (a", None),
        ("x = [", None),
        ("not", None),
    ],
)
def test_the_last_semicolon_may_be_left_out(text: str, runs: str | None) -> None:
    assert complete_text(text) == runs
    assert runs is None or complete_text(runs) == runs


@pytest.mark.parametrize(
    ("text", "lines", "on"),
    [
        ("a", "", False),
        ("a", "\n# and\n\n  + 1", True),
        ("a", "if b else c;", True),
        ("a", "[0];", True),
        ("a = 1; b", "and c;", True),
        ("a # one", "- 1;", True),
        ("a", "b + 1;", False),
        ("a", ":type a", False),
        ("a", "a?", False),
        ("a", "set example 1", False),
        ("a", "# + 1", False),
        (">> a", "a: printed\n>> + 1;", False),
        (">> a", "..\n..   + 1;", True),
        ("def f(x) { return x", "+ 1;", False),  # it lacks more than a `;`
        ("a;", "+ 1;", False),
    ],
)
def test_lines_that_go_on_with_a_statement(text: str, lines: str, on: bool) -> None:
    assert goes_on(text, lines) is on


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("help", ":help"),
        (" help; ", ":help"),
        ("help()", ":help"),
        ("help sort", ":help sort"),
        ("help(sort);", ":help sort"),
        ("help tutorial 3", ":help tutorial 3"),
        ("?", ":help"),
        ("?sort", ":help sort"),
        ("? +", ":help +"),
        ("sort?", ":help sort"),
        ("sort??", ":help sort"),
        ("? sort ?", ":help sort"),
        ("??", ":help"),
        ("sort(tokens, f(1))?", ":help sort"),
        ("sort(tokens) + sort(tokens)?", ""),
        (">> help", ":help"),
        (">>> sort?", ":help sort"),
        ("helper", ""),
        ("help = 3", ""),
        ("help + 1;", ""),
        ("x = 1?", ""),
        ("sort?; 1;", ""),
        ("sort\n?", ""),
        ("", ""),
    ],
)
def test_questions(text: str, command: str) -> None:
    assert question(text) == command


@pytest.mark.parametrize(
    ("text", "blanks"),
    [
        ("def f(x) {", 4),
        ("def f(x) {\n    for i in l {", 8),
        ("def f(x) {\n    y = x +", 8),
        ("def f(x) {\n    y = x;", 4),
        ("x = select(tokens,", 4),
        ("x = select(tokens,\n    tokens,", 4),
        ("x = f(select(tokens, [", 4),
        ("x", 4),
        ("x;", 0),
        ("}", 0),
        ('x = "{";', 0),
        ("# {", 0),
        (")))", 4),
    ],
)
def test_indentation(text: str, blanks: int) -> None:
    assert indentation(text) == " " * blanks


@pytest.mark.parametrize(("before", "count"), [("def f(x) {\n    ", 4), ("  ", 2), ("x = {", 0), ("", 0), ("a\n", 0)])
def test_a_brace_moves_out(before: str, count: int) -> None:
    assert dedent_width(before) == count


def test_inputs_are_commands_statements_and_errors_in_their_order() -> None:
    found = list(inputs(Reader(), ":names\na = 1; b = = 2;\n  :type a\nd = {1\n:2};\nc =".replace("c =", "c = 3;\n")))
    kinds = [
        item if isinstance(item, str) else "error" if isinstance(item, RaspError) else "statement" for item in found
    ]
    assert kinds == [":names", "statement", "error", ":type a", "statement", "statement"]


def test_lines_are_counted_across_commands() -> None:
    error = list(inputs(Reader("x"), ":help\n\nnope = = 1;\n"))[-1]
    assert isinstance(error, RaspError)
    assert error.span is not None
    assert error.span.line == 3
