"""Random graphs on random batches: the engine against the plain evaluator of reference.py."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasp.engine import Column, evaluate
from rasp.errors import RaspError
from rasp.graph import builders as graph
from rasp.graph.nodes import topological
from tests.engine import reference, strategies


def plain(result):
    """A result as the plain evaluator gives it."""
    return written((result.kind, result.values) if isinstance(result, Column) else result.tolist())


def written(value):
    """What the plain evaluator gives, in a form that is equal only for the same atoms."""
    if not isinstance(value, tuple):
        return value
    kind, row = reference.given_out(*value)
    return kind, reference.spelled(row)


def check_failure(node, row, known):
    """The engine fails at a node whose operands have values, as the plain evaluator does there."""
    with pytest.raises(RaspError) as caught:
        evaluate([node], [row])
    error = caught.value
    expected = known[error.node]
    assert isinstance(expected, type(error)), (expected, error)
    assert (error.row, error.position) == (0, expected.position)
    assert error.operands is not None


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), strategies.batches(), st.data())
def test_random_graphs(nodes, batch, data):
    order = topological(nodes)
    known = [reference.evaluate(order, row) for row in batch]
    for row, values in zip(batch, known, strict=True):
        good = [node for node in nodes if has_value(values[node])]
        for node, result in zip(good, evaluate(good, [tuple(row)])[0], strict=True):
            assert plain(result) == written(values[node]), (node, row)
        failing = [node for node in nodes if isinstance(values[node], RaspError)]
        for node in failing[:2]:
            check_failure(node, tuple(row), values)
    for node in nodes:  # each node on all inputs on which it has a value, which may be of unlike kinds
        together = [(row, values[node]) for row, values in zip(batch, known, strict=True) if has_value(values[node])]
        results = evaluate([node], [row for row, _ in together])
        assert [plain(result[0]) for result in results] == [written(value) for _, value in together], node


def has_value(value):
    return not isinstance(value, Exception)


ASIS = graph.tokens("asis")
SAME = graph.compare("==", ASIS, ASIS)
FIRST = graph.apply("==", graph.indices(), graph.constant(0))
UNLIKE = [
    ASIS,
    graph.aggregate(SAME, ASIS),
    graph.aggregate(graph.negation(SAME), ASIS, 1.5),
    graph.aggregate(graph.full(), ASIS, "x"),
    graph.apply("where", FIRST, ASIS, graph.constant(1)),
    graph.apply("where", FIRST, graph.constant("x"), ASIS),
    graph.apply("+", ASIS, ASIS),
    graph.lookup_key(ASIS, [(1, True), (0, 0.5), ("a", "b"), ("1", 7)]),
    graph.lookup_key(ASIS, [(1, True), ("a", "b")], ASIS),
    graph.member(ASIS, [1, "a", 0.5]),
    graph.selector_width(graph.compare("<=", ASIS, ASIS)),
    graph.best(graph.negation(SAME), ASIS),
    graph.selector_width(graph.best(graph.full(), ASIS)),
]


@settings(max_examples=300, deadline=None)
@given(strategies.batches(most=6, longest=3))
def test_inputs_of_unlike_kinds_together(batch):
    """A batch of strings, bools, ints and floats gives what each input gives alone."""
    for node in UNLIKE:
        alone = [(row, one(node, row)) for row in batch]
        good = [(row, result) for row, result in alone if result is not None]
        together = evaluate([node], [row for row, _ in good])
        assert [plain(result[0]) for result in together] == [result for _, result in good], node


def one(node, row):
    """What a node gives on one input; None where it fails."""
    try:
        return plain(evaluate([node], [row])[0][0])
    except RaspError:
        return None
