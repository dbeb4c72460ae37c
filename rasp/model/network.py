"""A transformer: its sizes, weights and subspaces, and a forward pass in NumPy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from rasp.errors import BadInput, NotFinite, SequenceTooLong
from rasp.graph.atoms import atom_key, show_atom
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array
from rasp.model.run_report import RunReport
from rasp.model.sparse import Factor
from rasp.model.subspaces import Subspace

BOS_TOKEN = 0  # its id; those of the vocabulary follow
RELU, GELU = "relu", "gelu"  # the activations of feed-forwards


@dataclass(frozen=True)
class Config:
    """The sizes of a model, its vocabulary and its outputs.

    `n_ctx` includes the BOS position; `min_length` is the shortest input, without BOS. `n_heads`, `d_head` and `d_mlp`
    have a number for each layer; `d_pre` is the width of the feed-forward before the first attention, 0 if there is
    none. `bos` is the id of the BOS token, after which those of the vocabulary follow; None if the model has no BOS
    position, and the ids of the vocabulary begin at 0. `outputs` has for each output its values, in the order of its
    logits. `config["outputs"]` is the same as `config.outputs`.

    Trained models have more: an `activation` "gelu" (in its tanh form), a `layer_norm`, which is the epsilon of the
    layer norms before attention, feed-forward and unembedding, and `trained_length`, the longest input of training.
    Compiled models have ReLU, no layer norm, and no such length.
    """

    n_layers: int
    d_model: int
    n_ctx: int
    n_heads: tuple[int, ...]
    d_head: tuple[int, ...]
    d_mlp: tuple[int, ...]
    d_pre: int
    causal: bool
    vocab: tuple[Atom, ...]
    bos: int | None
    outputs: dict[str, list[Atom]]
    dtype: str
    min_length: int = 1
    activation: str = RELU
    layer_norm: float | None = None
    trained_length: int | None = None

    @property
    def first(self) -> int:
        """The position of the first token of an input, which is also the id of the first token: 1 after BOS, or 0."""
        return int(self.bos is not None)

    @property
    def max_length(self) -> int:
        """The longest input that the model takes, without BOS."""
        return self.n_ctx - self.first

    @property
    def known_length(self) -> int:
        """The longest input of which the model was told something: what it takes, or was trained on."""
        return self.trained_length or self.max_length

    def __getitem__(self, name: str) -> Any:
        if name not in self.__dataclass_fields__:
            raise KeyError(name)
        return getattr(self, name)


@dataclass(frozen=True, repr=False)
class Run:
    """The activations on one input of length n; position 0 is the BOS position. In models without one, n + 1 is n.

    `residual` (layers + 1, n + 1, d_model) is the stream before the first layer, then after each. `attention` has for
    each layer the patterns (heads, n + 1, n + 1), rows for queries, columns for keys. `logits` is (n + 1, values of all
    outputs). `heads` and `subspaces` are those of the network. Print a run to see the patterns with their tokens.
    """

    input: tuple[Atom, ...]
    residual: Array
    attention: tuple[Array, ...]
    logits: Array
    heads: tuple[tuple[str, ...], ...] = ()
    subspaces: tuple[Subspace, ...] = ()

    @property
    def _report(self) -> RunReport:
        return RunReport(self.input, self.attention, self.residual[-1], self.heads, self.subspaces)

    def __str__(self) -> str:
        return self._report.text()

    def __repr__(self) -> str:
        patterns = ", ".join(str(pattern.shape) for pattern in self.attention) or "none"
        shapes = f"residual {self.residual.shape}, attention {patterns}, logits {self.logits.shape}"
        return f"<rasp.model.network.Run on {len(self.input)} token{'s' * (len(self.input) != 1)}: {shapes}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return self._report.html()


class Network:
    """The weights and the forward pass. The session's `Transformer` wraps one.

    `weights` has NumPy arrays by name: `embed.W_E` (d_vocab, d_model), `pos_embed.W_pos` (n_ctx, d_model),
    `blocks.i.attn.W_Q` `W_K` `W_V` (n_heads, d_model, d_head) with `b_Q` `b_K` `b_V`, `W_O` (n_heads, d_head, d_model)
    with `b_O`, `blocks.i.mlp.W_in` `b_in` `W_out` `b_out`, `pre.mlp.…` for a feed-forward before the first attention,
    `unembed.W_U` `b_U`. `subspaces` name the dimensions of the stream, in their order; `heads` has for each layer the
    texts of its heads' selectors. A model with layer norms has `blocks.i.ln1.w` `b`, `blocks.i.ln2.…`, `ln_final.…`.
    Trained models have no subspaces; `training` has as JSON what they were trained on, and is empty for others.

    >>> import rasp
    >>> network = rasp.load("reverse")["reverse"].compile(vocab="ab", max_length=2).network
    >>> stream, patterns, logits = network.forward(np.array([network.ids("ab")]))
    >>> network.ids("ab"), logits.shape, [pattern.shape for pattern in patterns]
    ([0, 1, 2], (1, 3, 2), [(1, 1, 3, 3), (1, 1, 3, 3)])
    """

    def __init__(
        self,
        config: Config,
        weights: dict[str, Array],
        subspaces: Sequence[Subspace],
        heads: Sequence[Sequence[str]],
        training: Mapping[str, Any] | None = None,
    ) -> None:
        self.config = config
        self.weights = weights
        self.subspaces = tuple(subspaces)
        self.heads = tuple(map(tuple, heads))
        self.training = dict(training or {})
        self._factors: dict[tuple[object, ...], Factor] | None = None

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The label of each dimension of the stream: `NAME = value`, or `NAME` if it holds a number."""
        return tuple(label for subspace in self.subspaces for label in subspace.labels)

    @property
    def n_parameters(self) -> int:
        """The number of parameters."""
        return sum(array.size for array in self.weights.values())

    def astype(self, dtype: str) -> Network:
        """The network with weights of another type, "float32" or "float64"."""
        weights = {name: array.astype(dtype) for name, array in self.weights.items()}
        return Network(replace(self.config, dtype=dtype), weights, self.subspaces, self.heads, self.training)

    def with_min_length(self, min_length: int) -> Network:
        """The same network with another shortest input."""
        config = replace(self.config, min_length=min_length)
        return Network(config, self.weights, self.subspaces, self.heads, self.training)

    def prepare(self) -> Network:
        """A network for many inputs, which keeps where its weights are zero. The weights must not change afterwards."""
        made = Network(self.config, self.weights, self.subspaces, self.heads, self.training)
        made._factors = {}
        return made

    # ---------------------------------------------------------------------------------------------------- inputs

    @cached_property
    def _ids(self) -> dict[object, int]:
        return {atom_key(token): number for number, token in enumerate(self.config.vocab, self.config.first)}

    def ids(self, given: Sequence[Atom]) -> list[int]:
        """The token ids of an input, that of BOS first if there is one. Raises BadInput, SequenceTooLong."""
        longest = self.config.max_length
        if len(given) > longest:
            raise SequenceTooLong(f"an input of {len(given)} tokens is too long: the model takes up to {longest}")
        least = self.config.min_length
        if len(given) < least:
            tokens = f"{len(given)} token{'s' * (len(given) != 1)}"
            hint = "It was compiled for such inputs alone (--min-length N or min_length=N)."
            raise BadInput(f"an input of {tokens} is too short: the model takes them from {least} on", hint=hint)
        found = [] if self.config.bos is None else [self.config.bos]
        for position, token in enumerate(given):
            number = self._ids.get(atom_key(token))
            if number is None:
                raise self._unknown(token, position)
            found.append(number)
        return found

    def _unknown(self, token: Atom, position: int) -> BadInput:
        known = ", ".join(map(show_atom, self.config.vocab[:20])) + ", …" * (len(self.config.vocab) > 20)
        error = BadInput(f"the model does not know the token {show_atom(token)}", hint=f"Its vocabulary is {known}.")
        error.position = position
        return error

    # ---------------------------------------------------------------------------------------------------- forward

    @staticmethod
    def ignoring_overflow() -> Any:
        """Silences overflow warnings: a file may hold any weights, and `logits` checks for infinite numbers."""
        return np.errstate(over="ignore", invalid="ignore", divide="ignore")

    def forward(self, ids: Array) -> tuple[list[Array], list[Array], Array]:
        """The stream before the first layer and after each (batch, n + 1, d_model), attention, and logits.

        `ids` is (batch, n + 1), int; attention is (batch, heads, n + 1, n + 1) a layer.
        """
        with self.ignoring_overflow():
            streams, patterns = [self.embed(ids)], []
            for pattern, _, stream in self.layers(streams[0]):
                streams.append(stream)
                patterns.append(pattern)
            return streams, patterns, self.logits(streams[-1])

    def embed(self, ids: Array) -> Array:
        """The stream before the first layer."""
        stream: Array = self.weights["embed.W_E"][ids] + self.weights["pos_embed.W_pos"][: ids.shape[1]]
        return stream + self.feed_forward("pre", stream) if "pre.mlp.W_in" in self.weights else stream

    def layers(self, stream: Array) -> Iterator[tuple[Array, Array, Array]]:
        """For each layer, its patterns, the stream after its attention, and the stream after its feed-forward."""
        for layer in range(self.config.n_layers):
            pattern, change = self._attention(f"blocks.{layer}.attn", self.normalize(f"blocks.{layer}.ln1", stream))
            middle = stream + change
            stream = middle + self.feed_forward(f"blocks.{layer}", middle)
            yield pattern, middle, stream

    def feed_forward(self, name: str, stream: Array) -> Array:
        """The output of a feed-forward, to add to the stream (…, d_model)."""
        rows = self.normalize(f"{name}.ln2", stream.reshape(-1, stream.shape[-1]))
        made = self._times(self.activate(self.preactivations(name, rows)), f"{name}.mlp.W_out")
        made += self.weights[f"{name}.mlp.b_out"]
        return made.reshape(stream.shape)

    def preactivations(self, name: str, rows: Array) -> Array:
        """The units of a feed-forward before their activation, (rows, d_mlp) from (rows, d_model)."""
        return self._times(rows, f"{name}.mlp.W_in") + self.weights[f"{name}.mlp.b_in"]

    def activate(self, units: Array) -> Array:
        """The activation of units, of any shape."""
        if self.config.activation == RELU:
            return np.maximum(units, 0)
        inner = units.dtype.type(math.sqrt(2 / math.pi)) * (units + units.dtype.type(0.044715) * units**3)
        return units * (1 + np.tanh(inner)) / 2  # type: ignore[no-any-return]

    def normalize(self, name: str, stream: Array) -> Array:
        """The layer norm of a stream (…, d_model) under a name such as "blocks.0.ln1"; the stream, if it has none."""
        if self.config.layer_norm is None:
            return stream
        centred = stream - stream.mean(axis=-1, keepdims=True)
        variance = (centred * centred).mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt(variance + stream.dtype.type(self.config.layer_norm))
        return scaled * self.weights[f"{name}.w"] + self.weights[f"{name}.b"]  # type: ignore[no-any-return]

    def logits(self, stream: Array) -> Array:
        """The logits (…, values of all outputs) of a stream (…, d_model)."""
        rows = self.normalize("ln_final", stream.reshape(-1, stream.shape[-1]))
        made = self._times(rows, "unembed.W_U") + self.weights["unembed.b_U"]
        if not np.isfinite(made).all():
            raise NotFinite("the model's numbers get too large for floats: its weights make no sense")
        return made.reshape(*stream.shape[:-1], -1)

    def _attention(self, name: str, stream: Array) -> tuple[Array, Array]:
        """The patterns (batch, heads, n + 1, n + 1), and the output to add to the stream (batch, n + 1, d_model)."""
        patterns = []
        change = np.zeros_like(stream) + self.weights[f"{name}.b_O"]
        for head in range(len(self.weights[f"{name}.W_Q"])):
            query, key, value = (self.project(name, side, head, stream) for side in "QKV")
            patterns.append(self.pattern(query, key))
            change = change + (patterns[-1] @ value) @ self.weights[f"{name}.W_O"][head]
        return np.stack(patterns, axis=1), change

    def pattern(self, query: Array, key: Array) -> Array:
        """The attention weights (batch, n + 1, n + 1) of queries and keys (batch, n + 1, d_head)."""
        scores = query @ key.swapaxes(1, 2) / np.sqrt(np.asarray(key.shape[-1], dtype=key.dtype))
        if self.config.causal:
            scores = np.where(np.tri(scores.shape[-1], dtype=bool), scores, -np.inf)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return scores / scores.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]

    def project(self, name: str, side: str, head: int, stream: Array) -> Array:
        """The queries, keys or values of one head, (…, d_head)."""
        rows = stream.reshape(-1, stream.shape[-1])
        made = self._times(rows, f"{name}.W_{side}", head) + self.weights[f"{name}.b_{side}"][head]
        return made.reshape(*stream.shape[:-1], -1)  # type: ignore[no-any-return]

    def _times(self, rows: Array, name: str, *head: int) -> Array:
        """Rows times a matrix of the weights, or times that of one head."""
        matrix = self.weights[name][head]
        if self._factors is None:
            return rows @ matrix  # type: ignore[no-any-return]
        key = (name, *head)
        if key not in self._factors:
            self._factors[key] = Factor(matrix)
        return self._factors[key].times(rows)

    # ---------------------------------------------------------------------------------------------------- results

    def run(self, given: Sequence[Atom]) -> Run:
        """The activations on one input. Raises BadInput, SequenceTooLong, NotFinite."""
        streams, patterns, logits = self.forward(np.array([self.ids(given)]))
        residual = np.stack([stream[0] for stream in streams])
        return Run(
            tuple(given), residual, tuple(pattern[0] for pattern in patterns), logits[0], self.heads, self.subspaces
        )

    def numbers(self, logits: Array) -> dict[str, Array]:
        """For each output, the number of the value with the largest logit, (…) from logits (…, all values)."""
        found, start = {}, 0
        for name, values in self.config.outputs.items():
            found[name] = logits[..., start : start + len(values)].argmax(axis=-1)
            start += len(values)
        return found


def config_of(
    weights: dict[str, Any],
    causal: bool,
    vocab: Sequence[Atom],
    outputs: dict[str, list[Atom]],
    min_length: int = 1,
    bos: int | None = BOS_TOKEN,
    **trained: Any,
) -> Config:
    """The config of a network with these weights; `trained` are the fields that only trained models have."""
    layers = 0
    while f"blocks.{layers}.attn.W_Q" in weights:
        layers += 1
    shapes = [weights[f"blocks.{layer}.attn.W_Q"].shape for layer in range(layers)]
    return Config(
        n_layers=layers,
        d_model=weights["embed.W_E"].shape[1],
        n_ctx=weights["pos_embed.W_pos"].shape[0],
        n_heads=tuple(shape[0] for shape in shapes),
        d_head=tuple(shape[2] for shape in shapes),
        d_mlp=tuple(weights[f"blocks.{layer}.mlp.W_in"].shape[1] for layer in range(layers)),
        d_pre=weights["pre.mlp.W_in"].shape[1] if "pre.mlp.W_in" in weights else 0,
        causal=causal,
        vocab=tuple(vocab),
        bos=bos,
        outputs=outputs,
        dtype=str(weights["embed.W_E"].dtype),
        min_length=min_length,
        **trained,
    )
