"""Learns a program: searches, asks a teacher for counterexamples, chooses among the programs, and reports."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasp.architecture.plan import make_plan
from rasp.engine.evaluate import evaluate
from rasp.errors import BadInput, RaspError
from rasp.graph.nodes import Node
from rasp.learning.adapter import Findings, FoundProgram
from rasp.learning.events import SearchListener, SearchStanding
from rasp.learning.examples.data import Input, Output
from rasp.learning.examples.rows import data_of
from rasp.learning.methods import METHODS
from rasp.learning.patience import Patience
from rasp.learning.proof import compare_outputs, inputs_of, prove_node
from rasp.learning.reporting.accuracy import (
    PartReport,
    ProgramAnswer,
    Runner,
    measure_accuracy,
    program_answers,
    score_program,
)
from rasp.learning.reporting.choosing import choose_smallest
from rasp.learning.reporting.comparing import Comparison, comparisons, counterexamples
from rasp.learning.reporting.report import Effort, FrontProgram, LearningReport, ProgramSize
from rasp.learning.request import LearningRequest
from rasp.learning.state import StateKeeper
from rasp.learning.writing.program_file import page
from rasp.parallel.processes import Pool

FEW = 20  # with fewer validation sequences, programs are not chosen by them
ROUNDS = 20  # the most times that a teacher is asked for counterexamples
LEAST = 0.5  # seconds that a search has, however long the teacher has taken
LAST, LAST_SHARE = 2.0, 6  # seconds, or the part of the limit, that a slow teacher may take after the search


@dataclass(frozen=True)
class LearningOutcome:
    """What was learned: the program's text, its output as a node, and the report."""

    program: str
    node: Node
    report: LearningReport


def learn_program(wanted: LearningRequest, listener: SearchListener, keeper: StateKeeper) -> LearningOutcome:
    """Learns a program; if there is a teacher, repeats until it finds no counterexample. Raises RaspError."""
    if wanted.executor is None and wanted.jobs > 1:
        pool = Pool(wanted.jobs)
        try:
            return learn_program(replace(wanted, executor=pool), listener, keeper)
        finally:
            pool.stop()
    run = LearningRun(wanted, listener, keeper)
    found = run.search()
    for _ in range(ROUNDS):
        more = run.counterexamples(found)
        if not more or not run.goes_on:
            break
        run.add(more)
        found = run.search()
    try:
        return run.outcome(found)
    except KeyboardInterrupt:  # the program is there; what is left out now is how right it is on other data
        run.effort = replace(run.effort, interrupted=True)
        return run.outcome(found)


class LearningRun:
    """One run of learning: the training data, to which a teacher adds, and the effort so far."""

    def __init__(self, wanted: LearningRequest, listener: SearchListener, keeper: StateKeeper) -> None:
        self.wanted, self.listener, self.keeper = wanted, listener, keeper
        self.training = wanted.summary.split.training
        self.added: list[tuple[Input, Output]] = []  # the teacher's counterexamples
        units = METHODS[wanted.method].units
        self.effort = Effort(wanted.seed, 0, 0, 0.0, units=units, asked=wanted.asked_seconds)
        self.compared: dict[Node, Comparison] = {}  # comparisons without counterexamples
        self.resumed: dict[str, Any] | None = None
        if wanted.resumed is not None:
            self._resume(wanted.resumed)

    def _resume(self, kept: dict[str, Any]) -> None:
        """Restores what `_state` has returned. Raises RaspError for invalid examples."""
        search, examples = kept.get("search"), kept.get("examples")
        self.resumed = search if isinstance(search, dict) else None
        if isinstance(examples, list) and examples:
            data = data_of(examples, name="the state")
            if (data.input_kind, data.output_kind) != (self.training.input_kind, self.training.output_kind):
                raise BadInput("the examples in the state are of other kinds than the data")
            self.add(list(data.pairs()))

    def _state(self, search: dict[str, Any]) -> dict[str, Any]:
        return {"search": search, "examples": self.added}

    def add(self, pairs: Sequence[tuple[Input, Output]]) -> None:
        """Adds examples to the training data."""
        self.added += pairs
        self.training = self.training.with_pairs(pairs)

    @property
    def goes_on(self) -> bool:
        """Whether there is time for another search."""
        seconds, iterations = self.wanted.seconds, self.wanted.iterations
        in_time = seconds is None or self.effort.seconds + self.effort.asked < seconds
        return in_time and (iterations is None or self.effort.iterations < iterations)

    def search(self) -> Findings:
        """Searches with the remaining time and iterations."""
        wanted, spent = self.wanted, self.effort
        left = replace(
            wanted,
            seconds=self._seconds_left(),
            iterations=None if wanted.iterations is None else wanted.iterations - spent.iterations,
            resumed=self.resumed,
        )
        if wanted.checkpoint is not None:  # so that there is a state to go on from, however early a training ends
            self.keeper.keep(self._state(self.resumed or {}))
        found = METHODS[wanted.method].search(self.training, left, self._hear)
        self.effort = self._add_effort(found)
        self.resumed = found.state
        self.keeper.keep(self._state(found.state))
        self.keeper.checkpoint_failure = found.failure
        return found

    def _seconds_left(self) -> float | None:
        """What is left of the time for searches and for the teacher's program_answers; at least a little."""
        seconds, spent = self.wanted.seconds, self.effort
        return None if seconds is None else max(LEAST, seconds - spent.seconds - spent.asked)

    def _add_effort(self, found: Findings) -> Effort:
        spent = self.effort
        return replace(
            spent,
            iterations=spent.iterations + found.iterations,
            restarts=spent.restarts + found.restarts,
            seconds=spent.seconds + found.seconds,
            interrupted=spent.interrupted or found.interrupted,
        )

    def _hear(self, found: Findings, better: bool) -> None:
        """Reports the progress of the search, and saves its state when that is due."""
        spent, seconds = self._add_effort(found), self.wanted.seconds
        best = found.best
        left = None if seconds is None else max(0.0, seconds - spent.seconds - spent.asked)
        asked = self.training.asked
        effort = spent.iterations, spent.seconds, left, spent.units[0]
        standing = SearchStanding(best.text, best.statements, best.wrong, asked, *effort)
        (self.listener.improved if better else self.listener.working)(standing)
        if self.keeper.due:
            self.keeper.keep(self._state(found.state))

    def counterexamples(self, found: Findings) -> list[tuple[Input, Output]]:
        """Inputs on which an exact program differs from the teacher, with the teacher's outputs; none after Ctrl-C."""
        teacher, space = self.wanted.teacher, self.wanted.space
        if teacher is None or space is None or self.effort.interrupted or found.best.wrong:
            return []
        if self.wanted.method != "search":  # a training cannot be continued with more examples
            return []
        patience = Patience(self._seconds_left())
        try:
            questions = space.all(self.wanted.seed)
            comparison, unlike = counterexamples(runner(found.best.node), teacher, questions, patience)
        except KeyboardInterrupt:
            self.effort = replace(self.effort, interrupted=True)
            return []
        finally:
            self.effort = replace(self.effort, asked=self.effort.asked + patience.spent)
        self.compared = {} if unlike else {found.best.node: comparison}
        return unlike

    # ---------------------------------------------------------------------------------------------------- the outcome

    def outcome(self, found: Findings) -> LearningOutcome:
        """The chosen program with its report."""
        started = time.monotonic()
        programs = sorted({*found.front, found.best}, key=lambda one: (one.price, one.wrong))
        validation = self.wanted.summary.split.validation
        wrong = [validation.asked - score_program(validation, runner(one.node)).tokens_right for one in programs]
        best = found.best
        if not found.decided:
            best = choose_program(programs, wrong, validation.asked, few=len(validation) < FEW)
        front = tuple(
            FrontProgram(
                one.price, one.statements, one.wrong, count if len(validation) else None, one is best, one.text
            )
            for one, count in zip(programs, wrong, strict=True)
        )
        program = remembering(runner(best.node))
        self._prove(best, program)
        parts, compared = self._measure(best, program)
        size = ProgramSize(best.statements, *(make_plan([best.node], bos).heads_per_layer for bos in (False, True)))
        tokens = f"; {self.wanted.tokeniser.told}" if self.wanted.tokeniser else ""
        method = f"{self.wanted.method}, for {self.wanted.reason}{tokens}" if self.wanted.reason else ""
        others = self._others(found)
        self.effort = replace(self.effort, checked=time.monotonic() - started)
        report = LearningReport(
            self.wanted.summary, size, self.effort, parts, compared, front, method, best.reads, others
        )
        text = page(best.text, report, self.training, best.commented, self.wanted.tokeniser)
        return LearningOutcome(text, best.node, report)

    def _prove(self, best: FoundProgram, program: Runner) -> None:
        """Compares the program, as the engine runs it, with the model of the search. Raises InternalError."""
        if best.model is not None:
            for _, data in self.wanted.summary.split.parts():
                compare_outputs(data.inputs, program_answers(program, data.inputs), best.model(data.inputs))
            return
        if best.expression is None:  # read from a state, which has only its text
            return
        prove_node(best.node, best.expression, self.training, [self.training.inputs])
        if not self.effort.interrupted:
            try:
                questions = inputs_of(self.training, self.wanted.space, self.wanted.seed)
                prove_node(best.node, best.expression, self.training, questions.lists())
            except KeyboardInterrupt:
                self.effort = replace(self.effort, interrupted=True)

    def _others(self, found: Findings) -> tuple[PartReport, ...]:
        """The accuracy of models of other kinds, on test and validation data, or on training data without these."""
        summary = self.wanted.summary
        named = [part for part in summary.split.parts() if part[0] != "training"] or [("training", self.training)]
        return tuple(
            measure_accuracy(f"{name}, {called}", data, run, summary.trained)
            for called, run in found.others
            for name, data in named
        )

    def _measure(self, best: FoundProgram, program: Runner) -> tuple[tuple[PartReport, ...], tuple[Comparison, ...]]:
        """Measures the training data and, unless Ctrl-C has ended the search, other parts and the teacher's inputs."""
        wanted, trained = self.wanted, self.wanted.summary.trained
        training = measure_accuracy("training", self.training, program, trained)
        try:
            if self.effort.interrupted:
                return (training,), ()
            others = [(name, data) for name, data in wanted.summary.split.parts() if name != "training"]
            parts = tuple(measure_accuracy(name, data, program, trained) for name, data in others)
            if wanted.teacher is None or wanted.space is None:
                return (training, *parts), ()
            given = (wanted.teacher, wanted.space, wanted.seed, self.compared.get(best.node), self._last_patience())
            return (training, *parts), tuple(comparisons(program, *given))
        except KeyboardInterrupt:
            self.effort = replace(self.effort, interrupted=True)
            return (training,), ()

    def _last_patience(self) -> Patience:
        """The time that a slow teacher may take after the search."""
        seconds = self.wanted.seconds
        return Patience(None if seconds is None else max(LAST, seconds / LAST_SHARE))


def choose_program(
    programs: Sequence[FoundProgram], wrong: Sequence[int], asked: int, few: bool = False
) -> FoundProgram:
    """Chooses the program to return; `wrong` has each one's number of errors on validation data, cheap ones first.

    This is a program that is right on training and validation data, if there is one; else the smallest one within one
    standard error of the best on validation, or the best on both together if validation data are too `few`.
    """
    exact = [one for one, count in zip(programs, wrong, strict=True) if not one.wrong and not count]
    if exact:
        return exact[0]
    if few or not asked:
        both = [one.wrong + count for one, count in zip(programs, wrong, strict=True)]
        return programs[both.index(min(both))]
    return programs[choose_smallest(wrong, asked)]


def runner(node: Node) -> Runner:
    """A node as a function from inputs to outputs or errors.

    >>> from rasp.graph.builders import indices
    >>> runner(indices())([("a", "b")])
    [[0, 1]]
    """

    def run(inputs: list[Input]) -> list[ProgramAnswer]:
        results = [row[0] for row in evaluate([node], inputs, errors="collect")]
        return [result if isinstance(result, RaspError) else result.values for result in results]

    return run


def remembering(run: Runner) -> Runner:
    """A runner that caches the answer to each input.

    >>> def slow(inputs):
    ...     print("asked about", inputs)
    ...     return [given[:1] for given in inputs]
    >>> run = remembering(slow)
    >>> run([("a", "b")]), run([("a", "b")])
    asked about [('a', 'b')]
    ([('a',)], [('a',)])
    """
    known: dict[Input, ProgramAnswer] = {}

    def remembered(inputs: list[Input]) -> list[ProgramAnswer]:
        new = list(dict.fromkeys(given for given in inputs if given not in known))
        known.update(zip(new, run(new) if new else (), strict=True))
        return [known[given] for given in inputs]

    return remembered
