"""Which layer each piece of attention stands in: a problem goes in, a layer for each of its tasks comes out.

Asked for are the fewest layers, then the narrowest widest layer, then the fewest heads in all, then the earliest
layers. The second is a hard problem (scheduling unit jobs under precedence), and so are the others. Bounds say what no
placement can beat; rules of thumb and many small changes give a good one; an exact search of bounded size closes the
gap where it ends. All steps are counted, not timed, so that every run ends alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from rasp.architecture.anneal import annealed
from rasp.architecture.bounds import Windows, least_heads, least_width, windows_within
from rasp.architecture.problem import Cost, Problem, cost_of, heads_of, widths
from rasp.architecture.rules import by_rules
from rasp.architecture.search import Found, Search

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


def scheduled(problem: Problem) -> Schedule:
    """The best placement that is found.

    >>> scheduled(Problem((0, 1, 2, 3), ((), (0,), (), ())))  # of the last two tasks, one waits for the second layer
    Schedule(layers=(1, 2, 1, 2), proved=True, fewest=True)
    """
    if not len(problem):
        return Schedule((), True, True)
    found, proved = _narrowest(problem)
    windows = windows_within(problem, max(widths(problem, found)))
    assert windows is not None  # the placement stands in them
    found, fewest = _cheapest(problem, windows, found)
    return Schedule(tuple(found), proved, fewest)


# ------------------------------------------------------------------------------------------------- the widest layer


def _narrowest(problem: Problem) -> tuple[list[int], bool]:
    """A placement with the narrowest widest layer; whether no narrower one can exist.

    Where a width is impossible, so are all below it. So quick means go through the widths by halves, and what takes
    long is tried at the last step alone.
    """
    best = list(problem.earliest)
    impossible, most = least_width(problem) - 1, max(widths(problem, best))
    missed = impossible  # the largest width at which nothing was found
    while missed + 1 < most:
        found = _quickly(problem, (missed + most) // 2)
        if found.layers is not None:
            best, most = found.layers, max(widths(problem, found.layers))
        else:
            missed = (missed + most) // 2
            impossible = missed if found.ended else impossible
    while impossible + 1 < most:
        found = _thoroughly(problem, most - 1)
        if found.layers is None:
            return best, found.ended
        best, most = found.layers, max(widths(problem, found.layers))
    return best, True


def _quickly(problem: Problem, cap: int) -> Found:
    """A placement with at most `cap` heads a layer, by all means but a long search."""
    windows = windows_within(problem, cap)
    if windows is None:
        return Found(None, True)
    placed = by_rules(problem, windows, cap)
    if placed is not None:
        return Found(placed, False)
    quick = _searched(problem, windows, cap, _anything(problem), QUICK)
    if quick.ended or quick.layers is not None:
        return quick
    return Found(annealed(problem, windows.earliest, windows, cap, MOVES, until_found=True), False)


def _thoroughly(problem: Problem, cap: int) -> Found:
    """The same by a long search."""
    windows = windows_within(problem, cap)
    return Found(None, True) if windows is None else _searched(problem, windows, cap, _anything(problem), WORK)


def _anything(problem: Problem) -> Cost:
    """More than any placement costs."""
    return len(problem) + 1, 0


def _searched(problem: Problem, windows: Windows, cap: int, below: Cost, work: int) -> Found:
    """Some placement that costs less, by a search forwards and, if it does not end, one backwards in time.

    One of them often ends where the other does not. `below` says how many heads are too many.
    """
    found = Search(problem, windows, cap, below, work).run(until_found=True)
    if found.ended or found.layers is not None:
        return found
    back = Search(problem.mirrored, windows.backwards(problem), cap, below, work).run(until_found=True)
    return Found(back.layers and problem.backwards(back.layers), back.ended)


# ---------------------------------------------------------------------------------------------------- heads in all


def _cheapest(problem: Problem, windows: Windows, known: list[int]) -> tuple[list[int], bool]:
    """A placement no wider than a known one with few heads in early layers; whether none has fewer heads."""
    least = least_heads(problem, windows)
    if known == list(problem.earliest) and sum(widths(problem, known)) == least:
        return known, True
    cap = max(widths(problem, known))
    best = _advanced(problem, _merged(problem, known), cap)
    quick = Search(problem, windows, cap, cost_of(problem, best), QUICK).run()
    best = quick.layers or best
    if quick.ended:
        return best, True
    best = _advanced(problem, annealed(problem, best, windows, cap, MOVES) or best, cap)
    while (heads := sum(widths(problem, best))) > least:
        fewer = _searched(problem, windows, cap, (heads, 0), FEWER)
        if fewer.layers is None:
            return best, fewer.ended
        best = _advanced(problem, fewer.layers, cap)
    return best, True


def _merged(problem: Problem, layers: list[int]) -> list[int]:
    """The placement with heads of one pattern put together where one of them can take the other's tasks."""
    layers = list(layers)
    heads = heads_of(problem, layers)
    for (layer, pattern), tasks in list(heads.items()):
        first, last = _room(problem, layers, tasks)
        for other in range(first, last + 1):
            if other != layer and (other, pattern) in heads:
                for task in tasks:
                    layers[task] = other
                heads[other, pattern] += heads.pop((layer, pattern))
                break
    return layers


def _advanced(problem: Problem, layers: list[int], cap: int) -> list[int]:
    """The placement with every head moved to the earliest layer that has room for it."""
    layers = list(layers)
    free = [cap - width for width in widths(problem, layers)]
    for (layer, _), tasks in heads_of(problem, layers).items():
        first, _ = _room(problem, layers, tasks)
        better = next((other for other in range(first, layer) if free[other - 1]), layer)
        free[better - 1] -= 1
        free[layer - 1] += 1
        for task in tasks:
            layers[task] = better
    return layers


def _room(problem: Problem, layers: list[int], tasks: list[int]) -> tuple[int, int]:
    """The first and the last layer that these tasks could stand in together, while all others stay."""
    first = max((layers[needed] + 1 for task in tasks for needed in problem.needs[task]), default=1)
    last = min((layers[user] - 1 for task in tasks for user in problem.users[task]), default=problem.depth)
    return first, last
