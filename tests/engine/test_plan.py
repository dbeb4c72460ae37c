"""Plans: made once, kept as long as their nodes and no longer, right under other limits and for every length."""

from __future__ import annotations

import gc
import weakref

import pytest

from rasp.base.limits import limits
from rasp.engine import evaluate
from rasp.engine import plan as module
from rasp.engine.plan import plan
from rasp.errors import DivisionByZero, IntTooLarge, RaspError
from rasp.graph import builders as graph
from rasp.graph.builders import aggregate, apply, compare, constant, full, indices, length, selector_width, tokens

SAME = compare("==", tokens(), tokens())


def values(node, *inputs):
    return [row[0].values for row in evaluate([node], inputs)]


def test_a_plan_is_made_once():
    hist = selector_width(SAME)
    assert plan([hist]) is plan([hist])
    assert plan([hist, SAME]) is plan([hist, SAME])
    assert plan([hist, SAME]) is not plan([SAME, hist])


def test_plans_keep_no_graph_alive():
    bottom = constant("only here")
    node = apply("==", aggregate(compare("==", bottom, tokens()), apply("+", tokens(), bottom)), bottom)
    values(node, "abc")
    watched = weakref.ref(bottom)
    gc.collect()
    before = len(graph._table), len(module._plans)
    del node, bottom
    gc.collect()
    assert watched() is None
    assert len(graph._table) < before[0]
    assert len(module._plans) == before[1] - 1


def test_few_plans_are_kept_for_one_node():
    hist = selector_width(SAME)
    for number in range(3 * module.MOST):
        evaluate([hist, constant(number)], ["a"])
    assert len(module._plans[hist]) <= module.MOST


def test_what_depends_on_the_length_alone_is_kept_for_some_lengths():
    reverse = aggregate(compare("==", indices(), apply("-", apply("-", length(), constant(1)), indices())), tokens())
    texts = ["a" * size + "b" for size in range(30)]
    assert values(reverse, *texts) == [list(reversed(text)) for text in texts]
    kept = plan([reverse]).by_length
    assert len(kept) == module.LENGTHS
    assert values(reverse, *texts) == [list(reversed(text)) for text in texts]


def test_constant_parts_are_folded():
    node = apply("+", apply("*", constant(6), constant(7)), indices())
    assert [step.slot for step in plan([node]).steps] == [3, 4]
    assert values(node, "ab") == [[42, 43]]


def test_a_constant_part_that_fails_fails_on_each_input():
    inverse = apply("/", constant(1), constant(0))
    for _ in range(2):
        with pytest.raises(DivisionByZero) as caught:
            values(apply("+", inverse, tokens("int")), "12")
        assert caught.value.node is inverse
    tens = apply("/", constant(10), apply("-", indices(), constant(2)))
    assert values(tens, "ab") == [[-5.0, -10.0]]
    with pytest.raises(DivisionByZero) as caught:
        values(tens, "ab", "abc")
    assert (caught.value.row, caught.value.position) == (1, 2)


def test_lower_limits_hold_for_what_was_computed_before(monkeypatch):
    node = apply("*", constant(6), constant(7))
    places = apply("*", apply("+", indices(), constant(9)), constant(9))
    assert values(node, "a") == [[42]]
    assert values(places, "ab") == [[81, 90]]
    monkeypatch.setattr(limits, "int_digits", 1)
    for lowered in (node, places):
        with pytest.raises(IntTooLarge):
            values(lowered, "ab")
    monkeypatch.undo()
    assert values(node, "a") == [[42]]


def test_long_inputs_and_short_ones_share_a_plan():
    node = aggregate(full(), selector_width(SAME))
    assert values(node, "ab" * 2, "ab" * 300) == [[2.0] * 4, [300.0] * 600]


def test_constants_whose_result_is_not_finite_warn_nobody():
    for op, left, right in (("/", 0.0, 0.0), ("/", 1e300, 1e-300), ("+", 1e308, 1e308), ("*", 1e308, 1e308)):
        node = apply(op, constant(left), constant(right))
        [[outcome]] = evaluate([node], ["ab"], errors="collect")  # pytest turns NumPy's warnings into errors
        assert isinstance(outcome, RaspError)
