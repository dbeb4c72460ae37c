"""`rasp.learn`: finds the program behind examples or a teacher, and gives it as text and as an s-op."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from typing import Any

from rasp.errors import BadInput, NotAnSOp, WrongOperand
from rasp.learning import learning_loop, lessons
from rasp.learning.events import SearchListener, SearchStanding, search_status
from rasp.learning.examples.data import Data
from rasp.learning.examples.kinds import KINDS
from rasp.learning.examples.reading import read
from rasp.learning.examples.rows import Form, check_vocabulary, data_of
from rasp.learning.expressions.ready import NamedSOps
from rasp.learning.learning_loop import LearningOutcome
from rasp.learning.lessons import Lesson
from rasp.learning.methods import AUTO, GRADIENT, SEARCH, TRAINING_OPTIONS, MethodChoice, choose_method, settings_of
from rasp.learning.reporting.report import FrontProgram, LearningReport
from rasp.learning.request import MOST_WORDS, Caps, LearningRequest, seconds_of
from rasp.learning.state import StateKeeper
from rasp.learning.writing.statements import OUTPUT
from rasp.session.compiling import model_vocabulary
from rasp.session.session import Session
from rasp.session.sops import SOp
from rasp.session.teaching import teacher_of
from rasp.train.settings import check_least

SearchCallback = Callable[[SearchStanding], object]  # called with each better program
LIVE: list[
    Callable[[], SearchCallback]
] = []  # makes the callback of a user interface that can redraw; the last is used


class Learned:
    """A learned program.

    `program` is its text, `sop` the s-op `output` of it, `report` all that was measured, `front` the best program of
    each size, and `history` what was found on the way.
    """

    def __init__(self, outcome: LearningOutcome, history: Iterable[SearchStanding] = ()) -> None:
        self.program: str = outcome.program
        self.report: LearningReport = outcome.report
        self.history: tuple[SearchStanding, ...] = tuple(history)
        self.sop: SOp = sop_of(outcome.program)

    @property
    def front(self) -> tuple[FrontProgram, ...]:
        """The best program of each size, with what it gets wrong; the smallest first."""
        return self.report.front

    @property
    def exact(self) -> bool:
        """Whether it is right on all training data."""
        return self.report.exact

    @property
    def accuracy(self) -> float:
        """The share of outputs that are right: against the teacher, else on test data, else on training data."""
        return self.report.accuracy

    def __call__(self, given: Any) -> Any:
        """The output on an input, as the s-op gives it."""
        return self.sop(given)

    def __repr__(self) -> str:
        right = "exact" if self.exact else f"{self.accuracy:.2%} of outputs right"
        return f"<Learned: {right}, {self.report.size}>"

    def _repr_html_(self) -> str:
        from rasp.session.learned_html import learned_html  # imported late: only notebooks need it

        return learned_html(self.program, self.report)


def learn(
    pairs: Any = None,
    *,
    teacher: Any = None,
    vocab: Any = None,
    max_length: int | None = None,
    one: bool = False,
    words: bool = False,
    input_kind: str = "",
    output_kind: str = "",
    test: Any = None,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    layers: int | None = None,
    heads: int | None = None,
    causal: bool = False,
    assume_bos: bool = False,
    method: str = AUTO,
    tokeniser: str = "",
    max_words: int = MOST_WORDS,
    max_bytes: int | None = None,
    ready: Mapping[str, SOp] | Iterable[SOp] = (),
    jobs: int = 1,
    executor: Executor | None = None,
    progress: bool | SearchCallback | None = None,
    **training: Any,
) -> Learned:
    """Looks for the program behind examples, or behind what a teacher answers.

    `pairs` are inputs with their outputs, one output a position, or with `one` one label a sequence; None in an output
    means that any value is right there. They may also be a dict, or the path of a file. `words` splits strings at
    blanks. Kinds, "string", "int" or "bool", come from the data unless set. `test` is separate test data.

    A `teacher` (s-op, model or function, of strings if `vocab` is one) answers inputs of at most `max_length` tokens.

    The search ends after `seconds` (60), after `iterations`, which repeat a run, or when an exact program does not
    become cheaper. `layers` and `heads` cap what `architecture` counts; `causal` allows only selectors that never look
    ahead. Ctrl-C, or the stop button of a notebook, ends the search with the best program so far.

    `method` is "search", "look-ups" for thousands of words, "gradient", or "auto". For words, `tokeniser` has settings
    such as "text, lower", `max_words` limits the vocabulary, and `max_bytes` a program of look-ups or by gradients; for
    gradients, `training` has `epochs`, `seeds`, `device`, word `vectors` (a file) and `standard`. `ready` are s-ops, by
    name or in a list, that the program may use. `jobs` processes, or the workers of an `executor`, help. `progress` is
    called with a `SearchStanding` for each better program; True prints a line. Raises RaspError.

    >>> import rasp
    >>> learned = rasp.learn(teacher=sorted, vocab="abc", max_length=4, iterations=1_000)
    >>> learned.exact, learned.sop("cab").values, learned.report.size.statements
    (True, ['a', 'b', 'c'], 2)
    """
    _check_numbers(seconds, iterations, seed, layers, heads, jobs, max_words, max_bytes)
    form = Form(words, one, _kind(input_kind), _kind(output_kind), _vocabulary(vocab))
    lesson = _lesson(pairs, teacher, form, max_length, test, seed, isinstance(vocab, str), seconds, iterations)
    chosen = choose_method(lesson, method, settings_of(tokeniser), max_words)
    effort = {"seed": seed, "seconds": seconds_of(seconds, iterations), "iterations": iterations, "jobs": jobs}
    own = {"caps": Caps(layers, heads, causal, assume_bos), "ready": _ready(ready), "most_bytes": max_bytes}
    _check_method(method, {"ready": ready, "seconds": seconds, "iterations": iterations}, max_bytes)
    return learn_wanted(chosen.request(executor=executor, **effort, **own, **_training(chosen, training)), progress)


def learn_wanted(wanted: LearningRequest, progress: bool | SearchCallback | None = None) -> Learned:
    """Answers a request to learn: the common part of `learn` and of conversations."""
    live = LIVE[-1]() if LIVE and progress in (None, True) else None
    listener = _History(live or _callback(progress), live or _ignore)
    outcome = learning_loop.learn_program(wanted, listener, StateKeeper(None, wanted.origin()))
    return Learned(outcome, listener.standings)


def sop_of(program: str) -> SOp:
    """The s-op `output` of a program. Raises RaspError where the program fails, NotAnSOp where it has none."""
    session = Session()
    session.run(program, name="<learned>")
    found = session["output"]
    if not isinstance(found, SOp):
        raise NotAnSOp("the program's output is no s-op")
    return found


class _History(SearchListener):
    """Keeps what has been found, and passes it on."""

    def __init__(self, heard: SearchCallback, waiting: SearchCallback) -> None:
        self.heard = heard
        self.waiting = waiting  # called a few times a second, also without a better program
        self.standings: list[SearchStanding] = []

    def improved(self, standing: SearchStanding) -> None:
        self.standings.append(standing)
        self.heard(standing)

    def working(self, standing: SearchStanding) -> None:
        self.waiting(standing)


def _ignore(standing: SearchStanding) -> None:
    """Shows nothing."""


def _callback(progress: bool | SearchCallback | None) -> SearchCallback:
    if callable(progress):
        return progress
    shown = hasattr(sys, "ps1") if progress is None else progress
    return (lambda standing: print(search_status(standing), flush=True)) if shown else (lambda standing: None)


# ------------------------------------------------------------------------------------------------------- what is given


def _lesson(
    pairs: Any,
    teacher: Any,
    form: Form,
    longest: int | None,
    test: Any,
    seed: int,
    texts: bool,
    seconds: float | None,
    iterations: int | None,
) -> Lesson:
    """What is to be learned: from a teacher, or from examples. Raises BadInput where that is not one of them."""
    if (pairs is None) == (teacher is None):
        raise BadInput("give either examples or a teacher", hint='Such as rasp.learn([("cab", "abc"), ("ba", "ab")]).')
    if teacher is not None:
        if test is not None:
            raise BadInput("`test` goes with examples; a teacher is asked about all inputs")
        return _of_teacher(teacher, form, longest, seed, texts, seconds_of(seconds, iterations))
    if longest is not None:
        raise BadInput("`max_length` goes with a teacher; examples have lengths of their own")
    return lessons.of_data(_data(pairs, form), seed, None if test is None else _data(test, form))


def _of_teacher(teacher: Any, form: Form, longest: int | None, seed: int, texts: bool, seconds: float | None) -> Lesson:
    if longest is not None:
        check_least("max_length", longest, 1)
    told = teacher_of(teacher, texts=texts, one=form.one)
    return lessons.of_teacher(told, lessons.space_of(told, form.vocabulary, longest), seed, seconds)


def _data(given: Any, form: Form) -> Data:
    """The data of pairs, of a dict, or of a file."""
    if isinstance(given, (str, os.PathLike)):
        return read(os.fspath(given), form)
    if isinstance(given, Mapping):
        return data_of(given.items(), form)
    try:
        pairs = iter(given)
    except TypeError:
        title = f"examples are pairs of an input and its output, not a value of type {type(given).__name__}"
        raise BadInput(title, hint="A teacher is given by its name: teacher=…" if callable(given) else "") from None
    return data_of(pairs, form)


def _vocabulary(given: Any) -> Any:
    return () if given is None else check_vocabulary(model_vocabulary(given))


def _ready(given: Mapping[str, SOp] | Iterable[SOp]) -> NamedSOps:
    """S-ops by name; those without a name are numbered."""
    if isinstance(given, Mapping):
        named = list(given.items())
    else:
        named = [(getattr(one, "name", "") or f"ready{number}", one) for number, one in enumerate(given, 1)]
    for name, one in named:
        if not isinstance(one, SOp):
            raise NotAnSOp(f"`ready` holds a value of type {type(one).__name__}; give s-ops")
        if not isinstance(name, str) or not name.isidentifier() or name == OUTPUT:
            raise WrongOperand(f"`ready` has {name!r:.40}, which is no name of an s-op")
    return tuple((name, one.node) for name, one in named)


def _kind(given: str) -> str:
    if given and given not in KINDS:
        raise WrongOperand(f"a kind is one of {', '.join(KINDS)}, not {given!r:.40}")
    return given


def _check_numbers(
    seconds: Any, iterations: Any, seed: Any, layers: Any, heads: Any, jobs: Any, words: Any, size: Any
) -> None:
    """Raises WrongOperand for an argument that is not a number of the right kind."""
    real = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if seconds is not None and not (real and math.isfinite(seconds) and seconds > 0):
        raise WrongOperand(f"`seconds` must be a number above 0, not {seconds!r:.40}")
    check_least("seed", seed, 0)
    counts = {"iterations": iterations, "heads": heads, "jobs": jobs, "max_words": words, "max_bytes": size}
    for name, value in counts.items():
        if value is not None:
            check_least(name, value, 1)
    if layers is not None:
        check_least("layers", layers, 0)


def _check_method(method: str, of_search: dict[str, Any], max_bytes: int | None) -> None:
    """Raises WrongOperand for arguments of another method than the named one."""
    for name, value in of_search.items() if method == GRADIENT else ():
        if value:
            raise WrongOperand(f"`{name}` goes with the method search", hint="`epochs` limit a training.")
    if method == SEARCH and max_bytes is not None:
        raise WrongOperand("`max_bytes` goes with the methods look-ups and gradient")


def _training(choice: MethodChoice, given: dict[str, Any]) -> dict[str, Any]:
    """The options of a training by gradients. Raises WrongOperand for values and methods that they do not go with."""
    for name, value in given.items():
        if name not in TRAINING_OPTIONS:
            raise WrongOperand(
                f"rasp.learn() has no argument {name!r:.40}", hint=f"By gradients: {', '.join(TRAINING_OPTIONS)}."
            )
        if choice.method != GRADIENT:
            raise WrongOperand(f"`{name}` goes with the method gradient")
        if name in ("epochs", "seeds") and value is not None:
            check_least(name, value, 1)
    path = given.get("vectors")
    return {**given, "vectors": path if path is None else os.fspath(path)}
