"""When Enter runs an input, and how the next line is set in."""

from __future__ import annotations

import pytest

from rasp.errors import RaspError
from rasp.repl.completeness import dedented, indentation, inputs, is_complete
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
    assert dedented(before) == count


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
