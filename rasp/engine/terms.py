"""Rewrites a selector as a signed sum of conjunctions (inclusion-exclusion), without looking at an input.

A *literal* is a `Pair`, the comparison of two s-ops, or a `Mask`, a selector that depends on the keys alone or on the
queries alone. A conjunction says for each of its literals which outcomes it allows, as bits: of a pair "less", "equal"
and "greater". So `x < y or x == y` is one set of outcomes, `not` is its complement, and a contradiction is the empty
set. A *term* is a conjunction with an integer factor. The matrix of a selector is the sum of its terms:
1[A or B] = 1A + 1B - 1[A and B], and 1[not A] = 1 - 1A. Counts and sums over keys add up in the same way, so each term
can be summed by a method of its own (`methods.py`).

Equal terms are merged and contradictions dropped, so most selectors have one to three terms. One with more than `MOST`
is summed through its matrix. A `best(selector, score)` becomes "selector and score == highest", where `Highest` is the
sequence of the maxima of its rows, and a `best(selector, near)` "selector and indices == nearest", with a `NearestKey`.

Complexity: each selector node is rewritten once per process, in the square of its number of terms, which is bounded.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple, Union

from rasp.errors import RaspError
from rasp.graph.builders import indices
from rasp.graph.nodes import (
    Aggregate,
    And,
    Best,
    Compare,
    Constant,
    Map,
    Nearest,
    Node,
    Not,
    Or,
    SelectorWidth,
    is_selector,
    topological,
)
from rasp.graph.operators import OPERATORS

MOST = 32  # terms of one selector; one that has more is summed through its matrix
MOST_LITERALS = 64  # in one term

LESS, EQUAL, GREATER = 1, 2, 4
OUTCOMES = {"<": LESS, "<=": LESS | EQUAL, "==": EQUAL, "!=": LESS | GREATER, ">": GREATER, ">=": GREATER | EQUAL}
UNEQUAL = OUTCOMES["!="]
FALSE, TRUE = 1, 2  # outcomes of a mask

KEYS, QUERIES = 1, 2  # the sides that a selector may depend on alone, as bits


class Highest(NamedTuple):
    """For each query the highest score among the keys that a selector selects; `best` is the serial of the `Best`.

    The caches below hold their nodes weakly. An entry names its own node by the serial, because an entry that held the
    node would never be freed.
    """

    best: int
    selector: Node
    scores: Node


class NearestKey(NamedTuple):
    """For each query the index of the nearest key that a selector selects; `near` is the serial of the `Nearest`."""

    near: int
    selector: Node


COMPUTED = (Highest, NearestKey)
QuerySide = Union[Node, Highest, NearestKey]


class Pair(NamedTuple):
    """The comparison of each key's value with each query's."""

    keys: Node
    queries: QuerySide


class Mask(NamedTuple):
    """A selector, named by its serial, that depends on one side alone, KEYS or QUERIES."""

    selector: int
    side: int


SelectorLiteral = Union[Pair, Mask]
Conjunction = frozenset[tuple[SelectorLiteral, int]]  # literals with the outcomes that they may have
Terms = dict[Conjunction, int]  # conjunctions with their factors

NOTHING: Terms = {}
EVERYTHING: Terms = {frozenset(): 1}


# ---------------------------------------------------------------------------------------------- one-sided selectors

_sides: weakref.WeakKeyDictionary[Node, int] = weakref.WeakKeyDictionary()


def uniform(side: QuerySide) -> bool:
    """Whether an s-op is known to have one value at all positions.

    >>> from rasp.graph.builders import indices, length
    >>> uniform(length()), uniform(indices())
    (True, False)
    """
    return not isinstance(side, COMPUTED) and bool(_sides_of(side))


def _sides_of(node: Node) -> int:
    """For a selector, the sides that it depends on alone, as bits; for an s-op, whether it is uniform."""
    for part in topological([node], _sides):
        _sides[part] = _side(part)
    return _sides[node]


def _side(node: Node) -> int:
    match node:
        case Constant():
            return 1
        case Map(operands=operands):
            return int(all(_sides[operand] for operand in operands))
        case Aggregate(selector=selector) | SelectorWidth(selector=selector):
            return int(bool(_sides[selector] & KEYS))
        case Compare(keys=keys, queries=queries):
            return KEYS * bool(_sides[queries]) | QUERIES * bool(_sides[keys])
        case And(left=left, right=right) | Or(left=left, right=right):
            return _sides[left] & _sides[right]
        case Not(selector=selector):
            return _sides[selector]
        case Best(selector=selector):
            return _sides[selector] & KEYS
    return 0


# ------------------------------------------------------------------------------------------------------------ terms

_terms: weakref.WeakKeyDictionary[Node, Terms | None] = weakref.WeakKeyDictionary()


class _Known:
    """The nodes that a walk over selectors skips: s-ops, and selectors whose terms are known."""

    def __contains__(self, node: object) -> bool:
        return not is_selector(node) or node in _terms  # type: ignore[arg-type]


def terms(selector: Node) -> Terms | None:
    """The terms of a selector; None if there would be more than MOST.

    >>> from rasp.graph.builders import compare, either, indices, negation, tokens
    >>> before = either(compare("<", tokens(), tokens()), compare("==", tokens(), tokens()))
    >>> terms(negation(before)) == {frozenset({(Pair(tokens(), tokens()), GREATER)}): 1}
    True
    """
    for part in topological([selector], _Known()):
        _terms[part] = _derive(part)
    return _terms[selector]


def _derive(node: Node) -> Terms | None:
    side = _sides_of(node)
    made = _combine(node)
    if side and made not in (NOTHING, EVERYTHING):
        return {frozenset({(Mask(node.serial, KEYS if side & KEYS else QUERIES), TRUE)}): 1}
    return made


def _combine(node: Node) -> Terms | None:
    match node:
        case Compare():
            return _comparison(node)
        case Not(selector=inner):
            return _add(EVERYTHING, _terms[inner], -1)
        case And(left=left, right=right):
            return _conjoin(_terms[left], _terms[right])
        case Or(left=left, right=right):
            one, other = _terms[left], _terms[right]
            return _add(_add(one, other), _conjoin(one, other), -1)
        case Best(selector=inner, scores=scores):
            return _conjoin(_terms[inner], _one(Pair(scores, Highest(node.serial, inner, scores)), EQUAL))
        case Nearest(selector=inner):
            return _conjoin(_terms[inner], _one(Pair(indices(), NearestKey(node.serial, inner)), EQUAL))
    raise TypeError(f"not a selector: {node!r}")


def _comparison(node: Compare) -> Terms:
    if isinstance(node.keys, Constant) and isinstance(node.queries, Constant):
        try:
            return EVERYTHING if OPERATORS[node.op].function(node.keys.value, node.queries.value) else NOTHING
        except RaspError:  # evaluating the node raises this error, so its terms are never used
            return NOTHING
    return _one(Pair(node.keys, node.queries), OUTCOMES[node.op])


def _one(pair: Pair, outcomes: int) -> Terms:
    """The terms of a single comparison."""
    return {frozenset({(pair, outcomes)}): 1}


def sides_of_query(selector: Node) -> tuple[Terms | None, Terms | None]:
    """The terms of the keys selected up to and including the query, and those of the keys selected after it."""
    position = Pair(indices(), indices())
    whole = terms(selector)
    return _conjoin(whole, _one(position, LESS | EQUAL)), _conjoin(whole, _one(position, GREATER))


def _add(one: Terms | None, other: Terms | None, factor: int = 1) -> Terms | None:
    if one is None or other is None:
        return None
    total = dict(one)
    for conjunction, times in other.items():
        total[conjunction] = total.get(conjunction, 0) + factor * times
    return _simplify(total)


def _conjoin(one: Terms | None, other: Terms | None) -> Terms | None:
    if one == NOTHING or other == NOTHING:
        return NOTHING
    if one is None or other is None:
        return None
    total: Terms = {}
    for (left, times), (right, again) in product(one.items(), other.items()):
        joined = _join(left, right)
        if joined is not None:
            total[joined] = total.get(joined, 0) + times * again
    return _simplify(total)


def _join(one: Conjunction, other: Conjunction) -> Conjunction | None:
    """The conjunction of both; None if they contradict each other."""
    allowed = dict(one)
    for literal, outcomes in other:
        allowed[literal] = allowed.get(literal, 7) & outcomes
    return frozenset(allowed.items()) if all(allowed.values()) else None


def _simplify(total: Terms) -> Terms | None:
    if len(total) > MOST**2 // 4 or any(len(conjunction) > MOST_LITERALS for conjunction in total):
        return None
    made = _merge({conjunction: times for conjunction, times in total.items() if times})
    return made if len(made) <= MOST else None


def _merge(total: Terms) -> Terms:
    """Merge pairs of terms as long as possible: x<y + x==y is x<=y, and 1 - x<y is x>=y."""
    waiting = list(total)
    while waiting:
        one = waiting.pop()
        if one not in total:
            continue
        for other in total:
            made = None if other is one else _merge_two(one, total[one], other, total[other])
            if made is None:
                continue
            del total[one], total[other]
            conjunction, times = made
            total[conjunction] = total.get(conjunction, 0) + times
            if not total[conjunction]:
                del total[conjunction]
            waiting.append(conjunction)
            break
    return total


def _merge_two(one: Conjunction, times: int, other: Conjunction, again: int) -> tuple[Conjunction, int] | None:
    """Two terms that differ in one literal only, merged into one; None for others."""
    differing = {literal for literal, _ in one ^ other}
    if len(differing) != 1 or abs(times) != abs(again):
        return None
    (literal,) = differing
    every = 7 if isinstance(literal, Pair) else FALSE | TRUE
    rest = one & other
    mine, its = (dict(conjunction).get(literal, every) for conjunction in (one, other))
    if times == again:
        return (_with(rest, literal, mine | its, every), times) if not mine & its else None
    if its & ~mine == 0:
        return _with(rest, literal, mine & ~its, every), times
    if mine & ~its == 0:
        return _with(rest, literal, its & ~mine, every), again
    return None


def _with(rest: Conjunction, literal: SelectorLiteral, outcomes: int, every: int) -> Conjunction:
    return rest if outcomes == every else rest | {(literal, outcomes)}


# ----------------------------------------------------------------------------------------------------------- shapes


class Axis(NamedTuple):
    """An interval in which the value of a key has to lie; each end is (allowed outcomes, values at the queries)."""

    keys: Node
    ends: tuple[tuple[int, QuerySide], ...]


class Term(NamedTuple):
    """A conjunction with its literals grouped by how they are summed over."""

    factor: int
    masks: tuple[tuple[SelectorLiteral, int], ...]  # literals that depend on one side alone
    equal: tuple[Pair, ...]
    axes: tuple[Axis, ...]


def classify(total: Terms | None, one_sided: Callable[[Pair], bool], split: bool = False) -> list[Term] | None:
    """The terms with their literals sorted; None if there are more than MOST.

    `one_sided` says whether a pair depends on one side alone. Any other "unequal" becomes "everything - equal" (two
    terms of opposite signs), or with `split` "less + greater".
    """
    if total is None:
        return None
    made: list[Term] = []
    for conjunction, times in total.items():
        unequal = [literal for literal, outcomes in conjunction if outcomes == UNEQUAL and not one_sided(literal)]  # type: ignore[arg-type]
        if 2 ** len(unequal) + len(made) > MOST:
            return None
        made += [_term(part, factor, one_sided) for part, factor in _expand_unequal(conjunction, times, unequal, split)]
    return made


def _expand_unequal(
    conjunction: Conjunction, times: int, unequal: list[SelectorLiteral], split: bool
) -> Iterator[tuple[Conjunction, int]]:
    """The conjunction as a sum of conjunctions without the literals `unequal`."""
    rest = frozenset(item for item in conjunction if item[0] not in unequal)
    ways: list[tuple[int, int]] = [(LESS, 1), (GREATER, 1)] if split else [(7, 1), (EQUAL, -1)]
    for chosen in product(ways, repeat=len(unequal)):
        factor = times
        for _, sign in chosen:
            factor *= sign
        added = {(literal, way) for literal, (way, _) in zip(unequal, chosen, strict=True) if way != 7}
        yield rest | added, factor


def _term(conjunction: Conjunction, factor: int, one_sided: Callable[[Pair], bool]) -> Term:
    masks: list[tuple[SelectorLiteral, int]] = []
    equal: list[Pair] = []
    axes: dict[tuple[Node, type], list[tuple[int, QuerySide]]] = {}
    for literal, outcomes in conjunction:
        if isinstance(literal, Mask) or one_sided(literal):
            masks.append((literal, outcomes))
        elif outcomes == EQUAL:
            equal.append(literal)
        else:
            # What is computed, such as maxima of scores, is numbered separately.
            kind = type(literal.queries) if isinstance(literal.queries, COMPUTED) else Node
            axes.setdefault((literal.keys, kind), []).append((outcomes, literal.queries))
    return Term(factor, tuple(masks), tuple(equal), tuple(Axis(keys, tuple(ends)) for (keys, _), ends in axes.items()))


def exclusive(total: Terms | None) -> Terms | None:
    """The terms as a sum of conjunctions that exclude one another; None if no such sum is found.

    A - (A and p and q) is (A and not p) + (A and p and not q).

    >>> from rasp.graph.builders import both, compare, indices, negation, tokens
    >>> same, earlier = compare("==", tokens(), tokens()), compare("<", indices(), indices())
    >>> total = terms(negation(both(same, earlier)))
    >>> sorted(total.values()), sorted(exclusive(total).values())
    ([-1, 1], [1, 1])
    """
    if total is None:
        return None
    made = dict(total)
    for taken in [conjunction for conjunction, times in total.items() if times < 0]:
        whole = next((one for one, times in made.items() if times > 0 and one < taken), None)
        if whole is None or made[whole] != 1 or made.get(taken) != -1:
            return None
        del made[whole], made[taken]
        for conjunction in _remainder(whole, taken):
            made[conjunction] = made.get(conjunction, 0) + 1
    return made if all(times > 0 for times in made.values()) else None


def _remainder(whole: Conjunction, taken: Conjunction) -> Iterator[Conjunction]:
    for literal, outcomes in taken - whole:
        every = 7 if isinstance(literal, Pair) else FALSE | TRUE
        yield whole | {(literal, every & ~outcomes)}
        whole = whole | {(literal, outcomes)}
