"""Reads what `rasp learn` learns from: data, a teacher or a task, as the command line names it."""

from __future__ import annotations

import argparse
from pathlib import Path

from rasp.cli.inputs import open_inputs, reader
from rasp.cli.programs import is_model, operators_at
from rasp.cli.special_names import STANDARD_INPUT
from rasp.errors import NotAnSOp, UnknownName
from rasp.graph.nodes import Atom
from rasp.learning import adapter
from rasp.learning.data import Data
from rasp.learning.lessons import Lesson, of_data, of_teacher, space_of
from rasp.learning.reading import read
from rasp.learning.ready import NamedSOps
from rasp.learning.request import seconds_of
from rasp.learning.rows import Form, check_vocabulary
from rasp.learning.tables import ColumnChoice
from rasp.learning.teachers import Teacher
from rasp.session.compiling import vocabulary_of
from rasp.session.session import Session
from rasp.session.sops import SOp
from rasp.session.teaching import function_of, teacher_of
from rasp.session.transformer import Transformer

TEACHERS = "Write PROGRAM:NAME such as sort:sorted, FILE.py:FUNCTION, or the file of a model."


def lesson_of(options: argparse.Namespace) -> Lesson:
    """What is to be learned. Raises RaspError."""
    if options.data is not None:
        return _from_data(options)
    if options.task is not None:
        teacher, space = adapter.task(options.task, options.vocab_size, options.max_length, options.marks)
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
    return check_vocabulary(vocabulary_of(reader(options, Session())(options.vocab)))


# ------------------------------------------------------------------------------------------------------------ teachers


def _teacher(options: argparse.Namespace) -> Teacher:
    """The teacher that the command line names. Raises RaspError."""
    place: str = options.teacher
    file, mark, name = place.rpartition(":")
    model = next((path for path in (place, file) if path.endswith(".safetensors") or is_model(path)), None)
    if model is not None:
        return teacher_of(Transformer.load(model), place, output=name if model == file else "", one=options.one)
    if not mark or not file or not name:
        raise UnknownName(f"{place!r:.60} names no teacher", hint=TEACHERS)
    if Path(file).suffix == ".py":
        texts = not options.words and not options.list
        return teacher_of(function_of(file, name), place, texts=texts, one=options.one)
    return teacher_of(sop_at(place), place)


def sop_at(place: str) -> SOp:
    """The s-op that `FILE:NAME` names. Raises RaspError."""
    (found,) = operators_at([place])
    if not isinstance(found, SOp):
        raise NotAnSOp(f"{place} is a selector; learning takes s-ops")
    return found


def ready(options: argparse.Namespace) -> NamedSOps:
    """The s-ops that may be used, by name. Raises RaspError."""
    return tuple((place.rpartition(":")[2], sop_at(place).node) for place in options.ready)
