"""The outputs of a network on many inputs, where each distinct row of the stream is computed once.

A row of the stream mostly holds classes, so many positions have equal rows. Each distinct row is computed once, and
only attention for every position.
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

POSITIONS = 2**17  # that are decoded together
STREAM = 2**25  # entries of the distinct rows; where there would be more, fewer inputs are decoded together
ENTRIES = 2**19  # of an array in one step: larger ones are slower, and Ctrl-C waits for each
ROWS = 128  # at least, where they meet a matrix: to read that takes longer than to multiply a few rows with it
MANY = 100  # inputs for which it pays to look for zeros in the weights

Made = TypeVar("Made")


@dataclass(frozen=True)
class Stream:
    """The stream of some inputs: distinct rows (states, d_model), and for each position its own (batch, n + 1)."""

    rows: Array
    of: Array


class TooManyRows(Exception):
    """Several inputs have more distinct rows than are held at once."""


def decoded(network: Network, ids: Array) -> dict[str, Array]:
    """For each output the number of its value with the largest logit, (batch, n); `ids` is (batch, n + 1).

    >>> import rasp
    >>> model = rasp.load("reverse")["reverse"].compile(vocab="ab", max_length=3)
    >>> decoded(model.network, np.array([model.ids("aab"), model.ids("bab")]))["reverse"].tolist()
    [[1, 0, 0], [1, 0, 1]]
    """
    with network.guarded():
        parts = list(in_parts(lambda part: _numbers(network, _last(network, part)), ids))
    return {name: np.concatenate([part[name] for part in parts]) for name in network.config.outputs}


def results(network: Network, inputs: Sequence[Sequence[Atom]]) -> list[dict[str, Column]]:
    """The outputs on inputs, each of one kind as a sequence of the language is.

    Raises BadInput, SequenceTooLong, MixedKinds, NotFinite.
    """
    used = network.prepared() if len(inputs) >= MANY else network
    made: list[dict[str, Column]] = [{} for _ in inputs]
    groups: dict[int, list[int]] = {}
    for place, given in enumerate(inputs):
        groups.setdefault(len(given), []).append(place)
    for places in groups.values():
        found = decoded(used, np.array([network.ids(inputs[place]) for place in places]))
        for name, numbers in found.items():
            values = network.config.outputs[name]
            rows = [[values[number] for number in row] for row in numbers.tolist()]
            for place, row in zip(places, rows, strict=True):
                made[place][name] = columns(from_rows([row]), (1, len(row)))[0]
    return made


def at_once(length: int) -> int:
    """How many inputs of a length are decoded together."""
    return max(1, POSITIONS // (length + 1))


def in_parts(work: Callable[[Array], Made], ids: Array) -> Iterator[Made]:
    """What `work` makes of the inputs, in parts that are small enough for it: it may raise TooManyRows."""
    size = at_once(ids.shape[1] - 1)
    for start in range(0, len(ids), size):
        yield from _halved(work, ids[start : start + size])


def _halved(work: Callable[[Array], Made], ids: Array) -> Iterator[Made]:
    try:
        made = work(ids)
    except TooManyRows:
        half = len(ids) // 2
        yield from _halved(work, ids[:half])
        yield from _halved(work, ids[half:])
    else:
        yield made


def _last(network: Network, ids: Array) -> Stream:
    """The stream behind the last layer."""
    stream = _embedded(network, ids)
    if "pre.mlp.W_in" in network.weights:
        stream = _fed_forward(network, "pre", stream)
    for layer in range(network.config.n_layers):
        stream = _fed_forward(network, f"blocks.{layer}", _attended(network, f"blocks.{layer}.attn", stream))
    return stream


def _embedded(network: Network, ids: Array) -> Stream:
    length = ids.shape[1]
    pairs, of = np.unique(ids * length + np.arange(length), return_inverse=True)
    _check_size(network, len(pairs), ids)
    rows = network.weights["embed.W_E"][pairs // length] + network.weights["pos_embed.W_pos"][pairs % length]
    firsts, numbers = distinct_rows(rows)  # where the program does not read the index, positions are alike
    return Stream(rows[firsts], numbers[of].reshape(ids.shape))


def _check_size(network: Network, rows: int, inputs: Array) -> None:
    """Raises TooManyRows for so many distinct rows of several inputs."""
    if rows * network.config.d_model > STREAM and len(inputs) > 1:
        raise TooManyRows


def _fed_forward(network: Network, name: str, stream: Stream) -> Stream:
    width = network.weights[f"{name}.mlp.W_in"].shape[1]
    parts = [stream.rows[part] for part in slices(len(stream.rows), width, ROWS)]
    return Stream(np.concatenate([part + network.feed_forward(name, part) for part in parts]), stream.of)


def _attended(network: Network, name: str, stream: Stream) -> Stream:
    """The stream with what attention adds; rows to which it adds unlike values become several."""
    read = _read(network, name, stream)
    keys = np.concatenate([stream.of[:, :, None].astype(read.dtype), read], axis=2).reshape(-1, read.shape[2] + 1)
    firsts, of = distinct_rows(keys)
    _check_size(network, len(firsts), read)
    outer = network.weights[f"{name}.W_O"].reshape(read.shape[2], -1)
    change = keys[firsts, 1:] @ outer + network.weights[f"{name}.b_O"]
    return Stream(stream.rows[stream.of.ravel()[firsts]] + change, of.reshape(stream.of.shape))


def _read(network: Network, name: str, stream: Stream) -> Array:
    """What all heads read, (batch, n + 1, heads · d_head)."""
    heads, _, width = network.weights[f"{name}.W_Q"].shape
    made = np.empty((*stream.of.shape, heads * width), dtype=stream.rows.dtype)
    for head in range(heads):
        sides = [network.projected(name, side, head, stream.rows) for side in "QKV"]
        for part in slices(len(made), stream.of.shape[1] * max(width, stream.of.shape[1])):
            query, key, value = (side[stream.of[part]] for side in sides)
            made[part, :, head * width : (head + 1) * width] = network.pattern(query, key) @ value
    return made


def _numbers(network: Network, stream: Stream) -> dict[str, Array]:
    """The numbers of the values with the largest logits."""
    width = network.weights["unembed.W_U"].shape[1]
    found = [network.numbers(network.logits(stream.rows[part])) for part in slices(len(stream.rows), width, ROWS)]
    return {name: np.concatenate([part[name] for part in found])[stream.of[:, 1:]] for name in network.config.outputs}


def slices(count: int, width: int, least: int = 1) -> Iterator[slice]:
    """Slices of `count` rows of some width, of not too many entries each, but of so many rows at least."""
    size = max(least, ENTRIES // max(width, 1))
    return (slice(start, start + size) for start in range(0, count, size))
