"""Improves a placement of heads in layers by simulated annealing.

A move puts a head, or one of its tasks, into another layer, and moves the tasks that depend on it, or that it depends
on, out of the way. A move that makes the placement no worse is kept; one that makes it worse is kept with a probability
that falls with the temperature. The random numbers are the same in every run.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from rasp.architecture.bounds import Windows
from rasp.architecture.problem import SchedulingProblem, cost_of

EXCESS = 2.0  # cost of a head over the cap of a layer, in heads
LATE = 0.02  # cost of standing one layer later, in heads
WARM, COLD = 1.0, 0.05  # temperature at the start and at the end, in heads


class Placement:
    """The layer of each task, and the cost: `excess` heads over the cap, `heads` in all, `late`, the sum of layers."""

    def __init__(self, problem: SchedulingProblem, layers: Sequence[int], cap: int) -> None:
        self.problem = problem
        self.layers = list(layers)
        self.cap = cap
        self.heads = self.late = self.excess = self.moves = 0
        self._tasks: dict[tuple[int, int], set[int]] = {}  # of each head, by layer and pattern
        self._widths = [0] * (problem.depth + 1)
        for task, layer in enumerate(layers):
            pattern = problem.patterns[task]
            (self._tasks.get((layer, pattern)) or self._add_head(layer, pattern)).add(task)

    @property
    def cost(self) -> float:
        return EXCESS * self.excess + self.heads + LATE * self.late

    def companions(self, task: int) -> list[int]:
        """All tasks of the head of a task."""
        return list(self._tasks[self.layers[task], self.problem.patterns[task]])

    def move(self, tasks: list[int], layer: int) -> list[tuple[int, int]]:
        """Move tasks into a layer, and move out of the way what they depend on or what depends on them.

        Returns the tasks that moved, each with the layer where it was.
        """
        moved = []
        layers, users, needs = self.layers, self.problem.users, self.problem.needs
        waiting = [(task, layer) for task in tasks]
        while waiting:
            task, target = waiting.pop()
            here = layers[task]
            if target > here:
                waiting += [(user, target + 1) for user in users[task] if layers[user] <= target]
            elif target < here:
                waiting += [(other, target - 1) for other in needs[task] if layers[other] >= target]
            else:
                continue
            moved.append((task, here))
            self._shift(task, target)
        return moved

    def undo(self, moved: list[tuple[int, int]]) -> None:
        for task, layer in reversed(moved):
            self._shift(task, layer)

    def _shift(self, task: int, layer: int) -> None:
        """Move a task into a layer, where it may join a head of its pattern. Annealing spends most of its time here."""
        self.moves += 1
        pattern, here = self.problem.patterns[task], self.layers[task]
        tasks = self._tasks[here, pattern]
        tasks.remove(task)
        if not tasks:
            self._drop_head(here)
        tasks = self._tasks.get((layer, pattern)) or self._add_head(layer, pattern)
        tasks.add(task)
        self.layers[task] = layer

    def _add_head(self, layer: int, pattern: int) -> set[int]:
        """Add a head to a layer; return the set of its tasks, which is still empty."""
        self._widths[layer] += 1
        self.heads += 1
        self.late += layer
        self.excess += self._widths[layer] > self.cap
        return self._tasks.setdefault((layer, pattern), set())

    def _drop_head(self, layer: int) -> None:
        self.excess -= self._widths[layer] > self.cap
        self._widths[layer] -= 1
        self.heads -= 1
        self.late -= layer


def anneal(
    problem: SchedulingProblem,
    start: Sequence[int],
    windows: Windows,
    cap: int,
    moves: int,
    until_found: bool = False,
) -> list[int] | None:
    """The cheapest placement with at most `cap` heads per layer that annealing meets; None if it meets none.

    `start` has to respect the windows; all moves do. The search ends after `moves` moves of tasks, or with
    `until_found` at the first placement within the cap.
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
    """Move a head, or one of its tasks, to another layer of its window; undo it if the cost rises too much."""
    task = chance.randrange(len(at.layers))
    tasks = at.companions(task) if chance.random() < 0.7 else [task]
    first, last = max([windows.earliest[one] for one in tasks]), min([windows.latest[one] for one in tasks])
    if first >= last:
        return
    before = at.cost
    moved = at.move(tasks, chance.randint(first, last))
    worse = at.cost - before
    if worse > 0 and chance.random() >= math.exp(-worse / temperature):
        at.undo(moved)
