"""The exact search: a problem, a width and a cost go in, the cheapest placement below that cost comes out.

It goes from layer to layer and chooses the patterns of each. All tasks of a chosen pattern that can run do run, for the
head is there anyway. States that were reached at no higher cost before are skipped, and so are those from which the
rest cannot fit or cannot beat the best placement found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rasp.architecture.bounds import Windows
from rasp.architecture.list_scheduling import by_pattern, pressure_of
from rasp.architecture.problem import Cost, Problem


@dataclass(frozen=True)
class SearchResult:
    """The best placement that is found, if one is; `exhausted` says that none is better."""

    layers: list[int] | None
    exhausted: bool


@dataclass(frozen=True)
class SearchState:
    """What has run before a layer and what can run in it, as sets of bits, and the cost up to there."""

    layer: int
    done: int
    ready: int
    cost: Cost


class BranchAndBound:
    """A search among the placements in these windows with at most `cap` heads a layer, for those that cost less.

    `below` is the cost that all are to stay under, `work` the number of steps that the search may take.
    """

    def __init__(self, problem: Problem, windows: Windows, cap: int, below: Cost, work: int) -> None:
        self.problem = problem
        self.windows = windows
        self.cap = cap
        self.work = work
        self._best: list[int] | None = None
        self._cost = below
        self._seen: dict[tuple[int, int], Cost] = {}  # the least cost that led to a layer with these tasks done

    def run(self, until_found: bool = False) -> SearchResult:
        """The best placement, or the first one that is found.

        Depth first; a level of the stack is a layer, with the choices that are still to be tried there.
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
        """What could run in a layer, and the state after it."""
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
        """Whether the rest could fit in the layers that are left, and more cheaply than the best placement found."""
        latest, patterns, needs = self.windows.latest, self.problem.patterns, self.problem.needs
        earliest = [0] * len(self.problem)
        last: dict[int, int] = {}  # the layer of each pattern's latest head
        heads = 0
        for task in self._by_latest:
            if state.done >> task & 1:
                continue
            self.work -= 1 + len(needs[task])
            first = max(state.layer, self.windows.earliest[task])
            for other in needs[task]:
                if earliest[other] >= first:
                    first = earliest[other] + 1
            if first > latest[task]:
                return False
            earliest[task] = first
            if last.get(patterns[task], 0) < first:
                last[patterns[task]] = latest[task]
                heads += 1
                if heads > self.cap * (latest[task] - state.layer + 1):
                    return False
        return self._least_cost(state, heads) < self._cost

    def _least_cost(self, state: SearchState, heads: int) -> Cost:
        """The cost of a placement that has so many heads to come: they fill the next layers at best."""
        full, rest = divmod(heads, self.cap)
        late = self.cap * (full * state.layer + full * (full - 1) // 2) + rest * (state.layer + full)
        return state.cost[0] + heads, state.cost[1] + late

    @cached_property
    def _by_latest(self) -> list[int]:
        """The tasks, those that must run first first; so each stands after those that it needs."""
        return sorted(range(len(self.problem)), key=self.windows.latest.__getitem__)

    # ------------------------------------------------------------------------------------------------- choices

    def _sets(self, state: SearchState, groups: dict[int, list[int]]) -> Iterator[list[int]]:
        """The sets of patterns worth trying in a layer, the most promising first."""
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
        """Whether more tasks of the pattern are to come, so that it may pay to wait for them."""
        return (self._of_pattern[pattern] & ~state.done).bit_count() > len(ready)

    @cached_property
    def _of_pattern(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for task, pattern in enumerate(self.problem.patterns):
            found[pattern] |= 1 << task
        return found

    def _choose(self, patterns: list[int], size: int, groups: dict[int, list[int]]) -> Iterator[list[int]]:
        """Sets of `size` patterns; one is left out only together with all those that are no more useful."""
        if size == 0 or len(patterns) <= size:
            if len(patterns) >= size:
                yield patterns[:size]
            return
        first, rest = patterns[0], patterns[1:]
        for others in self._choose(rest, size - 1, groups):
            yield [first, *others]
        yield from self._choose([one for one in rest if not self._is_dominated(one, first, groups)], size, groups)

    def _is_dominated(self, one: int, other: int, groups: dict[int, list[int]]) -> bool:
        """Whether running `other` first is at least as good: it is as pressing, and all that waits for `one` does."""
        users = [{user for task in groups[pattern] for user in self.problem.users[task]} for pattern in (one, other)]
        latest = [min(self.windows.latest[task] for task in groups[pattern]) for pattern in (one, other)]
        self.work -= len(users[0]) + 1
        return latest[1] <= latest[0] and users[0] <= users[1]


def _bits(mask: int) -> list[int]:
    """The places of the bits that are set, the lowest first."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found


def _subsets(items: list[int], size: int) -> Iterator[list[int]]:
    """The subsets of that size, those of the first items first."""
    if size == 0:
        yield []
    elif len(items) >= size:
        for rest in _subsets(items[1:], size - 1):
            yield [items[0], *rest]
        yield from _subsets(items[1:], size)
