"""Which subspaces every part of a network reads and writes, told from the weights: enter a network, leave links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasp.compile.columns import Array
from rasp.compile.transformer import Network


@dataclass(frozen=True)
class Subspace:
    """Dimensions that belong together: `values` has a text for each one-hot dimension; a number has none."""

    name: str
    start: int
    values: tuple[str, ...]

    @property
    def dims(self) -> slice:
        return slice(self.start, self.start + max(1, len(self.values)))


@dataclass(frozen=True)
class HeadLinks:
    """The numbers of the subspaces that a head reads at queries, at keys and as values, and those that it writes."""

    queries: tuple[int, ...]
    keys: tuple[int, ...]
    reads: tuple[int, ...]
    writes: tuple[int, ...]


class Wiring:
    """The subspaces of a network, with what writes them; the flag in front, number 0, is left out of all links."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.subspaces = subspaces(network.labels)
        self._owner = np.zeros(network.config.d_model, dtype=np.int64)
        for number, space in enumerate(self.subspaces):
            self._owner[space.dims] = number

    def head(self, layer: int, number: int) -> HeadLinks:
        """The links of a head; both are counted from 0."""
        part = {side: self.network.weights[f"blocks.{layer}.attn.W_{side}"][number] for side in "QKVO"}
        used = part["O"].any(axis=1)
        sides = [self._rows(matrix) for matrix in (part["Q"], part["K"], part["V"][:, used])]
        return HeadLinks(sides[0], sides[1], sides[2], self._rows(part["O"].T))

    def embedded(self) -> tuple[int, ...]:
        """What the embeddings write."""
        weights = self.network.weights
        return self._rows(np.concatenate([weights["embed.W_E"], weights["pos_embed.W_pos"]]).T)

    def feed_forward(self, name: str) -> dict[int, tuple[int, ...]]:
        """By subspace that the feed-forward `name`.mlp writes, the subspaces that its units read for that."""
        inner, outer = (self.network.weights.get(f"{name}.mlp.{part}") for part in ("W_in", "W_out"))
        if inner is None or outer is None:
            return {}
        found = {}
        for number in self._rows(outer.T):
            units = outer[:, self.subspaces[number].dims].any(axis=1)
            found[number] = self._rows(inner[:, units])
        return found

    def read(self) -> tuple[int, ...]:
        """What the logits read."""
        return self._rows(self.network.weights["unembed.W_U"])

    def _rows(self, matrix: Array) -> tuple[int, ...]:
        """The subspaces of a matrix (d_model, …) whose rows are not all 0."""
        dims = np.flatnonzero((matrix != 0).any(axis=1))
        return tuple(number for number in np.unique(self._owner[dims]).tolist() if number)


def subspaces(labels: tuple[str, ...]) -> list[Subspace]:
    """The subspaces that labels name: `NAME = value` for each dimension of a one-hot one, `NAME` for a number.

    >>> [(space.name, space.values) for space in subspaces(("front", "x = 1", "x = 2", "y"))]
    [('front', ()), ('x', ('1', '2')), ('y', ())]
    """
    found: list[Subspace] = []
    for dim, label in enumerate(labels):
        name, mark, value = label.rpartition(" = ")
        last = found[-1] if found else None
        if last is not None and mark and last.name == name and last.values:
            found[-1] = Subspace(name, last.start, (*last.values, value))
        else:
            found.append(Subspace(name, dim, (value,)) if mark else Subspace(label, dim, ()))
    return found
