"""The discrete model: an arg-max of sums of int weights, in one layer or two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from rasp.learning.lookups.candidates import GUESS
from rasp.learning.lookups.chosen_labels import chosen_labels
from rasp.learning.lookups.fitting import LookupFeature
from rasp.learning.lookups.reads import Always, Bag, CorpusView, WordRead
from rasp.model.arrays import Array


def feature(read: WordRead, view: CorpusView) -> LookupFeature:
    """A read as a feature of each token; with one label for a sequence, of the sequence, or of its tokens in a bag."""
    values = view.read(read)
    if not view.corpus.one:
        return LookupFeature(values, read.size)
    if isinstance(read, Bag):
        return LookupFeature(values, read.size, view.corpus.starts)
    return LookupFeature(values[view.corpus.starts], read.size)


@dataclass(frozen=True)
class Sum:
    """A sum of look-ups: for each read the weights of each label, (size, labels). The `usual` label has zeros."""

    reads: tuple[WordRead, ...]
    weights: tuple[Array, ...]
    usual: int

    def scores(self, view: CorpusView) -> Array:
        """The scores of each label at each row."""
        found = (feature(read, view).scores(weights) for read, weights in zip(self.reads, self.weights, strict=True))
        return reduce(np.add, found)

    def rounded(self, scale: float) -> Sum:
        """The sum with int weights: the weights relative to the usual label, times a scale, rounded."""
        relative = (weights - weights[:, [self.usual]] for weights in self.weights)
        return Sum(self.reads, tuple(np.rint(one * scale).astype(np.int64) for one in relative), self.usual)

    def folded(self) -> Sum:
        """The same sum without the bias (`Always`), which is added to the weights of another read."""
        number = next((number for number, read in enumerate(self.reads) if not isinstance(read, (Always, Bag))), None)
        everywhere = [one for one, read in zip(self.weights, self.reads, strict=True) if isinstance(read, Always)]
        if number is None or not everywhere:
            return self
        weights = list(self.weights)
        weights[number] = weights[number] + sum(everywhere)
        kept = [number for number, read in enumerate(self.reads) if not isinstance(read, Always)]
        return Sum(tuple(self.reads[number] for number in kept), tuple(weights[number] for number in kept), self.usual)

    def without_unused(self) -> Sum:
        """The sum with int weights without labels that are never chosen and reads that change nothing: equal answers.

        A read whose weights are the same whatever it reads is a constant, which another read takes over.
        """
        pairs = [(one, isinstance(read, Bag)) for one, read in zip(self.weights, self.reads, strict=True)]
        others = [label for label in range(pairs[0][0].shape[1]) if label != self.usual]
        chosen = chosen_labels(pairs, [self.usual, *others])
        shown = np.isin(np.arange(1 + len(others)), chosen)
        return Sum(self.reads, tuple(one * shown for one in self.weights), self.usual).without_constants()

    def without_constants(self) -> Sum:
        """The sum without reads that have the same weights whatever they read: equal scores."""
        constant, reads, weights = np.zeros((1, self.weights[0].shape[1]), np.int64), [], []
        for read, one in zip(self.reads, self.weights, strict=True):
            if (one == one[:1]).all() and not (isinstance(read, Bag) and one.any()):
                constant = constant + one[:1]
            else:
                reads.append(read)
                weights.append(one)
        number = next((number for number, read in enumerate(reads) if not isinstance(read, Bag)), None)
        if number is not None:
            weights[number] = weights[number] + constant
        elif constant.any() or not reads:
            reads, weights = [Always(), *reads], [constant, *weights]
        return Sum(tuple(reads), tuple(weights), self.usual)

    def best(self, scores: Array) -> Array:
        """The label with the highest score; of equal ones the usual label, else the first."""
        first = np.argmax(scores, axis=1)
        return np.where(scores[:, self.usual] >= scores.max(1), self.usual, first)

    def answers(self, view: CorpusView) -> Array:
        """The label of each row."""
        return self.best(self.scores(view))


@dataclass(frozen=True)
class Layers:
    """A model: one sum, or a second one whose reads see the `guess` of the first: its label, and whether it is sure.

    It is sure if the best score of the other labels is at least `sure` or at most `-sure`; the usual label scores 0.
    """

    last: Sum
    first: Sum | None = None
    sure: int = 0

    def simplified(self) -> Layers:
        """The layers with equal answers, without labels that are never chosen and reads that change nothing.

        The first layer keeps its labels, because it also tells by their scores whether it is sure.
        """
        last = self.last.without_unused()
        guessed = any(name == GUESS for read in last.reads for name in read.names())
        return Layers(last, self.first, self.sure) if guessed else Layers(last)

    def words(self) -> Iterator[str]:
        """The reads in words, each once."""
        first = [] if self.first is None else [read.words() for read in self.first.reads]
        yield from dict.fromkeys([*first, *(read.words() for read in self.last.reads)])

    def answers(self, view: CorpusView) -> Array:
        """The label of each row."""
        if self.first is not None and GUESS not in view.added:
            view.added[GUESS] = guesses(self.first, self.sure, view)
        return self.last.answers(view)


def guesses(first: Sum, sure: int, view: CorpusView) -> Array:
    """The answer of a first layer at each token: twice the label's number, plus one if it is sure."""
    scores = first.scores(view)
    top = np.delete(scores, first.usual, axis=1).max(1)
    found: Array = first.best(scores) * 2 + (np.abs(top) >= sure)
    return found


AnswerJudge = Callable[[Array], float]  # how good answers are, by validation data


def coarsest(made: Sum, view: CorpusView, judge: AnswerJudge, scales: Sequence[int], loss: float) -> tuple[Sum, int]:
    """The sum with the coarsest int weights whose validation score is at most `loss` lower; and their scale."""
    rounded = [made.rounded(scale) for scale in scales]
    marks = [judge(one.answers(view)) for one in rounded]
    allowed = (number for number, mark in enumerate(marks) if mark >= max(marks) - loss)
    chosen = next(allowed)
    return rounded[chosen], scales[chosen]
