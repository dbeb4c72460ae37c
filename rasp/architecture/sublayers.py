"""The order of sublayers that a program fits: a plan goes in, a word of attention (a) and feed-forward (f) comes out.

The embedding holds any function of one token and any function of one index, but none of both. So a feed-forward
sublayer is needed where an elementwise value reads the result of attention, or a token and an index together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from rasp.architecture.plan import Plan
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

STATES = 2_000  # ways to have begun that a search for the shortest order keeps


@dataclass(frozen=True)
class Step:
    """A value that a sublayer of its kind gives, once the steps that `needs` marks with bits are done."""

    sublayer: str
    needs: int
    form: Node
    result: Node  # as the program first writes it


@dataclass(frozen=True)
class Order:
    """The shortest order that was found; `proved` where none is shorter."""

    sublayers: str
    proved: bool


def shortest(plan: Plan) -> Order:
    """The shortest order of sublayers.

    >>> from rasp.architecture.plan import planned
    >>> from rasp.graph.nodes import length, tokens
    >>> shortest(planned([length()])).sublayers, shortest(planned([tokens()])).sublayers
    ('af', '')
    """
    steps = _Steps(plan).steps
    whole = (1 << len(steps)) - 1
    states = {0: ""}
    proved = True
    while whole not in states:
        later: dict[int, str] = {}
        for done, order in states.items():
            for letter in "af":
                after = _after(letter, done, steps)
                if after != done:
                    later.setdefault(after, order + letter)
        states, complete = _best(later)
        proved = proved and complete
    return Order(states[whole], proved)


def missing(plan: Plan, order: str) -> tuple[Node, ...]:
    """The values that are still to be computed after these sublayers; none where the program fits.

    >>> from rasp.architecture.plan import planned
    >>> from rasp.graph.nodes import length
    >>> plan = planned([length()])
    >>> len(missing(plan, "fa")), len(missing(plan, "aaf"))
    (1, 0)
    """
    steps = _Steps(plan).steps
    done = reduce(lambda reached, letter: _after(letter, reached, steps), order, 0)
    return tuple(step.result for number, step in enumerate(steps) if not done >> number & 1)


def mixed(plan: Plan) -> set[Node]:
    """The elementwise values of tokens and indices together that need no attention."""
    forms = {step.form for step in _Steps(plan).steps if step.sublayer == "f" and not step.needs}
    return {node for node, form in plan.form_of.items() if form in forms}


def _after(letter: str, done: int, steps: list[Step]) -> int:
    """The steps that are done after one more sublayer: all that can be, for doing one never hinders another."""
    able = (
        1 << number for number, step in enumerate(steps) if step.sublayer == letter and step.needs & done == step.needs
    )
    return done | _union(able)


def _best(states: dict[int, str]) -> tuple[dict[int, str], bool]:
    """The states that no other one contains, and whether these are all that are worth going on with."""
    kept: dict[int, str] = {}
    for done in sorted(states, key=lambda done: (-done.bit_count(), states[done].count("a"), states[done])):
        if len(kept) < STATES and not any(done & other == done for other in kept):
            kept[done] = states[done]
    return kept, len(kept) < STATES


# ----------------------------------------------------------------------------------------------------------- steps


class _Steps:
    """The steps of a program, each after those that it needs."""

    def __init__(self, plan: Plan) -> None:
        self.steps: list[Step] = []
        self._behind: dict[Node, int] = {}  # the steps that must be done for a node to be there
        self._sources: dict[Node, int] = {}  # for elementwise values: those before their own feed-forward sublayer
        self._inputs: dict[Node, frozenset[str]] = {}  # for what the embedding can hold: tokens or indices
        self._first: dict[Node, Node] = {}
        for node, form in plan.form_of.items():
            self._first.setdefault(form, node)
        forms = [plan.form_of[node] for node in plan.outputs]
        for form in topological(forms):
            self._behind[form] = self._step(form)
        for form in filter(is_selector, forms):
            self._add("a", self._behind[form], form)

    def _step(self, form: Node) -> int:
        """Adds the steps that give a node, if it needs some; the steps that must be done for it to be there."""
        waiting = _union(self._behind[part] for part in operands(form))
        match form:
            case Aggregate():
                return self._add("a", waiting, form)
            case SelectorWidth():
                self._sources[form] = self._add("a", waiting, form)
                return self._add("f", self._sources[form], form)
            case Map() if not self._embedded(form):
                parts = form.operands
                self._sources[form] = _union(self._sources.get(part, self._behind[part]) for part in parts)
                return self._add("f", self._sources[form], form)
            case Tokens() | Indices() | Constant():
                self._inputs[form] = frozenset() if isinstance(form, Constant) else frozenset([type(form).__name__])
        return waiting

    def _embedded(self, form: Map) -> bool:
        """Whether the embedding can hold an elementwise value: a function of the token, or of the index."""
        if not all(part in self._inputs for part in form.operands):
            return False
        inputs = frozenset[str]().union(*(self._inputs[part] for part in form.operands))
        if len(inputs) < 2:
            self._inputs[form] = inputs
        return len(inputs) < 2

    def _add(self, sublayer: str, needs: int, form: Node) -> int:
        self.steps.append(Step(sublayer, needs, form, self._first.get(form, form)))
        return 1 << len(self.steps) - 1


def _union(marks: Iterable[int]) -> int:
    return reduce(int.__or__, marks, 0)
