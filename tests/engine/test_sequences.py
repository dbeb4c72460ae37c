"""Sequences behave like lists, element by element, and do not convert the whole array for one of them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import rasp
from rasp.engine.values import Column
from rasp.present.sequences import Selection, Sequence

CASES = [[1, 2, 3], [True, False], [0.5, -0.0], ["a", "bc"], ["a\0", "b"], [2**80, 1], [2**80, True, 0.5], [1, True]]


@pytest.fixture(params=CASES, ids=str)
def made(request: pytest.FixtureRequest) -> tuple[Sequence, list[object]]:
    sequence = rasp.tokens_asis(request.param)
    return sequence, list(sequence.values)


def test_elements_are_atoms(made: tuple[Sequence, list[object]]) -> None:
    sequence, values = made
    for place in (*range(-len(values), len(values)), True, np.int8(1)):
        assert repr(sequence[place]) == repr(values[place])
        assert type(sequence[place]) is type(values[place])
    for piece in (slice(None), slice(1, None), slice(None, None, -1), slice(5, 9)):
        assert repr(sequence[piece]) == repr(values[piece])
    assert repr(list(sequence)) == repr(values)
    assert all(value in sequence for value in values)
    assert "no" not in sequence


def test_places_that_are_not_there() -> None:
    sequence = rasp.tokens("abc")
    for place in (3, -4, 2**70):
        with pytest.raises(IndexError):
            sequence[place]
    with pytest.raises(TypeError):
        sequence[1.0]


def test_long_sequences_iterate_in_pieces() -> None:
    sequence = rasp.indices("a" * 5000)
    assert list(sequence) == list(range(5000))
    assert 4999 in sequence
    assert 5000 not in sequence


def test_one_element_converts_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    sequence = rasp.indices("a" * 5000)

    def refuse(self: object) -> None:
        raise AssertionError("the whole array was converted")

    monkeypatch.setattr(Column, "values", property(refuse))
    assert (sequence[0], sequence[-1], sequence[1:3]) == (0, 4999, [1, 2])
    assert next(iter(sequence)) == 0
    assert 3 in sequence


def test_one_result_travels_without_its_batch(made: tuple[Sequence, list[object]]) -> None:
    alone, _ = made
    few, many = rasp.indices.batch(["ab"] * 2), rasp.indices.batch(["ab"] * 5000)
    assert len(pickle.dumps(many[0])) == len(pickle.dumps(few[0]))
    for sequence in (alone, many[1]):
        copied = pickle.loads(pickle.dumps(sequence))
        assert (repr(copied), copied.input, copied.kind) == (repr(sequence), sequence.input, sequence.kind)


def test_repr_of_a_selection() -> None:
    assert repr(Selection(np.array([[True, False], [False, True]]).T, ("a", "b"))) == "Selection([[1, 0], [0, 1]])"
