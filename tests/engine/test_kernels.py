"""Typed kernels against the scalar functions: what a kernel gives is what the exact path gives, to the last bit."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rasp.engine import attention, dense_selectors, elementwise, exact_elementwise, look_up_kernels
from rasp.engine.values import ALL, EXACT, FLOAT, Values, atoms, constant, from_rows
from rasp.errors import RaspError
from rasp.graph import builders as graph
from rasp.graph.nodes import Illegal
from rasp.graph.operators import COMPARISONS, OPERATORS
from tests.choices import Choices
from tests.engine import reference, strategies


@st.composite
def operands(draw, count, kinds=tuple(strategies.KINDS)):
    """Values that broadcast together, each row of a kind of its own; any axis may stand for many equal entries."""
    choices = Choices(draw, 2 + 3 * count)
    batch, size = choices.item([1, 2, 3]), choices.item([1, 2, 3, 4])
    made = []
    for _ in range(count):
        rows, here = choices.item([batch, batch, 1]), choices.item([size, size, 1])
        values = from_rows([draw(strategies.rows(here, kinds)) for _ in range(rows)])
        if choices.item([False, True]):
            values.bound = largest(values)
        made.append(values)
    return made


def largest(values):
    """The largest absolute value; None of strings."""
    listed = [atom for row in atoms(values, values.shape) for atom in row]
    return None if any(isinstance(atom, str) for atom in listed) else max(map(abs, listed))


def written(values, shape):
    """Values in a form that is equal only for the same kinds and atoms."""
    kinds = np.broadcast_to(values.kinds, shape[:1]).tolist()
    return [(kind, reference.spelled(row)) for kind, row in zip(kinds, atoms(values, shape), strict=True)]


def check_form(values):
    """What `Values` promises of its arrays."""
    shape = values.shape  # equal rows of data may be of several kinds, which then stand once
    assert {len(values.kinds), len(values.data)} <= {1, shape[0]}
    assert len(values.kinds) > 1 or values.kinds is ALL[values.kinds[0]]
    assert values.bound is None or largest(values) <= values.bound
    if values.data.dtype.kind == "f":
        ints = np.broadcast_to(values.data, shape)[np.broadcast_to(values.kinds, shape[:1]) < FLOAT]
        assert (ints == np.rint(ints)).all()
        assert (np.abs(ints) <= EXACT).all()
        assert not np.signbit(ints[ints == 0]).any()


def check(node, given_operands, typed):
    shape = np.broadcast_shapes(*(operand.data.shape for operand in given_operands))
    if typed is None:
        return
    expected = exact_elementwise.apply_exactly(node, given_operands)  # raises nothing where a kernel gives values
    check_form(typed)
    assert written(typed, shape) == written(expected, shape)


def names(arity):
    return [name for name in elementwise.KERNELS if OPERATORS[name].arity == arity]


def run(op, values):
    node = graph.apply(op, *(graph.constant(place) for place in range(len(values))))
    with np.errstate(all="ignore"):
        check(node, values, elementwise.KERNELS[op](*values))


ORDINARY: dict[str, list[Any]] = {"bool": [True, False], "int": [3, 2], "float": [1.5, 2.25], "string": ["a", "bc"]}

# What a kernel leaves to the exact path, though nothing in it is large.
DECLINED = {
    "*": {("string", "int"), ("int", "string"), ("string", "bool"), ("bool", "string")},  # how long is the result?
    "^": {(left, right) for left in ("bool", "int", "float") for right in ("bool", "int", "float")}
    - {(left, right) for left in ("bool", "int") for right in ("bool", "int")},  # NumPy's last bit is another
}


@pytest.mark.parametrize("op", elementwise.KERNELS)
def test_kernels_accept_ordinary_operands(op):
    """Else the comparisons below would hold of a kernel that always declines."""
    for kinds in itertools.product(ORDINARY, repeat=OPERATORS[op].arity):
        given_operands = [from_rows([ORDINARY[kind]]) for kind in kinds]
        node = graph.apply(op, *(graph.constant(place) for place in range(len(kinds))))
        try:
            expected = exact_elementwise.apply_exactly(node, given_operands)
        except RaspError:
            continue
        typed = elementwise.KERNELS[op](*given_operands)
        assert (typed is None) == (kinds in DECLINED.get(op, ())), kinds
        if typed is not None:
            assert written(typed, (1, 2)) == written(expected, (1, 2))


@pytest.mark.parametrize("op", names(1))
@settings(max_examples=100, deadline=None)
@given(values=operands(1))
def test_unary(op, values):
    run(op, values)


@pytest.mark.parametrize("op", names(2))
@settings(max_examples=200, deadline=None)
@given(values=operands(2))
def test_binary(op, values):
    run(op, values)


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "%", "==", "<"])
@settings(max_examples=200, deadline=None)
@given(values=operands(2, ("int", "any float", "any number", "bool")))
def test_binary_numbers(op, values):
    run(op, values)


@settings(max_examples=200, deadline=None)
@given(values=operands(3))
def test_where(values):
    run("where", values)


@st.composite
def tables(draw):
    """Whether a table has keys, its entries, and its keys that are not among the values, if it has any."""
    choices = Choices(draw, 2)
    entries = draw(strategies.rows(choices.item(range(7))))
    return choices.item([True, False]), entries, draw(strategies.rows(6, ("any",)))


@pytest.mark.parametrize("kind", ORDINARY)
def test_kernels_of_tables_accept_ordinary_operands(kind):
    keys = ORDINARY[kind]
    values = from_rows([keys])
    nodes: list[Any] = [
        graph.lookup_key(graph.indices(), zip(keys, "ab", strict=True)),
        graph.member(graph.indices(), keys[:1]),
    ]
    if kind in ("bool", "int"):
        nodes.append(graph.lookup(graph.indices(), "abcd"))
    known = graph.lookup_key(graph.indices(), [(keys[0], "c")], graph.constant(0))
    for default in (["d"], ["d", "e"]):
        given_operands = [values, from_rows([default])]
        expected = written(exact_elementwise.apply_exactly(known, given_operands), (1, 2))
        assert written(look_up_kernels.table_kernel(known)(*given_operands), (1, 2)) == expected
    for node in nodes:
        expected = written(exact_elementwise.apply_exactly(node, [values]), (1, 2))
        assert written(look_up_kernels.KERNELS[node.op](node, values), (1, 2)) == expected
        assert written(look_up_kernels.table_kernel(node)(values), (1, 2)) == expected


@settings(max_examples=400, deadline=None)
@given(values=operands(1), table=tables(), illegal=st.booleans())
def test_look_up(values, table, illegal):
    keyed, entries, keys = table
    entries = [*entries, Illegal("list")] if illegal else entries
    index = graph.indices()
    used = [atom for row in atoms(values[0], values[0].data.shape) for atom in row]
    pairs = zip(used + keys, entries, strict=False)
    node = graph.lookup_key(index, pairs) if keyed else graph.lookup(index, entries)
    check(node, values, look_up_kernels.KERNELS["lookup"](node, *values))
    check(node, values, look_up_kernels.table_kernel(node)(*values))


@settings(max_examples=400, deadline=None)
@given(values=operands(2), table=tables(), illegal=st.booleans())
def test_look_up_or(values, table, illegal):
    keyed, entries, keys = table
    entries = [*entries, Illegal("list")] if illegal else entries
    used = [atom for row in atoms(values[0], values[0].data.shape) for atom in row]
    index, default = graph.indices(), graph.constant(0)
    pairs = zip(used + keys, entries, strict=False)
    node = graph.lookup_key(index, pairs, default) if keyed else graph.lookup(index, entries, default)
    check(node, values, look_up_kernels.KERNELS["lookup_or"](node, *values))
    check(node, values, look_up_kernels.table_kernel(node)(*values))


def test_a_missing_key_does_not_widen_its_row():
    """What fills the place of a missing key is of another row's kind, which this row must not take."""
    values = [from_rows([[0, 0, 0], [1, 2, 2]]), from_rows([[7, 8, 9]])]
    node = graph.lookup_key(graph.indices(), [(0, 0.5), (1, 5)], graph.constant(0))
    expected = written(exact_elementwise.apply_exactly(node, values), (2, 3))
    assert written(look_up_kernels.KERNELS["lookup_or"](node, *values), (2, 3)) == expected


@settings(max_examples=200, deadline=None)
@given(values=operands(1), table=st.lists(strategies.atoms, max_size=6))
def test_member(values, table):
    node = graph.member(graph.indices(), table)
    check(node, values, look_up_kernels.KERNELS["in"](node, *values))
    check(node, values, look_up_kernels.table_kernel(node)(*values))


def spread(axis):
    """How many entries the axis of an array may stand for."""
    return st.integers(1, 4) if axis == 1 else st.just(axis)


@settings(max_examples=300, deadline=None)
@given(operands(1), st.booleans(), st.floats(0, 1), st.integers(0, 99), st.data())
def test_best(values, large, density, seed, data):
    """Each row keeps what plain Python keeps of it, whatever axes of the selector and of the scores stand for many."""
    (scores,) = values
    if large:  # past the size from which narrow types are used
        scores = Values(np.tile(scores.data, 64), scores.kinds)
    batch, size = map(data.draw, map(spread, scores.data.shape))
    shape = [data.draw(st.sampled_from([axis, 1])) for axis in (batch, size, size)]
    selector = np.random.default_rng(seed).random(shape) < density
    rows = zip(np.broadcast_to(selector, (batch, size, size)).tolist(), atoms(scores, (batch, size)), strict=True)
    expected = [[reference.best(entries, row) for entries in matrix] for matrix, row in rows]
    assert np.broadcast_to(attention.best(selector, scores), (batch, size, size)).tolist() == expected


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 3), st.integers(1, 9) | st.integers(60, 70), st.floats(0, 1), st.integers(0, 99), st.data())
def test_nearest(batch, size, density, seed, data):
    shape = [data.draw(st.sampled_from([axis, 1])) for axis in (batch, size, size)]
    selector = np.random.default_rng(seed).random(shape) < density
    rows = np.broadcast_to(selector, (batch, size, size)).tolist()
    expected = [[reference.nearest(entries, query) for query, entries in enumerate(matrix)] for matrix in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attention, "BLOCK", data.draw(st.sampled_from([1, 100, 2**22])))
        found = attention.nearest(selector, size)
    assert np.broadcast_to(found, (batch, size, size)).tolist() == expected


@pytest.mark.parametrize("op", COMPARISONS)
@settings(max_examples=200, deadline=None)
@given(sides=operands(2), large=st.booleans())
def test_select(op, sides, large):
    """Every entry is the scalar comparison of its key and query, or one of them raises."""
    keys, queries = sides
    batch = max(len(keys.data), len(queries.data))
    size = max(keys.data.shape[1], queries.data.shape[1])
    function = OPERATORS[op].function
    pairs = zip(atoms(keys, (batch, size)), atoms(queries, (batch, size)), strict=True)
    copies = 64 if large else 1  # past the size from which narrow types are used
    keys, queries = (repeat(side, size, copies) for side in sides)
    try:
        expected = np.array([[[function(key, query) for key in here] for query in there] for here, there in pairs])
    except RaspError as error:
        with pytest.raises(type(error)):
            attention.select(op, keys, queries)
        return
    selected = attention.select(op, keys, queries)
    assert (selected == np.tile(expected, (copies, copies))).all()


def repeat(values, size, copies):
    """The values, spread to that size and put behind themselves."""
    spread_out = np.broadcast_to(values.data, (len(values.data), size))
    return Values(np.tile(spread_out, copies), values.kinds) if copies > 1 else values


AGGREGATED = ("bool", "small int", "int", "bool and int", "float", "int and float", "letter", "text")


@pytest.mark.parametrize(
    ("kind", "selected", "default"),
    [
        *((kind, [[0, 1], [1, 0]], 0) for kind in ORDINARY),  # one key in each row: no row takes the default
        ("string", [[0, 1], [0, 0]], "-"),
        *((kind, [[1, 1], [1, 0]], 0) for kind in ("int", "float")),
        ("int", [[1, 1], [0, 0]], 0),
        ("float", [[1, 1], [0, 0]], 0.0),
    ],
)
def test_kernels_for_aggregates_accept_ordinary_values(kind, selected, default):
    chosen = from_rows([ORDINARY[kind]])
    selector = dense_selectors.DenseSelector(np.array([selected], dtype=bool), 2)
    typed = dense_selectors._aggregate_typed(constant(default), selector, chosen)
    assert written(typed, (1, 2)) == written(attention.aggregate(default, selector.matrix, chosen, 2), (1, 2))


@pytest.mark.parametrize("sizes", [{}, {"SMALL": 0}, {"LARGE": 0}], ids=str)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=operands(1, AGGREGATED),
    density=st.floats(0, 1),
    seed=st.integers(0, 99),
    default=strategies.atoms,
    data=st.data(),
)
def test_aggregate(values, density, seed, default, data, sizes, monkeypatch):
    """What the kernels for aggregates give is what the general way gives."""
    for name, size in sizes.items():
        monkeypatch.setattr(dense_selectors, name, size)
    (chosen,) = values
    batch, size = map(data.draw, map(spread, chosen.data.shape))
    shape = [data.draw(st.sampled_from([axis, 1])) for axis in (batch, size, size)]
    selector = dense_selectors.DenseSelector(np.random.default_rng(seed).random(shape) < density, size)
    if data.draw(st.booleans()):  # one key at most, in each row
        selector.matrix &= np.cumsum(selector.matrix, axis=2) == (1 if shape[2] == size else 0)
    typed = dense_selectors._aggregate_typed(constant(default), selector, chosen)
    if typed is not None:
        check_form(typed)
        expected = attention.aggregate(default, selector.matrix, chosen, size)
        assert written(typed, (batch, size)) == written(expected, (batch, size))
