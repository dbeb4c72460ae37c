"""Long inputs: every method, forced, against the dense judge; and which method a selector gets."""

from __future__ import annotations

import functools
import gc
import math
import random
import re
import tracemalloc
import weakref
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rasp
from rasp.base.limits import limits
from rasp.engine import evaluate
from rasp.engine.estimates import estimates
from rasp.engine.methods import METHODS, force_method
from rasp.errors import RaspError, SequenceTooLong
from rasp.graph import builders as graph
from rasp.graph.nodes import operands, topological
from tests.choices import Choices
from tests.conformance.differences import DIFFERENCES
from tests.conformance.recorded import cases, differences
from tests.engine import reference, strategies
from tests.engine.test_random_graphs import plain

EXACT_SUMS = tuple(kind for kind in strategies.KINDS if kind not in ("any float", "any number"))


def outcome(way, node, batch):
    """What a node gives on a batch when it goes one way: its results, or the error with all its marks."""
    with force_method(way):
        try:
            return [plain(result) for (result,) in evaluate([node], batch)]
        except RaspError as error:
            operands = reference.spelled(error.operands or ())
            return type(error), error.node, error.row, error.position, operands, error.diagnostic.title


def sums_exactly(node, batch):
    """Whether no sum of floats below the node depends on its order."""
    order = topological([node])
    known = [reference.evaluate(order, list(row)) for row in batch]
    return not any(isinstance(value, reference.InexactSum) for values in known for value in values.values())


def check(nodes, batch, way):
    """One way gives what the judge gives; of a batch in which several inputs fail, which error is left open."""
    for node in nodes:
        judged = [([row], outcome("dense", node, [row])) for row in batch]
        together = outcome("dense", node, batch) if len(batch) > 1 else None
        if isinstance(together, list):
            judged.append((batch, together))
        for some, expected in judged:
            got = outcome(way, node, some)
            assert repr(got) == repr(expected) or not sums_exactly(node, some), (way, node, some)


def row_with_ties(draw, size):
    """An input of up to eight different elements, which stand in any order."""
    choices = Choices(draw, 1 + size)
    different = draw(strategies.rows(choices.item(range(1, 9)), EXACT_SUMS))
    return tuple(choices.item(different) for _ in range(size))


def size_of_inputs(choices):
    """The length of an input. Few are long, for they take time."""
    return choices.item(range(1, choices.item([12] * 7 + [200]) + 1))


@st.composite
def programs(draw):
    """A random graph with selectors in most of its steps, and a batch of one length."""
    choices = Choices(draw, 5)
    size, inputs = size_of_inputs(choices), []
    for _ in range(choices.item([1, 2])):
        ties = choices.item([True, False]) or size > 12
        inputs.append(row_with_ties(draw, size) if ties else tuple(draw(strategies.rows(size, EXACT_SUMS))))
    return draw(strategies.graphs(steps=20)), inputs


@pytest.mark.parametrize("way", sorted(METHODS))
@settings(max_examples=170, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=programs())
def test_random_graphs(way, case):
    nodes, batch = case
    check(nodes, batch, way)


NUMBERS = [
    graph.indices(),
    graph.tokens("asis"),
    graph.tokens("str"),
    graph.apply("%", graph.indices(), graph.constant(3)),
    graph.apply("-", graph.constant(5), graph.indices()),
    graph.apply("/", graph.indices(), graph.constant(2)),
    graph.constant(2),
    graph.selector_width(graph.compare("==", graph.tokens("asis"), graph.tokens("asis"))),
]


@st.composite
def selectors_and_rows(draw):
    """A formula over a few comparisons, some of which have an order that fails on strings, and an input."""
    choices = Choices(draw, 2 + 4 * 3 + 1 + 6 * 4)
    row = row_with_ties(draw, size_of_inputs(choices))
    item = choices.item
    made = [graph.compare(item(strategies.ORDER), item(NUMBERS), item(NUMBERS)) for _ in range(4)]
    for _ in range(item(range(1, 7))):
        one, other, score = item(made), item(made), item(NUMBERS)
        kinds = [graph.both(one, other), graph.either(one, other), graph.negation(one)]
        kinds += [graph.best(one, score), graph.nearest(one)]
        made.append(item(kinds))
    return made[-1], row


@pytest.mark.parametrize("way", sorted(METHODS))
@settings(max_examples=170, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=selectors_and_rows())
def test_random_selectors(way, drawn):
    selector, row = drawn
    values = graph.tokens("asis")
    nodes = [
        graph.selector_width(selector),
        graph.aggregate(selector, values),
        graph.aggregate(selector, graph.indices(), -1),
    ]
    check([*nodes, selector], [row], way)


# ------------------------------------------------------------------------------------------------- which method

IDX, TOK, ASIS, FIRST = graph.indices(), graph.tokens(), graph.tokens("asis"), graph.constant(0)
NEXT = graph.apply("+", IDX, graph.constant(1))
AGAIN = graph.apply("%", IDX, graph.constant(7))
SAME, EARLIER = graph.compare("==", TOK, TOK), graph.compare("<", IDX, IDX)
TEXT_ORDER = graph.compare("<", TOK, TOK)
UP_TO_HERE = graph.compare("<=", IDX, IDX)
FRONT = graph.compare("==", IDX, FIRST)
WINDOW = graph.both(UP_TO_HERE, graph.compare(">", IDX, graph.apply("-", IDX, graph.constant(3))))
THIRD = graph.compare("<", AGAIN, graph.apply("%", IDX, graph.constant(5)))
DOMINANCE = graph.both(TEXT_ORDER, EARLIER)
ENDLESS = graph.both(DOMINANCE, THIRD)  # three orders of three sequences

SHAPES = [
    (graph.full(), "at once"),
    (graph.negation(graph.full()), "selects nothing"),
    (graph.both(EARLIER, graph.negation(EARLIER)), "selects nothing"),
    (graph.both(SAME, graph.compare("!=", TOK, TOK)), "selects nothing"),
    (graph.both(TEXT_ORDER, SAME), "selects nothing"),
    (graph.either(EARLIER, graph.compare(">=", IDX, IDX)), "at once"),
    (graph.either(SAME, graph.full()), "at once"),
    (FRONT, "mask"),
    (graph.compare("<", FIRST, IDX), "mask"),
    (graph.compare("<", IDX, graph.length()), "mask"),
    (graph.either(FRONT, graph.compare("==", TOK, graph.constant("a"))), "mask"),
    (graph.best(graph.full(), ASIS), "mask"),
    (SAME, "join on 1 key"),
    (graph.both(SAME, graph.compare("==", IDX, NEXT)), "join on 2 keys"),
    (graph.compare("!=", TOK, TOK), "at once + join on 1 key"),
    (EARLIER, "sort and prefix sums"),
    (graph.negation(EARLIER), "sort and prefix sums"),
    (graph.either(TEXT_ORDER, SAME), "sort and prefix sums"),
    (WINDOW, "sort and prefix sums"),
    (graph.both(EARLIER, FRONT), "sort and prefix sums"),
    (graph.both(SAME, EARLIER), "sort and prefix sums in groups by 1 key"),
    (DOMINANCE, "dominance count"),
    (graph.both(DOMINANCE, graph.compare("==", IDX, AGAIN)), "dominance count in groups by 1 key"),
    (ENDLESS, "dense in blocks"),
    (graph.best(SAME, ASIS), "grouped maximum + join on 2 keys"),
    (graph.best(EARLIER, ASIS), "running maximum + sort and prefix sums in groups by 1 key"),
    (graph.best(WINDOW, ASIS), "running maximum + sort and prefix sums in groups by 1 key"),
    (
        graph.best(graph.both(SAME, EARLIER), ASIS),
        "running maximum in groups by 1 key + sort and prefix sums in groups by 2 keys",
    ),
    (graph.best(ENDLESS, ASIS), "maxima dense in blocks + dense in blocks"),
    (graph.best(DOMINANCE, ASIS), "maxima dense in blocks + dominance count in groups by 1 key"),
    (graph.nearest(FRONT), "running maximum + join on 1 key"),
    (graph.nearest(SAME), "running maximum in groups by 1 key + join on 2 keys"),
    (
        graph.nearest(graph.both(SAME, EARLIER)),
        "running maximum in groups by 1 key + sort and prefix sums in groups by 2 keys",
    ),
    (graph.nearest(TEXT_ORDER), "maxima dense in blocks + sort and prefix sums in groups by 1 key"),
    (graph.negation(graph.nearest(SAME)), "running maximum in groups by 1 key + at once + join on 2 keys"),
]


@pytest.mark.parametrize(("selector", "words"), SHAPES)
def test_the_method_of_each_shape(selector, words):
    (estimate,) = [one for one in estimates([graph.selector_width(selector)], 10_000) if one.selector is selector]
    assert set(estimate.method.split(" + ")) == set(words.split(" + "))
    assert estimate.square == ("dense" in words)


@pytest.mark.parametrize("selector", [selector for selector, _ in SHAPES])
def test_each_shape_by_its_own_method(selector):
    rows = ["abcabcaabbd", (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5), (0.5, 1, 0.5, -1, 2, 2, 0, 0, 1, 7, 0.25)]
    check([graph.selector_width(selector), graph.aggregate(selector, IDX, -1)], rows, "whole")


def test_short_inputs_and_results_have_a_matrix():
    assert [one.method for one in estimates([graph.selector_width(SAME)], 16)] == ["whole matrix"]
    assert [one.method for one in estimates([SAME, graph.selector_width(SAME)], 10_000)] == ["whole matrix"]


# -------------------------------------------------------------------------------------------------------- edges

HUGE = 10**400
ROWS = [
    [2**53 - 1, 2**53, 2**53 + 1, -(2**53), 2**53],
    [2**53, float(2**53), 2**53 + 1, 0.5, 2**53],
    [2**62, 2**62, 2**63 - 1, -(2**63), 1],
    [2**63, -(2**63) - 1, 2**64, 1, 2**63],
    [HUGE, HUGE + 1, -HUGE, 3, HUGE],
    [HUGE**30, 1, 2, HUGE**30, 3],
    [1e308, 1e308, -1e308, 5e-324, 0.5],
    [5e-324, 1e-300, 5e-324, 2.5e-320, 0.0],
    [0.0, -0.0, 0.0, -0.0, 1.0],
    [1, True, 1.0, False, 0],
    [True, False, True, True, False],
    ["a\0", "a", "a\0", "\U0001f600", "\uffff"],
    ["x" * 70, "x" * 70 + "y", "", "x", "x" * 70],
    ["b", "a", "é", "a", "\udc80"],
    [2**70, 0.5, 2**70, True, 2.0**70],
]
EDGE_SELECTORS = [graph.compare(op, ASIS, ASIS) for op in ("==", "<=", "!=")]
EDGE_SELECTORS += [graph.both(EDGE_SELECTORS[0], UP_TO_HERE), graph.full(), graph.best(UP_TO_HERE, ASIS)]
EDGE_SELECTORS += [graph.compare("==", IDX, NEXT), graph.compare("<", TOK, IDX), graph.compare("!=", TOK, IDX)]


EDGE_NODES = [graph.aggregate(one, ASIS, default) for one in EDGE_SELECTORS for default in (0, 1.5, "none", 2**80)]


@functools.cache
def edge_outcomes(place, way):
    return [repr(outcome(way, node, [tuple(ROWS[place])])) for node in EDGE_NODES]


@pytest.mark.parametrize("way", sorted(METHODS))
@pytest.mark.parametrize("place", range(len(ROWS)))
def test_edges_of_numbers_and_strings(place, way):
    for node, found, wanted in zip(EDGE_NODES, edge_outcomes(place, way), edge_outcomes(place, "dense"), strict=True):
        assert found == wanted, (node, way)


def test_means_of_floats_are_exact_to_the_last_bits():
    """Differences of float prefix sums would lose most digits behind the large values."""
    row = [1e15, *(0.1 * place for place in range(5000)), -1e15, *(1e-7 * place for place in range(5000))]
    ((means,),) = evaluate([graph.aggregate(WINDOW, ASIS)], [row])
    for place in (4, 400, 5003, 9000):
        exact = math.fsum(row[place - 2 : place + 1]) / 3
        assert abs(means.array[place] - exact) <= 1e-12 * sum(map(abs, row[place - 2 : place + 1]))


def test_a_comparison_of_strings_with_numbers_selects_no_key():
    unequal = graph.both(graph.compare("==", IDX, IDX), graph.compare("==", IDX, ASIS))
    nothing = graph.both(EARLIER, graph.compare("==", TOK, graph.constant("z")))
    for selector in (unequal, nothing, graph.best(unequal, IDX), graph.best(nothing, IDX), graph.negation(unequal)):
        for way in METHODS:
            check([graph.selector_width(selector), graph.aggregate(selector, IDX, "x")], ["abc"], way)


# ------------------------------------------------------------------------------------------- whole long programs


def test_long_programs_against_definitions():
    text = "".join(random.Random(5).choices("abcdefgh", k=20_000))
    hist, sort, next_best, nearest = (
        graph.selector_width(SAME),
        graph.aggregate(
            graph.compare("==", graph.selector_width(graph.either(TEXT_ORDER, graph.both(SAME, EARLIER))), IDX), TOK
        ),
        graph.aggregate(graph.best(graph.both(SAME, EARLIER), IDX), IDX, -1),
        graph.aggregate(graph.nearest(graph.both(SAME, graph.compare("!=", IDX, IDX))), IDX, -1),
    )
    ((counts, ordered, last, near),) = evaluate([hist, sort, next_best, nearest], [text])
    times = Counter(text)
    assert counts.values == [times[letter] for letter in text]
    assert "".join(ordered.values) == "".join(sorted(text))
    before = [text.rfind(letter, 0, place) for place, letter in enumerate(text)]
    behind = [text.find(letter, place + 1) for place, letter in enumerate(text)]
    assert last.values == before
    for place, found in enumerate(near.values):
        others = [key for key in (before[place], behind[place]) if key >= 0]
        assert found == min(others, key=lambda key: abs(key - place), default=-1)  # the first of two, which is the left


@pytest.mark.parametrize("way", ["whole", "dominance"])
def test_recorded_programs_on_long_paths(way, tmp_path):
    recorded = cases("cases.jsonl") + cases("fuzz.jsonl")[::25]
    with force_method(way):
        for case in recorded:
            expected = DIFFERENCES[case["id"]].probes if case["id"] in DIFFERENCES else ()
            assert set(differences(case, tmp_path)) == set(expected), case["id"]


def test_deep_selectors():
    selector = EARLIER
    for place in range(3000):
        selector = graph.either(selector, graph.compare("==", IDX, graph.constant(place)))
        selector = graph.negation(graph.negation(selector))
    widths = outcome("whole", graph.selector_width(selector), ["abc"])
    assert widths == [("int", ["0x3"] * 3)]


def test_what_is_known_of_a_node_does_not_keep_it():
    node = graph.selector_width(graph.best(graph.both(SAME, graph.compare("==", IDX, graph.constant(123))), IDX))
    outcome("whole", node, ["abc"])
    gone = weakref.ref(operands(node)[0])
    del node
    gc.collect()
    assert gone() is None


# -------------------------------------------------------------------------------------------------------- sizes


@pytest.fixture
def limit():
    """Sets limits for one test."""
    before = dict(vars(limits))
    yield limits
    for name, value in before.items():
        setattr(limits, name, value)


def test_a_dense_fallback_says_so_before_starting(limit):
    limit.pairs = 10**6
    width = graph.selector_width(ENDLESS)
    failing = graph.apply("/", FIRST, FIRST)  # never reached
    with pytest.raises(
        SequenceTooLong, match="too long for a dense fallback: a selector on it has 4000000 entries"
    ) as caught:
        evaluate([failing, width], ["ab", "ab" * 1000])
    assert (caught.value.node, caught.value.row) == (ENDLESS, 1)
    assert "dense in blocks" in str(caught.value)
    evaluate([graph.selector_width(DOMINANCE)], ["ab" * 1000])


def test_a_matrix_that_is_asked_for_counts(limit):
    limit.pairs = 10**6
    with pytest.raises(SequenceTooLong):
        evaluate([EARLIER], ["ab" * 1000])
    limit.pairs, limit.memory = 10**9, 10**6
    with pytest.raises(SequenceTooLong, match="4000000 bytes"):
        evaluate([EARLIER], ["ab" * 1000])
    limit.memory = 10**7
    evaluate([EARLIER, SAME], ["ab" * 1000])
    with pytest.raises(SequenceTooLong, match="12000000 bytes"):
        evaluate([EARLIER, SAME, DOMINANCE], ["ab" * 1000])


def test_memory_stays_under_its_limit(limit):
    limit.memory = 10**6
    with pytest.raises(SequenceTooLong, match="bytes of memory"):
        evaluate([graph.selector_width(SAME)], ["ab" * 5000])
    evaluate([graph.selector_width(SAME)], ["ab" * 500])


def test_the_estimate_knows_the_strings_that_a_program_makes(limit):
    """A string of 48 characters takes 192 bytes in each element."""
    text = graph.tokens()
    for _ in range(3):
        text = graph.apply("+", text, graph.constant("x" * 16))
    wide = graph.selector_width(graph.compare("==", text, text))
    looked_up = graph.lookup_key(graph.tokens(), [("a", "x" * 49), ("b", "y" * 49)])
    limit.memory = 4000 * 500
    evaluate([graph.selector_width(SAME)], ["ab" * 2000])
    for node in (wide, graph.aggregate(graph.full(), graph.apply("indicator", looked_up))):
        with pytest.raises(SequenceTooLong, match="bytes of memory"):
            evaluate([node], ["ab" * 2000])


def test_blocks_stay_small(limit):
    """The matrix of 3,000 elements has 9 MB; a block of it has a small part."""
    limit.memory = 2**21
    width = graph.selector_width(ENDLESS)
    row = "abcde" * 600
    tracemalloc.start()
    evaluate([width], [row])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**21


def nested(depth, deep_first):
    """Comparisons joined one by one, each with what was made before it on its left or on its right."""
    made = ENDLESS
    for place in range(depth):
        step = graph.compare("<", graph.apply("+", AGAIN, graph.constant(place)), graph.apply("*", IDX, IDX))
        made = graph.either(made, step) if deep_first else graph.either(step, made)
    return made


@pytest.mark.parametrize("deep_first", [True, False])
def test_few_matrices_wait_for_one_another(limit, deep_first):
    """All matrices of a block of two rows together would take more than the limit."""
    limit.memory = 2**24
    width = graph.selector_width(nested(100, deep_first))
    row = tuple(range(2000))
    estimates([width], len(row))  # what is known of a node is worked out once
    tracemalloc.start()
    ((widths,),) = evaluate([width], [row])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24
    assert widths.values[0] == 0
    assert widths.values[-1] == 2000


@pytest.mark.parametrize(
    ("selector", "row"),
    [
        (SAME, ["x" * 60 + str(place % 50) for place in range(4000)]),
        (UP_TO_HERE, [place * 10.0 ** (place % 600 - 300) for place in range(4000)]),
        (DOMINANCE, [place * 10.0 ** (place % 600 - 300) for place in range(1000)]),
        (ENDLESS, [place / 4 for place in range(2000)]),
        (graph.best(graph.both(SAME, EARLIER), ASIS), [place % 50 for place in range(4000)]),
        (graph.either(graph.either(SAME, THIRD), graph.compare("==", IDX, AGAIN)), list(range(4000))),
    ],
    ids=["long words", "floats of a wide range", "these by dominance", "blocks", "best", "many terms"],
)
def test_an_evaluation_takes_less_than_its_estimate(limit, selector, row):
    node = graph.aggregate(selector, IDX if isinstance(row[0], str) else ASIS)
    evaluate([node], [row])
    limit.memory = 1
    with pytest.raises(SequenceTooLong) as caught:
        evaluate([node], [row])
    limit.memory = int(re.search("about ([0-9]+) bytes of memory", str(caught.value))[1])
    tracemalloc.start()
    evaluate([node], [row])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < limit.memory


def test_of_several_inputs_the_one_without_room_is_named(limit):
    limit.memory = 4000 * 600
    width = graph.selector_width(SAME)
    short, wide = ["ab"] * 4000, ["x" * 60] * 4000
    evaluate([width], [short, short])
    with pytest.raises(SequenceTooLong) as caught:
        evaluate([width], [short, wide])
    assert caught.value.row == 1


def test_session_explains(limit):
    session = rasp.Session()
    session.run("same = select(tokens, tokens, ==); earlier = select(indices, indices, <);")
    session.run("hist = selector_width(same); nth = selector_width(same and earlier);")
    explanation = session.explain("hist", session["nth"], n=1000)
    assert [(row.selector, row.method) for row in explanation.selectors] == [
        ("same", "join on 1 key"),
        ("same and earlier", "sort and prefix sums in groups by 1 key"),
    ]
    assert str(explanation).splitlines()[0].split() == ["selector", "method", "steps"]
    with pytest.raises(rasp.RaspError, match="evaluated"):
        session.explain(3, n=10)
