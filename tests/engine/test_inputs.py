"""What is an input, and what each other thing is told."""

from __future__ import annotations

import enum

import numpy as np
import pytest

from rasp.base.limits import limits
from rasp.engine import validate_input
from rasp.errors import BadInput, CollectionTooLarge, EmptyInput, IntTooLarge


class Colour(enum.IntEnum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("héy", ("h", "é", "y")),
        ([1, 2.5, True, "ab"], (1, 2.5, True, "ab")),
        ((1,), (1,)),
        (np.array([1, 2], dtype=np.uint8), (1, 2)),
        (np.array([0.5], dtype=np.float32), (0.5,)),
        (np.array([True]), (True,)),
        (np.array(["ab", "c"]), ("ab", "c")),
        (np.array([1, "a"], dtype=object), (1, "a")),
        ([np.int64(3), np.float64(0.5), np.bool_(True), np.str_("x"), Colour.RED], (3, 0.5, True, "x", 1)),
        ([2**80, -0.0], (2**80, -0.0)),
    ],
)
def test_inputs(value, expected):
    result = validate_input(value)
    assert repr(result) == repr(expected)
    assert {type(atom) for atom in result} <= {bool, int, float, str}


@pytest.mark.parametrize(
    ("value", "cause", "words"),
    [
        ("", EmptyInput, "empty"),
        ([], EmptyInput, "empty"),
        (np.array([]), EmptyInput, "empty"),
        (3, BadInput, "an int"),
        (None, BadInput, "None"),
        ({"a": 1}, BadInput, "a dict"),
        ({1, 2}, BadInput, "set"),
        (b"abc", BadInput, "bytes"),
        ([1, [2]], BadInput, "element 1 of the input is a list"),
        ([None], BadInput, "element 0 of the input is None"),
        ([1, {}], BadInput, "element 1 of the input is a dict"),
        ([1.0, float("nan")], BadInput, "element 1 of the input is nan"),
        ([1j], BadInput, "element 0"),
        (np.array([1.0, np.inf]), BadInput, "element 1 of the input is inf"),
        (np.zeros((2, 2)), BadInput, "2 dimensions"),
        (np.array(3), BadInput, "0 dimensions"),
        (np.array([1j]), BadInput, "complex"),
        ([10**100_000], IntTooLarge, "100001 digits"),
    ],
)
def test_bad_inputs(value, cause, words):
    with pytest.raises(cause) as caught:
        validate_input(value)
    assert words in str(caught.value)


def test_position_of_a_bad_element():
    with pytest.raises(BadInput) as caught:
        validate_input([1, 2, None])
    assert caught.value.position == 2


def test_too_large(monkeypatch):
    monkeypatch.setattr(limits, "collection", 3)
    assert validate_input("abc") == ("a", "b", "c")
    for value in ("abcd", [1, 2, 3, 4], ["abcd"]):
        with pytest.raises(CollectionTooLarge):
            validate_input(value)


@pytest.mark.parametrize("row", [[12345, -99999], [True, 99999], [0.5, 2.0], ["", "ab"], [1, 0.5, "a", False]])
def test_plain_atoms_are_kept_as_they_are(row, monkeypatch):
    monkeypatch.setattr(limits, "int_digits", 5)
    assert repr(validate_input(row)) == repr(tuple(row))


@pytest.mark.parametrize("row", [[1, -100000], [100000, True], [1.0, 100000]])
def test_a_lower_limit_of_digits_holds(row, monkeypatch):
    monkeypatch.setattr(limits, "int_digits", 5)
    with pytest.raises(IntTooLarge, match="6 digits"):
        validate_input(row)
