"""Hypothesis strategies: atoms, sequences, inputs and random graphs."""

from __future__ import annotations

import functools

from hypothesis import strategies as st

from rasp.graph import builders as graph
from rasp.graph.nodes import Aggregate, Map
from rasp.graph.operators import COMPARISONS

EDGES = [0, 1, 2**15, 2**24, 2**31, 2**53, 2**62, 2**63, 2**64, 10**30]

bools = st.booleans()
small_ints = st.integers(-6, 6)
edge_ints = st.builds(
    lambda edge, step, sign: sign * (edge + step), st.sampled_from(EDGES), small_ints, st.sampled_from([1, -1])
)
ints = small_ints | edge_ints | st.integers()
halves = st.integers(-40, 40).map(lambda whole: whole / 4)
edge_floats = st.sampled_from([-0.0, 0.0, 1e308, -1e308, 5e-324, 1e-300, 2.0**53, -(2.0**53), 2.0**63, 1e16, 0.1, 1e22])
floats = halves | edge_floats | st.floats(allow_nan=False, allow_infinity=False)
texts = st.sampled_from(
    ["", "a", "b", "ab", "é", "日本", "\0", "a\0", "\U0001f600", "\udc80", "x" * 70, "12", "-1"]
) | st.text(max_size=5)
atoms = bools | ints | floats | texts

KINDS = {
    "bool": bools,
    "small int": small_ints,
    "int": ints,
    "bool and int": bools | small_ints,
    "float": halves,
    "any float": floats,
    "int and float": small_ints | halves,
    "any number": bools | ints | floats,
    "letter": st.sampled_from("abcd"),
    "digit": st.sampled_from("0123"),
    "text": texts,
}


SUMMED = tuple(kind for kind in KINDS if kind not in ("any float", "any number"))  # floats whose sums are exact


@functools.cache  # to make a strategy takes longer than to draw from it
def rows(size, kinds=tuple(KINDS)):
    """A sequence of one kind."""
    return st.sampled_from(kinds).flatmap(lambda kind: _rows_of(size, kind))


@functools.cache
def _rows_of(size, kind):
    return st.lists(KINDS[kind], min_size=size, max_size=size)


@functools.cache
def one_of(*names):
    return st.sampled_from(names)


def pick(draw, items):
    """One of some items that no cache should keep: drawn by its place."""
    return items[draw(st.integers(0, len(items) - 1))]


@st.composite
def batches(draw, most=4, longest=6, kinds=tuple(KINDS)):
    """Some inputs of one length, each of a kind of its own."""
    size = draw(st.integers(1, longest))
    return draw(st.lists(rows(size, kinds), min_size=1, max_size=most))


ARITHMETIC = ["+", "-", "*", "/", "%", "^"]
ORDER = list(COMPARISONS)
FOLDS = ["not", "indicator", "negative", "positive", "round"]
TABLES = [st.lists(kind, min_size=1, max_size=5) for kind in (small_ints, halves, texts, atoms)]
DEFAULTS = small_ints | halves
ANY_DEFAULT = st.just(0) | atoms


@st.composite
def graphs(draw, steps=12):
    """Nodes of a random graph, s-ops and selectors, that is likely to have values on many inputs."""
    numbers = [
        graph.indices(),
        graph.constant(draw(small_ints)),
        graph.constant(draw(halves)),
        graph.constant(draw(ints)),
    ]
    mixed = [graph.tokens("str"), graph.tokens("asis"), graph.constant(draw(one_of("a", "", "1")))]
    others = [graph.tokens("int"), graph.tokens("float"), graph.tokens("bool")]
    selectors = [graph.full()]

    def number():
        return pick(draw, numbers + others[: draw(st.integers(0, 3))])

    def sop():
        return pick(draw, numbers + mixed + others)

    def selector():
        return pick(draw, selectors)

    def summable(node):
        inexact = isinstance(node, Aggregate) or (isinstance(node, Map) and node.op in ARITHMETIC)
        return graph.apply("round", node) if inexact else node

    def table():
        return draw(draw(one_of(*TABLES)))

    makers = {
        "arithmetic": lambda: numbers.append(graph.apply(draw(one_of(*ARITHMETIC)), number(), number())),
        "fold": lambda: numbers.append(graph.apply(draw(one_of(*FOLDS)), number())),
        "join": lambda: mixed.append(graph.apply("+", sop(), sop())),
        "compare": lambda: numbers.append(graph.apply(draw(one_of(*ORDER, "and", "or")), sop(), sop())),
        "choose": lambda: mixed.append(graph.apply("where", sop(), sop(), sop())),
        "choose number": lambda: numbers.append(graph.apply("where", sop(), number(), number())),
        "look up": lambda: mixed.append(graph.lookup(graph.apply("%", number(), graph.constant(2)), table())),
        "look up key": lambda: mixed.append(graph.lookup_key(sop(), zip("abcd", table(), strict=False))),
        "look up or": lambda: mixed.append(graph.lookup_key(sop(), zip("ab01", table(), strict=False), sop())),
        "in": lambda: numbers.append(graph.member(sop(), table())),
        "select": lambda: selectors.append(graph.compare(draw(one_of(*ORDER)), sop(), sop())),
        "select number": lambda: selectors.append(graph.compare(draw(one_of(*ORDER)), number(), number())),
        "both": lambda: selectors.append(graph.both(selector(), selector())),
        "either": lambda: selectors.append(graph.either(selector(), selector())),
        "negation": lambda: selectors.append(graph.negation(selector())),
        "best": lambda: selectors.append(graph.best(selector(), sop())),
        "nearest": lambda: selectors.append(graph.nearest(selector())),
        "mean": lambda: numbers.append(graph.aggregate(selector(), summable(number()), draw(DEFAULTS))),
        "aggregate": lambda: mixed.append(graph.aggregate(selector(), summable(sop()), draw(ANY_DEFAULT))),
        "width": lambda: numbers.append(graph.selector_width(selector())),
    }
    for _ in range(draw(st.integers(1, steps))):
        makers[draw(one_of(*sorted(makers)))]()
    return numbers + mixed + others + selectors
