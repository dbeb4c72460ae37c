"""Reads what `rasp learn` learns from: data, a teacher or a task, as the command line names it."""

from __future__ import annotations

import argparse
from pathlib import Path

from rasp.cli.inputs import open_inputs, reader
from rasp.cli.programs import is_model, operators_at
from rasp.cli.special_names import STANDARD_INPUT
from rasp.errors import UnknownName
from rasp.graph.nodes import Atom
from rasp.learning import adapter
from rasp.learning.examples.csv_tables import ColumnChoice
from rasp.learning.examples.data import Data
from rasp.learning.examples.reading import read
from rasp.learning.examples.rows import Form, check_vocabulary
from rasp.learning.expressions.ready import NamedSOps
from rasp.learning.lessons import Lesson, of_data, of_teacher, space_of
from rasp.learning.request import seconds_of
from rasp.learning.teachers import Teacher
from rasp.session.choosing import SOpOrSelector
from rasp.session.compiling import model_vocabulary
from rasp.session.session import Session
from rasp.session.teaching import load_function, teacher_of
from rasp.session.transformer import Transformer

TEACHERS = "Write PROGRAM:NAME such as sort:sorted, FILE.py:FUNCTION, or the file of a model."


def lesson_of(options: argparse.Namespace) -> Lesson:
    """What is to be learned. Raises RaspError."""
    if options.data is not None:
        return _from_data(options)
    if options.task is not None:
        teacher, space = adapter.task_teacher(options.task, options.vocab_size, options.max_length, options.marks)
    else:
        teacher = _teacher(options)
        space = space_of(teacher, _vocabulary(options), options.max_length)
    return of_teacher(teacher, space, options.seed, seconds_of(options.seconds, options.iterations))


# ---------------------------------------------------------------------------------------------------------------- data


def _from_data(options: argparse.Namespace) -> Lesson:
    data = _read(options.data, options)
    test = None if options.test is None else _read(options.test, options)
    return of_data(data, options.seed, test)


def _read(path: str, options: argparse.Namespace) -> Data:
    columns = ColumnChoice(options.input_column, options.output_column, options.header)
    form = Form(options.words, options.one, options.input_kind or "", options.output_kind or "", _vocabulary(options))
    if path != "-":
        return read(path, form, columns, kind=options.format or "")
    return read(STANDARD_INPUT, form, columns, open_inputs("-"), options.format or "")


def _vocabulary(options: argparse.Namespace) -> tuple[Atom, ...]:
    """The tokens that were set, or none."""
    if options.vocab is None:
        return ()
    return check_vocabulary(model_vocabulary(reader(options, Session())(options.vocab)))


# ------------------------------------------------------------------------------------------------------------ teachers


def _teacher(options: argparse.Namespace) -> Teacher:
    """The teacher that the command line names. Raises RaspError."""
    source: str = options.teacher
    file, mark, name = source.rpartition(":")
    model = next((path for path in (source, file) if path.endswith(".safetensors") or is_model(path)), None)
    if model is not None:
        return teacher_of(Transformer.load(model), source, output=name if model == file else "", one=options.one)
    if not mark or not file or not name:
        raise UnknownName(f"{source!r:.60} names no teacher", hint=TEACHERS)
    if Path(file).suffix == ".py":
        texts = not options.words and not options.list
        return teacher_of(load_function(file, name), source, texts=texts, one=options.one)
    return teacher_of(sop_at(source), source)


def sop_at(source: str) -> SOpOrSelector:
    """The s-op that `FILE:NAME` names; never a selector. Raises RaspError."""
    (sop,) = operators_at([source], selectors=False)
    return sop


def ready(options: argparse.Namespace) -> NamedSOps:
    """The s-ops that may be used, by name. Raises RaspError."""
    sops = operators_at(options.ready, selectors=False)
    return tuple((source.rpartition(":")[2], sop.node) for source, sop in zip(options.ready, sops, strict=True))
