"""How far float32 may shift the numbers of a model: a forward error analysis, layer by layer.

Other libraries add up in other orders, and so do other processors. So nothing is measured: each number is followed
through the layers with a bound of how far any implementation may lie from it (`rounding.py`, `score_levels.py`), on
every input that a proof tries. An answer is sure if no logit can come near that of the right value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from rasp.compile.attention_bounds import HeadBounds
from rasp.compile.correlated_errors import (
    BoundedRows,
    BoundedStream,
    Kinds,
    Steps,
    Swing,
    alike,
    before_units,
    projected,
)
from rasp.compile.rounding import Bounded, Sums, Weighing, joined
from rasp.compile.steps import BOS_DIM
from rasp.errors import CannotCompile
from rasp.model.arrays import Array, distinct, distinct_rows
from rasp.model.batch_inference import TooManyRows, in_parts, slices
from rasp.model.network import Network

ROOM = 2.0  # times that the distance between two logits is as large as what may be rounded away of both, at least
ENTRIES = 2**22  # entries of the distinct rows


def in_float32(network: Network) -> Network:
    """The network in float32. Raises CannotCompile where that has no such large numbers."""
    largest = max(float(np.abs(array).max(initial=0.0)) for array in network.weights.values())
    if largest > float(np.finfo("float32").max):
        raise CannotCompile(f"float32 cannot hold the model's numbers: one is {largest:.2g}", hint="float64 can.")
    return network.astype("float32")


class BoundedNetwork:
    """A network with bounds for all that its own numbers round away.

    `margin` says how many times as large the rounding might be before a logit reaches that of the answer, on the inputs
    so far; infinite where nothing is rounded.

    >>> import rasp
    >>> network = rasp.load("reverse")["reverse"].compile(vocab="ab", max_length=4).network.astype("float32")
    >>> coarse = BoundedNetwork(network)
    >>> coarse.decoded(np.array([network.ids("abb")]))["reverse"].tolist(), coarse.margin > 1000
    ([[1, 1, 0]], True)
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.margin = float("inf")
        self._unit = float(np.finfo(network.config.dtype).eps) / 2
        self._known: dict[str, Weighing] = {}
        self._moves: dict[str, Array] = {}

    def decoded(self, ids: Array) -> dict[str, Array]:
        """For each output the number of its value, (batch, n), whatever is rounded; `ids` is (batch, n + 1).

        Raises CannotCompile where that depends on what is rounded.
        """
        with self.network.guarded():
            parts = list(in_parts(self._numbers, ids))
        if self.margin < ROOM:
            raise too_coarse(self.margin)
        return {name: np.concatenate([part[name] for part in parts]) for name in self.network.config.outputs}

    # ------------------------------------------------------------------------------------------------------- layers

    def _numbers(self, ids: Array) -> dict[str, Array]:
        *_, last = self.streams(ids)
        return self._answers(last)

    def streams(self, ids: Array) -> Iterator[BoundedStream]:
        """The stream before the first layer and after each, with bounds."""
        stream = self._embedded(ids)
        if self.network.config.d_pre:
            stream = replace(stream, rows=self._fed_forward("pre", stream.rows))
        yield stream
        for layer in range(self.network.config.n_layers):
            stream = self._attended(f"blocks.{layer}.attn", stream)
            stream = replace(stream, rows=self._fed_forward(f"blocks.{layer}", stream.rows))
            yield stream

    def _embedded(self, ids: Array) -> BoundedStream:
        length, weights = ids.shape[1], self.network.weights
        pairs, of = np.unique(ids * length + np.arange(length), return_inverse=True)
        rows = weights["embed.W_E"][pairs // length] + weights["pos_embed.W_pos"][pairs % length]  # one sum is the same
        firsts, numbers = distinct_rows(rows.astype(np.float64) + 0.0)
        exact = rows[firsts].astype(np.float64)
        none = np.zeros_like(exact)
        return BoundedStream(BoundedRows(Bounded.of(exact, none), none, none, {}, []), numbers[of].reshape(ids.shape))

    def _fed_forward(self, name: str, rows: BoundedRows) -> BoundedRows:
        inner, outer = self._weighing(f"{name}.mlp", "in"), self._weighing(f"{name}.mlp", "out")
        firsts, of = alike(rows, inner.read)
        units, sums, inherited = [], [], []
        for part in slices(len(firsts), inner.matrix.shape[1]):
            hidden = _units(before_units(rows[firsts[part]], inner), *self._twins[name])
            made = outer.writing.sums(hidden)
            units.append(hidden.error)
            sums.append(made.bounded())
            inherited.append(made.inherited)
        found = joined(sums, 0)
        alone = np.maximum(found.error - np.concatenate(inherited), 0)
        fed = self._with_sums(rows, outer, found, of, alone, np.zeros_like(alone))
        return replace(fed, steps={**rows.steps, name: Steps(np.concatenate(units), of)})

    def _with_sums(
        self, rows: BoundedRows, outer: Weighing, sums: Bounded, of: Array, alone: Array, swung: Array
    ) -> BoundedRows:
        """Rows with what is written into them: no compiler writes where something stands already."""
        assert not rows.numbers.size[:, outer.written].any()
        return rows.with_sums(outer.written, sums, of, alone, swung)

    def _answers(self, stream: BoundedStream) -> dict[str, Array]:
        """The numbers of the values with the largest logits; keeps the margin."""
        used, of = np.unique(stream.of[:, 1:], return_inverse=True)
        weighing = self._weighing("unembed", "U")
        width = self.network.weights["unembed.b_U"].shape[0]
        parts = [
            self._told(weighing.sums(stream.rows.numbers[used[part]]).bounded()) for part in slices(len(used), width)
        ]
        shape = stream.of[:, 1:].shape
        return {
            name: np.concatenate([part[name] for part in parts])[of].reshape(shape)
            for name in self.network.config.outputs
        }

    def _told(self, logits: Bounded) -> dict[str, Array]:
        found, start = self.network.numbers(logits.value), 0
        lines = np.arange(len(logits.value))
        for name, values in self.network.config.outputs.items():
            own = logits.value[:, start : start + len(values)], logits.error[:, start : start + len(values)]
            best = lines, found[name]
            apart, wrong = own[0][best][:, None] - own[0], own[1][best][:, None] + own[1]
            times = np.divide(apart, wrong, out=np.full_like(apart, np.inf), where=wrong > 0)
            times[best] = np.inf
            self.margin = min(self.margin, float(np.nan_to_num(times, nan=0.0, posinf=np.inf).min(initial=np.inf)))
            start += len(values)
        return found

    # ---------------------------------------------------------------------------------------------------- attention

    def _attended(self, name: str, stream: BoundedStream) -> BoundedStream:
        count, causal = len(self.network.weights[f"{name}.W_Q"]), self.network.config.causal
        heads = [
            HeadBounds(self._sides(name, head, stream.rows), stream.of, causal, self._unit) for head in range(count)
        ]
        keys = np.concatenate([stream.of.reshape(-1, 1), *(head.shares() for head in heads)], axis=1)
        firsts, of = distinct_rows(keys + 0.0)
        if len(firsts) * self.network.config.d_model > ENTRIES and len(stream.of) > 1:
            raise TooManyRows
        states = stream.of.ravel()[firsts]
        rows = self._with_heads(name, heads, keys[firsts, 1:], states, stream.rows[states])
        return BoundedStream(rows, of.reshape(stream.of.shape))

    def _with_heads(
        self, name: str, heads: list[HeadBounds], shares: Array, states: Array, rows: BoundedRows
    ) -> BoundedRows:
        """Rows with what heads read in rows of such shares, at positions of such states."""
        read, numbers, start = [], [], 0
        for head in heads:
            own = shares[:, start : start + head.width]
            firsts, of = head.distinct(own, states)
            read.append(head.read(own[firsts], states[firsts]))
            numbers.append(of)
            start += head.width
        firsts, of = distinct(*numbers)
        outer = self._weighing(name, "O")
        places = [own[firsts] for own in numbers]
        sums = outer.writing.sums(joined([part.sums[own] for part, own in zip(read, places, strict=True)], 1)).bounded()
        swung = np.concatenate([part.swung[own] for part, own in zip(read, places, strict=True)], axis=1)
        made = self._with_sums(rows, outer, sums, of, sums.error, swung @ np.abs(outer.writing.matrix))
        writes = np.split(outer.matrix, len(heads))
        swings = [
            Swing(part.factors[own], write[head.joint])
            for head, part, own, write in zip(heads, read, numbers, writes, strict=True)
            if len(head.joint)
        ]
        return replace(made, swings=rows.swings + swings)

    def _sides(self, name: str, head: int, rows: BoundedRows) -> list[Kinds]:
        """Queries, keys and values of a head."""
        return [
            projected(
                rows, self._weighing(name, side, head), {key: self._moved(key, name, side, head) for key in rows.steps}
            )
            for side in "QKV"
        ]

    # ------------------------------------------------------------------------------------------------------ weights

    def _weighing(self, name: str, part: str, head: int | None = None) -> Weighing:
        """A matrix of the weights: of one head, or of all."""
        key = f"{name}.{part}.{head}"
        if key not in self._known:
            matrix, bias = (self.network.weights[f"{name}.{letter}_{part}"] for letter in "Wb")
            if head is not None:
                matrix, bias = matrix[head], bias[head]
            elif matrix.ndim == 3:
                matrix = np.concatenate(matrix)
            self._known[key] = Weighing(matrix, bias, self._unit)
        return self._known[key]

    def _moved(self, key: str, name: str, side: str, head: int) -> Array:
        """What the units of a feed-forward add to queries, keys or values, (d_mlp, d_head)."""
        place = f"{key} {name}.{side}.{head}"
        if place not in self._moves:
            self._moves[place] = self._weighing(f"{key}.mlp", "out").matrix @ self._weighing(name, side, head).matrix
        return self._moves[place]

    @cached_property
    def _twins(self) -> dict[str, tuple[Array, Array]]:
        names = [name.removesuffix(".mlp.W_in") for name in self.network.weights if name.endswith(".mlp.W_in")]
        return {name: twins(self.network, name) for name in names}


def too_coarse(margin: float) -> CannotCompile:
    """The error of a model whose values float32 cannot tell apart."""
    return CannotCompile(
        f"float32 cannot tell the model's values apart: a gap is {margin:.2g} times as wide as what it rounds away",
        hint="float64 does; shorter inputs make the gaps wider.",
    )


# -------------------------------------------------------------------------------------------------------------- units


def twins(network: Network, name: str) -> tuple[Array, Array]:
    """The two units of each step: the second reads the same as the first, and takes away again what that adds."""
    inner, bias, outer = (network.weights[f"{name}.mlp.{part}"] for part in ("W_in", "b_in", "W_out"))
    waiting: dict[tuple[bytes, bytes], list[int]] = {}
    found = []
    for place in np.argsort(-bias, kind="stable").tolist():
        reads = (inner[BOS_DIM + 1 :, place] + 0.0).tobytes()
        before = waiting.get((reads, (0.0 - outer[place]).tobytes()))
        if before:
            found.append((before.pop(), place))
        else:
            waiting.setdefault((reads, (outer[place] + 0.0).tobytes()), []).append(place)
    first, second = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return first, second


def _units(sums: Sums, first: Array, second: Array) -> Bounded:
    """What units give: those that are surely off are 0, and two of a step together go from 0 to 1 and no further."""
    value = np.maximum(sums.value, 0)
    reach = np.maximum(sums.value + sums.inherited + sums.rounding, 0)
    on = reach > 0
    error = np.maximum(reach - value, value - np.maximum(sums.value - sums.inherited - sums.rounding, 0)) * on
    own, next_ = sums.value[:, first], sums.value[:, second]
    shift = np.maximum(sums.inherited[:, first], sums.inherited[:, second])
    height = np.maximum(own - next_, 0)
    low, middle, high = (np.minimum(np.maximum(own + part, 0), height) for part in (-shift, 0, shift))
    error[:, first] = np.maximum(high - middle, middle - low) + (sums.rounding * on)[:, first]
    error[:, second] = (sums.rounding * on)[:, second]
    return Bounded(value, error, reach)
