"""Draws a run of a model on an input: the body of `Transformer.draw`.

The drawing is like that of a program, with the BOS position first. Each value is read from a named subspace of the
residual stream, each matrix shows the attention weights that are not zero, and one more row for each head gives the
largest weight of each position.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasp.draw.drawing import deliver
from rasp.draw.flow import Flow, FlowHead, FlowLayer, FlowValue
from rasp.draw.picture import USUAL_SIZE, PictureSize
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array
from rasp.model.network import Network, Run
from rasp.model.report import sizes
from rasp.model.subspaces import BOS, Subspace, contents
from rasp.present.names import show_input
from rasp.present.text import element_text
from rasp.session.trained_drawing import trained_flow

HELD = 1e-6  # an attention weight up to this is rounding error


def model_flow(network: Network, given: tuple[Atom, ...]) -> Flow:
    """The flow of a run of a network on an input."""
    if not network.subspaces:
        return trained_flow(network, given)
    return _Flow(network, network.run(given)).flow()


def draw_model(
    network: Network,
    given: tuple[Atom, ...],
    path: str | Path | None,
    max_n: int | None,
    width: int = 80,
    color: bool = False,
    size: PictureSize = USUAL_SIZE,
    embed: bool = False,
) -> str:
    """Writes the drawing of a run of a network into a file; without a path, returns a `Drawing`.

    Raises DrawingTooLarge for an input of more than `max_n` elements, and DrawingFailed if the file cannot be written.
    """
    options: dict[str, Any] = {"width": width, "color": color, "size": size, "embed": embed}
    return deliver(lambda: model_flow(network, given), len(given), path, max_n=max_n, folded=False, **options)


def _id(subspace: Subspace) -> str:
    return f"s{subspace.start}"


class _Flow:
    """Builds the flow of one run of a network."""

    def __init__(self, network: Network, run: Run) -> None:
        self.network = network
        self.run = run
        self.subspaces = network.subspaces[1:]  # without the flag of the BOS position

    def flow(self) -> Flow:
        names = ", ".join(self.network.config.outputs)
        read = self.network.weights["unembed.W_U"]
        return Flow(
            title=f"model of {names}({show_input(self.run.input)})",
            summary=sizes(self.network),
            tokens=(BOS, *map(element_text, self.run.input)),
            layers=tuple(map(self._layer, range(self.network.config.n_layers + 1))),
            results=tuple(_id(space) for space in self.subspaces if read[space.dims].any()),
            bos=True,
        )

    def _layer(self, layer: int) -> FlowLayer:
        if not layer:
            written = [self.network.weights["embed.W_E"], self.network.weights["pos_embed.W_pos"]]
            before = self.network.weights.get("pre.mlp.W_out")
            embedded = [self._value(space, 0, ()) for space in self._spaces_of(written)]
            made = [self._value(space, 0, ()) for space in self._spaces_of([] if before is None else [before])]
            told = [replace(value, formula=f"{value.name}, made by a feed-forward") for value in made]
            return FlowLayer(0, (), (), (*embedded, *told))
        name = f"blocks.{layer - 1}"
        outer = self.network.weights[f"{name}.attn.W_O"]
        heads = tuple(self._head(layer, number) for number in range(len(outer)))
        attended = tuple(self._attention_values(layer, outer))
        made = [self._value(space, layer, ()) for space in self._spaces_of([self.network.weights[f"{name}.mlp.W_out"]])]
        return FlowLayer(layer, heads, attended, tuple(made))

    def _attention_values(self, layer: int, outer: Array) -> Iterator[FlowValue]:
        """For each head the weight of its keys; then the values that the heads write."""
        for number in range(len(outer)):
            weights = self.run.attention[layer - 1][number].max(axis=1)
            cells = tuple(f"{weight:.3g}" for weight in weights)
            name = f"head {layer}.{number + 1}: weight of each key"
            yield FlowValue(f"w{layer}.{number + 1}", name, name, "floats", cells, (f"h{layer}.{number + 1}",))
        for space in self._spaces_of(list(outer)):
            writers = [number for number in range(len(outer)) if outer[number][:, space.dims].any()]
            yield self._value(space, layer, tuple(f"h{layer}.{number + 1}" for number in writers))

    def _head(self, layer: int, number: int) -> FlowHead:
        part = {side: self.network.weights[f"blocks.{layer - 1}.attn.W_{side}"][number] for side in "QKV"}
        outer = self.network.weights[f"blocks.{layer - 1}.attn.W_O"][number]
        pattern = self.run.attention[layer - 1][number]
        return FlowHead(
            id=f"h{layer}.{number + 1}",
            name="",
            formula=self.network.heads[layer - 1][number],
            matrix=tuple(tuple(bool(weight > HELD) for weight in row) for row in pattern),
            weights=tuple(tuple(round(weight, 4) for weight in row) for row in pattern.tolist()),
            keys=self._reading(part["K"]),
            queries=self._reading(part["Q"]),
            reads=self._reading(part["V"]),
            writes=tuple(_id(space) for space in self.subspaces if outer[:, space.dims].any()),
        )

    def _spaces_of(self, arrays: list[Array]) -> list[Subspace]:
        """The subspaces that arrays of outputs (…, d_model) write to."""
        return [space for space in self.subspaces if any(array[..., space.dims].any() for array in arrays)]

    def _reading(self, weight: Array) -> tuple[str, ...]:
        """The subspaces that a matrix (d_model, d_head) reads."""
        return tuple(_id(space) for space in self.subspaces if weight[space.dims].any())

    def _value(self, space: Subspace, layer: int, sources: tuple[str, ...]) -> FlowValue:
        kind = "strings" if space.values else "floats"
        cells = contents(space, self.run.residual[layer])
        return FlowValue(_id(space), space.name, space.name, kind, cells, sources)
