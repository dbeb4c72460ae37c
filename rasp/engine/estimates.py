"""Which way each selector of a program goes, told before it is evaluated: enter nodes and a length, leave `Way`s."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rasp.engine.methods import BLOCKS, JOIN, RANGES, WHOLE, method, path
from rasp.engine.terms import Highest, Pair, Term, Terms, positive, shaped, terms, uniform
from rasp.graph.nodes import Aggregate, Node, SelectorWidth, is_selector, topological

DENSE = "dense in blocks"
MATRIX = "whole matrix"


class Way(NamedTuple):
    """How one selector is answered: in words, with an estimate of the steps (elements that NumPy visits).

    `square` says that the steps grow with the square of the length.
    """

    selector: Node
    method: str
    steps: int
    square: bool


class _Step(NamedTuple):
    words: str
    times: float  # steps for each position; of a matrix, each entry
    square: bool = False


def ways(nodes: Sequence[Node], size: int) -> list[Way]:
    """The way of each selector that an aggregate, a width or the user reads, in the order of their evaluation.

    On an input that makes more sequences constant than the program's text does, the way may be a shorter one.

    >>> from rasp.graph.nodes import compare, indices, selector_width, tokens
    >>> width = selector_width(compare("==", tokens(), tokens()))
    >>> [way[1:] for n in (10, 1000) for way in ways([width], n)]
    [('whole matrix', 100, True), ('join on 1 key', 2000, False)]
    """
    asked = {node for node in nodes if is_selector(node)}
    order = topological(nodes)
    read = {node.selector for node in order if isinstance(node, (Aggregate, SelectorWidth))}
    return [_way(node, size, node in asked) for node in order if node in read or node in asked]


def _way(selector: Node, size: int, asked: bool) -> Way:
    if asked or size < path.shortest:
        return Way(selector, MATRIX, size**2, True)
    steps = list(_steps(selector, size))
    words = list(dict.fromkeys(step.words for step in steps))
    cost = sum(step.times * (size**2 if step.square else size) for step in steps)
    return Way(selector, " + ".join(words) or "selects nothing", int(cost), any(step.square for step in steps))


def _steps(selector: Node, size: int) -> Iterator[_Step]:
    total = terms(selector)
    for highest in _maxima(total):
        yield from _maxima_steps(highest, size)
    split = shaped(total, _alone)
    if split is None or any(method(term) is BLOCKS for term in split) or path.least is BLOCKS:
        yield _Step(DENSE, _selectors(selector), square=True)
    else:
        yield from (_step(term, size) for term in split)


def _selectors(top: Node) -> int:
    return sum(map(is_selector, topological([top])))


def _alone(pair: Pair) -> bool:
    return uniform(pair.keys) or uniform(pair.queries)


def _maxima(total: Terms | None) -> list[Highest]:
    """The maxima that the terms compare scores with, inner ones first."""
    found = {
        literal.queries: None
        for conjunction in total or ()
        for literal, _ in conjunction
        if isinstance(literal, Pair) and isinstance(literal.queries, Highest)
    }
    return sorted(found, key=lambda highest: highest.best)


def _maxima_steps(highest: Highest, size: int) -> Iterator[_Step]:
    split = shaped(positive(terms(highest.selector)), _alone, split=True)
    if split is None or any(len(term.axes) > 1 for term in split) or path.least is BLOCKS:
        yield _Step(f"maxima {DENSE}", _selectors(highest.selector), square=True)
        return
    logarithm = size.bit_length()
    for term in split:
        if term.axes:
            yield _Step("running maximum" + _grouped(term), 4 * logarithm)
        else:
            yield _Step("grouped maximum" if term.equal else "maximum", 4 * logarithm if term.equal else 1)


def _step(term: Term, size: int) -> _Step:
    logarithm = size.bit_length()
    match method(term).rank:
        case WHOLE.rank:
            return _Step("mask" if term.masks else "at once", 1 + len(term.masks))
        case JOIN.rank:
            return _Step(f"join on {_keys(term)}", 1 + len(term.equal))
        case RANGES.rank:
            return _Step("sort and prefix sums" + _grouped(term), logarithm)
    return _Step("dominance count" + _grouped(term), 10 * logarithm)


def _grouped(term: Term) -> str:
    return f" in groups by {_keys(term)}" if term.equal else ""


def _keys(term: Term) -> str:
    return f"{len(term.equal)} key{'s' if len(term.equal) > 1 else ''}"
