"""Which layer each piece of attention stands in: a problem goes in, a layer for each of its tasks comes out.

Asked for are the fewest layers, then the narrowest widest layer, then the fewest heads in all, then the earliest
layers. The second is a hard problem (scheduling unit jobs under precedence), and so are the others. Bounds say what no
placement can beat; rules of thumb and many small changes give a good one; an exact search of bounded size closes the
gap where it ends. All steps are counted, not timed, so that every run ends alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from rasp.architecture.anneal import anneal
from rasp.architecture.bounds import Windows, least_heads, least_width, windows_within
from rasp.architecture.list_scheduling import list_schedule
from rasp.architecture.problem import Cost, Problem, cost_of, heads_of, widths
from rasp.architecture.search import BranchAndBound, SearchResult

QUICK = 50_000  # steps of a search that comes before anything slower
WORK = 1_500_000  # steps of a search that comes last, for a narrower placement
FEWER = 600_000  # the same, for fewer heads in all
MOVES = 60_000  # moves of tasks that one annealing may make


@dataclass(frozen=True)
class Schedule:
    """The layer of each task, counted from 1.

    `proved` says that no placement makes the widest layer narrower, `fewest` that of those no narrower none has fewer
    heads in all.
    """

    layers: tuple[int, ...]
    proved: bool
    fewest: bool


def schedule_tasks(problem: Problem) -> Schedule:
    """The best placement that is found.

    >>> schedule_tasks(Problem((0, 1, 2, 3), ((), (0,), (), ())))  # one of the last two tasks waits for layer 2
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


def _minimize_width(problem: Problem) -> tuple[list[int], bool]:
    """A placement with the narrowest widest layer; whether no narrower one can exist.

    Where a width is impossible, so are all below it. So quick means go through the widths by halves, and what takes
    long is tried at the last step alone.
    """
    best = list(problem.earliest)
    impossible, most = least_width(problem) - 1, max(widths(problem, best))
    missed = impossible  # the largest width at which nothing was found
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


def _search_quickly(problem: Problem, cap: int) -> SearchResult:
    """A placement with at most `cap` heads a layer, by all means but a long search."""
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


def _search_thoroughly(problem: Problem, cap: int) -> SearchResult:
    """The same by a long search."""
    windows = windows_within(problem, cap)
    return (
        SearchResult(None, True) if windows is None else _search(problem, windows, cap, _above_any_cost(problem), WORK)
    )


def _above_any_cost(problem: Problem) -> Cost:
    """More than any placement costs."""
    return len(problem) + 1, 0


def _search(problem: Problem, windows: Windows, cap: int, below: Cost, work: int) -> SearchResult:
    """Some placement that costs less, by a search forwards and, if it does not end, one backwards in time.

    One of them often ends where the other does not. `below` says how many heads are too many.
    """
    found = BranchAndBound(problem, windows, cap, below, work).run(until_found=True)
    if found.exhausted or found.layers is not None:
        return found
    back = BranchAndBound(problem.mirrored, windows.mirror(problem), cap, below, work).run(until_found=True)
    return SearchResult(back.layers and problem.mirror(back.layers), back.exhausted)


# ---------------------------------------------------------------------------------------------------- heads in all


def _minimize_heads(problem: Problem, windows: Windows, known: list[int]) -> tuple[list[int], bool]:
    """A placement no wider than a known one with few heads in early layers; whether none has fewer heads."""
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


def _merge_heads(problem: Problem, layers: list[int]) -> list[int]:
    """The placement with heads of one pattern put together where one of them can take the other's tasks."""
    layers = list(layers)
    heads = heads_of(problem, layers)
    for (layer, pattern), tasks in list(heads.items()):
        first, last = _window(problem, layers, tasks)
        for other in range(first, last + 1):
            if other != layer and (other, pattern) in heads:
                for task in tasks:
                    layers[task] = other
                heads[other, pattern] += heads.pop((layer, pattern))
                break
    return layers


def _move_earlier(problem: Problem, layers: list[int], cap: int) -> list[int]:
    """The placement with every head moved to the earliest layer that has room for it."""
    layers = list(layers)
    free = [cap - width for width in widths(problem, layers)]
    for (layer, _), tasks in heads_of(problem, layers).items():
        first, _ = _window(problem, layers, tasks)
        better = next((other for other in range(first, layer) if free[other - 1]), layer)
        free[better - 1] -= 1
        free[layer - 1] += 1
        for task in tasks:
            layers[task] = better
    return layers


def _window(problem: Problem, layers: list[int], tasks: list[int]) -> tuple[int, int]:
    """The first and the last layer that these tasks could stand in together, while all others stay."""
    first = max((layers[needed] + 1 for task in tasks for needed in problem.needs[task]), default=1)
    last = min((layers[user] - 1 for task in tasks for user in problem.users[task]), default=problem.depth)
    return first, last
