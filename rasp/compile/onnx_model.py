"""The model in ONNX: enter sizes and weights, leave a graph of standard operators. Needs the extra `onnx`."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from rasp.compile.columns import Array

OPSET = 17
IR_VERSION = 8


def onnx_model(n_layers: int, causal: bool, weights: dict[str, Array]) -> Any:
    """An ONNX model: `ids` int64 (batch, position), the first of each row 0, to `logits` (batch, position, d_out)."""
    graph = _Graph()
    kind = helper.np_dtype_to_tensor_dtype(weights["embed.W_E"].dtype)
    idle = [name.removesuffix("W_in") for name, array in weights.items() if name.endswith("W_in") and not array.size]
    used = {name: array for name, array in weights.items() if not name.startswith(tuple(idle))}
    names = {name: graph.constant(array, name) for name, array in used.items()}
    stream = graph.embedded(names)
    if "pre.mlp.W_in" in names:
        stream = graph.feed_forward("pre.mlp", names, stream)
    for layer in range(n_layers):
        width = weights[f"blocks.{layer}.attn.W_Q"].shape[2]
        scale = graph.constant(np.sqrt(np.array(width, dtype=weights["embed.W_E"].dtype)))
        stream = graph.attention(f"blocks.{layer}.attn", names, stream, scale, causal)
        if f"blocks.{layer}.mlp.W_in" in names:
            stream = graph.feed_forward(f"blocks.{layer}.mlp", names, stream)
    product = graph.node("MatMul", stream, names["unembed.W_U"])
    graph.nodes.append(helper.make_node("Add", [product, names["unembed.b_U"]], ["logits"]))
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "position"])
    width = weights["unembed.W_U"].shape[1]
    logits = helper.make_tensor_value_info("logits", kind, ["batch", "position", width])
    body = helper.make_graph(graph.nodes, "rasp", [ids], [logits], graph.constants)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    checker.check_model(model)
    return model


class _Graph:
    """Nodes and constants in the making; the methods give the name of a result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, array: Array, name: str = "") -> str:
        made = name or f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), made))
        return made

    def node(self, kind: str, *given: str, **attributes: Any) -> str:
        made = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(given), [made], **attributes))
        return made

    def embedded(self, names: dict[str, str]) -> str:
        """The sum of both embeddings, (batch, position, d_model)."""
        tokens = self.node("Gather", names["embed.W_E"], "ids")
        size = self.node("Gather", self.node("Shape", "ids"), self.constant(np.array([1])))
        start, axis = self.constant(np.array([0])), self.constant(np.array([0]))
        return self.node("Add", tokens, self.node("Slice", names["pos_embed.W_pos"], start, size, axis))

    def feed_forward(self, name: str, names: dict[str, str], stream: str) -> str:
        """The stream behind a feed-forward."""
        inner = self.node("Add", self.node("MatMul", stream, names[f"{name}.W_in"]), names[f"{name}.b_in"])
        outer = self.node("MatMul", self.node("Relu", inner), names[f"{name}.W_out"])
        return self.node("Add", stream, self.node("Add", outer, names[f"{name}.b_out"]))

    def attention(self, name: str, names: dict[str, str], stream: str, scale: str, causal: bool) -> str:
        """The stream behind the attention of a layer."""
        one = self.constant(np.array([1]))
        spread = self.node("Unsqueeze", stream, one)  # (batch, 1, position, d_model), for all heads
        sides = {}
        for part in "QKV":
            bias = self.node("Unsqueeze", names[f"{name}.b_{part}"], one)
            sides[part] = self.node("Add", self.node("MatMul", spread, names[f"{name}.W_{part}"]), bias)
        turned = self.node("Transpose", sides["K"], perm=[0, 1, 3, 2])
        scores = self.node("Div", self.node("MatMul", sides["Q"], turned), scale)
        if causal:
            scores = self._masked(scores)
        pattern = self.node("Softmax", scores, axis=-1)
        read = self.node("MatMul", self.node("MatMul", pattern, sides["V"]), names[f"{name}.W_O"])
        total = self.node("ReduceSum", read, one, keepdims=0)  # over the heads
        return self.node("Add", stream, self.node("Add", total, names[f"{name}.b_O"]))

    def _masked(self, scores: str) -> str:
        """The scores, very low where a key is behind its query."""
        high = self.node("CastLike", self.constant(np.array(1e9)), scores)
        all_high = self.node("Expand", high, self.node("Shape", scores))
        return self.node("Sub", scores, self.node("Trilu", all_high, self.constant(np.array(1)), upper=1))
