"""The search for a program: enumeration on probes, a proof on all examples, counterexamples, and again.

>>> from rasp.learning.examples import Examples
>>> examples = Examples.of([(word, word[::-1]) for word in ("a", "ab", "abc", "bca", "cc", "aabc", "cbaa")])
>>> found = search(examples, Settings(seed=1))
>>> found.exact, found.price
(True, 200)
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from rasp.architecture.plan import make_plan
from rasp.engine.evaluate import evaluate
from rasp.errors import InternalError
from rasp.graph.nodes import Node
from rasp.learning.annealing import Annealing
from rasp.learning.batch import Batch
from rasp.learning.examples import Coding, Examples
from rasp.learning.expressions import Constant, Expression, depth, everywhere
from rasp.learning.goals import Goal, Problem
from rasp.learning.judging import Judge, Score, part
from rasp.learning.levels import Levels
from rasp.learning.prices import price
from rasp.learning.probes import SEQUENCES, looks_causal, probes
from rasp.learning.solving import Solver
from rasp.learning.stream import Stream
from rasp.learning.text import text
from rasp.learning.to_graph import to_graph

COUNTEREXAMPLES = 4  # for each program that failed
TRIED = 12  # programs that are proved at a time
EARLY, MANY = 50_000, 100  # candidates after which, and counterexamples for which alone, a new round is worth its time
ROUNDS = 40
TOLD = 0.5  # seconds after which it is told again how the search stands
CHECKED = 5_000  # inputs that are checked at a time
QUICK = "heads on heads"  # how far few probes are looked at
NOISY = (6, 8, 10, 12, 8, 10)  # how few
WALKS, STEPS = 6, 3000  # of annealing


@dataclass(frozen=True)
class Settings:
    """How to search.

    `iterations` counts candidates, and repeats a run; `seconds` reads a clock. `layers` and `heads` cap what
    `rasp.architecture` counts (with a BOS position, for `assume_bos`); `causal` allows only selectors
    that never look ahead. An exact program ends the search when it has not become cheaper for a third of the iterations
    that finding it took, and at least `patience`. `without` names rules to leave out.
    """

    seed: int = 0
    iterations: int | None = None
    seconds: float | None = None
    layers: int | None = None
    heads: int | None = None
    causal: bool = False
    assume_bos: bool = False
    patience: int = 20_000
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """A program of the front: nothing cheaper has fewer wrong outputs."""

    price: int
    wrong: int
    expression: Expression


@dataclass
class Found:
    """What a search has found, and how."""

    expression: Expression
    score: Score
    asked: int
    front: list[Entry] = field(default_factory=list)
    iterations: int = 0
    found_at: int = 0
    restarts: int = 0
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def exact(self) -> bool:
        """Whether the program is right on all examples."""
        return self.score.outputs == 0

    @property
    def price(self) -> int:
        """What the program costs, in hundredths of a definition."""
        return price(self.expression)

    @property
    def accuracy(self) -> float:
        """The share of outputs that are right."""
        return 1 - self.score.outputs / self.asked

    @property
    def text(self) -> str:
        """The program as text, whose result is called `output`."""
        return text(self.expression)

    @property
    def node(self) -> Node:
        """The program as a node of a graph."""
        return to_graph(self.expression)


class Ended(Exception):
    """The search has come to its end."""


Progress = Callable[[Found, bool], None]  # hears what is found, and whether it is better than before


def search(examples: Examples, settings: Settings = Settings(), progress: Progress | None = None) -> Found:
    """The best program that is found. Ctrl-C ends the search with the best so far."""
    state = Search(examples, settings, progress)
    try:
        state.run()
    except Ended:
        pass
    except KeyboardInterrupt:
        state.found.interrupted = True
    return state.finished()


def check(found: Found, examples: Examples, most: int = 400_000) -> None:
    """Runs the program in the engine, and compares with what the search computed; a difference is our own mistake.

    Raises InternalError with the first input on which they differ. At most `most` inputs are tried.

    >>> from rasp.learning.examples import Examples
    >>> examples = Examples.of([("ab", "ba"), ("abc", "cba"), ("b", "b")])
    >>> check(search(examples), examples)
    """
    coding = Coding.of(examples)
    for start in range(0, min(most, len(examples)), CHECKED):
        inputs = examples.inputs[start : start + CHECKED]
        values = Batch(coding, inputs).values(found.expression)
        for number, (given, results) in enumerate(zip(inputs, evaluate([found.node], inputs), strict=True)):
            expected = [coding.atom(found.expression.kind, code) for code in values[: len(given), number].tolist()]
            if list(results[0].values) != expected:
                raise InternalError(f"the program differs from its model on {list(given)}")


class Search:
    """A search on its way."""

    def __init__(self, examples: Examples, settings: Settings, progress: Progress | None = None) -> None:
        self.examples, self.settings, self.progress = examples, settings, progress
        self.coding = Coding.of(examples)
        self.judge = Judge(self.coding, examples, settings.seed)
        self.random = np.random.Generator(np.random.PCG64(settings.seed))
        self.started = self.told = time.monotonic()
        self.before = 0  # candidates of earlier rounds
        self.tried: set[Expression] = set()
        self.pool: list[Expression] = []
        self.found = self._first()

    def _first(self) -> Found:
        """The commonest output everywhere, to begin with."""
        counts = Counter(atom for outputs in self.examples.outputs for atom in outputs if atom is not None)
        best = max(self.examples.answers, key=lambda atom: counts[atom])
        constant = everywhere(Constant(best, self.examples.output_kind))
        found = Found(constant, self.judge.score(constant), self.judge.asked)
        found.front = [Entry(found.price, found.score.outputs, constant)]
        return found

    def finished(self) -> Found:
        """What has been found."""
        self.found.seconds = time.monotonic() - self.started
        return self.found

    def run(self) -> None:
        """Searches until it ends: exactly, with few probes if the data are noisy, and by small changes."""
        causal = self.settings.causal
        if self.found.exact:
            return
        for looking in (True,) if causal else (True, False) if looks_causal(self.examples) else (False,):
            self._enumerate(looking)
            if self.found.exact:
                return
        self._anneal(causal)

    def _enumerate(self, causal: bool) -> None:
        """Enumerates on probes, and again with counterexamples until a program is right on all examples."""
        rows = probes(self.examples, self.random)
        for number in range(ROUNDS):
            more = self._round(rows, causal, quick=number == 0)
            if not more:
                return
            rows = sorted({*rows, *more})
            self.found.restarts += 1

    def _problem(self, rows: list[int], causal: bool) -> Problem:
        one = part(self.coding, self.examples, rows)
        return Problem(one.batch, Goal("output", self.examples.output_kind, one.wanted, one.asked), causal)

    def _round(self, rows: list[int], causal: bool, quick: bool) -> list[int]:
        """One enumeration; gives the counterexamples that ask for another, none where there is nothing to add.

        A late failure does not end it: the program that is right may be among the next candidates.
        """
        problem = self._problem(rows, causal)
        stream = Stream(problem.batch, self.settings.seed, self._tick)
        solver = Solver(problem, stream, self.settings.seed, self.settings.without)
        levels = Levels(problem, stream, self.settings.layers)
        failed: list[int] = []
        for reached in self._steps(levels, solver):
            failed += self._proved(solver.programs())
            if failed and (stream.offered < EARLY or len(failed) >= MANY):
                break
            if quick and reached == QUICK and not self.found.exact:
                self._count(stream)
                self._noisy(causal)
        self.pool = levels.pool
        self._count(stream)
        return [] if self.found.exact else failed

    def _count(self, stream: Stream) -> None:
        """Adds the candidates of a stream to those before."""
        self.before += stream.offered
        stream.offered = 0

    def _noisy(self, causal: bool) -> None:
        """Looks for programs that are right on a few probes, and judges them on all examples.

        Where some outputs are wrong, no program is right on all probes. A few of them may be free of errors by chance.
        """
        for size in NOISY:
            problem = self._problem(probes(self.examples, self.random, size), causal)
            stream = Stream(problem.batch, self.settings.seed, self._tick)
            solver = Solver(problem, stream, self.settings.seed, self.settings.without)
            levels = Levels(problem, stream, self.settings.layers)
            for reached in self._steps(levels, solver):
                if reached == QUICK:
                    break
            self._judge(solver.programs()[:TRIED])
            self._count(stream)

    def _judge(self, programs: Iterable[Expression]) -> None:
        """Scores programs, and keeps those that are better than others."""
        for program in programs:
            if program not in self.tried and self._allowed(program):
                self.tried.add(program)
                self._keep(program, self.judge.score(program))

    def _anneal(self, causal: bool) -> None:
        """Walks through programs by small changes."""
        for walk in range(WALKS):
            problem = self._problem(probes(self.examples, self.random, 2 * SEQUENCES), causal)
            annealing = Annealing(problem, self.pool, self.settings.seed + walk, self.settings.layers)
            for program in annealing.walk(STEPS, self._tick):
                self._judge([program])
            self.before += STEPS

    def _steps(self, levels: Levels, solver: Solver) -> Iterator[str]:
        """The levels; takes care of the partners of look-ups, and of the end."""
        for reached in levels.run():
            yield reached
            solver.use(levels.partners(reached), levels.again())

    def _tell(self, better: bool) -> None:
        """Tells how the search stands."""
        if self.progress:
            self.told = time.monotonic()
            self.progress(self.finished(), better)

    def _tick(self, offered: int) -> None:
        """Counts candidates, and ends the search when it is time."""
        found, settings = self.found, self.settings
        found.iterations = self.before + offered
        if time.monotonic() - self.told >= TOLD:
            self._tell(False)
        if settings.iterations is not None and found.iterations >= settings.iterations:
            raise Ended
        if settings.seconds is not None and time.monotonic() - self.started >= settings.seconds:
            raise Ended
        if found.exact and found.iterations - found.found_at >= max(settings.patience, found.found_at // 3):
            raise Ended

    def _proved(self, programs: list[Expression]) -> list[int]:
        """Tries programs that are right on the probes on all examples; gives counterexamples."""
        counterexamples: list[int] = []
        new = [program for program in programs if program not in self.tried and self._allowed(program)]
        for program in new[:TRIED]:
            if self.found.exact and price(program) >= self.found.price:
                break
            self.tried.add(program)
            right, rows = self.judge.right(program)
            if right:
                self._keep(program, Score(0, 0, []))
                return []
            self._keep(program, self.judge.score(program))
            counterexamples += self._drawn(rows)
        return counterexamples if not self.found.exact else []

    def _drawn(self, rows: list[int]) -> list[int]:
        """A few of the examples, the short ones first."""
        chosen = self.random.choice(rows, min(len(rows), COUNTEREXAMPLES), replace=False)
        return [int(row) for row in chosen]

    def _keep(self, program: Expression, score: Score) -> None:
        """Puts a program on the front, if it belongs there, and takes it for the best one, if it is."""
        if isinstance(program, Constant):
            program = everywhere(program)
        entry = Entry(price(program), score.outputs, program)
        front = self.found.front
        if any(one.price <= entry.price and one.wrong <= entry.wrong for one in front):
            return
        kept = [one for one in front if one.price < entry.price or one.wrong < entry.wrong]
        self.found.front = sorted([*kept, entry], key=lambda one: one.price)
        if score.outputs <= self.found.score.outputs:
            self.found.expression, self.found.score = program, score
            self.found.found_at = self.found.iterations
            self._tell(True)

    def _allowed(self, program: Expression) -> bool:
        """Whether the caps allow the program."""
        layers, heads = self.settings.layers, self.settings.heads
        if layers is None and heads is None:
            return True
        if layers is not None and depth(program) > layers:
            return False
        counted = make_plan([to_graph(program)], self.settings.assume_bos).heads_per_layer
        return (layers is None or len(counted) <= layers) and (heads is None or max(counted, default=0) <= heads)
