"""Places tasks by list scheduling: fills one layer after another with the most urgent patterns.

It goes from the first layer on, and then from the last one back, because one direction often succeeds where the other
does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rasp.architecture.bounds import Windows
from rasp.architecture.problem import SchedulingProblem


def list_schedule(problem: SchedulingProblem, windows: Windows, cap: int) -> list[int] | None:
    """A placement with at most `cap` heads per layer, filled from the first layer or from the last; None if none fits.

    >>> problem = SchedulingProblem((0, 1, 2, 3), ((), (0,), (), ()))
    >>> list_schedule(problem, Windows(problem.earliest, problem.latest), 2)
    [1, 2, 1, 2]
    """
    for patient in (False, True):
        placed = _fill_layers(problem, windows, cap, patient)
        if placed is not None:
            return placed
        placed = _fill_layers(problem.mirrored, windows.mirror(problem), cap, patient)
        if placed is not None:
            return problem.mirror(placed)
    return None


def _fill_layers(problem: SchedulingProblem, windows: Windows, cap: int, patient: bool) -> list[int] | None:
    """A placement with at most `cap` heads per layer, filled layer by layer; None if some task comes too late.

    With `patient`, patterns that still wait for some of their tasks go last, unless they are urgent, so that one head
    can serve all tasks of a pattern.
    """
    layers = [0] * len(problem)
    waiting = [len(needed) for needed in problem.needs]
    left = Counter(problem.patterns)
    ready = [task for task in range(len(problem)) if not waiting[task]]
    for layer in range(1, problem.depth + 1):
        groups = by_pattern(problem, ready)
        order = []
        for pattern, tasks in groups.items():
            pressure = pressure_of(problem, windows.latest, tasks)
            order.append((patient and pressure[0] > layer and left[pattern] > len(tasks), pressure, pattern))
        done = [task for *_, pattern in sorted(order)[:cap] for task in groups[pattern]]
        for task in done:
            layers[task] = layer
            left[problem.patterns[task]] -= 1
        ready = [task for task in ready if not layers[task]]
        if any(windows.latest[task] <= layer for task in ready):
            return None
        ready += _release(problem, done, waiting)
    return layers


def by_pattern(problem: SchedulingProblem, tasks: Iterable[int]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for task in tasks:
        groups.setdefault(problem.patterns[task], []).append(task)
    return groups


def pressure_of(problem: SchedulingProblem, latest: tuple[int, ...], tasks: list[int]) -> tuple[int, int, int]:
    """The sort key of a pattern's tasks: the earliest deadline first, then the most dependent tasks, then the first.

    >>> problem = SchedulingProblem((0, 0, 1), ((), (0,), ()))
    >>> pressure_of(problem, problem.latest, [0]), pressure_of(problem, problem.latest, [1])
    ((1, -1, 0), (2, 0, 1))
    """
    return min(latest[task] for task in tasks), -sum(len(problem.users[task]) for task in tasks), min(tasks)


def _release(problem: SchedulingProblem, done: list[int], waiting: list[int]) -> list[int]:
    """The tasks that become ready when these are done."""
    released = []
    for task in done:
        for user in problem.users[task]:
            waiting[user] -= 1
            if not waiting[user]:
                released.append(user)
    return sorted(released)
