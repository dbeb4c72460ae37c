"""The search for a program: enumerates on probes, checks on all examples, adds counterexamples, and repeats (CEGIS).

>>> from rasp.learning.examples.rows import data_of
>>> data = data_of([(word, word[::-1]) for word in ("a", "ab", "abc", "bca", "cc", "aabc", "cbaa")])
>>> found = search(data, SearchSettings(iterations=1_000))
>>> found.exact, found.price
(True, 200)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from math import isqrt

import numpy as np

from rasp.architecture.plan import make_plan
from rasp.errors import BadInput
from rasp.learning.deadlines import Ended, SearchClock, limited, unlimited
from rasp.learning.enumeration.branches import Branch, Consensus, Explored, Walk, explore_all
from rasp.learning.enumeration.found import FrontEntry, ProgramSearchResult
from rasp.learning.enumeration.goals import SearchProblem, problem_of
from rasp.learning.enumeration.judging import MANY as MOST_WRONG
from rasp.learning.enumeration.judging import Judge
from rasp.learning.enumeration.levels import HEADS_ON_HEADS, TWO_CLAUSES, Enumeration
from rasp.learning.enumeration.probes import SEQUENCES, affordable, looks_causal, probes, rare
from rasp.learning.enumeration.solver import Solver
from rasp.learning.enumeration.stream import CandidateStream
from rasp.learning.examples.data import Data
from rasp.learning.examples.kinds import atom_kind
from rasp.learning.examples.voting import take_majority
from rasp.learning.expressions.coding import Coding, is_writable
from rasp.learning.expressions.expression import ConstantTerm, Expression, Variable, constant, constant_sop, depth
from rasp.learning.expressions.functions import shortest, tabulate
from rasp.learning.expressions.prices import price
from rasp.learning.expressions.ready import strings_of
from rasp.learning.expressions.tidy import tidy
from rasp.learning.expressions.to_graph import to_graph
from rasp.learning.settings import USUAL, SearchSettings

COUNTEREXAMPLES = 4  # added for each program that failed
TRIED = 12  # programs that are checked at a time
ENDLESS = 2**62
EARLY, MANY = 50_000, 100  # a new round starts before so many candidates, or with so many counterexamples
ROUNDS = 40
VOTED = 200_000  # most candidates of the search on majority outputs
TOLD = 0.5  # seconds between two reports of progress
NOISY = (6, 8, 10, 12, 8, 10)  # numbers of probes of the branches for noisy data
PLAIN = 250  # a price that is likely the lowest: the search is more patient after a dearer program
NOISIER = (6, 8, 10) * 4  # the same for more branches, if enumeration has found no exact program
LATE = 600_000  # candidates after which, without an exact program, data count as noisy
WALKS = 6  # walks of annealing
LONGEST = 2**15 - 1  # most tokens of an input: all pairs of positions are compared, and positions are 16-bit ints


ResultCallback = Callable[[ProgramSearchResult, bool], None]  # result so far, and whether it is better


def search(
    data: Data,
    settings: SearchSettings = USUAL,
    progress: ResultCallback | None = None,
    executor: Executor | None = None,
) -> ProgramSearchResult:
    """Returns the best program found; other processes may help. Ctrl-C ends the search with the best so far."""
    state = ProgramSearch(data, settings, progress, executor)
    try:
        state.run()
    except KeyboardInterrupt:
        state.found.interrupted = True
    return state.finish()


class ProgramSearch:
    """A running search."""

    def __init__(
        self,
        data: Data,
        settings: SearchSettings,
        progress: ResultCallback | None,
        executor: Executor | None,
        coding: Coding | None = None,
    ) -> None:
        self.clock = SearchClock(settings.seconds)
        _check_lengths(data)
        self.data, self.settings, self.progress = data, settings, progress
        self.coding = coding or Coding.of(data, strings_of(settings.ready, data))
        self.judge = Judge(self.coding, data, settings.seed)
        self.random = np.random.Generator(np.random.PCG64(settings.seed))
        self.executor = executor
        self.solver: Solver | None = None  # of the current enumeration
        self.tried: set[Expression] = set()
        self.pool: list[Expression] = []
        self.found = self._start()

    def _start(self) -> ProgramSearchResult:
        """The first program: the commonest output everywhere."""
        counts = Counter(atom for outputs in self.data.outputs for atom in outputs if atom is not None)
        labels = list(filter(is_writable, self.data.labels))
        if not labels:
            hint = "A string of a program holds neither double quotes nor line breaks."
            raise BadInput("the outputs are strings that no program can write", hint=hint)
        best = max(labels, key=lambda atom: counts[atom])
        everywhere = constant_sop(constant(best))
        found = ProgramSearchResult(everywhere, self.judge.asked - counts[best], self.judge.asked)
        found.front = [FrontEntry(found.price, found.wrong, everywhere)]
        return found

    def finish(self) -> ProgramSearchResult:
        """The result."""
        self.found.seconds = self.clock.spent
        return self.found

    def run(self) -> None:
        """Searches to the end, and then tries the last candidates, for which there is some grace."""
        with limited(self._check_time), suppress(Ended):
            try:
                self._run()
            except Ended:
                self._look()

    def _try_tokens(self) -> None:
        """Tries the commonest output of each token, on all data, because probes cannot contain all of many tokens."""
        tokens = Variable("tokens", self.coding.token_kind)
        groups = list(self.judge.groups)
        values, given = np.unique(np.concatenate([one.batch.tokens[one.asked] for one in groups]), return_inverse=True)
        labels, wanted = np.unique(np.concatenate([one.wanted[one.asked] for one in groups]), return_inverse=True)
        if len(given) >= 2 * len(self.coding.vocabulary):
            pairs, counts = np.unique(given * len(labels) + wanted, return_counts=True)
            pairs = pairs[np.lexsort((-counts, pairs // len(labels)))]  # of each token, the commonest output first
            pairs = pairs[np.unique(pairs // len(labels), return_index=True)[1]]
            columns = values[pairs // len(labels)], labels[pairs % len(labels)]
            cells = tabulate([tokens], columns[:1], columns[1], atom_kind(self.data.labels[0]), self.coding)
            made = None if cells is None else shortest(cells)
            if made is not None and self._is_allowed(made):
                self._judge(made)

    def _look(self) -> None:
        """Tries the programs that the rules make of the candidates so far."""
        if self.solver is not None:
            self._prove(self.solver.programs())

    def _run(self) -> None:
        """Searches for an exact program, then on few probes, for noisy data, and then by annealing."""
        causal = self.settings.causal
        if not self.found.exact:
            self._try_tokens()
        if self.found.exact and self.found.price < PLAIN:
            return
        self._search_voted()
        for looking in (True,) if causal else (True, False) if looks_causal(self.data) else (False,):
            self._enumerate(looking)
            if self.found.exact:
                return
        self._take(self._explore([self._branch(size, causal) for size in NOISIER]))
        self._anneal(causal)

    def _search_voted(self) -> None:
        """If equal inputs have several outputs, searches for a program that gives the majority outputs."""
        data = take_majority(self.data, self.settings.causal)
        if data is None:
            return
        before = self.found.iterations
        most = min(VOTED, self._most() - before)

        def hear(found: ProgramSearchResult, better: bool) -> None:
            self.found.iterations = before + found.iterations
            if better:
                self._judge(found.expression)
            else:
                self._check_time()

        settings = replace(self.settings, iterations=most, seconds=self.clock.left)
        inner = ProgramSearch(data, settings, hear, self.executor, self.coding)
        inner.run()
        self.found.iterations = before + inner.found.iterations

    def _enumerate(self, causal: bool) -> None:
        """Enumerates on probes, and again with counterexamples until a program is right on all examples."""
        rows = probes(self.data, self.random)
        rows = affordable(self.data, [*rows, *rare(self.data, rows, self.random)])
        for number in range(ROUNDS):
            more = self._round(rows, causal, quick=number == 0)
            if not more:
                return
            rows = affordable(self.data, {*rows, *more})
            self.found.restarts += 1

    def _problem(self, rows: list[int], causal: bool) -> SearchProblem:
        return problem_of(self.coding, self.data.rows_at(rows), causal, self.settings.ready)

    def _round(self, rows: list[int], causal: bool, quick: bool) -> list[int]:
        """Runs one enumeration; returns the counterexamples for another one, none if the program is exact.

        A late failure does not end it, because the right program may be among the next candidates.
        """
        problem = self._problem(rows, causal)
        stream = CandidateStream(problem.batch, self.settings.seed, self._room)
        self.solver = Solver(problem, stream, self.settings.seed, self.settings.without)
        levels = Enumeration(problem, stream, self.settings.layers)
        failed: list[int] = []
        branches: Iterator[Explored] = iter(())
        before = 0
        for reached in levels.run():
            self._take(branches)  # explored by other processes during the last level
            failed += self._new_probes(rows, self._prove(self.solver.programs()))
            if failed and not self.found.exact and (stream.offered < EARLY or len(failed) >= MANY):
                break
            late, before = before < LATE <= stream.offered, stream.offered
            if quick and not self.found.exact:
                branches = self._explore(list(self._branches(reached, late, causal)))
            self.solver.use(levels.partners(reached), levels.early_blocks())
        self._take(branches)
        self.solver = None
        self.pool = levels.pool
        return [] if self.found.exact else failed

    def _new_probes(self, rows: list[int], more: list[int]) -> list[int]:
        """The counterexamples that can be probes: long ones take too much time."""
        taken = {*affordable(self.data, {*rows, *more})}
        return [row for row in more if row in taken]

    def _branches(self, reached: str, late: bool, causal: bool) -> Iterator[Branch]:
        """The branches for noisy data to explore after a level."""
        alike = "majority" not in self.settings.without
        if reached == HEADS_ON_HEADS:
            if alike:
                yield self._consensus(reached, causal)
            yield from (self._branch(size, causal) for size in NOISY)
        if late and alike:
            yield self._consensus(TWO_CLAUSES, causal)

    def _branch(self, size: int, causal: bool) -> Branch:
        """A search for programs that are right on a few probes.

        Where some outputs are wrong, no program is right on all probes. A few of them may be free of errors by chance.
        """
        rows = probes(self.data, self.random, size)
        return Branch(self.coding, self.data.rows_at(rows), causal, self.settings.seed, self.settings)

    def _consensus(self, until: str, causal: bool) -> Branch:
        """A search for programs that are right at most positions, however many outputs are wrong."""
        rows = probes(self.data, self.random)
        return Consensus(self.coding, self.data.rows_at(rows), causal, self.settings.seed, self.settings, until)

    def _explore(self, branches: Sequence[Branch]) -> Iterator[Explored]:
        return explore_all(branches, self.executor, self._check_time)

    def _take(self, branches: Iterator[Explored]) -> None:
        """Scores the programs of branches on all data. Raises Ended when they have used up the candidates allowed."""
        for explored in branches:
            if self.found.iterations + explored.candidates > self._most():
                self.found.iterations = self._most()
                raise Ended
            self.found.iterations += explored.candidates
            for program in explored.programs:
                if program not in self.tried and self._is_allowed(program):
                    self.tried.add(program)
                    self._judge(program)

    def _anneal(self, causal: bool) -> None:
        """Walks through programs by small changes."""
        walks = []
        for number in range(WALKS):
            data = self.data.rows_at(probes(self.data, self.random, 2 * SEQUENCES))
            seed = self.settings.seed + number
            walks.append(Walk(self.coding, data, causal, seed, self.settings, tuple(self.pool)))
        self._take(self._explore(walks))

    def _tell(self, better: bool) -> None:
        """Reports the progress of the search."""
        if self.progress:
            with unlimited():
                self.progress(self.finish(), better)

    def _room(self, count: int) -> int:
        """The number of these candidates that may still be tried. Raises Ended if it is 0, or if the time is over."""
        self._check_time(tentative=True)
        if self.found.exact and self._most() <= self.found.iterations:
            self._look()  # a cheaper program lengthens the search
        left = self._most() - self.found.iterations
        if left <= 0:
            raise Ended
        self.found.iterations += min(count, left)
        return min(count, left)

    def _most(self) -> int:
        """The most candidates to try: as set, and after an exact program no more than its price justifies."""
        found, settings = self.found, self.settings
        most = ENDLESS if settings.iterations is None else settings.iterations
        if not found.exact:
            return most
        patience = max(settings.patience, settings.patience * isqrt(found.price**3) // isqrt(PLAIN**3))
        return min(most, found.found_at + max(patience, found.found_at // 3))

    def _check_time(self, tentative: bool = False) -> None:
        """Reports the progress when that is due. Raises Ended when the time is over."""
        if self.clock.is_due(TOLD):
            self._tell(False)
        if self.clock.is_over(tentative):
            raise Ended

    def _prove(self, programs: list[Expression]) -> list[int]:
        """Checks programs that are right on the probes on all examples; returns counterexamples."""
        counterexamples: list[int] = []
        new = [program for program in programs if program not in self.tried and self._is_allowed(program)]
        for program in new[:TRIED]:
            if self.found.exact and price(program) >= self.found.price:
                break
            self.tried.add(program)
            rows = self.judge.failures(program)
            if not rows:
                self._keep(program, 0)
                return []
            self._judge(program)
            counterexamples += self._draw(rows)
        return counterexamples if not self.found.exact else []

    def _draw(self, rows: list[int]) -> list[int]:
        """A few of the examples, the short ones first."""
        chosen = self.random.choice(rows, min(len(rows), COUNTEREXAMPLES), replace=False)
        return [int(row) for row in chosen]

    def _judge(self, program: Expression) -> None:
        """Counts the outputs that a program gets wrong, and keeps it if it belongs on the front."""
        cost = price(_tidied(program))
        most = min((one.wrong for one in self.found.front if one.price <= cost), default=MOST_WRONG)
        wrong = self.judge.wrong(program, most)
        if wrong < most:
            self._keep(program, wrong)

    def _keep(self, program: Expression, wrong: int) -> None:
        """Puts a program on the front, if it belongs there, and makes it the best one if it is better."""
        program = _tidied(program)
        entry = FrontEntry(price(program), wrong, program)
        front = self.found.front
        if any(one.price <= entry.price and one.wrong <= entry.wrong for one in front):
            return
        kept = [one for one in front if one.price < entry.price or one.wrong < entry.wrong]
        self.found.front = sorted([*kept, entry], key=lambda one: one.price)
        if wrong <= self.found.wrong:
            self.found.expression, self.found.wrong = program, wrong
            self.found.found_at = self.found.iterations
            self._tell(True)

    def _is_allowed(self, program: Expression) -> bool:
        """Whether the caps allow the program."""
        layers, heads = self.settings.layers, self.settings.heads
        if layers is None and heads is None:
            return True
        if layers is not None and depth(program) > layers:
            return False
        counted = make_plan([to_graph(program)], self.settings.assume_bos).heads_per_layer
        return (layers is None or len(counted) <= layers) and (heads is None or max(counted, default=0) <= heads)


def _tidied(program: Expression) -> Expression:
    """A program as it is kept: in a simpler form, and an s-op where it is a constant."""
    return tidy(constant_sop(program) if isinstance(program, ConstantTerm) else program)


def _check_lengths(data: Data) -> None:
    """Raises BadInput if an input is too long."""
    if data.longest > LONGEST:
        line = next(line for given, _, line in data.rows() if len(given) == data.longest)
        title = f"the input of {data.noun} {line} has {data.longest:,} tokens; a search takes at most {LONGEST:,}"
        raise BadInput(title, hint="It compares all pairs of positions. Split long inputs, or leave them out.")
