"""The named subspaces of the residual stream, which say what the dimensions of a model hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rasp.model.arrays import Array

BOS = "BOS"  # the name of dimension 0, which is 1 at the BOS position and 0 elsewhere

_ONE_HOT = re.compile(r'((?:[^"]|"[^"]*")*?) = (.*)', re.DOTALL)  # a label of a value; strings may contain ` = `


@dataclass(frozen=True)
class Subspace:
    """A named range of dimensions; `start` is the first of them.

    It is either one dimension that holds a number, without `values`; or one-hot, with a dimension for each of its
    `values`, which are texts.

    >>> tokens = Subspace("tokens", 1, ('"a"', '"b"'))
    >>> tokens.size, tokens.dims, tokens.labels
    (2, slice(1, 3, None), ('tokens = "a"', 'tokens = "b"'))
    """

    name: str
    start: int
    values: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The number of its dimensions."""
        return len(self.values) or 1

    @property
    def dims(self) -> slice:
        """The slice of its dimensions, to index a stream."""
        return slice(self.start, self.start + self.size)

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each dimension: `NAME = value`, or `NAME` for a number."""
        return tuple(f"{self.name} = {value}" for value in self.values) or (self.name,)


def contents(subspace: Subspace, stream: Array) -> tuple[str, ...]:
    """The content of a subspace at each position of a residual stream (positions, d_model), as text.

    >>> import numpy as np
    >>> stream = np.array([[0.0, 1.0, 0.5], [0.0, 0.0, 0.25]])
    >>> contents(Subspace("tokens", 0, ("a", "b")), stream), contents(Subspace("mean", 2), stream)
    (('b', ''), ('0.5', '0.25'))
    """
    held = stream[:, subspace.dims]
    if not subspace.values:
        return tuple(f"{round(number, 6) + 0.0:.3g}" for number in held[:, 0].tolist())
    found = zip(held.max(axis=1).tolist(), held.argmax(axis=1).tolist(), strict=True)
    return tuple(subspace.values[index] if most > 0.5 else "" for most, index in found)


def from_labels(labels: Iterable[str]) -> list[Subspace]:
    """The subspaces of a file of format 1, which has a label for each dimension instead.

    Labels are split at the first ` = ` outside strings, and neighbours of one name form a subspace. Format 1 calls the
    BOS position the front.

    >>> [(one.name, one.start, one.values) for one in from_labels(["front", 'y = "a = b"', 'y = "c"'])]
    [('BOS', 0, ()), ('y', 1, ('"a = b"', '"c"'))]
    """
    found: list[Subspace] = []
    for dim, label in enumerate(labels):
        one_hot = _ONE_HOT.fullmatch(label)
        if one_hot is None:
            found.append(Subspace(_with_bos(label, dim), dim))
            continue
        name, value = one_hot.groups()
        if found and found[-1].values and found[-1].name == name:
            last = found.pop()
            found.append(Subspace(name, last.start, (*last.values, value)))
        else:
            found.append(Subspace(name, dim, (value,)))
    return found


def _with_bos(label: str, dim: int) -> str:
    """A label of format 1 with today's name of the BOS position."""
    if dim == 0 and label == "front":
        return BOS
    return re.sub(r"^(head \d+\.\d+: share of) the front$", rf"\1 {BOS}", label)
