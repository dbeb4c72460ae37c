"""The findings that every method returns, and the interface to the search and to the built-in tasks.

The rest of the room calls `enumeration/search.py` and `tasks.py` through this module alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rasp.engine.evaluate import evaluate
from rasp.errors import BadInput, RaspError, UnwritableFile
from rasp.graph.nodes import Atom, Node
from rasp.learning import tasks
from rasp.learning.enumeration import search as searching
from rasp.learning.enumeration.found import FrontEntry, ProgramSearchResult
from rasp.learning.examples.data import Data, Input
from rasp.learning.expressions.expression import Expression
from rasp.learning.expressions.ready import ready_variables
from rasp.learning.expressions.to_graph import to_graph
from rasp.learning.reporting.accuracy import Runner
from rasp.learning.request import LearningRequest
from rasp.learning.settings import SearchSettings
from rasp.learning.spaces import Space
from rasp.learning.teachers import Teacher, of_answers
from rasp.learning.writing.statements import read_back
from rasp.learning.writing.text import statements_of, text


@dataclass(frozen=True)
class FoundProgram:
    """A program that was found: its text, its output as a node, and how many outputs of the data it gets wrong.

    `expression` is the program as the search represents it; a program that was read from a state has none. `commented`:
    the text has its comments already. `model` gives the outputs that the text must have, if `expression` is not their
    source; `reads` says in words what it reads.
    """

    text: str
    node: Node
    price: int
    statements: int
    wrong: int
    expression: Expression | None = None
    commented: bool = False
    model: ProgramModel | None = None
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Findings:
    """What a search has found so far, and its effort; `front` has the best program of each price, cheap ones first.

    `state` is what the search needs to continue: a dict for JSON. `decided`: validation data have chosen `best`
    already. `others` are the names and answers of models of other kinds, to compare. `failure` is the error of a
    checkpoint that could not be written.
    """

    best: FoundProgram
    front: tuple[FoundProgram, ...]
    iterations: int = 0
    restarts: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    state: dict[str, Any] = field(default_factory=dict)
    decided: bool = False
    others: tuple[tuple[str, Runner], ...] = ()
    failure: UnwritableFile | None = None


ProgramModel = Callable[[Sequence[Input]], list[list[Atom]]]  # from inputs to the outputs at each position
FindingsCallback = Callable[[Findings, bool], None]  # takes what was found, and whether it is better than before


def search(data: Data, wanted: LearningRequest, progress: FindingsCallback) -> Findings:
    """Searches for a program that is right on the data. Ctrl-C ends it with the best so far. Raises RaspError."""
    earlier = EarlierPrograms(wanted.resumed, data)
    settings = SearchSettings(
        seed=wanted.seed + earlier.searches,
        iterations=wanted.iterations,
        seconds=wanted.seconds,
        layers=wanted.caps.layers,
        heads=wanted.caps.heads,
        causal=wanted.caps.causal,
        assume_bos=wanted.caps.assume_bos,
        ready=ready_variables(wanted.ready, data),
    )

    def hear(found: ProgramSearchResult, better: bool) -> None:
        progress(earlier.join(found), better)

    return earlier.join(searching.search(data, settings, hear, wanted.executor))


def short_search(data: Data, iterations: int) -> Node | None:
    """The output of a program that is right on all data, if so many iterations find one. Raises KeyboardInterrupt."""
    found = searching.search(data, SearchSettings(iterations=iterations))
    if found.interrupted:
        raise KeyboardInterrupt
    return to_graph(found.expression) if found.exact else None


class EarlierPrograms:
    """The programs of earlier searches, and how many there were. Their state is JSON: the texts of programs."""

    def __init__(self, state: dict[str, Any] | None, data: Data) -> None:
        kept = state or {}
        searches, programs = kept.get("searches", 0), kept.get("front", [])
        if not isinstance(searches, int) or not isinstance(programs, list):
            raise BadInput("the state is not that of a search")
        self.searches = searches
        self.front = [_read(one, data) for one in programs]
        self._programs: dict[Expression, FoundProgram] = {}

    def join(self, found: ProgramSearchResult) -> Findings:
        """The findings of a search, together with those of earlier searches."""
        made = [self._program(entry) for entry in found.front]
        return self.findings(made, found.iterations, found.restarts, found.seconds, found.interrupted)

    def findings(
        self, made: list[FoundProgram], iterations: int, restarts: int, seconds: float, interrupted: bool
    ) -> Findings:
        """The programs and the effort of a search, together with those of earlier searches."""
        front = _front([*self.front, *made])
        best = min(front, key=lambda one: (one.wrong, one.price))
        state = {"searches": self.searches + 1, "front": [_kept(one) for one in front]}
        return Findings(best, front, iterations, restarts, seconds, interrupted, state)

    def _program(self, entry: FrontEntry) -> FoundProgram:
        """A program of the search, whose text is made once."""
        expression = entry.expression
        if expression not in self._programs:
            self._programs[expression] = FoundProgram(
                text(expression),
                to_graph(expression),
                entry.price,
                len(statements_of(expression)),
                entry.wrong,
                expression,
            )
        return self._programs[expression]


def _front(programs: list[FoundProgram]) -> tuple[FoundProgram, ...]:
    """The Pareto front: programs that are more accurate than every cheaper one, cheap ones first."""
    kept: list[FoundProgram] = []
    for one in sorted(programs, key=lambda one: (one.price, one.wrong)):
        if not kept or one.wrong < kept[-1].wrong:
            kept.append(one)
    return tuple(kept)


def _kept(one: FoundProgram) -> dict[str, Any]:
    """What the state keeps of a program."""
    described = {"commented": True, "reads": list(one.reads)} if one.commented else {}
    return {"text": one.text, "price": one.price, **described}


def _read(kept: Any, data: Data) -> FoundProgram:
    """A program that an earlier search found, judged by the present data. Raises RaspError."""
    if not isinstance(kept, dict) or not isinstance(kept.get("text"), str) or not isinstance(kept.get("price"), int):
        raise BadInput("the state is not that of a search")
    statements, reads = read_back(kept["text"]), kept.get("reads", [])
    if not isinstance(reads, list) or not all(isinstance(words, str) for words in reads):
        raise BadInput("the state is not that of a search")
    node, commented = statements[-1].node, kept.get("commented") is True
    found = FoundProgram(kept["text"], node, kept["price"], len(statements), wrong_outputs(node, data))
    return replace(found, commented=commented, reads=tuple(reads))


def wrong_outputs(node: Node, data: Data) -> int:
    """How many outputs a node gets wrong."""
    wrong = 0
    for (_, outputs), (result,) in zip(data.pairs(), evaluate([node], list(data.inputs), "collect"), strict=True):
        values = [None] * len(outputs) if isinstance(result, RaspError) else result.values
        wrong += sum(one is not None and one != other for one, other in zip(outputs, values, strict=True))
    return wrong


def task_teacher(name: str, vocab_size: int | None, max_length: int | None, marks: bool) -> tuple[Teacher, Space]:
    """A built-in task as a teacher, with its inputs. Raises RaspError."""
    made = tasks.task(name, vocab_size, max_length, marks)

    def sample(count: int, seed: int, length: int | None) -> list[Input]:
        return list(made.sample(count, seed, length))

    def marked(given: Input) -> Input:
        return made.add_marks(_strings(given))

    teacher = of_answers(lambda inputs: [tuple(made.answers(_strings(given))) for given in inputs], name)
    limited = name == "induction"
    return teacher, Space(made.vocabulary, made.max_length, sample=sample, marked=marked, limited=limited)


def _strings(given: Input) -> list[str]:
    """The tokens of a task, which are strings."""
    return [token for token in given if isinstance(token, str)]
