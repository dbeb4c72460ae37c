"""Programs that are trained by gradients: their size, settings and examples, and the resulting discrete program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rasp.model.arrays import Array

ORDERS = ("near", "last", "first")  # in which the categorical heads of a layer look for a match, in turn
SIDES = ("left", "right")  # what a table reads
MEASURED = 20  # times that the discrete programs are judged in a training
STEPS = 2_000  # steps of a training, by default
FLOATS = 100_000_000  # of the matches and variables that a step of a training holds
CELLS = 2_000_000  # pairs of positions for which a head is computed together
FAR = np.int32(2**31 - 1)
WORDS = "words"  # the name of the choice of each word's classes


@dataclass(frozen=True)
class ConstrainedShape:
    """The size of a program: layers; heads of both kinds and tables of a layer; codes of a variable; labels.

    Its first variables are `given` with the input, such as the token and the position, or are learned `classes` of
    each of the `words`. Besides the heads that search, a layer has one for each of the `offsets`, which reads the
    position so many positions after (before, if negative). While it is trained, a table has `hidden` units, or a choice
    for each entry if that is 0. `pooled`: there is one label a sequence, and the scores of all positions are added up.

    >>> ConstrainedShape(2, 4, 2, 2, 9, 3, 8).variables
    18
    """

    layers: int
    heads: int
    counts: int
    tables: int
    codes: int
    labels: int
    length: int
    causal: bool = False
    given: int = 2
    classes: int = 0
    words: int = 0
    offsets: tuple[int, ...] = ()
    hidden: int = 0
    pooled: bool = False

    @property
    def base(self) -> int:
        """The number of variables of the input."""
        return self.given + self.classes

    @property
    def added(self) -> int:
        """The number of variables that a layer adds: heads that search, counts, heads of offsets, and tables."""
        return self.heads + self.counts + len(self.offsets) + self.tables

    @property
    def variables(self) -> int:
        """The number of all variables: those of the input, and those of the layers."""
        return self.base + self.layers * self.added

    @property
    def most_counted(self) -> int:
        """The largest count that a variable has: no input of the training has a larger one."""
        return min(self.length, self.codes - 1)

    def most_inputs(self, length: int, seeds: int) -> int:
        """How many inputs of a length can be trained on together, at least one; some GiB hold about `FLOATS`.

        >>> ConstrainedShape(2, 4, 4, 4, 66, 66, 64).most_inputs(64, seeds=3)
        190
        """
        matches = self.layers * (self.heads + self.counts) * length
        return max(1, FLOATS // (seeds * length * (matches + self.variables * self.codes)))

    def choices(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the choices of heads and tables; the last axis has the alternatives."""
        shapes: dict[str, tuple[int, ...]] = {}
        every, codes, tabled = self.heads + self.counts, self.codes, self.added - self.tables
        for layer in range(self.layers):
            read = self.base + layer * self.added
            shapes[f"{layer}.query"] = shapes[f"{layer}.key"] = every, read
            shapes[f"{layer}.value"] = self.heads, read
            shapes[f"{layer}.moved"] = len(self.offsets), read
            shapes[f"{layer}.predicate"] = every, codes, codes
            shapes[f"{layer}.left"] = shapes[f"{layer}.right"] = self.tables, read + tabled
            if not self.hidden:
                shapes[f"{layer}.table"] = self.tables, codes, codes, codes
        return {name: shape for name, shape in shapes.items() if 0 not in shape}

    def counted(self, layer: int) -> list[bool]:
        """Which of the variables that the tables of a layer read are counts."""
        heads = [False] * self.heads + [True] * self.counts + [False] * len(self.offsets)
        return [*[False] * self.base, *(heads + [False] * self.tables) * layer, *heads]


@dataclass(frozen=True)
class GradientSettings:
    """How programs are trained: `seeds` of them at once, with the seeds from `seed` on.

    `epochs` is the number of passes through the data, 0 for enough to make `steps` steps of `batch` inputs. A step has
    a cost of its own: that of 256 inputs takes some two or three times as long as that of 64.
    `heads` and `tables` are those of a layer; half of the heads are numerical. The temperature falls from `hot` to
    `cold`, by the same factor from step to step; from the share `slower` of the steps on, the learning rate falls, too.
    `device` is one of PyTorch's.

    A step draws the choices `draws` times, each for its share of the batch. Batches are `mixed`, or of inputs of about
    one length, which suits long ones. Predicates start near equality, with `equal` added to those logits.
    """

    epochs: int = 0
    steps: int = STEPS
    seeds: int = 3
    seed: int = 0
    layers: int = 2
    heads: int = 8
    tables: int = 4
    batch: int = 64
    lr: float = 0.05
    hot: float = 2.0
    cold: float = 0.01
    slower: float = 1.0
    causal: bool = False
    draws: int = 1
    mixed: bool = False
    equal: float = 0.0
    device: str = "cpu"
    threads: int | None = 1

    def for_examples(self, count: int) -> GradientSettings:
        """The settings with the number of epochs for `count` examples.

        >>> GradientSettings(batch=50).for_examples(1000).epochs, GradientSettings(epochs=3).for_examples(1000).epochs
        (100, 3)
        """
        return replace(self, epochs=self.epochs or -(-self.steps // -(-count // self.batch)))

    def temperature(self, share: float) -> float:
        """The temperature after a share of the training.

        >>> [round(GradientSettings().temperature(share), 3) for share in (0.0, 0.5, 1.0)]
        [2.0, 0.141, 0.01]
        """
        return float(self.hot * (self.cold / self.hot) ** share)

    def rate(self, share: float) -> float:
        """The learning rate after a share of the training.

        >>> [round(GradientSettings(lr=1.0, slower=0.5).rate(share), 2) for share in (0.0, 0.5, 0.75, 1.0)]
        [1.0, 1.0, 0.5, 0.1]
        """
        left = 1.0 if share <= self.slower else (1 - share) / (1 - self.slower)
        return self.lr * max(0.1, left)


@dataclass(frozen=True)
class CodedExamples:
    """Examples as numbers.

    `given` (inputs, positions, variables) has the codes of the variables that are not learned, `lengths` (inputs,),
    `labels` (inputs, positions), or (inputs,) where a sequence has one label; -1: no label. `words` (inputs,
    positions) has the numbers of the words whose classes are learned.
    """

    given: Array
    lengths: Array
    labels: Array
    words: Array | None = None

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def there(self) -> Array:
        """At which positions the inputs have tokens, (inputs, positions)."""
        made: Array = np.arange(self.given.shape[1]) < self.lengths[:, None]
        return made

    @cached_property
    def starts(self) -> Array:
        """The number of each input's first token, if the tokens of all inputs are counted one after the other."""
        return np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)

    @property
    def wanted(self) -> Array:
        """The labels of the tokens (tokens,), or of the sequences, if these have one."""
        return self.labels if self.labels.ndim == 1 else self.labels[self.there]

    def rows(self, rows: Array) -> CodedExamples:
        """Some of the examples, as long as the longest of them."""
        end = int(self.lengths[rows].max(initial=1))
        labels = self.labels[rows] if self.labels.ndim == 1 else self.labels[rows, :end]
        words = None if self.words is None else self.words[rows, :end]
        return CodedExamples(self.given[rows, :end], self.lengths[rows], labels, words)

    def cut(self, size: int) -> CodedExamples:
        """The examples in pieces of at most so many tokens; of a sequence with one label, the first piece alone.

        >>> given = np.arange(5).reshape(1, 5, 1)
        >>> pieces = CodedExamples(given, np.array([5]), given[:, :, 0]).cut(2)
        >>> pieces.lengths.tolist(), pieces.labels[pieces.there].tolist()
        ([2, 2, 1], [0, 1, 2, 3, 4])
        """
        if self.given.shape[1] <= size:
            return self
        if self.labels.ndim == 1:
            words = None if self.words is None else self.words[:, :size]
            return CodedExamples(self.given[:, :size], np.minimum(self.lengths, size), self.labels, words)
        counts = np.maximum(1, -(-self.lengths // size))
        rows = np.repeat(np.arange(len(self)), counts)
        first = size * (np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts))
        at = rows[:, None], np.minimum(first[:, None] + np.arange(size), self.given.shape[1] - 1)
        words = None if self.words is None else self.words[at]
        return CodedExamples(self.given[at], np.clip(self.lengths[rows] - first, 0, size), self.labels[at], words)

    def batches(self, size: int, random: np.random.Generator, mixed: bool = False) -> list[Array]:
        """The examples in random batches, each of them of inputs of about one length unless they are `mixed`."""
        order = random.permutation(len(self))
        if mixed:
            return _cut(order, size)
        drawn = [part[np.argsort(self.lengths[part], kind="stable")] for part in _cut(order, 50 * size)]
        made = [batch for part in drawn for batch in _cut(part, size)]
        return [made[index] for index in random.permutation(len(made))]

    def parts(self) -> Iterator[Array]:
        """The rows by length, in parts that are small enough for all pairs of positions."""
        for length in np.unique(self.lengths[self.lengths > 0]).tolist():
            yield from _cut(np.flatnonzero(self.lengths == length), max(1, CELLS // length**2))


def _cut(order: Array, size: int) -> list[Array]:
    return [order[start : start + size] for start in range(0, len(order), size)]


@dataclass
class DiscreteProgram:
    """A program: the choices of its heads and tables, by the names of `ConstrainedShape.choices`, and its output.

    `choices` also has the entries of the tables ("0.table" and so on), and under `WORDS` the classes of the words
    (words, classes). `weights` (variables, codes, labels) are added up; the first label with the largest sum is the
    output.
    """

    shape: ConstrainedShape
    choices: dict[str, Array]
    weights: Array

    def scores(self, codes: Array, starts: Array | None = None) -> Array:
        """The scores of the labels (rows, labels), for codes of the variables (rows, variables)."""
        return label_scores(self.weights, codes, starts)

    def answers(self, examples: CodedExamples) -> Array:
        """The label of each token, or of each sequence where scores are pooled."""
        starts = examples.starts if self.shape.pooled else None
        found: Array = self.scores(execute(self, examples), starts).argmax(axis=1)
        return found


def label_scores(weights: Array, codes: Array, starts: Array | None = None) -> Array:
    """The sums of the weights (variables, codes, labels) at the codes (rows, variables).

    With `starts`, the rows from one of them to the next are added up, too.

    >>> weights = np.array([[[1, 0], [0, 2]], [[0, 0], [0, 5]]])
    >>> label_scores(weights, np.array([[1, 0], [1, 1]])).tolist()
    [[0, 2], [0, 7]]
    >>> label_scores(weights, np.array([[1, 0], [1, 1]]), np.array([0])).tolist()
    [[0, 9]]
    """
    made = np.zeros((len(codes), weights.shape[2]), dtype=weights.dtype)
    for variable, own in enumerate(weights):
        if own.any():
            made += own[codes[:, variable]]
    return made if starts is None else np.add.reduceat(made, starts, axis=0)


# ------------------------------------------------------------------------------------------------------------ execution


def execute(program: DiscreteProgram, examples: CodedExamples) -> Array:
    """The codes of a program's variables, (tokens, variables): the tokens of all inputs, one after the other."""
    made = np.zeros((int(examples.lengths.sum()), program.shape.variables), dtype=np.int16)
    for rows in examples.parts():
        part = examples.rows(rows)
        numbers = examples.starts[rows][:, None] + np.arange(part.given.shape[1])
        made[numbers[part.there]] = np.stack(_columns(program, part), axis=-1)[part.there]
    return made


def _columns(program: DiscreteProgram, examples: CodedExamples) -> list[Array]:
    """The codes of each variable, (inputs, positions)."""
    shape, chosen = program.shape, program.choices
    columns = [*np.moveaxis(examples.given, -1, 0)]
    if examples.words is not None and shape.classes:
        columns += [*np.moveaxis(chosen[WORDS][examples.words], -1, 0)]
    size = examples.given.shape[1]
    seen = examples.there[:, None, :] & (np.tri(size, dtype=bool) if shape.causal else True)
    ranks = {order: ranks_of(order, size) for order in ORDERS}
    for layer in range(shape.layers):
        made = []
        for head in range(shape.heads + shape.counts):
            query, key = (columns[chosen[f"{layer}.{side}"][head]] for side in ("query", "key"))
            wanted = chosen[f"{layer}.predicate"][head][query]
            match = (wanted[:, :, None] == key[:, None, :]) & seen
            if head >= shape.heads:
                made.append(np.minimum(match.sum(axis=-1), shape.most_counted))
                continue
            first = np.where(match, ranks[ORDERS[head % len(ORDERS)]], FAR).argmin(axis=-1)
            value = np.take_along_axis(columns[chosen[f"{layer}.value"][head]], first, axis=1)
            made.append(np.where(match.any(axis=-1), value, shape.codes - 1))
        for number, offset in enumerate(shape.offsets):
            made.append(_move(columns[chosen[f"{layer}.moved"][number]], offset, examples, shape.codes - 1))
        columns += made
        tables = []
        for table in range(shape.tables):
            left, right = (columns[chosen[f"{layer}.{side}"][table]] for side in SIDES)
            tables.append(chosen[f"{layer}.table"][table][left, right])
        columns += tables
    return columns


def ranks_of(order: str, size: int) -> Array:
    """The order in which queries look at keys, (queries, keys).

    >>> ranks_of("near", 3).argsort(axis=1)
    array([[0, 1, 2],
           [1, 0, 2],
           [2, 1, 0]])
    """
    here = np.arange(size)
    away = here - here[:, None]
    ranks = {"near": np.abs(4 * away + 1), "last": size - here + 0 * away, "first": here + 0 * away}
    made: Array = ranks[order].astype(np.int32)
    return made


def _move(values: Array, offset: int, examples: CodedExamples, none: int) -> Array:
    """The values so many positions away, `none` where the input has no such position."""
    there = np.arange(values.shape[1]) + offset
    inside = (there >= 0) & (there < examples.lengths[:, None])
    made: Array = np.where(inside, values[:, np.clip(there, 0, values.shape[1] - 1)], none)
    return made
