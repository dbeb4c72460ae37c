"""Drawings of models at work, and the wiring that is told from weights."""

from __future__ import annotations

import pytest

import rasp
from rasp.compile.wiring import Wiring
from rasp.errors import BadInput, DrawingFailed, DrawingTooLarge
from rasp.model_drawing import model_flow


@pytest.fixture(scope="module")
def reverse():
    return rasp.load("reverse")["reverse"].compile(vocab="abc", max_length=4)


@pytest.fixture(scope="module")
def most_frequent():
    return rasp.load("most_frequent")["most_freq"].compile(vocab="abc", max_length=4)


def cells(flow, name):
    return next(value.cells for value in flow.values.values() if value.name == name)


def test_the_flow_shows_residual_values(reverse):
    flow = model_flow(reverse.network, ("c", "a", "b"))
    assert flow.tokens == ("⊢", "c", "a", "b")
    assert cells(flow, "tokens_asis") == ("", '"c"', '"a"', '"b"')
    assert cells(flow, "length - 1 - indices") == ("", "2", "1", "0")
    assert cells(flow, "reverse")[1:] == ('"b"', '"a"', '"c"')
    assert [flow.values[name].name for name in flow.results] == ["reverse"]


def test_the_flow_shows_attention(reverse):
    flow = model_flow(reverse.network, ("c", "a", "b"))
    assert [head.formula for head in flow.heads.values()] == ["full_s", "select(indices, length - 1 - indices, ==)"]
    mirrored = flow.heads["h2.1"]
    assert [[int(cell) for cell in row] for row in mirrored.matrix] == [
        [1, 0, 0, 0],
        [1, 0, 0, 1],
        [1, 0, 1, 0],
        [1, 1, 0, 0],
    ]
    assert cells(flow, "weight in head 2.1") == ("1", "0.5", "0.5", "0.5")
    names = [[flow.values[name].name for name in side] for side in (mirrored.queries, mirrored.keys, mirrored.reads)]
    assert names == [["length - 1 - indices"], ["indices"], ["tokens_asis"]]


def test_all_values_are_those_of_the_program(most_frequent):
    """What a subspace holds on an input is what the s-op of its name gives there."""
    session = rasp.load("most_frequent").session
    flow = model_flow(most_frequent.network, tuple("cabb"))
    for name in ("_is_first", "_rank"):
        assert list(cells(flow, name)[1:]) == [str(value) for value in session[name]("cabb").values]


def test_every_part_of_the_stream_is_written_once(most_frequent):
    wiring = Wiring(most_frequent.network)
    written = list(wiring.embedded()) + list(wiring.feed_forward("pre"))
    for layer, heads in enumerate(most_frequent.config.n_heads):
        for number in range(heads):
            written += wiring.head(layer, number).writes
        written += wiring.feed_forward(f"blocks.{layer}")
    assert sorted(written) == list(range(1, len(wiring.subspaces)))


@pytest.mark.parametrize("ending", ["svg", "html", "dot", "txt"])
def test_files(reverse, tmp_path, ending):
    path = tmp_path / f"model.{ending}"
    assert reverse.draw("cab", path) == ""
    assert "length - 1 - indices" in path.read_text(encoding="utf-8")


def test_refusals(reverse, tmp_path):
    with pytest.raises(BadInput):
        reverse.draw("cax")
    with pytest.raises(DrawingTooLarge):
        reverse.draw("cab", max_n=2)
    with pytest.raises(DrawingFailed):
        reverse.draw("cab", tmp_path / "model.bmp")
