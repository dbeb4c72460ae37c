"""Exports networks to PyTorch, as a `torch.nn.Module` whose parameters have the names of the weights.

Needs the extra `rasp-lang[torch]`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from rasp.model.network import GELU, Network


class Model(nn.Module):  # type: ignore[misc]  # PyTorch may not be installed where types are checked
    """A network as a module that maps token ids (batch, n + 1), with BOS first, to logits (batch, n + 1, values).

    Without a BOS position, both are of n positions.

    Its parameters have the names of the network's weights, so `state_dict()` has the same keys.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.config = network.config
        for name, array in network.weights.items():
            *path, last = name.split(".")
            part: nn.Module = self
            for step in path:
                if not hasattr(part, step):
                    part.add_module(step, nn.Module())
                part = getattr(part, step)
            part.register_parameter(last, nn.Parameter(torch.from_numpy(array.copy())))

    def forward(self, ids: Any) -> Any:
        """Logits (batch, n + 1, values of all outputs)."""
        stream = self.embed.W_E[ids] + self.pos_embed.W_pos[: ids.shape[1]]
        if self.config.d_pre:
            stream = stream + self._feed_forward(self.pre, stream)
        for layer in range(self.config.n_layers):
            block = getattr(self.blocks, str(layer))
            stream = stream + _attention(block.attn, self._normalize(block, "ln1", stream), self.config.causal)
            stream = stream + (self._feed_forward(block, stream) if self.config.d_mlp[layer] else block.mlp.b_out)
        return self._normalize(self, "ln_final", stream) @ self.unembed.W_U + self.unembed.b_U

    def _normalize(self, owner: nn.Module, name: str, stream: Any) -> Any:
        """The layer norm of this name; the stream, if the network has none."""
        if self.config.layer_norm is None:
            return stream
        norm = getattr(owner, name)
        return functional.layer_norm(stream, stream.shape[-1:], norm.w, norm.b, self.config.layer_norm)

    def _feed_forward(self, owner: Any, stream: Any) -> Any:
        part = owner.mlp
        units = self._normalize(owner, "ln2", stream) @ part.W_in + part.b_in
        gelu = self.config.activation == GELU
        return (functional.gelu(units, approximate="tanh") if gelu else torch.relu(units)) @ part.W_out + part.b_out


def _attention(part: Any, stream: Any, causal: bool) -> Any:
    query, key, value = (
        torch.einsum("bpm,hmd->bhpd", stream, getattr(part, f"W_{side}")) + getattr(part, f"b_{side}")[:, None]
        for side in "QKV"
    )
    scores = query @ key.transpose(2, 3) / query.shape[-1] ** 0.5
    if causal:
        seen = torch.ones_like(scores[0, 0]).tril().bool()
        scores = scores.masked_fill(~seen, float("-inf"))
    return torch.einsum("bhpd,hdm->bpm", scores.softmax(dim=-1) @ value, part.W_O) + part.b_O


def export(network: Network) -> Model:
    """Converts a network to a module of the same dtype."""
    module = Model(network)
    module.eval()
    return module
