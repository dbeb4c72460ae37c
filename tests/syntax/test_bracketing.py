"""The brackets of what an expression means are written where people who know Python may misread it."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rasp.errors import NestedTooDeep, RaspError
from rasp.syntax import tree
from rasp.syntax.bracketing import add_brackets
from rasp.syntax.grouping import warnings_of
from rasp.syntax.parser import parse
from rasp.syntax.printer import to_source
from tests.strategies import trees
from tests.syntax.mangled import mangled


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("x = a or b and c;", "x = (a or b) and c;"),
        ("x = a and b or c;", "x = a and b or c;"),
        ("x = not a == b;", "x = (not a) == b;"),
        ("x = -2 ^ 2;", "x = (-2) ^ 2;"),
        ("x = 2 ^ 3 ^ 4;", "x = (2 ^ 3) ^ 4;"),
        ("x = 7 % 3 * 4;", "x = 7 % (3 * 4);"),
        ("x = a in b and c;", "x = a in (b and c);"),
        ("x = 1 if a else 2 if b else 3;", "x = (1 if a else 2) if b else 3;"),
        ("x = a < b < c;", "x = (a < b) < c;"),
        ("x = (a or b) and c;", "x = (a or b) and c;"),
        ("x = f([a or (b or c and d)], not a == b);", "x = f([a or ((b or c) and d)], (not a) == b);"),
        ("y;\r\nx = a  or #why\r\n b and\tc; z = -(1)^2;", "y;\r\nx = (a  or #why\r\n b) and\tc; z = (-(1))^2;"),
        ("def f(x) {\n    return 1;\n}", "def f(x) {\n    return 1;\n}"),
        ("def f(x) {\n\n y = not x == 1;return -x^2;}", "def f(x) {\n\n y = (not x) == 1;return (-x)^2;}"),
        ('set example ["日", not 1 == 2]', 'set example ["日", (not 1) == 2]'),
        ("", ""),
    ],
)
def test_brackets(text: str, fixed: str) -> None:
    assert add_brackets(text) == fixed
    assert add_brackets(fixed) == fixed


@given(st.lists(trees(), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_nothing_is_left_to_warn_of(statements: list[tree.SyntaxNode], chance: random.Random) -> None:
    text = mangled("\n".join(map(to_source, statements)), chance.choice)
    try:
        assume(parse(text) == statements)
    except RaspError:
        assume(False)
    after = parse(add_brackets(text))
    assert after == statements
    assert [warning for statement in after for warning in warnings_of(statement)] == []


def test_a_long_chain() -> None:
    text = "x = " + " or b and ".join(["a"] * 400) + ";"
    assert add_brackets(text).startswith("x = " + "(" * 398)
    with pytest.raises(NestedTooDeep):
        add_brackets("x = " + " or b and ".join(["a"] * 1100) + ";")
