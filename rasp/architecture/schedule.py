"""Places tasks in layers: the fewest layers, then the smallest width, then the fewest heads, then the earliest layers.

The width is the number of heads in the widest layer. To minimize it is NP-hard (unit jobs under precedence
constraints), and so are the later aims. So the width is bisected between a lower bound (`bounds.py`) and the best
placement found, by list scheduling (`list_scheduling.py`), simulated annealing (`anneal.py`) and branch and bound
(`branch_and_bound.py`). Branch and bound also proves that a width is impossible, if it ends within its number of steps.
Steps are counted, not timed, so that every run has the same result. Tests compare small problems with all placements.
"""

from __future__ import annotations

from dataclasses import dataclass

from rasp.architecture.anneal import anneal
from rasp.architecture.bounds import Windows, least_heads, least_width, windows_within
from rasp.architecture.branch_and_bound import BranchAndBound, SearchResult
from rasp.architecture.list_scheduling import list_schedule
from rasp.architecture.problem import Cost, SchedulingProblem, cost_of, tasks_of_heads, widths

QUICK = 50_000  # steps of a search that comes before slower means
WORK = 1_500_000  # steps of the last search for a smaller width
FEWER = 600_000  # steps of a search for fewer heads in all
MOVES = 60_000  # moves of tasks in one annealing


@dataclass(frozen=True)
class Schedule:
    """The layer of each task, counted from 1.

    `proved` is true if no placement has a smaller width, and `fewest` if none of this width has fewer heads in all.
    """

    layers: tuple[int, ...]
    proved: bool
    fewest: bool


def schedule_tasks(problem: SchedulingProblem) -> Schedule:
    """The best placement that the searches find.

    >>> schedule_tasks(SchedulingProblem((0, 1, 2, 3), ((), (0,), (), ())))  # one of the last two waits for layer 2
    Schedule(layers=(1, 2, 1, 2), proved=True, fewest=True)
    """
    if not len(problem):
        return Schedule((), True, True)
    found, proved = _minimize_width(problem)
    windows = windows_within(problem, max(widths(problem, found)))
    assert windows is not None  # the placement stands in them
    found, fewest = _minimize_heads(problem, windows, found)
    return Schedule(tuple(found), proved, fewest)


# ------------------------------------------------------------------------------------------------- the widest layer


def _minimize_width(problem: SchedulingProblem) -> tuple[list[int], bool]:
    """A placement of the smallest width that is found; whether a smaller one is proved impossible.

    If a width is impossible, so are all smaller ones. So quick means bisect the widths, and the long search runs only
    just below the best width found.
    """
    best = list(problem.earliest)
    impossible, most = least_width(problem) - 1, max(widths(problem, best))
    missed = impossible  # the largest width for which nothing was found
    while missed + 1 < most:
        found = _search_quickly(problem, (missed + most) // 2)
        if found.layers is not None:
            best, most = found.layers, max(widths(problem, found.layers))
        else:
            missed = (missed + most) // 2
            impossible = missed if found.exhausted else impossible
    while impossible + 1 < most:
        found = _search_thoroughly(problem, most - 1)
        if found.layers is None:
            return best, found.exhausted
        best, most = found.layers, max(widths(problem, found.layers))
    return best, True


def _search_quickly(problem: SchedulingProblem, cap: int) -> SearchResult:
    """A placement with at most `cap` heads per layer, by all means except a long search."""
    windows = windows_within(problem, cap)
    if windows is None:
        return SearchResult(None, True)
    placed = list_schedule(problem, windows, cap)
    if placed is not None:
        return SearchResult(placed, False)
    quick = _search(problem, windows, cap, _above_any_cost(problem), QUICK)
    if quick.exhausted or quick.layers is not None:
        return quick
    return SearchResult(anneal(problem, windows.earliest, windows, cap, MOVES, until_found=True), False)


def _search_thoroughly(problem: SchedulingProblem, cap: int) -> SearchResult:
    """A placement with at most `cap` heads per layer, by a long search."""
    windows = windows_within(problem, cap)
    return (
        SearchResult(None, True) if windows is None else _search(problem, windows, cap, _above_any_cost(problem), WORK)
    )


def _above_any_cost(problem: SchedulingProblem) -> Cost:
    """A cost above that of any placement."""
    return len(problem) + 1, 0


def _search(problem: SchedulingProblem, windows: Windows, cap: int, below: Cost, work: int) -> SearchResult:
    """Some placement that costs less than `below`, by a search of the problem and, if that is cut off, of its mirror.

    One of them often ends where the other does not.
    """
    found = BranchAndBound(problem, windows, cap, below, work).run(until_found=True)
    if found.exhausted or found.layers is not None:
        return found
    back = BranchAndBound(problem.mirrored, windows.mirror(problem), cap, below, work).run(until_found=True)
    return SearchResult(back.layers and problem.mirror(back.layers), back.exhausted)


# ---------------------------------------------------------------------------------------------------- heads in all


def _minimize_heads(problem: SchedulingProblem, windows: Windows, known: list[int]) -> tuple[list[int], bool]:
    """A placement no wider than a known one, with few heads in early layers; whether none has fewer heads."""
    least = least_heads(problem, windows)
    if known == list(problem.earliest) and sum(widths(problem, known)) == least:
        return known, True
    cap = max(widths(problem, known))
    best = _move_earlier(problem, _merge_heads(problem, known), cap)
    quick = BranchAndBound(problem, windows, cap, cost_of(problem, best), QUICK).run()
    best = quick.layers or best
    if quick.exhausted:
        return best, True
    best = _move_earlier(problem, anneal(problem, best, windows, cap, MOVES) or best, cap)
    while (heads := sum(widths(problem, best))) > least:
        fewer = _search(problem, windows, cap, (heads, 0), FEWER)
        if fewer.layers is None:
            return best, fewer.exhausted
        best = _move_earlier(problem, fewer.layers, cap)
    return best, True


def _merge_heads(problem: SchedulingProblem, layers: list[int]) -> list[int]:
    """The placement with heads of the same pattern merged, where one can take over the tasks of another."""
    layers = list(layers)
    heads = tasks_of_heads(problem, layers)
    for (layer, pattern), tasks in list(heads.items()):
        first, last = _window(problem, layers, tasks)
        for other in range(first, last + 1):
            if other != layer and (other, pattern) in heads:
                for task in tasks:
                    layers[task] = other
                heads[other, pattern] += heads.pop((layer, pattern))
                break
    return layers


def _move_earlier(problem: SchedulingProblem, layers: list[int], cap: int) -> list[int]:
    """The placement with every head moved to the earliest layer that has room for it and respects dependencies."""
    layers = list(layers)
    free = [cap - width for width in widths(problem, layers)]
    for (layer, _), tasks in tasks_of_heads(problem, layers).items():
        first, _ = _window(problem, layers, tasks)
        better = next((other for other in range(first, layer) if free[other - 1]), layer)
        free[better - 1] -= 1
        free[layer - 1] += 1
        for task in tasks:
            layers[task] = better
    return layers


def _window(problem: SchedulingProblem, layers: list[int], tasks: list[int]) -> tuple[int, int]:
    """The first and the last layer in which these tasks could stand together if all others stay."""
    first = max((layers[needed] + 1 for task in tasks for needed in problem.needs[task]), default=1)
    last = min((layers[user] - 1 for task in tasks for user in problem.users[task]), default=problem.depth)
    return first, last
