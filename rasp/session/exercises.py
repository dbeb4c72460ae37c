"""Exercises: a task, a solution that stays hidden, and tests that compare an answer with it.

An exercise is a program, `NAME.rasp`, that solves it under that name. The comment at its top has the task and `key:
value` lines: `level`, `vocab` and `max-length` (all such inputs are tests), `min-length`, `test` (a further input, any
number of times), `layers` (how many an answer may have), and `hint`. Its `# >>>` examples are shown to the student.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from rasp.base.diagnostics import nearest_names
from rasp.base.resources import folder
from rasp.errors import RaspError, UnknownName, WrongFile
from rasp.present.names import show_input
from rasp.present.sequences import Sequence
from rasp.runtime.files import read_program
from rasp.session.examples import Example, examples_in
from rasp.session.session import Session
from rasp.session.settings import Listener
from rasp.session.sops import SOp

KEYS = ("level", "vocab", "min-length", "max-length", "test", "layers", "hint")
MOST_TESTS = 100_000

_HEADER = re.compile(r"(?:#.*\n)+")
_LINE = re.compile(rf"# ({'|'.join(KEYS)}): *(.*\S)")


@dataclass(frozen=True)
class Exercise:
    """An exercise: its name, task, level from 1, examples and hint; `file` is the program that solves it.

    `vocab`, `shortest`, `longest` and `further` say which inputs are tests; `layers` how many an answer may have, or
    None.
    """

    name: str
    task: str
    level: int
    hint: str
    examples: tuple[Example, ...]
    file: Path
    vocab: Any
    shortest: int
    longest: int
    further: tuple[Any, ...]
    layers: int | None

    def inputs(self) -> list[Any]:
        """The inputs of the hidden tests, the shortest first."""
        from rasp.compile.inputs import trial  # imported late: to list the exercises needs no NumPy

        tried = trial(self.vocab, self.longest, self.longest, shortest=self.shortest)
        if tried.count > MOST_TESTS:
            raise WrongFile(f"{self.file} has {tried.count:,} tests", hint=f"At most {MOST_TESTS:,} are run.")
        return [*(given for inputs in tried for given in inputs), *self.further]


class Verdict(NamedTuple):
    """The result of checking an answer: how many tests it passed, and in `remark` what is wrong, or an empty text.

    `given`, `expected` and `got` are a failed test with a shortest input, as text; they are None if there is none.
    """

    exercise: str
    tests: int
    passed: int
    remark: str = ""
    given: str | None = None
    expected: str | None = None
    got: str | None = None

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return not self.remark


# -------------------------------------------------------------------------------------------------------------- reading


def exercises(path: str | Path | None = None) -> list[Exercise]:
    """The exercises of a folder, by default the ten that are built in, by level. Raises RaspError.

    >>> [exercise.name for exercise in exercises()][:3]
    ['repeats', 'rotate', 'swap_neighbours']
    """
    where = folder("exercises") if path is None else Path(path)
    found = [_read(file) for file in sorted(where.glob("*.rasp"))]
    if not found:
        raise WrongFile(f"{where} has no exercises", hint="An exercise is a file NAME.rasp; see docs/teaching.md.")
    return sorted(found, key=lambda exercise: (exercise.level, exercise.name))


def exercise_of(name: str, known: Iterable[Exercise]) -> Exercise:
    """The exercise of a name. Raises UnknownName."""
    by_name = {exercise.name: exercise for exercise in known}
    if name in by_name:
        return by_name[name]
    close = nearest_names(name, by_name)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(by_name)}."
    raise UnknownName(f"there is no exercise {name!r:.60}", hint=hint)


def _read(file: Path) -> Exercise:
    text = read_program(file)
    match = _HEADER.match(text)
    lines = match[0].splitlines() if match else []
    title = re.fullmatch(rf"# {re.escape(file.stem)}: (.+)", lines[0] if lines else "")
    if title is None:
        raise WrongFile(f"{file} does not begin with a comment `# {file.stem}: …` that states the task")
    found = [(pair[1], pair[2]) for line in lines if (pair := _LINE.fullmatch(line))]
    keys = dict(found)
    missing = [key for key in ("vocab", "max-length") if key not in keys]
    if missing:
        raise WrongFile(f"{file} lacks a line `# {missing[0]}: …`")
    numbers = {key: _number(file, key, keys.get(key, "1")) for key in ("level", "min-length", "max-length", "layers")}
    return Exercise(
        file.stem,
        title[1],
        numbers["level"],
        keys.get("hint", ""),
        tuple(examples_in(text)),
        file,
        _tokens(keys["vocab"]),
        numbers["min-length"],
        numbers["max-length"],
        tuple(_tokens(value) for key, value in found if key == "test"),
        numbers["layers"] if "layers" in keys else None,
    )


def _number(file: Path, key: str, text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise WrongFile(f"{file} has `{key}: {text:.40}`, which is no number")
    return int(text)


def _tokens(text: str) -> Any:
    """Tokens as written: a RASP list, or a token a character."""
    return tuple(Session().eval(text)) if text.startswith("[") else tuple(text)


# ------------------------------------------------------------------------------------------------------------- checking


def check_answer(exercise: Exercise, program: Path) -> Verdict:
    """Checks a program that answers an exercise. Raises RaspError if the exercise itself is at fault."""
    inputs = exercise.inputs()
    try:
        session = Session(listener=Listener())  # warnings are not part of the verdict
        session.run_file(program)
        answer = session[exercise.name] if exercise.name in session.names() else None
    except RaspError as error:
        return Verdict(exercise.name, len(inputs), 0, f"the program fails: {error.diagnostic.title}")
    if not isinstance(answer, SOp):
        problem = "the program does not define it" if answer is None else "it is no s-op"
        return Verdict(exercise.name, len(inputs), 0, problem)
    return _compare(exercise, _solution(exercise), answer, inputs)


def _solution(exercise: Exercise) -> SOp:
    session = Session()
    session.run_file(exercise.file)
    solution = session[exercise.name] if exercise.name in session.names() else None
    if not isinstance(solution, SOp):
        raise WrongFile(f"{exercise.file} has no s-op of the name {exercise.name}")
    return solution


def _compare(exercise: Exercise, solution: SOp, answer: SOp, inputs: list[Any]) -> Verdict:
    pairs = zip(solution.batch(inputs, errors="collect"), answer.batch(inputs, errors="collect"), strict=True)
    wrong = [(given, *pair) for given, pair in zip(inputs, pairs, strict=True) if not _agree(*pair)]
    passed = len(inputs) - len(wrong)
    if wrong:
        given, expected, got = min(wrong, key=lambda failed: len(failed[0]))
        remark = f"wrong on {len(wrong):,} of {len(inputs):,} hidden tests"
        return Verdict(exercise.name, len(inputs), passed, remark, show_input(given), _text(expected), _text(got))
    layers = answer.architecture().layers
    if exercise.layers is not None and layers > exercise.layers:
        remark = f"right, but of {layers} layers; {exercise.layers} are enough"
        return Verdict(exercise.name, len(inputs), passed, remark)
    return Verdict(exercise.name, len(inputs), passed)


def _agree(expected: Any, got: Any) -> bool:
    """Whether two results are equal, as the proofs of models compare them.

    Where the solution fails, any result is right, since the task does not define the results on such inputs.
    """
    from rasp.compile.proof import first_difference  # imported late: to list the exercises needs no NumPy

    if isinstance(expected, RaspError):
        return True
    return isinstance(got, Sequence) and first_difference(expected.values, got.values) is None


def _text(result: Any) -> str:
    return f"no value: {result.diagnostic.title}" if isinstance(result, RaspError) else str(result)
