"""Warnings for expressions that group otherwise than in Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasp.syntax import grouping
from rasp.syntax.grouping import warnings_of
from rasp.syntax.parser import parse, parse_expression
from rasp.syntax.precedence import LEVELS

CASES = [  # source, RASP's grouping, Python's
    ("not x == y", "(not x) == y", "not (x == y)"),
    ("not a in b", "(not a) in b", "not (a in b)"),
    ("1 < 2 < 3", "(1 < 2) < 3", "1 < 2 and 2 < 3"),
    ("a == b == c == d", "((a == b) == c) == d", "a == b and b == c and c == d"),
    ("a or b and c", "(a or b) and c", "a or (b and c)"),
    ("7 % 3 * 4", "7 % (3 * 4)", "7 % 3 * 4"),
    ("a / b % c", None, None),
    ("2 * 3 % 4", None, None),
    ("a % b % c", None, None),
    ("-2 ^ 2", "(-2) ^ 2", "-(2 ^ 2)"),
    ("2 ^ 3 ^ 2", "(2 ^ 3) ^ 2", "2 ^ (3 ^ 2)"),
    ("2 ^ -1", None, None),
    ("a if c else b if d else e", "(a if c else b) if d else e", "a if c else (b if d else e)"),
    ("a and x in y", "(a and x) in y", "a and (x in y)"),
    ("1 in l == x", "1 in (l == x)", "(1 in l) and l == x"),
    ("x in a if c else b", "x in (a if c else b)", "(x in a) if c else b"),
    ("a not in b and c", "a not in (b and c)", "(a not in b) and c"),
    ("a and b or c", None, None),
    ("a and b and c", None, None),
    ("a == 1 and b + 2 * -c > 3", None, None),
    ("not a and not b", None, None),
    ("a if x in y else c", None, None),
    ("a if not b else c", None, None),
    ("(a or b) and c", None, None),
    ("f(a or b) and g[c and d]", None, None),
    ("a + b - c + d", None, None),
    ("-a * b + c", None, None),
]


@pytest.mark.parametrize(("source", "here", "there"), CASES)
def test_table(source: str, here: str | None, there: str | None) -> None:
    warnings = warnings_of(parse_expression(source))
    if here is None:
        assert warnings == []
        return
    (warning,) = warnings
    assert (warning.code, warning.severity) == ("W101", "warning")
    if there == "7 % 3 * 4":
        there = "(7 % 3) * 4"
    assert warning.details == [f"RASP reads it as: {here}", f"in Python it means: {there}"]


def test_places_and_depth() -> None:
    source = "f(not x == y)[1 < 2 < 3] + (a or b and (c or d and e))"
    assert [warning.span.column for warning in warnings_of(parse_expression(source)) if warning.span] == [3, 15, 29, 41]


def test_operands_stay_as_written_on_one_line() -> None:
    (warning,) = warnings_of(parse_expression("a or f(x, # first\n  (y)) and ((b))"))
    assert warning.details[0] == "RASP reads it as: (a or f(x, (y))) and ((b))"


def flat_expressions() -> st.SearchStrategy[str]:
    """Operands and operators without brackets."""
    operand = st.tuples(st.sampled_from(("", "", "", "not ", "-")), st.sampled_from("abc")).map("".join)
    operator = st.sampled_from([op for op in LEVELS if op != "if"])
    rest = st.tuples(operator, operand).map(lambda pair: f" {pair[0]} {pair[1]}")
    rest |= st.tuples(operand, operand).map(lambda pair: f" if {pair[0]} else {pair[1]}")
    return st.tuples(operand, st.lists(rest, max_size=6).map("".join)).map("".join)


@given(flat_expressions())
def test_both_spellings_are_silent_and_the_first_is_the_same_program(source: str) -> None:
    expression = parse_expression(source)
    for warning in warnings_of(expression):
        here, there = (detail.partition(": ")[2] for detail in warning.details)
        assert parse_expression(here) == expression
        assert warnings_of(parse_expression(here)) == warnings_of(parse_expression(there)) == []


def test_long_chains() -> None:
    assert warnings_of(parse_expression(" and ".join(["a"] * 20_000))) == []
    (warning,) = warnings_of(parse_expression(" ^ ".join(["a"] * 20_000)))
    assert max(map(len, warning.details)) < 250
    assert "a) ^ a) ^ a" in warning.details[0]
    assert "a ^ (a ^ (a" in warning.details[1]


def test_each_region_spells_little_of_what_it_encloses(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    trimmed = grouping._without_comment

    def noting(line: str) -> str:
        sizes.append(len(line))
        return trimmed(line)

    monkeypatch.setattr(grouping, "_without_comment", noting)
    inner = "[" + ",\n".join(["a"] * 5000) + "]"
    warnings = warnings_of(parse_expression("a or b and (" * 50 + inner + ")" * 50))
    assert len(warnings) == 50
    assert sum(sizes) < 50 * 2 * grouping.OPERAND_WIDTH
    assert all(max(map(len, warning.details)) < 250 for warning in warnings)
    assert warnings[-1].details[0].startswith("RASP reads it as: (a or b) and ([a, a, a, ")


def test_constants_of_tables_are_no_regions() -> None:
    table = parse("a = {1: -2, 4: 3}[x] + lookup([-1, -2], x, -3);")[0]
    assert len(list(grouping._regions(table))) == 1
