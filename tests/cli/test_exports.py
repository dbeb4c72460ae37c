"""Models for other libraries on the command line: a row of the table of exporters is an option."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import rasp
from rasp.errors import WrongOperand
from rasp.model.exporters import EXPORTERS, Exporter
from rasp.model.network import Network
from tests.cli.processes import Rasp

HIST = ("hist.rasp", "-s", "hist", "--vocab", "ab", "--max-length", "3")


@pytest.fixture
def with_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more exporter, into NumPy's own files."""

    def export(network: Network, path: str | Path) -> None:
        np.savez(path, **network.weights)

    module = ModuleType("to_arrays")
    module.export = export  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "to_arrays", module)
    row = Exporter("arrays", "to_arrays", "a .npz file", writes=True)
    monkeypatch.setattr("rasp.model.exporters.EXPORTERS", (*EXPORTERS, row))


@pytest.mark.usefixtures("with_arrays")
def test_a_row_is_an_option(rasp: Rasp, programs: Path) -> None:
    result = rasp("compile", *HIST, "-o", "hist.safetensors", "--arrays", "hist.npz")
    assert result.lines[-2:] == ["written: hist.safetensors", "written: hist.npz"]
    assert rasp("model", "export", "hist.safetensors", "--arrays", "again.npz").out == "written: again.npz\n"
    with np.load(programs / "hist.npz") as first, np.load(programs / "again.npz") as second:
        assert first["embed.W_E"].shape == (3, 7)
        assert all((first[name] == second[name]).all() for name in first)
    fields = json.loads(rasp("compile", *HIST, "--arrays", "hist.npz", "--json").out)
    assert fields["exports"] == {"arrays": "hist.npz"}


@pytest.mark.usefixtures("with_arrays")
def test_a_row_is_an_exporter_in_python(tmp_path: Path) -> None:
    model = rasp.indices.compile(vocab="a", max_length=2)
    model.export("arrays", tmp_path / "model.npz")
    assert (tmp_path / "model.npz").stat().st_size
    with pytest.raises(WrongOperand, match=r"`arrays` makes a \.npz file, which needs a path"):
        model.export("arrays")
    with pytest.raises(WrongOperand, match=r"`torch` makes a torch\.nn\.Module, which is no file"):
        model.export("torch", tmp_path / "model.pt")
    with pytest.raises(WrongOperand, match=r"models are exported to .*, arrays, not to 'x'"):
        model.export("x")


def test_a_missing_library(rasp: Rasp, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in ("rasp.model.to_onnx", "rasp.model.to_torch"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    rasp("compile", *HIST, "-o", "hist.safetensors")
    for command in (("compile", *HIST), ("model", "export", "hist.safetensors")):
        result = rasp(*command, "--onnx", "hist.onnx")
        assert (result.status, result.out) == (1, "")
        assert "hist.onnx cannot be written: torch is not installed; `pip install 'rasp-lang[torch]'`" in result.err
    assert not (programs / "hist.onnx").exists()


def test_wrong_usage(rasp: Rasp) -> None:
    rasp("compile", *HIST, "-o", "hist.safetensors")
    assert "give it by --onnx PATH" in rasp("model", "export", "hist.safetensors").err
    assert "takes no input" in rasp("model", "export", "hist.safetensors", "--onnx", "x", "-i", "a").err
    assert "`rasp model export` does" in rasp("model", "show", "hist.safetensors", "--onnx", "x").err
    assert "cannot be written" in rasp("model", "export", "hist.safetensors", "--onnx", "none/x.onnx").err
