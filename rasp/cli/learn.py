"""`rasp learn DATA -o learned.rasp`: finds the program behind examples, checks it, and reports on it."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from rasp.cli.interrupts import heed
from rasp.cli.json_text import json_text
from rasp.cli.lessons import lesson_of, ready, sop_at
from rasp.cli.output import say
from rasp.cli.printing import output_width, print_error
from rasp.cli.programs import exists
from rasp.cli.progress import show_progress
from rasp.cli.search_listeners import listener
from rasp.errors import RaspError, UnwritableFile, WrongFile, WrongOperand
from rasp.learning import learning_loop, state
from rasp.learning.expressions.ready import NamedSOps
from rasp.learning.gradient_checkpoint import checkpoint_of
from rasp.learning.learning_loop import LearningOutcome
from rasp.learning.lessons import Lesson
from rasp.learning.methods import GRADIENT, TRAINING_OPTIONS, MethodChoice, choose_method, settings_of
from rasp.learning.reporting.comparing import comparisons
from rasp.learning.request import MOST_WORDS, Caps, LearningRequest, seconds_of
from rasp.learning.state import State, StateKeeper
from rasp.learning.teachers import Teacher, of_node
from rasp.model.files import check_writable, write_bytes

INEXACT = 3  # the exit status where the program is not right on all training data


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status: 3 where the program is not exact."""
    check_learn_options(options)
    heed()
    try:
        return _dry_run(options) if options.dry_run else _learn(options)
    except RaspError as error:
        print_error(error)
        return 1


def _dry_run(options: argparse.Namespace) -> int:
    ready(options)
    with show_progress():
        choice = choice_of(options, lesson_of(options))
    summary = choice.lesson.summary
    if options.json:
        say(json_text({**summary.to_dict(), "method": choice.method, "reason": choice.reason}))
    else:
        say(f"{summary.text(output_width())}\n\nmethod: {choice.words}")
    return 0


def _learn(options: argparse.Namespace) -> int:
    if options.output is not None:
        check_writable(options.output)
    before = _state(options)
    _refuse_replacing(options, before)
    allowed = ready(options)
    task = None if options.against is None else of_node(sop_at(options.against).node, options.against)
    with show_progress():
        choice = choice_of(options, lesson_of(options))
    lesson = choice.lesson
    wanted = _task_of(options, choice, allowed, before)
    if before is not None:
        wanted.origin().check(before.origin)
    keeper = StateKeeper(_state_path(options), wanted.origin(), before.written if before else "")
    outcome = _search(options, wanted, keeper)
    if task is not None:
        outcome = _against(task, outcome, lesson, options.seed)
    try:
        if options.output is not None:
            write_bytes(options.output, outcome.program.encode("utf-8", "surrogatepass"))
            keeper.wrote(outcome.program)
    except UnwritableFile:
        options.output = None  # the program goes to standard output, lest it is lost
        _show(options, outcome, keeper)
        raise
    _show(options, outcome, keeper)
    return 0 if outcome.report.exact else INEXACT


def choice_of(options: argparse.Namespace, lesson: Lesson) -> MethodChoice:
    """How it is learned. Raises RaspError."""
    settings = settings_of(options.tokeniser or "")
    return choose_method(lesson, options.method, settings, options.max_words or MOST_WORDS)


def _task_of(
    options: argparse.Namespace, choice: MethodChoice, allowed: NamedSOps, before: State | None
) -> LearningRequest:
    return choice.request(
        caps=Caps(options.layers, options.heads, options.causal, options.assume_bos),
        ready=allowed,
        seed=options.seed,
        seconds=seconds_of(options.seconds, options.iterations),
        iterations=options.iterations,
        jobs=options.jobs,
        resumed=before.search if before else None,
        epochs=options.epochs,
        seeds=options.seeds,
        device=options.device or "cpu",
        most_bytes=options.max_bytes,
        vectors=options.vectors,
        standard=options.standard,
        checkpoint=_checkpoint_path(options, choice.method),
    )


def _checkpoint_path(options: argparse.Namespace, method: str) -> str | None:
    """Where a training by gradients is kept while it runs: beside its state."""
    path = _state_path(options)
    return checkpoint_of(path) if path is not None and method == GRADIENT else None


def _search(options: argparse.Namespace, wanted: LearningRequest, keeper: StateKeeper) -> LearningOutcome:
    shown = listener(options.json)
    try:
        with show_progress() if options.method == "gradient" else nullcontext():
            return learning_loop.learn_program(wanted, shown, keeper)
    except ModuleNotFoundError as error:
        raise WrongOperand(str(error)) from None
    finally:
        shown.close()


def _against(task: Teacher, outcome: LearningOutcome, lesson: Lesson, seed: int) -> LearningOutcome:
    """Adds to the report how far the program agrees with the task that `--against` names, on the teacher's inputs.

    After Ctrl-C nothing is added, so that the program is written at once.
    """
    assert lesson.space is not None
    report = outcome.report
    if report.effort.interrupted:
        return outcome
    try:
        made = comparisons(learning_loop.runner(outcome.node), task, lesson.space, seed)
    except KeyboardInterrupt:
        say(f"interrupted: the program was not compared with {task.name}", file=sys.stderr)
        return outcome
    told = (replace(one, name=f"task ({one.name})", words=f"{task.name}, {one.words}") for one in made)
    return replace(outcome, report=replace(report, comparisons=(*report.comparisons, *told)))


def _show(options: argparse.Namespace, outcome: LearningOutcome, keeper: StateKeeper) -> None:
    """Prints the report, and the program where it is written into no file."""
    if options.json:
        fields = {"event": "learned", "program": outcome.program, "file": options.output, "state": keeper.path}
        say(json_text(fields | outcome.report.to_dict()))
    elif options.output is None:
        say(_report(options, outcome), file=sys.stderr, flush=True)
        say(outcome.program, end="")
    else:
        say(f"{_report(options, outcome)}\n\nwritten: {options.output}")
    for failure in filter(None, (keeper.failure, keeper.checkpoint_failure)):
        print_error(failure)


def _report(options: argparse.Namespace, outcome: LearningOutcome) -> str:
    width = output_width()
    report = outcome.report.text(width)
    return f"{report}\n\n{outcome.report.front_text(width)}" if options.front else report


# --------------------------------------------------------------------------------------------------------------- files


def _state_path(options: argparse.Namespace) -> str | None:
    """The file of the search's state: the one that `--resume` names, or one beside the output."""
    if options.resume:
        return str(options.resume)
    return None if options.output is None else state.state_path(options.output)


def _state(options: argparse.Namespace) -> State | None:
    """The state to resume from, if `--resume` is given. Raises RaspError for a missing or wrong file."""
    path = _state_path(options)
    if options.resume is not None and path is not None:
        return state.load_state(path)
    if path is not None and exists(Path(path)) and not options.force:
        try:
            state.load_state(path)
        except WrongFile:
            title = f"{path}, where the state is kept, is there already, and is no state"
            raise UnwritableFile(title, hint="--force replaces it.") from None
    return None


def _refuse_replacing(options: argparse.Namespace, before: State | None) -> None:
    """Raises UnwritableFile for an output that exists, unless the resumed search has written it."""
    if options.output is None or options.force:
        return
    file = Path(options.output)
    if not file.is_file() or (before is not None and _is_own(file, before)):
        return
    raise UnwritableFile(f"{options.output} is there already", hint="--force replaces it.")


def _is_own(file: Path, before: State) -> bool:
    """Whether the resumed search has written the file."""
    try:
        text = file.read_bytes().decode("utf-8", "surrogatepass")
    except (OSError, UnicodeDecodeError):
        return False
    return state.checksum(text) == before.written


# ------------------------------------------------------------------------------------------------------- wrong options

OF_DATA = ("format", "input_column", "output_column", "header", "input_kind", "output_kind", "test")
OF_TASKS = ("vocab_size", "marks")
OF_TEACHERS = ("max_length",)
# For some options, the method that they belong to, and the values of `--method` with which they are allowed.
OF_METHODS: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (
    (("seconds", "iterations", "ready"), "search", ("auto", "search", "look-ups")),
    (("max_words", "max_bytes", "tokeniser"), "look-ups", ("auto", "look-ups", "gradient")),
    (TRAINING_OPTIONS, GRADIENT, (GRADIENT,)),
)


def check_learn_options(options: argparse.Namespace) -> None:
    """Ends with a message where options contradict each other."""
    _check_sources(options)
    error = options.parser.error
    for names, method, methods in OF_METHODS:
        for name in names if options.method not in methods else ():
            if getattr(options, name):
                error(f"--{'with' if name == 'ready' else name.replace('_', '-')} goes with --method {method}")
    if options.list and options.vocab is None:
        error("--list says how --vocab is read; give a vocabulary")
    if options.resume == "" and options.output is None:
        error("--resume needs the state: --resume=STATE, or -o with the output beside which it is")
    if options.output is not None:
        for name, path in (("data", options.data), ("data", options.test), ("state", options.resume)):
            if path and _is_same(path, options.output):
                error(f"the output would replace the {name} in {path}")


def _is_same(path: str, other: str) -> bool:
    try:
        return os.path.realpath(path) == os.path.realpath(other)
    except ValueError:  # a NUL in the path: there is no such file
        return False


def _check_sources(options: argparse.Namespace) -> None:
    """Ends with a message unless there is exactly one source, and all options on sources apply to it."""
    error = options.parser.error
    sources = {"DATA": options.data, "--teacher": options.teacher, "--task": options.task}
    given = [name for name, value in sources.items() if value is not None]
    if not given and options.resume:
        error(f"there are no data: --resume took {options.resume} for the state; write DATA first, or --resume=STATE")
    if len(given) != 1:
        error(f"give {' or '.join(sources)}" if not given else f"{' and '.join(given)} exclude one another")
    for names, allowed in ((OF_DATA, ("DATA",)), (OF_TASKS, ("--task",)), (OF_TEACHERS, ("--teacher", "--task"))):
        for name in names:
            if getattr(options, name) not in (None, False) and given[0] not in allowed:
                error(f"--{name.replace('_', '-')} goes with {' or '.join(allowed)}, not with {given[0]}")
    if options.header is False and given[0] != "DATA":
        error(f"--no-header goes with DATA, not with {given[0]}")
    if options.task is not None and (options.vocab is not None or options.one or options.words):
        error("a task has tokens and outputs of its own; --vocab-size sets how many tokens")
    if options.teacher is not None and options.one and ".py:" not in options.teacher:
        error("--one goes with DATA, or with a function that gives one label")
    if options.against is not None and options.teacher is None:
        error("--against goes with --teacher, whose program is compared with that of the task")
    if options.teacher is not None and not _is_model(options.teacher) and None in (options.vocab, options.max_length):
        error("--teacher needs --vocab and --max-length, the inputs that it is asked about")


def _is_model(teacher: str) -> bool:
    """Whether a teacher seems to be a model, which has a vocabulary and a longest length."""
    return ".safetensors" in teacher or ":" not in teacher
