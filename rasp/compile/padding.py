"""A model with layers of one shape: enter weights, leave those of the same function with equal sizes in all layers.

Heads, dimensions of heads and hidden units that are added write zero. The feed-forward before the first attention
becomes a block whose attention writes zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from rasp.compile.columns import Array

FEED_FORWARD = ("W_in", "b_in", "W_out", "b_out")


@dataclass(frozen=True)
class Padded:
    """The sizes that all layers share, and the weights under their usual names, without `pre`."""

    n_layers: int
    n_heads: int
    d_head: int
    d_mlp: int
    weights: dict[str, Array]


def padded(weights: Mapping[str, Array]) -> Padded:
    """The padded model. A model without layers gets one that writes zero.

    >>> shapes = {"embed.W_E": (3, 2), "pos_embed.W_pos": (4, 2), "unembed.W_U": (2, 2), "unembed.b_U": (2,)}
    >>> made = padded({name: np.zeros(shape) for name, shape in shapes.items()})
    >>> made.n_layers, made.weights["blocks.0.attn.W_Q"].shape
    (1, (1, 2, 1))
    """
    blocks = [_part(weights, f"blocks.{number}.") for number in range(_count(weights))]
    if "pre.mlp.W_in" in weights:
        blocks.insert(0, _part(weights, "pre."))
    blocks = blocks or [{}]
    d_model = weights["embed.W_E"].shape[1]
    shapes = [block["attn.W_Q"].shape for block in blocks if "attn.W_Q" in block]
    n_heads, d_head = max((s[0] for s in shapes), default=1), max((s[2] for s in shapes), default=1)
    d_mlp = max(1, *(block["mlp.W_in"].shape[1] for block in blocks if "mlp.W_in" in block), 0)
    kind = weights["embed.W_E"].dtype
    made = {name: array for name, array in weights.items() if not name.startswith(("blocks.", "pre."))}
    for number, block in enumerate(blocks):
        for name, shape in _shapes(d_model, n_heads, d_head, d_mlp).items():
            made[f"blocks.{number}.{name}"] = _enlarged(block.get(name), shape, kind)
        if "attn.W_Q" in block:
            for name in ("attn.W_Q", "attn.b_Q"):
                scale = sqrt(d_head / block["attn.W_Q"].shape[2])  # scores are divided by the root of the new width
                made[f"blocks.{number}.{name}"] *= scale
    return Padded(len(blocks), n_heads, d_head, d_mlp, made)


def _count(weights: Mapping[str, Array]) -> int:
    return len({name.split(".")[1] for name in weights if name.startswith("blocks.")})


def _part(weights: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in weights.items() if name.startswith(prefix)}


def _shapes(d_model: int, n_heads: int, d_head: int, d_mlp: int) -> dict[str, tuple[int, ...]]:
    """The shapes of a block's weights."""
    inner = {f"attn.W_{part}": (n_heads, d_model, d_head) for part in "QKV"}
    biases = {f"attn.b_{part}": (n_heads, d_head) for part in "QKV"}
    return {
        **inner,
        **biases,
        "attn.W_O": (n_heads, d_head, d_model),
        "attn.b_O": (d_model,),
        "mlp.W_in": (d_model, d_mlp),
        "mlp.b_in": (d_mlp,),
        "mlp.W_out": (d_mlp, d_model),
        "mlp.b_out": (d_model,),
    }


def _enlarged(array: Array | None, shape: tuple[int, ...], kind: Any) -> Array:
    """The array with zeros behind it."""
    made = np.zeros(shape, dtype=kind)
    if array is not None:
        made[tuple(slice(size) for size in array.shape)] = array
    return made
