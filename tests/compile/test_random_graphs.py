"""Random graphs as models: whatever compiles gives what the engine gives, on some 500 inputs each."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from rasp.architecture.masks import confine, mask
from rasp.architecture.plan import make_plan
from rasp.base.limits import limits
from rasp.compile import enumeration
from rasp.compile.compiler import compile_plan
from rasp.compile.inputs import count_up_to, trial
from rasp.compile.proof import prove
from rasp.errors import CannotCompile, TooManyValues
from rasp.graph import builders as graph
from rasp.graph.nodes import Aggregate, Best, Nearest, SelectorWidth, is_selector, topological
from tests.engine import strategies

KINDS = ("bool", "small int", "float", "int and float", "letter", "digit", "text")
LONGEST = 4
INPUTS = 2_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 500

vocabularies = st.sampled_from(KINDS).flatmap(
    lambda kind: st.lists(strategies.KINDS[kind], min_size=1, max_size=4, unique_by=lambda atom: (type(atom), atom))
)


@pytest.fixture(scope="module", autouse=True)
def _little_work():
    """What a random graph may take, so that each ends soon."""
    before, limits.work = limits.work, 2_000_000
    yield
    limits.work = before


def large(nodes):
    """The three s-ops that need most attention and are made of most nodes."""
    return sorted(sops(nodes), key=_size, reverse=True)[:3]


def sops(nodes):
    return [node for node in nodes if not is_selector(node)]


def _size(node):
    below = topological([node])
    return sum(isinstance(part, (Aggregate, SelectorWidth)) for part in below), len(below)


def inputs_of(vocabulary):
    """All inputs of the lengths at which they are at most so many, and as many random ones of each greater length."""
    whole = max(length for length in range(1, LONGEST + 1) if count_up_to(len(vocabulary), length) <= INPUTS)
    return trial(vocabulary, LONGEST, whole=whole, drawn=INPUTS)


def check(node, vocabulary, causal):
    """Compiles an s-op with the planned heads, from all inputs and from sets, and compares it with the engine."""
    plan = make_plan([node], assume_bos=True)
    for few in (enumeration.FEW, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(enumeration, "FEW", few)
            check_one(node, plan, vocabulary, causal)


def check_one(node, plan, vocabulary, causal):
    try:
        network = compile_plan(plan, ["x"], vocabulary, LONGEST, causal, lambda node: "x").network
    except (CannotCompile, TooManyValues) as error:
        event(f"refused: {error.diagnostic.title:.60}")
        return
    event(f"compiled, {network.config.n_layers} layers")
    assert network.config.n_heads == plan.heads_per_layer
    proof = prove(network, {"x": node}, inputs_of(vocabulary))
    assert proof.difference is None, (node, proof.difference)


@st.composite
def best_of_fractions(draw):
    """An s-op that reads the keys of the highest scores: ints and floats that may be equal, and that may tie."""
    nodes = draw(strategies.graphs(steps=6))
    selectors = [node for node in nodes if is_selector(node) and not any(map(is_best, topological([node])))]
    numbers = [graph.indices(), graph.tokens("int"), graph.apply("indicator", draw(st.sampled_from(sops(nodes))))]
    scale = graph.constant(draw(st.sampled_from([0.25, 0.5, 1, 0.1])))
    values = graph.apply("*", draw(st.sampled_from(numbers)), scale)
    selector = graph.best(draw(st.sampled_from(selectors)), draw(st.sampled_from(numbers)))
    if draw(st.booleans()):
        selector = draw(st.sampled_from([graph.nearest(selector), graph.nearest(draw(st.sampled_from(selectors)))]))
    return graph.aggregate(selector, values, draw(st.sampled_from([0, 0.0, 1, 0.25, -1])))


@st.composite
def layered(draw):
    """An s-op of two or three layers: what heads give is compared, read and computed with again."""
    nodes = draw(strategies.graphs(steps=4))
    numbers = [graph.indices(), graph.tokens("asis"), graph.apply("indicator", draw(st.sampled_from(sops(nodes))))]
    for _ in range(draw(st.integers(2, 3))):
        pair = [draw(st.sampled_from(numbers[-4:])) for _ in range(2)]
        selector = graph.compare(draw(st.sampled_from(strategies.ORDER)), *pair)
        other = draw(st.sampled_from([node for node in nodes if is_selector(node)] or [graph.full()]))
        selector = draw(st.sampled_from([selector, graph.negation(selector), graph.both(selector, other)]))
        value, default = draw(st.sampled_from(numbers)), draw(st.sampled_from([0, 0.5, -1, "a"]))
        read = draw(st.sampled_from([graph.selector_width(selector), graph.aggregate(selector, value, default)]))
        op = draw(st.sampled_from(["+", "-", "*", "/", "==", "<"]))
        numbers += [read, graph.apply(op, read, draw(st.sampled_from(numbers)))]
    return numbers[-1]


def is_best(node):
    return isinstance(node, (Best, Nearest))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(best_of_fractions(), vocabularies)
def test_a_model_reads_the_best_keys(node, vocabulary):
    check(node, vocabulary, causal=False)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(layered(), vocabularies)
def test_a_model_of_several_layers_does_so(node, vocabulary):
    check(node, vocabulary, causal=False)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), vocabularies, st.data())
def test_a_model_gives_what_the_engine_gives(nodes, vocabulary, data):
    check(data.draw(st.sampled_from(large(nodes))), vocabulary, causal=False)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), vocabularies, st.data())
def test_a_model_with_masked_attention_does_so_too(nodes, vocabulary, data):
    """Every selector of these graphs is confined to the keys that a causal model sees."""
    (node,) = confine([data.draw(st.sampled_from(large(nodes)))], mask("causal"))
    check(node, vocabulary, causal=True)
