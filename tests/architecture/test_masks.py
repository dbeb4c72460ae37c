"""Masks against their definitions, and programs confined to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rasp
from rasp.architecture.masks import confine, mask
from rasp.engine.evaluate import evaluate
from rasp.errors import RaspError, WrongOperand
from tests.engine.strategies import graphs

DEFINITIONS = {
    "causal": lambda i, j: j <= i,
    "local:0": lambda i, j: i == j,
    "local:2": lambda i, j: abs(i - j) <= 2,
    "strided:1": lambda i, j: True,
    "strided:3": lambda i, j: abs(i - j) < 3 or (i - j) % 3 == 0,
    "window+global:1,2": lambda i, j: abs(i - j) <= 1 or i < 2 or j < 2,
    "window+global: 0 , 0": lambda i, j: i == j,
    "window+global:99,0": lambda i, j: True,
}


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize("size", [1, 2, 7, 12])
def test_masks(name, size) -> None:
    [[matrix]] = evaluate([mask(name)], ["x" * size])
    assert matrix.tolist() == [[DEFINITIONS[name](i, j) for j in range(size)] for i in range(size)]


NO_MASKS = """
casual causal:1 local local: local:-1 local:1.5 local:1,2 strided:0 strided:x
window+global:1 window+global:1,2,3 window+global:1, local:999999999999999999999999 LOCAL:1 local:²
"""


@pytest.mark.parametrize("name", ["", *NO_MASKS.split()])
def test_not_a_mask(name) -> None:
    with pytest.raises(WrongOperand, match="a mask is causal, local:W"):
        mask(name)


@given(graphs(steps=8), st.sampled_from(["a", "ab1", "0120"]))
def test_a_mask_that_hides_nothing_changes_nothing(nodes, given_input) -> None:
    for node in nodes:
        try:
            [[value]] = evaluate([node], [given_input])
        except RaspError:
            continue
        [[same]] = evaluate(confine([node], mask("local:9")), [given_input])
        assert repr(getattr(value, "values", value)) == repr(getattr(same, "values", same))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("selector_width(full_s)", [1, 2, 3, 4]),
        ("aggregate(full_s, indices)", [0, 0.5, 1, 1.5]),
        ("aggregate(select(indices, indices, >), indices, 9)", [9, 9, 9, 9]),
        ("aggregate(best(full_s, indices), indices)", [0, 1, 2, 3]),  # of the keys that are seen, the last
        ("aggregate(not best(full_s, indices), 1, 0)", [0, 1, 1, 1]),
        ("aggregate(best(select(indices, indices, !=), near), indices, 9)", [9, 0, 1, 2]),
        ('selector_width(not best(select(tokens, "c", ==), near))', [1, 2, 2, 3]),
        ("aggregate(full_s, aggregate(full_s, 2 * indices))", [0, 0.5, 1, 1.5]),
    ],
)
def test_confined_to_the_past(expression, expected) -> None:
    node = rasp.Session().eval(expression).node
    [[column]] = evaluate(confine([node], mask("causal")), ["abcd"])
    assert column.values == expected
