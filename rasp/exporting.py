"""Models in other libraries: enters a model's network, leave a PyTorch module, a TransformerLens bridge, an ONNX file.

The libraries are extras: what is missing is told when it is asked for. All take token ids (batch, position), the first
of each row 0, as `token_ids` makes them.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from rasp.compile.transformer import Network
from rasp.errors import UnwritableFile, WrongOperand
from rasp.writing import replace_file


class MissingPackage(WrongOperand, ImportError):
    """A library for an export that is not installed."""


def torch_module(network: Network) -> Any:
    """The network as an `nn.Module`. Raises MissingPackage."""
    made = _module("torch_model", "torch", "torch")
    return made.Model(network.config.n_layers, network.config.causal, dict(network.weights))


def lens_bridge(network: Network) -> Any:
    """The network as a native `TransformerBridge` of TransformerLens 4. Raises MissingPackage."""
    return _module("lens", "transformer_lens", "lens").bridge(dict(network.weights), network.config.causal)


def write_onnx(network: Network, path: str | Path) -> None:
    """Writes the network into an ONNX file. Raises MissingPackage, UnwritableFile."""
    made = _module("onnx_model", "onnx", "onnx")
    model = made.onnx_model(network.config.n_layers, network.config.causal, dict(network.weights))
    try:
        replace_file(Path(path), model.SerializeToString())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnwritableFile(f"{path} cannot be written: {reason}") from None


def _module(name: str, package: str, extra: str) -> Any:
    """A module of exports, which imports its library."""
    try:
        importlib.import_module(package)
    except ImportError:
        hint = f'It comes with the extra: pip install "rasp-lang[{extra}]"'
        raise MissingPackage(f"the package {package} is not installed", hint=hint) from None
    return importlib.import_module(f"rasp.compile.{name}")
