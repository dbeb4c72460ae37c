"""The heads of a plan, in normal form: the selector of each head, the values that it reads, and its results."""

from __future__ import annotations

from dataclasses import dataclass

from rasp.architecture.plan import Plan, PlannedHead
from rasp.compile.patterns import Pattern, pattern
from rasp.errors import CannotCompile
from rasp.graph.nodes import Aggregate, Atom, Node, SelectorWidth


@dataclass(frozen=True)
class Reading:
    """One use of a head: `result` is the node that it computes, in normal form. A width reads no `values`."""

    result: Node
    values: Node | None
    default: Atom


@dataclass(frozen=True)
class NormalHead:
    """A head: its layer, its number there, its selector in normal form, and its uses.

    `about` is its first result, as the program writes it. Errors name that, because other heads may share the selector.
    """

    layer: int
    number: int
    pattern: Pattern
    about: Node
    readings: tuple[Reading, ...]

    @property
    def key(self) -> tuple[int, int]:
        return self.layer, self.number


def heads_of(plan: Plan) -> list[NormalHead]:
    """All heads, layer by layer. Raises CannotCompile for a selector that no single head computes.

    >>> from rasp.architecture.plan import make_plan
    >>> from rasp.graph.builders import compare, selector_width, tokens
    >>> [head] = heads_of(make_plan([selector_width(compare("==", tokens(), tokens()))], assume_bos=True))
    >>> head.key, [reading.values for reading in head.readings]  # a width reads no values
    ((1, 0), [None])
    """
    return [
        _head(number, index, head, plan)
        for number, layer in enumerate(plan.layers)
        for index, head in enumerate(layer.heads)
    ]


def sources_of(heads: list[NormalHead]) -> dict[Node, tuple[int, int]]:
    """By result, the key of the head that computes it.

    >>> from rasp.architecture.plan import make_plan
    >>> from rasp.graph.builders import compare, selector_width, tokens
    >>> hist = selector_width(compare("==", tokens(), tokens()))
    >>> sources_of(heads_of(make_plan([hist], assume_bos=True))) == {hist: (1, 0)}
    True
    """
    return {reading.result: head.key for head in heads for reading in head.readings}


def _head(layer: int, number: int, planned: PlannedHead, plan: Plan) -> NormalHead:
    about = planned.uses[0].result
    try:
        made = pattern(plan.form_of[planned.selector])
    except CannotCompile as refused:
        refused.node = about
        raise
    readings = tuple(_reading(plan.form_of[use.result]) for use in planned.uses)
    if made.hard and any(reading.values is None for reading in readings):
        error = _no_width(made.near)
        error.node = next(use.result for use in planned.uses if isinstance(use.result, SelectorWidth))
        raise error
    return NormalHead(layer, number, made, about, readings)


def _no_width(near: bool) -> CannotCompile:
    """The error for the width of `best`, or of `best` with `near`."""
    if near:
        hint = "`has_focus(selector)` tells whether there is a key at all."
        return CannotCompile("no head counts the keys of `best(…, near)`: there is one at most", hint=hint)
    return CannotCompile(
        "the width of `best` is the number of keys that tie, which no head can tell",
        hint="Count the keys with another selector.",
    )


def _reading(form: Node) -> Reading:
    if isinstance(form, Aggregate):
        return Reading(form, form.values, form.default)
    return Reading(form, None, 0)
