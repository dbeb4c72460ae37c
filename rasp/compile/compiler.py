"""The driver of the compiler: makes a network from a plan, a vocabulary and the length of the longest input.

Its steps are the heads, the values that can occur at each position, the layout of the stream, and the matrices.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.architecture.plan import Plan
from rasp.compile.budget import LISTED, Budget
from rasp.compile.domain import find_outcomes
from rasp.compile.enumeration import EnumeratedTables, are_few, count_positions, enumerate_outcomes, with_values
from rasp.compile.heads import NormalHead, heads_of, sources_of
from rasp.compile.layout import StreamLayout, make_layout
from rasp.compile.subspaces import subspaces
from rasp.compile.value_tables import Sites, Tables, check_sites
from rasp.compile.weights import BuiltWeights, build_weights, output_values
from rasp.errors import CannotCompile, TooManyValues
from rasp.graph.nodes import Atom, Node
from rasp.model.network import Network, config_of

TextOf = Callable[[Node], str]  # the text by which a user knows a node

SETS = 40_000_000  # steps that sets may take, if all inputs could be enumerated instead


@dataclass(frozen=True)
class CompiledNetwork:
    """A network and the intermediate results that it was made from."""

    network: Network
    layout: StreamLayout
    built: BuiltWeights
    tables: Tables
    plan: Plan

    def margin(self, dtype: str) -> float:
        """The narrowest gap that a unit resolves, as a multiple of the rounding error of such numbers.

        Infinite if no unit has to tell numbers apart.
        """
        finest = float(np.finfo(dtype).eps)
        reach = self._reach()
        found = [np.inf]
        for units in self.built.units.values():
            for unit in units:
                if unit.gap is not None:
                    size = sum(abs(weight) * reach.get(dim, 1.0) for dim, weight in unit.weights.items())
                    found.append(0.5 / (finest * (size + abs(unit.bias))))
        return float(min(found))

    def _reach(self) -> dict[int, float]:
        """The largest number that each channel of a head may hold, by dimension."""
        found: dict[int, float] = {}
        for piece in itertools.chain.from_iterable(self.layout.pieces.values()):
            for channel, column in zip(piece.channels, piece.numbers.T, strict=True):
                dim = self.layout.channels[channel]
                found[dim] = max(found.get(dim, 0.0), float(np.abs(column).max(initial=0.0)))
        return found


def compile_plan(
    plan: Plan,
    names: Sequence[str],
    vocabulary: Sequence[Atom],
    longest: int,
    causal: bool,
    say: TextOf,
    formula: TextOf | None = None,
) -> CompiledNetwork:
    """Compiles a plan that assumes a BOS position; `names` are the names of its outputs.

    `say` returns the name of a node, and `formula` the text of a head's selector (by default, what `say` returns).

    Raises CannotCompile and TooManyValues. The error holds the node.

    >>> from rasp.architecture.plan import make_plan
    >>> from rasp.graph.builders import compare, selector_width, tokens
    >>> plan = make_plan([selector_width(compare("==", tokens(), tokens()))], assume_bos=True)
    >>> network = compile_plan(plan, ["hist"], "ab", 4, False, lambda node: "x").network
    >>> from rasp.model.batch_inference import results
    >>> results(network, ["abba", "aaa"])[1]["hist"].values, network.config.n_heads
    ([3, 3, 3], (1,))
    """
    check_sites(len(vocabulary), longest, plan.outputs[0])
    tables, layout, made = _build(plan, names, vocabulary, longest, causal)
    cells = [layout.cells[plan.form_of[node]] for node in plan.outputs]
    values = [[atom for _, atom in output_values(cell, tables)] for cell in cells]
    config = config_of(made.weights, causal, vocabulary, dict(zip(names, values, strict=True)))
    selectors = [[(formula or say)(head.selector) for head in layer.heads] for layer in plan.layers[1:]]
    network = Network(config, made.weights, subspaces(layout, tables, plan, say), selectors)
    return CompiledNetwork(network, layout, made, tables, plan)


ModelParts = tuple[Tables, StreamLayout, BuiltWeights]


def _build(plan: Plan, names: Sequence[str], vocabulary: Sequence[Atom], longest: int, causal: bool) -> ModelParts:
    """Builds the model: from all inputs if they are few, else from sets, unless those are too large."""
    heads = heads_of(plan)
    if not are_few(len(vocabulary), longest):
        listable = count_positions(len(vocabulary), longest) <= LISTED
        budget = Budget(SETS, LISTED) if listable else Budget()
        try:
            return _build_from(plan, names, heads, _set_tables(heads, vocabulary, longest, causal, budget))
        except TooManyValues:
            if not listable:
                raise
    return _build_from(plan, names, heads, _input_tables(plan, heads, vocabulary, longest, causal))


def _set_tables(
    heads: list[NormalHead], vocabulary: Sequence[Atom], longest: int, causal: bool, budget: Budget
) -> Tables:
    tables = Tables(vocabulary, Sites(longest), sources_of(heads), budget)
    for head in heads:
        tables.add_outcomes(head.key, find_outcomes(head, tables, causal))
    return tables


def _input_tables(
    plan: Plan, heads: list[NormalHead], vocabulary: Sequence[Atom], longest: int, causal: bool
) -> Tables:
    inputs = with_values(plan.outputs, vocabulary, longest)
    tables = EnumeratedTables(vocabulary, Sites(longest), sources_of(heads), inputs)
    for head in heads:
        tables.add_outcomes(head.key, enumerate_outcomes(head, tables, causal))
    tables.rows(plan.form_of[node] for node in plan.outputs)  # all at once, because they may share parts
    return tables


def _build_from(plan: Plan, names: Sequence[str], heads: list[NormalHead], tables: Tables) -> ModelParts:
    outputs = [plan.form_of[node] for node in plan.outputs]
    for node, name in zip(outputs, names, strict=True):
        if not len(tables.table([node], about=node)):
            longest = tables.sites.longest
            raise CannotCompile(f"`{name}` has no value on any input of up to {longest} tokens of this vocabulary")
    layout = make_layout(outputs, heads, len(plan.heads_per_layer), tables)
    return tables, layout, build_weights(layout, tables, outputs)
