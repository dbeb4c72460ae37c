"""Which layer each piece of attention stands in: tasks with patterns go in, a layer for each of them comes out.

A *task* is one use of an attention pattern. It runs in a layer after those of all tasks that it depends on; tasks of
one pattern in one layer are one head. Asked for are the fewest layers, then the narrowest widest layer, then the fewest
heads in all, then the earliest layers. The second is a hard problem (scheduling unit jobs under precedence): it is
solved exactly where a search of bounded size ends, and by rules of thumb beyond that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

WORK = 8_000_000  # steps that all searches for one schedule may take together; counted, so that every run ends alike
BROAD = 100_000  # steps that the sums over stretches of layers may take


@dataclass(frozen=True)
class Problem:
    """Tasks 0 … n-1: the number of each one's pattern, and the tasks that it depends on, which have smaller numbers."""

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
        """The first layer that each task can stand in, counted from 1."""
        layers: list[int] = []
        for needed in self.needs:
            layers.append(1 + max((layers[other] for other in needed), default=0))
        return tuple(layers)

    @cached_property
    def mirrored(self) -> Problem:
        """The problem with time running backwards: task n-1 becomes task 0, and waits for those that waited for it."""
        last = len(self) - 1
        needs = (tuple(last - user for user in self.users[last - task]) for task in range(len(self)))
        return Problem(self.patterns[::-1], tuple(needs))

    @cached_property
    def depth(self) -> int:
        return max(self.earliest, default=0)

    @cached_property
    def latest(self) -> tuple[int, ...]:
        """The last layer that each task can stand in without a layer more."""
        layers = [self.depth] * len(self)
        for task in reversed(range(len(self))):
            layers[task] = min((layers[user] - 1 for user in self.users[task]), default=self.depth)
        return tuple(layers)


@dataclass(frozen=True)
class Schedule:
    """The layer of each task, counted from 1; `proved` says that no placement makes the widest layer narrower."""

    layers: tuple[int, ...]
    proved: bool


def widths(problem: Problem, layers: Sequence[int]) -> tuple[int, ...]:
    """The number of heads in each layer.

    >>> widths(Problem((0, 0, 1), ((), (), (0,))), (1, 1, 2))
    (1, 1)
    """
    heads = Counter(layer for layer, _ in set(zip(layers, problem.patterns, strict=True)))
    return tuple(heads[layer] for layer in range(1, problem.depth + 1))


def scheduled(problem: Problem) -> Schedule:
    """The best placement that is found.

    >>> scheduled(Problem((0, 1, 2, 3), ((), (0,), (), ())))  # of the last two tasks, one waits for the second layer
    Schedule(layers=(1, 2, 1, 2), proved=True)
    """
    if not len(problem):
        return Schedule((), True)
    found, proved = _narrowest(problem)
    return Schedule(tuple(_advanced(problem, found)), proved)


def _narrowest(problem: Problem) -> tuple[list[int], bool]:
    """A placement with the narrowest widest layer and few heads in all; whether no narrower one can exist."""
    least = _least_width(problem, problem.earliest, problem.latest)
    best = _by_rules(problem, least)
    work = Work()
    proved = True
    while (most := max(widths(problem, best))) > least:
        narrower = _Search(problem, most - 1, None, work).run(until_found=True)
        if narrower.best is None:
            proved = narrower.ended
            break
        best = narrower.best
    searched = _Search(problem, most, _merged(problem, best), work).run()
    assert searched.best is not None  # it starts from a placement
    return _merged(problem, searched.best), proved


def _by_rules(problem: Problem, least: int) -> list[int]:
    """A placement that rules of thumb find: the earliest one, or one whose widest layer is narrower."""
    early = list(problem.earliest)
    backwards = problem.mirrored
    for cap in range(least, max(widths(problem, early))):
        for patient in (False, True):
            placed = _listed(problem, cap, patient)
            if placed is not None:
                return placed
            placed = _listed(backwards, cap, patient)
            if placed is not None:
                return [problem.depth + 1 - layer for layer in reversed(placed)]
    return early


class Work:
    """The steps that searches have left."""

    def __init__(self) -> None:
        self.left = WORK


# --------------------------------------------------------------------------------------------------------- bounds


def _least_width(problem: Problem, earliest: Sequence[int], latest: Sequence[int]) -> int:
    """A width that no placement goes below: some stretch of layers must hold so many heads."""
    tasks = sorted(range(len(problem)), key=lambda task: latest[task])
    starts = sorted(set(earliest))
    if len(starts) * len(tasks) > BROAD:
        starts = starts[:1]
    forced = {(earliest[task], problem.patterns[task]) for task in tasks if earliest[task] == latest[task]}
    alone = max(Counter(layer for layer, _ in forced).values(), default=1)
    return max(alone, *(_densest(problem, tasks, earliest, latest, start) for start in starts))


def _densest(problem: Problem, tasks: list[int], earliest: Sequence[int], latest: Sequence[int], start: int) -> int:
    """The largest number of heads a layer that some stretch of layers from `start` on must hold, on average."""
    last: dict[int, int] = {}  # the layer of each pattern's latest head
    heads, densest = 0, 1
    for task in tasks:
        if earliest[task] >= start and last.get(problem.patterns[task], 0) < earliest[task]:
            last[problem.patterns[task]] = latest[task]
            heads += 1
            densest = max(densest, -(-heads // (latest[task] - start + 1)))
    return densest


def _fewest_heads(problem: Problem, earliest: Sequence[int], latest: Sequence[int], tasks: Iterable[int]) -> int:
    """The number of heads that these tasks need at least: in each pattern, layers that meet all their stretches."""
    last: dict[int, int] = {}
    heads = 0
    for task in tasks:
        if last.get(problem.patterns[task], 0) < earliest[task]:
            last[problem.patterns[task]] = latest[task]
            heads += 1
    return heads


# ---------------------------------------------------------------------------------------------- rules of thumb


def _listed(problem: Problem, cap: int, patient: bool) -> list[int] | None:
    """A placement with at most `cap` heads a layer, filled layer by layer with what is most pressing; None if it fails.

    A patient one prefers patterns that have no more tasks to come, which one head can serve all together.
    """
    layers = [0] * len(problem)
    waiting = [len(needed) for needed in problem.needs]
    left = Counter(problem.patterns)
    ready = [task for task in range(len(problem)) if not waiting[task]]
    for layer in range(1, problem.depth + 1):
        groups = _by_pattern(problem, ready)
        order = []
        for pattern, tasks in groups.items():
            pressure = _pressure(problem, tasks)
            order.append((patient and pressure[0] > layer and left[pattern] > len(tasks), pressure, pattern))
        done = [task for *_, pattern in sorted(order)[:cap] for task in groups[pattern]]
        for task in done:
            layers[task] = layer
            left[problem.patterns[task]] -= 1
        ready = [task for task in ready if not layers[task]]
        if any(problem.latest[task] <= layer for task in ready):
            return None
        ready += _released(problem, done, waiting)
    return layers


def _by_pattern(problem: Problem, tasks: Iterable[int]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for task in tasks:
        groups.setdefault(problem.patterns[task], []).append(task)
    return groups


def _pressure(problem: Problem, tasks: list[int]) -> tuple[int, int, int]:
    """Orders patterns: those that cannot wait, then those that many others wait for, then the first ones."""
    return min(problem.latest[task] for task in tasks), -sum(len(problem.users[task]) for task in tasks), min(tasks)


def _released(problem: Problem, done: list[int], waiting: list[int]) -> list[int]:
    """The tasks that can run now that these are done."""
    released = []
    for task in done:
        for user in problem.users[task]:
            waiting[user] -= 1
            if not waiting[user]:
                released.append(user)
    return sorted(released)


def _room(problem: Problem, layers: Sequence[int], tasks: Iterable[int]) -> tuple[int, int]:
    """The first and the last layer that these tasks could stand in together, while all others stay."""
    tasks = list(tasks)
    first = max((layers[needed] + 1 for task in tasks for needed in problem.needs[task]), default=1)
    last = min((layers[user] - 1 for task in tasks for user in problem.users[task]), default=problem.depth)
    return first, last


def _heads(problem: Problem, layers: Sequence[int]) -> dict[tuple[int, int], list[int]]:
    """The tasks of each head, by layer and pattern, in the order of layers and then of first tasks."""
    heads: dict[tuple[int, int], list[int]] = {}
    for task in sorted(range(len(problem)), key=lambda task: (layers[task], task)):
        heads.setdefault((layers[task], problem.patterns[task]), []).append(task)
    return heads


def _merged(problem: Problem, layers: list[int]) -> list[int]:
    """The placement with heads of one pattern put together where one of them can take the other's tasks."""
    layers = list(layers)
    heads = _heads(problem, layers)
    for (layer, pattern), tasks in list(heads.items()):
        first, last = _room(problem, layers, tasks)
        for other in range(first, last + 1):
            if other != layer and (other, pattern) in heads:
                for task in tasks:
                    layers[task] = other
                heads[other, pattern] += heads.pop((layer, pattern))
                break
    return layers


def _advanced(problem: Problem, layers: list[int]) -> list[int]:
    """The placement with every head moved to the earliest layer that has room for it."""
    layers = list(layers)
    used = widths(problem, layers)
    free = [max(used) - width for width in used]
    for (layer, _), tasks in _heads(problem, layers).items():
        first, _ = _room(problem, layers, tasks)
        better = next((other for other in range(first, layer) if free[other - 1]), layer)
        free[better - 1] -= 1
        free[layer - 1] += 1
        for task in tasks:
            layers[task] = better
    return layers


# ------------------------------------------------------------------------------------------------------------ search


class _Search:
    """A search for the placement with the fewest heads in all among those with at most `cap` heads a layer.

    It goes from layer to layer and chooses the patterns of each; all tasks of a chosen pattern that can run do run, for
    the head is there anyway. `best` is the best placement known, `ended` says that the search is complete.
    """

    def __init__(self, problem: Problem, cap: int, known: list[int] | None, work: Work) -> None:
        self.problem = problem
        self.cap = cap
        self.best = known
        self.work = work
        self.ended = True
        self._heads = len(_heads(problem, known)) if known is not None else len(problem) + 1
        self._counts = Counter(problem.patterns)
        self._seen: dict[tuple[int, int], int] = {}  # the fewest heads that led to a layer with these tasks done

    def run(self, until_found: bool = False) -> _Search:
        """Searches, for the best placement or until one is found, and gives itself back."""
        self._until_found = until_found
        problem = self.problem
        tasks = sorted(range(len(problem)), key=lambda task: problem.latest[task])
        if _fewest_heads(problem, problem.earliest, problem.latest, tasks) < self._heads:
            self._descend()
        return self

    def _descend(self) -> None:
        """Depth first; a level of the stack is a layer, with the choices that are still to be tried there."""
        layers = [0] * len(self.problem)
        stack = [self._choices(1, layers, 0)]
        while stack:
            choice = next(stack[-1], None)
            level = len(stack)
            _undo(layers, level)
            if choice is None:
                stack.pop()
                continue
            if self.work.left <= 0:
                self.ended = False
                return
            tasks, heads = choice
            for task in tasks:
                layers[task] = level
            if all(layers):
                if heads < self._heads:
                    self.best, self._heads = list(layers), heads
                if self._until_found:
                    return
            elif level < self.problem.depth:
                stack.append(self._choices(level + 1, layers, heads))

    def _choices(self, layer: int, layers: list[int], heads: int) -> Iterator[tuple[list[int], int]]:
        """What could run in a layer: the tasks, and the number of heads up to there."""
        done = sum(1 << task for task, at in enumerate(layers) if at)
        self.work.left -= len(layers)
        if self._seen.get((layer, done), self._heads) <= heads or not self._can_end(layer, layers, heads):
            return
        self._seen[layer, done] = heads
        ready = [task for task in range(len(layers)) if not layers[task] and self._is_ready(task, layers)]
        groups = _by_pattern(self.problem, ready)
        for chosen in self._sets(layer, layers, groups):
            self.work.left -= len(groups)
            yield [task for pattern in chosen for task in groups[pattern]], heads + len(chosen)

    def _is_ready(self, task: int, layers: list[int]) -> bool:
        return all(layers[needed] for needed in self.problem.needs[task])

    def _can_end(self, layer: int, layers: list[int], heads: int) -> bool:
        """Whether the rest could fit: no task too late, no stretch of layers too full, fewer heads than the best."""
        problem, earliest = self.problem, list(layers)
        for task, at in enumerate(layers):
            if not at:
                earliest[task] = max(layer, *(earliest[other] + 1 for other in problem.needs[task]), 0)
                if earliest[task] > problem.latest[task]:
                    return False
        left = sorted((task for task, at in enumerate(layers) if not at), key=lambda task: problem.latest[task])
        self.work.left -= len(left) * (problem.depth - layer + 2)
        if heads + _fewest_heads(problem, earliest, problem.latest, left) >= self._heads:
            return False
        starts = range(layer, problem.depth + 1)
        return all(_densest(problem, left, earliest, problem.latest, start) <= self.cap for start in starts)

    def _sets(self, layer: int, layers: list[int], groups: dict[int, list[int]]) -> Iterator[list[int]]:
        """The sets of patterns worth trying in a layer, the most promising first."""
        latest = self.problem.latest
        forced = [pattern for pattern in groups if min(latest[task] for task in groups[pattern]) == layer]
        free = sorted(
            (pattern for pattern in groups if pattern not in forced),
            key=lambda pattern: _pressure(self.problem, groups[pattern]),
        )
        if len(forced) > self.cap:
            return
        shared = [pattern for pattern in free if self._has_more(pattern, groups[pattern], layers)]
        single = [pattern for pattern in free if pattern not in shared]
        room = self.cap - len(forced)
        for size in range(min(room, len(shared)), -1, -1):
            for some in _subsets(shared, size):
                for others in self._filled(single, min(room - size, len(single)), groups):
                    yield [*forced, *some, *others]

    def _has_more(self, pattern: int, ready: list[int], layers: list[int]) -> bool:
        """Whether more tasks of the pattern are to come, so that it may pay to wait for them."""
        done = sum(1 for task, at in enumerate(layers) if at and self.problem.patterns[task] == pattern)
        return self._counts[pattern] > done + len(ready)

    def _filled(self, patterns: list[int], size: int, groups: dict[int, list[int]]) -> Iterator[list[int]]:
        """Sets of `size` patterns; one is left out only together with all those that are no more useful."""
        if size == 0 or len(patterns) <= size:
            if len(patterns) >= size:
                yield patterns[:size]
            return
        first, rest = patterns[0], patterns[1:]
        for others in self._filled(rest, size - 1, groups):
            yield [first, *others]
        yield from self._filled([one for one in rest if not self._is_covered(one, first, groups)], size, groups)

    def _is_covered(self, one: int, other: int, groups: dict[int, list[int]]) -> bool:
        """Whether running `other` first is at least as good: it is as pressing, and all that waits for `one` does."""
        problem = self.problem
        latest = [min(problem.latest[task] for task in groups[pattern]) for pattern in (one, other)]
        users = [{user for task in groups[pattern] for user in problem.users[task]} for pattern in (one, other)]
        return latest[1] <= latest[0] and users[0] <= users[1]


def _undo(layers: list[int], level: int) -> None:
    """Takes back what was placed in this layer and later ones."""
    for task, at in enumerate(layers):
        if at >= level:
            layers[task] = 0


def _subsets(items: list[int], size: int) -> Iterator[list[int]]:
    """The subsets of that size, those of the first items first."""
    if size == 0:
        yield []
    elif len(items) >= size:
        for rest in _subsets(items[1:], size - 1):
            yield [items[0], *rest]
        yield from _subsets(items[1:], size)
