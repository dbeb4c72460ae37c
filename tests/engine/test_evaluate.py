"""What holds for every evaluation: order, batches, sharing, depth, memory, limits, threads."""

from __future__ import annotations

import gc
import itertools
import sys
import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from rasp.base.limits import limits
from rasp.engine import attention, evaluate
from rasp.errors import IntTooLarge, MixedKinds, SequenceTooLong
from rasp.graph.builders import aggregate, apply, best, compare, constant, full, indices, selector_width, tokens
from rasp.graph.nodes import topological
from tests.engine import reference

IDX, TOK = indices(), tokens()
HIST = selector_width(compare("==", TOK, TOK))


@pytest.fixture
def limit():
    """Sets limits for one test."""
    before = dict(vars(limits))
    yield limits
    for name, value in before.items():
        setattr(limits, name, value)


def values(node, inputs):
    return [row[0].values for row in evaluate([node], inputs)]


def test_results_come_in_the_order_of_inputs_and_nodes():
    results = evaluate([TOK, HIST, TOK], ["aab", "c", ("x", 1, 1), "dd"])
    assert [[column.values for column in row] for row in results] == [
        [["a", "a", "b"], [2, 2, 1], ["a", "a", "b"]],
        [["c"], [1], ["c"]],
        [["x", "1", "1"], [1, 2, 2], ["x", "1", "1"]],
        [["d", "d"], [2, 2], ["d", "d"]],
    ]


def test_nothing_to_do():
    assert evaluate([], ["a", "b"]) == [[], []]
    assert evaluate([TOK], []) == []


def test_kinds_differ_from_row_to_row():
    node = aggregate(compare("==", TOK, TOK), IDX)
    assert [(row[0].kind, row[0].values) for row in evaluate([node], ["ab", "aa", "ba"])] == [
        ("int", [0, 1]),
        ("float", [0.5, 0.5]),
        ("int", [0, 1]),
    ]


def test_ints_beside_floats_stay_exact():
    """Rows of ints and floats share an array of floats; what it cannot hold must not pass through it."""
    node = apply("+", tokens("asis"), constant(2))
    assert values(node, [(2**53 - 1,), (0.5,)]) == [[2**53 + 1], [2.5]]
    mean = aggregate(full(), tokens("asis"))
    assert values(mean, [(2**53, 1, 1), (0.5, 0.5, 0.5)]) == [[float(2**53 + 2) / 3] * 3, [0.5] * 3]


@pytest.mark.parametrize("edge", [2**15, 2**16, 2**31, 2**32, 2**53, 2**63])
def test_long_selectors_of_large_ints(edge):
    """Long sequences are compared in the narrowest type that holds them."""
    row = [sign * (edge + step) for sign in (1, -1) for step in range(-20, 20)]
    matrix = evaluate([compare("<", tokens("asis"), tokens("asis"))], [row])[0][0]
    assert matrix.tolist() == [[key < query for key in row] for query in row]


def test_out_of_memory_is_a_clear_error(monkeypatch):
    def refuse(*_):
        raise MemoryError

    monkeypatch.setattr(sys.modules["rasp.engine.evaluate"], "run_plan", refuse)
    with pytest.raises(SequenceTooLong, match="memory"):
        evaluate([HIST], ["abc"])
    ((error,), (other,)) = evaluate([HIST], ["abc", "de"], errors="collect")
    assert (error.row, other.row) == (0, 1)


def test_a_default_of_another_kind_counts_only_where_it_is_used():
    node = aggregate(compare("==", TOK, constant("a")), IDX, "none")
    assert values(node, ["ab", "bb", "ba"]) == [[0, 0], ["none", "none"], [1, 1]]


def test_equal_values_of_several_kinds_beside_a_default():
    """All rows hold 0, or the mean 0.0; what they share is one row, and the default's kind counts for some of them."""
    large = apply("indicator", apply(">", tokens("int"), constant(1)))
    zeros = aggregate(best(compare("==", apply("<", large, IDX), constant(True)), TOK), constant(0))
    node = aggregate(best(compare(">", IDX, IDX), IDX), zeros, True)
    inputs = list(itertools.product((True, 2, 3), repeat=3))
    alone = [evaluate([node], [given])[0][0] for given in inputs]
    assert [(row[0].kind, row[0].values) for row in evaluate([node], inputs)] == [
        (one.kind, one.values) for one in alone
    ]
    assert {one.kind for one in alone} == {"int", "float"}


@pytest.mark.parametrize(
    ("node", "kind", "dtype"),
    [
        (TOK, "string", "<U1"),
        (IDX, "int", np.int64),
        (apply("*", IDX, constant(2**70)), "int", object),
        (apply("/", IDX, constant(2)), "float", np.float64),
        (apply("==", IDX, constant(2)), "bool", np.bool_),
        (constant("a\0"), "string", object),
    ],
)
def test_arrays_of_columns(node, kind, dtype):
    column = evaluate([node], ["abc"])[0][0]
    assert column.kind == kind
    assert column.array.dtype == dtype
    assert column.array.shape == (3,)
    assert not column.array.flags.writeable


def test_a_column_is_as_narrow_alone_as_beside_others():
    node = tokens("asis")
    batch = [(1, 2), (2**70, 1), (0.5, 1), "ab", (True, False)]
    kinds = [row[0].array.dtype.kind for row in evaluate([node], batch)]
    assert kinds == [evaluate([node], [row])[0][0].array.dtype.kind for row in batch] == list("iOfUb")


@pytest.mark.parametrize("count", [10_000, 100_000])
def test_deep_chain(count):
    node = IDX
    for _ in range(count):
        node = apply("+", node, constant(1))
    assert values(node, ["abc"]) == [[count, count + 1, count + 2]]
    gone = weakref.ref(node)
    del node
    gc.collect()
    assert gone() is None


def test_shared_nodes_are_computed_once():
    """Doubling 200 times would take for ever if operands were not shared."""
    node = IDX
    for _ in range(200):
        node = apply("+", node, node)
    assert values(node, ["abc"]) == [[0, 2**200, 2**201]]


def test_values_are_dropped_when_no_longer_needed():
    """A long chain of large sequences stays within a few times the size of one."""
    node, size = IDX, 100_000
    for _ in range(100):
        node = apply("+", node, constant(1))
    tracemalloc.start()
    evaluate([node], [(0,) * size])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * 8 * size


@pytest.mark.parametrize("entries", [1, 7, 50])
def test_chunks_and_blocks_change_nothing(monkeypatch, entries):
    batch = ["abacab", "bbbbbb", "ab", "cabbage", "aaaaaa", "abcabc"]
    earlier = compare("<", IDX, IDX)
    node = apply("+", HIST, apply("+", aggregate(earlier, HIST), aggregate(best(earlier, HIST), IDX)))
    whole = values(node, batch)
    monkeypatch.setattr(sys.modules["rasp.engine.evaluate"], "BATCH_ENTRIES", entries)
    monkeypatch.setattr(attention, "BLOCK", entries)
    assert values(node, batch) == whole


def test_error_row_counts_all_inputs(monkeypatch):
    monkeypatch.setattr(sys.modules["rasp.engine.evaluate"], "BATCH_ENTRIES", 1)
    with pytest.raises(MixedKinds) as caught:
        evaluate([tokens("asis")], ["ab", "c", (1, 2), ("a", 1)])
    assert (caught.value.row, caught.value.position) == (3, 1)


@pytest.mark.parametrize("size", [3, 9000])
@pytest.mark.parametrize(
    ("shift", "values_", "default", "place"),
    [(-1, TOK, 0, 0), (1, TOK, True, -1), (-1, IDX, "x", 0), (-2, TOK, 0.5, 0), (1, apply("==", IDX, IDX), "", -1)],
)
def test_a_default_of_another_kind_is_named(size, shift, values_, default, place):
    node = aggregate(compare("==", IDX, apply("+", IDX, constant(shift))), values_, default)
    with pytest.raises(MixedKinds) as caught:
        evaluate([node], ["a" * size])
    hint = caught.value.diagnostic.hint
    shown = f'"{default}"' if isinstance(default, str) else repr(default)
    assert f"at position {place % size}, so the default {shown} stands there" in hint


def test_too_long_for_a_matrix(limit):
    limit.pairs = 100
    assert values(TOK, ["a" * 11]) == [["a"] * 11]
    with pytest.raises(SequenceTooLong) as caught:
        evaluate([HIST], ["ab", "a" * 11])
    assert caught.value.row == 1
    assert caught.value.code == "R606"


def test_limit_of_digits_holds_on_typed_paths(limit):
    limit.int_digits = 5
    for op, other in [("*", 10), ("+", 50_000), ("^", 6)]:
        with pytest.raises(IntTooLarge) as caught:
            evaluate([apply(op, tokens("int"), constant(other))], [("1",), ("10000",), ("50000",)])
        assert caught.value.row in (1, 2)
    assert values(apply("*", tokens("int"), constant(10)), [("999",)]) == [[9990]]


def test_many_rows_against_the_plain_evaluator():
    rng = np.random.default_rng(0)
    batch = [tuple(rng.choice(list("abc"), size)) for size in rng.integers(1, 30, 100).tolist()]
    batch = [tuple(map(str, row)) for row in batch]
    rank = selector_width(compare("<=", TOK, TOK))
    nodes = [rank, aggregate(compare("<", rank, IDX), rank), aggregate(compare("==", rank, IDX), IDX, 0.5)]
    nodes.append(aggregate(best(compare("!=", TOK, TOK), rank), IDX, 0.5))
    for row, result in zip(batch, evaluate(nodes, batch), strict=True):
        known = reference.evaluate(topological(nodes), row)
        assert [(column.kind, column.values) for column in result] == [known[node] for node in nodes]


def test_long_sequence_in_blocks():
    size = 5000
    text = "abcd" * (size // 4)
    mean = aggregate(compare("<=", IDX, IDX), IDX)
    last = aggregate(best(compare("==", TOK, TOK), IDX), IDX)
    hist, means, everything, lasts = evaluate([HIST, mean, selector_width(full()), last], [text])[0]
    assert hist.values == [size // 4] * size
    assert means.values == [0] + [place / 2 for place in range(1, size)]
    assert everything.values == [size] * size
    assert lasts.values == [size - 4, size - 3, size - 2, size - 1] * (size // 4)


def test_reentrant():
    node = aggregate(compare("<=", IDX, IDX), HIST)
    texts = ["abca" * (1 + place % 7) for place in range(60)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: values(node, [text])[0], texts))
    assert together == [row[0].values for row in evaluate([node], texts)]
