"""Orders of sublayers: known ones, and against trying every order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings

import rasp
from rasp.architecture.plan import make_plan
from rasp.architecture.sublayers import missing, shortest_order
from rasp.errors import WrongOperand
from tests.engine.strategies import graphs

SHORTEST = [
    ("tokens", ""),
    ("tokens == 3", ""),
    ("indices * indices + 1", ""),
    ('indices if tokens == "a" else 0', "f"),
    ("length", "af"),
    ("aggregate(full_s, indices)", "a"),
    ("aggregate(full_s, indices) + 1", "af"),
    ("aggregate(select(tokens, indices, ==), indices)", "a"),
    ("aggregate(full_s, tokens_int * indices)", "fa"),
    ("selector_width(full_s)", "af"),
    ("sort(tokens, tokens)", "afa"),
    ("aggregate(full_s, aggregate(full_s, indices))", "aa"),
    ("select(length, indices, ==)", "afa"),
    ("full_s", "a"),
    # one way needs `a f a`, the other `f a`: in one order they share all but the first
    ("aggregate(full_s, length) + aggregate(full_s, tokens_int * indices)", "afaf"),
]


@pytest.mark.parametrize(("expression", "order"), SHORTEST)
def test_shortest(expression, order) -> None:
    report = rasp.Session().eval(expression).architecture()
    assert report.sublayers() == " ".join(order)
    assert report.fits(order)
    assert not order or not report.fits(order[:-1])


@given(graphs(steps=8))
@settings(max_examples=50)
def test_no_shorter_order_fits(nodes) -> None:
    plan = make_plan(nodes)
    found = shortest_order(plan).sublayers
    assert not missing(plan, found)
    shorter = itertools.product("af", repeat=max(0, len(found) - 1)) if len(found) < 9 else ()
    assert all(missing(plan, "".join(order)) for order in shorter)


@given(graphs())
def test_more_sublayers_never_hurt(nodes) -> None:
    plan = make_plan(nodes)
    found = shortest_order(plan).sublayers
    assert not missing(plan, "f" + found + "a")
    assert not missing(plan, "".join(letter + other for letter, other in zip(found, "af" * len(found), strict=False)))


def test_what_is_missing() -> None:
    report = rasp.load("sort")["sorted"].architecture()
    assert report.missing("f f a a") == ("rank", "sorted")
    assert report.missing("afaf") == ()


@pytest.mark.parametrize("order", ["x", "a,f", "AF", "a f b"])
def test_not_an_order(order) -> None:
    with pytest.raises(WrongOperand, match="written with a and f"):
        rasp.tokens.architecture().fits(order)


@pytest.mark.parametrize("order", [3, None, b"a"])
def test_an_order_that_is_no_text(order) -> None:
    with pytest.raises(WrongOperand, match="an order of sublayers is a text such as aaffaf, not"):
        rasp.tokens.architecture().fits(order)


@pytest.mark.parametrize(
    ("source", "order", "left"),
    [
        ("a = aggregate(full_s, indices); x = not not (a > 3);", "a", ("x",)),
        ("s = select(tokens, tokens, ==); x = s and s;", "f", ("x",)),
        ("s = select(tokens, tokens, ==); w = selector_width(s); x = selector_width(not not s) + 0 * w;", "a", ("x",)),
    ],
)
def test_what_is_asked_for_stands_for_what_equals_it(source, order, left) -> None:
    session = rasp.Session()
    session.run(source)
    report = session["x"].architecture()
    assert report.missing(order) == left
    assert report.fits(report.sublayers())
