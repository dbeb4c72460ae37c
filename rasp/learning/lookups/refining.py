"""Refines a model of one label a sequence: words get classes by what they add to the scores in the chosen reads.

Greedy selection reads coarse classes of words. Here each read of a word sees the word itself instead, and all weights
are fitted together. A word is then a vector: its weights in each read. Words with similar vectors become a class, and
the means of their vectors the weights of the class (vector quantisation), which are then fitted again. There are two
such variables, because far more words matter in the sum over all words than in the reads of single words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from rasp.learning.lookups.clusters import k_means
from rasp.learning.lookups.fitting import fit
from rasp.learning.lookups.model import Sum, feature
from rasp.learning.lookups.problem import LookupProblem
from rasp.learning.lookups.reads import At, Bag, FirstOrLast, Fixed, TwoReads, WordRead
from rasp.learning.lookups.variables import WordVariable
from rasp.model.arrays import Array

WORD = "word"  # the variable that is the word itself
EVERYWHERE, ALONE = "weight", "alone"  # the kinds of classes: by weights in the sum over all words, and in other reads
RIDGE, STEPS = 1.0, 60
AGAIN = 12  # steps of fitting the weights of classes: more would fit the training data alone


def on_variable(read: WordRead, name: str, size: int) -> WordRead | None:
    """A read of one word as the same read of another variable; a pair is read as its first word.

    None for a read that sees no word.

    >>> on_variable(Bag(At("rate", 32)), "word", 9)
    Bag(inner=At(name='word', classes=9, by=0))
    """
    match read:
        case Bag(inner=inner):
            made = on_variable(inner, name, size)
            return None if made is None else Bag(made)
        case TwoReads(left=left):
            return on_variable(left, name, size)
        case At() | Fixed() | FirstOrLast():
            return replace(read, name=name, classes=size)
    return None


class WordWeights:
    """The fitted weights of the words themselves in some reads. `reads` has each read once, however coarse it was."""

    def __init__(self, problem: LookupProblem, reads: Sequence[WordRead]) -> None:
        self.problem, self.count = problem, len(problem.words)
        problem.add_variable(WordVariable(WORD, np.arange(self.count), self.count))
        self.reads = list(dict.fromkeys(on_variable(read, WORD, self.count) or read for read in reads))
        self.features = [feature(read, problem.all) for read in self.reads]
        fitted = self._fit(self.reads, [np.zeros((read.size, len(problem.labels))) for read in self.reads], STEPS)
        self.weights = [one - one[:, [problem.usual]] for one in fitted]

    def _sharing(self) -> Iterator[tuple[str, list[int]]]:
        """The numbers of the reads that share a variable, with its kind."""
        seen = [number for number, read in enumerate(self.reads) if on_variable(read, WORD, self.count) is not None]
        for kind, bag in ((EVERYWHERE, True), (ALONE, False)):
            found = [number for number in seen if isinstance(self.reads[number], Bag) == bag]
            if found:
                yield kind, found

    def sum(self, sizes: dict[str, int], words: int) -> Sum:
        """The model on at most so many classes of each kind; their variables are added to the problem.

        The `words` with the largest effects have classes of their own; all others are taken for unknown ones.
        """
        reads, weights = list(self.reads), list(self.weights)
        kept = np.sort(np.argsort(-self.effects(), kind="stable")[:words])
        for kind, numbers in self._sharing():
            vectors = np.concatenate([self.weights[number][: self.count] for number in numbers], axis=1)
            one, centres = self._classes(kind, vectors, self._counts(numbers), kept, sizes[kind])
            self.problem.add_variable(one)
            for number, rows in zip(numbers, np.split(centres, len(numbers), axis=1), strict=True):
                made = on_variable(reads[number], one.name, one.size)
                assert made is not None
                reads[number] = made
                weights[number] = np.concatenate([rows, weights[number][self.count :]])  # with that of nothing to read
        return Sum(tuple(reads), tuple(self._fit(reads, weights, AGAIN)), self.problem.usual)

    def _fit(self, reads: Sequence[WordRead], start: list[Array], steps: int) -> list[Array]:
        """The weights of reads, fitted to all training data."""
        view, labels = self.problem.all, len(self.problem.labels)
        features = [feature(read, view) for read in reads]
        return fit(features, view.corpus.labels, labels, start, RIDGE, steps)

    def _counts(self, numbers: Sequence[int]) -> Array:
        """How often reads see each word."""
        counts = [np.bincount(self.features[number].values, minlength=self.count + 1) for number in numbers]
        found: Array = np.sum(counts, axis=0)[: self.count]
        return found

    def _classes(self, name: str, vectors: Array, seen: Array, kept: Array, size: int) -> tuple[WordVariable, Array]:
        """A variable with its centres. Large classes have low numbers, so that codes are short."""
        found, centres = k_means(vectors[kept], np.sqrt(seen[kept] + 0.1), size, self.problem.wanted.seed)
        order = np.argsort(-np.bincount(found, minlength=len(centres)), kind="stable")
        numbers = np.argsort(order)
        unknown = numbers[np.argmin(((centres - vectors[0]) ** 2).sum(1))]
        classes = np.full(self.count, unknown)
        classes[kept] = numbers[found]
        return WordVariable(name, classes, len(centres)), centres[order].astype(float)

    def effects(self) -> Array:
        """How much the scores would change if a word were unknown; the unknown word comes first."""
        found = np.zeros(self.count)
        for _, numbers in self._sharing():
            for number in numbers:
                apart = self.weights[number][: self.count] - self.weights[number][0]
                found += (apart**2).sum(1) * self._counts([number])
        found[0] = np.inf
        return found
