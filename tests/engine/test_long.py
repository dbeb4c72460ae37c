"""Long inputs: every method, forced, against the dense judge; and which method a selector gets."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasp.engine import evaluate
from rasp.engine.methods import METHODS, forced
from rasp.errors import RaspError
from rasp.graph import nodes as graph
from rasp.graph.nodes import topological
from tests.engine import reference, strategies
from tests.engine.test_random_graphs import plain

EXACT_SUMS = tuple(kind for kind in strategies.KINDS if kind not in ("any float", "any number"))


def outcome(way, node, batch):
    """What a node gives on a batch when it goes one way: its results, or the error with all its marks."""
    with forced(way):
        try:
            return [plain(result) for (result,) in evaluate([node], batch)]
        except RaspError as error:
            return type(error), error.node, error.row, error.position, error.operands, error.diagnostic.title


def sums_exactly(node, batch):
    """Whether no sum of floats below the node depends on its order."""
    order = topological([node])
    known = [reference.evaluate(order, list(row)) for row in batch]
    return not any(isinstance(value, reference.InexactSum) for values in known for value in values.values())


def check(nodes, batch, way):
    """One way gives what the judge gives; of a batch in which several inputs fail, which error is left open."""
    for node in nodes:
        batches = [[row] for row in batch]
        if len(batch) > 1 and isinstance(outcome("dense", node, batch), list):
            batches.append(batch)
        for some in batches:
            expected, got = outcome("dense", node, some), outcome(way, node, some)
            assert repr(got) == repr(expected) or not sums_exactly(node, some), (way, node, some)


@st.composite
def cases(draw, longest):
    """A random graph with selectors in most of its steps, and a batch of one length."""
    size = draw(st.integers(1, longest))
    batch = draw(st.lists(strategies.rows(size, EXACT_SUMS), min_size=1, max_size=2))
    return draw(strategies.graphs(steps=20)), [tuple(row) for row in batch]


@pytest.mark.parametrize("way", sorted(METHODS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(longest=12))
def test_random_graphs(way, case):
    check(*case, way)


NUMBER = st.sampled_from(
    [
        graph.indices(),
        graph.tokens("asis"),
        graph.tokens("str"),
        graph.apply("%", graph.indices(), graph.constant(3)),
        graph.apply("-", graph.constant(5), graph.indices()),
        graph.apply("/", graph.indices(), graph.constant(2)),
        graph.constant(2),
        graph.selector_width(graph.compare("==", graph.tokens("asis"), graph.tokens("asis"))),
    ]
)


@st.composite
def selectors(draw):
    """A formula over a few comparisons, some of which have an order that fails on strings."""
    made = [graph.compare(draw(st.sampled_from(strategies.ORDER)), draw(NUMBER), draw(NUMBER)) for _ in range(4)]
    for _ in range(draw(st.integers(1, 6))):
        one, other = draw(st.sampled_from(made)), draw(st.sampled_from(made))
        kinds = [graph.both(one, other), graph.either(one, other), graph.negation(one), graph.best(one, draw(NUMBER))]
        made.append(draw(st.sampled_from(kinds)))
    return made[-1]


@pytest.mark.parametrize("way", sorted(METHODS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(selector=selectors(), row=st.integers(1, 40).flatmap(lambda size: strategies.rows(size, EXACT_SUMS)))
def test_random_selectors(way, selector, row):
    values = graph.tokens("asis")
    nodes = [
        graph.selector_width(selector),
        graph.aggregate(selector, values),
        graph.aggregate(selector, graph.indices(), -1),
    ]
    check([*nodes, selector], [tuple(row)], way)
