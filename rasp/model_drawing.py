"""Drawing a model at work: a network and an input go in, the flow of its real attention and residual values comes out.

Where a drawing of a program shows what its s-ops hold, this one shows what the weights make of the input: every named
subspace of the stream where it is written, and every head's pattern. Position 0 is the one in front.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasp.compile.columns import Array
from rasp.compile.transformer import Network, Run
from rasp.compile.wiring import Wiring
from rasp.draw import text
from rasp.draw.files import MAX_N, check_path, check_size, write
from rasp.draw.flow import Flow, Head, Layer, Value
from rasp.engine.inputs import validate_input
from rasp.names import show_input
from rasp.show import element_text

FRONT = "⊢"
ATTENDED = 1e-6  # less than this is a rounding error, of a number or of attention


def drawn_model(network: Network, given: Any, path: str | Path | None = None, *, max_n: int | None = None) -> str:
    """Writes the drawing of a model on an input into a file; without a path, gives it as text.

    Raises DrawingTooLarge, BadInput for a token outside the vocabulary, and what the file runs into.
    """
    checked = validate_input(given)
    check_size(len(checked), MAX_N if max_n is None else max_n)
    if path is not None:
        check_path(path)
    flow = model_flow(network, checked)
    if path is None:
        return text.render(flow, 80, True, False)
    write(flow, path, True)
    return ""


def model_flow(network: Network, given: tuple[Any, ...]) -> Flow:
    """The flow of a network on an input."""
    drawing = _Drawing(network, network.run(given))
    config = network.config
    names = ", ".join(config.outputs)
    layers = tuple(drawing.layer(number) for number in range(config.n_layers + 1))
    shape = f"{config.n_layers} layers, heads {' '.join(map(str, config.n_heads))}"
    tokens = (FRONT, *map(element_text, given))
    title = f"model of {names if names.isidentifier() else f'({names})'}({show_input(given)})"
    return Flow(title, f"{names}: {shape}, {network.n_parameters:,} parameters", tokens, layers, drawing.results())


class _Drawing:
    """The values and heads of a network on one input."""

    def __init__(self, network: Network, run: Run) -> None:
        self.network = network
        self.run = run
        self.wiring = Wiring(network)
        self._computed = [self.wiring.feed_forward("pre")]
        self._computed += [self.wiring.feed_forward(f"blocks.{layer}") for layer in range(network.config.n_layers)]

    def layer(self, number: int) -> Layer:
        """Layer 0 is the embedding and what comes before the first attention."""
        computed = tuple(self._value(space, number, _ids(read)) for space, read in self._computed[number].items())
        if not number:
            return Layer(0, (), (), (*(self._value(space, 0) for space in self.wiring.embedded()), *computed))
        heads = tuple(self._heads(number))
        writers = {space: head.id for head in heads for space in head.writes}
        values = [self._value(int(space[1:]), number, (head,)) for space, head in writers.items()]
        told = {value.cells for value in values}
        weights = [self._weight(head, number, place) for place, head in enumerate(heads)]
        return Layer(number, heads, (*(row for row in weights if row.cells not in told), *values), computed)

    def results(self) -> tuple[str, ...]:
        """The subspaces that the logits read."""
        return _ids(self.wiring.read())

    def _heads(self, layer: int) -> Iterator[Head]:
        for place, formula in enumerate(self.network.heads[layer - 1]):
            links = self.wiring.head(layer - 1, place)
            pattern = self.run.attention[layer - 1][place]
            yield Head(
                id=f"h{layer}.{place + 1}",
                name=f"head {layer}.{place + 1}",
                formula=formula,
                matrix=tuple(tuple(row) for row in (pattern > ATTENDED).tolist()),
                keys=_ids(links.keys),
                queries=_ids(links.queries),
                reads=_ids(links.reads),
                writes=_ids(links.writes),
                note="a query gives all keys that it attends to the same weight",
            )

    def _weight(self, head: Head, layer: int, place: int) -> Value:
        """The weight that each query gives to the keys that it attends to."""
        weights = self.run.attention[layer - 1][place].max(axis=1)
        name = f"weight in {head.name}"
        return Value(f"w{layer}.{place + 1}", name, name, "floats", _numbers(weights), (head.id,))

    def _value(self, number: int, layer: int, sources: tuple[str, ...] = ()) -> Value:
        space = self.wiring.subspaces[number]
        held = self.run.residual[layer][:, space.dims]
        cells = tuple(map(_code(space.values), held)) if space.values else _numbers(held[:, 0])
        return Value(f"s{number}", space.name, space.name, "values" if space.values else "floats", cells, sources)


def _ids(spaces: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"s{number}" for number in spaces)


def _numbers(row: Array) -> tuple[str, ...]:
    """Numbers as texts; a rounding error of zero is zero."""
    return tuple(f"{0 if abs(value) < ATTENDED else value:.3g}" for value in row.tolist())


def _code(values: tuple[str, ...]) -> Any:
    """How the ones of a position become the text of the value; nothing where there is none."""
    short = [_first(value) for value in values]
    return lambda held: " ".join(value for value, one in zip(short, held.tolist(), strict=True) if one > 0.5)


def _first(value: str) -> str:
    """The first of the values that one dimension stands for."""
    first, more, _ = value.partition(" or ")
    return f"{first} …" if more else first
