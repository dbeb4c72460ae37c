"""The matrices of a layout: makes the weights of a transformer under their usual names.

*Scores.* A selector is a conjunction of clauses, and the score of a key is a sum over them: 0 for a clause that selects
it, -β for one that does not. BOS scores 0, like a selected key. So in a row that selects w keys, each of them and BOS
have the weight 1 / (w + 1), which the channel of the width holds. For `best`, the score rises by a step for each
rank, and BOS is one step below the lowest rank, so that its weight is 0 or 1. For `near`, ranks are those of
`near_ranks`: a sum of products of a number of the query and one of the key.

*β* is ln((n + 1) · L / g) + 53 ln 2, where n is the length of the longest input, g the smallest gap that a unit
resolves (at most 1), and L is n + 1 times the largest absolute value that the head reads (at least 1). All keys that
are not selected together then weigh less than the last digit of the smallest gap. For `best`, β is that step times the
highest rank plus 2.

*BOS.* Dimension 0 of the stream, the flag, is 1 at the BOS position alone. BOS attends only to itself, so its row of
the stream is the same for every input. The builder computes that row as it goes, and chooses the flag's weights such
that they cancel the rest of the row: the key of BOS scores as above, its query selects nothing else, and no unit is on.

For example, each "a" of "aab" selects w = 2 keys in `hist`, and the "b" selects 1. The rows are those of BOS, "a", "a"
and "b":

>>> import rasp
>>> model = rasp.load("histogram")["hist"].compile(vocab="ab", max_length=3)
>>> model.run("aab").attention[0][0].round(2).tolist()
[[1.0, 0.0, 0.0, 0.0], [0.33, 0.33, 0.33, 0.0], [0.33, 0.33, 0.33, 0.0], [0.5, 0.0, 0.0, 0.5]]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import log, sqrt

import numpy as np

from rasp.base.limits import limits
from rasp.compile.feed_forward_units import feed_forward
from rasp.compile.head_outcomes import score_ranks
from rasp.compile.heads import NormalHead
from rasp.compile.layout import EMBED, Cell, CellValue, Channel, Copy, Key, PatternBlock, StreamLayout
from rasp.compile.patterns import farthest
from rasp.compile.steps import BOS_DIM, Unit
from rasp.compile.value_codes import FAILED
from rasp.compile.value_tables import Tables
from rasp.errors import TooManyValues
from rasp.graph import builders as graph
from rasp.graph.nodes import Atom, Constant, Node
from rasp.model.arrays import Array

Weights = dict[str, Array]

DIGITS = 53 * log(2)  # the precision of float64, as a difference of scores


@dataclass
class BuiltWeights:
    """The weights, the units of feed-forwards by stage, and β by head."""

    weights: Weights
    units: dict[int, list[Unit]]
    betas: dict[tuple[int, int], float]


def build_weights(layout: StreamLayout, tables: Tables, outputs: Iterable[Node]) -> BuiltWeights:
    """The weights of a layout. Raises CannotCompile if floats cannot distinguish its values."""
    return _WeightsBuilder(layout, tables).run(list(outputs))


class _WeightsBuilder:
    def __init__(self, layout: StreamLayout, tables: Tables) -> None:
        self.layout = layout
        self.tables = tables
        self.weights: Weights = {}
        self.bos = np.zeros(layout.size)  # the row of the BOS position
        self._check_size(layout.least_units)
        self.units = {stage: feed_forward(pieces, layout) for stage, pieces in layout.pieces.items()}
        self.betas: dict[tuple[int, int], float] = {}

    def run(self, outputs: list[Node]) -> BuiltWeights:
        self._check_size(sum(map(len, self.units.values())))
        self._embed()
        if self.units.get(1):
            self._feed_forward("pre", self.units[1])
        for layer in range(1, self.layout.layers + 1):
            self._attention(layer)
            self._feed_forward(f"blocks.{layer - 1}", self.units.get(2 * layer + 1, []))
        self._unembed(outputs)
        return BuiltWeights(self.weights, self.units, self.betas)

    def _check_size(self, units: int) -> None:
        """Raises TooManyValues if the weights would exceed the limit `memory`. The error names the largest cell."""
        blocks = self.layout.blocks.values()
        columns = sum(min(block.entries.shape) for parts in blocks for block in parts)
        count = self.layout.size * (2 * units + 4 * columns)
        if 3 * 8 * count > limits.memory:  # while weights are made, there are up to three copies
            largest = max(self.layout.cells.values(), key=lambda cell: cell.results)
            error = TooManyValues(
                f"a model of {count:,} parameters takes too much memory: it tells apart {largest.results:,} values",
                hint="A smaller vocabulary or shorter inputs make it less. " + limits.hint("memory"),
            )
            error.node = largest.nodes[0]
            raise error

    # ------------------------------------------------------------------------------------------------------ embedding

    def _embed(self) -> None:
        tables, size = self.tables, self.layout.size
        tokens = np.zeros((len(tables.vocabulary) + 1, size))
        positions = np.zeros((tables.sites.longest + 1, size))
        tokens[0, BOS_DIM] = self.bos[BOS_DIM] = 1
        for cell in self.layout.cells.values():
            if cell.key in self.layout.sums:
                tokens[1:, cell.start], positions[1:, cell.start] = self.layout.sums[cell.key]
            elif cell.stage == EMBED:
                by_index = any(tables.reads_index(node) for node in cell.nodes)
                values = tables.by_index(cell.nodes) if by_index else tables.by_token(cell.nodes)
                for row, value in enumerate(values, 1):
                    if FAILED not in value:
                        _write_value(positions if by_index else tokens, row, cell, value)
        self.weights["embed.W_E"], self.weights["pos_embed.W_pos"] = tokens, positions

    def _unembed(self, outputs: list[Node]) -> None:
        columns = [self._logits(self.layout.cells[node]) for node in outputs]
        self.weights["unembed.W_U"] = np.concatenate(columns, axis=1)
        self.weights["unembed.b_U"] = np.zeros(self.weights["unembed.W_U"].shape[1])

    def _logits(self, cell: Cell) -> Array:
        made = np.zeros((self.layout.size, cell.size))
        for index, (number, _) in enumerate(output_values(cell, self.tables)):
            made[cell.start + number, index] = 1
        return made

    # --------------------------------------------------------------------------------------------------- feed-forward

    def _feed_forward(self, name: str, units: list[Unit]) -> None:
        inner, bias = np.zeros((self.layout.size, len(units))), np.zeros(len(units))
        output = np.zeros((len(units), self.layout.size))
        for index, unit in enumerate(units):
            inner[list(unit.weights), index] = list(unit.weights.values())
            bias[index] = unit.bias
            output[index, list(unit.outputs)] = list(unit.outputs.values())
        inner[BOS_DIM] = 0
        inner[BOS_DIM] = np.minimum(0, -1 - (_product(self.bos, inner) + bias))
        names = {"W_in": inner, "b_in": bias, "W_out": output, "b_out": np.zeros(self.layout.size)}
        self.weights.update({f"{name}.mlp.{part}": array for part, array in names.items()})

    # ------------------------------------------------------------------------------------------------------ attention

    def _attention(self, layer: int) -> None:
        heads = [_HeadBuilder(head, self) for head in self.layout.heads if head.layer == layer]
        width = max(head.width for head in heads)
        name = f"blocks.{layer - 1}.attn"
        for part in "QKV":
            made = [head.projection(part, width) for head in heads]
            self.weights[f"{name}.W_{part}"] = np.stack([weight for weight, _ in made])
            self.weights[f"{name}.b_{part}"] = np.stack([bias for _, bias in made])
        self.weights[f"{name}.W_O"] = np.stack([head.output(width) for head in heads])
        self.weights[f"{name}.b_O"] = np.sum([head.bias for head in heads], axis=0)
        for head in heads:
            self.betas[head.head.key] = head.beta
            self.bos = self.bos + head.bos_output()
        self.bos = self.bos + self.weights[f"{name}.b_O"]

    def smallest_gap(self) -> float:
        """The smallest gap of all steps, at most 1."""
        gaps = [unit.gap for units in self.units.values() for unit in units if unit.gap is not None]
        return min([1.0, *gaps])


class _HeadBuilder:
    """The columns of one head for queries, keys and values, each with its weights and its bias."""

    def __init__(self, head: NormalHead, builder: _WeightsBuilder) -> None:
        self.head = head
        self.layout, self.tables, self.bos = builder.layout, builder.tables, builder.bos
        self.columns: dict[str, list[tuple[Array, float]]] = {"Q": [], "K": [], "V": []}
        self.bos_values: dict[str, dict[int, float]] = {"Q": {}, "K": {}, "V": {}}  # by column, its value at BOS
        self.writes: list[dict[int, float]] = []
        self.bias = np.zeros(self.layout.size)
        self.step = log((self.tables.sites.longest + 1) * self._largest() / builder.smallest_gap()) + DIGITS
        ranks = self._score()
        self.beta = self.step * (ranks + 2) if head.pattern.hard else self.step
        self._select()
        self._read()

    @property
    def width(self) -> int:
        return max(1, *(len(columns) for columns in self.columns.values()))

    def _largest(self) -> float:
        """The largest absolute value that the head reads, at least 1, times n + 1."""
        found = [1.0]
        for reading in self._numbers_read():
            found.extend(abs(number) for number in self.tables.exact.floats(reading))
        return max(found) * (self.tables.sites.longest + 1)

    def _numbers_read(self) -> Iterator[Node]:
        """The sequences that the head reads as numbers."""
        for channel in self.layout.channels:
            if channel.head == self.head.key and channel.reading is not None and channel.reading.values is not None:
                yield channel.reading.values
        for copy in self.layout.copies.get(self.head.key, []):
            if copy.target.numbers is not None and copy.reading.values is not None:
                yield copy.reading.values

    # ---------------------------------------------------------------------------------------------- queries and keys

    def _score(self) -> int:
        """Adds, for `best`, a column with the rank of each key's score. Returns the highest rank."""
        if not self.head.pattern.hard:
            return 0
        weights, highest = self._near() if self.head.pattern.near else (np.zeros(self.layout.size), 0)
        for node in self.head.pattern.scores:
            cell = self.layout.cells[node]
            ranks = score_ranks(self.tables, node)
            for value, number in cell.class_of.items():
                weights[cell.start + number] += float(ranks[value[0]]) * (highest + 1)
            highest += int(max((ranks[value[0]] for value in cell.class_of), default=0)) * (highest + 1)
        self._match((np.zeros(self.layout.size), 1.0), (weights * self.step, 0.0), bos_key=-self.step)
        return highest

    def _near(self) -> tuple[Array, int]:
        """Adds the columns of `near_ranks` that read the query. Returns the one of the key alone, and the highest rank.

        The rank is M - 2 (k - q)² - (k - q), the sum of M - 2 k² - k, of 4 k q, and of q - 2 q².
        """
        highest = farthest(self.tables.sites.longest)
        linear = self._position_column(lambda position: position)
        self._match(linear, self._position_column(lambda position: 4 * self.step * position))
        self._match(
            self._position_column(lambda position: position - 2 * position**2), (np.zeros(self.layout.size), self.step)
        )
        return self._position_column(lambda position: highest - 2 * position**2 - position)[0], highest

    def _position_column(self, number: Callable[[int], float]) -> tuple[Array, float]:
        """A column that holds a number for each position."""
        node = graph.indices()
        cell, atoms = self.layout.cells[node], self.tables.columns.atoms(node)
        weights = np.zeros(self.layout.size)
        for (code,), own in cell.class_of.items():
            weights[cell.start + own] = number(int(atoms[code]))
        return weights, 0.0

    def _select(self) -> None:
        for block in self.layout.blocks[self.head.key]:
            self._clause(block)
        self._match((np.zeros(self.layout.size), 0.0), (np.zeros(self.layout.size), 1.0), bos_query=-self.beta)

    def _match(
        self, query: tuple[Array, float], key: tuple[Array, float], bos_query: float = 0.0, bos_key: float = 0.0
    ) -> None:
        """Adds a column of queries and one of keys, whose product is a part of the score."""
        self.bos_values["Q"][len(self.columns["Q"])] = bos_query
        self.bos_values["K"][len(self.columns["K"])] = bos_key
        self.columns["Q"].append(query)
        self.columns["K"].append(key)

    def _clause(self, block: PatternBlock) -> None:
        """Adds the columns of a clause: one for each class of keys, or of queries, that is not always selected."""
        entries = block.entries
        by_key = [number for number in range(entries.shape[1]) if not entries[:, number].all()]
        by_query = [number for number in range(entries.shape[0]) if not entries[number].all()]
        if len(by_key) <= len(by_query):
            for number in by_key:
                lost = np.where(entries[:, number], 0.0, -self.beta)
                self._match(
                    self._class_column(block.query, block.query_class, lost),
                    self._class_column(block.key, block.key_class, _unit(entries.shape[1], number)),
                )
        else:
            for number in by_query:
                lost = np.where(entries[number], 0.0, -self.beta)
                self._match(
                    self._class_column(block.query, block.query_class, _unit(entries.shape[0], number)),
                    self._class_column(block.key, block.key_class, lost),
                )

    def _class_column(self, key: Key | None, class_of: dict[CellValue, int], numbers: Array) -> tuple[Array, float]:
        """A column that holds the number of the class in which the cell's value is."""
        weights = np.zeros(self.layout.size)
        if key is None:
            return weights, float(numbers[0])
        cell = self.layout.cells[key]
        for value, number in cell.class_of.items():
            if value in class_of:
                weights[cell.start + number] = numbers[class_of[value]]
        return weights, 0.0

    # ------------------------------------------------------------------------------------------------- values

    def _read(self) -> None:
        share = Channel(self.head.key, None)
        copies = self.layout.copies.get(self.head.key, [])
        bos: dict[int, float] = {}
        if share in self.layout.channels:
            bos[self.layout.channels[share]] = 1.0
        for channel, dim in self.layout.channels.items():
            if channel.head == self.head.key and channel.reading is not None and channel.reading.values is not None:
                self._value(self._number(channel.reading.values), {dim: 1.0})
        for copy in copies:
            self._copy(copy, bos)
        if bos:
            self.bos_values["V"][len(self.columns["V"])] = 1.0
            self._value((np.zeros(self.layout.size), 0.0), bos)

    def _value(self, column: tuple[Array, float], writes: dict[int, float]) -> None:
        self.columns["V"].append(column)
        self.writes.append(writes)

    def _number(self, node: Node) -> tuple[Array, float]:
        """A column that holds the number of a sequence."""
        weights = np.zeros(self.layout.size)
        if isinstance(node, Constant):
            return weights, float(node.value)
        cell = self.layout.cells[node]
        if cell.numbers is not None:
            weights[cell.start] = 1
            return weights, 0.0
        numbers = self.tables.exact.floats(node)
        for value, number in cell.class_of.items():
            weights[cell.start + number] = numbers[value[0]]
        return weights, 0.0

    def _copy(self, copy: Copy, bos: dict[int, float]) -> None:
        """Adds columns that copy the value of the only selected key, or the default.

        Without `best`, that key and BOS have the weight 1/2 each, so values are written twice as large. If no key is
        selected, all weight is on BOS, whose value column writes the default.
        """
        cell, values = copy.target, copy.reading.values
        assert values is not None
        factor = 1.0 if self.head.pattern.hard else 2.0
        default = self.tables.columns.codes(copy.reading.result).find(copy.reading.default)
        if cell.numbers is not None:
            self._value(self._number(values), {cell.start: factor})
            self._default(bos, cell.start, cell.number_at(default), factor)
            return
        for number, column in self._elements(copy, values).items():
            self._value(column, {cell.start + number: factor})
        empty = cell.class_at(default)
        if empty is not None:
            self._default(bos, cell.start + empty, 1.0, factor)

    def _default(self, bos: dict[int, float], dim: int, value: float, factor: float) -> None:
        if value:
            bos[dim] = factor * value
            self.bias[dim] = (1 - factor) * value

    def _elements(self, copy: Copy, values: Node) -> dict[int, tuple[Array, float]]:
        """By class of the result, a column that is 1 at the keys with a value of this class."""
        classes = copy.classes(self.tables.columns)
        found: dict[int, tuple[Array, float]] = {}
        for number in sorted({number for number in classes.values() if number is not None}):
            weights = np.zeros(self.layout.size)
            if isinstance(values, Constant):
                found[number] = (weights, 1.0)
                continue
            cell = self.layout.cells[values]
            for (code,), own in cell.class_of.items():
                if classes.get(code) == number:
                    weights[cell.start + own] = 1
            found[number] = (weights, 0.0)
        return found

    # ------------------------------------------------------------------------------------------------------ matrices

    def projection(self, part: str, width: int) -> tuple[Array, Array]:
        """W (d_model, d_head) and b (d_head,). The flag's weights give the row of BOS the values in `bos_values`."""
        weights, bias = np.zeros((self.layout.size, width)), np.zeros(width)
        for index, (column, constant) in enumerate(self.columns[part]):
            weights[:, index] = column
            bias[index] = constant
        bos_values = np.zeros(width)
        for index, value in self.bos_values[part].items():
            bos_values[index] = value
        weights[BOS_DIM] = 0
        weights[BOS_DIM] = bos_values - (_product(self.bos, weights) + bias)
        scale = sqrt(width) if part == "Q" else 1.0
        return weights * scale, bias * scale

    def output(self, width: int) -> Array:
        """W_O (d_head, d_model)."""
        made = np.zeros((width, self.layout.size))
        for index, writes in enumerate(self.writes):
            for dim, value in writes.items():
                made[index, dim] = value
        return made

    def bos_output(self) -> Array:
        """The row that the head adds to BOS, without the bias."""
        made = np.zeros(self.layout.size)
        for index, value in self.bos_values["V"].items():
            for dim, weight in self.writes[index].items():
                made[dim] += value * weight
        return made


def _product(row: Array, matrix: Array) -> Array:
    """The product of a row and a matrix, summed in a fixed order, so that weights do not depend on the processor."""
    made = np.zeros(matrix.shape[1])
    for index in np.flatnonzero(row):
        made += row[index] * matrix[index]
    return made


def _write_value(rows: Array, row: int, cell: Cell, value: CellValue) -> None:
    """Writes a cell's value into a row of an embedding."""
    if cell.numbers is not None:
        rows[row, cell.start] = cell.numbers.get(value, 0.0)
    elif value in cell.class_of:
        rows[row, cell.start + cell.class_of[value]] = 1


def _unit(size: int, index: int) -> Array:
    made = np.zeros(size)
    made[index] = 1
    return made


def output_values(cell: Cell, tables: Tables) -> list[tuple[int, Atom]]:
    """The classes of an output's cell with their values, sorted: strings, then numbers by size.

    If a class holds values that differ by rounding, its value is the one nearest to the fraction that they round.
    """
    (node,) = cell.nodes
    atoms = tables.columns.atoms(node)
    classes: dict[int, list[int]] = {}
    for (code,), number in cell.class_of.items():
        classes.setdefault(number, []).append(code)
    rounded = tables.exact.fractions(node) if len(classes) < len(cell.class_of) else []
    known = {}
    for number, codes in classes.items():
        best = codes[0] if len(codes) == 1 else min(codes, key=lambda code: abs(Fraction(atoms[code]) - rounded[code]))
        known[number] = atoms[best]
    return sorted(known.items(), key=lambda pair: _sort_key(pair[1]))


def _sort_key(atom: Atom) -> tuple[bool, Atom, str]:
    return not isinstance(atom, str), atom, type(atom).__name__
