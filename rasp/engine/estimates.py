"""Estimates, before a program runs, by which methods its selectors are evaluated and how many steps that takes.

`Session.explain` shows the estimates, and `sizes.py` refuses inputs for which a fallback to a matrix is too large.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rasp.engine.methods import BLOCKS, JOIN, RANGES, WHOLE, dispatch, method_for
from rasp.engine.terms import (
    COMPUTED,
    Highest,
    NearestKey,
    Pair,
    Term,
    Terms,
    classify,
    exclusive,
    sides_of_query,
    terms,
    uniform,
)
from rasp.graph.nodes import Aggregate, Node, SelectorWidth, is_selector, topological

DENSE = "dense in blocks"
MATRIX = "whole matrix"


class Estimate(NamedTuple):
    """How one selector is evaluated: the method in words, and the estimated steps (elements that NumPy visits).

    `square` is true if the steps grow with the square of the length.
    """

    selector: Node
    method: str
    steps: int
    square: bool


class _Cost(NamedTuple):
    words: str
    times: float  # steps for each position, or for each entry of the matrix if `square`
    square: bool = False


def estimates(nodes: Sequence[Node], size: int) -> list[Estimate]:
    """An estimate for each selector that an aggregate, a width or the caller reads, in the order of evaluation.

    An input on which more sequences are constant than the program shows may be evaluated by a cheaper method.

    >>> from rasp.graph.builders import compare, indices, selector_width, tokens
    >>> width = selector_width(compare("==", tokens(), tokens()))
    >>> [estimate[1:] for n in (10, 1000) for estimate in estimates([width], n)]
    [('whole matrix', 100, True), ('join on 1 key', 2000, False)]
    """
    asked = {node for node in nodes if is_selector(node)}
    order = topological(nodes)
    read = {node.selector for node in order if isinstance(node, (Aggregate, SelectorWidth))}
    return [_estimate(node, size, node in asked) for node in order if node in read or node in asked]


def _estimate(selector: Node, size: int, asked: bool) -> Estimate:
    if asked or size < dispatch.long_from:
        return Estimate(selector, MATRIX, size**2, True)
    costs = list(_costs(selector, size))
    words = list(dict.fromkeys(cost.words for cost in costs))
    steps = sum(cost.times * (size**2 if cost.square else size) for cost in costs)
    return Estimate(selector, " + ".join(words) or "selects nothing", int(steps), any(cost.square for cost in costs))


def _costs(selector: Node, size: int) -> Iterator[_Cost]:
    total = terms(selector)
    for computed in _maxima(total):
        yield from _maxima_costs(computed, size)
    split = classify(total, _is_one_sided)
    if split is None or any(method_for(term) is BLOCKS for term in split) or dispatch.least_method is BLOCKS:
        yield _Cost(DENSE, _selectors(selector), square=True)
    else:
        yield from (_cost(term, size) for term in split)


def _selectors(top: Node) -> int:
    return sum(map(is_selector, topological([top])))


def _is_one_sided(pair: Pair) -> bool:
    return uniform(pair.keys) or uniform(pair.queries)


def _maxima(total: Terms | None) -> list[Highest | NearestKey]:
    """The maxima that the terms compare scores or indices with, inner ones first."""
    found = {
        literal.queries: None
        for conjunction in total or ()
        for literal, _ in conjunction
        if isinstance(literal, Pair) and isinstance(literal.queries, COMPUTED)
    }
    return sorted(found, key=lambda computed: computed[0])


def _maxima_costs(computed: Highest | NearestKey, size: int) -> Iterator[_Cost]:
    wanted = sides_of_query(computed.selector) if isinstance(computed, NearestKey) else [terms(computed.selector)]
    splits = [classify(exclusive(total), _is_one_sided, split=True) for total in wanted]
    for split in splits:
        if split is None or any(len(term.axes) > 1 for term in split) or dispatch.least_method is BLOCKS:
            yield _Cost(f"maxima {DENSE}", _selectors(computed.selector), square=True)
            return
    for split in splits:
        yield from _term_maxima_costs(split or [], size)


def _term_maxima_costs(split: Sequence[Term], size: int) -> Iterator[_Cost]:
    logarithm = size.bit_length()
    for term in split:
        if term.axes:
            yield _Cost("running maximum" + _group_words(term), 4 * logarithm)
        else:
            yield _Cost("grouped maximum" if term.equal else "maximum", 4 * logarithm if term.equal else 1)


def _cost(term: Term, size: int) -> _Cost:
    logarithm = size.bit_length()
    match method_for(term).rank:
        case WHOLE.rank:
            return _Cost("mask" if term.masks else "at once", 1 + len(term.masks))
        case JOIN.rank:
            return _Cost(f"join on {_keys(term)}", 1 + len(term.equal))
        case RANGES.rank:
            return _Cost("sort and prefix sums" + _group_words(term), logarithm)
    return _Cost("dominance count" + _group_words(term), 10 * logarithm)


def _group_words(term: Term) -> str:
    return f" in groups by {_keys(term)}" if term.equal else ""


def _keys(term: Term) -> str:
    return f"{len(term.equal)} key{'s' if len(term.equal) > 1 else ''}"
