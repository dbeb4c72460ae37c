"""Makes a `Flow` from the architecture of a program and its values on one input.

A width is counted as two heads, or as one in a model with a BOS position. A drawing shows it as the program has it: as
one head on the selector itself, in the layer of the width, with the counted heads as its parts. With `as_built`, the
counted heads are drawn.

The caller computes the values: those of `shown_nodes`, in the form of `DrawableValues`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
COUNTED = "how many keys are selected"  # the note of a head that is drawn for a width

NOTES = {  # by role, the purpose of a head that computes a part of a width
    "or BOS": "the share of position 0 among the selected keys",
    "and BOS": "whether position 0 is selected",
    "all": "the share of the BOS position",
}


class CellTexts(NamedTuple):
    """The values of an s-op as texts, and their kind: "ints", "floats", "strings" or "bools"."""

    texts: tuple[str, ...]
    kind: str


DrawableValues = Union[CellTexts, Matrix]


@dataclass
class DrawnHead:
    """A head of a drawing: its selector, its uses, and the heads of the plan that compute them, with their layers."""

    selector: Node
    uses: list[Use]
    built_of: dict[PlannedHead, int]

    @property
    def widths(self) -> list[Use]:
        """The uses that are parts of widths."""
        return [use for use in self.uses if use.role in NOTES]


def drawn_heads(plan: Plan, as_built: bool = False) -> list[list[DrawnHead]]:
    """The heads to draw in each layer: those of the plan, but one for each width on the width's own selector.

    Uses of one selector in one layer share a head.
    """
    layers: list[dict[Node, DrawnHead]] = [{} for _ in plan.layers]
    for number, layer in enumerate(plan.layers):
        for head in layer.heads:
            for use in head.uses:
                where, selector = (number, head.selector) if as_built else _as_written(plan, number, head, use)
                key = plan.form_of.get(selector, selector)
                drawn = layers[where].setdefault(key, DrawnHead(selector, [], {}))
                drawn.uses.append(use)
                drawn.built_of.setdefault(head, number)
    return [list(layer.values()) for layer in layers]


def _as_written(plan: Plan, number: int, head: PlannedHead, use: Use) -> tuple[int, Node]:
    """The layer and the selector with which a use is drawn."""
    if isinstance(use.result, SelectorWidth) and use.role in NOTES:
        return plan.layer_of[use.result], use.result.selector
    return number, head.selector


def shown_nodes(plan: Plan) -> list[Node]:
    """The nodes whose values a drawing shows: the s-ops that the plan computes, and the selectors of its heads."""
    planned = [head.selector for layer in plan.layers for head in layer.heads]
    written = [head.selector for layer in drawn_heads(plan) for head in layer]
    return [*_sops(plan), *dict.fromkeys([*planned, *written])]


def flow(
    architecture: Architecture,
    results: Mapping[Node, DrawableValues],
    tokens: tuple[str, ...],
    title: str,
    as_built: bool = False,
) -> Flow:
    """The flow of an architecture on the input `tokens`; `results` has the values of `shown_nodes`."""
    builder = _FlowBuilder(architecture, results, as_built)
    layers = tuple(builder.layer(number) for number in range(len(architecture.plan.layers)))
    return Flow(title, architecture.summary, tokens, layers, builder.ids(architecture.plan.outputs))


def _sops(plan: Plan) -> list[Node]:
    """The s-ops to draw, in the order of the program. Of nodes with the same normal form, only the first is drawn."""
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

    def __init__(self, architecture: Architecture, results: Mapping[Node, DrawableValues], as_built: bool) -> None:
        self.plan = architecture.plan
        self.words = architecture.words
        self.results = results
        self.sops = _sops(self.plan)
        self._ids = {self.plan.form_of[node]: f"v{number}" for number, node in enumerate(self.sops, 1)}
        self.heads = drawn_heads(self.plan, as_built)
        self._as_built = as_built
        self._writers: dict[Node, list[str]] = {}
        for number, layer in enumerate(self.heads):
            for index, head in enumerate(layer, 1):
                for use in head.uses:
                    result = use.result if is_selector(use.result) else self.plan.form_of[use.result]
                    self._writers.setdefault(result, []).append(f"h{number}.{index}")

    def layer(self, number: int) -> FlowLayer:
        here = [node for node in self.sops if self.plan.layer_of[node] == number]
        heads = enumerate(self.heads[number], 1)
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
            sources=tuple(dict.fromkeys(self._writers.get(form, ()))) if attention else self.ids(operands(node)),
            minor=not (named or attention or node in self.plan.outputs or node in self.plan.read),
            definitions=tuple(self.words.definitions([node]).items()),
        )

    def _head(self, name: str, head: DrawnHead) -> FlowHead:
        keys, queries = sides_of(head.selector)
        written = bool(head.widths) and not self._as_built
        return FlowHead(
            id=name,
            name=self.words.name(head.selector) or "",
            formula=self.words.formula(head.selector),
            matrix=self._matrix(head.selector),
            keys=self.ids(keys),
            queries=self.ids(queries),
            reads=self.ids([use.reads for use in head.uses if use.reads is not None]),
            writes=self.ids([use.result for use in head.uses if not is_selector(use.result)]),
            note=_written_note(head) if written else _note(head.uses),
            definitions=tuple(self.words.definitions([head.selector]).items()),
            parts=tuple(self._part(head, built, layer) for built, layer in head.built_of.items()) if written else (),
            counted=len(head.built_of),
            bos=self.plan.assume_bos,
        )

    def _part(self, head: DrawnHead, built: PlannedHead, layer: int) -> FlowHead:
        """A head of the plan that computes a part of what the drawn head shows."""
        note = _note([use for use in head.uses if use in built.uses])
        formula = self.words.formula(built.selector)
        name = self.words.name(built.selector) or ""
        return FlowHead("", name, formula, self._matrix(built.selector), note=note, label=f"layer {layer}")

    def _matrix(self, selector: Node) -> Matrix:
        matrix = self.results[selector]
        assert not isinstance(matrix, CellTexts)
        return matrix


def _note(uses: Sequence[Use]) -> str:
    """What a head of the plan is for, if the program does not show that."""
    notes = [NOTES.get(use.role) or _constant_note(use) for use in uses]
    return "; ".join(dict.fromkeys(filter(None, notes)))


def _written_note(head: DrawnHead) -> str:
    """The note of a head that stands for the heads of a width: "1 drawn, 2 counted"."""
    others = [use for use in head.uses if use.role not in NOTES]
    count = len(head.built_of)
    return "; ".join(filter(None, [f"1 drawn, {count} counted" if count > 1 else "", COUNTED, _note(others)]))


def _constant_note(use: Use) -> str:
    """A note for a head that reads a constant; empty for others."""
    return f"reads {use.reads.value!r:.40}" if isinstance(use.reads, Constant) else ""
