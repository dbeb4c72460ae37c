"""The values of nodes as exact fractions.

A float is mostly a rounded simple fraction, and the language does not distinguish sums that differ only by rounding. So
where values are summed, a float stands for the simple fraction that it rounds. How far it may be from that fraction is
its *roughness*, the largest number whose last digit may be wrong in it. It follows from the arithmetic that made the
float: 10.1 - 10 has the roughness 10.1, a hundred times that of 0.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from rasp.compile.value_codes import ValueCodes
from rasp.graph.nodes import Aggregate, Atom, Map, Node, topological
from rasp.graph.operators import OPERATORS

SIMPLE = 10_000  # the largest denominator of a simple fraction
ROUNDING = 2.0**-50  # relative rounding error of a float, with some margin
ROUGHEST = 2.0**20  # beyond this roughness, the nearest simple fraction may be a wrong one
SHORT = 2.0**-16  # multiples of it count as exact
LARGEST = 10**300  # sums of such numbers do not overflow float64


def fraction(atom: Any, roughness: float = 0.0) -> Fraction:
    """The number as a fraction; for a float that rounds a simple fraction, that fraction.

    The tolerance is relative to the float itself or to `roughness`, whichever is larger.

    >>> fraction(0.1 + 0.2), fraction(2.0**-40)
    (Fraction(3, 10), Fraction(1, 1099511627776))
    >>> fraction(10.1 - 10, 10.1), fraction(10.1 - 10) == Fraction(1, 10)
    (Fraction(1, 10), False)
    """
    exact = Fraction(atom)
    if not isinstance(atom, float):
        return exact
    simple = exact.limit_denominator(SIMPLE)
    return simple if abs(simple - exact) <= max(abs(atom), roughness) * ROUNDING else exact


class Exact:
    """The values of nodes as fractions. Strings get numbers above all others, so that no mean equals one."""

    def __init__(self, columns: ValueCodes) -> None:
        self.columns = columns
        self._tops: dict[Node, int] = {}
        self._roughness: dict[Node, float] = {}
        self._rounded: dict[Node, list[Fraction]] = {}

    def values(self, node: Node) -> list[Fraction]:
        """The exact values, by code."""
        return self._as_fractions(node, Fraction)

    def fractions(self, node: Node) -> list[Fraction]:
        """The simple fractions that the values round, by code."""
        known = self._rounded.get(node, [])
        if len(known) < len(self.columns.atoms(node)):
            roughness = self.roughness(node)
            known = self._rounded[node] = self._as_fractions(node, lambda atom: fraction(atom, roughness))
        return known

    def floats(self, node: Node) -> list[float]:
        """The values as floats, by code. Values beyond LARGEST are never selected, so they become LARGEST."""
        return [float(value if abs(value) <= LARGEST else LARGEST) for value in self.fractions(node)]

    def are_numbers(self, node: Node) -> bool:
        """Whether none of the values is a string."""
        return not any(map(_is_text, self.columns.atoms(node)))

    def _as_fractions(self, node: Node, number: Callable[[Any], Fraction]) -> list[Fraction]:
        atoms = self.columns.atoms(node)
        top = self._tops.setdefault(node, ceil(_largest(atoms)) + 1)
        texts = {text: top * index for index, text in enumerate(filter(_is_text, atoms), 2)}
        return [Fraction(texts[atom]) if _is_text(atom) else number(atom) for atom in atoms]

    # --------------------------------------------------------------------------------------------------- arithmetic

    def roughness(self, node: Node) -> float:
        """The roughness of a node's values, beyond their own last digits; 0 if it is unknown."""
        for part in topological([node], self._roughness):
            self._roughness[part] = self._inherited_roughness(part)
        found = self._roughness[node]
        return found if found < ROUGHEST else 0.0

    def _inherited_roughness(self, node: Node) -> float:
        """The roughness that a node gets from its operands, to first order."""
        if isinstance(node, Aggregate):
            return self._roughness[node.values]
        if not isinstance(node, Map):
            return 0.0
        rounding = OPERATORS[node.op].rounding
        if rounding == "exact":
            return 0.0
        if rounding == "copied":
            return max(self._roughness[part] for part in node.operands)
        rough = [self._roughness[part] + self._own(part) for part in node.operands]
        if rounding == "added":
            return sum(rough)
        if not any(rough):
            return 0.0
        whole, *sizes = (float(min(_largest(self.columns.atoms(part)), LARGEST)) for part in (node, *node.operands))
        shares = (part / size for part, size in zip(rough, sizes, strict=True) if size)
        return whole * sum(shares) * (max(1.0, sizes[1]) if rounding == "raised" else 1.0)

    def _own(self, node: Node) -> float:
        """The largest absolute value that is not exact."""
        floats = np.array([atom for atom in self.columns.atoms(node) if isinstance(atom, float)])
        inexact = np.fmod(floats, SHORT) != 0
        return float(np.abs(floats[inexact]).max(initial=0.0))


def _is_text(atom: Atom) -> bool:
    return isinstance(atom, str)


def _largest(atoms: Sequence[Atom]) -> int | float:
    """The largest absolute value of a number."""
    return max((abs(atom) for atom in atoms if not isinstance(atom, str)), default=0)
