"""Hypothesis strategies: atoms, sequences, inputs and random graphs."""

from __future__ import annotations

import functools

from hypothesis import strategies as st

from rasp.graph import builders as graph
from rasp.graph.nodes import Aggregate, Map
from rasp.graph.operators import COMPARISONS
from tests.choices import Choices

EDGES = [0, 1, 2**15, 2**24, 2**31, 2**53, 2**62, 2**63, 2**64, 10**30]

# Where atoms come from: a tuple of them, the simplest first, or a strategy.
BOOLS = (False, True)
SMALL_INTS = tuple(sorted(range(-6, 7), key=abs))
EDGE_INTS = tuple(sorted({sign * (edge + step) for edge in EDGES for step in SMALL_INTS for sign in (1, -1)}, key=abs))
HALVES = tuple(whole / 4 for whole in sorted(range(-40, 41), key=abs))
EDGE_FLOATS = (0.0, -0.0, 0.1, 1e16, 1e22, 2.0**53, -(2.0**53), 2.0**63, 1e308, -1e308, 5e-324, 1e-300)
TEXTS = ("", "a", "b", "ab", "é", "日本", "\0", "a\0", "\U0001f600", "\udc80", "x" * 70, "12", "-1")

INTS = (SMALL_INTS, EDGE_INTS, st.integers())
FLOATS = (HALVES, EDGE_FLOATS, st.floats(allow_nan=False, allow_infinity=False))
ANY_TEXT = (TEXTS, st.text(max_size=5))
ATOMS = (BOOLS, *INTS, *FLOATS, *ANY_TEXT)
SOURCES = {  # of the atoms of each kind of sequence, each as likely
    "bool": (BOOLS,),
    "small int": (SMALL_INTS,),
    "int": INTS,
    "bool and int": (BOOLS, SMALL_INTS),
    "float": (HALVES,),
    "any float": FLOATS,
    "int and float": (SMALL_INTS, HALVES),
    "any number": (BOOLS, *INTS, *FLOATS),
    "letter": (tuple("abcd"),),
    "digit": (tuple("0123"),),
    "text": ANY_TEXT,
    "any": ATOMS,
}


def _one_of(sources):
    return st.one_of(*(st.sampled_from(source) if isinstance(source, tuple) else source for source in sources))


KINDS = {kind: _one_of(sources) for kind, sources in SOURCES.items() if kind != "any"}
NEW = (True, True, False)  # whether an element of a row is drawn anew
SUMMED = tuple(kind for kind in KINDS if kind not in ("any float", "any number"))  # floats whose sums are exact
ints, floats, halves = KINDS["int"], KINDS["any float"], KINDS["float"]
texts, atoms = KINDS["text"], _one_of(ATOMS)


@functools.cache  # to make a strategy takes longer than to draw from it
def rows(size, kinds=tuple(KINDS)):
    """A sequence of one kind."""
    return _rows(size, kinds)


@st.composite
def _rows(draw, size, kinds):
    choices, row = Choices(draw, 1 + 3 * size), []
    sources = SOURCES[choices.item(kinds)]
    for _ in range(size):
        new = choices.item(NEW) or not row  # else equal to one before: keys tie, and sets are smaller than rows
        row.append(choices.atom(sources) if new else choices.item(row))
    return row


@st.composite
def batches(draw, most=4, longest=6, kinds=tuple(KINDS)):
    """Some inputs of one length, each of a kind of its own."""
    choices = Choices(draw, 2)
    size, count = choices.item(range(1, longest + 1)), choices.item(range(1, most + 1))
    return [draw(rows(size, kinds)) for _ in range(count)]


ARITHMETIC = ["+", "-", "*", "/", "%", "^"]
ORDER = list(COMPARISONS)
FOLDS = ["not", "indicator", "negative", "positive", "round"]
TABLES = ("small int", "float", "text", "any")
DEFAULTS = (SMALL_INTS, HALVES)
ANY_DEFAULT = ((0,), *ATOMS)
STEP = 8  # more choices than any step of a graph takes


@st.composite
def graphs(draw, steps=12):
    """Nodes of a random graph, s-ops and selectors, that is likely to have values on many inputs."""
    choices = Choices(draw, STEP)
    count = choices.item(range(1, steps + 1))
    constants = [graph.constant(choices.atom(sources)) for sources in ((SMALL_INTS,), (HALVES,), INTS)]
    numbers = [graph.indices(), *constants]
    mixed = [graph.tokens("str"), graph.tokens("asis"), graph.constant(choices.item(("a", "", "1")))]
    others = [graph.tokens("int"), graph.tokens("float"), graph.tokens("bool")]
    selectors = [graph.full()]

    def number():
        return choices.item(numbers + others[: choices.item(range(4))])

    def sop():
        return choices.item(numbers + mixed + others)

    def selector():
        return choices.item(selectors)

    def summable(node):
        inexact = isinstance(node, Aggregate) or (isinstance(node, Map) and node.op in ARITHMETIC)
        return graph.apply("round", node) if inexact else node

    def table():
        return draw(rows(choices.item(range(1, 6)), TABLES))

    makers = {
        "arithmetic": lambda: numbers.append(graph.apply(choices.item(ARITHMETIC), number(), number())),
        "fold": lambda: numbers.append(graph.apply(choices.item(FOLDS), number())),
        "join": lambda: mixed.append(graph.apply("+", sop(), sop())),
        "compare": lambda: numbers.append(graph.apply(choices.item([*ORDER, "and", "or"]), sop(), sop())),
        "choose": lambda: mixed.append(graph.apply("where", sop(), sop(), sop())),
        "choose number": lambda: numbers.append(graph.apply("where", sop(), number(), number())),
        "look up": lambda: mixed.append(graph.lookup(graph.apply("%", number(), graph.constant(2)), table())),
        "look up key": lambda: mixed.append(graph.lookup_key(sop(), zip("abcd", table(), strict=False))),
        "look up or": lambda: mixed.append(graph.lookup_key(sop(), zip("ab01", table(), strict=False), sop())),
        "in": lambda: numbers.append(graph.member(sop(), table())),
        "select": lambda: selectors.append(graph.compare(choices.item(ORDER), sop(), sop())),
        "select number": lambda: selectors.append(graph.compare(choices.item(ORDER), number(), number())),
        "both": lambda: selectors.append(graph.both(selector(), selector())),
        "either": lambda: selectors.append(graph.either(selector(), selector())),
        "negation": lambda: selectors.append(graph.negation(selector())),
        "best": lambda: selectors.append(graph.best(selector(), sop())),
        "nearest": lambda: selectors.append(graph.nearest(selector())),
        "mean": lambda: numbers.append(graph.aggregate(selector(), summable(number()), choices.atom(DEFAULTS))),
        "aggregate": lambda: mixed.append(graph.aggregate(selector(), summable(sop()), choices.atom(ANY_DEFAULT))),
        "width": lambda: numbers.append(graph.selector_width(selector())),
    }
    for _ in range(count):
        choices = Choices(draw, STEP)
        makers[choices.item(sorted(makers))]()
    return numbers + mixed + others + selectors
