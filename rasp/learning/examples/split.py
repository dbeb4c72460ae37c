"""Splits data into training, validation and test by a seed; the parts share no input.

Inputs are put in the order of a hash of their tokens and the seed, so equal inputs stay together, and the parts do not
depend on the order of the rows, the machine, or the version of Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rasp.errors import MixedKinds
from rasp.learning.examples.data import Data, Input, number_of

SHARES = 10  # validation and test get a tenth each


@dataclass(frozen=True)
class Split:
    """The parts; `validation` and `test` may be empty.

    `own_test`: whether the test data were given separately; `shared` then counts those inputs also in training.
    """

    training: Data
    validation: Data
    test: Data
    seed: int = 0
    own_test: bool = False
    shared: int = 0

    def parts(self) -> Iterator[tuple[str, Data]]:
        """The parts that are not empty, by name."""
        named = (("training", self.training), ("validation", self.validation), ("test", self.test))
        return ((name, data) for name, data in named if len(data))


def split_data(data: Data, seed: int = 0, test: Data | None = None) -> Split:
    """Splits data 80/10/10, or 90/10 with separate test data. Fewer than ten rows are all used for training.

    Raises MixedKinds if the test data are of other kinds.

    >>> rows = tuple((token,) for token in "abcdefghijklmnopqrst")
    >>> data = Data(rows, rows, tuple(range(1, 21)))
    >>> [len(part) for _, part in split_data(data).parts()]
    [16, 2, 2]
    >>> [len(part) for _, part in split_data(data, test=data).parts()]
    [18, 2, 20]
    """
    if test is not None:
        _check_kinds(data, test)
    validation, tested, training = (data.rows_at(sorted(rows)) for rows in _share_out(data, seed, test is None))
    if test is None:
        return Split(training, validation, tested, seed)
    return Split(training, validation, test, seed, True, len(set(test.inputs) & set(data.inputs)))


def _share_out(data: Data, seed: int, tested: bool) -> tuple[list[int], list[int], list[int]]:
    """The rows of validation, test (none if there are separate test data) and training.

    Inputs fill validation first, then test; an input with too many rows for a part goes to the next one.
    """
    numbers: dict[Input, list[int]] = {}
    for number, given in enumerate(data.inputs):
        numbers.setdefault(given, []).append(number)
    room = len(data) // SHARES
    parts: tuple[list[int], list[int], list[int]] = [], [], []
    rooms = (room, room if tested else 0, len(data))
    for given in sorted(numbers, key=lambda given: (number_of(given, seed), given)):
        rows = numbers[given]
        next(part for part, room in zip(parts, rooms, strict=True) if len(part) + len(rows) <= room).extend(rows)
    return parts


def keep_whole(data: Data, seed: int = 0) -> Split:
    """Uses all data for training, because a teacher can label further inputs for tests."""
    return Split(data, data.rows_at(()), data.rows_at(()), seed)


def _check_kinds(data: Data, test: Data) -> None:
    for what, kinds in (
        ("inputs", (data.input_kind, test.input_kind)),
        ("outputs", (data.output_kind, test.output_kind)),
    ):
        if len(set(kinds)) > 1:
            hint = f"`--{what[:-1]}-kind` sets the kind of both."
            raise MixedKinds(f"the {what} are {kinds[0]}s in {data.name}, and {kinds[1]}s in {test.name}", hint=hint)
