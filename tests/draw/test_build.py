"""From graphs to flows: the right values, and links that lead somewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rasp
from rasp.draw.flow import Flow
from rasp.errors import DivisionByZero, RaspError
from rasp.graph.nodes import is_selector
from rasp.present.names import Names
from rasp.session.drawing import flow_of
from rasp.session.sops import Selector, SOp
from tests.engine.strategies import graphs, rows


def flow_from(source, name, given_input, **options):
    session = rasp.Session()
    session.run(source)
    return flow_of([session.eval(name)], session.names_of_nodes, given_input, **options)


def test_sorted() -> None:
    flow = flow_from('load "sort";', "sorted", "cab")
    assert flow.title == 'sorted("cab")'
    assert flow.tokens == ("c", "a", "b")
    assert flow.summary == "sorted: 2 layers, 2 heads at most (2, 1) without BOS"
    names = {value.name: value.cells for value in flow.values.values()}
    assert names["rank"] == ("2", "0", "1")
    assert names["sorted"] == ("a", "b", "c")
    assert [flow.values[key].name for key in flow.results] == ["sorted"]


HIST = "same = select(tokens, tokens, ==); hist = selector_width(same);"


def test_a_width_is_one_head_on_its_own_selector() -> None:
    flow = flow_from(HIST, "hist", "aba")
    [head] = flow.layers[1].heads
    assert (head.name, head.formula, head.counted) == ("same", "select(tokens, tokens, ==)", 2)
    assert head.matrix == ((True, False, True), (False, True, False), (True, False, True))
    assert "1 drawn, 2 counted" in head.note
    assert [part.matrix for part in head.parts] == [part.matrix for part in as_built(HIST, "hist").layers[1].heads]
    assert flow.values["v2"].sources == (head.id,)
    assert flow.definitions == {}


def test_a_width_and_an_aggregate_of_one_selector_share_a_head() -> None:
    source = f"{HIST} mean = aggregate(same, indices) * hist;"
    [head] = flow_from(source, "mean", "aba").layers[1].heads
    assert (head.counted, len(head.parts)) == (3, 3)
    assert "1 drawn, 3 counted" in head.note
    assert len(as_built(source, "mean").layers[1].heads) == 3


def test_a_width_in_a_model_with_bos_is_built_of_one_head() -> None:
    [head] = flow_from(HIST, "hist", "aba", assume_bos=True).layers[1].heads
    assert (head.note, head.counted, head.bos) == ("how many keys are selected", 1, True)
    assert [part.note for part in head.parts] == ["the share of the BOS position"]


def as_built(source: str, name: str) -> Flow:
    return flow_from(source, name, "aba", as_built=True)


def test_the_heads_of_a_width_as_built() -> None:
    flow = as_built(HIST, "hist")
    first, second = flow.layers[1].heads
    assert first.matrix == ((True, False, True), (True, True, False), (True, False, True))
    assert second.matrix == ((True, False, False), (False, False, False), (True, False, False))
    assert "share of position 0" in first.note
    assert [flow.values[key].name for key in first.writes] == ["hist"]
    assert [flow.values[key].name for key in first.keys] == ["tokens"]
    [hist] = flow.layers[1].computed
    assert hist.sources == (first.id, second.id)
    [head] = (
        flow_from("hist = selector_width(select(tokens, tokens, ==));", "hist", "aba", assume_bos=True, as_built=True)
        .layers[1]
        .heads
    )
    assert "BOS position" in head.note


def test_what_is_minor() -> None:
    source = "depth = aggregate(full_s, indices); x = (depth + 1) * 2;"
    minor = {value.name: value.minor for value in flow_from(source, "x", "abc").values.values()}
    assert minor == {"indices": False, "depth": False, "depth + 1": True, "x": False}


def test_a_selector() -> None:
    flow = flow_from("earlier = select(indices, indices, <);", "earlier", "ab")
    assert flow.results == ("h1.1",)
    assert flow.heads["h1.1"].name == "earlier"
    assert flow.heads["h1.1"].writes == ()


def test_an_input_that_the_program_refuses() -> None:
    with pytest.raises(DivisionByZero):
        flow_from("x = 1 / indices;", "x", "ab")


def test_no_attention() -> None:
    flow = flow_from("", "tokens", "ab")
    assert len(flow.layers) == 1
    assert [value.cells for value in flow.values.values()] == [("a", "b")]
    assert flow_from("x = aggregate(full_s, 1);", "x", "ab").layers[1].heads[0].note == "reads 1"


@given(graphs(), st.integers(1, 4).flatmap(rows))
def test_every_link_leads_to_what_was_there_before(nodes, row) -> None:
    for node in nodes[-6:]:
        operator = (Selector if is_selector(node) else SOp)(node)
        try:
            flow = flow_of([operator], Names(), row)
        except RaspError:
            continue
        known: set[str] = set()
        for layer in flow.layers:
            for head in layer.heads:
                assert {*head.keys, *head.queries, *head.reads} <= known
                assert set(head.writes) <= set(flow.values)
            known.update(head.id for head in layer.heads)
            for value in layer.values:
                assert set(value.sources) <= known
                known.add(value.id)
        assert set(flow.results) <= known
