"""Simple methods on the data of `benchmarks/text.py`: functions from training and test data to the test's outputs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from rasp.learning.examples.data import Data
from rasp.learning.lookups.corpus import Corpus
from rasp.learning.lookups.fitting import LookupFeature, fit

Baseline = Callable[[Data, Data], list[Any]]
RIDGE, STEPS = 1.0, 80  # of logistic regressions
WINDOW = (-2, -1, 0, 1, 2)


def of(data: Data) -> dict[str, Baseline]:
    """The methods for data with one label a text, or with one a word."""
    if data.one:
        return {"majority": majority, "naive Bayes": naive_bayes, "bag-of-words logistic": bag_of_words}
    return {"majority": majority, "unigram tagger": unigram, "logistic, 5 words": window}


def majority(training: Data, test: Data) -> list[Any]:
    """The commonest label everywhere."""
    counts = Counter(label for wanted in training.outputs for label in wanted)
    return [[counts.most_common(1)[0][0]] * len(given) for given in test.inputs]


def unigram(training: Data, test: Data) -> list[Any]:
    """The commonest label of each word."""
    counts: dict[Any, Counter[Any]] = defaultdict(Counter)
    for given, wanted in training.pairs():
        for word, label in zip(given, wanted, strict=True):
            counts[word][label] += 1
    usual = majority(training, test)[0][0]
    best = {word: found.most_common(1)[0][0] for word, found in counts.items()}
    return [[best.get(word, usual) for word in given] for given in test.inputs]


def _corpora(training: Data, test: Data) -> tuple[Corpus, Corpus, int]:
    """Both as arrays, and how many words there are; 0 is a word that was not trained on."""
    numbers = {word: number for number, word in enumerate(training.seen, 1)}
    return Corpus.of(training, numbers, training.labels), Corpus.of(test, numbers, training.labels), len(numbers) + 1


def _spread(training: Data, test: Data, answers: Any) -> list[Any]:
    """One label a text at each of its words."""
    return [[training.labels[answer]] * len(given) for answer, given in zip(answers, test.inputs, strict=True)]


def naive_bayes(training: Data, test: Data) -> list[Any]:
    """Multinomial naive Bayes, each word counted once more."""
    known, asked, words = _corpora(training, test)
    labels = len(training.labels)
    pairs = known.words * labels + known.labels[known.sequence_of]
    counts = np.bincount(pairs, minlength=words * labels).reshape(words, labels) + 1.0
    prior = np.bincount(known.labels, minlength=labels) + 1e-9
    scores = LookupFeature(asked.words, words, asked.starts).scores(np.log(counts / counts.sum(0)))
    return _spread(training, test, (scores + np.log(prior)).argmax(1))


def bag_of_words(training: Data, test: Data) -> list[Any]:
    """Logistic regression on the counts of words."""
    known, asked, words = _corpora(training, test)

    def features(corpus: Corpus) -> list[LookupFeature]:
        always = LookupFeature(np.zeros(len(corpus.sizes), np.int64), 1)
        return [LookupFeature(corpus.words, words, corpus.starts), always]

    return _spread(training, test, _logistic(features(known), features(asked), known, len(training.labels)).argmax(1))


def window(training: Data, test: Data) -> list[Any]:
    """Logistic regression on five words."""
    known, asked, words = _corpora(training, test)

    def features(corpus: Corpus) -> list[LookupFeature]:
        return [LookupFeature(_beside(corpus, by, words), words + 1) for by in WINDOW]

    answers = _logistic(features(known), features(asked), known, len(training.labels)).argmax(1)
    found = [training.labels[answer] for answer in answers]
    return [found[start : start + size] for start, size in zip(asked.starts, asked.sizes, strict=True)]


def _beside(corpus: Corpus, by: int, edge: int) -> Any:
    there = corpus.numbers + by
    inside = (there >= corpus.first) & (there < corpus.end)
    return np.where(inside, corpus.words[np.where(inside, there, 0)], edge)


def _logistic(known: list[LookupFeature], asked: list[LookupFeature], corpus: Corpus, labels: int) -> Any:
    start = [np.zeros((one.size, labels)) for one in known]
    weights = fit(known, corpus.labels, labels, start, RIDGE, STEPS)
    return sum(one.scores(part) for one, part in zip(asked, weights, strict=True))
