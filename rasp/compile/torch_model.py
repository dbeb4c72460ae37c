"""The model in PyTorch: enter sizes and weights, leave an `nn.Module`. Needs the extra `torch`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from rasp.compile.columns import Array


class Attention(nn.Module):
    """Multi-head attention: `W_Q` `W_K` `W_V` (n_heads, d_model, d_head), `W_O` (n_heads, d_head, d_model), biases."""

    def __init__(self, weights: dict[str, Array], causal: bool) -> None:
        super().__init__()
        _take(self, weights)
        self.causal = causal

    def forward(self, stream: Any) -> tuple[Any, Any]:
        """What is added to the stream (batch, position, d_model); the pattern (batch, head, query, key)."""
        query, key, value = (
            torch.einsum("bpm,hmd->bhpd", stream, getattr(self, f"W_{part}")) + getattr(self, f"b_{part}")[:, None]
            for part in "QKV"
        )
        scores = query @ key.transpose(-1, -2) / key.shape[-1] ** 0.5
        if self.causal:
            later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
            scores = scores.masked_fill(later, float("-inf"))
        pattern = scores.softmax(dim=-1)
        return torch.einsum("bhpd,hdm->bpm", pattern @ value, self.W_O) + self.b_O, pattern


class FeedForward(nn.Module):
    """One hidden layer of ReLU units: `W_in` (d_model, d_mlp), `b_in`, `W_out` (d_mlp, d_model), `b_out`."""

    def __init__(self, weights: dict[str, Array]) -> None:
        super().__init__()
        _take(self, weights)

    def forward(self, stream: Any) -> Any:
        """What is added to the stream."""
        return torch.relu(stream @ self.W_in + self.b_in) @ self.W_out + self.b_out


class Block(nn.Module):
    """A layer: attention, then a feed-forward."""

    def __init__(self, weights: dict[str, Array], causal: bool) -> None:
        super().__init__()
        self.attn = Attention(_part(weights, "attn."), causal)
        self.mlp = FeedForward(_part(weights, "mlp."))

    def forward(self, stream: Any) -> Any:
        """The stream behind the layer."""
        stream = stream + self.attn(stream)[0]
        return stream + self.mlp(stream)


class Model(nn.Module):
    """The model: ids (batch, position) of tokens, the first of each row 0, to logits (batch, position, d_out)."""

    def __init__(self, n_layers: int, causal: bool, weights: dict[str, Array]) -> None:
        super().__init__()
        self.embed, self.pos_embed, self.unembed = nn.Module(), nn.Module(), nn.Module()
        for name in ("embed", "pos_embed", "unembed"):
            _take(getattr(self, name), _part(weights, f"{name}."))
        self.pre = None
        if "pre.mlp.W_in" in weights:
            self.pre = nn.Module()
            self.pre.mlp = FeedForward(_part(weights, "pre.mlp."))
        self.blocks = nn.ModuleList(Block(_part(weights, f"blocks.{number}."), causal) for number in range(n_layers))

    def forward(self, ids: Any) -> Any:
        """The logits."""
        stream = self.embed.W_E[ids] + self.pos_embed.W_pos[: ids.shape[1]]
        if self.pre is not None:
            stream = stream + self.pre.mlp(stream)
        for block in self.blocks:
            stream = block(stream)
        return stream @ self.unembed.W_U + self.unembed.b_U


def _part(weights: dict[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in weights.items() if name.startswith(prefix)}


def _take(module: Any, weights: dict[str, Array]) -> None:
    """Gives a module its weights as parameters."""
    for name, array in weights.items():
        setattr(module, name, nn.Parameter(torch.tensor(array)))
