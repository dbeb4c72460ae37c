"""Random graphs as models: whatever compiles gives what the engine gives, on some 500 inputs each."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from rasp.architecture.masks import confined, mask
from rasp.architecture.plan import planned
from rasp.bounds import limits
from rasp.compile.compiler import compiled
from rasp.compile.inputs import trial
from rasp.compile.proof import proved
from rasp.errors import CannotCompile, TooManyValues
from rasp.graph.nodes import Aggregate, SelectorWidth, is_selector, topological
from tests.engine import strategies

KINDS = ("bool", "small int", "float", "int and float", "letter", "digit", "text")
LONGEST = 4
INPUTS = 2_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 500

vocabularies = st.sampled_from(KINDS).flatmap(
    lambda kind: st.lists(strategies.KINDS[kind], min_size=1, max_size=4, unique_by=lambda atom: (type(atom), atom))
)


@pytest.fixture(scope="module", autouse=True)
def _few_combinations():
    """What a random graph may take, so that each ends soon."""
    before, limits.combinations = limits.combinations, 20_000
    yield
    limits.combinations = before


def large(nodes):
    """The three s-ops that need most attention and are made of most nodes."""
    sops = [node for node in nodes if not is_selector(node)]
    return sorted(sops, key=_size, reverse=True)[:3]


def _size(node):
    below = topological([node])
    return sum(isinstance(part, (Aggregate, SelectorWidth)) for part in below), len(below)


def inputs_of(vocabulary):
    """All short inputs and random long ones, about so many in all."""
    return trial(vocabulary, LONGEST, whole=2, drawn=INPUTS // 2 - 10)


def check(node, vocabulary, causal):
    """Compiles an s-op with the planned heads, and compares it with the engine."""
    plan = planned([node], assume_bos=True)
    try:
        network = compiled(plan, ["x"], vocabulary, LONGEST, causal, lambda node: "x").network
    except (CannotCompile, TooManyValues) as error:
        event(f"refused: {error.code}")
        return
    event(f"compiled, {network.config.n_layers} layers")
    assert network.config.n_heads == plan.heads_per_layer
    proof = proved(network, {"x": node}, inputs_of(vocabulary))
    assert proof.difference is None, (node, proof.difference)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), vocabularies, st.data())
def test_a_model_gives_what_the_engine_gives(nodes, vocabulary, data):
    check(data.draw(st.sampled_from(large(nodes))), vocabulary, causal=False)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), vocabularies, st.data())
def test_a_model_with_masked_attention_does_so_too(nodes, vocabulary, data):
    """Every selector of these graphs is confined to the keys that a causal model sees."""
    (node,) = confined([data.draw(st.sampled_from(large(nodes)))], mask("causal"))
    check(node, vocabulary, causal=True)
