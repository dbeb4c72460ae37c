"""Drawing what happens inside a model: a network and an input go in, the flow through its heads comes out.

The picture is that of a program, with the BOS position before the others: each value is what a named subspace of the
stream really holds, each matrix shows which positions really get weight, and a row tells how much each of them gets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rasp.draw.files import deliver
from rasp.draw.flow import Flow, Head, Layer, Value
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array
from rasp.model.network import Network, Run
from rasp.model.report import sizes
from rasp.model.subspaces import BOS, Subspace
from rasp.present.names import show_input
from rasp.present.text import element_text

HELD = 1e-6  # what a stream or a pattern holds less of is rounding


def model_flow(network: Network, given: tuple[Atom, ...]) -> Flow:
    """What happens in a network on an input."""
    return _Flow(network, network.run(given)).flow()


def drawn_model(network: Network, given: tuple[Atom, ...], path: str | Path | None, max_n: int | None) -> str:
    """Writes the drawing of what happens in a network on an input into a file; without a path, gives it as text.

    Raises DrawingTooLarge for an input of more than `max_n` elements, and what the file runs into.
    """
    return deliver(lambda: model_flow(network, given), len(given), path, max_n=max_n, folded=False)


def _id(subspace: Subspace) -> str:
    return f"s{subspace.start}"


def _cells(subspace: Subspace, stream: Array) -> tuple[str, ...]:
    """What a subspace holds at each position of a stream (positions, d_model)."""
    held = stream[:, subspace.dims]
    if not subspace.values:
        return tuple(f"{round(number, 6) + 0.0:.3g}" for number in held[:, 0].tolist())
    found = zip(held.max(axis=1).tolist(), held.argmax(axis=1).tolist(), strict=True)
    return tuple(subspace.values[place] if most > 0.5 else "" for most, place in found)


class _Flow:
    """A run of a network as a flow."""

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
        )

    def _layer(self, layer: int) -> Layer:
        if not layer:
            written = [self.network.weights["embed.W_E"], self.network.weights["pos_embed.W_pos"]]
            before = self.network.weights.get("pre.mlp.W_out")
            embedded = [self._value(space, 0, ()) for space in self._written(written)]
            made = [self._value(space, 0, ()) for space in self._written([] if before is None else [before])]
            told = [replace(value, formula=f"{value.name}, made by a feed-forward") for value in made]
            return Layer(0, (), (), (*embedded, *told))
        name = f"blocks.{layer - 1}"
        outer = self.network.weights[f"{name}.attn.W_O"]
        heads = tuple(self._head(layer, number) for number in range(len(outer)))
        attended = tuple(self._attended(layer, outer))
        made = [self._value(space, layer, ()) for space in self._written([self.network.weights[f"{name}.mlp.W_out"]])]
        return Layer(layer, heads, attended, tuple(made))

    def _attended(self, layer: int, outer: Array) -> Iterator[Value]:
        """For each head how much weight each of its keys gets, and what it writes."""
        for number in range(len(outer)):
            weights = self.run.attention[layer - 1][number].max(axis=1)
            cells = tuple(f"{weight:.3g}" for weight in weights)
            name = f"head {layer}.{number + 1}: weight of each key"
            yield Value(f"w{layer}.{number + 1}", name, name, "floats", cells, (f"h{layer}.{number + 1}",))
        for space in self._written(list(outer)):
            writers = [number for number in range(len(outer)) if outer[number][:, space.dims].any()]
            yield self._value(space, layer, tuple(f"h{layer}.{number + 1}" for number in writers))

    def _head(self, layer: int, number: int) -> Head:
        part = {side: self.network.weights[f"blocks.{layer - 1}.attn.W_{side}"][number] for side in "QKV"}
        outer = self.network.weights[f"blocks.{layer - 1}.attn.W_O"][number]
        pattern = self.run.attention[layer - 1][number]
        return Head(
            id=f"h{layer}.{number + 1}",
            name="",
            formula=self.network.heads[layer - 1][number],
            matrix=tuple(tuple(bool(weight > HELD) for weight in row) for row in pattern),
            keys=self._reading(part["K"]),
            queries=self._reading(part["Q"]),
            reads=self._reading(part["V"]),
            writes=tuple(_id(space) for space in self.subspaces if outer[:, space.dims].any()),
        )

    def _written(self, arrays: list[Array]) -> list[Subspace]:
        """The subspaces that arrays of outputs (…, d_model) write to."""
        return [space for space in self.subspaces if any(array[..., space.dims].any() for array in arrays)]

    def _reading(self, weight: Array) -> tuple[str, ...]:
        """The subspaces that a matrix (d_model, d_head) reads."""
        return tuple(_id(space) for space in self.subspaces if weight[space.dims].any())

    def _value(self, space: Subspace, layer: int, sources: tuple[str, ...]) -> Value:
        kind = "strings" if space.values else "floats"
        cells = _cells(space, self.run.residual[layer])
        return Value(_id(space), space.name, space.name, kind, cells, sources)
