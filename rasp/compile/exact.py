"""Values as exact numbers: enter a node, leave a fraction for each of its values.

A float mostly rounds a simple fraction, and sums that differ in their last digits alone are no part of the language. So
where values are added up, a float stands for the simple fraction that it rounds. How far it may lie from that follows
from the arithmetic that made it: 10.1 - 10 is as rough as 10.1, a hundred times as rough as 0.1.
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
ROUNDING = 2.0**-50  # the last digit of a float, as a share of the number, and a little room
ROUGHEST = 2.0**20  # what is rougher than this number is nearer to a wrong fraction than to its own
SHORT = 2.0**-16  # a multiple of it is exact
LARGEST = 10**300  # far enough from the end of float64 to be added up


def fraction(atom: Any, roughness: float = 0.0) -> Fraction:
    """The number; for a float that rounds a simple fraction, that one.

    A float is as rough as the largest number whose last digit it may have wrong, itself or `roughness`.

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
    """The values of nodes as fractions. A string is a number above all the others, so that no mean is taken for it."""

    def __init__(self, columns: ValueCodes) -> None:
        self.columns = columns
        self._tops: dict[Node, int] = {}
        self._roughness: dict[Node, float] = {}
        self._rounded: dict[Node, list[Fraction]] = {}

    def values(self, node: Node) -> list[Fraction]:
        """Each value as it is, by code."""
        return self._numbered(node, Fraction)

    def rounded(self, node: Node) -> list[Fraction]:
        """Each value as the simple fraction that it rounds, by code."""
        known = self._rounded.get(node, [])
        if len(known) < len(self.columns.atoms(node)):
            roughness = self.roughness(node)
            known = self._rounded[node] = self._numbered(node, lambda atom: fraction(atom, roughness))
        return known

    def floats(self, node: Node) -> list[float]:
        """Each value as weights hold it, by code. What is too large for them is never selected: any number will do."""
        return [float(value if abs(value) <= LARGEST else LARGEST) for value in self.rounded(node)]

    def are_numbers(self, node: Node) -> bool:
        """Whether none of the values is a string."""
        return not any(map(_is_text, self.columns.atoms(node)))

    def _numbered(self, node: Node, number: Callable[[Any], Fraction]) -> list[Fraction]:
        atoms = self.columns.atoms(node)
        top = self._tops.setdefault(node, ceil(_largest(atoms)) + 1)
        texts = {text: top * place for place, text in enumerate(filter(_is_text, atoms), 2)}
        return [Fraction(texts[atom]) if _is_text(atom) else number(atom) for atom in atoms]

    # --------------------------------------------------------------------------------------------------- arithmetic

    def roughness(self, node: Node) -> float:
        """How rough the node's values are besides their own last digits; 0 where nothing is known of it."""
        for part in topological([node], self._roughness):
            self._roughness[part] = self._inherited(part)
        found = self._roughness[node]
        return found if found < ROUGHEST else 0.0

    def _inherited(self, node: Node) -> float:
        """What an operation makes of its operands' roughness: the first terms of the error."""
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
        """The largest value that is not exact."""
        floats = np.array([atom for atom in self.columns.atoms(node) if isinstance(atom, float)])
        inexact = np.fmod(floats, SHORT) != 0
        return float(np.abs(floats[inexact]).max(initial=0.0))


def _is_text(atom: Atom) -> bool:
    return isinstance(atom, str)


def _largest(atoms: Sequence[Atom]) -> int | float:
    """The size of the largest number."""
    return max((abs(atom) for atom in atoms if not isinstance(atom, str)), default=0)
