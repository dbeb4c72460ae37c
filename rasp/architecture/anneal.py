"""Better placements by many small changes (simulated annealing): a placement goes in, a better one may come out.

A change moves a head, or one task of it, into another layer, and what is in the way with it. It stays if it makes the
placement no worse, and at first sometimes even then. The random numbers are the same in every run.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from rasp.architecture.bounds import Windows
from rasp.architecture.problem import Problem, cost_of

EXCESS = 2.0  # what a head too many in a layer costs, in heads
LATE = 0.02  # what a layer later costs, in heads
WARM, COLD = 1.0, 0.05  # how much worse a change may be, in heads, at first and in the end


class Placement:
    """Layers of tasks and what they cost: `excess` heads too many, `heads` in all, `late`, the sum of their layers."""

    def __init__(self, problem: Problem, layers: Sequence[int], cap: int) -> None:
        self.problem = problem
        self.layers = list(layers)
        self.cap = cap
        self.heads = self.late = self.excess = self.moves = 0
        self._tasks: dict[tuple[int, int], set[int]] = {}  # of each head, by layer and pattern
        self._widths = [0] * (problem.depth + 1)
        for task, layer in enumerate(layers):
            self._add(task, layer)

    @property
    def cost(self) -> float:
        return EXCESS * self.excess + self.heads + LATE * self.late

    def companions(self, task: int) -> list[int]:
        """The tasks of the head that a task is in."""
        return list(self._tasks[self.layers[task], self.problem.patterns[task]])

    def move(self, tasks: list[int], layer: int) -> list[tuple[int, int]]:
        """Moves tasks into a layer, and what they depend on or what depends on them out of the way.

        Gives the tasks that moved and where each came from.
        """
        moved = []
        waiting = [(task, layer) for task in tasks]
        while waiting:
            task, target = waiting.pop()
            here = self.layers[task]
            if target > here:
                waiting += [(user, target + 1) for user in self.problem.users[task] if self.layers[user] <= target]
            elif target < here:
                waiting += [(other, target - 1) for other in self.problem.needs[task] if self.layers[other] >= target]
            else:
                continue
            moved.append((task, here))
            self._shift(task, target)
        return moved

    def undo(self, moved: list[tuple[int, int]]) -> None:
        for task, layer in reversed(moved):
            self._shift(task, layer)

    def _shift(self, task: int, layer: int) -> None:
        self.moves += 1
        self._remove(task)
        self._add(task, layer)

    def _add(self, task: int, layer: int) -> None:
        self.layers[task] = layer
        tasks = self._tasks.setdefault((layer, self.problem.patterns[task]), set())
        if not tasks:
            self._widths[layer] += 1
            self.heads += 1
            self.late += layer
            self.excess += self._widths[layer] > self.cap
        tasks.add(task)

    def _remove(self, task: int) -> None:
        layer = self.layers[task]
        tasks = self._tasks[layer, self.problem.patterns[task]]
        tasks.remove(task)
        if not tasks:
            self.excess -= self._widths[layer] > self.cap
            self._widths[layer] -= 1
            self.heads -= 1
            self.late -= layer


def anneal(
    problem: Problem,
    start: Sequence[int],
    windows: Windows,
    cap: int,
    moves: int,
    until_found: bool = False,
) -> list[int] | None:
    """The placement of least cost that is met with at most `cap` heads a layer, or None if none is.

    `start` stands in the windows, and so do all others. It ends after so many moves of tasks, or as soon as a
    placement is found.
    """
    chance = random.Random(0)
    at = Placement(problem, start, cap)
    best = None if at.excess else list(start)
    least = cost_of(problem, start)
    for step in range(moves):
        if at.moves >= moves or (until_found and best is not None):
            break
        temperature = WARM + (COLD - WARM) * max(step, at.moves) / moves
        _change(at, windows, chance, temperature)
        if not at.excess and (best is None or (at.heads, at.late) < least):
            best, least = list(at.layers), (at.heads, at.late)
    return best


def _change(at: Placement, windows: Windows, chance: random.Random, temperature: float) -> None:
    """Moves a head, or one of its tasks, somewhere else in its window, unless that is too much worse."""
    task = chance.randrange(len(at.layers))
    tasks = at.companions(task) if chance.random() < 0.7 else [task]
    first, last = max(windows.earliest[one] for one in tasks), min(windows.latest[one] for one in tasks)
    if first >= last:
        return
    before = at.cost
    moved = at.move(tasks, chance.randint(first, last))
    worse = at.cost - before
    if worse > 0 and chance.random() >= math.exp(-worse / temperature):
        at.undo(moved)
