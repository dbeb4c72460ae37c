"""The text of a graph builds the very same graph."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rasp
from rasp.graph import builders as graph
from rasp.graph.nodes import Illegal
from rasp.source.program import program
from rasp.source.reading import load_nodes
from tests.engine import strategies


def assert_same(nodes):
    made = load_nodes(program(nodes))
    assert len(made) == len(nodes)
    assert all(one is other for one, other in zip(made, nodes, strict=True))


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(steps=20))
def test_the_program_of_a_random_graph_builds_it_again(nodes):
    assert_same(nodes)


@given(st.lists(strategies.atoms, min_size=1, max_size=5))
def test_atoms_are_exact_wherever_they_stand(atoms):
    first = atoms[0]
    tokens = graph.tokens()
    pairs = {f"{type(atom).__name__} {atom!r:.40}": atom for atom in atoms}
    assert_same(
        [
            graph.constant(first),
            graph.apply("==", tokens, graph.constant(first)),
            graph.apply("where", graph.constant(first), tokens, graph.constant(first)),
            graph.aggregate(graph.full(), tokens, first),
            graph.member(tokens, atoms),
            graph.lookup(graph.indices(), atoms),
            graph.lookup_key(tokens, pairs.items()),
            graph.lookup_key(tokens, [(first, 1)]),
            graph.lookup(graph.constant(first), [first], graph.indices()),
            graph.lookup_key(tokens, pairs.items(), graph.constant(first)),
        ]
    )


@pytest.mark.parametrize(
    "text", ["", '"', 'a"b', "\n", "\r\n", '"\n"', "\\n", "\x00", "\x85\u2028\x0b", "\ud800", "#", "{}", "é😀", "'"]
)
def test_every_string(text):
    assert_same([graph.constant(text), graph.apply("+", graph.tokens(), graph.constant(text))])


def test_every_number():
    for value in (10**5000, -(10**5000), -0.0, 5e-324, 1.7976931348623157e308, 0.1, True, 1, 1.0):
        assert_same_number(value)


def assert_same_number(value):
    assert_same([graph.apply("+", graph.indices(), graph.constant(value)), graph.constant(value)])


@pytest.mark.parametrize("kind", ["list", "dict", "function", "s-op", "selector"])
def test_entries_that_no_sequence_can_hold(kind):
    assert_same(
        [
            graph.lookup(graph.indices(), [1, Illegal(kind)]),
            graph.lookup_key(graph.tokens(), [("a", Illegal(kind)), ("b", '"')]),
        ]
    )


def test_a_deep_graph_and_a_shared_one():
    deep = shared = graph.indices()
    for number in range(3000):
        deep = graph.apply("+", deep, graph.constant(number))
        if number < 100:
            shared = graph.apply("*", shared, shared)
    assert_same([deep, shared])
    assert len(program([shared]).source) < 3000


@pytest.mark.parametrize("name", rasp.stdlib.names())
def test_programs_of_the_library(name):
    module = rasp.load(name)
    values = [module[key] for key in module.names()]
    assert_same([value.node for value in values if isinstance(value, rasp.SOp | rasp.Selector)] or [graph.full()])


def test_a_program_can_be_sent():
    made = program([graph.constant("\ud800")])
    assert pickle.loads(pickle.dumps(made)) == made
