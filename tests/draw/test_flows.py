"""The values of the flows made by hand are those that the engine gives, and views fold what is minor."""

from __future__ import annotations

import pytest

import rasp
from rasp.draw.flow import Flow
from rasp.draw.view import view_of
from rasp.present.text import element_text
from tests.draw.flows import ALL, BEFORE, hostile

HONEST = [pytest.param(flow, id=name) for name, flow in ALL.items() if name != "hostile"]


def _session(flow: Flow) -> rasp.Session:
    """A session in which the flow's names are bound to their formulas."""
    session = rasp.Session()
    session.run(f"same = select(tokens, tokens, ==); before = {BEFORE};")  # no heads of their own
    for layer in flow.layers:
        heads = [(head.name, head.formula) for head in layer.heads]
        for name, formula in [*heads, *((value.name, value.formula) for value in layer.values)]:
            if name.isidentifier() and name not in (formula, "length", "full_s"):
                session.run(f"{name} = {formula};")
    return session


@pytest.mark.parametrize("flow", HONEST)
def test_values_are_right(flow: Flow) -> None:
    session = _session(flow)
    for value in flow.values.values():
        found = (session.eval(value.name) if value.name != "0" else session.eval("indices * 0"))(list(flow.tokens))
        assert tuple(map(element_text, found.values)) == value.cells, value.name


@pytest.mark.parametrize("flow", HONEST)
def test_matrices_are_right(flow: Flow) -> None:
    session = _session(flow)
    for head in flow.heads.values():
        found = session.eval(head.formula)(list(flow.tokens))
        assert found.matrix.tolist() == [list(row) for row in head.matrix], head.formula


def test_what_reads_a_folded_value_reads_what_it_is_made_of() -> None:
    view = view_of(ALL["dyck2"])
    names = {row.key: row.name for row in view.rows} | {panel.key: panel.label for panel in view.panels}
    read = {row.name: [names[key] for key in row.origins] for row in view.rows}
    assert read["depth"] == ["indices", "head 1"]  # through a folded aggregate
    assert read["order"] == ["head 1", "head 2"]
    assert read["dyck2"] == ["lost", "depth"]
    lost = next(panel for panel in view.panels if panel.head.id == "lost-head")
    assert [names[key] for key in lost.origins] == ["mismatch", "depth", "indices"]


def test_nothing_is_hidden_in_the_whole_view() -> None:
    for flow in ALL.values():
        shown = {row.value.id for row in view_of(flow, folded=False).rows}
        assert shown >= set(flow.values)
        assert not view_of(flow, folded=False).is_folded


def test_a_result_is_shown_even_if_it_is_minor() -> None:
    flow = ALL["reverse"]
    minor = Flow(flow.title, flow.summary, flow.tokens, flow.layers, ("mirrored",))
    (row,) = [row for row in view_of(minor).rows if row.is_result]
    assert row.name == "length - 1 - indices"


def test_the_input_is_shown_where_no_value_is_the_same() -> None:
    assert [row.name for row in view_of(ALL["elementwise"]).rows] == ["input", "indices", "x"]
    assert [row.name for row in view_of(ALL["selector"]).rows] == ["tokens"]


def test_a_value_without_a_name_is_called_by_its_formula_or_id() -> None:
    assert "empty" in [row.name for row in view_of(hostile()).rows]
