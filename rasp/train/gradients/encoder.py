"""Encoders of one size, several of them at once: each parameter has the seeds as its first axis.

An encoder has token embeddings, sinusoidal or learned positions, layers of softmax attention and of feed-forwards with
GELU, each behind a layer norm (pre-norm), a last layer norm, and an output for each position. Its weights make a
`rasp.model.network.Network`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from rasp.model.arrays import Array
from rasp.train.settings import LEARNED, SINUSOIDAL, EncoderSize

EPSILON = 1e-5  # of layer norms
HIDDEN = -1e9  # the score of a key that a query does not see


@dataclass(frozen=True)
class Shape:
    """The shape of the parameters: the size, and the numbers of token ids, output values and positions of an input."""

    size: EncoderSize
    tokens: int
    values: int
    length: int
    positions: str = SINUSOIDAL


class Encoder:
    """The parameters of some encoders, and their forward pass.

    `parameters` has tensors by name, each (seeds, …). Matrices of queries, keys and values are one, `W_QKV`
    (seeds, width, 3 · heads · d_head).
    """

    def __init__(self, shape: Shape, seeds: range, device: str, causal: bool = False) -> None:
        self.shape = shape
        self.causal = causal
        self.seeds = len(seeds)
        made = [_initial(shape, seed) for seed in seeds]
        self.parameters: dict[str, Any] = {
            name: torch.stack([one[name] for one in made]).to(device).requires_grad_() for name in made[0]
        }
        self.sinusoids = torch.from_numpy(sinusoids(shape.length, shape.size.width)).to(device)
        self._offsets = (torch.arange(self.seeds, device=device) * shape.tokens)[:, None, None]

    @property
    def n_parameters(self) -> int:
        """The number of parameters of one encoder."""
        return sum(tensor[0].numel() for tensor in self.parameters.values())

    def forward(self, ids: Any, positions: Any, seen: Any, patterns: list[Any] | None = None) -> Any:
        """Logits (seeds, rows, length, values) of ids and positions (seeds, rows, length).

        `seen` (seeds or 1, rows, length, length) is true for the keys that a query sees, and None if it sees all.
        The attention weights of each layer (seeds, rows, heads, length, length) are appended to `patterns`, if given.
        """
        rows, length = ids.shape[1:]
        bias = self._bias(seen, length, ids.device)
        stream = self._embed(ids, positions).reshape(self.seeds, rows * length, -1)
        for layer in range(self.shape.size.layers):
            stream = stream + self._attention(f"blocks.{layer}", stream, bias, rows, patterns)
            stream = stream + self._feed_forward(f"blocks.{layer}", stream)
        logits = torch.bmm(self._norm("ln_final", stream), self.parameters["unembed.W_U"])
        return logits.view(self.seeds, rows, length, -1)

    def _embed(self, ids: Any, positions: Any) -> Any:
        table = self.parameters["embed.W_E"].flatten(0, 1)
        stream = functional.embedding(ids + self._offsets, table)
        if self.shape.positions == LEARNED:
            offsets = self._offsets // self.shape.tokens * self.shape.length
            return stream + functional.embedding(positions + offsets, self.parameters["pos_embed.W_pos"].flatten(0, 1))
        return stream + self.sinusoids[positions]

    def _bias(self, seen: Any, length: int, device: Any) -> Any:
        """The mask that is added to scores: 0 where a query sees a key."""
        if self.causal:
            before = torch.ones(length, length, dtype=torch.bool, device=device).tril()
            seen = before[None, None] if seen is None else seen & before
        return (
            None if seen is None else torch.zeros_like(seen, dtype=torch.float32).masked_fill(~seen, HIDDEN)[:, :, None]
        )

    def _norm(self, name: str, stream: Any) -> Any:
        scaled = functional.layer_norm(stream, stream.shape[-1:], eps=EPSILON)
        return scaled * self.parameters[f"{name}.w"][:, None] + self.parameters[f"{name}.b"][:, None]

    def _linear(self, stream: Any, matrix: str, bias: str) -> Any:
        return torch.baddbmm(self.parameters[bias][:, None], stream, self.parameters[matrix])

    def _attention(self, block: str, stream: Any, bias: Any, rows: int, patterns: list[Any] | None) -> Any:
        size = self.shape.size
        joined = self._linear(self._norm(f"{block}.ln1", stream), f"{block}.attn.W_QKV", f"{block}.attn.b_QKV")
        parts = joined.view(self.seeds, rows, -1, 3, size.heads, size.d_head).permute(3, 0, 1, 4, 2, 5)
        query, key, value = parts.unbind(0)
        scores = query @ key.transpose(-1, -2) / math.sqrt(size.d_head)
        weights = (scores if bias is None else scores + bias).softmax(dim=-1)
        if patterns is not None:
            patterns.append(weights)
        read = (weights @ value).permute(0, 1, 3, 2, 4).reshape(*stream.shape[:2], -1)
        return self._linear(read, f"{block}.attn.W_O", f"{block}.attn.b_O")

    def _feed_forward(self, block: str, stream: Any) -> Any:
        units = self._linear(self._norm(f"{block}.ln2", stream), f"{block}.mlp.W_in", f"{block}.mlp.b_in")
        return self._linear(functional.gelu(units, approximate="tanh"), f"{block}.mlp.W_out", f"{block}.mlp.b_out")

    def state(self) -> dict[str, Array]:
        """Copies of the parameters as arrays, (seeds, …)."""
        return {name: tensor.detach().cpu().numpy().copy() for name, tensor in self.parameters.items()}

    def restore(self, state: dict[str, Array]) -> None:
        """Loads the parameters of `state()`."""
        with torch.no_grad():
            for name, tensor in self.parameters.items():
                tensor.copy_(torch.from_numpy(state[name]))


def sinusoids(length: int, width: int) -> Array:
    """The sinusoidal positions of "Attention Is All You Need", (length, width): sines, then cosines.

    >>> sinusoids(2, 4).round(2).tolist()
    [[0.0, 0.0, 1.0, 1.0], [0.8399999737739563, 0.009999999776482582, 0.5400000214576721, 1.0]]
    """
    rates = np.exp(-math.log(10_000.0) * np.arange(0, width, 2) / width)
    angles = np.arange(length)[:, None] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def _initial(shape: Shape, seed: int) -> dict[str, Any]:
    """The parameters of one encoder, made on the CPU, so that they are the same for every device."""
    chance = torch.Generator().manual_seed(seed)
    width, inner, read = shape.size.width, shape.size.d_mlp, shape.size.heads * shape.size.d_head

    def normal(*sizes: int, scale: float) -> Any:
        return torch.randn(*sizes, generator=chance) * scale

    made = {"embed.W_E": normal(shape.tokens, width, scale=1.0)}
    if shape.positions == LEARNED:
        made["pos_embed.W_pos"] = normal(shape.length, width, scale=1.0)
    last = (2 * shape.size.layers) ** -0.5  # so that the residual stream does not grow with depth
    for layer in range(shape.size.layers):
        block = f"blocks.{layer}"
        made[f"{block}.attn.W_QKV"] = normal(width, 3 * read, scale=width**-0.5)
        made[f"{block}.attn.b_QKV"] = torch.zeros(3 * read)
        made[f"{block}.attn.W_O"] = normal(read, width, scale=last * read**-0.5)
        made[f"{block}.attn.b_O"] = torch.zeros(width)
        made[f"{block}.mlp.W_in"] = normal(width, inner, scale=width**-0.5)
        made[f"{block}.mlp.b_in"] = torch.zeros(inner)
        made[f"{block}.mlp.W_out"] = normal(inner, width, scale=last * inner**-0.5)
        made[f"{block}.mlp.b_out"] = torch.zeros(width)
        made |= {
            f"{block}.{norm}.{part}": torch.full((width,), float(part == "w"))
            for norm in ("ln1", "ln2")
            for part in "wb"
        }
    made |= {f"ln_final.{part}": torch.full((width,), float(part == "w")) for part in "wb"}
    return made | {"unembed.W_U": normal(width, shape.values, scale=width**-0.5)}


def network_weights(shape: Shape, state: dict[str, Array], seed: int) -> dict[str, Array]:
    """The weights of one of the encoders, under the names and in the shapes of `Network`; `seed` counts from 0."""
    size = shape.size
    found = {
        name: array[seed] for name, array in state.items() if ".attn.W_" not in name and not name.endswith("b_QKV")
    }
    for layer in range(size.layers):
        name = f"blocks.{layer}.attn"
        joined = state[f"{name}.W_QKV"][seed].reshape(size.width, 3, size.heads, size.d_head).transpose(1, 2, 0, 3)
        biases = state[f"{name}.b_QKV"][seed].reshape(3, size.heads, size.d_head)
        for number, side in enumerate("QKV"):
            found[f"{name}.W_{side}"], found[f"{name}.b_{side}"] = joined[number], biases[number]
        found[f"{name}.W_O"] = state[f"{name}.W_O"][seed].reshape(size.heads, size.d_head, size.width)
    if shape.positions == SINUSOIDAL:
        found["pos_embed.W_pos"] = sinusoids(shape.length, size.width)
    return found | {"unembed.b_U": np.zeros(shape.values, dtype=np.float32)}
