"""What long inputs are summed with, each part against a plain definition: joins, ranges, dominance, exact sums."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasp.engine.joins import Dominance, Interval, Join, JoinCodes, Ranges, composite, encode
from rasp.engine.limbs import join_floats, round_sum, split_floats, split_ints
from tests.engine import strategies


def codes(draw, size, most):
    return np.array(draw(st.lists(st.integers(0, most - 1), min_size=size, max_size=size)), dtype=np.int64)


def interval(draw, keys, queries):
    """Codes and bounds of any order, some of them open; `selects` is the matrix."""
    most = draw(st.integers(1, 9))
    inner = codes(draw, keys, most)
    low, high = (codes(draw, queries, most + 1) if draw(st.booleans()) else None for _ in range(2))
    floor = np.zeros(queries) if low is None else low
    ceiling = np.full(queries, most) if high is None else high
    selects = (inner[None, :] >= floor[:, None]) & (inner[None, :] < ceiling[:, None])
    return Interval(inner, low, high, most), selects


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_joins_ranges_and_dominance(data):
    keys, queries = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    most = data.draw(st.sampled_from([1, 3, 10**6]))
    groups = JoinCodes(codes(data.draw, keys, most), codes(data.draw, queries, most), most)
    same = groups.keys[None, :] == groups.queries[:, None]
    (first, in_first), (second, in_second) = (interval(data.draw, keys, queries) for _ in range(2))
    weights = np.array(data.draw(st.lists(st.integers(-(2**58), 2**58), min_size=keys, max_size=keys)), dtype=np.int64)
    heights = np.abs(weights) + 1
    for method, selects in (
        (Join(groups), same),
        (Ranges(None, first), in_first),
        (Ranges(groups, first), same & in_first),
        (Dominance(None, first, second), in_first & in_second),
        (Dominance(groups, first, second), same & in_first & in_second),
    ):
        assert (method.sums(weights) == selects @ weights).all()
        assert (method.sums(None) == selects.sum(axis=1)).all()
        if isinstance(method, Ranges):
            assert (method.maxima(heights) == (selects * heights).max(axis=1)).all()


def test_composite_codes_do_not_overflow():
    part = JoinCodes(np.array([0, 2**31 - 1, 5]), np.array([2**31 - 1, 5, 4]), 2**31)
    joined = composite([part, part, part])
    assert (joined.keys[None, :] == joined.queries[:, None]).tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert joined.size < 2**62


@pytest.mark.parametrize("values", [[2**62, -(2**62), 0], [0.5, -0.0, 1e308], [3, 1, 2], [True, False, True]])
def test_codes_keep_the_order(values):
    array = np.array(values)
    (made, again), size = encode(array, array[::-1])
    assert made.argsort(kind="stable").tolist() == array.argsort(kind="stable").tolist()
    assert (made == again[::-1]).all()
    assert 0 <= made.min() <= made.max() < size


FLOATS = st.lists(strategies.floats, min_size=1, max_size=20)


@settings(max_examples=200, deadline=None)
@given(FLOATS | st.lists(strategies.halves, min_size=1, max_size=20))
def test_sums_of_floats_are_exact(numbers):
    made = split_floats(np.array(numbers))
    with np.errstate(all="ignore"):  # as in every evaluation
        limbs = list(made.arrays)
        (got,) = join_floats([limb.sum(keepdims=True) for limb in limbs], made)
    assert len(limbs) == made.limb_count
    assert value(made, [limb.tolist() for limb in limbs]) == sum(map(Fraction, numbers))
    exact = sum(map(Fraction, numbers))
    try:
        expected = float(exact)
    except OverflowError:
        assert np.isinf(got)
    else:
        assert got == expected or Fraction(expected) != exact
        assert abs(got - expected) <= 1e-15 * abs(expected)


def value(made, limbs):
    """The exact sum that limbs stand for."""
    return sum(sum(limb) * Fraction(2) ** (made.exponent + made.bits * place) for place, limb in enumerate(limbs))


@settings(max_examples=100, deadline=None)
@given(st.lists(strategies.ints, min_size=1, max_size=20))
def test_sums_of_ints_are_exact(numbers):
    small = all(-(2**63) <= number < 2**63 for number in numbers)
    made = split_ints(np.array(numbers, dtype=np.int64 if small else object))
    assert value(made, [limb.tolist() for limb in made.arrays]) == sum(numbers)
    assert round_sum([sum(limb.tolist()) for limb in made.arrays], made) == float(sum(numbers))


def test_ints_that_are_too_long_for_limbs():
    assert split_ints(np.array([1 << 10_000, 1], dtype=object)) is None


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([1 - 2.0**-53] * 1000 + [-1000.0], -1000 * 2.0**-53),  # the low limbs together have more digits than a float
        ([2.0**200, -1.0, -(2.0**200)], -1.0),  # all limbs but the lowest cancel
        ([1e308, 1e308, -1e308], 1e308),  # only a part is too large
        ([5e-324] * 3, 1.5e-323),
        ([0.0, -0.0], 0.0),
    ],
)
def test_sums_that_cancel(numbers, expected):
    made = split_floats(np.array(numbers))
    with np.errstate(all="ignore"):
        (got,) = join_floats([limb.sum(keepdims=True) for limb in made.arrays], made)
    assert got == expected
