"""Printed trees parse to themselves, with no bracket more than needed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from rasp.syntax import tree
from rasp.syntax.parser import parse, parse_expression
from rasp.syntax.printer import to_source
from tests.strategies import expressions, trees


@given(expressions())
def test_an_expression_comes_back(expression: tree.SyntaxNode) -> None:
    assert parse_expression(to_source(expression)) == expression


@given(trees())
def test_a_statement_comes_back(statement: tree.SyntaxNode) -> None:
    assert parse(to_source(statement)) == [statement]


@given(trees(), trees())
def test_trees_are_equal_as_their_outlines_are(first: tree.SyntaxNode, second: tree.SyntaxNode) -> None:
    assert (first == second) == (tree.outline(first) == tree.outline(second))
    (again,) = parse(to_source(first))
    assert again == first
    assert hash(again) == hash(first)


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (1, True), (0.0, -0.0), ("1", 1), ("a", "b")])
def test_literals_of_other_kinds_are_other_trees(one: Any, other: Any) -> None:
    assert tree.Literal(one) != tree.Literal(other)
    assert tree.Literal(one) == tree.Literal(one)


@pytest.mark.parametrize(
    "source",
    [
        "a if b else c if d else e",
        "a - (b - c)",
        "-2 ^ 2",
        "-(2 ^ 2)",
        "a in b in c",
        "a and (x in y)",
        "(1 in l) == x",
        "f(x)(y)[z]",
        "(-x)[0]",
        "7 % 3 * 4",
        "(7 % 3) * 4",
        "x not in [1, 2]",
    ],
)
def test_brackets_are_minimal(source: str) -> None:
    assert to_source(parse_expression(source)) == source


def test_bodies_are_set_in() -> None:
    source = "def f(x) {\n    for y in x {\n        z = y;\n    }\n    return z;\n}"
    assert to_source(parse(source)[0]) == source


def test_long_chains() -> None:
    source = " + ".join(["a"] * 20_000)
    assert to_source(parse_expression(source)) == source


@pytest.mark.parametrize("value", ['a"b', "a\nb", float("inf"), float("nan")])
def test_values_without_spelling(value: str | float) -> None:
    with pytest.raises(ValueError, match="no RASP"):
        to_source(tree.Literal(value))
