"""`rasp trace`, and `sop.trace` in Python."""

from __future__ import annotations

import json

import pytest

import rasp as package
from rasp.errors import EmptyInput
from tests.cli.processes import Rasp

HIST = ["layer  step    a  b  b", "    0  tokens  a  b  b", "    1  _same   1  2  2  keys", "    1  hist    1  2  2"]


def test_a_table(rasp: Rasp) -> None:
    result = rasp("trace", "hist.rasp", "-s", "hist", "-i", "abb")
    assert (result.status, result.lines) == (0, HIST)


def test_several_inputs_and_names(rasp: Rasp) -> None:
    lines = rasp("trace", "hist.rasp", "-s", "hist", "-s", "_same", "-i", "abb", "-i", "b").lines
    assert [line for line in lines if "(" in line] == ['hist("abb")', '_same("abb")', 'hist("b")', '_same("b")']
    assert lines[1:5] == HIST


def test_json(rasp: Rasp) -> None:
    result = rasp("trace", "hist.rasp", "-s", "hist", "-i", "[1, 1]", "--list", "--json")
    last = json.loads(result.lines[-1])
    assert last == {"sop": "hist", "input": [1, 1], "layer": 1, "step": "hist", "kind": "int", "values": [2, 2]}


def test_a_step_that_fails(rasp: Rasp) -> None:
    result = rasp("trace", "calc.rasp", "-s", "inverse", "-i", "10")
    assert result.status == 1
    assert result.lines[-1].endswith("no value: division by zero (in `inverse` at position 1, with 1 and 0)")
    fields = json.loads(rasp("trace", "calc.rasp", "-s", "inverse", "-i", "10", "--json").lines[-1])
    assert (fields["kind"], "values" in fields) == ("error", False)


def test_wrong_inputs_and_names(rasp: Rasp) -> None:
    result = rasp("trace", "hist.rasp", "-s", "hist", "-i", "", "-i", "a")
    assert result.status == 1
    assert "the input is empty" in result.err
    assert "hist" in result.lines[-1]
    assert rasp("trace", "hist.rasp", "-s", "hits").status == 1
    assert rasp("trace", "nope.rasp").status == 1


def test_rows() -> None:
    trace = package.load("histogram")["hist"].trace("abb")
    assert [(row.layer, row.name, row.kind, row.values) for row in trace] == [
        (0, "tokens", "string", ("a", "b", "b")),
        (1, "_same", "selector", (1, 2, 2)),
        (1, "hist", "int", (1, 2, 2)),
    ]
    assert (trace.input, len(trace), trace.left_out, trace.failed) == (("a", "b", "b"), 3, 0, False)
    with pytest.raises(EmptyInput):
        package.indices.trace("")


def test_a_table_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = package.load("histogram")["hist"].trace("abb").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame.shape == (3, 3)
    assert frame.iloc[-1].tolist() == [1, 2, 2]
