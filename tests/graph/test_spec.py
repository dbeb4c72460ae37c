"""No illegal graph can be built, and no pass makes one."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from rasp.architecture.masks import confine, mask
from rasp.architecture.normal import Normal
from rasp.architecture.plan import make_plan
from rasp.compile.compiler import compile_plan
from rasp.compile.heads import heads_of
from rasp.compile.layout import stored_nodes
from rasp.errors import CannotCompile, InternalError
from rasp.graph import builders as graph
from rasp.graph import nodes
from rasp.graph.builders import with_operands
from rasp.graph.nodes import Illegal, Map, Node, is_selector, operands, topological
from rasp.graph.operators import COMPARISONS, OPERATORS
from rasp.graph.spec import LEGAL, check_graph
from rasp.source.program import program
from rasp.source.reading import load_nodes
from tests.compile.programs import ADDITION, LIBRARY
from tests.engine import strategies

SOP, SELECTOR = graph.indices(), graph.full()
NOTHING: Any = None
LIST: Any = Illegal("list")
PLAIN = [operator.name for operator in OPERATORS.values() if not operator.tabled]
SORTS = {  # of the operands of each class but Map, in their order
    nodes.Constant: "",
    nodes.Tokens: "",
    nodes.Indices: "",
    nodes.Aggregate: "selector s-op",
    nodes.SelectorWidth: "selector",
    nodes.Compare: "s-op s-op",
    nodes.And: "selector selector",
    nodes.Or: "selector selector",
    nodes.Not: "selector",
    nodes.Best: "selector s-op",
    nodes.Nearest: "selector",
}
SELECTORS = (nodes.Compare, nodes.And, nodes.Or, nodes.Not, nodes.Best, nodes.Nearest)


LOOKUPS = {"lookup": 1, "lookup_or": 2}  # operands of each


def sort_of(node):
    return "selector" if isinstance(node, SELECTORS) else "s-op"


def is_atom(value):
    return isinstance(value, (bool, int, float, str)) and (not isinstance(value, float) or math.isfinite(value))


def is_entry(value):
    return isinstance(value, Illegal) or is_atom(value)


def is_legal(node):
    """The rules again, in other words."""
    sorts = [sort_of(part) for part in operands(node)]
    if not all(isinstance(part, Node) for part in operands(node)):
        return False
    match node:
        case Map(op="in", table=tuple(table), keyed=False):
            return sorts == ["s-op"] and all(map(is_atom, table))
        case Map(op="lookup" | "lookup_or" as op, table=tuple(table), keyed=False):
            return sorts == ["s-op"] * LOOKUPS[op] and all(map(is_entry, table))
        case Map(op="lookup" | "lookup_or" as op, table=tuple(table), keyed=True):
            return sorts == ["s-op"] * LOOKUPS[op] and all(is_atom(pair[0]) and is_entry(pair[1]) for pair in table)
        case Map(op=op, table=None, keyed=False):
            return op in [*OPERATORS] and op not in ["in", *LOOKUPS] and sorts == ["s-op"] * OPERATORS[op].arity
        case nodes.Compare(op=op) if op not in COMPARISONS:
            return False
        case nodes.Constant(value=value) | nodes.Aggregate(default=value) if not is_atom(value):
            return False
        case nodes.Tokens(kind=kind) if kind not in ("str", "int", "float", "bool", "asis"):
            return False
    return type(node) in SORTS and sorts == SORTS[type(node)].split()


def check_all(made):
    """Checks nodes and all that they are made of. Each is the one that a builder gives: none was made past them."""
    check_graph(made)
    for node in topological(made):
        assert is_legal(node)
        assert with_operands(node, operands(node)) is node


# ---------------------------------------------------------------------------------------------------------- building


def test_every_class_has_a_row():
    classes = {kind for kind in vars(nodes).values() if isinstance(kind, type) and issubclass(kind, Node)} - {Node}
    assert set(LEGAL) == classes == {*SORTS, Map}


WRONG = [
    (lambda: graph.apply("no", SOP), "there is no operator 'no'"),
    (lambda: graph.apply("in", SOP), "`in` cannot be made of an s-op, None"),
    (lambda: graph.apply("select", SOP, SOP), "there is no operator 'select'"),
    (lambda: graph.apply("+", SOP), "`+` takes 2 operands, not 1"),
    (lambda: graph.apply("round", SOP, SOP), "`round` takes 1 operand, not 2"),
    (lambda: graph.apply("+", SOP, SELECTOR), "`+` cannot be made of an s-op, a selector"),
    (lambda: graph.aggregate(SOP, SOP), "Aggregate cannot be made of an s-op, an s-op, 0"),
    (lambda: graph.aggregate(SELECTOR, SELECTOR), "Aggregate cannot be made of a selector, a selector, 0"),
    (lambda: graph.aggregate(SELECTOR, SOP, None), "Aggregate cannot be made of a selector, an s-op, None"),
    (lambda: graph.selector_width(SOP), "SelectorWidth cannot be made of an s-op"),
    (lambda: graph.compare("in", SOP, SOP), "Compare cannot be made of 'in', an s-op, an s-op"),
    (lambda: graph.compare("==", SELECTOR, SOP), "Compare cannot be made of '==', a selector, an s-op"),
    (lambda: graph.compare("==", SOP, SELECTOR), "Compare cannot be made of '==', an s-op, a selector"),
    (lambda: graph.both(SOP, SELECTOR), "And cannot be made of an s-op, a selector"),
    (lambda: graph.either(SELECTOR, SOP), "Or cannot be made of a selector, an s-op"),
    (lambda: graph.negation(SOP), "Not cannot be made of an s-op"),
    (lambda: graph.best(SOP, SOP), "Best cannot be made of an s-op, an s-op"),
    (lambda: graph.best(SELECTOR, SELECTOR), "Best cannot be made of a selector, a selector"),
    (lambda: graph.nearest(SOP), "Nearest cannot be made of an s-op"),
    (lambda: graph.constant(float("nan")), "Constant cannot be made of nan"),
    (lambda: graph.constant((1,)), "Constant cannot be made of (1,)"),
    (lambda: graph.tokens("text"), "Tokens cannot be made of 'text'"),
    (lambda: graph.lookup(SELECTOR, "ab"), "`lookup` cannot be made of a selector, ('a', 'b')"),
    (lambda: graph.lookup(SOP, [NOTHING]), "`lookup` cannot be made of an s-op, (None,)"),
    (lambda: graph.lookup_key(SOP, [(NOTHING, 1)]), "`lookup` cannot be made of an s-op, ((None, 1),)"),
    (lambda: graph.member(SOP, [LIST]), "`in` cannot be made of an s-op, (<rasp.graph.nodes.Illegal"),
]


@pytest.mark.parametrize(("build", "message"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_not_legal_is_refused_when_it_is_built(build, message):
    for _ in range(2):  # nothing is left behind that the second one would find
        with pytest.raises(InternalError) as caught:
            build()
        assert str(caught.value).startswith(message)


BUILDERS: dict[Callable[..., Node], int] = {  # with the number of arguments that they take, an operator left out
    graph.constant: 1,
    graph.tokens: 1,
    graph.apply: 2,
    graph.lookup: 2,
    graph.lookup_key: 2,
    graph.member: 2,
    graph.aggregate: 3,
    graph.selector_width: 1,
    graph.compare: 2,
    graph.both: 2,
    graph.either: 2,
    graph.negation: 1,
    graph.best: 2,
    graph.nearest: 1,
    graph.at: 2,
}
OPS = st.sampled_from([*OPERATORS, *COMPARISONS, "", "best", "lookup_key", "not in", 1, None, nodes.And, ("+",)])
NUMBERS = [float("inf"), float("nan"), 1j]
THINGS = st.sampled_from([*NUMBERS, NOTHING, b"a", [], (), {}, "ab", "int", ("a", 1), [("a", 1)], [NOTHING], [LIST]])


@settings(max_examples=600, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), st.sampled_from(list(BUILDERS)), st.data())
def test_no_call_of_a_builder_makes_an_illegal_node(made, build, data):
    count = data.draw(st.sampled_from([BUILDERS[build]] * 3 + [1, 2, 3])) if build == graph.apply else BUILDERS[build]
    arguments = data.draw(st.lists(st.sampled_from(made), min_size=count, max_size=count))
    if data.draw(st.booleans()):
        arguments[data.draw(st.integers(0, count - 1))] = data.draw(strategies.atoms | THINGS)
    if build in (graph.apply, graph.compare):
        arguments.insert(0, data.draw(OPS))
    refused = False
    for _ in range(2):
        try:
            node = build(*arguments)
        except InternalError:
            refused = True
        else:
            assert not refused  # nothing is left behind that a second call would find
            event("built")
            check_all([node])


OF_NODES = {
    **{("select", op): (partial(graph.compare, op), "s-op s-op") for op in COMPARISONS},
    **{("apply", op): (partial(graph.apply, op), " ".join(["s-op"] * OPERATORS[op].arity)) for op in PLAIN},
    "aggregate": (graph.aggregate, "selector s-op"),
    "width": (graph.selector_width, "selector"),
    "both": (graph.both, "selector selector"),
    "either": (graph.either, "selector selector"),
    "negation": (graph.negation, "selector"),
    "best": (graph.best, "selector s-op"),
    "nearest": (graph.nearest, "selector"),
}


@pytest.mark.parametrize("name", OF_NODES)
def test_each_builder_takes_operands_of_its_sorts_alone(name):
    build, wanted = OF_NODES[name]
    for count in range(4):
        for parts in itertools.product([SOP, SELECTOR], repeat=count):
            if [sort_of(part) for part in parts] == wanted.split():
                check_all([build(*parts)])
            else:
                with pytest.raises(InternalError if count == len(wanted.split()) else (InternalError, TypeError)):
                    build(*parts)


ODD = [NOTHING, 3, -1, 2.5, "ab", b"a", ["x"], {}, {"a"}, ("a", 1), [("a", 1)], [["x"]], object(), LIST, SOP, SELECTOR]


@pytest.mark.parametrize("build", BUILDERS, ids=lambda build: build.__name__)
def test_every_odd_argument_is_refused_in_words(build):
    """Each argument in turn is odd, the others are right; what is not refused is legal."""
    right = {
        graph.constant: [1],
        graph.tokens: ["str"],
        graph.apply: ["+", SOP, SOP],
        graph.lookup: [SOP, "ab"],
        graph.lookup_key: [SOP, [("a", 1)]],
        graph.member: [SOP, "ab"],
        graph.aggregate: [SELECTOR, SOP, 0],
        graph.compare: ["==", SOP, SOP],
        graph.at: [SOP, 0],
    }.get(build) or [{"s-op": SOP, "selector": SELECTOR}[sort] for sort in OF_NODES[NAMES[build]][1].split()]
    check_all([build(*right)])
    said = []
    for place, odd in itertools.product(range(len(right)), ODD):
        arguments = [*right[:place], odd, *right[place + 1 :]]
        try:
            check_all([build(*arguments)])
        except InternalError as error:
            said.append(str(error))
    assert all(re.search("cannot be made of|there is no operator|is no position", message) for message in said)


NAMES = {build: name for name, (build, _) in OF_NODES.items() if isinstance(name, str)}


@pytest.mark.parametrize(
    "node", [SOP, SELECTOR, graph.lookup(SOP, "ab"), graph.aggregate(SELECTOR, SOP), NOTHING, 3, "a"]
)
@pytest.mark.parametrize("parts", [[], [SOP] * 3, [NOTHING], [["x"], 3], NOTHING, 3])
def test_other_operands_are_as_many(node, parts):
    if (node, parts) == (SOP, []):  # it has none
        return
    with pytest.raises(InternalError, match="cannot be made of"):
        with_operands(node, parts)


# ------------------------------------------------------------------------------------------------------ whole graphs


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), st.integers())
def test_a_check_finds_a_forged_node_anywhere(made, seed):
    """One field of a node gets what does not belong there, and others are made of that node."""
    chance = random.Random(seed)
    node = chance.choice([node for node in made if not isinstance(node, nodes.Indices)])
    fields = {name: value for name, value in vars(node).items() if name not in ("serial", "keyed")}
    name = chance.choice([*fields])
    wrong = {"table": 3, "operands": (SELECTOR,)}.get(name, chance.choice([None, [], SOP, SELECTOR]))
    forged = type(node)(**{**vars(node), name: wrong})
    if is_legal(forged):  # a selector, maybe, in place of another
        return
    above = nodes.Not(-1, forged) if sort_of(forged) == "selector" else nodes.Map(-1, "not", (forged,))
    for top in (forged, above):
        with pytest.raises(InternalError):
            check_graph([*made, top])


@pytest.mark.parametrize(
    "node",
    [
        *ODD[:-2],
        Map(-1, "+", NOTHING),
        Map(-1, "+", 3),
        Map(-1, "+", [SOP, SOP]),
        Map(-1, ["+"], (SOP,)),
        nodes.Compare(-1, ["=="], SOP, SOP),
        nodes.Tokens(-1, ["str"]),
        nodes.Not(-1, ["x"]),
        nodes.Aggregate(-1, SELECTOR, NOTHING, 0),
        Node(-1),
    ],
)
def test_a_check_says_what_is_wrong_with_odd_fields(node):
    with pytest.raises(InternalError, match=r"cannot be made of|is no node|there is no operator"):
        check_graph([SOP, node])


def test_a_deep_graph_is_checked():
    node = graph.indices()
    for number in range(5000):
        node = graph.apply("+", node, graph.constant(number))
    check_graph([node])


# ------------------------------------------------------------------------------------------------------------ passes


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.graphs(steps=20))
def test_passes_keep_random_graphs_legal(made):
    check_all(made)
    normal = Normal()
    check_all([normal(node) for node in made])
    check_all(load_nodes(program(made)))
    check_all(confine(made, mask("strided:2")))


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(steps=8), st.booleans())
def test_plans_of_random_graphs_are_legal(made, assume_bos):
    plan = make_plan([node for node in made if not is_selector(node)][-3:], assume_bos)
    check_all(of_plan(plan))
    try:
        heads = heads_of(plan)
    except CannotCompile:
        return
    check_all(of_heads(heads))


@pytest.mark.parametrize("given_program", [*LIBRARY, ADDITION], ids=lambda program: program.sop)
def test_passes_keep_the_library_legal(given_program):
    sop = given_program.load()
    check_all([sop.node])
    check_all([Normal()(sop.node), *load_nodes(program([sop.node])), *confine([sop.node], mask("causal"))])
    plan = make_plan([sop.node], assume_bos=True)
    check_all(of_plan(plan))
    made = compile_plan(plan, ["x"], given_program.vocab, 3, False, lambda node: "x")
    check_all(of_heads(made.layout.heads))
    check_all([node for key in made.layout.cells for node in stored_nodes(key)])


def of_plan(plan):
    """All nodes that a plan speaks of."""
    heads = [head for layer in plan.layers for head in layer.heads]
    uses = [use for head in heads for use in head.uses]
    read = [use.reads for use in uses if use.reads is not None]
    computed = [node for layer in plan.layers for node in layer.computed]
    found = [node for use in uses for node in (use.selector, use.result)]
    return [*plan.outputs, *plan.form_of, *plan.form_of.values(), *plan.read, *read, *computed, *found]


def of_heads(heads):
    """All nodes that the heads of a model in the making speak of."""
    patterns = [head.pattern for head in heads]
    parts = [part for found in patterns for part in (*found.clauses, *found.scores, *found.keys, *found.queries)]
    readings = [reading for head in heads for reading in head.readings]
    values = [reading.values for reading in readings if reading.values is not None]
    return [*[found.selector for found in patterns], *parts, *[reading.result for reading in readings], *values]
