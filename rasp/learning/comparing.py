"""A program beside its teacher: on all inputs of a space or on random ones, and on longer ones than it learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasp.errors import RaspError
from rasp.learning.accuracy import Marks, Runner, Score
from rasp.learning.data import Input, Output
from rasp.learning.spaces import Questions, Space
from rasp.learning.teachers import Teacher

ENOUGH = 20  # counterexamples that are given at a time


@dataclass(frozen=True)
class Comparison:
    """On how many inputs a program answers as its teacher does; `failed` are those that the teacher failed on."""

    name: str
    words: str  # which inputs these are
    every: bool  # whether these are all inputs that there are
    marks: Marks
    failed: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "name": self.name,
            "inputs": self.words,
            "all": self.every,
            "teacher_failed": self.failed,
            **self.marks.to_dict(),
        }


def compare_with_teacher(program: Runner, teacher: Teacher, questions: Questions, name: str = "teacher") -> Comparison:
    """A program compared with a teacher.

    >>> from rasp.learning.teachers import of_function
    >>> found = compare_with_teacher(lambda inputs: inputs, of_function(sorted, "sorted"), Space(("a", "b"), 2).all(0))
    >>> found.words, found.marks.score.sequences, found.marks.wrong[0].given
    ('all 6 inputs up to length 2', 6, ('b', 'a'))
    """
    marks, failed = Marks(), 0
    for inputs in questions.lists():
        for given, wanted, answer in zip(inputs, teacher.ask(inputs), program(inputs), strict=True):
            if isinstance(wanted, RaspError):
                failed += 1
            else:
                marks.add(given, wanted, answer, one=teacher.one)
    return Comparison(name, questions.words, questions.every and not failed, marks, failed)


def counterexamples(program: Runner, teacher: Teacher, questions: Questions) -> list[tuple[Input, Output]]:
    """The first inputs on which a program is wrong, with what the teacher says."""
    found: list[tuple[Input, Output]] = []
    for inputs in questions.lists():
        for given, wanted, answer in zip(inputs, teacher.ask(inputs), program(inputs), strict=True):
            if not isinstance(wanted, RaspError) and not Score().add(wanted, answer):
                found.append((given, wanted))
        if len(found) >= ENOUGH:
            break
    return found[:ENOUGH]


def comparisons(program: Runner, teacher: Teacher, space: Space, seed: int) -> list[Comparison]:
    """On all inputs of the space or on many, and at twice its longest length, if the teacher takes such inputs."""
    asked = [("teacher", space.all(seed))]
    if teacher.longest is None or teacher.longest >= 2 * space.longest:
        asked.append(("longer", space.beyond(seed)))
    return [compare_with_teacher(program, teacher, questions, name) for name, questions in asked]
