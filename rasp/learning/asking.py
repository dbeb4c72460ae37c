"""Asks a teacher for its first answers: the data from which a search starts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rasp.errors import BadInput, RaspError
from rasp.learning.examples.data import Data, Input
from rasp.learning.examples.rows import Form, Rows
from rasp.learning.patience import AnswerTooSlow, Patience
from rasp.learning.teachers import BadAnswer, OutputOrError, Teacher
from rasp.present.names import show_input

TWICE = 100  # inputs on which a function is called twice, to find random answers
EXAMPLES_OF_FAILURES = 3
ANY = Patience()


@dataclass(frozen=True)
class Asked:
    """The answers of a teacher: the data, the number of inputs on which it failed, and the first few errors.

    `unasked` inputs were left out because the time had ended, after `seconds`.
    """

    data: Data
    failed: int
    failures: tuple[RaspError, ...]
    unasked: int = 0
    seconds: float = 0.0


def ask_teacher(teacher: Teacher, inputs: Sequence[Input], patience: Patience = ANY) -> Asked:
    """Asks a teacher for the outputs of inputs. Inputs on which it fails are left out and counted.

    If `patience` is limited, fewer inputs may be asked, short and long ones alike. Raises BadInput if the teacher fails
    on all inputs, returns an invalid output, or answers differently the second time.

    >>> from rasp.learning.teachers import of_function
    >>> ask_teacher(of_function(sorted, "sorted"), [("b", "a")]).data.outputs
    (('a', 'b'),)
    """
    order = list(range(len(inputs)))
    if patience.seconds is not None:
        random.Random(0).shuffle(order)
    found = dict(zip(order, patience.ask(teacher, [inputs[place] for place in order]), strict=False))
    answers = {place: found[place] for place in sorted(found)}
    failures = [answer for answer in answers.values() if isinstance(answer, RaspError)]
    for error in failures:
        if isinstance(error, BadAnswer):
            raise error
    again = patience.part()
    if not teacher.steady:
        _check_twice(teacher, inputs, answers, again)
    if len(failures) == len(answers):
        title = f"{teacher.name} fails on all {len(answers):,} inputs that it was asked"
        raise BadInput(title, details=[error.diagnostic.title for error in failures[:1]])
    rows = Rows(Form(vocabulary=teacher.vocabulary), "example")
    for place, answer in answers.items():
        if not isinstance(answer, RaspError):
            rows.add(place + 1, inputs[place], answer)
    data = replace(rows.data(teacher.name, "answers of a teacher"), one=teacher.one)
    unasked, seconds = len(inputs) - len(answers), patience.spent + again.spent
    return Asked(data, len(failures), tuple(failures[:EXAMPLES_OF_FAILURES]), unasked, seconds)


def _check_twice(
    teacher: Teacher, inputs: Sequence[Input], answers: Mapping[int, OutputOrError], patience: Patience
) -> None:
    """Raises BadInput if the teacher does not repeat its answers."""
    some = [place for place, answer in answers.items() if not isinstance(answer, AnswerTooSlow)][:TWICE]
    again = patience.ask(teacher, [inputs[place] for place in some])
    for place, second in zip(some, again, strict=False):
        if not _same(answers[place], second):
            told = [f"first: {_show(answers[place])}", f"then: {_show(second)}"]
            title = f"{teacher.name} answers differently when it is asked twice, on {show_input(inputs[place])}"
            raise BadInput(title, details=told, hint="The outputs must depend on the input alone.")


def _same(first: OutputOrError, second: OutputOrError) -> bool:
    if isinstance(second, AnswerTooSlow):
        return True
    if isinstance(first, RaspError) or isinstance(second, RaspError):
        return isinstance(first, RaspError) == isinstance(second, RaspError)
    return first == second


def _show(answer: OutputOrError) -> str:
    if isinstance(answer, RaspError):
        return answer.diagnostic.title
    return show_input([atom if atom is not None else "null" for atom in answer])
