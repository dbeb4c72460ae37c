"""Learns a program of look-ups: makes classes of words, selects reads greedily, rounds the weights, writes the text."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rasp.errors import BadInput
from rasp.graph.builders import constant
from rasp.learning.adapter import Findings, FindingsCallback, FoundProgram
from rasp.learning.examples.data import Data
from rasp.learning.lookups.candidates import GUESS, Namer, classifying, of_guesses, tagging
from rasp.learning.lookups.limits import Costs
from rasp.learning.lookups.model import Layers, Sum, coarsest, guesses
from rasp.learning.lookups.problem import LookupProblem
from rasp.learning.lookups.reads import Always, WordRead
from rasp.learning.lookups.refining import ALONE, EVERYWHERE, WordWeights
from rasp.learning.lookups.selecting import THOROUGH, Greedy
from rasp.learning.lookups.variables import make_variables
from rasp.learning.lookups.writing import WordTable, write_program
from rasp.learning.request import LearningRequest
from rasp.learning.writing.statements import read_back

MOST_READS, FURTHER = 12, 5  # reads of the first layer, and further ones of the second
SCALES = (2, 3, 4, 6, 8, 12, 16)  # factors before weights are rounded
COARSE = 0.001  # validation score that rounding may lose
SURE = 1.5  # the score, before scaling, from which the first layer counts as sure
# Shares of the time after which reads are no longer added, removed, and refined.
GROWING, SHRINKING, REFINING = 0.5, 0.6, 0.8
FINE = ((500, 400), (250, 200), (100, 100), (50, 50))  # classes of words by weights: in the sum of all, and alone
FIRST = 0.85  # share of the bytes for the first layer, where there may be a second one
CUTS = 8  # times that words are left out to make a text shorter


def search(data: Data, wanted: LearningRequest, progress: FindingsCallback) -> Findings:
    """Learns a program; Ctrl-C ends the search with the reads so far. Raises BadInput for unsuitable data."""
    return LookupSearch(LookupProblem(data, wanted), progress).run()


@dataclass
class LookupSearch:
    """One search, and what has been found so far: the candidates that were taken in each layer, by their names."""

    problem: LookupProblem
    progress: FindingsCallback
    taken: dict[str, list[str]] = field(default_factory=dict)
    smaller: list[Layers] = field(default_factory=list)  # models found on the way
    interrupted: bool = False
    counted: int = 0
    began: float = field(default_factory=time.monotonic)

    def run(self) -> Findings:
        """Learns the model, and writes its program."""
        resumed = self.problem.wanted.resumed
        kept = {layer: _earlier_reads(resumed, layer) for layer in ("first", "second")}
        self.taken = dict(kept)  # so that the state loses none if this search ends before it has them
        candidates = self._candidates()
        made = self._greedy([Always()], below=0)
        if candidates:
            self._choose(made, candidates, "first", kept["first"], MOST_READS)
        try:
            return self._finish(made, kept["second"])
        except KeyboardInterrupt:  # the reads so far are written at once; another Ctrl-C ends it without them
            self.interrupted = True
            return self._finish(made, kept["second"])

    def _finish(self, made: Greedy, kept: Sequence[str]) -> Findings:
        """The findings with the reads of the first layer, refined or below a second layer."""
        rounded, scale = self._round(made.sum())
        model = Layers(rounded)
        if self.problem.data.one and len(made.reads) > 1 and not self.interrupted and not self._is_late(SHRINKING):
            model = self._refine(made, model)
        if self._wants_second(made):
            self.smaller.append(model)
            second = self._second(made, model, round(scale * SURE), kept)
            model = second if self._is_short(second) else model
        while not self._is_short(model) and len(made.reads) > 1:
            made.drop()
            model = Layers(self._round(made.sum())[0])
        return self._findings(model)

    def _is_short(self, model: Layers) -> bool:
        """Whether the text is short enough for the cap on bytes."""
        return len(self._text(model).encode()) <= self.problem.wanted.most_bytes

    def _text(self, model: Layers) -> str:
        """The program of a model."""
        problem = self.problem
        namer = Namer(problem.training, problem.words)
        table = WordTable(problem.words, problem.variables, problem.labels, namer)
        return write_program(model.simplified(), table)

    def _candidates(self) -> list[WordRead]:
        """Makes the variables, and the candidate reads of them; none after Ctrl-C.

        Raises KeyboardInterrupt if reads are taken already: a program without them would replace a better one.
        """
        problem = self.problem
        if len(problem.labels) == 1:
            return []
        try:
            seed = problem.wanted.seed
            problem.variables |= make_variables(problem.training, problem.words, len(problem.labels), seed)
        except KeyboardInterrupt:
            if self.taken["first"]:
                raise
            self.interrupted = True
            return []
        namer = Namer(problem.training, problem.words)
        return classifying(problem.variables, namer) if problem.data.one else tagging(problem, namer)

    def _is_late(self, share: float) -> bool:
        """Whether this share of the time is over."""
        seconds, iterations = self.problem.wanted.seconds, self.problem.wanted.iterations
        over = iterations is not None and self.counted >= iterations
        return over or (seconds is not None and time.monotonic() - self.began > share * seconds)

    # --------------------------------------------------------------------------------------------------------- layers

    def _greedy(self, reads: Sequence[WordRead], below: int) -> Greedy:
        problem = self.problem
        wanted = problem.wanted
        words = [] if problem.data.one else problem.words  # refining leaves words out where there is no room
        most = round(wanted.most_bytes * (1 if below or not self._may_have_second() else FIRST))
        costs = Costs(wanted.caps, words, problem.variables, len(problem.labels), most, below)
        made = Greedy(problem, costs)
        made.start(reads)
        return made

    def _choose(self, made: Greedy, candidates: Sequence[WordRead], layer: str, kept: Sequence[str], most: int) -> None:
        """Adds reads, removes some, and fits all on the whole training data; Ctrl-C ends it with the reads so far."""
        names = {read: repr(read) for read in candidates}
        made.start([*made.reads, *_named(kept, names)])
        best = made.best()
        try:
            for _ in made.grow(candidates, most):
                self.taken[layer] = [names[read] for read in made.reads if read in names]
                self._tell(made)
                if not self.smaller:
                    self.smaller.append(Layers(self._round(made.sum())[0]))
                best = max(best, made.best(), key=lambda one: one.score)
                if self._is_late(GROWING):
                    break
            made.take(best)
            while not self._is_late(SHRINKING) and made.shrink():
                self._tell(made)
            made.fit(THOROUGH, self.problem.all)
        except KeyboardInterrupt:
            self.interrupted = True
            made.take(best)
        self.taken[layer] = [names[read] for read in made.reads if read in names]

    def _may_have_second(self) -> bool:
        layers = self.problem.wanted.caps.layers
        return not self.problem.data.one and (layers is None or layers > 1)

    def _wants_second(self, made: Greedy) -> bool:
        return self._may_have_second() and len(made.reads) > 1 and not self.interrupted and not self._is_late(GROWING)

    def _second(self, made: Greedy, model: Layers, sure: int, kept: Sequence[str]) -> Layers:
        """Adds a second layer that reads the guesses of the first, if that improves the validation score."""
        problem = self.problem
        for view in {id(view): view for view in (problem.sample, problem.all, problem.validation)}.values():
            view.added[GUESS] = guesses(model.last, sure, view)
        again = self._greedy(made.reads, below=1)
        again.costs.spent = again.costs.weights(made.reads)
        self._choose(again, of_guesses(problem), "second", kept, len(made.reads) + FURTHER)
        second = Layers(self._round(again.sum())[0], model.last, sure)
        view = problem.validation
        return second if problem.judge(second.answers(view)) > problem.judge(model.answers(view)) else model

    def _refine(self, made: Greedy, model: Layers) -> Layers:
        """The model on finer classes of words, if one is short enough and improves the validation score."""
        problem = self.problem
        best, chosen, variables = problem.judge(model.answers(problem.validation)), model, problem.variables
        try:
            exact = WordWeights(problem, made.reads)
            for sizes in FINE:
                if self._is_late(REFINING):
                    break
                fine = self._fit_in_room(exact, dict(zip((EVERYWHERE, ALONE), sizes, strict=True)))
                score = 0.0 if fine is None else problem.judge(fine.answers(problem.validation))
                if fine is not None and score > best:
                    best, chosen, variables = score, fine, dict(problem.variables)
        except KeyboardInterrupt:
            self.interrupted = True
        if chosen is not model:
            for one in variables.values():
                problem.add_variable(one)
            self.smaller.append(model)
        return chosen

    def _fit_in_room(self, exact: WordWeights, sizes: dict[str, int]) -> Layers | None:
        """The model on so many classes, with as many words as its text has room for; None if it has no room."""
        problem, words = self.problem, len(self.problem.words)
        for _ in range(CUTS):
            model = Layers(self._round(exact.sum(sizes, words))[0])
            size, most = len(self._text(model).encode()), problem.wanted.most_bytes
            if size <= most:
                return model
            words = round(words * (1 - 1.2 * (size - most) / size))
        return None

    def _round(self, made: Sum) -> tuple[Sum, int]:
        problem = self.problem
        rounded, scale = coarsest(made.folded(), problem.validation, problem.judge, SCALES, COARSE)
        return rounded.without_constants(), scale

    # -------------------------------------------------------------------------------------------------------- findings

    def _state(self) -> dict[str, Any]:
        return {"reads": self.taken}

    def _tell(self, made: Greedy) -> None:
        """Reports the reads so far."""
        problem, self.counted = self.problem, self.counted + made.counted
        made.counted = 0
        labels = problem.sample.corpus.labels
        wrong = float((made.sum().answers(problem.sample) != labels)[labels >= 0].mean())
        text = "\n".join(f"# {read.words()}" for read in made.reads)
        usual = constant(problem.labels[problem.usual])
        found = FoundProgram(text, usual, 0, len(made.reads), round(wrong * problem.data.asked))
        self.progress(self._with_effort(found), True)

    def _with_effort(self, found: FoundProgram) -> Findings:
        seconds = time.monotonic() - self.began
        return Findings(found, (found,), self.counted, 0, seconds, self.interrupted, self._state(), decided=True)

    def _findings(self, model: Layers) -> Findings:
        """The program of a model, and smaller ones that were found on the way."""
        best = self._program(model)
        others = [
            self._program(one)
            for one in self.smaller
            if one is not model and not self.interrupted and self._is_short(one)
        ]
        front = [one for one in others if one.price < best.price]
        return replace(self._with_effort(best), front=(*front, best))

    def _program(self, model: Layers) -> FoundProgram:
        problem, text = self.problem, self._text(model)
        statements = read_back(text)
        run = problem.model(model.answers)
        found = run(problem.data.inputs)
        wrong = sum(
            label is not None and label != other
            for row, answer in zip(problem.data.outputs, found, strict=True)
            for label, other in zip(row, answer, strict=True)
        )
        plain = FoundProgram(text, statements[-1].node, len(text.encode()), len(statements), wrong)
        return replace(plain, commented=True, model=run, reads=tuple(model.simplified().words()))


def _earlier_reads(resumed: dict[str, Any] | None, layer: str) -> list[str]:
    """The names of the candidates that an earlier search took. Raises BadInput for the state of another search."""
    reads = (resumed or {}).get("reads", {})
    names = reads.get(layer, []) if isinstance(reads, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _foreign()
    return names


def _named(kept: Sequence[str], names: dict[WordRead, str]) -> list[WordRead]:
    """The candidates of some names. Raises BadInput for a name that none has: numbers would give others in silence."""
    reads = {name: read for read, name in names.items()}
    if not reads.keys() >= set(kept):
        raise _foreign()
    return [reads[name] for name in kept]


def _foreign() -> BadInput:
    title = "the state is not that of a search for look-ups, or is one of another version, with other candidates"
    return BadInput(title, hint="Learn anew, without --resume.")
