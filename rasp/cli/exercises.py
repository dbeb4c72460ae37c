"""`rasp exercises`: lists exercises, shows the task of one, and checks answers by hidden tests."""

from __future__ import annotations

import argparse
import shlex
import textwrap

from rasp.base.diagnostics import printable
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import output_width, print_error
from rasp.cli.programs import program_file
from rasp.errors import RaspError, UnknownName
from rasp.session.exercises import Exercise, Verdict, check_answer, exercise_of, exercises

FOOTER = """

`rasp exercises show NAME{folder}` shows a task, `rasp exercises check NAME.rasp{folder}` checks your program,
which gives its answer the name of the exercise."""


def run(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status, 1 if an answer is wrong."""
    _check(options)
    try:
        known = exercises(options.folder)
        if options.action == "list":
            _list(known, options)
            return 0
        if options.action == "show":
            say("\n\n".join(_task(exercise_of(name, known), options.json) for name in options.names))
            return 0
        wrong = [file for file in options.names if not _check_answer(file, known, options)]
        return int(bool(wrong))
    except RaspError as error:
        print_error(error)
        return 1


def _check(options: argparse.Namespace) -> None:
    """Exits with a usage error for words that the action lacks or does not take."""
    if options.action == "list" and options.names:
        options.parser.error("to list the exercises takes no name; `rasp exercises show NAME` shows one")
    if options.action != "list" and not options.names:
        wanted = "an exercise, such as rotate" if options.action == "show" else "a program, such as rotate.rasp"
        options.parser.error(f"`rasp exercises {options.action}` needs {wanted}")
    if options.exercise is not None and (options.action != "check" or len(options.names) != 1):
        options.parser.error("--exercise goes with `rasp exercises check` and one program")


# -------------------------------------------------------------------------------------------------------------- showing


def _list(known: list[Exercise], options: argparse.Namespace) -> None:
    if options.json:
        say("\n".join(_task(exercise, True) for exercise in known))
        return
    width = max(len(exercise.name) for exercise in known)
    lines = ["level  exercise"]
    for exercise in known:
        head = f"{exercise.level:>5}  {printable(exercise.name):<{width}}  "
        wrapped = textwrap.wrap(printable(exercise.task), max(30, output_width() - len(head)))
        lines += [f"{head if not index else ' ' * len(head)}{line}" for index, line in enumerate(wrapped)]
    folder = "" if options.folder is None else f" --folder {printable(shlex.quote(options.folder))}"
    say("\n".join(lines) + FOOTER.format(folder=folder))


def _task(exercise: Exercise, as_json: bool) -> str:
    """The task of an exercise, with its examples and hint."""
    examples = [(example.expression, example.expected) for example in exercise.examples]
    if as_json:
        fields = {"exercise": exercise.name, "level": exercise.level, "task": exercise.task, "hint": exercise.hint}
        return json_text(fields | {"layers": exercise.layers, "examples": dict(examples)})
    rows = [f"{exercise.name}, level {exercise.level}: {exercise.task}"]
    rows += [f"  {expression} = {expected}" for expression, expected in examples]
    rows += [f"at most {exercise.layers} layers"] if exercise.layers is not None else []
    rows += [f"hint: {exercise.hint}"] if exercise.hint else []
    return "\n".join(textwrap.fill(printable(row), output_width(), subsequent_indent="    ") for row in rows)


# ------------------------------------------------------------------------------------------------------------- checking


def _check_answer(file: str, known: list[Exercise], options: argparse.Namespace) -> bool:
    """Checks an answer, prints the verdict, and returns whether it is right.

    An answer that cannot be checked does not keep the others from being checked.
    """
    name = options.exercise
    try:
        path = program_file(file)
        name = name or path.stem
        exercise = exercise_of(name, known) if options.exercise else _exercise_of_file(name, known)
        verdict = check_answer(exercise, path)
    except RaspError as error:
        if not options.json:
            print_error(error)
            return False
        verdict = Verdict(name or file, 0, 0, f"not checked: {error.diagnostic.title}")
    say(_fields(file, verdict) if options.json else _lines(file, verdict))
    return verdict.right


def _exercise_of_file(stem: str, known: list[Exercise]) -> Exercise:
    """The exercise that a file is named after. Raises UnknownName."""
    try:
        return exercise_of(stem, known)
    except UnknownName as error:
        hint = f"{error.diagnostic.hint} `--exercise NAME` says which exercise a file of another name answers."
        raise UnknownName(error.diagnostic.title, hint=hint) from None


def _lines(file: str, verdict: Verdict) -> str:
    said = verdict.remark or f"right on all {verdict.tests:,} hidden tests"
    lines = [printable(f"{file}: {verdict.exercise}: {said}")]
    if verdict.given is not None:
        shown = {"input": verdict.given, "expected": verdict.expected, "got": verdict.got}
        lines += [printable(f"    {head + ':':<9} {text}") for head, text in shown.items()]
    return "\n".join(lines)


def _fields(file: str, verdict: Verdict) -> str:
    failed = None
    if verdict.given is not None:
        failed = {"input": verdict.given, "expected": verdict.expected, "got": verdict.got}
    fields = {"file": file, "exercise": verdict.exercise, "right": verdict.right, "tests": verdict.tests}
    fields |= {"passed": verdict.passed, "score": round(verdict.passed / max(1, verdict.tests), 4)}
    return json_text(fields | {"remark": verdict.remark, "failed": failed})
