"""Chooses a program from the front of size against error: the smallest whose error is about that of the best."""

from __future__ import annotations

from collections.abc import Sequence


def choose(wrong: Sequence[int], asked: int) -> int:
    """The place of the first program whose error lies within one standard error of the smallest one.

    `wrong` counts what each gets wrong of `asked` on validation data, the smallest program first. All is counted in
    ints, so that the choice is the same on every machine.

    >>> choose([40, 12, 9, 8], asked=100), choose([5, 1, 0], asked=100)
    (2, 2)
    """
    best = min(wrong)
    spread = best * (asked - best)  # the square of a standard error, times `asked`
    return next(place for place, count in enumerate(wrong) if (count - best) ** 2 * asked <= spread)
