"""Lessons: prepares data, or a teacher and the inputs that it is asked about, for a search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rasp.errors import BadInput
from rasp.graph.nodes import Atom
from rasp.learning.asking import ask_teacher
from rasp.learning.enumeration.search import LONGEST
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import check_vocabulary
from rasp.learning.examples.split import keep_whole, split_data
from rasp.learning.patience import Patience
from rasp.learning.reporting.summary import Summary
from rasp.learning.spaces import Space
from rasp.learning.teachers import Teacher


@dataclass(frozen=True)
class Lesson:
    """The data, split and summed up, and the teacher with its space of inputs, if there is one."""

    summary: Summary
    teacher: Teacher | None = None
    space: Space | None = None
    asked_seconds: float = 0.0  # that the teacher took for the data


def of_data(data: Data, seed: int = 0, test: Data | None = None) -> Lesson:
    """The lesson of data, with separate test data if given. Raises MixedKinds if these are of other kinds."""
    return Lesson(Summary.of(data, split_data(data, seed, test)))


def of_teacher(teacher: Teacher, space: Space, seed: int = 0, seconds: float | None = None) -> Lesson:
    """The lesson of a teacher, which is called here. Raises BadInput if it fails on all inputs or has invalid outputs.

    Of the `seconds` for learning, a Python function may take a third for its first answers.

    >>> from rasp.learning.teachers import of_function
    >>> len(of_teacher(of_function(sorted, "sorted"), Space(("a", "b"), 3)).summary.data)
    14
    """
    found = ask_teacher(teacher, space.first(seed).inputs(), Patience(None if seconds is None else seconds / 3))
    summary = Summary.of(found.data, keep_whole(found.data, seed), found.failed, found.failures, found.unasked)
    return Lesson(summary, teacher, space, found.seconds)


def space_of(teacher: Teacher, vocabulary: Iterable[Atom], longest: int | None) -> Space:
    """The inputs that a teacher is asked about; a model has a vocabulary and a longest length of its own.

    Raises BadInput if one of them is missing, or if a model does not take such inputs.
    """
    tokens = check_vocabulary(vocabulary) or check_vocabulary(teacher.vocabulary)
    most = longest or teacher.usual or teacher.longest
    if not tokens or most is None:
        raise BadInput("a teacher needs a vocabulary and a longest length, the inputs that it is asked about")
    if most > LONGEST:
        raise BadInput(f"a search takes inputs of at most {LONGEST:,} tokens, not {most:,}")
    if teacher.longest is not None and not teacher.shortest <= most <= teacher.longest:
        raise BadInput(f"{teacher.name} takes inputs of {teacher.shortest} to {teacher.longest} tokens, not {most}")
    return Space(tokens, most, teacher.shortest)
