"""Makes a `Flow` from the architecture of a program and its values on one input.

The caller computes the values: those of `shown_nodes`, in the form of `Result`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Union

from rasp.architecture.plan import Plan, PlannedHead, Use, first_writings, sides_of
from rasp.architecture.report import Architecture
from rasp.draw.flow import Flow, FlowHead, FlowLayer, FlowValue
from rasp.graph.nodes import (
    Aggregate,
    Constant,
    Indices,
    Node,
    SelectorWidth,
    Tokens,
    is_selector,
    operands,
    topological,
)

Matrix = tuple[tuple[bool, ...], ...]

NOTES = {  # by role, the purpose of a head that computes a part of a width
    "or BOS": "the share of position 0 among the selected keys",
    "and BOS": "whether position 0 is selected",
    "all": "the share of the BOS position",
}


class CellTexts(NamedTuple):
    """The values of an s-op as texts, and their kind: "ints", "floats", "strings" or "bools"."""

    texts: tuple[str, ...]
    kind: str


Result = Union[CellTexts, Matrix]


def shown_nodes(plan: Plan) -> list[Node]:
    """The nodes whose values a drawing shows: the s-ops that the plan computes, and the selectors of its heads."""
    heads = [head.selector for layer in plan.layers for head in layer.heads]
    return [*_sops(plan), *dict.fromkeys(heads)]


def flow(architecture: Architecture, results: Mapping[Node, Result], tokens: tuple[str, ...], title: str) -> Flow:
    """The flow of an architecture on the input `tokens`; `results` has the values of `shown_nodes`."""
    builder = _FlowBuilder(architecture, results)
    layers = tuple(builder.layer(number) for number in range(len(architecture.plan.layers)))
    return Flow(title, architecture.summary, tokens, layers, builder.ids(architecture.plan.outputs))


def _sops(plan: Plan) -> list[Node]:
    """The s-ops to draw, in the order of the program. Of nodes with one normal form, only the first is drawn."""
    first = first_writings(plan.outputs, plan.form_of)
    computed = {node for layer in plan.layers for node in layer.computed}
    drawn = []
    for node in topological(plan.outputs):
        attended = isinstance(node, (Tokens, Indices, Aggregate)) and node in plan.layer_of
        if node in computed or (attended and first[plan.form_of[node]] is node):
            drawn.append(node)
    return drawn


class _FlowBuilder:
    """Assigns ids to the values and heads of a plan, and links them."""

    def __init__(self, architecture: Architecture, results: Mapping[Node, Result]) -> None:
        self.plan = architecture.plan
        self.words = architecture.words
        self.results = results
        self.sops = _sops(self.plan)
        self._ids = {self.plan.form_of[node]: f"v{number}" for number, node in enumerate(self.sops, 1)}
        self._writers: dict[Node, list[str]] = {}
        for number, layer in enumerate(self.plan.layers):
            for index, head in enumerate(layer.heads, 1):
                for use in head.uses:
                    result = use.result if is_selector(use.result) else self.plan.form_of[use.result]
                    self._writers.setdefault(result, []).append(f"h{number}.{index}")

    def layer(self, number: int) -> FlowLayer:
        here = [node for node in self.sops if self.plan.layer_of[node] == number]
        heads = enumerate(self.plan.layers[number].heads, 1)
        return FlowLayer(
            number,
            tuple(self._head(f"h{number}.{index}", head) for index, head in heads),
            tuple(self._value(node) for node in here if isinstance(node, Aggregate)),
            tuple(self._value(node) for node in here if not isinstance(node, Aggregate)),
        )

    def ids(self, nodes: Sequence[Node]) -> tuple[str, ...]:
        """The ids of these nodes. A node that is not drawn is replaced by the drawn nodes that it is computed from."""
        found: dict[str, None] = {}
        seen: set[Node] = set()
        stack = list(reversed(nodes))
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            form = self.plan.form_of.get(node)  # None for the comparison with position 0 that a width adds
            if form in self._ids:
                found[self._ids[form]] = None
            elif is_selector(node):
                found.update(dict.fromkeys(self._writers.get(node, ())))
            elif form is not None and not isinstance(form, Constant):
                stack.extend(reversed(operands(node)))
        return tuple(found)

    def _value(self, node: Node) -> FlowValue:
        cells = self.results[node]
        assert isinstance(cells, CellTexts)
        form = self.plan.form_of[node]
        attention = isinstance(node, (Aggregate, SelectorWidth))
        named = self.words.name(node) is not None
        return FlowValue(
            id=self._ids[form],
            name=self.words.words_for_write(node) if attention else self.words.short(node),
            formula=self.words.formula(node),
            kind=cells.kind,
            cells=cells.texts,
            sources=tuple(self._writers.get(form, ())) if attention else self.ids(operands(node)),
            minor=not (named or attention or node in self.plan.outputs or node in self.plan.read),
            definitions=tuple(self.words.definitions([node]).items()),
        )

    def _head(self, name: str, head: PlannedHead) -> FlowHead:
        matrix = self.results[head.selector]
        assert not isinstance(matrix, CellTexts)
        keys, queries = sides_of(head.selector)
        notes = [NOTES.get(use.role) or _constant_note(use) for use in head.uses]
        return FlowHead(
            id=name,
            name=self.words.name(head.selector) or "",
            formula=self.words.formula(head.selector),
            matrix=matrix,
            keys=self.ids(keys),
            queries=self.ids(queries),
            reads=self.ids([use.reads for use in head.uses if use.reads is not None]),
            writes=self.ids([use.result for use in head.uses if not is_selector(use.result)]),
            note="; ".join(dict.fromkeys(filter(None, notes))),
            definitions=tuple(self.words.definitions([head.selector]).items()),
        )


def _constant_note(use: Use) -> str:
    """A note for a head that reads a constant; empty for others."""
    return f"reads {use.reads.value!r:.40}" if isinstance(use.reads, Constant) else ""
