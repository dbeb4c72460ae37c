"""Lower bounds on placements: the layers in which each task can stand, and the least numbers of heads.

A task can stand neither before what it depends on nor too late for what depends on it. Where those need more heads than
fit into the layers before or after, the window of the task is narrower still. If a range of layers must hold more heads
than fit, there is no placement with so few heads per layer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rasp.architecture.problem import SchedulingProblem

BROAD = 400_000  # steps up to which the ranges of layers from every start are checked
WIDE = 1_000  # tasks up to which windows are narrowed by the heads that must stand before and after
PASSES = 20  # most rounds of narrowing; stopping early leaves windows too wide, which is safe


@dataclass(frozen=True)
class Windows:
    """The first and the last layer in which each task can stand."""

    earliest: tuple[int, ...]
    latest: tuple[int, ...]

    def mirror(self, problem: SchedulingProblem) -> Windows:
        """The windows of the mirrored problem's tasks."""
        return Windows(tuple(problem.mirror(self.latest)), tuple(problem.mirror(self.earliest)))


def least_heads(problem: SchedulingProblem, windows: Windows) -> int:
    """A lower bound of the number of heads: for each pattern, the fewest layers that meet the windows of its tasks.

    >>> problem = SchedulingProblem((0, 0, 1), ((), (0,), ()))
    >>> least_heads(problem, Windows(problem.earliest, problem.latest))
    3
    """
    last: dict[int, int] = {}
    heads = 0
    for task in _by_latest(windows):
        if last.get(problem.patterns[task], 0) < windows.earliest[task]:
            last[problem.patterns[task]] = windows.latest[task]
            heads += 1
    return heads


def least_width(problem: SchedulingProblem) -> int:
    """A lower bound of the width (the most heads of a layer): some range of layers must hold so many heads.

    >>> free, chain = SchedulingProblem((0, 1, 2), ((), (), ())), SchedulingProblem((0, 1, 2), ((), (0,), (1,)))
    >>> least_width(free), least_width(chain)
    (3, 1)
    """
    windows = Windows(problem.earliest, problem.latest)
    forced = {
        (first, pattern)
        for first, last, pattern in zip(problem.earliest, problem.latest, problem.patterns, strict=True)
        if first == last
    }
    alone = max(Counter(layer for layer, _ in forced).values(), default=1)
    return max(alone, *(-(-heads // layers) for heads, layers in _stretches(problem, windows)))


def windows_within(problem: SchedulingProblem, cap: int) -> Windows | None:
    """The windows of the tasks if no layer may hold more than `cap` heads; None if that is impossible.

    >>> windows_within(SchedulingProblem((0, 1, 2, 3), ((), (), (0, 1), (2,))), 2)
    Windows(earliest=(1, 1, 2, 3), latest=(1, 1, 2, 3))
    >>> windows_within(SchedulingProblem((0, 1, 2, 3), ((), (), (0, 1), (2,))), 1) is None
    True
    """
    windows = Windows(problem.earliest, problem.latest)
    if len(problem) <= WIDE:
        narrowed = _narrow(problem, windows, cap)
        if narrowed is None:
            return None
        windows = narrowed
    full = any(heads > cap * layers for heads, layers in _stretches(problem, windows))
    return None if full else windows


def _narrow(problem: SchedulingProblem, windows: Windows, cap: int) -> Windows | None:
    """Narrow windows by the layers needed for what each task depends on, and for what depends on it."""
    for _ in range(PASSES):
        before = windows
        earliest = _raise_earliest(problem, windows.earliest, windows.latest, cap)
        if earliest is None:
            return None
        late, early = problem.mirror(windows.latest), problem.mirror(earliest)
        latest = _raise_earliest(problem.mirrored, late, early, cap)
        if latest is None:
            return None
        windows = Windows(tuple(earliest), tuple(problem.mirror(latest)))
        if windows == before:
            break
    return windows


def _raise_earliest(
    problem: SchedulingProblem, earliest: Sequence[int], latest: Sequence[int], cap: int
) -> list[int] | None:
    """The first layers, raised where everything that a task depends on needs more; None if that is too late."""
    first = list(earliest)
    for task, ancestors in enumerate(problem.ancestors):
        for other in problem.needs[task]:
            first[task] = max(first[task], first[other] + 1)
        if len(ancestors) > cap:
            first[task] = max(first[task], _first_after(problem, ancestors, first, latest, cap))
        if first[task] > latest[task]:
            return None
    return first


def _first_after(
    problem: SchedulingProblem, tasks: tuple[int, ...], earliest: Sequence[int], latest: Sequence[int], cap: int
) -> int:
    """The first layer that can follow all these tasks.

    Tasks that start in layer l or later need ceil(heads / cap) layers from l on. The loop goes through the tasks from
    the last start to the first; `heads` is a lower bound of the heads of the tasks so far: a task needs no head of its
    own if a head of its pattern, which starts later, lies in its window.
    """
    first = heads = 0
    last: dict[int, int] = {}  # the layer of the earliest head of each pattern
    for task in sorted(tasks, key=lambda task: -earliest[task]):
        pattern = problem.patterns[task]
        if pattern not in last or last[pattern] > latest[task]:
            last[pattern] = earliest[task]
            heads += 1
            first = max(first, earliest[task] - (-heads // cap))
    return first


def _stretches(problem: SchedulingProblem, windows: Windows) -> Iterable[tuple[int, int]]:
    """Yield how many heads a range of layers must hold at least, and the number of those layers."""
    tasks = _by_latest(windows)
    starts = sorted(set(windows.earliest))
    if len(starts) * len(tasks) > BROAD:
        starts = starts[:1]
    for start in starts:
        last: dict[int, int] = {}  # the layer of the latest head of each pattern
        heads = 0
        for task in tasks:
            first = windows.earliest[task]
            if first >= start and last.get(problem.patterns[task], 0) < first:
                last[problem.patterns[task]] = windows.latest[task]
                heads += 1
                yield heads, windows.latest[task] - start + 1


def _by_latest(windows: Windows) -> list[int]:
    return sorted(range(len(windows.latest)), key=windows.latest.__getitem__)
