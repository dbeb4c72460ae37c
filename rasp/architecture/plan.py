"""Plans which layers and heads compute given s-ops and selectors ("Thinking Like Transformers", section 4).

An aggregate becomes one task, as does a selector that is asked for; a width becomes two, or one in a model with a BOS
position. A task has the pattern that it uses and the tasks that it has to wait for; `schedule.py` places the tasks in
layers. Tasks with the same pattern in the same layer share a head. The plan refers to the program's own nodes: of
several with one normal form, to the first. Its order is that of first appearance in the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rasp.architecture.normal import Normal
from rasp.architecture.problem import SchedulingProblem
from rasp.architecture.schedule import schedule_tasks
from rasp.graph import builders as graph
from rasp.graph.nodes import (
    Aggregate,
    Best,
    Compare,
    Constant,
    Map,
    Nearest,
    Node,
    SelectorWidth,
    is_selector,
    operands,
    topological,
)


@dataclass(frozen=True)
class Use:
    """One use of an attention pattern: what the head reads through it, and the result.

    `role` is "values" for an aggregate; "or BOS", "and BOS" or "all" for a width, which is built of the first two, or
    of the last one alone in a model with a BOS position; "pattern" for a selector that is asked for itself.
    """

    role: str
    selector: Node
    reads: Node | None
    result: Node


@dataclass(frozen=True)
class PlannedHead:
    """A head: its pattern as the program first writes it, and its uses; `single` is false if one head is not enough."""

    selector: Node
    uses: tuple[Use, ...]
    single: bool


@dataclass(frozen=True)
class PlannedLayer:
    """Heads, and the elementwise values (Map nodes) and widths that are computed after them. Layer 0 has no heads."""

    heads: tuple[PlannedHead, ...]
    computed: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """The layer of everything that `outputs` are made of.

    `layers[0]` is what precedes the first attention. `layer_of` has the layer after which each s-op is available, and
    `depth_of` the first layer after which it can be in any plan. `form_of` has the normal form of each node. `proved`
    is true if no plan with as few layers has fewer heads in its widest layer, and `fewest` if no plan of the same
    depth and width has fewer heads in all.
    """

    outputs: tuple[Node, ...]
    layers: tuple[PlannedLayer, ...]
    layer_of: dict[Node, int]
    depth_of: dict[Node, int]
    form_of: dict[Node, Node]
    proved: bool
    fewest: bool
    assume_bos: bool

    @cached_property
    def heads_per_layer(self) -> tuple[int, ...]:
        return tuple(len(layer.heads) for layer in self.layers[1:])

    @cached_property
    def read(self) -> frozenset[Node]:
        """The selectors of heads, and the s-ops that heads compare or read."""
        heads = [head for layer in self.layers for head in layer.heads]
        selectors = [head.selector for head in heads]
        read = (use.reads for head in heads for use in head.uses if use.reads is not None)
        return frozenset([*selectors, *sops_of(*selectors), *read])

    @cached_property
    def lasting(self) -> frozenset[Node]:
        """The values that outlast the sublayer that computes them: outputs, and what heads or later layers read."""
        found = {*self.outputs, *self.read}
        for node, number in self.layer_of.items():
            if isinstance(node, Map):
                found.update(part for part in node.operands if self.layer_of.get(part, number) < number)
        return frozenset(found)


def make_plan(outputs: Sequence[Node], assume_bos: bool = False) -> Plan:
    """The plan with the fewest layers, then the fewest heads in the widest layer, then the fewest heads in all.

    `assume_bos`: the model has a BOS position of its own, so that a `selector_width` needs one head, not two.

    >>> from rasp.graph.builders import compare, selector_width, tokens
    >>> same = compare("==", tokens(), tokens())
    >>> make_plan([selector_width(same)]).heads_per_layer, make_plan([selector_width(same)], True).heads_per_layer
    ((2,), (1,))
    """
    tasks = _Tasks(outputs, assume_bos)
    schedule = schedule_tasks(tasks.problem)
    layer_of = tasks.layers(schedule.layers)
    heads, computed = _heads(tasks, schedule.layers), _values_by_layer(tasks, layer_of)
    numbers = range(tasks.problem.depth + 1)
    layers = tuple(PlannedLayer(tuple(heads.get(number, ())), tuple(computed.get(number, ()))) for number in numbers)
    depth_of = tasks.layers(tasks.problem.earliest)
    proofs = schedule.proved, schedule.fewest
    return Plan(tuple(outputs), layers, layer_of, depth_of, tasks.form_of, *proofs, assume_bos)


def first_writings(outputs: Iterable[Node], form_of: Mapping[Node, Node]) -> dict[Node, Node]:
    """For each normal form the node that represents it: an output, or else the first that the program writes."""
    first: dict[Node, Node] = {}
    for node in (*outputs, *form_of):
        first.setdefault(form_of[node], node)
    return first


def sops_of(*tops: Node) -> list[Node]:
    """The s-ops that nodes read, directly or through selectors, in the order in which they are written.

    >>> from rasp.graph.builders import aggregate, compare, constant, indices, tokens
    >>> node = aggregate(compare("==", indices(), constant(0)), tokens())
    >>> [type(part).__name__ for part in sops_of(node)]
    ['Indices', 'Constant', 'Tokens']
    """
    return [part for part in _reachable(tops) if not is_selector(part)]


def selectors_of(*tops: Node) -> list[Node]:
    """The selectors that selectors are made of, in the order in which they are written.

    >>> from rasp.graph.builders import compare, full, indices, negation, tokens
    >>> [type(part).__name__ for part in selectors_of(negation(compare("==", tokens(), indices())))]
    ['Compare']
    """
    return [part for part in _reachable(tops) if is_selector(part)]


def sides_of(selector: Node) -> tuple[list[Node], list[Node]]:
    """The s-ops that a selector reads at the keys, and those that it reads at the queries.

    >>> from rasp.graph.builders import both, compare, indices, tokens
    >>> same, earlier = compare("==", tokens(), tokens()), compare("<", indices(), indices())
    >>> [[type(part).__name__ for part in side] for side in sides_of(both(same, earlier))]
    [['Tokens', 'Indices'], ['Tokens', 'Indices']]
    """
    keys: dict[Node, None] = {}
    queries: dict[Node, None] = {}
    for part in [selector, *_reachable([selector])]:
        match part:
            case Compare():
                keys[part.keys] = queries[part.queries] = None
            case Best():
                keys[part.scores] = None
            case Nearest():
                keys[graph.indices()] = queries[graph.indices()] = None
    return list(keys), list(queries)


def _reachable(tops: Iterable[Node]) -> list[Node]:
    """The s-ops and selectors that can be reached through selectors alone, in the order in which they are written."""
    found: dict[Node, None] = {}
    stack = [part for node in tops for part in operands(node)][::-1]
    while stack:
        part = stack.pop()
        if part not in found:
            found[part] = None
            stack.extend(reversed(operands(part)) if is_selector(part) else ())
    return list(found)


class _Tasks:
    """The tasks of a program, in the order in which the program first writes them."""

    def __init__(self, outputs: Sequence[Node], assume_bos: bool) -> None:
        normal = Normal()
        self.assume_bos = assume_bos
        self.uses: list[Use] = []
        self.patterns: list[Node] = []  # of each use, in normal form
        self._needs: dict[Node, frozenset[int]] = {}  # for each normal form the tasks that it waits for directly
        self._order = topological(outputs)
        self.form_of = normal.of_all(self._order)
        self.first_of = first_writings(outputs, self.form_of)
        self._task_needs: list[frozenset[int]] = []
        self.used = set(topological(self.form_of[node] for node in outputs))
        for node in self._order:
            form = self.form_of[node]
            attention = isinstance(form, (Aggregate, SelectorWidth))
            if form not in self._needs and not is_selector(form) and (form in self.used or not attention):
                self._needs[form] = self._add(node, form, normal)
        for node in outputs:
            if is_selector(node):
                self._use(Use("pattern", node, None, node), self.form_of[node], self._needs_of(self.form_of[node]))

    @cached_property
    def problem(self) -> SchedulingProblem:
        numbers: dict[Node, int] = {}
        patterns = tuple(numbers.setdefault(pattern, len(numbers)) for pattern in self.patterns)
        return SchedulingProblem(patterns, tuple(tuple(sorted(needs)) for needs in self._task_needs))

    def layers(self, placed: Sequence[int]) -> dict[Node, int]:
        """The layer after which each node of the program is available."""
        known: dict[Node, int] = {}
        for node in self._order:
            form = self.form_of[node]
            if form in self._needs:
                known[node] = max((placed[task] for task in self._needs_of(form)), default=0)
        return known

    def _add(self, node: Node, form: Node, normal: Normal) -> frozenset[int]:
        """The tasks that an s-op waits for directly: its own attention, or what its operands wait for."""
        if isinstance(form, Aggregate) and isinstance(node, Aggregate):
            use = Use("values", node.selector, node.values, self.first_of[form])
            return frozenset([self._use(use, form.selector, self._needs_of(form.selector) | self._needs[form.values])])
        if isinstance(form, SelectorWidth) and isinstance(node, SelectorWidth):
            behind = self._needs_of(form.selector)
            parts = _width_parts(node, self.first_of[form], self.assume_bos)
            return frozenset(self._use(use, normal(use.selector), behind) for use in parts)
        return frozenset().union(*(self._needs.get(part, ()) for part in operands(form)))

    def _use(self, use: Use, pattern: Node, needs: frozenset[int]) -> int:
        self.uses.append(use)
        self.patterns.append(pattern)
        self._task_needs.append(needs)
        return len(self.uses) - 1

    def _needs_of(self, form: Node) -> frozenset[int]:
        """The tasks that a normal form waits for directly; a selector waits for the s-ops that it compares."""
        for part in topological([form], self._needs):
            self._needs[part] = frozenset().union(*(self._needs[below] for below in operands(part)))
        return self._needs[form]


def _width_parts(node: SelectorWidth, result: Node, assume_bos: bool) -> list[Use]:
    """The heads that a width is built of.

    The share of a position that every query selects tells how many keys there are. In a model with a BOS position that
    is the share of BOS under `sel`. In others position 0 stands in for it: the width is 1 / (its share of `sel or
    position 0`) - 1, plus 1 where `sel` itself selects position 0.
    """
    if assume_bos:
        return [Use("all", node.selector, None, result)]
    bos = graph.compare("==", graph.indices(), graph.constant(0))
    return [
        Use("or BOS", graph.either(node.selector, bos), None, result),
        Use("and BOS", graph.both(node.selector, bos), None, result),
    ]


def _heads(tasks: _Tasks, placed: Sequence[int]) -> dict[int, list[PlannedHead]]:
    """The heads of each layer, in the order in which the program first writes their patterns."""
    groups: dict[tuple[int, Node], list[Use]] = {}
    for use, pattern, layer in zip(tasks.uses, tasks.patterns, placed, strict=True):
        groups.setdefault((layer, pattern), []).append(use)
    heads: dict[int, list[PlannedHead]] = {}
    hard = _selectors_with_best(tasks.patterns)
    for (layer, pattern), uses in groups.items():
        heads.setdefault(layer, []).append(PlannedHead(uses[0].selector, tuple(uses), _is_single(pattern, uses, hard)))
    return heads


def _is_single(pattern: Node, uses: Iterable[Use], hard: set[Node]) -> bool:
    """Whether one head can compute a pattern: `best` may only be its outermost operation, and not part of a width."""
    if all(use.role in ("values", "pattern") for use in uses):
        while isinstance(pattern, (Best, Nearest)):
            pattern = pattern.selector
    return pattern not in hard


def _selectors_with_best(patterns: Iterable[Node]) -> set[Node]:
    """The selectors whose formula contains `best`."""
    found: set[Node] = set()
    for part in topological(patterns):
        if is_selector(part) and (isinstance(part, (Best, Nearest)) or not found.isdisjoint(operands(part))):
            found.add(part)
    return found


def _values_by_layer(tasks: _Tasks, layer_of: dict[Node, int]) -> dict[int, list[Node]]:
    """The elementwise values and widths of each layer, each as the program first writes it."""
    computed: dict[int, list[Node]] = {}
    for node, layer in layer_of.items():
        form = tasks.form_of[node]
        elementwise = isinstance(node, (Map, SelectorWidth)) and not isinstance(form, Constant)
        if elementwise and form in tasks.used and tasks.first_of[form] is node:
            computed.setdefault(layer, []).append(node)
    return computed
