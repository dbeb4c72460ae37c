"""`:trace`: the steps to a value."""

from __future__ import annotations

import pytest

from rasp.conversation.display import Screen
from rasp.graph.nodes import is_selector
from rasp.runtime import stdlib
from rasp.session.tracing import layers
from tests.repl.conftest import Talk


def test_columns_fill_in(talk: Talk) -> None:
    talk('half = indices / 2; r = round(half); s = select(r, 1, ==); x = aggregate(s, tokens, "-");')
    assert talk(":trace x").splitlines() == [
        "layer  step     h    e    l    l    o",
        "    0  indices  0    1    2    3    4",
        "    0  half     0.0  0.5  1.0  1.5  2.0",
        "    0  r        0    0    1    2    2",
        "    0  tokens   h    e    l    l    o",
        "    1  s        1    1    1    1    1    keys",
        "    1  x        l    l    l    l    l",
    ]


def test_the_step_that_fails_has_the_reason(talk: Talk) -> None:
    lines = talk(":trace length / (indices - 1)").splitlines()
    assert "no value: division by zero" in lines[-1]
    assert "indices - 1" in "".join(lines[:-1])


LATE = """
early = aggregate(select(indices, indices, ==), indices);
late = aggregate(select(early, early, ==), tokens_asis, "-");
one = selector_width(select(tokens, tokens, ==));
two = selector_width(select(tokens, tokens, <));
both = (late == "h") and one > 0 and two > 0;
"""


def test_the_layers_are_those_of_the_architecture(talk: Talk) -> None:
    """Where the plan puts a head in a later layer than the earliest one, so does the trace."""
    talk(LATE)
    node = talk.session["both"].node
    plan = talk.session.architecture("both").plan
    shown = layers(node)
    assert {part: layer for part, layer in shown.items() if not is_selector(part)} == {
        part: layer for part, layer in plan.layer_of.items() if not is_selector(part)
    }
    assert any(layer > plan.depth_of[part] for part, layer in shown.items() if not is_selector(part))
    for number, layer in enumerate(plan.layers):
        for head in layer.heads:
            if head.selector in shown:
                assert shown[head.selector] == number
    steps = [line.split()[0] for line in talk(":trace both").splitlines()[1:]]
    assert steps == sorted(steps)


def test_what_cannot_change_the_result_is_left_out(talk: Talk) -> None:
    talk("x = aggregate(full_s, indices); y = tokens if True else x;")
    assert "aggregate" not in talk(":trace y")


def test_a_selector(talk: Talk) -> None:
    assert talk(":trace select(indices, indices, <)").splitlines()[-1].endswith("0  1  2  3  4  keys")


def test_long_inputs_and_long_ways(talk: Talk) -> None:
    talk.screen = Screen(40)
    talk('set example "' + "x" * 300 + '"\nx = indices; for i in range(400) { x = x + 1; }')
    lines = talk(":trace x").splitlines()
    assert all(len(line) <= 60 for line in lines)
    assert "steps before these" in lines[1]
    assert lines[-1].endswith("of 300 positions)")


@pytest.mark.parametrize("name", stdlib.names())
def test_every_library_program_can_be_traced(talk: Talk, name: str) -> None:
    talk(f'load "{name}";')
    sops = [own for own in talk.session.names() if ": s-op" in talk(f":type {own}")]
    assert sops
    for own in sops:
        said = talk(f":trace {own}")
        assert said.startswith("layer  step")
        assert own in said or "no value" in said
