"""The named subspaces of the residual stream: what the dimensions of a model stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

BOS = "BOS"  # the name of dimension 0, which is 1 at the BOS position and 0 elsewhere


@dataclass(frozen=True)
class Subspace:
    """A named range of dimensions, of which `start` is the first.

    It either holds a number, in one dimension, and has no `values`; or it has a dimension for each of its `values`, in
    words, and holds the one whose dimension is 1.

    >>> tokens = Subspace("tokens", 1, ('"a"', '"b"'))
    >>> tokens.size, tokens.dims, tokens.labels
    (2, slice(1, 3, None), ('tokens = "a"', 'tokens = "b"'))
    """

    name: str
    start: int
    values: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many dimensions it has."""
        return len(self.values) or 1

    @property
    def dims(self) -> slice:
        """Its dimensions, to index a stream with."""
        return slice(self.start, self.start + self.size)

    @property
    def labels(self) -> tuple[str, ...]:
        """For each dimension `NAME = value`; `NAME` for a number."""
        return tuple(f"{self.name} = {value}" for value in self.values) or (self.name,)


def from_labels(labels: Iterable[str]) -> list[Subspace]:
    """The subspaces of a file of format 1, which has a label for each dimension instead.

    Such labels are split at the last ` = `, and those of one name side by side are one subspace. This is wrong where a
    value holds ` = ` itself, and that cannot be told from the labels. The BOS position is called the front there.

    >>> [(one.name, one.start, one.values) for one in from_labels(["front", "y = 1", "y = 2"])]
    [('BOS', 0, ()), ('y', 1, ('1', '2'))]
    """
    found: list[Subspace] = []
    for dim, label in enumerate(labels):
        name, mark, value = label.rpartition(" = ")
        if not mark:
            found.append(Subspace(_with_bos(label, dim), dim))
        elif found and found[-1].values and found[-1].name == name:
            last = found.pop()
            found.append(Subspace(name, last.start, (*last.values, value)))
        else:
            found.append(Subspace(name, dim, (value,)))
    return found


def _with_bos(label: str, dim: int) -> str:
    """A label of format 1 with the present name of the BOS position."""
    if dim == 0 and label == "front":
        return BOS
    return re.sub(r"^(head \d+\.\d+: share of) the front$", rf"\1 {BOS}", label)
