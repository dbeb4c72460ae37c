"""Examples in comments: how they are read, and when a value is the expected one."""

from __future__ import annotations

import pytest

import rasp
from rasp.session.examples import Example, equal, examples_in, failed_example, spell
from rasp.syntax.comments import comments_in


@pytest.mark.parametrize(
    ("text", "examples"),
    [
        ("# >>> 1\n# 2", [(1, "1", "2")]),
        ("#>>>1\n#2\n", [(1, "1", "2")]),
        ("## >>> 1\n\n# 2", [(1, "1", "")]),
        ("# >>> 1\n# 2\n# 3\n# >>> 4\n# >>> 5", [(1, "1", "2"), (4, "4", ""), (5, "5", "")]),
        ("# >>> [1,\n#  2]\n# [1,\n#\n# 2]\n# rest", [(1, "[1,\n2]", "[1,\n\n2]")]),
        ("# >>> f(\n# >>> 2\n# 2", [(1, "f(", ""), (2, "2", "2")]),
        ('# >>> "[" \n# "["\n# text', [(1, '"["', '"["')]),
        ("x = 1; # >>> x\n# 1\r\n", [(1, "x", "1")]),
        ('x = "# >>> 1\\n# 2";', []),
        ('x = "a"; y = "# >>> 1"; # no example', []),
        ("# a >>> 1\n# 2", []),
        ("# >>> 1\nx = 2; # 2", [(1, "1", "2")]),
    ],
)
def test_reading(text: str, examples: list[tuple[int, str, str]]) -> None:
    assert examples_in(text) == [Example(*example) for example in examples]


def test_comments() -> None:
    assert comments_in('a = "#"; # b\n# c "d" # e\n') == {1: "b", 2: 'c "d" # e'}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (1.0, 1.0 + 1e-12),
        (0.1 + 0.2, 0.3),
        (0.0, 1e-15),
        ([1, 2.0], [1.0, 2.0]),
        ([[1], [0]], [[1], [0]]),
        ({"a": [1]}, {"a": [1]}),
        (10**400, 10**400),
        ([10**400, 1.0], [10**400, 1.0]),
        ("a", "a"),
    ],
)
def test_equal(value: object, expected: object) -> None:
    assert equal(value, expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1.0),
        (1, True),
        ("1", 1),
        ([1], [1.0]),
        ([True], [1]),
        ([1, 2], [1]),
        ([1], 1),
        (1.0, 1.0001),
        ({"a": 1}, {"b": 1}),
        ({1: 1}, {True: 1}),
        ([True, 1.0], [1.0, 1.0]),
    ],
)
def test_unequal(value: object, expected: object) -> None:
    assert not equal(value, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('length("ab")', "[2, 2]"),
        ('full_s("ab")', "[[1, 1], [1, 1]]"),
        ('(indices / 2)("ab")', "[0.0, 0.5]"),
        ('(indices > 0)("ab")', "[False, True]"),
        ("-1.5", "-1.5"),
        ("{1: [2]}", "{1: [2]}"),
        ("1 / 0", "error R310"),
        ("nope", "error R201"),
        ("1 +", "error R114"),
        ('tokens_int("a")', "error R403"),
    ],
)
def test_examples_that_hold(expression: str, expected: str) -> None:
    assert failed_example(Example(1, expression, expected), rasp.Session()) is None


@pytest.mark.parametrize(
    ("expression", "expected", "got"),
    [
        ("1", "2", "1"),
        ("1", "error R310", "1"),
        ("1 / 0", "2", "error R310: division by zero"),
        ('(1 / indices)("ab")', "2", "error R310: division by zero"),
        ("tokens", "2", "an s-op; apply it to an input to get a value"),
        ("sort", "2", "the function sort(seq, key)"),
        ("1", "1 + 0", "the expected value is no literal"),
        ("1", "indices", "the expected value is no literal"),
        ("1", "", "no value stands on the next line to compare with"),
        ("1", "[1", "the expected value cannot be read: `[` is never closed"),
    ],
)
def test_examples_that_differ(expression: str, expected: str, got: str) -> None:
    found = failed_example(Example(1, expression, expected), rasp.Session())
    assert found is not None
    assert found.got.startswith(got)


def test_a_long_value_is_cut() -> None:
    assert len(spell(list(range(10_000)))) == 1001
    assert spell([1.5, "a", {True: [2]}]) == '[1.5, "a", {True: [2]}]'
