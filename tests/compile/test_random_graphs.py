"""Random graphs: the compiled model against the engine, on every input over a small vocabulary."""

from __future__ import annotations

import itertools
import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasp.architecture.masks import confined, mask
from rasp.architecture.plan import planned
from rasp.compile.compiler import compiled
from rasp.engine import evaluate
from rasp.errors import CannotCompile, ProgramFails, RaspError, TooManyValues
from rasp.graph.nodes import Aggregate, SelectorWidth, is_selector, topological
from tests.engine import strategies

VOCABULARIES = st.sampled_from(["ab", "abc", "012", (0, 1, 2), (-1, 0.5, 2), (True, False), ("a", "12"), (3, True)])
INPUTS = 500


def values_on(node, inputs):
    """What the program gives on each input; None where it fails."""
    try:
        return [row[0] for row in evaluate([node], inputs)]
    except RaspError:
        if len(inputs) == 1:
            return [None]
    half = len(inputs) // 2
    return values_on(node, inputs[:half]) + values_on(node, inputs[half:])


def same(expected, found):
    """Whether two sequences hold the same values, floats but for rounding."""
    if expected.kind == "string" or found.kind == "string":
        return (expected.kind, expected.values) == (found.kind, found.values)
    pairs = zip(expected.values, found.values, strict=True)
    return all(math.isclose(one, other, rel_tol=1e-9) for one, other in pairs)


def all_inputs(vocabulary, longest):
    sizes = range(1, longest + 1)
    everything = (given for size in sizes for given in itertools.product(vocabulary, repeat=size))
    return list(itertools.islice(everything, INPUTS))


def deepest(nodes):
    """The s-ops with most attention below, and most nodes."""
    sops = dict.fromkeys(node for node in nodes if not is_selector(node))
    return sorted(sops, key=depth, reverse=True)[:3]


def depth(node):
    order = topological([node])
    return sum(isinstance(part, (Aggregate, SelectorWidth)) for part in order), len(order)


def check(node, vocabulary, longest, causal=False):
    """Compiles an s-op, and compares it with the engine on all inputs, or the first ones of many."""
    try:
        made = compiled(planned([node], True), ["x"], tuple(vocabulary), longest, causal, lambda part: "x")
    except (CannotCompile, TooManyValues):
        return
    except ProgramFails:
        made = None
    inputs = all_inputs(tuple(vocabulary), longest)
    pairs = [(row, value) for row, value in zip(inputs, values_on(node, inputs), strict=True) if value is not None]
    assert made or not pairs
    found = made.network.results([row for row, _ in pairs]) if made else []
    for (row, expected), result in zip(pairs, found, strict=True):
        assert same(expected, result["x"]), (node, row, expected, result["x"])


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), VOCABULARIES, st.integers(1, 4), st.data())
def test_random_graphs(nodes, vocabulary, longest, data):
    check(data.draw(st.sampled_from(deepest(nodes))), vocabulary, longest)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), VOCABULARIES, st.integers(1, 4), st.data())
def test_random_graphs_with_masked_attention(nodes, vocabulary, longest, data):
    """Every selector of these graphs is confined to the keys that a causal model sees."""
    (node,) = confined([data.draw(st.sampled_from(deepest(nodes)))], mask("causal"))
    check(node, vocabulary, longest, causal=True)
