"""Sequences of words as arrays: the tokens of all sequences one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rasp.graph.nodes import Atom
from rasp.learning.examples.data import Data
from rasp.model.arrays import Array

NOT_ASKED = -1  # the label where nothing is asked


@dataclass(frozen=True)
class Corpus:
    """Sequences as arrays: `words` are numbers of tokens, `labels` those of outputs, -1 where nothing is asked.

    `sizes` are the lengths of the sequences. With `one`, there is one label for each sequence, else for each token.

    >>> from rasp.learning.examples.rows import data_of
    >>> data = data_of([(["a", "b"], ["x", "y"]), (["b"], [None])])
    >>> made = Corpus.of(data, {"b": 1}, ("x", "y"))
    >>> made.words.tolist(), made.labels.tolist(), made.starts.tolist()
    ([0, 1, 1], [0, 1, -1], [0, 2])
    """

    words: Array
    labels: Array
    sizes: Array
    one: bool

    @classmethod
    def of(cls, data: Data, numbers: dict[Atom, int], labels: Sequence[Atom]) -> Corpus:
        """The sequences of data; a token without a number is 0."""
        labelled: dict[Atom | None, int] = {label: number for number, label in enumerate(labels)}
        words = np.array([numbers.get(token, 0) for given in data.inputs for token in given], np.int64)
        rows = ([wanted[0]] for wanted in data.outputs) if data.one else data.outputs
        known = np.array([labelled.get(label, NOT_ASKED) for wanted in rows for label in wanted], np.int64)
        return cls(words, known, np.array([len(given) for given in data.inputs], np.int64), data.one)

    @cached_property
    def starts(self) -> Array:
        """The first token of each sequence."""
        return np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.int64)

    @cached_property
    def sequence_of(self) -> Array:
        """The sequence of each token."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def first(self) -> Array:
        """For each token, the first token of its sequence."""
        return np.repeat(self.starts, self.sizes)

    @cached_property
    def end(self) -> Array:
        """For each token, the end of its sequence (exclusive)."""
        return np.repeat(self.starts + self.sizes, self.sizes)

    @cached_property
    def numbers(self) -> Array:
        """The number of each token in the corpus."""
        return np.arange(len(self.words))

    def tokens_of(self, sequences: Array) -> Array:
        """The tokens of some sequences, in their order."""
        chosen = np.zeros(len(self.sizes), bool)
        chosen[sequences] = True
        return np.flatnonzero(np.repeat(chosen, self.sizes))

    def part(self, sequences: Array) -> Corpus:
        """Some of the sequences, by ascending numbers."""
        tokens = self.tokens_of(sequences)
        labels = self.labels[sequences if self.one else tokens]
        return Corpus(self.words[tokens], labels, self.sizes[sequences], self.one)
