"""Exact search by branch and bound for the cheapest placement of a given width, below a given cost.

The search goes from layer to layer and chooses the patterns of each. All ready tasks of a chosen pattern are placed,
because the head exists anyway. A state is skipped if it was reached before at no higher cost, or if a lower bound shows
that the remaining tasks do not fit, or cannot be placed below the cost of the best placement so far. `schedule.py` also
searches the mirrored problem, from the last layer back, because one direction is often short where the other is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rasp.architecture.bounds import Windows
from rasp.architecture.list_scheduling import by_pattern, pressure_of
from rasp.architecture.problem import Cost, SchedulingProblem


@dataclass(frozen=True)
class SearchResult:
    """The best placement found, if any; `exhausted` is true if no better one exists."""

    layers: list[int] | None
    exhausted: bool


@dataclass(frozen=True)
class SearchState:
    """The tasks placed before a layer and those that are ready for it, as bit sets, and the cost so far."""

    layer: int
    done: int
    ready: int
    cost: Cost


class BranchAndBound:
    """Searches the placements in given windows with at most `cap` heads per layer.

    Only placements that cost less than `below` count; `work` is the number of steps that the search may take.
    """

    def __init__(self, problem: SchedulingProblem, windows: Windows, cap: int, below: Cost, work: int) -> None:
        self.problem = problem
        self.windows = windows
        self.cap = cap
        self.work = work
        self._best: list[int] | None = None
        self._cost = below
        self._seen: dict[tuple[int, int], Cost] = {}  # the least cost of reaching a layer with these tasks placed

    def run(self, until_found: bool = False) -> SearchResult:
        """The best placement, or with `until_found` the first one.

        The search is depth-first. Each level of the stack is a layer, with the choices that are still to be tried.
        """
        everything = (1 << len(self.problem)) - 1
        ready = sum(1 << task for task, needed in enumerate(self.problem.needs) if not needed)
        placed: list[list[int]] = []  # the tasks of each layer
        stack = [self._choices(SearchState(1, 0, ready, (0, 0)))]
        while stack:
            if self.work <= 0:
                return SearchResult(self._best, False)
            choice = next(stack[-1], None)
            del placed[len(stack) - 1 :]
            if choice is None:
                stack.pop()
                continue
            tasks, state = choice
            placed.append(tasks)
            if state.done != everything:
                stack.append(self._choices(state))
            elif state.cost < self._cost:
                self._best, self._cost = self._layers(placed), state.cost
                if until_found:
                    break
        return SearchResult(self._best, True)

    def _layers(self, placed: list[list[int]]) -> list[int]:
        layers = [0] * len(self.problem)
        for layer, tasks in enumerate(placed, 1):
            for task in tasks:
                layers[task] = layer
        return layers

    def _choices(self, state: SearchState) -> Iterator[tuple[list[int], SearchState]]:
        """Yield the sets of tasks worth placing in a layer, each with the state after it."""
        if state.cost >= self._seen.get((state.layer, state.done), self._cost) or not self._can_complete(state):
            return
        self._seen[state.layer, state.done] = state.cost
        groups = by_pattern(self.problem, _bits(state.ready))
        for chosen in self._sets(state, groups):
            tasks = [task for pattern in chosen for task in groups[pattern]]
            self.work -= len(groups) + len(tasks)
            heads, late = state.cost
            cost = heads + len(chosen), late + state.layer * len(chosen)
            yield tasks, self._next_state(state, tasks, cost)

    def _next_state(self, state: SearchState, tasks: list[int], cost: Cost) -> SearchState:
        done, ready = state.done, state.ready
        for task in tasks:
            done |= 1 << task
        ready &= ~done
        for task in tasks:
            for user in self.problem.users[task]:
                if not self._needs_bits[user] & ~done:
                    ready |= 1 << user
        return SearchState(state.layer + 1, done, ready, cost)

    @cached_property
    def _needs_bits(self) -> list[int]:
        return [sum(1 << other for other in needed) for needed in self.problem.needs]

    # ------------------------------------------------------------------------------------------------- bounds

    def _can_complete(self, state: SearchState) -> bool:
        """Whether the lower bounds allow the remaining tasks to fit, below the cost of the best placement so far."""
        earliest = [0] * len(self.problem)
        last: dict[int, int] = {}  # the layer of the latest head of each pattern
        heads = 0
        for task, bit, first, latest, pattern, needed in self._by_latest:
            if state.done & bit:
                continue
            self.work -= 1 + len(needed)
            if first < state.layer:
                first = state.layer
            for other in needed:
                if earliest[other] >= first:
                    first = earliest[other] + 1
            if first > latest:
                return False
            earliest[task] = first
            if last.get(pattern, 0) < first:
                last[pattern] = latest
                heads += 1
                if heads > self.cap * (latest - state.layer + 1):
                    return False
        return self._least_cost(state, heads) < self._cost

    def _least_cost(self, state: SearchState, heads: int) -> Cost:
        """A lower bound of the cost with so many heads to come: at best they fill the next layers."""
        full, rest = divmod(heads, self.cap)
        late = self.cap * (full * state.layer + full * (full - 1) // 2) + rest * (state.layer + full)
        return state.cost[0] + heads, state.cost[1] + late

    @cached_property
    def _by_latest(self) -> list[tuple[int, int, int, int, int, tuple[int, ...]]]:
        """The tasks by their last possible layers, so that each comes after those that it needs.

        Each with all that a bound reads of it: its bit, its first and last layers, its pattern, what it needs.
        """
        windows, problem = self.windows, self.problem
        return [
            (task, 1 << task, windows.earliest[task], windows.latest[task], problem.patterns[task], problem.needs[task])
            for task in sorted(range(len(problem)), key=windows.latest.__getitem__)
        ]

    # ------------------------------------------------------------------------------------------------- choices

    def _sets(self, state: SearchState, groups: dict[int, list[int]]) -> Iterator[list[int]]:
        """Yield the sets of patterns worth trying in a layer, the most promising first."""
        latest = self.windows.latest
        forced = [pattern for pattern, tasks in groups.items() if min(latest[task] for task in tasks) == state.layer]
        free = sorted(groups.keys() - forced, key=lambda pattern: pressure_of(self.problem, latest, groups[pattern]))
        room = self.cap - len(forced)
        if room < 0:
            return
        shared = [pattern for pattern in free if self._has_more(state, pattern, groups[pattern])]
        single = [pattern for pattern in free if pattern not in shared]
        for size in range(min(room, len(shared)), -1, -1):
            for some in _subsets(shared, size):
                for others in self._choose(single, min(room - size, len(single)), groups):
                    yield [*forced, *some, *others]

    def _has_more(self, state: SearchState, pattern: int, ready: list[int]) -> bool:
        """Whether the pattern has tasks that are not ready yet, so that waiting for them may save a head."""
        return (self._of_pattern[pattern] & ~state.done).bit_count() > len(ready)

    @cached_property
    def _of_pattern(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for task, pattern in enumerate(self.problem.patterns):
            found[pattern] |= 1 << task
        return found

    def _choose(self, patterns: list[int], size: int, groups: dict[int, list[int]]) -> Iterator[list[int]]:
        """Yield sets of `size` patterns; a pattern is left out only together with all that it dominates."""
        if size == 0 or len(patterns) <= size:
            if len(patterns) >= size:
                yield patterns[:size]
            return
        first, rest = patterns[0], patterns[1:]
        for others in self._choose(rest, size - 1, groups):
            yield [first, *others]
        yield from self._choose([one for one in rest if not self._is_dominated(one, first, groups)], size, groups)

    def _is_dominated(self, one: int, other: int, groups: dict[int, list[int]]) -> bool:
        """Whether placing `other` first is at least as good: it is as urgent, and whatever needs `one` needs it."""
        users = [{user for task in groups[pattern] for user in self.problem.users[task]} for pattern in (one, other)]
        latest = [min(self.windows.latest[task] for task in groups[pattern]) for pattern in (one, other)]
        self.work -= len(users[0]) + 1
        return latest[1] <= latest[0] and users[0] <= users[1]


def _bits(mask: int) -> list[int]:
    """The indices of the set bits, the lowest first."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found


def _subsets(items: list[int], size: int) -> Iterator[list[int]]:
    """Yield the subsets of a size, those with the first items first."""
    if size == 0:
        yield []
    elif len(items) >= size:
        for rest in _subsets(items[1:], size - 1):
            yield [items[0], *rest]
        yield from _subsets(items[1:], size)
