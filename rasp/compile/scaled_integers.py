"""The values that a head adds up, as integers with a common denominator, so that their sums are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import lcm

from rasp.compile.exact import LARGEST, Exact
from rasp.compile.heads import Reading
from rasp.graph.nodes import Atom

RANK = {int: 0, float: 1, bool: 2, str: 3}  # the kind that stands for equal values: bools have no means


@dataclass(frozen=True)
class Summand:
    """How a head reads one sequence: each value as an int, in parts of 1 / `scale`.

    Where a value is `lone`, it is only read where no other is: a string, or a bool of a sequence of bools.
    """

    reading: Reading
    atoms: Sequence[Atom]
    ints: list[int]
    scale: int
    lone: list[bool]

    def fits(self, most: int) -> bool:
        """Whether weights can hold sums of `most` values."""
        return all(abs(value) * most <= LARGEST * self.scale for value in self.ints)

    def value(self, count: int, total: int) -> Atom:
        """What the head gives for this number of keys and this sum."""
        if not count:
            return self.reading.default
        if count == 1:
            return self._element[total]
        return self.share(count, total)

    def share(self, count: int, total: int) -> float:
        """The sum in equal shares, rounded once: means that are equal are equal floats."""
        return total / (self.scale * count) if count else 0.0

    @cached_property
    def _element(self) -> dict[int, Atom]:
        found: dict[int, Atom] = {}
        for value, atom in zip(self.ints, self.atoms, strict=True):
            if value not in found or RANK[type(atom)] < RANK[type(found[value])]:
                found[value] = atom
        return found


def summand(reading: Reading, exact: Exact, alone: bool) -> Summand:
    """How a head reads the values of which these occur; `alone`: no two of them are ever read together.

    >>> from rasp.compile.value_codes import ValueCodes
    >>> from rasp.graph.builders import indices
    >>> columns = ValueCodes()
    >>> codes = [columns.codes(indices()).code(atom) for atom in (1, 0.25, "a")]
    >>> found = summand(Reading(indices(), indices(), 0), Exact(columns), False)
    >>> found.ints, found.lone, found.value(2, 5), found.value(1, 16)
    ([4, 1, 16], [False, False, True], 0.625, 'a')
    """
    assert reading.values is not None
    atoms = exact.columns.atoms(reading.values)
    numbers = exact.values(reading.values) if alone else exact.rounded(reading.values)
    scale = lcm(*(number.denominator for number in numbers))
    bools = all(isinstance(atom, bool) for atom in atoms)
    lone = [bools or isinstance(atom, str) for atom in atoms]
    return Summand(reading, atoms, [int(number * scale) for number in numbers], scale, lone)
