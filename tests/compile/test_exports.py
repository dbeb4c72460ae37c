"""Exports: each against the real library, where it is installed, on programs with all kinds of layers."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import rasp
from rasp.exporting import MissingPackage

MODELS = {  # with a feed-forward before the first attention; with unequal layers; without attention; causal
    "sort": lambda: rasp.load("sort")["sorted"].compile(vocab="abcd", max_length=5),
    "most frequent": lambda: rasp.load("most_frequent")["most_freq"].compile(vocab="ab", max_length=4),
    "no layers": lambda: (rasp.indices * 2).compile(vocab="ab", max_length=4),
    "index and token": lambda: rasp.where(rasp.tokens == "a", rasp.indices, -1).compile(vocab="ab", max_length=4),
    "causal": lambda: rasp.load("dyck")["dyck1_ptf"].compile(vocab="()", max_length=5, causal=True),
}


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]()


def inputs(model):
    """Ids of inputs of one length, (batch, n + 1)."""
    rows = np.random.default_rng(0).integers(1, len(model.config.vocab) + 1, (20, model.config.n_ctx - 1))
    return np.concatenate([np.zeros((20, 1), dtype=np.int64), rows], axis=1)


def needs(package):
    return pytest.importorskip(package, reason=f"{package} is not installed")


def test_torch(model):
    torch = needs("torch")
    module, ids = model.to_torch(), inputs(model)
    assert {name: tuple(value.shape) for name, value in module.named_parameters()} == {
        name: array.shape for name, array in model.weights.items()
    }
    logits = module(torch.tensor(ids)).detach().numpy()
    np.testing.assert_allclose(logits, model.network.forward(ids)[2], atol=1e-12)


def test_torch_in_single_precision():
    torch = needs("torch")
    model = rasp.load("sort")["sorted"].compile(vocab="abcd", max_length=5, dtype="float32")
    ids = inputs(model)
    logits = model.to_torch()(torch.tensor(ids)).detach()
    assert logits.dtype == torch.float32
    assert (logits.numpy().argmax(-1) == model.network.forward(ids)[2].argmax(-1)).all()


@pytest.mark.filterwarnings("ignore")  # of the library's own
def test_transformer_lens(model):
    needs("transformer_lens")
    torch = needs("torch")
    bridge, ids = model.to_transformer_lens(), inputs(model)
    logits, cache = bridge.run_with_cache(torch.tensor(ids))
    np.testing.assert_allclose(logits.detach().numpy(), model.network.forward(ids)[2], atol=1e-12)
    first = 1 if model.config.d_pre else 0  # the block that stands for the feed-forward before the first attention
    for layer, pattern in enumerate(model.network.forward(ids)[1]):
        shown = cache[f"blocks.{layer + first}.attn.hook_pattern"].detach().numpy()
        np.testing.assert_allclose(shown[:, : pattern.shape[1]], pattern, atol=1e-12)


def test_onnx(model, tmp_path):
    needs("onnx")
    runtime = needs("onnxruntime")
    model.to_onnx(tmp_path / "model.onnx")
    session = runtime.InferenceSession(str(tmp_path / "model.onnx"))
    ids = inputs(model)
    for length in (2, ids.shape[1]):
        (logits,) = session.run(None, {"ids": ids[:, :length]})
        np.testing.assert_allclose(logits, model.network.forward(ids[:, :length])[2], atol=1e-9)


@pytest.mark.parametrize("package", ["torch", "transformer_lens", "onnx"])
def test_a_missing_library_is_told(package, monkeypatch, tmp_path):
    model = rasp.indices.compile(vocab="ab", max_length=2)
    real = importlib.import_module

    def missing(name, *rest):
        if name == package:
            raise ImportError
        return real(name, *rest)

    monkeypatch.setattr("rasp.exporting.importlib.import_module", missing)
    exports = {
        "torch": model.to_torch,
        "transformer_lens": model.to_transformer_lens,
        "onnx": lambda: model.to_onnx(tmp_path / "model.onnx"),
    }
    with pytest.raises(MissingPackage, match=f"the package {package} is not installed"):
        exports[package]()
