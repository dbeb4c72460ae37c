"""The compiler: enter a plan, a vocabulary and a length, leave a network with what each of its dimensions holds.

The driver reads as the steps do: heads, what can occur, layout, matrices.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.architecture.plan import Plan
from rasp.compile.budget import LISTED, Budget
from rasp.compile.domain import outcomes
from rasp.compile.heads import Head, heads_of, sources_of
from rasp.compile.labels import labels
from rasp.compile.layout import Layout, laid_out
from rasp.compile.listed import Listed, are_few, count_positions, listed_outcomes, with_values
from rasp.compile.tables import Places, Tables, check_places
from rasp.compile.weights import Built, built, output_values
from rasp.errors import CannotCompile, TooManyValues
from rasp.graph.nodes import Atom, Node
from rasp.model.network import Network, config_of

Say = Callable[[Node], str]  # how a user knows a node

SETS = 40_000_000  # steps that sets may take, where all inputs can be looked at in their place


@dataclass(frozen=True)
class Compiled:
    """A network, with how it was made."""

    network: Network
    layout: Layout
    built: Built
    tables: Tables
    plan: Plan

    def margin(self, dtype: str) -> float:
        """How many times the narrowest gap between two values is wider than what such numbers tell apart.

        Infinite where no unit has to tell numbers apart.
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


def compiled(
    plan: Plan,
    names: Sequence[str],
    vocabulary: Sequence[Atom],
    longest: int,
    causal: bool,
    say: Say,
    formula: Say | None = None,
) -> Compiled:
    """The network of a plan that assumes a position in front; `names` are those of its outputs.

    `say` names nodes, `formula` tells what a head's selector is; without one, it is named, too.

    Raises CannotCompile and TooManyValues, marked with the node.

    >>> from rasp.architecture.plan import make_plan
    >>> from rasp.graph.nodes import compare, selector_width, tokens
    >>> plan = make_plan([selector_width(compare("==", tokens(), tokens()))], assume_bos=True)
    >>> network = compiled(plan, ["hist"], "ab", 4, False, lambda node: "x").network
    >>> from rasp.model.fast import results
    >>> results(network, ["abba", "aaa"])[1]["hist"].values, network.config.n_heads
    ([3, 3, 3], (1,))
    """
    check_places(len(vocabulary), longest, plan.outputs[0])
    tables, layout, made = _made(plan, names, vocabulary, longest, causal)
    cells = [layout.cells[plan.form_of[node]] for node in plan.outputs]
    values = [[atom for _, atom in output_values(cell, tables)] for cell in cells]
    config = config_of(made.weights, causal, vocabulary, dict(zip(names, values, strict=True)))
    selectors = [[(formula or say)(head.selector) for head in layer.heads] for layer in plan.layers[1:]]
    network = Network(config, made.weights, labels(layout, tables, plan, say), selectors)
    return Compiled(network, layout, made, tables, plan)


Made = tuple[Tables, Layout, Built]


def _made(plan: Plan, names: Sequence[str], vocabulary: Sequence[Atom], longest: int, causal: bool) -> Made:
    """The matrices: from all inputs where they are few, else from sets, unless those are too large."""
    heads = heads_of(plan)
    if not are_few(len(vocabulary), longest):
        listable = count_positions(len(vocabulary), longest) <= LISTED
        budget = Budget(SETS, LISTED) if listable else Budget()
        try:
            return _from_tables(plan, names, heads, _of_sets(heads, vocabulary, longest, causal, budget))
        except TooManyValues:
            if not listable:
                raise
    return _from_tables(plan, names, heads, _of_inputs(plan, heads, vocabulary, longest, causal))


def _of_sets(heads: list[Head], vocabulary: Sequence[Atom], longest: int, causal: bool, budget: Budget) -> Tables:
    tables = Tables(vocabulary, Places(longest), sources_of(heads), budget)
    for head in heads:
        tables.found(head.key, outcomes(head, tables, causal))
    return tables


def _of_inputs(plan: Plan, heads: list[Head], vocabulary: Sequence[Atom], longest: int, causal: bool) -> Tables:
    inputs = with_values(plan.outputs, vocabulary, longest)
    tables = Listed(vocabulary, Places(longest), sources_of(heads), inputs)
    for head in heads:
        tables.found(head.key, listed_outcomes(head, tables, causal))
    tables.rows(plan.form_of[node] for node in plan.outputs)  # all at once: each is a part of others, maybe
    return tables


def _from_tables(plan: Plan, names: Sequence[str], heads: list[Head], tables: Tables) -> Made:
    outputs = [plan.form_of[node] for node in plan.outputs]
    for node, name in zip(outputs, names, strict=True):
        if not len(tables.table([node], about=node)):
            longest = tables.places.longest
            raise CannotCompile(f"`{name}` has no value on any input of up to {longest} tokens of this vocabulary")
    layout = laid_out(outputs, heads, len(plan.heads_per_layer), tables)
    return tables, layout, built(layout, tables, outputs)
