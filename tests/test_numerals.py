"""Ints and their digits, whatever Python's own limit of digits is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rasp
from rasp.base.limits import limits
from rasp.base.numerals import PIECE, digits, int_text, show_int, split_numeral, text_int
from rasp.errors import IntTooLarge
from rasp.graph.operators import OPERATORS
from rasp.syntax.parser import parse_expression
from rasp.syntax.printer import to_source

LEAST = 640  # what Python's limit is at least


@contextmanager
def python_limit(size: int) -> Iterator[None]:
    """Python's own limit of digits, 0 for none."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(size)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


@pytest.fixture
def least() -> Iterator[None]:
    with python_limit(LEAST):
        yield


EDGES = sorted({10**size + step for size in (1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 5000) for step in (-1, 0, 1)})


@given(st.integers() | st.sampled_from(EDGES) | st.builds(pow, st.integers(2, 99), st.integers(0, 3000)), st.booleans())
def test_text_and_back(value: int, negative: bool) -> None:
    value = -value if negative else value
    with python_limit(0):
        expected = str(value)
    with python_limit(LEAST):
        text = int_text(value)
        assert text == expected
        assert text_int(text) == value
        assert digits(value) == len(text.lstrip("-"))


@pytest.mark.parametrize("blank", ["", " \t\u2003"])
@pytest.mark.parametrize("sign", ["", "+", "-"])
@pytest.mark.parametrize("numeral", ["0", "007", "1_0", "٣" * 700, "0" * 700, "0" * 700 + "12", "1_2" * 400, "9" * 641])
def test_every_spelling_that_python_reads(least: None, blank: str, sign: str, numeral: str) -> None:
    text = f"{blank}{sign}{numeral}{blank}"
    with python_limit(0):
        expected = int(text)
    assert text_int(text) == expected
    assert digits(expected) == len(split_numeral(text)[1])


@pytest.mark.parametrize(
    "text", ["", "-", "1.5", "x", "1" * 700 + "x", "1__0" * 300, "- " + "1" * 700, "_" + "1" * 700]
)
def test_what_is_no_int(least: None, text: str) -> None:
    with pytest.raises(ValueError, match="int"):
        text_int(text)


@pytest.mark.parametrize("most", [60, 4300])
def test_shown_ints(least: None, most: int) -> None:
    assert show_int(-(10**50), most) == "-1" + "0" * 50
    assert show_int(10**most, most).endswith(f"({most + 1} digits)")
    assert len(show_int(10 ** (most - 100 if most > 100 else 30), most)) > 30


# ------------------------------------------------------------------------------------------ the rooms that use them


def test_programs_with_long_ints(least: None) -> None:
    session = rasp.Session()
    text = "7" * 1000
    assert session.eval(text) == text_int(text)
    assert to_source(parse_expression(text)) == text
    assert session.eval("tokens_int")([text]).values == [text_int(text)]
    assert session.eval("tokens_str")([text_int(text)]).values == [text]


@pytest.mark.parametrize("given", [[10**5000], [10**5000, 1.5], ["a"], [True, 1]])
def test_reprs_of_sequences(least: None, given: list[object]) -> None:
    sequence = rasp.tokens_asis(given)
    assert len(repr(sequence)) < 100
    assert len(repr(sequence._column)) < 100


def test_reprs_fold_long_ints_only() -> None:
    sequence = rasp.tokens_asis([1, 10**100])
    assert repr(sequence) == "Sequence([1, 10000000000000000000…0000000000 (101 digits)], kind='int')"
    assert repr(sequence._column) == repr(sequence).replace("Sequence", "Column")


@pytest.fixture
def ten_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "int_digits", 10)


@pytest.mark.parametrize("given", ["1234567890123", 1234567890123.0, "-1234567890123", " 1_234_567_890_123 ", 1e300])
def test_tokens_int_keeps_to_the_limit(ten_digits: None, given: object) -> None:
    with pytest.raises(IntTooLarge, match="digits is too large"):
        rasp.tokens_int([given])


def test_leading_zeros_are_no_digits(ten_digits: None) -> None:
    assert rasp.tokens_int(["0000000000000012"]).values == [12]


@pytest.mark.parametrize("op", ["round", "negative", "positive"])
def test_unary_operators_keep_to_the_limit(ten_digits: None, op: str) -> None:
    function = OPERATORS[op].function
    assert function is not None
    with pytest.raises(IntTooLarge):
        function(1234567890123.0 if op == "round" else 1234567890123)
