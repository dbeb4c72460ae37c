"""A forward pass in twenty lines of NumPy, from what the documentation says of a model's file alone."""

from __future__ import annotations

import json

import numpy as np
from safetensors import safe_open


def logits(path, given):
    """The logits (n + 1, values of all outputs) and the config of a model in a file, on one input."""
    with safe_open(path, framework="np") as file:
        w = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        config = json.loads(file.metadata()["config"])
    ids = [0, *(1 + config["vocab"].index(token) for token in given)]
    x = w["embed.W_E"][ids] + w["pos_embed.W_pos"][: len(ids)]
    for name in ["pre", *(f"blocks.{layer}" for layer in range(config["n_layers"]))]:
        if name != "pre":
            attn = {part: w[f"{name}.attn.{part}"] for part in ("W_Q", "W_K", "W_V", "W_O", "b_Q", "b_K", "b_V", "b_O")}
            q, k, v = (np.einsum("pm,hmd->hpd", x, attn["W_" + s]) + attn["b_" + s][:, None] for s in "QKV")
            scores = np.einsum("hqd,hkd->hqk", q, k) / np.sqrt(q.shape[-1])
            if config["causal"]:
                scores = np.where(np.tri(len(ids), dtype=bool), scores, -np.inf)
            pattern = np.exp(scores - scores.max(axis=-1, keepdims=True))
            pattern /= pattern.sum(axis=-1, keepdims=True)
            x = x + np.einsum("hqk,hkd,hdm->qm", pattern, v, attn["W_O"]) + attn["b_O"]
        if f"{name}.mlp.W_in" in w:
            mlp = {part: w[f"{name}.mlp.{part}"] for part in ("W_in", "b_in", "W_out", "b_out")}
            x = x + np.maximum(x @ mlp["W_in"] + mlp["b_in"], 0) @ mlp["W_out"] + mlp["b_out"]
    return x @ w["unembed.W_U"] + w["unembed.b_U"], config


def outputs(path, given):
    """The values of each output of a model in a file."""
    found, config = logits(path, given)
    start, made = 0, {}
    for name, values in config["outputs"].items():
        made[name] = [values[place] for place in found[1:, start : start + len(values)].argmax(axis=1)]
        start += len(values)
    return made
