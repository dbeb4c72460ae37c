"""Compares a program with its teacher: on all inputs of a space, or random ones, and on inputs longer than the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasp.errors import RaspError
from rasp.learning.examples.data import Input, Output
from rasp.learning.patience import Patience
from rasp.learning.reporting.accuracy import Marks, Runner
from rasp.learning.spaces import Questions, Space
from rasp.learning.teachers import Teacher

ANY = Patience()
ENOUGH = 20  # counterexamples that are returned at a time


@dataclass(frozen=True)
class Comparison:
    """The number of inputs on which a program agrees with its teacher; `failed` counts those on which that fails."""

    name: str
    words: str  # which inputs these are
    every: bool  # whether these are all inputs of the space
    marks: Marks
    failed: int

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dict for JSON."""
        return {
            "name": self.name,
            "inputs": self.words,
            "all": self.every,
            "teacher_failed": self.failed,
            **self.marks.to_dict(),
        }


def compare_with_teacher(
    program: Runner,
    teacher: Teacher,
    questions: Questions,
    name: str = "teacher",
    enough: int | None = None,
    patience: Patience = ANY,
) -> tuple[Comparison, list[tuple[Input, Output]]]:
    """Compares a program with a teacher; returns also the inputs on which they differ, with the teacher's answers.

    It stops after `enough` such inputs, or when a slow teacher has used up its time; then not all inputs are compared.

    >>> from rasp.learning.teachers import of_function
    >>> teacher, space = of_function(sorted, "sorted"), Space(("a", "b"), 2)
    >>> found, unlike = compare_with_teacher(lambda inputs: inputs, teacher, space.all(0))
    >>> found.words, found.marks.score.sequences, unlike
    ('all 6 inputs up to length 2', 6, [(('b', 'a'), ('a', 'b'))])
    """
    marks, failed, asked = Marks(), 0, 0
    unlike: list[tuple[Input, Output]] = []
    for inputs in questions.lists():
        answers = patience.ask(teacher, inputs)
        taken = inputs[: len(answers)]
        asked += len(taken)
        for given, wanted, answer in zip(taken, answers, program(taken), strict=True):
            if isinstance(wanted, RaspError):
                failed += 1
            elif not marks.add(given, wanted, answer, one=teacher.one):
                unlike.append((given, wanted))
        if len(taken) < len(inputs):
            words = f"{asked:,} of {questions.words}, for want of time"
            return Comparison(name, words, False, marks, failed), unlike
        if enough is not None and len(unlike) >= enough:
            break
    return Comparison(name, questions.words, questions.every and not failed, marks, failed), unlike


def counterexamples(
    program: Runner, teacher: Teacher, questions: Questions, patience: Patience = ANY
) -> tuple[Comparison, list[tuple[Input, Output]]]:
    """The first inputs on which a program is wrong. If there are none, all were compared for which there was time."""
    comparison, unlike = compare_with_teacher(program, teacher, questions, enough=ENOUGH, patience=patience)
    return comparison, unlike[:ENOUGH]


def comparisons(
    program: Runner,
    teacher: Teacher,
    space: Space,
    seed: int,
    known: Comparison | None = None,
    patience: Patience = ANY,
) -> list[Comparison]:
    """Compares on all inputs of the space, or a sample, and at twice its longest length if the teacher takes these.

    `known` is the first of these comparisons, if it was made before.
    """
    found = [known or compare_with_teacher(program, teacher, space.all(seed), patience=patience.part())[0]]
    if teacher.longest is None or teacher.longest >= 2 * space.longest:
        found.append(compare_with_teacher(program, teacher, space.beyond(seed), "longer", patience=patience)[0])
    return [one for one in found if one.marks.score.sequences or one.failed]
