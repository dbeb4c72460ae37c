"""The values that a head sums, as integers over a common denominator, so that sums are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import lcm

from rasp.compile.exact_fractions import LARGEST, Exact
from rasp.compile.heads import Reading
from rasp.graph.nodes import Atom

RANK = {int: 0, float: 1, bool: 2, str: 3}  # of equal values, that of the lowest rank represents them


@dataclass(frozen=True)
class ScaledValues:
    """The values of a sequence that a head reads, as ints: multiples of 1 / `scale`.

    A `lone` value is valid only if no other key is selected, because it has no means: a string, or a bool of a sequence
    of bools. Sums of several keys leave lone values out.
    """

    reading: Reading
    atoms: Sequence[Atom]
    ints: list[int]
    scale: int
    lone: list[bool]

    def fits(self, most: int) -> bool:
        """Whether floats can hold sums of `most` values."""
        return all(abs(value) * most <= LARGEST * self.scale for value in self.ints)

    def value(self, count: int, total: int) -> Atom:
        """The value of the head for this number of keys and this sum."""
        if not count:
            return self.reading.default
        if count == 1:
            return self._element[total]
        return self.share(count, total)

    def share(self, count: int, total: int) -> float:
        """The sum divided by `count`, rounded once, so that equal means are equal floats."""
        return total / (self.scale * count) if count else 0.0

    @cached_property
    def _element(self) -> dict[int, Atom]:
        found: dict[int, Atom] = {}
        for value, atom in zip(self.ints, self.atoms, strict=True):
            if value not in found or RANK[type(atom)] < RANK[type(found[value])]:
                found[value] = atom
        return found


def scaled_values(reading: Reading, exact: Exact, alone: bool) -> ScaledValues:
    """The values of a reading as ints. `alone` says that no query ever selects two keys.

    >>> from rasp.compile.value_codes import ValueCodes
    >>> from rasp.graph.builders import indices
    >>> columns = ValueCodes()
    >>> codes = [columns.codes(indices()).code(atom) for atom in (1, 0.25, "a")]
    >>> found = scaled_values(Reading(indices(), indices(), 0), Exact(columns), False)
    >>> found.ints, found.lone, found.value(2, 5), found.value(1, 16)
    ([4, 1, 16], [False, False, True], 0.625, 'a')
    """
    assert reading.values is not None
    atoms = exact.columns.atoms(reading.values)
    numbers = exact.values(reading.values) if alone else exact.fractions(reading.values)
    scale = lcm(*(number.denominator for number in numbers))
    bools = all(isinstance(atom, bool) for atom in atoms)
    lone = [bools or isinstance(atom, str) for atom in atoms]
    return ScaledValues(reading, atoms, [int(number * scale) for number in numbers], scale, lone)
