"""What float32 makes of a model: enters a network in float32, leave its answers and how surely they are the right ones.

Other libraries add up in other orders, and so do other processors. So nothing is measured: each number is followed
through the layers with a bound of how far any implementation may lie from it (`rounding.py`, `levels.py`), on every
input that a proof tries. An answer is sure if no logit can come near that of the right value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rasp.compile.columns import Array, distinct_rows
from rasp.compile.levels import VANISHING, Levels, Side, kinds, levels, unevenness
from rasp.compile.rounding import SLACK, TINY, Bounded, Sums, Terms, Weighing
from rasp.compile.streams import in_parts, slices, TooManyRows
from rasp.compile.transformer import Network
from rasp.errors import CannotCompile

ROOM = 2.0  # times that the distance between two logits is as large as what may be rounded away of both, at least
ROWS = 2**22  # entries of the distinct rows
PAIRS = 2**22  # of kinds of queries and keys
TOGETHER = 6  # sums of a head that are followed together


def in_float32(network: Network) -> Network:
    """The network in float32. Raises CannotCompile where that has no such large numbers."""
    largest = max(float(np.abs(array).max(initial=0.0)) for array in network.weights.values())
    if largest > float(np.finfo("float32").max):
        raise CannotCompile(f"float32 cannot hold the model's numbers: one is {largest:.2g}", hint="float64 can.")
    return network.astype("float32")


@dataclass(frozen=True)
class _Swing:
    """What uneven weights of a head may do to its sums: to all of them together, for what one key gains others lose.

    A linear function of the sums is wrong by the length of `factors` (states, k, k) times its weights (k,) at most;
    `writes` (k, d_model) says where the sums go.
    """

    factors: Array
    writes: Array

    def wrong(self, matrix: Array) -> Array:
        """How far the products with a matrix may be shifted, (states, columns)."""
        return np.sqrt(((self.factors @ (self.writes @ matrix)) ** 2).sum(axis=1))


@dataclass(frozen=True)
class _Rows:
    """Rows of the stream (states, d_model) with bounds, and what their errors are made of.

    `wrong` says for each feed-forward so far how far its units may be off (states, d_mlp), for each of them moves
    several dimensions together; `alone` is the rest of the errors. `still` is what they are without all swings.
    """

    numbers: Bounded
    alone: Array
    still: Array
    wrong: dict[str, Array]
    swings: list[_Swing]

    def __len__(self) -> int:
        return len(self.alone)

    def __getitem__(self, rows: Array | slice) -> _Rows:
        wrong = {name: part[rows] for name, part in self.wrong.items()}
        swings = [_Swing(swing.factors[rows], swing.writes) for swing in self.swings]
        return _Rows(self.numbers[rows], self.alone[rows], self.still[rows], wrong, swings)

    @property
    def width(self) -> int:
        return self.alone.shape[1] + sum(part.shape[1] for part in self.wrong.values())


@dataclass(frozen=True)
class _Stream:
    """Distinct rows, and for each position its own (batch, n + 1)."""

    rows: _Rows
    of: Array


class Coarse:
    """A network with bounds for all that its own numbers round away.

    `margin` says how many times as large the rounding might be before a logit reaches that of the answer, on the inputs
    so far; infinite where nothing is rounded.

    >>> import rasp
    >>> network = rasp.load("reverse")["reverse"].compile(vocab="ab", max_length=4).network.astype("float32")
    >>> coarse = Coarse(network)
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
        stream = self._embedded(ids)
        if self.network.config.d_pre:
            stream = self._fed_forward("pre", stream)
        for layer in range(self.network.config.n_layers):
            stream = self._fed_forward(f"blocks.{layer}", self._attended(f"blocks.{layer}.attn", stream))
        return self._answers(stream)

    def _embedded(self, ids: Array) -> _Stream:
        length, weights = ids.shape[1], self.network.weights
        pairs, of = np.unique(ids * length + np.arange(length), return_inverse=True)
        rows = weights["embed.W_E"][pairs // length] + weights["pos_embed.W_pos"][pairs % length]  # one sum is the same
        firsts, numbers = distinct_rows(rows.astype(np.float64) + 0.0)
        exact = rows[firsts].astype(np.float64)
        none = np.zeros_like(exact)
        return _Stream(_Rows(Bounded.of(exact, none), none, none, {}, []), numbers[of].reshape(ids.shape))

    def _fed_forward(self, name: str, stream: _Stream) -> _Stream:
        width = self.network.weights[f"{name}.mlp.W_in"].shape[1]
        parts = [self._fed(name, stream.rows[part]) for part in slices(len(stream.rows), width)]
        numbers = _joined([part.numbers for part in parts], 0)
        alone, still = (np.concatenate([getattr(part, field) for part in parts]) for field in ("alone", "still"))
        wrong = {key: np.concatenate([part.wrong[key] for part in parts]) for key in parts[0].wrong}
        return _Stream(_Rows(numbers, alone, still, wrong, stream.rows.swings), stream.of)

    def _fed(self, name: str, rows: _Rows) -> _Rows:
        inner, outer = self._weighing(f"{name}.mlp", "in"), self._weighing(f"{name}.mlp", "out")
        hidden = _units(self._before_units(name, inner, rows), self._twins[name])
        sums = outer.sums(hidden, rows.numbers)
        made = sums.bounded()
        alone = rows.alone + np.maximum(made.error - sums.inherited, 0)
        still = rows.still + np.maximum(made.error - rows.numbers.error, 0)
        return _Rows(made, alone, still, {**rows.wrong, name: hidden.error}, rows.swings)

    def _before_units(self, name: str, inner: Weighing, rows: _Rows) -> Sums:
        sums = inner.sums(rows.numbers)
        if not rows.swings:
            return sums
        matrix = self.network.weights[f"{name}.mlp.W_in"].astype(np.float64)
        together = np.where(rows.still <= TINY, 4 * rows.still, rows.still) @ np.abs(matrix)
        for swing in rows.swings:
            together += swing.wrong(matrix)
        return Sums(sums.value, np.minimum(sums.inherited, together * SLACK), sums.rounding)

    def _answers(self, stream: _Stream) -> dict[str, Array]:
        """The numbers of the values with the largest logits; keeps the margin."""
        used, of = np.unique(stream.of[:, 1:], return_inverse=True)
        weighing = self._weighing("unembed", "U")
        width = self.network.weights["unembed.b_U"].shape[0]
        parts = [self._told(weighing.sums(stream.rows.numbers[used[part]]).bounded()) for part in slices(len(used), width)]
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

    def _attended(self, name: str, stream: _Stream) -> _Stream:
        heads = [_Head(self, name, head, stream) for head in range(len(self.network.weights[f"{name}.W_Q"]))]
        keys = np.concatenate([stream.of.reshape(-1, 1), *(head.shares() for head in heads)], axis=1)
        firsts, of = distinct_rows(keys + 0.0)
        states = stream.of.ravel()[firsts]
        if len(firsts) * stream.rows.width > ROWS and len(stream.of) > 1:
            raise TooManyRows
        rows, read, start = stream.rows[states], [], 1
        for head in heads:
            read.append(head.read(keys[firsts, start : start + head.width], states))
            start += head.width
        made = self._weighing(name, "O").sums(_joined([part.sums for part in read], 1), rows.numbers).bounded()
        outer = self.network.weights[f"{name}.W_O"].astype(np.float64)
        more = np.maximum(made.error - rows.numbers.error, 0)
        swung = np.concatenate([part.swung for part in read], axis=1) @ np.abs(np.concatenate(outer))
        swings = [
            _Swing(part.factors, write[head.joint])
            for head, part, write in zip(heads, read, outer, strict=True)
            if len(head.joint)
        ]
        still = rows.still + np.maximum(more - swung, 0)
        rows = _Rows(made, rows.alone + more, still, rows.wrong, rows.swings + swings)
        return _Stream(rows, of.reshape(stream.of.shape))

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

    def side(self, name: str, side: str, head: int, rows: _Rows) -> Side:
        """The queries, keys or values of one head."""
        weighing, sizes = self._weighing(name, side, head), np.abs(self._matrix(name, side, head))
        moves = [self._moved(key, name, side, head) for key in rows.wrong]
        alone = rows.alone @ sizes
        together = alone + sum(part @ np.abs(move) for part, move in zip(rows.wrong.values(), moves, strict=True))
        sums = weighing.sums(rows.numbers)
        found = Sums(sums.value, np.minimum(sums.inherited, together * SLACK), sums.rounding).bounded()
        alone = alone * SLACK + np.maximum(found.error - sums.inherited, 0)
        wrong = np.concatenate([np.zeros((len(rows), 0)), *rows.wrong.values()], axis=1)
        return Side(found, alone, wrong, np.concatenate([np.zeros((0, sizes.shape[1])), *moves]))

    def _matrix(self, name: str, side: str, head: int) -> Array:
        return self.network.weights[f"{name}.W_{side}"][head].astype(np.float64)

    def _moved(self, key: str, name: str, side: str, head: int) -> Array:
        """What the units of a feed-forward add to queries, keys or values, (d_mlp, d_head)."""
        place = f"{key} {name}.{side}.{head}"
        if place not in self._moves:
            outer = self.network.weights[f"{key}.mlp.W_out"].astype(np.float64)
            self._moves[place] = outer @ self._matrix(name, side, head)
        return self._moves[place]

    @cached_property
    def _twins(self) -> dict[str, Array]:
        names = [name.removesuffix(".mlp.W_in") for name in self.network.weights if name.endswith(".mlp.W_in")]
        return {name: twins(self.network, name) for name in names}


def too_coarse(margin: float) -> CannotCompile:
    return CannotCompile(
        f"float32 cannot tell the model's values apart: a gap is {margin:.2g} times as wide as what it rounds away",
        hint="float64 does; shorter inputs make the gaps wider.",
    )


def _joined(parts: list[Bounded], axis: int) -> Bounded:
    return Bounded(*(np.concatenate([getattr(part, field) for part in parts], axis) for field in Bounded.__annotations__))


# -------------------------------------------------------------------------------------------------------------- units


def twins(network: Network, name: str) -> Array:
    """The first units of steps: the next one reads the same, and takes away again what it adds."""
    inner, bias, outer = (network.weights[f"{name}.mlp.{part}"] for part in ("W_in", "b_in", "W_out"))
    alike = (inner[1:, :-1] == inner[1:, 1:]).all(axis=0) & (outer[:-1] == -outer[1:]).all(axis=1)
    alike &= bias[:-1] > bias[1:]
    found: list[int] = []
    for place in np.flatnonzero(alike).tolist():
        if not found or place > found[-1] + 1:
            found.append(place)
    return np.array(found, dtype=np.int64)


def _units(sums: Sums, first: Array) -> Bounded:
    """What units give: those that are surely off are 0, and two of a step together go from 0 to 1 and no further."""
    value = np.maximum(sums.value, 0)
    reach = np.maximum(sums.value + sums.inherited + sums.rounding, 0)
    on = reach > 0
    error = np.maximum(reach - value, value - np.maximum(sums.value - sums.inherited - sums.rounding, 0)) * on
    own, next_ = sums.value[:, first], sums.value[:, first + 1]
    shift = np.maximum(sums.inherited[:, first], sums.inherited[:, first + 1])
    height = np.maximum(own - next_, 0)
    low, middle, high = (np.minimum(np.maximum(own + part, 0), height) for part in (-shift, 0, shift))
    error[:, first] = np.maximum(high - middle, middle - low) + (sums.rounding * on)[:, first]
    error[:, first + 1] = (sums.rounding * on)[:, first + 1]
    return Bounded(value, error, reach)


# --------------------------------------------------------------------------------------------------------------- heads


@dataclass(frozen=True)
class _Read:
    """What a head reads (rows, d_head), the part of its errors that swings, and the factors of that swing."""

    sums: Bounded
    swung: Array
    factors: Array


class _Head:
    """One head on a stream: what it reads is a mean over the keys of the highest level, and hardly anything else."""

    def __init__(self, coarse: Coarse, name: str, head: int, stream: _Stream) -> None:
        self._unit, self._stream = coarse._unit, stream
        self._causal = coarse.network.config.causal
        query, key, value = (coarse.side(name, side, head, stream.rows) for side in "QKV")
        self._queries, self._keys, self._value = kinds(query), kinds(key), value.rows
        if len(self._queries) * len(self._keys) > PAIRS and len(stream.of) > 1:
            raise TooManyRows
        self._levels: Levels = levels(self._queries.side, self._keys.side, self._unit)
        self._uneven = not self._levels.even.all()
        self.joint = self._read_together()
        self._columns = self._read_by_key()
        self.width = 2 + 2 * self._uneven + self._columns.shape[1]

    def _read_together(self) -> Array:
        """The columns of sums whose errors are followed together: of few, where weights are uneven."""
        columns = np.flatnonzero(self._value.size.any(axis=0))
        return columns[: len(columns) * (self._uneven and len(columns) <= TOGETHER)]

    def _read_by_key(self) -> Array:
        """What each key adds: of columns that hold 0 and 1 the number, of others size, error and counts, too."""
        value = self._value
        exact = (value.error == 0) & ((value.value == 0) | (value.value == 1))
        self._plain = np.flatnonzero(exact.all(axis=0) & (value.value > 0).any(axis=0))
        self._other = np.flatnonzero(~exact.all(axis=0))
        parts = [value.value[:, self._plain]]
        parts += [part[:, self._other] for part in (value.value, value.size, value.passed_on, value.counted)]
        joint = value.value[:, self.joint]
        parts.append((joint[:, :, None] * joint[:, None, :]).reshape(len(joint), -1))
        return np.concatenate(parts, axis=1)

    def shares(self) -> Array:
        """For each position its level, how many keys are on it, how uneven they are, and sums of what these add."""
        of, found = self._stream.of, self._levels
        made = np.empty((*of.shape, self.width))
        width = found.level.shape[1]
        level, error = found.level.ravel(), found.error.ravel()
        seen = np.tri(of.shape[1], dtype=bool)
        for part in slices(len(of), of.shape[1] * max(self.width, of.shape[1]), 1):
            pairs = self._queries.of[of[part]][:, :, None] * width + self._keys.of[of[part]][:, None, :]
            own = np.where(seen, level[pairs], -1) if self._causal else level[pairs]
            top = own.max(axis=2, keepdims=True)
            chosen = own == top
            made[part, :, 0], made[part, :, 1] = top[:, :, 0], chosen.sum(axis=2)
            if self._uneven:
                wrong = error[pairs] * chosen
                made[part, :, 2], made[part, :, 3] = wrong.max(axis=2), wrong.sum(axis=2)
            made[part, :, 2 + 2 * self._uneven :] = chosen.astype(np.float64) @ self._columns[of[part]]
        return made.reshape(-1, self.width)

    def read(self, shares: Array, states: Array) -> _Read:
        """What the head reads in rows of such shares at positions of such states."""
        level, count = shares[:, 0].astype(np.int64), shares[:, 1:2]
        at = self._queries.of[states], level
        even = self._levels.even[at][:, None]
        rest = self._stream.of.shape[1] * np.exp(-self._levels.below[at])[:, None]  # the weight of all lower keys
        largest, total = (shares[:, 2:3], shares[:, 3:4]) if self._uneven else (np.zeros_like(count),) * 2
        uneven = unevenness(count, largest, total, even, self._unit)
        even = even | (count == 1)
        firm = even & (rest <= VANISHING)
        halved = firm & (np.frexp(count)[0] == 0.5)  # 1 / count is exact
        value, size, error, products, counts = self._summed(shares[:, 2 + 2 * self._uneven :])
        value, size, error = value / count, size / count, error / count
        spread, factors = self._spread(shares, value, size)
        rounded = np.where(even, 0, (count + 1) * self._unit)
        error = error * (1 + uneven + rounded) + uneven * spread + size * (rounded + np.where(firm, 0, rest))
        error += np.where(halved, 0, 2 * self._unit) * np.abs(value) + 4 * rest * self._value.size.max(axis=0)
        products = np.where(halved, 0, products / count)
        on_grid = halved & (count <= 64) & (size <= 2.0**10)
        sums = Terms(value, size * (1 + uneven), error, products, counts).rounded(self._unit, on_grid)
        swung = np.zeros_like(value)
        swung[:, self.joint] = (uneven * spread)[:, self.joint]
        return _Read(sums.bounded(), swung, factors * uneven[:, :, None] * SLACK)

    def _spread(self, shares: Array, value: Array, size: Array) -> tuple[Array, Array]:
        """How far from their mean the keys' numbers lie, (rows, d_head), and the same for all linear functions of some.

        That is the standard deviation: weights that are wrong by some share shift no mean further than this share of it.
        """
        spread = size.copy()
        spread[:, self._plain] = np.sqrt(np.maximum(value * (1 - value), 0))[:, self._plain]
        some = len(self.joint)
        if not some:
            return spread, np.zeros((len(shares), 0, 0))
        means, moments = value[:, self.joint], shares[:, -some * some :].reshape(-1, some, some)
        covariance = moments / shares[:, 1, None, None] - means[:, :, None] * means[:, None, :]
        sizes, axes = np.linalg.eigh(covariance)
        factors = np.sqrt(np.maximum(sizes, 0))[:, :, None] * axes.swapaxes(1, 2)
        spread[:, self.joint] = np.minimum(np.sqrt((factors**2).sum(axis=1)), spread[:, self.joint])
        return spread, factors

    def _summed(self, sums: Array) -> list[Array]:
        """Values, sizes, errors, sizes of products that are rounded, and counts, each (rows, d_head)."""
        made = [np.zeros((len(sums), self._value.value.shape[1])) for _ in range(5)]
        few, more = len(self._plain), len(self._other)
        for part in (0, 1, 4):
            made[part][:, self._plain] = sums[:, :few]
        for part, place in ((0, 0), (1, 1), (2, 2), (3, 1), (4, 3)):
            made[part][:, self._other] = sums[:, few + place * more : few + (place + 1) * more]
        return made
