"""Finds the shortest order of attention (a) and feed-forward (f) sublayers that can compute a program.

The embedding can hold any function of the token and any function of the index, but no function of both. So a
feed-forward sublayer is needed where an elementwise value reads the result of attention, or a token and an index
together. A beam search extends orders by one sublayer at a time; an order is dropped if another one of the same length
has computed as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from rasp.architecture.plan import Plan, first_writings
from rasp.graph.nodes import (
    Aggregate,
    Constant,
    Indices,
    Map,
    Node,
    SelectorWidth,
    Tokens,
    is_selector,
    operands,
    topological,
)

STATES = 100, 1_000  # least and most width of the beam
WORK = 1_000_000  # width times the number of steps of the program, which decides between the two
RIVALS = 50  # orders that have computed most, with which each other one is compared


@dataclass(frozen=True)
class SublayerStep:
    """A value that a sublayer of the kind `sublayer` computes; the bits of `needs` are the steps that come before."""

    sublayer: str
    needs: int
    form: Node
    result: Node  # the node, as the program first writes it


@dataclass(frozen=True)
class SublayerOrder:
    """The shortest order that was found; `proved` is true if no order is shorter."""

    sublayers: str
    proved: bool


@dataclass(frozen=True)
class OrderState:
    """An order of sublayers, the steps that it has done, as bits, and those that are ready."""

    order: str
    done: int
    ready: tuple[int, ...]


def shortest_order(plan: Plan) -> SublayerOrder:
    """The shortest order of sublayers for a plan.

    >>> from rasp.architecture.plan import make_plan
    >>> from rasp.graph.builders import length, tokens
    >>> shortest_order(make_plan([length()])).sublayers, shortest_order(make_plan([tokens()])).sublayers
    ('af', '')
    """
    steps = _Steps(plan)
    states = [steps.start]
    most = min(max(WORK // (len(steps.steps) + 1), STATES[0]), STATES[1])
    proved = True
    while all(state.ready for state in states):
        later = [steps.after(letter, state) for state in states for letter in "af" if steps.has(letter, state)]
        states = _prune(later)
        proved = proved and len(states) <= most
        del states[most:]
    return SublayerOrder(next(state.order for state in states if not state.ready), proved)


def missing(plan: Plan, order: str) -> tuple[Node, ...]:
    """The lasting values that an order of sublayers does not compute; none if the program fits it.

    >>> from rasp.architecture.plan import make_plan
    >>> from rasp.graph.builders import length
    >>> plan = make_plan([length()])
    >>> len(missing(plan, "fa")), len(missing(plan, "aaf"))
    (1, 0)
    """
    steps = _Steps(plan)
    state = steps.start
    for letter in order:
        state = steps.after(letter, state)
    left = (step.result for number, step in enumerate(steps.steps) if not state.done >> number & 1)
    return tuple(dict.fromkeys(node for node in left if node in plan.lasting))


def mixed_values(plan: Plan) -> set[Node]:
    """The elementwise values that read both tokens and indices, and no attention."""
    forms = {step.form for step in _Steps(plan).steps if step.sublayer == "f" and not step.needs}
    return {node for node, form in plan.form_of.items() if form in forms}


def _prune(states: list[OrderState]) -> list[OrderState]:
    """The states without those that have done no more than another one; most steps first, then least attention."""
    kept: list[OrderState] = []
    for state in sorted(states, key=lambda state: (-state.done.bit_count(), state.order.count("a"), state.order)):
        if not any(state.done & other.done == state.done for other in kept[:RIVALS]):
            kept.append(state)
    return kept


# ----------------------------------------------------------------------------------------------------------- steps


class _Steps:
    """The steps of a program, each after those that it needs, and how sublayers do them."""

    def __init__(self, plan: Plan) -> None:
        self.steps: list[SublayerStep] = []
        self._behind: dict[Node, int] = {}  # the steps after which a node is available
        self._sources: dict[Node, int] = {}  # for values of feed-forwards: the steps that come before them
        self._inputs: dict[Node, frozenset[str]] = {}  # for values that the embedding can hold: what they read
        self._first = first_writings(plan.outputs, plan.form_of)
        forms = [plan.form_of[node] for node in plan.outputs]
        for form in topological(forms):
            self._behind[form] = self._step(form)
        for form in filter(is_selector, forms):
            self._add("a", self._behind[form], form)
        self._users: list[list[int]] = [[] for _ in self.steps]
        for number, step in enumerate(self.steps):
            for needed in _bits(step.needs):
                self._users[needed].append(number)

    @property
    def start(self) -> OrderState:
        """The state before the first sublayer."""
        return OrderState("", 0, tuple(number for number, step in enumerate(self.steps) if not step.needs))

    def has(self, letter: str, state: OrderState) -> bool:
        """Whether a sublayer of this kind has a step to do next."""
        return any(self.steps[number].sublayer == letter for number in state.ready)

    def after(self, letter: str, state: OrderState) -> OrderState:
        """The state after one more sublayer, which does all ready steps of its kind: no step hinders another."""
        able = [number for number in state.ready if self.steps[number].sublayer == letter]
        done = state.done | _union(1 << number for number in able)
        users = {user for number in able for user in self._users[number]}
        released = [user for user in users if self.steps[user].needs & done == self.steps[user].needs]
        waiting = [number for number in state.ready if self.steps[number].sublayer != letter]
        return OrderState(state.order + letter, done, tuple(sorted(waiting + released)))

    def _step(self, form: Node) -> int:
        """Add the step that computes a node, if it needs one; return the steps after which the node is available."""
        waiting = _union(self._behind[part] for part in operands(form))
        match form:
            case Aggregate():
                return self._add("a", waiting, form)
            case SelectorWidth():
                self._sources[form] = self._add("a", waiting, form)
                return self._add("f", self._sources[form], form)
            case Map() if not self._fits_embedding(form):
                parts = form.operands
                self._sources[form] = _union(self._sources.get(part, self._behind[part]) for part in parts)
                return self._add("f", self._sources[form], form)
            case Tokens() | Indices() | Constant():
                self._inputs[form] = frozenset() if isinstance(form, Constant) else frozenset([type(form).__name__])
        return waiting

    def _fits_embedding(self, form: Map) -> bool:
        """Whether the embedding can hold an elementwise value: a function of the token alone, or of the index alone."""
        if not all(part in self._inputs for part in form.operands):
            return False
        inputs = frozenset[str]().union(*(self._inputs[part] for part in form.operands))
        if len(inputs) < 2:
            self._inputs[form] = inputs
        return len(inputs) < 2

    def _add(self, sublayer: str, needs: int, form: Node) -> int:
        self.steps.append(SublayerStep(sublayer, needs, form, self._first.get(form, form)))
        return 1 << len(self.steps) - 1


def _union(marks: Iterable[int]) -> int:
    return reduce(int.__or__, marks, 0)


def _bits(marks: int) -> list[int]:
    """The indices of the set bits."""
    found = []
    while marks:
        found.append((marks & -marks).bit_length() - 1)
        marks &= marks - 1
    return found
