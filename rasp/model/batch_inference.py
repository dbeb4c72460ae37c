"""Inference on many inputs, in which each distinct row of the stream is computed once.

A row of a compiled model's stream mostly holds classes, so many positions have equal rows. Projections, feed-forwards
and the unembedding are computed once for each distinct row, and if inputs are many, without the zeros of the weights
(`sparse.py`). Only attention is computed for every position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from rasp.engine.values import Column, columns, from_rows
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array, distinct_rows
from rasp.model.network import Network

POSITIONS = 2**17  # in a batch
STREAM = 2**25  # entries of all distinct rows; with more, a batch is split
ENTRIES = 2**19  # of an array in one operation: larger arrays are slower, and delay Ctrl-C
ROWS = 128  # multiplied with a matrix at once, at least: for fewer, reading the matrix takes most of the time
WORTH_PREPARING = 100  # inputs from which it pays to find the zeros of the weights first

PartResult = TypeVar("PartResult")


@dataclass(frozen=True)
class ResidualStream:
    """The stream of a batch: distinct rows (states, d_model), and the number of each position's row (batch, n + 1)."""

    rows: Array
    of: Array


class TooManyRows(Exception):
    """A batch of several inputs has too many distinct rows."""


def decode(network: Network, ids: Array) -> dict[str, Array]:
    """For each output, the numbers of the values with the largest logits, (batch, n).

    `ids` is (batch, n + 1), or (batch, n) without a BOS position.

    >>> import rasp
    >>> model = rasp.load("reverse")["reverse"].compile(vocab="ab", max_length=3)
    >>> decode(model.network, np.array([model.ids("aab"), model.ids("bab")]))["reverse"].tolist()
    [[1, 0, 0], [1, 0, 1]]
    """
    with network.ignoring_overflow():
        parts = list(map_in_parts(lambda part: _numbers(network, _last(network, part)), ids))
    return {name: np.concatenate([part[name] for part in parts]) for name in network.config.outputs}


def results(network: Network, inputs: Sequence[Sequence[Atom]]) -> list[dict[str, Column]]:
    """The outputs on inputs. Each is of one kind, like every sequence of the language.

    Raises BadInput, SequenceTooLong, MixedKinds, NotFinite.
    """
    used = network.prepare() if len(inputs) >= WORTH_PREPARING else network
    made: list[dict[str, Column]] = [{} for _ in inputs]
    groups: dict[int, list[int]] = {}
    for index, given in enumerate(inputs):
        groups.setdefault(len(given), []).append(index)
    for indices in groups.values():
        found = decode(used, np.array([network.ids(inputs[index]) for index in indices]))
        for name, numbers in found.items():
            values = network.config.outputs[name]
            rows = [[values[number] for number in row] for row in numbers.tolist()]
            for index, row in zip(indices, rows, strict=True):
                made[index][name] = columns(from_rows([row]), (1, len(row)))[0]
    return made


def batch_size(length: int) -> int:
    """The number of inputs of a length in a batch.

    >>> batch_size(7), batch_size(10**9)
    (16384, 1)
    """
    return max(1, POSITIONS // (length + 1))


def map_in_parts(work: Callable[[Array], PartResult], ids: Array) -> Iterator[PartResult]:
    """Yields `work(part)` for parts of the inputs. A part for which it raises TooManyRows is split."""
    size = batch_size(ids.shape[1] - 1)
    for start in range(0, len(ids), size):
        yield from _map_in_halves(work, ids[start : start + size])


def _map_in_halves(work: Callable[[Array], PartResult], ids: Array) -> Iterator[PartResult]:
    try:
        made = work(ids)
    except TooManyRows:
        half = len(ids) // 2
        yield from _map_in_halves(work, ids[:half])
        yield from _map_in_halves(work, ids[half:])
    else:
        yield made


def _last(network: Network, ids: Array) -> ResidualStream:
    """The stream after the last layer."""
    stream = _embed(network, ids)
    if "pre.mlp.W_in" in network.weights:
        stream = _feed_forward(network, "pre", stream)
    for layer in range(network.config.n_layers):
        stream = _feed_forward(network, f"blocks.{layer}", _attend(network, f"blocks.{layer}.attn", stream))
    return stream


def _embed(network: Network, ids: Array) -> ResidualStream:
    length = ids.shape[1]
    pairs, of = np.unique(ids * length + np.arange(length), return_inverse=True)
    _check_size(network, len(pairs), ids)
    rows = network.weights["embed.W_E"][pairs // length] + network.weights["pos_embed.W_pos"][pairs % length]
    firsts, numbers = distinct_rows(rows)  # positions have equal rows if the program does not read the index
    return ResidualStream(rows[firsts], numbers[of].reshape(ids.shape))


def _check_size(network: Network, rows: int, inputs: Array) -> None:
    """Raises TooManyRows if several inputs have too many distinct rows."""
    if rows * network.config.d_model > STREAM and len(inputs) > 1:
        raise TooManyRows


def _feed_forward(network: Network, name: str, stream: ResidualStream) -> ResidualStream:
    width = network.weights[f"{name}.mlp.W_in"].shape[1]
    parts = [stream.rows[part] for part in slices(len(stream.rows), width, ROWS)]
    return ResidualStream(np.concatenate([part + network.feed_forward(name, part) for part in parts]), stream.of)


def _attend(network: Network, name: str, stream: ResidualStream) -> ResidualStream:
    """The stream after attention. A row to which attention adds different values becomes several rows."""
    read = _read(network, name, stream)
    keys = np.concatenate([stream.of[:, :, None].astype(read.dtype), read], axis=2).reshape(-1, read.shape[2] + 1)
    firsts, of = distinct_rows(keys)
    _check_size(network, len(firsts), read)
    outer = network.weights[f"{name}.W_O"].reshape(read.shape[2], -1)
    change = keys[firsts, 1:] @ outer + network.weights[f"{name}.b_O"]
    return ResidualStream(stream.rows[stream.of.ravel()[firsts]] + change, of.reshape(stream.of.shape))


def _read(network: Network, name: str, stream: ResidualStream) -> Array:
    """The weighted values of all heads, before W_O, (batch, n + 1, heads · d_head)."""
    heads, _, width = network.weights[f"{name}.W_Q"].shape
    made = np.empty((*stream.of.shape, heads * width), dtype=stream.rows.dtype)
    rows = network.normalize(f"{name.removesuffix('attn')}ln1", stream.rows)
    for head in range(heads):
        sides = [network.project(name, side, head, rows) for side in "QKV"]
        for part in slices(len(made), stream.of.shape[1] * max(width, stream.of.shape[1])):
            query, key, value = (side[stream.of[part]] for side in sides)
            made[part, :, head * width : (head + 1) * width] = network.pattern(query, key) @ value
    return made


def _numbers(network: Network, stream: ResidualStream) -> dict[str, Array]:
    """For each output, the numbers of the values with the largest logits."""
    width = network.weights["unembed.W_U"].shape[1]
    found = [network.numbers(network.logits(stream.rows[part])) for part in slices(len(stream.rows), width, ROWS)]
    return {
        name: np.concatenate([part[name] for part in found])[stream.of[:, network.config.first :]]
        for name in network.config.outputs
    }


def slices(count: int, width: int, least: int = 1) -> Iterator[slice]:
    """Slices of `count` rows, each of at most ENTRIES entries, but of `least` rows or more.

    >>> [(part.start, part.stop) for part in slices(5, ENTRIES // 2)]
    [(0, 2), (2, 4), (4, 6)]
    """
    size = max(least, ENTRIES // max(width, 1))
    return (slice(start, start + size) for start in range(0, count, size))
