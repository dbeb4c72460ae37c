"""Feed-forwards: the units of a function give the function on all its rows, and few units are enough."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasp.compile.steps import FunctionTable, _Ordering, units
from rasp.errors import CannotCompile

SIZE = 40  # dimensions of the stream in these tests
CELLS = (1, 6)  # first dimensions of two cells of at most five classes
REALS = (11, 12, 13)
RESULT = 20


def function(contexts, reals, results, shares=()):
    contexts, reals = np.array(contexts, dtype=int), np.array(reals, dtype=float)
    contexts = contexts.reshape(len(results), -1)
    reals = reals.reshape(len(results), -1)
    vectors = tuple({RESULT + number: 1.0} for number in range(max(results) + 1))
    dims, real_dims = CELLS[: contexts.shape[1]], REALS[: reals.shape[1]]
    return FunctionTable(contexts, dims, reals, real_dims, shares, np.array(results), vectors)


def computed(made, given_function):
    """What the units add to the stream, (rows, SIZE), and to that of the BOS position."""
    stream = np.zeros((len(given_function.results), SIZE))
    for start, column in zip(given_function.dims, given_function.contexts.T, strict=True):
        stream[np.arange(len(column)), start + column] = 1
    stream[:, list(given_function.real_dims)] = given_function.reals
    total = np.zeros_like(stream)
    for unit in made:
        before = unit.bias + sum(weight * stream[:, dim] for dim, weight in unit.weights.items())
        for dim, value in unit.outputs.items():
            total[:, dim] += np.maximum(before, 0) * value
    return total


def check(given_function):
    """The units, once they have given the right results."""
    made = units(given_function)
    expected = np.zeros((len(given_function.results), SIZE))
    expected[np.arange(len(expected)), RESULT + given_function.results] = 1
    assert np.abs(computed(made, given_function) - expected).max() < 1e-9
    return made


@settings(max_examples=200)
@given(st.data())
def test_functions_of_classes_and_numbers(data):
    cells, channels = data.draw(st.integers(0, 2)), data.draw(st.integers(0, 3))
    numbers = st.integers(-6, 6).map(lambda number: number / 7)
    row = st.tuples(*[st.integers(0, 3)] * cells, *[numbers] * channels)
    rows = data.draw(st.lists(row, min_size=1, max_size=25, unique=True))
    results = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    check(function([row[:cells] for row in rows], [row[cells:] for row in rows], results))


def test_one_unit_a_box():
    grid = [(left, right) for left in range(4) for right in range(4)]
    made = check(function(grid, [[]] * 16, [int(left > 1 and right > 0) for left, right in grid]))
    assert len(made) == 3


def test_two_units_a_step():
    rows = [[number / 10] for number in range(10)]
    made = check(function([[]] * 10, rows, [int(number > 4) for number in range(10)]))
    assert len(made) == 1 + 2


def shares_of(most):
    """Counts with sums, and the shares that a head tells them by."""
    pairs = [(count, total) for count in range(most + 1) for total in range(-count, count + 1)]
    return pairs, [(1 / (count + 1), total / (count + 1)) for count, total in pairs]


def test_a_threshold_of_a_mean_is_one_step():
    pairs, shares = shares_of(8)
    results = [int(bool(count) and total / count > 0.25) for count, total in pairs]
    assert len(check(function([[]] * len(pairs), shares, results, ((0, 1),)))) == 1 + 2


def test_a_sum_needs_a_step_for_each_value():
    pairs, shares = shares_of(8)
    results = [total + 8 for _, total in pairs]
    assert len(check(function([[]] * len(pairs), shares, results, ((0, 1),)))) == 1 + 2 * 16


def test_a_count_needs_the_share_of_bos_alone():
    pairs, shares = shares_of(8)
    made = check(function([[]] * len(pairs), shares, [count for count, _ in pairs], ((0, 1),)))
    assert len(made) == 1 + 2 * 8
    assert all(REALS[1] not in unit.weights for unit in made)


def test_what_floats_cannot_tell_apart_is_refused():
    with pytest.raises(CannotCompile, match="too close together"):
        units(function([[], []], [[1.0], [1.0 + 1e-12]], [0, 1]))


def test_many_channels():
    """Of twenty channels there are a million sets; so the sets that decide are found by dropping channels."""
    rng = np.random.default_rng(0)
    numbers = rng.integers(-3, 4, (300, 20)) / 7
    ordering = _Ordering(numbers, rng.integers(0, 2, 300), function([[]], [[0.0] * 3], [0]))
    found = list(ordering._subsets())
    assert len(found) < 1_400
    assert all(ordering._decide(chosen) for chosen in found)
    assert max(map(len, found)) == 20


def test_a_set_of_more_channels_than_are_looked_at_one_by_one():
    """The sum of five channels decides, and no four of them do."""
    rows = np.array(list(itertools.product((0, 1), repeat=5))) / 8
    results = (rows.sum(axis=1) * 8).astype(int) % 2
    ordering = _Ordering(rows, results, function([[]], [[0.0] * 3], [0]))
    assert list(ordering._subsets()) == [(0, 1, 2, 3, 4)]
