"""The drawing of a model: what is really in it, beside the program's."""

from __future__ import annotations

import pytest

import rasp
from rasp.errors import DrawingFailed, DrawingTooLarge
from rasp.session.model_drawing import model_flow

REVERSE = rasp.load("reverse")["reverse"]


@pytest.fixture(scope="module")
def model():
    return REVERSE.compile(vocab="abc", max_length=4)


def test_the_flow_of_a_model_is_that_of_its_program_with_a_bos_position(model):
    flow = model_flow(model.network, tuple("abc"))
    assert flow.tokens == ("BOS", "a", "b", "c")
    assert [len(layer.heads) for layer in flow.layers] == [0, 1, 1]
    assert flow.heads["h2.1"].formula == "select(indices, length - 1 - indices, ==)"
    assert [row[1:] for row in flow.heads["h2.1"].matrix[1:]] == [
        (False, False, True),
        (False, True, False),
        (True, False, False),
    ]
    assert all(row[0] for row in flow.heads["h1.1"].matrix)
    values = {value.name: value.cells for value in flow.values.values()}
    assert values["length - 1 - indices"] == ("", "2", "1", "0")
    assert values["reverse"] == ("", '"c"', '"b"', '"a"')
    assert values["head 1.1: weight of each key"] == ("1", "0.25", "0.25", "0.25")
    assert [flow.values[name].name for name in flow.results] == ["reverse"]


def test_what_a_feed_forward_makes_before_attention_is_told():
    chosen = rasp.where(rasp.indices > 1, rasp.tokens, "-")
    model = rasp.selector_width(rasp.select(chosen, chosen, "==")).compile(vocab="ab", max_length=3)
    flow = model_flow(model.network, tuple("aba"))
    assert [value.formula for value in flow.layers[0].values][-1].endswith(", made by a feed-forward")
    assert "made by a" in model.draw("aba")


def test_drawings_of_models(model, tmp_path):
    assert "weight of" in model.draw("abc")
    for ending in ("svg", "html", "dot", "txt"):
        assert model.draw("abc", tmp_path / f"model.{ending}") == ""
        assert (tmp_path / f"model.{ending}").stat().st_size > 1000
    with pytest.raises(DrawingTooLarge):
        model.draw("abc", max_n=2)
    with pytest.raises(DrawingFailed):
        model.draw("abc", tmp_path / "model.gif")
