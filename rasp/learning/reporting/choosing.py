"""Chooses a program from the front of size against error by the one-standard-error rule (smallest good one)."""

from __future__ import annotations

from collections.abc import Sequence


def choose_smallest(wrong: Sequence[int], asked: int) -> int:
    """The index of the first program whose error lies within one standard error of the smallest one.

    `wrong` has the number of wrong outputs, of `asked` ones on validation data, for each program, smallest program
    first. The arithmetic is that of ints, so that the choice is the same on every machine.

    >>> choose_smallest([40, 12, 9, 8], asked=100), choose_smallest([5, 1, 0], asked=100)
    (2, 2)
    """
    best = min(wrong)
    spread = best * (asked - best)  # the square of a standard error, times `asked`
    return next(number for number, count in enumerate(wrong) if (count - best) ** 2 * asked <= spread)
