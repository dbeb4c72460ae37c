"""The model in TransformerLens 4: enter sizes and weights, leave a `TransformerBridge`. Needs the extra `lens`.

TransformerLens wants layers of one shape, so they are padded (`padding.py`).
"""

from __future__ import annotations

from typing import Any

import torch
from transformer_lens.config import TransformerBridgeConfig
from transformer_lens.model_bridge import TransformerBridge
from transformer_lens.utilities.tl_checkpoint_conversion import convert_tl_checkpoint

from rasp.compile.columns import Array
from rasp.compile.padding import padded


def bridge(weights: dict[str, Array], causal: bool) -> Any:
    """The model as a native `TransformerBridge`; it takes ids (batch, position), the first of each row 0."""
    made = padded(weights)
    d_vocab, d_model = weights["embed.W_E"].shape
    config = TransformerBridgeConfig(
        n_layers=made.n_layers,
        n_heads=made.n_heads,
        d_head=made.d_head,
        d_model=d_model,
        d_mlp=made.d_mlp,
        d_vocab=d_vocab,
        d_vocab_out=weights["unembed.W_U"].shape[1],
        n_ctx=weights["pos_embed.W_pos"].shape[0],
        act_fn="relu",
        normalization_type=None,
        positional_embedding_type="standard",
        attention_dir="causal" if causal else "bidirectional",
        architecture="TransformerLensNative",
    )
    kind = torch.tensor(weights["embed.W_E"][:0]).dtype
    model = TransformerBridge.boot_native(config, dtype=kind)
    tensors = {name: torch.tensor(array) for name, array in made.weights.items()}
    model.load_state_dict(convert_tl_checkpoint(tensors, config), strict=False)
    return model
