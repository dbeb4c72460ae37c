"""Models in PyTorch, ONNX and TransformerLens: the same outputs as in NumPy."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import rasp
from rasp.cli import main

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of the libraries themselves
]

MODELS = {
    "sort": (rasp.load("sort")["sorted"], {}),
    "reverse": (rasp.load("reverse")["reverse"], {}),
    "most_freq": (rasp.load("most_frequent")["most_freq"], {}),
    "no attention": (rasp.where(rasp.indices > 1, rasp.tokens, "-"), {}),
    "causal": (rasp.aggregate(rasp.select(rasp.indices, rasp.indices, "<="), rasp.indices), {"causal": True}),
}
INPUTS = ["a", "dcba", "bbadc", "abcd"]


def library(name):
    return pytest.importorskip(name, reason=f"{name}, an extra, is not installed on this machine")


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    sop, options = MODELS[request.param]
    return sop.compile(vocab="abcd", max_length=5, **options)


def agree(model, logits_of, tolerance):
    """Whether another library's logits are those of NumPy, on all inputs, and tell the same values."""
    for given in INPUTS:
        ids = np.array([model.ids(given)])
        expected = model.network.forward(ids)[2]
        found = logits_of(ids)
        assert found.shape == expected.shape
        assert np.abs(found - expected).max() <= tolerance
        told = model.network.numbers(found)
        for name, numbers in model.network.numbers(expected).items():
            assert (told[name] == numbers).all()


def test_torch(model):
    torch = library("torch")
    module = model.to_torch()
    assert set(module.state_dict()) == set(model.weights)
    agree(model, lambda ids: module(torch.from_numpy(ids)).detach().numpy(), 1e-9)


def test_torch_in_float32():
    torch = library("torch")
    model = rasp.load("sort")["sorted"].compile(vocab="abcd", max_length=5, dtype="float32")
    module = model.to_torch()
    assert {parameter.dtype for parameter in module.parameters()} == {torch.float32}
    agree(model, lambda ids: module(torch.from_numpy(ids)).detach().numpy(), 1e-3)


def test_onnx(model, tmp_path):
    library("torch")
    library("onnxscript")
    runtime = library("onnxruntime")
    model.to_onnx(tmp_path / "model.onnx")
    session = runtime.InferenceSession(tmp_path / "model.onnx")
    agree(model, lambda ids: session.run(["logits"], {"ids": ids})[0], 1e-9)


def test_onnx_on_the_command_line(tmp_path, capfd):
    library("torch")
    library("onnxscript")
    runtime = library("onnxruntime")
    path = str(tmp_path / "model.onnx")
    assert main(["compile", "sort", "-s", "sorted", "--vocab", "abcd", "--max-length", "5", "--onnx", path]) == 0
    assert capfd.readouterr().out.endswith(f"written: {path}\n")
    session = runtime.InferenceSession(path)
    model = rasp.load("sort")["sorted"].compile(vocab="abcd", max_length=5)
    agree(model, lambda ids: session.run(["logits"], {"ids": ids})[0], 1e-9)


def test_transformer_lens(model):
    torch = library("torch")
    library("transformer_lens")
    bridge = model.to_transformer_lens()
    agree(model, lambda ids: bridge(torch.from_numpy(ids)).detach().numpy(), 1e-9)
    run = model.run("dcba")
    _, cache = bridge.run_with_cache(torch.tensor([model.ids("dcba")]))
    pre = bool(model.config.d_pre)
    for layer in range(model.config.n_layers):
        heads = model.config.n_heads[layer]
        pattern = cache[f"blocks.{layer + pre}.attn.hook_pattern"][0].numpy()
        assert np.abs(pattern[:heads] - run.attention[layer]).max() < 1e-9
        residual = cache[f"blocks.{layer + pre}.hook_resid_post"][0].numpy()
        assert np.abs(residual - run.residual[layer + 1]).max() < 1e-9


def test_the_state_of_transformer_lens_can_be_saved_and_loaded(tmp_path):
    """A fresh model whose parameters are all zero answers as before once the saved state is in it."""
    torch = library("torch")
    library("transformer_lens")
    model = rasp.load("sort")["sorted"].compile(vocab="abcd", max_length=5)
    torch.save(model.to_transformer_lens().state_dict(), tmp_path / "state.pt")
    fresh = model.to_transformer_lens()
    with torch.no_grad():
        for parameter in fresh.parameters():
            parameter.zero_()
    ids = torch.tensor([model.ids("dcba")])
    assert not fresh(ids).any()
    loaded = fresh.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert (loaded.missing_keys, loaded.unexpected_keys) == ([], [])
    agree(model, lambda ids: fresh(torch.from_numpy(ids)).detach().numpy(), 1e-9)


def test_a_missing_library_is_named():
    script = """
import sys, rasp
sys.modules["torch"] = None
model = rasp.indices.compile(vocab="a", max_length=2)
for export in (model.to_torch, model.to_transformer_lens, lambda: model.to_onnx("x")):
    try:
        export()
    except ModuleNotFoundError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split("\n")[:3] == [
        "torch is not installed; `pip install 'rasp-lang[torch]'` brings it",
        "torch is not installed; `pip install 'rasp-lang[lens]'` brings it",
        "torch is not installed; `pip install 'rasp-lang[torch]'` brings it",
    ]


def test_a_library_that_is_missing_later_is_named():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    script = """
import sys, rasp
sys.modules["onnx"] = sys.modules["onnxscript"] = None
model = rasp.indices.compile(vocab="a", max_length=2)
try:
    model.to_onnx("x.onnx")
except ModuleNotFoundError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.startswith("onnx")
    assert done.stdout.endswith("is not installed; `pip install 'rasp-lang[torch]'` brings it\n")
