"""Programs written differently but equal have one normal form, which has the same values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rasp
from rasp.architecture.normal import Normal
from rasp.engine.evaluate import evaluate
from rasp.errors import RaspError
from rasp.graph.builders import both, compare, either, indices, tokens
from rasp.graph.nodes import is_selector
from tests.engine.strategies import graphs, rows

NAMES = """
s = select(tokens, tokens, ==);
t = select(indices, indices, <);
u = select(tokens_int, tokens, <);
x = tokens_int + 1;
nothing = select(1, 2, ==);
"""

EQUAL = [
    ("s and t", "t and s"),
    ("s or t", "t or s"),
    ("(s and t) and u", "s and (u and t)"),
    ("s and s", "s"),
    ("not (not s)", "s"),
    ("not (s and t)", "(not s) or (not t)"),
    ("not (s or (not t))", "(not s) and t"),
    ("select(indices, x, <)", "not select(indices, x, >=)"),
    ("select(indices, x, !=)", "not select(indices, x, ==)"),
    ("s and full_s", "s"),
    ("s or nothing", "s"),
    ("s or full_s", "full_s"),
    ("t and nothing", "nothing"),
    ("select(1 + 1, 2, ==)", "full_s"),
    ("select(indices, 1 + 1, ==)", "select(indices, 2, ==)"),
    ("select(tokens == 1, True, ==)", "select(tokens == 1, 1.0, ==)"),
    ("select(indices > x, True, ==)", "select(x < indices, True, ==)"),
    ("select(not (indices == x), True, ==)", "select(x != indices, True, ==)"),
    ("select(not (indices < x), True, ==)", "select(indices >= x, True, ==)"),
    ("aggregate(t and s, x)", "aggregate(s and t, x)"),
    ("selector_width(not (not s))", "selector_width(s)"),
    ("best(s and t, x)", "best(t and s, x)"),
    ("best(s, 3)", "s"),
    ("best(s, indices) and t", "t and best(s, indices)"),
    ("best(s and t, near)", "best(t and s, near)"),
    ("not (not best(not (not s), near))", "best(s, near)"),
    ("tokens == tokens", "indices == indices"),
    ("-x + indices", "indices + -x"),
    ("(x ^ 2) * indices", "indices * (x ^ 2)"),
]
DIFFERENT = [
    ("s and t", "s or t"),
    ("s", "not s"),
    ("select(indices, x, <)", "select(x, indices, >)"),  # keys and queries changed places
    ("u or full_s", "full_s"),  # an order of unlike kinds is an error
    ("select(tokens, 1, ==)", 'select(tokens, "1", ==)'),
    ("best(s, indices)", "best(s, 0 - indices)"),
    ("not best(s, indices)", "best(not s, indices)"),
    ("not best(s, near)", "best(not s, near)"),
    ("best(s, near)", "best(s, indices)"),
    ("x == x", "indices == indices"),  # tokens_int may fail
    ("aggregate(s, x)", "aggregate(s, x, 1)"),
    ("tokens + tokens_asis", "tokens_asis + tokens"),  # strings
]


@pytest.fixture
def session():
    session = rasp.Session()
    session.run(NAMES)
    return session


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal(one, other, session) -> None:
    normal = Normal()
    assert normal(session.eval(one).node) is normal(session.eval(other).node)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one, other, session) -> None:
    normal = Normal()
    assert normal(session.eval(one).node) is not normal(session.eval(other).node)


@given(graphs(), st.integers(1, 5).flatmap(rows))
def test_the_normal_form_has_the_same_value(nodes, row) -> None:
    normal = Normal()
    for node in nodes:
        try:
            [[value]] = evaluate([node], [row])
        except RaspError:
            continue
        [[same]] = evaluate([normal(node)], [row])
        if is_selector(node):
            assert np.array_equal(value, same)
        else:
            assert repr(value.values) == repr(same.values)


@given(graphs(), st.integers(1, 5).flatmap(rows))
def test_what_fails_still_fails(nodes, row) -> None:
    normal = Normal()
    for node in nodes:
        try:
            evaluate([node], [row])
        except RaspError:
            with pytest.raises(RaspError):
                evaluate([normal(node)], [row])


def test_deep_selectors() -> None:
    selector = compare("==", tokens(), tokens())
    for step in range(3000):
        selector = (both, either)[step % 2](selector, compare("<", indices(), indices()))
    normal = Normal()
    assert normal(selector) is normal(selector)
