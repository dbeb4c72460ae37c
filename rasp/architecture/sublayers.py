"""The order of sublayers that a program fits: a plan goes in, a word of attention (a) and feed-forward (f) comes out.

The embedding holds any function of one token and any function of one index, but none of both. So a feed-forward
sublayer is needed where an elementwise value reads the result of attention, or a token and an index together.
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

STATES = 100, 1_000  # how many ways to have begun a search for the shortest order keeps, at least and at most
WORK = 1_000_000  # steps in all these ways together, between the two
RIVALS = 50  # of those that have done most, with how many each other one is compared


@dataclass(frozen=True)
class SublayerStep:
    """A value that a sublayer of its kind gives, once the steps that `needs` marks with bits are done."""

    sublayer: str
    needs: int
    form: Node
    result: Node  # as the program first writes it


@dataclass(frozen=True)
class SublayerOrder:
    """The shortest order that was found; `proved` where none is shorter."""

    sublayers: str
    proved: bool


@dataclass(frozen=True)
class OrderState:
    """How far an order of sublayers has come: the steps done, as bits, and those that could be done next."""

    order: str
    done: int
    ready: tuple[int, ...]


def shortest_order(plan: Plan) -> SublayerOrder:
    """The shortest order of sublayers.

    >>> from rasp.architecture.plan import make_plan
    >>> from rasp.graph.nodes import length, tokens
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
    """The lasting values that are still to be computed after these sublayers; none where the program fits.

    >>> from rasp.architecture.plan import make_plan
    >>> from rasp.graph.nodes import length
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


def mixed(plan: Plan) -> set[Node]:
    """The elementwise values of tokens and indices together that need no attention."""
    forms = {step.form for step in _Steps(plan).steps if step.sublayer == "f" and not step.needs}
    return {node for node, form in plan.form_of.items() if form in forms}


def _prune(states: list[OrderState]) -> list[OrderState]:
    """The states that have done what no other one has, those that have done most first, with little attention."""
    kept: list[OrderState] = []
    for state in sorted(states, key=lambda state: (-state.done.bit_count(), state.order.count("a"), state.order)):
        if not any(state.done & other.done == state.done for other in kept[:RIVALS]):
            kept.append(state)
    return kept


# ----------------------------------------------------------------------------------------------------------- steps


class _Steps:
    """The steps of a program, each after those that it needs."""

    def __init__(self, plan: Plan) -> None:
        self.steps: list[SublayerStep] = []
        self._behind: dict[Node, int] = {}  # the steps that must be done for a node to be there
        self._sources: dict[Node, int] = {}  # for elementwise values: those before their own feed-forward sublayer
        self._inputs: dict[Node, frozenset[str]] = {}  # for what the embedding can hold: tokens or indices
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
        """Before the first sublayer."""
        return OrderState("", 0, tuple(number for number, step in enumerate(self.steps) if not step.needs))

    def has(self, letter: str, state: OrderState) -> bool:
        """Whether a sublayer of this kind could do something next."""
        return any(self.steps[number].sublayer == letter for number in state.ready)

    def after(self, letter: str, state: OrderState) -> OrderState:
        """The state after one more sublayer, which does all that it can: doing one step never hinders another."""
        able = [number for number in state.ready if self.steps[number].sublayer == letter]
        done = state.done | _union(1 << number for number in able)
        users = {user for number in able for user in self._users[number]}
        released = [user for user in users if self.steps[user].needs & done == self.steps[user].needs]
        waiting = [number for number in state.ready if self.steps[number].sublayer != letter]
        return OrderState(state.order + letter, done, tuple(sorted(waiting + released)))

    def _step(self, form: Node) -> int:
        """Adds the steps that give a node, if it needs some; the steps that must be done for it to be there."""
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
        """Whether the embedding can hold an elementwise value: a function of the token, or of the index."""
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
    """The places of the bits that are set."""
    found = []
    while marks:
        found.append((marks & -marks).bit_length() - 1)
        marks &= marks - 1
    return found
