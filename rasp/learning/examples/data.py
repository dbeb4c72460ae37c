"""Data to learn from: inputs with their outputs, and their vocabulary, kinds and lengths.

`rasp.learning.examples.rows` makes them from values, `rasp.learning.examples.reading` from files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Union

from rasp.engine.tokens import Input as Input
from rasp.graph.atoms import kind_of
from rasp.graph.nodes import Atom

Output = tuple[Union[Atom, None], ...]

DIGITS = 16  # hexadecimal digits of a checksum


@dataclass(frozen=True)
class Data:
    """Inputs with their outputs, position by position; None in an output means that nothing is asked there.

    `lines` are the numbers of the rows in their file, or of the examples. `one` says that a row has one label, which
    is repeated at every position. All tokens are of one kind, and all outputs are; `rows.py` sees to that.

    >>> data = Data((tuple("cab"), tuple("b")), (tuple("abc"), tuple("b")), (1, 2))
    >>> len(data), data.vocabulary, data.input_kind, data.longest, data.asked
    (2, ('a', 'b', 'c'), 'string', 3, 4)
    """

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    lines: tuple[int, ...]
    name: str = "data"
    form: str = "pairs"  # of the file, in words
    one: bool = False
    declared: tuple[Atom, ...] = ()  # the vocabulary, where it was set
    noun: str = "line"  # what `lines` count
    words: bool = False  # whether tokens are words: strings were split at blanks, or a corpus has a word a line

    def __len__(self) -> int:
        return len(self.inputs)

    def rows(self) -> Iterator[tuple[Input, Output, int]]:
        """The rows: input, output, line."""
        return zip(self.inputs, self.outputs, self.lines, strict=True)

    def pairs(self) -> Iterator[tuple[Input, Output]]:
        """The inputs with their outputs."""
        return zip(self.inputs, self.outputs, strict=True)

    @cached_property
    def seen(self) -> tuple[Atom, ...]:
        """The tokens that occur, in order."""
        return sort_atoms({token for given in self.inputs for token in given})

    @property
    def vocabulary(self) -> tuple[Atom, ...]:
        """The declared tokens, or else those that occur, in order."""
        return self.declared or self.seen

    @cached_property
    def labels(self) -> tuple[Atom, ...]:
        """The outputs that occur, in order."""
        return sort_atoms({atom for wanted in self.outputs for atom in wanted if atom is not None})

    @property
    def input_kind(self) -> str:
        """The kind of the tokens: "string", "int" or "bool"; empty if there are none."""
        return kind_of(self.vocabulary[0]) if self.vocabulary else ""

    @property
    def output_kind(self) -> str:
        """The kind of the outputs; empty if nothing is asked."""
        return kind_of(self.labels[0]) if self.labels else ""

    @cached_property
    def longest(self) -> int:
        """The length of the longest input; 0 where there is none."""
        return max(map(len, self.inputs), default=0)

    @cached_property
    def shortest(self) -> int:
        """The length of the shortest input; 0 where there is none."""
        return min(map(len, self.inputs), default=0)

    @cached_property
    def asked(self) -> int:
        """The number of positions with an output."""
        return sum(len(wanted) - wanted.count(None) for wanted in self.outputs)

    @property
    def not_asked(self) -> int:
        """The number of positions without an output."""
        return sum(wanted.count(None) for wanted in self.outputs)

    def rows_at(self, indices: Iterable[int]) -> Data:
        """Some of the rows, by index."""
        rows = list(indices)
        return replace(
            self,
            inputs=tuple(self.inputs[row] for row in rows),
            outputs=tuple(self.outputs[row] for row in rows),
            lines=tuple(self.lines[row] for row in rows),
        )

    def with_pairs(self, pairs: Sequence[tuple[Input, Output]]) -> Data:
        """The data with further rows of the same kinds."""
        last = max(self.lines, default=0)
        return replace(
            self,
            inputs=(*self.inputs, *(given for given, _ in pairs)),
            outputs=(*self.outputs, *(wanted for _, wanted in pairs)),
            lines=(*self.lines, *range(last + 1, last + 1 + len(pairs))),
        )

    @cached_property
    def checksum(self) -> str:
        """The checksum of the rows in their order, which depends on neither the machine nor the file's format.

        >>> Data((("a",),), ((1,),), (1,)).checksum
        'c05c344c3652fbfb'
        """
        made = hashlib.sha256()
        for given, wanted in self.pairs():
            made.update(json.dumps([given, wanted]).encode() + b"\n")
        return made.hexdigest()[:DIGITS]


def sort_atoms(atoms: Iterable[Atom]) -> tuple[Atom, ...]:
    """Atoms by kind and value, strings by code point.

    >>> sort_atoms(["b", "B", "a"]), sort_atoms([10, 9])
    (('B', 'a', 'b'), (9, 10))
    """
    return tuple(sorted(atoms, key=lambda atom: (kind_of(atom), atom)))


def number_of(atoms: Sequence[Atom], seed: int) -> int:
    """A number of 64 bits that looks random, the same for equal atoms and seeds on every machine.

    >>> number_of("ab", 0), number_of("ab", 1)
    (2371615477782517261, 9595967199281818200)
    """
    text = json.dumps([seed, *atoms])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
