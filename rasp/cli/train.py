"""`rasp train FILE -s NAME --vocab abcd --max-length 16`: trains transformers of the counted size, and smaller ones."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rasp.cli.inputs import open_inputs, reader
from rasp.cli.interrupts import heed
from rasp.cli.json_text import json_text
from rasp.cli.output import say
from rasp.cli.printing import new_session, output_width, print_error
from rasp.cli.programs import operators, run_program
from rasp.cli.progress import Progress
from rasp.cli.special_names import STANDARD_INPUT
from rasp.compile.inputs import DrawInput
from rasp.errors import RaspError, UnwritableFile, WrongOperand
from rasp.learning.examples.csv_tables import ColumnChoice
from rasp.learning.examples.reading import read
from rasp.learning.examples.rows import Form
from rasp.session import training
from rasp.session.teaching import load_function
from rasp.train.events import TrainingListener, TrainingStanding, training_status
from rasp.train.report_text import report_text
from rasp.train.settings import TrainingSettings
from rasp.train.training_run import TrainingRequest

STOPPED = 130  # the exit status after Ctrl-C


def run(options: argparse.Namespace) -> int:
    """Carries out the command; its exit status: 130 after Ctrl-C, with the results of what was trained until then."""
    check_train_options(options)
    heed()
    try:
        wanted = _task_of(options)
        if wanted.warning:
            say(f"note: {wanted.warning}", file=sys.stderr, flush=True)
        given = options.output, _listener(options.json), options.force, options.resume
        made, _ = training.train(wanted, *given)
    except ModuleNotFoundError as error:
        print_error(WrongOperand(str(error)))
        return 1
    except RaspError as error:
        print_error(error)
        return 1
    if options.json:
        say(json_text({"event": "trained", "folder": options.output, **made.to_dict()}))
    else:
        say(report_text(made.report, output_width()))
        if options.output is not None and not isinstance(made.failure, UnwritableFile):
            say(f"written: {options.output}")
    if made.failure is not None:
        print_error(made.failure)
        return 1
    return 0 if made.report.complete else STOPPED


def check_train_options(options: argparse.Namespace) -> None:
    """Ends with a message where options contradict one another, or some are missing."""
    error = options.parser.error
    if (options.file is None) == (options.pairs is None):
        error("give a program or --pairs")
    if len(options.sop) > 1:
        error("one s-op is trained at a time: give -s once")
    if options.resume and options.output is None:
        error("--resume needs the folder of the training: -o DIR")
    if options.resume and options.force:
        error("--resume goes on with what --force would replace")
    if options.file is not None and (options.vocab is None or options.max_length is None):
        error("a program needs --vocab and --max-length, the inputs that it is trained on")
    if options.pairs is not None:
        for name in ("sop", "vocab", "max_length", "draw", "tight", "supervise"):
            if getattr(options, name):
                error(f"--{name.replace('_', '-')} goes with a program, not with --pairs")


def _task_of(options: argparse.Namespace) -> TrainingRequest:
    settings = TrainingSettings(
        options.steps,
        options.batch,
        options.lr,
        options.seeds,
        options.seed,
        options.positions,
        options.causal,
        options.assume_bos,
        options.supervise,
        options.device,
        options.threads,
    )
    sizes = training.Sizes(options.layers, options.heads, options.width, options.tight)
    if options.pairs is not None:
        form, columns = Form(words=options.words), ColumnChoice(None, None, None)
        data = (
            read(STANDARD_INPUT, form, columns, open_inputs("-"))
            if options.pairs == "-"
            else read(options.pairs, form, columns)
        )
        return training.of_pairs(list(zip(data.inputs, data.outputs, strict=True)), "output", settings, sizes)
    session = new_session(show=False)
    run_program(session, options.file)
    ((name, sop),) = operators(session, options.sop, several=False).items()
    draw, words = _draw(options.draw)
    vocabulary = reader(options, session)(options.vocab)
    return training.of_program(sop, name, vocabulary, options.max_length, settings, sizes, draw, words)


def _draw(source: str | None) -> tuple[DrawInput | str | None, str]:
    """How inputs are drawn: a name, or a function in a Python file; and the text that names it."""
    file, mark, name = (source or "").rpartition(":")
    if source is None or not mark or Path(file).suffix != ".py":
        return source, ""
    function: Callable[..., object] = load_function(file, name)
    return function, source  # type: ignore[return-value]  # what it draws is checked


# ------------------------------------------------------------------------------------------------------------ progress


def _listener(as_json: bool) -> TrainingListener:
    if as_json:
        return TrainingObjects()
    return Line() if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else TrainingLines()


class Reporting(TrainingListener):
    """Prints a note on standard error if a file cannot be written."""

    def unwritten(self, error: UnwritableFile) -> None:
        self.close()
        say(f"note: {error.diagnostic.title}; the training goes on", file=sys.stderr, flush=True)


class TrainingObjects(Reporting):
    """A JSON object on standard output for each measure."""

    def measured(self, standing: TrainingStanding) -> None:
        say(json_text({"event": "measured", **standing.to_dict()}), flush=True)


class TrainingLines(Reporting):
    """A line on standard error for a measure, each ten seconds at most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = clock()

    def measured(self, standing: TrainingStanding) -> None:
        if self._clock() >= self._next:
            self._next = self._clock() + 10.0
            say(training_status(standing), file=sys.stderr, flush=True)


class Line(Reporting):
    """The progress line of a terminal, written anew in place."""

    def __init__(self) -> None:
        self._line = Progress()

    def working(self, standing: TrainingStanding) -> None:
        self._line.tell(training_status(standing))

    def measured(self, standing: TrainingStanding) -> None:
        self.working(standing)

    def close(self) -> None:
        self._line.clear()
