"""The random choices of the tests reach what they should."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.choices import Choices, lists
from tests.engine import strategies


def test_items_are_no_more_than_a_byte_reaches() -> None:
    reached = set()
    for byte in range(256):
        choices = Choices(lambda strategy, byte=byte: bytes([byte]), 1)
        reached.add(choices.item(range(256)))
    assert len(reached) == 256
    for draw_of_many in (lambda: Choices(lambda strategy: b"\0", 1).item(range(257)), lambda: lists(range(257), 3)):
        with pytest.raises(AssertionError):
            draw_of_many()


def test_elements_of_rows_are_often_equal() -> None:
    rows: list[list[object]] = []

    @settings(max_examples=300, database=None)
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        rows.append(data.draw(strategies.rows(3, ("any",))))

    draw()
    assert sum(len(set(map(repr, row))) < 3 for row in rows) > len(rows) / 3
