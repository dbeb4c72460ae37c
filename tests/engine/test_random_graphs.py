"""Random graphs on random batches: the engine against the plain evaluator of reference.py."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasp.engine import Column, evaluate
from rasp.errors import RaspError
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
        good = [node for node in nodes if not isinstance(values[node], Exception)]
        for node, result in zip(good, evaluate(good, [tuple(row)])[0], strict=True):
            assert plain(result) == written(values[node]), (node, row)
        failing = [node for node in nodes if isinstance(values[node], RaspError)]
        for node in failing[:2]:
            check_failure(node, tuple(row), values)
    good = [node for node in nodes if not any(isinstance(values[node], Exception) for values in known)]
    for results, values in zip(evaluate(good, batch), known, strict=True):
        assert [plain(result) for result in results] == [written(values[node]) for node in good]
