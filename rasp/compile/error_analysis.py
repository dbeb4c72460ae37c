"""Forward error analysis: bounds how far float32 can shift the numbers of a model, layer by layer.

Libraries and processors sum in different orders, so measuring one of them proves nothing. Instead, each number goes
through the layers with a bound for the error of any implementation (`rounding.py`, `score_levels.py`), on every input
that a proof tries. An answer is certain if no other logit can reach that of the right value.

Plain worst cases would soon add up to more than a step of a feed-forward, so the bounds use what is known of compiled
models:

- Sums of multiples of a power of two are exact, so classes stay exact until a step computes them.
- A unit that is certainly off is 0. An error that shifts both units of a step alike mostly cancels.
- Errors of one cause are kept together, for they often cancel later (`correlated_errors.py`).
- The exp of a number within 2^-30 of 0 is taken to be exactly 1, the nearest float32. NumPy and PyTorch give that; an
  implementation that does not is outside these bounds.

The bounds are computed in float64, whose errors are 2^29 times smaller. Rows that agree but for rounding in float64 are
one kind.
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
    distinct_inputs,
    preactivations,
    project,
)
from rasp.compile.rounding import BoundedNumbers, RoundedSums, Weighing, concatenate
from rasp.compile.steps import BOS_DIM
from rasp.errors import CannotCompile
from rasp.model.arrays import Array, distinct_rows, group_rows
from rasp.model.batch_inference import TooManyRows, map_in_parts, slices
from rasp.model.network import Network

ROOM = 2.0  # the smallest accepted margin
ENTRIES = 2**22  # the most entries of the array of distinct rows; for more, inputs are split


def in_float32(network: Network) -> Network:
    """The network in float32. Raises CannotCompile if a weight is too large for it."""
    largest = max(float(np.abs(array).max(initial=0.0)) for array in network.weights.values())
    if largest > float(np.finfo("float32").max):
        raise CannotCompile(f"float32 cannot hold the model's numbers: one is {largest:.2g}", hint="float64 can.")
    return network.astype("float32")


class BoundedNetwork:
    """A network with bounds for the rounding errors of all its numbers.

    `margin` is the smallest distance of another logit to that of the answer, as a multiple of what rounding can do to
    both, over the inputs so far; infinite if nothing is rounded.

    >>> import rasp
    >>> network = rasp.load("reverse")["reverse"].compile(vocab="ab", max_length=4).network.astype("float32")
    >>> bounded = BoundedNetwork(network)
    >>> bounded.decode(np.array([network.ids("abb")]))["reverse"].tolist(), bounded.margin > 1000
    ([[1, 1, 0]], True)
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.margin = float("inf")
        self._unit = float(np.finfo(network.config.dtype).eps) / 2
        self._known: dict[str, Weighing] = {}
        self._effects: dict[str, Array] = {}

    def decode(self, ids: Array) -> dict[str, Array]:
        """For each output the number of its value, (batch, n), for any rounding; `ids` is (batch, n + 1).

        Raises CannotCompile if rounding could change a value.
        """
        with self.network.ignoring_overflow():
            parts = list(map_in_parts(self._numbers, ids))
        if self.margin < ROOM:
            raise indistinct_in_float32(self.margin)
        return {name: np.concatenate([part[name] for part in parts]) for name in self.network.config.outputs}

    # ------------------------------------------------------------------------------------------------------- layers

    def _numbers(self, ids: Array) -> dict[str, Array]:
        *_, last = self.streams(ids)
        return self._answers(last)

    def streams(self, ids: Array) -> Iterator[BoundedStream]:
        """The stream before the first layer and after each, with bounds."""
        stream = self._embed(ids)
        if self.network.config.d_pre:
            stream = replace(stream, rows=self._feed_forward("pre", stream.rows))
        yield stream
        for layer in range(self.network.config.n_layers):
            stream = self._attend(f"blocks.{layer}.attn", stream)
            stream = replace(stream, rows=self._feed_forward(f"blocks.{layer}", stream.rows))
            yield stream

    def _embed(self, ids: Array) -> BoundedStream:
        length, weights = ids.shape[1], self.network.weights
        pairs, of = np.unique(ids * length + np.arange(length), return_inverse=True)
        # All implementations have these rows: a single addition has no order.
        rows = weights["embed.W_E"][pairs // length] + weights["pos_embed.W_pos"][pairs % length]
        firsts, numbers = distinct_rows(rows.astype(np.float64) + 0.0)
        exact = rows[firsts].astype(np.float64)
        none = np.zeros_like(exact)
        return BoundedStream(
            BoundedRows(BoundedNumbers.of(exact, none), none, none, {}, []), numbers[of].reshape(ids.shape)
        )

    def _feed_forward(self, name: str, rows: BoundedRows) -> BoundedRows:
        inner, outer = self._weighing(f"{name}.mlp", "in"), self._weighing(f"{name}.mlp", "out")
        firsts, of = distinct_inputs(rows, inner.read)
        units, sums, inherited = [], [], []
        for part in slices(len(firsts), inner.matrix.shape[1]):
            hidden = _units(preactivations(rows[firsts[part]], inner), *self._twins[name])
            made = outer.writing.sums(hidden)
            units.append(hidden.error)
            sums.append(made.as_bounded())
            inherited.append(made.inherited)
        found = concatenate(sums, 0)
        alone = np.maximum(found.error - np.concatenate(inherited), 0)
        fed = self._with_sums(rows, outer, found, of, alone, np.zeros_like(alone))
        return replace(fed, steps={**rows.steps, name: Steps(np.concatenate(units), of)})

    def _with_sums(
        self, rows: BoundedRows, outer: Weighing, sums: BoundedNumbers, of: Array, alone: Array, swung: Array
    ) -> BoundedRows:
        """The rows with sums in dimensions that were 0 before: compiled models write each dimension once."""
        assert not rows.numbers.size[:, outer.written].any()
        return rows.with_sums(outer.written, sums, of, alone, swung)

    def _answers(self, stream: BoundedStream) -> dict[str, Array]:
        """The numbers of the values with the largest logits. Updates the margin."""
        used, of = np.unique(stream.of[:, 1:], return_inverse=True)
        weighing = self._weighing("unembed", "U")
        width = self.network.weights["unembed.b_U"].shape[0]
        parts = [
            self._answer(weighing.sums(stream.rows.numbers[used[part]]).as_bounded())
            for part in slices(len(used), width)
        ]
        shape = stream.of[:, 1:].shape
        return {
            name: np.concatenate([part[name] for part in parts])[of].reshape(shape)
            for name in self.network.config.outputs
        }

    def _answer(self, logits: BoundedNumbers) -> dict[str, Array]:
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

    def _attend(self, name: str, stream: BoundedStream) -> BoundedStream:
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
        """The rows of these states, with the outputs of the heads, which `shares` describes."""
        read, numbers, start = [], [], 0
        for head in heads:
            own = shares[:, start : start + head.width]
            firsts, of = head.distinct(own, states)
            read.append(head.read(own[firsts], states[firsts]))
            numbers.append(of)
            start += head.width
        firsts, of = group_rows(*numbers)
        outer = self._weighing(name, "O")
        chosen = [own[firsts] for own in numbers]
        sums = outer.writing.sums(
            concatenate([part.sums[own] for part, own in zip(read, chosen, strict=True)], 1)
        ).as_bounded()
        swung = np.concatenate([part.swung[own] for part, own in zip(read, chosen, strict=True)], axis=1)
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
            project(
                rows,
                self._weighing(name, side, head),
                {key: self._unit_effects(key, name, side, head) for key in rows.steps},
            )
            for side in "QKV"
        ]

    # ------------------------------------------------------------------------------------------------------ weights

    def _weighing(self, name: str, part: str, head: int | None = None) -> Weighing:
        """A matrix of weights with its bias, of one head or of all."""
        key = f"{name}.{part}.{head}"
        if key not in self._known:
            matrix, bias = (self.network.weights[f"{name}.{letter}_{part}"] for letter in "Wb")
            if head is not None:
                matrix, bias = matrix[head], bias[head]
            elif matrix.ndim == 3:
                matrix = np.concatenate(matrix)
            self._known[key] = Weighing(matrix, bias, self._unit)
        return self._known[key]

    def _unit_effects(self, key: str, name: str, side: str, head: int) -> Array:
        """The effect of the units of a feed-forward on queries, keys or values, (d_mlp, d_head)."""
        pair = f"{key} {name}.{side}.{head}"
        if pair not in self._effects:
            self._effects[pair] = self._weighing(f"{key}.mlp", "out").matrix @ self._weighing(name, side, head).matrix
        return self._effects[pair]

    @cached_property
    def _twins(self) -> dict[str, tuple[Array, Array]]:
        names = [name.removesuffix(".mlp.W_in") for name in self.network.weights if name.endswith(".mlp.W_in")]
        return {name: twins(self.network, name) for name in names}


def indistinct_in_float32(margin: float) -> CannotCompile:
    """The error for a model whose values float32 cannot distinguish."""
    return CannotCompile(
        f"float32 cannot tell the model's values apart: a gap is {margin:.2g} times as wide as what it rounds away",
        hint="float64 does; shorter inputs make the gaps wider.",
    )


# -------------------------------------------------------------------------------------------------------------- units


def twins(network: Network, name: str) -> tuple[Array, Array]:
    """Pairs of units that are steps: the second one has the weights of the first and the negative of its outputs."""
    inner, bias, outer = (network.weights[f"{name}.mlp.{part}"] for part in ("W_in", "b_in", "W_out"))
    waiting: dict[tuple[bytes, bytes], list[int]] = {}
    found = []
    for index in np.argsort(-bias, kind="stable").tolist():
        reads = (inner[BOS_DIM + 1 :, index] + 0.0).tobytes()
        before = waiting.get((reads, (0.0 - outer[index]).tobytes()))
        if before:
            found.append((before.pop(), index))
        else:
            waiting.setdefault((reads, (outer[index] + 0.0).tobytes()), []).append(index)
    first, second = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return first, second


def _units(sums: RoundedSums, first: Array, second: Array) -> BoundedNumbers:
    """Units after the ReLU. One that is certainly off is 0; both of a step together stay between 0 and its height."""
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
    return BoundedNumbers(value, error, reach)
