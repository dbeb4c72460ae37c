"""The scheduling problem of placing attention in layers, in numbers alone, and the cost of a placement.

A *task* is one use of an attention pattern. It needs a layer after those of all tasks that it depends on; tasks of one
pattern in one layer share a head. The number of layers is the length of the longest chain of tasks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

Cost = tuple[int, int]  # of a placement: the number of heads, and the sum of their layers


@dataclass(frozen=True)
class SchedulingProblem:
    """Tasks 0 … n-1: the pattern of each (a number), and the tasks that it depends on, which have smaller numbers.

    >>> problem = SchedulingProblem((0, 0, 1), ((), (0,), ()))
    >>> problem.earliest, problem.latest, problem.users
    ((1, 2, 1), (1, 2, 2), ((1,), (), ()))
    """

    patterns: tuple[int, ...]
    needs: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.patterns)

    @cached_property
    def users(self) -> tuple[tuple[int, ...], ...]:
        """The tasks that depend on each task."""
        found: list[list[int]] = [[] for _ in self.patterns]
        for task, needed in enumerate(self.needs):
            for other in needed:
                found[other].append(task)
        return tuple(map(tuple, found))

    @cached_property
    def earliest(self) -> tuple[int, ...]:
        """The first layer in which each task can stand, counted from 1."""
        layers: list[int] = []
        for needed in self.needs:
            layers.append(1 + max((layers[other] for other in needed), default=0))
        return tuple(layers)

    @cached_property
    def latest(self) -> tuple[int, ...]:
        """The last layer in which each task can stand, if there are `depth` layers."""
        layers = [self.depth] * len(self)
        for task in reversed(range(len(self))):
            layers[task] = min((layers[user] - 1 for user in self.users[task]), default=self.depth)
        return tuple(layers)

    @cached_property
    def depth(self) -> int:
        return max(self.earliest, default=0)

    @cached_property
    def mirrored(self) -> SchedulingProblem:
        """The problem with its order reversed: task n-1 becomes task 0, and depends on those that depended on it."""
        last = len(self) - 1
        needs = (tuple(last - user for user in self.users[last - task]) for task in range(len(self)))
        return SchedulingProblem(self.patterns[::-1], tuple(needs))

    @cached_property
    def ancestors(self) -> tuple[tuple[int, ...], ...]:
        """The tasks on which each task depends, directly or not. Together they can be quadratic in number."""
        found: list[set[int]] = []
        for needed in self.needs:
            found.append(set(needed).union(*(found[other] for other in needed)))
        return tuple(map(tuple, found))

    def mirror(self, layers: Sequence[int]) -> list[int]:
        """Convert a placement of this problem to one of the mirrored problem, or back."""
        return [self.depth + 1 - layer for layer in reversed(layers)]


def tasks_of_heads(problem: SchedulingProblem, layers: Sequence[int]) -> dict[tuple[int, int], list[int]]:
    """The tasks of each head, by layer and pattern, in the order of layers and then of first tasks.

    >>> tasks_of_heads(SchedulingProblem((0, 0, 1), ((), (), (0,))), (1, 1, 2))
    {(1, 0): [0, 1], (2, 1): [2]}
    """
    heads: dict[tuple[int, int], list[int]] = {}
    for task in sorted(range(len(problem)), key=lambda task: (layers[task], task)):
        heads.setdefault((layers[task], problem.patterns[task]), []).append(task)
    return heads


def widths(problem: SchedulingProblem, layers: Sequence[int]) -> tuple[int, ...]:
    """The number of heads in each layer.

    >>> widths(SchedulingProblem((0, 0, 1), ((), (), (0,))), (1, 1, 2))
    (1, 1)
    """
    heads = Counter(layer for layer, _ in set(zip(layers, problem.patterns, strict=True)))
    return tuple(heads[layer] for layer in range(1, problem.depth + 1))


def cost_of(problem: SchedulingProblem, layers: Sequence[int]) -> Cost:
    """The cost that is minimized among placements of one width: the number of heads, then the sum of their layers.

    >>> cost_of(SchedulingProblem((0, 0, 1), ((), (), (0,))), (1, 1, 2))
    (2, 3)
    """
    heads = widths(problem, layers)
    return sum(heads), sum(layer * width for layer, width in enumerate(heads, 1))
