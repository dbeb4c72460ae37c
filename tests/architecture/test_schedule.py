"""Placement against trying every placement, and what must hold of any."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasp.architecture import schedule
from rasp.architecture.schedule import Problem, scheduled, widths

MOST = 20_000  # placements that are tried one by one


@st.composite
def problems(draw, most=10):
    """A chain of tasks, and more tasks that wait for some of those before them."""
    size = draw(st.integers(1, most))
    chain = draw(st.integers(1, min(size, 5)))
    needs = [() if task == 0 else (task - 1,) for task in range(chain)]
    for task in range(chain, size):
        needs.append(tuple(sorted(draw(st.sets(st.integers(0, task - 1), max_size=2)))))
    patterns = draw(st.lists(st.integers(0, size - 1), min_size=size, max_size=size))
    return Problem(tuple(patterns), tuple(needs))


def is_valid(problem, layers):
    """Whether every task stands behind those that it needs, and no layer is added."""
    in_order = all(layers[needed] < layers[task] for task in range(len(problem)) for needed in problem.needs[task])
    return in_order and min(layers) >= 1 and max(layers) <= problem.depth


def best_of_all(problem):
    """The narrowest widest layer and then the fewest heads, by trying everything."""
    windows = [range(first, last + 1) for first, last in zip(problem.earliest, problem.latest, strict=True)]
    valid = (layers for layers in itertools.product(*windows) if is_valid(problem, layers))
    return min((max(widths(problem, layers)), sum(widths(problem, layers))) for layers in valid)


@given(problems())
def test_nothing_is_better(problem) -> None:
    found = scheduled(problem)
    assert is_valid(problem, found.layers)
    assert found.proved
    count = math.prod(last - first + 1 for first, last in zip(problem.earliest, problem.latest, strict=True))
    if count <= MOST:
        assert (max(widths(problem, found.layers)), sum(widths(problem, found.layers))) == best_of_all(problem)


@given(problems(most=40))
def test_never_wider_than_the_earliest_placement(problem) -> None:
    found = scheduled(problem)
    assert is_valid(problem, found.layers)
    assert max(widths(problem, found.layers)) <= max(widths(problem, problem.earliest))


@given(problems(most=30))
def test_without_a_search_the_placement_is_valid_and_says_what_is_not_proved(problem) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "WORK", 0)
        quick = scheduled(problem)
    assert is_valid(problem, quick.layers)
    best = scheduled(problem)
    if quick.proved and best.proved:
        assert max(widths(problem, quick.layers)) == max(widths(problem, best.layers))


def test_no_tasks() -> None:
    assert scheduled(Problem((), ())) == schedule.Schedule((), True)


def test_ready_tasks_wait_where_the_layers_are_free() -> None:
    chain = tuple((task - 1,) if task else () for task in range(5))
    free = ((),) * 10
    found = scheduled(Problem(tuple(range(15)), chain + free))
    assert found.proved
    assert widths(Problem(tuple(range(15)), chain + free), found.layers) == (3, 3, 3, 3, 3)


def test_equal_patterns_wait_for_one_another() -> None:
    # Task 2 has the pattern of task 3, which cannot run before layer 2; together they are one head.
    problem = Problem((0, 1, 2, 2, 3), ((), (0,), (), (0,), (1,)))
    found = scheduled(problem)
    assert found.layers[2] == found.layers[3]
    assert sum(widths(problem, found.layers)) == 4


def test_two_hundred_heads_are_placed_exactly() -> None:
    needs = [()] + [(task - 1,) for task in range(1, 10)] + [()] * 190
    problem = Problem(tuple(range(200)), tuple(needs))
    found = scheduled(problem)
    assert found.proved
    assert max(widths(problem, found.layers)) == 20
