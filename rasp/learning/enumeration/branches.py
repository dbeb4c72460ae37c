"""Branches: short independent searches, which other processes may run.

A branch is sent with all that it needs; it returns programs and the number of candidates that it tried. Results are
used in the order of the branches, not in that of arrival, so a search finds the same with any number of processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass
from typing import NamedTuple

from rasp.learning.deadlines import Ended, SearchClock, limited
from rasp.learning.enumeration.annealing import Annealing
from rasp.learning.enumeration.goals import problem_of
from rasp.learning.enumeration.levels import HEADS_ON_HEADS, Enumeration
from rasp.learning.enumeration.rules.majority import MajorityFinder
from rasp.learning.enumeration.solver import Solver
from rasp.learning.enumeration.stream import CandidateStream, endless
from rasp.learning.examples.data import Data
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import Expression
from rasp.learning.settings import SearchSettings

TRIED = 12  # programs that an enumeration returns at most
STEPS = 3000  # of a walk
WAIT = 0.2  # seconds between two looks at the clock


class Explored(NamedTuple):
    """The programs that a branch has found, and how many candidates it has tried."""

    programs: list[Expression]
    candidates: int


@dataclass(frozen=True)
class Branch:
    """The input of a branch: some rows of the data, and the settings of the search."""

    coding: Coding
    data: Data
    causal: bool
    seed: int
    settings: SearchSettings

    def explore(self, room: Callable[[int], int] = endless) -> Explored:
        """Enumerates the cheap candidates. `room` is called with their number, and raises to end it."""
        problem = problem_of(self.coding, self.data, self.causal, self.settings.ready)
        stream = CandidateStream(problem.batch, self.seed, room)
        solver = Solver(problem, stream, self.seed, self.settings.without)
        levels = Enumeration(problem, stream, self.settings.layers)
        for reached in levels.run():
            if reached == HEADS_ON_HEADS:
                break
            solver.use(levels.partners(reached), levels.early_blocks())
        return Explored(solver.programs()[:TRIED], stream.offered)


@dataclass(frozen=True)
class Consensus(Branch):
    """A search for programs that are right at most positions of many probes, some of whose outputs may be wrong."""

    until: str = HEADS_ON_HEADS  # the last level of its enumeration

    def explore(self, room: Callable[[int], int] = endless) -> Explored:
        """Enumerates candidates, and returns the functions of them that are right most often."""
        problem = problem_of(self.coding, self.data, self.causal, self.settings.ready)
        stream = CandidateStream(problem.batch, self.seed, room)
        finder = MajorityFinder(problem.goal, stream, self.seed)
        stream.finders.append(finder)
        levels = Enumeration(problem, stream, self.settings.layers)
        for reached in levels.run():
            stream.flush()
            if reached == self.until:
                break
            finder.use(levels.partners(reached))
        return Explored(finder.solutions(), stream.offered)


@dataclass(frozen=True)
class Walk(Branch):
    """A walk of annealing; `pool` has the expressions to start from and to insert."""

    pool: tuple[Expression, ...] = ()

    def explore(self, room: Callable[[int], int] = endless) -> Explored:
        """Changes programs at random, and returns the best of them."""
        problem = problem_of(self.coding, self.data, self.causal, self.settings.ready)
        annealing = Annealing(problem, self.pool, self.seed, self.settings.layers)
        return Explored(list(annealing.walk(STEPS, room)), STEPS)


def explore_all(
    branches: Sequence[Branch], executor: Executor | None, check_time: Callable[[], None]
) -> Iterator[Explored]:
    """Yields the result of each branch, in their order. `check_time` raises an exception to end the search.

    Without an executor a branch runs when its turn comes; with one, all start now.
    A branch whose worker died runs here.
    """

    def room(count: int) -> int:
        check_time()
        return count

    if executor is None:
        return (branch.explore(room) for branch in branches)
    return _in_order(branches, deque(executor.submit(_explore_alone, branch) for branch in branches), room, check_time)


def _explore_alone(branch: Branch) -> Explored:
    """Explores a branch in another process, for as long as the search may take. Raises Ended."""
    clock = SearchClock(branch.settings.seconds)

    def check(tentative: bool) -> None:
        if clock.is_over(tentative):
            raise Ended

    with limited(check):
        return branch.explore()


def _in_order(
    branches: Sequence[Branch],
    futures: deque[Future[Explored]],
    room: Callable[[int], int],
    check_time: Callable[[], None],
) -> Iterator[Explored]:
    """The results of branches. Those that nobody waits for any longer are cancelled."""
    try:
        for branch in branches:
            yield _result(futures.popleft(), check_time) or branch.explore(room)
    finally:
        for future in futures:
            future.cancel()


def _result(future: Future[Explored], check_time: Callable[[], None]) -> Explored | None:
    """The result of a future; None where its worker died."""
    while True:
        check_time()
        try:
            return future.result(WAIT)
        except TimeoutError:
            continue
        except (BrokenExecutor, CancelledError):
            return None
