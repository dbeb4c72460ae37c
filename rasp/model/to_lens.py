"""Exports networks to TransformerLens, as a bridge with hooks for heads and streams.

Needs the extra `rasp-lang[lens]`, TransformerLens 4. That library has one number of heads, one d_head and one d_mlp for
all layers, so layers are padded with parts that write zero. A feed-forward before the first attention becomes a block
whose attention writes zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from transformer_lens.config import TransformerBridgeConfig
from transformer_lens.model_bridge.sources import build_bridge_from_module
from transformer_lens.model_bridge.sources.native import NativeModel

from rasp.errors import WrongOperand
from rasp.model.arrays import Array
from rasp.model.network import RELU, Config, Network

FORMS = {"W_Q": (0, 2), "W_K": (0, 2), "W_V": (0, 2), "b_Q": (0, 1), "b_K": (0, 1), "b_V": (0, 1), "W_O": (0, 1)}


def export(network: Network) -> Any:
    """Converts a network to a bridge of the same dtype, for token ids (batch, n + 1).

    Raises WrongOperand for a network with an unembedding bias: the bridge has none. Neither have compiled networks.
    """
    config = network.config
    if network.weights["unembed.b_U"].any():
        raise WrongOperand("the unembedding of TransformerLens has no bias, and that of the model is not zero")
    dtype = getattr(torch, config.dtype)
    sizes = _config(config, dtype)
    module = NativeModel(sizes).to(dtype=dtype)
    state = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in _state(network).items()}
    module.load_state_dict(state)
    return build_bridge_from_module(
        module.eval(), architecture="TransformerLensNative", tl_config=sizes, dtype=dtype, model_name="rasp"
    )


def _config(config: Config, dtype: Any) -> TransformerBridgeConfig:
    return TransformerBridgeConfig(
        n_layers=max(1, config.n_layers + bool(config.d_pre)),
        d_model=config.d_model,
        n_ctx=config.n_ctx,
        n_heads=_heads(config),
        d_head=_size(config),
        d_mlp=_inner(config),
        d_vocab=len(config.vocab) + config.first,
        d_vocab_out=sum(map(len, config.outputs.values())),
        act_fn="relu" if config.activation == RELU else "gelu_new",
        normalization_type=None if config.layer_norm is None else "LN",
        eps=config.layer_norm or 1e-5,
        attention_dir="causal" if config.causal else "bidirectional",
        positional_embedding_type="standard",
        init_weights=False,
        dtype=dtype,
    )


def _heads(config: Config) -> int:
    return max([1, *config.n_heads])


def _size(config: Config) -> int:
    return max([1, *config.d_head])


def _inner(config: Config) -> int:
    return max([1, config.d_pre, *config.d_mlp])


def _state(network: Network) -> dict[str, Array]:
    """The weights, under the names of the native module."""
    weights, config = network.weights, network.config
    made = {
        "tok_embed.weight": weights["embed.W_E"],
        "pos.weight": weights["pos_embed.W_pos"],
        "head.weight": weights["unembed.W_U"].T,
    }
    blocks = [f"blocks.{layer}" for layer in range(config.n_layers)]
    if config.d_pre or not blocks:
        blocks.insert(0, "pre")
    for layer, name in enumerate(blocks):
        made.update({f"layers.{layer}.attn.{part}": array for part, array in _attention(network, name).items()})
        made.update({f"layers.{layer}.mlp.{part}": array for part, array in _feed_forward(network, name).items()})
        made.update(_norms(network, {f"layers.{layer}.ln{number}": f"{name}.ln{number}" for number in (1, 2)}))
    return made | _norms(network, {"ln_out": "ln_final"})


def _norms(network: Network, names: dict[str, str]) -> dict[str, Array]:
    """The layer norms by the names of the native module; none if the network has none."""
    if network.config.layer_norm is None:
        return {}
    parts = (("weight", "w"), ("bias", "b"))
    return {f"{made}.{part}": network.weights[f"{name}.{own}"] for made, name in names.items() for part, own in parts}


def _attention(network: Network, name: str) -> dict[str, Array]:
    """One layer's attention, all heads side by side; zeros if the network has none."""
    config = network.config
    heads, size, model = _heads(config), _size(config), config.d_model
    part = {form: network.weights.get(f"{name}.attn.{form}", np.zeros((0,) * (2 + (form[0] == "W")))) for form in FORMS}
    scale = (size / max(1, part["W_Q"].shape[2])) ** 0.5  # the bridge divides scores by the root of the larger d_head
    made = {}
    for side in "QKV":
        weight = _pad(part[f"W_{side}"], (heads, model, size)) * (scale if side == "Q" else 1)
        bias = _pad(part[f"b_{side}"], (heads, size)) * (scale if side == "Q" else 1)
        made[f"{side.lower()}.weight"] = weight.transpose(0, 2, 1).reshape(heads * size, model)
        made[f"{side.lower()}.bias"] = bias.reshape(-1)
    made["o.weight"] = _pad(part["W_O"], (heads, size, model)).reshape(heads * size, model).T
    made["o.bias"] = network.weights.get(f"{name}.attn.b_O", np.zeros(model))
    return {key: array.astype(config.dtype) for key, array in made.items()}


def _feed_forward(network: Network, name: str) -> dict[str, Array]:
    """One layer's feed-forward; zeros if the network has none."""
    config = network.config
    inner, model = _inner(config), config.d_model
    part = {form: network.weights.get(f"{name}.mlp.{form}") for form in ("W_in", "b_in", "W_out", "b_out")}
    shapes = {"W_in": (model, inner), "b_in": (inner,), "W_out": (inner, model), "b_out": (model,)}
    made = {
        form: np.zeros(shapes[form]) if array is None else _pad(array, shapes[form]) for form, array in part.items()
    }
    return {
        "fc_in.weight": made["W_in"].T.astype(config.dtype),
        "fc_in.bias": made["b_in"].astype(config.dtype),
        "fc_out.weight": made["W_out"].T.astype(config.dtype),
        "fc_out.bias": made["b_out"].astype(config.dtype),
    }


def _pad(array: Array, shape: tuple[int, ...]) -> Array:
    """The array, padded with zeros at the end of each axis."""
    made = np.zeros(shape, dtype=array.dtype)
    if array.size:
        made[tuple(slice(0, size) for size in array.shape)] = array
    return made
