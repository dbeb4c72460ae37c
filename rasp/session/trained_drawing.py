"""Draws a run of a trained model: the heads with their weights, and beside them the selectors that they are most like.

A trained model names no subspaces. Its file has the program's selectors as text, if it was trained on a program; they
are evaluated here. The drawing has the tokens, for each layer its heads and selectors, and the output.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasp.draw.flow import Flow, FlowHead, FlowLayer, FlowValue
from rasp.engine.evaluate import evaluate
from rasp.errors import RaspError
from rasp.graph.atoms import kind_of
from rasp.graph.nodes import Atom, Node
from rasp.model.arrays import Array
from rasp.model.network import Network
from rasp.model.report import sizes
from rasp.model.subspaces import BOS
from rasp.present.names import show_input
from rasp.present.text import element_text
from rasp.source.program import ProgramText
from rasp.source.reading import load_nodes

HALF = 0.5  # a key counts as attended to from this share of the largest weight in its row
TOKENS, OUTPUT, EXPECTED = "tokens", "output", "expected"  # ids of values


def trained_flow(network: Network, given: tuple[Atom, ...]) -> Flow:
    """The flow of a run of a trained network on an input. Raises BadInput, SequenceTooLong."""
    run = network.run(given)
    told = _TrainingRecord(network, given)
    layers = range(1, network.config.n_layers + 1)
    name = next(iter(network.config.outputs))
    bos = (BOS,) if network.config.first else ()
    shown = (*bos, *map(element_text, given))
    tokens = FlowValue(TOKENS, "tokens", "tokens", "strings", shown)
    heads = [tuple(_heads(network, layer, run.attention[layer - 1], told)) for layer in layers]
    values = network.config.outputs[name]
    found = [values[number] for number in network.numbers(run.logits)[name][network.config.first :].tolist()]
    last = tuple(head.id for head in heads[-1] if head.weights) if heads else (TOKENS,)
    output = _value(OUTPUT, name, "the model's output", found, bos, last)
    rows = (output, *([_value(EXPECTED, f"{name} (program)", "", told.expected, bos)] if told.expected else ()))
    made = [FlowLayer(number, cards, (), rows if number == len(heads) else ()) for number, cards in enumerate(heads, 1)]
    first = FlowLayer(0, (), (), (tokens, *(() if heads else rows)))
    return Flow(f"model of {name}({show_input(given)})", sizes(network), shown, (first, *made), (OUTPUT,), bool(bos))


def _value(
    id: str, name: str, formula: str, atoms: list[Atom], bos: tuple[str, ...], sources: tuple[str, ...] = ()
) -> FlowValue:
    """A row of values; there is none at the BOS position."""
    cells = ("",) * len(bos) + tuple(map(element_text, atoms))
    return FlowValue(id, name, formula, f"{kind_of(atoms[0])}s", cells, sources)


class _TrainingRecord:
    """What a model records of the program that it was trained on: its output and its selectors on the input."""

    def __init__(self, network: Network, given: tuple[Atom, ...]) -> None:
        self.expected: list[Atom] = []
        self.matches: list[tuple[dict[str, Any], Array]] = []
        try:
            nodes = _nodes(network.training)
            matches = [dict(match) for match in network.training.get("attention", ())]
            if nodes:
                column, *matrices = evaluate(nodes, [given])[0]
                self.expected = column.values
                self.matches = list(zip(matches, matrices, strict=True))
        except (RaspError, TypeError, ValueError, AttributeError):
            self.expected, self.matches = [], []  # a file may hold anything; the model is drawn without it

    def of(self, layer: int, head: int) -> Iterator[tuple[dict[str, Any], Array]]:
        """The selectors that a head is most like, with their matrices."""
        return (
            (match, matrix)
            for match, matrix in self.matches
            if (match.get("layer"), match.get("head")) == (layer, head)
        )


def _nodes(training: dict[str, Any]) -> list[Node]:
    """The program's output and its selectors; nothing if the model was trained on examples."""
    source, names = training.get("program"), training.get("names")
    if not isinstance(source, str) or not isinstance(names, list):
        return []
    return load_nodes(ProgramText(source, tuple(map(str, names))))


def _heads(network: Network, layer: int, patterns: Array, told: _TrainingRecord) -> Iterator[FlowHead]:
    """The heads of a layer, each before the selectors that it is most like."""
    for number, pattern in enumerate(patterns, 1):
        held = pattern >= HALF * pattern.max(axis=1, keepdims=True)
        yield FlowHead(
            id=f"h{layer}.{number}",
            name="",
            formula=network.heads[layer - 1][number - 1],
            matrix=_rows(held),
            keys=(TOKENS,),
            queries=(TOKENS,),
            weights=tuple(tuple(round(weight, 4) for weight in row) for row in pattern.tolist()),
            label=f"head {layer}.{number}",
        )
        for index, (match, matrix) in enumerate(told.of(layer, number)):
            planned = f"counted in layer {match.get('planned_layer')}"
            likeness = f"weight {match.get('weight', 0):.2f}, correlation {match.get('correlation', 0):.2f}"
            first = network.config.first
            whole = ((False,) * (len(matrix) + first),) * first + tuple((False,) * first + row for row in _rows(matrix))
            yield FlowHead(
                id=f"s{layer}.{number}.{index}",
                name="",
                formula=str(match.get("selector")),
                matrix=whole,
                keys=(TOKENS,),
                queries=(TOKENS,),
                note=f"{planned}; {likeness}",
                label="selector",
            )


def _rows(matrix: Array) -> tuple[tuple[bool, ...], ...]:
    return tuple(map(tuple, matrix.tolist()))
