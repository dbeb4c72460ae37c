"""Many inputs at once: what is computed a row gives what the whole forward pass gives."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import rasp
from rasp.model import batch_inference
from rasp.model.sparse import Factor
from tests.compile.programs import LIBRARY

MODELS = {
    program.sop: program for program in LIBRARY if program.sop in ("hist2", "reverse", "dyck2_ptf_best", "sorted")
}


@functools.cache
def compiled(program):
    return program.load().compile(vocab=program.vocab, max_length=6, drawn=0).network


@pytest.mark.parametrize("most", [batch_inference.STREAM, 1_000])
@pytest.mark.parametrize("program", MODELS.values(), ids=MODELS)
def test_rows_give_what_the_forward_pass_gives(program, most, monkeypatch):
    network = compiled(program)
    monkeypatch.setattr(batch_inference, "STREAM", most)
    monkeypatch.setattr(batch_inference, "POSITIONS", 300)
    chance = np.random.default_rng(0)
    ids = chance.integers(1, len(program.vocab) + 1, (100, 7))
    ids[:, 0] = 0
    expected = network.numbers(network.forward(ids)[2][:, 1:])
    found = batch_inference.decode(network, ids)
    assert all(np.array_equal(found[name], expected[name]) for name in network.config.outputs)


def test_a_single_input_is_never_too_much(monkeypatch):
    model = rasp.load("histogram")["hist"].compile(vocab="abc", max_length=5)
    monkeypatch.setattr(batch_inference, "STREAM", 1)
    assert model("abcab").values == [2, 2, 1, 2, 2]


@pytest.mark.parametrize("entries", [0, 3, 300, 40_000])
def test_products_with_few_entries(entries):
    chance = np.random.default_rng(entries)
    matrix = np.zeros((200, 300))
    matrix[chance.integers(200, size=entries), chance.integers(300, size=entries)] = chance.normal(size=entries)
    rows = chance.normal(size=(7, 200))
    assert np.allclose(Factor(matrix).times(rows), rows @ matrix)


def test_products_with_few_dimensions():
    matrix = np.zeros((200, 300))
    matrix[5:9] = 1
    assert np.allclose(Factor(matrix).times(np.ones((3, 200))), 4)
