"""Layers and heads: measured on the reference interpreter, or counted by hand; and what must hold of any plan."""

from __future__ import annotations

import pytest
from hypothesis import given

import rasp
from rasp.architecture.plan import make_plan, sops_of
from rasp.graph.nodes import Aggregate, Map, SelectorWidth, is_selector, operands
from tests.architecture.cases import COUNTED, MEASURED
from tests.engine.strategies import graphs


def plan_of(source, name, **options):
    session = rasp.Session()
    session.run(source, keep_going=True)
    return make_plan([session.eval(name).node], **options)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in MEASURED])
@pytest.mark.filterwarnings("ignore")
def test_at_most_what_the_reference_interpreter_counts(case) -> None:
    plan = plan_of(case["source"], case["sop"])
    assert len(plan.heads_per_layer) <= case["layers"]
    assert max(plan.heads_per_layer, default=0) <= case["heads_max"]
    assert plan.proved


@pytest.mark.parametrize(
    ("case", "heads"), [("arch-008", (1,)), ("arch-029", (1,)), ("arch-032", (1,)), ("arch-046", (3, 2, 1))]
)
def test_fewer_than_the_reference_interpreter_counts(case, heads) -> None:
    [measured] = [measured for measured in MEASURED if measured["id"] == case]
    assert plan_of(measured["source"], measured["sop"]).heads_per_layer == heads


@pytest.mark.parametrize(("source", "name", "heads", "heads_with_bos"), COUNTED)
def test_counted(source, name, heads, heads_with_bos) -> None:
    assert plan_of(source, name).heads_per_layer == heads
    assert plan_of(source, name, assume_bos=True).heads_per_layer == heads_with_bos


def test_several_in_one_transformer() -> None:
    session = rasp.Session()
    session.run('load "sort"; load "histogram"; load "reverse";')
    sorted, hist, reverse = (session[name] for name in ("sorted", "hist", "reverse"))
    assert hist.architecture(sorted).heads_per_layer == (3, 2)  # one head of hist waits
    assert reverse.architecture(sorted, assume_bos=True).heads_per_layer == (2, 2)
    assert sorted.architecture(sorted).heads_per_layer == (2, 1)


def test_a_selector_beside_an_sop_that_uses_it() -> None:
    session = rasp.Session()
    session.run("same = select(tokens, tokens, ==); x = aggregate(same, indices);")
    assert session["same"].architecture(session["x"]).heads_per_layer == (1,)


@pytest.mark.parametrize(
    ("expression", "single"),
    [
        ("aggregate(best(full_s, indices), tokens)", True),
        ("aggregate(best(best(full_s, indices), indices), tokens)", True),
        ("aggregate(best(best(full_s, near), indices), tokens)", True),
        ("aggregate(best(full_s, near) and select(indices, 1, <), tokens)", False),
        ("aggregate(not best(full_s, indices), 1)", False),
        ("aggregate(best(full_s, indices) and select(indices, 1, <), tokens)", False),
        ("aggregate(best(full_s, indices) or select(indices, 1, <), 1)", False),
        ("aggregate(best(not best(full_s, indices), indices), tokens)", False),
        ("selector_width(best(full_s, indices))", False),
        ("selector_width(select(aggregate(best(full_s, indices), indices), indices, ==))", True),
    ],
)
@pytest.mark.parametrize("assume_bos", [False, True])
def test_whether_one_head_computes_a_pattern(expression, single, assume_bos) -> None:
    plan = plan_of("", expression, assume_bos=assume_bos)
    assert all(head.single for layer in plan.layers for head in layer.heads) == single


@given(graphs())
def test_everything_stands_behind_what_it_is_made_of(nodes) -> None:
    plan = make_plan(nodes)
    for layer, part in enumerate(plan.layers):
        for head in part.heads:
            for use in head.uses:
                behind = [*sops_of(use.selector), *([] if use.reads is None else [use.reads])]
                assert all(plan.layer_of.get(node, 0) < layer for node in behind)
                assert is_selector(use.result) or plan.layer_of[use.result] >= layer
        for node in part.computed:
            assert plan.layer_of[node] == layer
            if isinstance(node, Map):
                assert all(plan.layer_of.get(below, 0) <= layer for below in operands(node))


@given(graphs())
def test_what_is_needed_is_there(nodes) -> None:
    plan = make_plan(nodes)
    given_by = {use.result for layer in plan.layers for head in layer.heads for use in head.uses}
    forms = {plan.form_of[node] for node in given_by if node in plan.form_of}
    for node in nodes:
        if isinstance(plan.form_of[node], (Aggregate, SelectorWidth)):
            assert plan.form_of[node] in forms
        assert is_selector(node) or plan.layer_of[node] <= len(plan.heads_per_layer)


@given(graphs())
def test_no_wider_with_a_bos_position(nodes) -> None:
    plain, behind = make_plan(nodes), make_plan(nodes, assume_bos=True)
    assert len(plain.heads_per_layer) == len(behind.heads_per_layer)
    assert max(behind.heads_per_layer, default=0) <= max(plain.heads_per_layer, default=0)


def test_the_same_whatever_was_built_before() -> None:
    source = (
        "a = select(tokens, tokens, ==); b = select(indices, indices, <); x = aggregate(a and b, 1) + tokens_int[2];"
    )
    first = rasp.Session()
    first.run(source)
    report = str(first["x"].architecture())
    other = rasp.Session()
    other.run("x = tokens_int[2]; y = select(indices, indices, <) and select(tokens, tokens, ==);")
    del first
    again = rasp.Session()
    again.run(source)
    assert str(again["x"].architecture()) == report


def test_long_chains_and_large_programs_end() -> None:
    session = rasp.Session()
    session.run("x = indices; for i in range(2000) { x = aggregate(select(x, i, <), x); }")
    assert session["x"].architecture().layers == 2000
    wide = " + ".join(f"aggregate(select(indices, {k}, ==), x)" for k in range(300))
    session.run(f"x = indices; for i in range(5) {{ x = {wide}; }}")
    report = session["x"].architecture()
    assert report.heads_per_layer == (300,) * 5
    assert report.proved
