"""Variables of a word: classes by its contexts in training text, its shape, and classes by its labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rasp.learning.lookups import fitting
from rasp.learning.lookups.clusters import k_means, nearest_centres
from rasp.learning.lookups.corpus import NOT_ASKED, Corpus
from rasp.learning.lookups.tokeniser import shape
from rasp.learning.lookups.vectors import information, main_axes, unit
from rasp.model.arrays import Array

AXES = 48  # of word vectors
FOLDS = 5  # of the training data, so that no word gets its class from its own label (cross-fitting)
RATE_FOLDS = 20  # the same for label rates, which are quickly counted
RATES = 48  # classes of label rates
BESIDE = {"rate": 0, "next": 1, "previous": -1}  # variables by the labels of a word, and of the words beside it
ALIKE = 16  # the least mean number of words of a class: few words make fewer classes
PRIOR = 3.0  # pseudo-count: occurrences of each word with the usual labels
MOST_SHAPES = 31
OFFSETS = {"before": (-1,), "after": (1,), "topic": (-3, -2, -1, 1, 2, 3)}
SIZES = (32, 64)  # classes of each kind of context
MANY = 256  # one more variable: classes by the words on both sides
COMMON, FRAMES = 128, 16  # the commonest words, and the classes of one more variable, of these words alone
WORDS = {  # what a class is based on
    "before": "the words before it",
    "after": "the words after it",
    "beside": "the words on both sides of it",
    "frame": "the words on both sides of it, if it is common",
    "topic": "the words around it",
    "shape": "what it looks like",
    "rate": "the labels that it has",
    "next": "the labels of the words after it",
    "previous": "the labels of the words before it",
    "weight": "what it adds to the score of each label, wherever it stands",
    "alone": "what it adds to the scores where it alone is read",
}


NOUNS = {
    "before": "the kind by words before",
    "after": "the kind by words after",
    "beside": "the kind by neighbours",
    "frame": "the kind of common word",
    "topic": "the topic",
    "shape": "the shape",
    "rate": "the usual label",
    "next": "the kind by labels after",
    "previous": "the kind by labels before",
    "weight": "the weights",
    "alone": "the weights",
    "guess": "the first guess",
}


def noun(name: str) -> str:
    """The phrase for a variable in a sentence, with its name in the program if that is another word.

    >>> noun("beside32"), noun("rate"), noun("shape")
    ('the kind by neighbours (beside32)', 'the usual label (rate)', 'the shape')
    """
    words = NOUNS[name.rstrip("0123456789")]
    return words if words == f"the {name}" else f"{words} ({name})"


@dataclass(frozen=True)
class WordVariable:
    """A function of a word: its class, from 0 to `size` - 1.

    `own` has the classes of the training tokens if these are not looked up, but found without their own labels.
    """

    name: str
    classes: Array
    size: int
    own: Array | None = None

    @property
    def kind(self) -> str:
        """What the class is based on, a key of `WORDS`."""
        return self.name.rstrip("0123456789")


def make_variables(corpus: Corpus, words: Sequence[str], labels: int, seed: int) -> dict[str, WordVariable]:
    """All variables of the words of training data, by name."""
    made = [word_shapes(words), *contexts(corpus, len(words), seed), *label_variables(corpus, len(words), labels, seed)]
    return {one.name: one for one in made}


def word_shapes(words: Sequence[str]) -> WordVariable:
    """The shapes of words, without endings; a stand-in for unknown words is itself a shape."""
    found = [word.split(":")[0].rstrip(">") if word.startswith("<") else _plain_shape(word) for word in words]
    names = sorted(set(found), key=lambda name: (-found.count(name), name))
    numbers = {name: min(number, MOST_SHAPES) for number, name in enumerate(names)}
    return WordVariable("shape", np.array([numbers[name] for name in found]), min(len(names), MOST_SHAPES + 1))


def _plain_shape(word: str) -> str:
    """The shape of a known word; punctuation is its own shape."""
    found = shape(word).split(":")[0].rstrip(">")
    return word if found == "<sign" else found


def contexts(corpus: Corpus, words: int, seed: int) -> Iterator[WordVariable]:
    """Classes of words with similar neighbours."""
    counts = np.bincount(corpus.words, minlength=words)
    weights = np.sqrt(counts + 0.1)
    vectors = {
        name: main_axes(information(corpus, words, offsets), min(AXES, words)) for name, offsets in OFFSETS.items()
    }
    vectors["beside"] = np.concatenate([unit(vectors["before"]), unit(vectors["after"])], axis=1)
    for name, found in vectors.items():
        for count in SIZES:
            yield _cluster_variable(f"{name}{count}", unit(found), weights, count, seed)
    yield _cluster_variable(f"beside{MANY}", unit(vectors["beside"]), weights, MANY, seed)
    yield _frames(unit(vectors["beside"]), counts, seed)


def _frames(points: Array, counts: Array, seed: int) -> WordVariable:
    """Classes of the commonest words, such as function words; all other words, and the unknown one, are in class 0."""
    classes = np.zeros(len(points), np.int64)
    common = 1 + np.argsort(-counts[1:], kind="stable")[:COMMON]
    if len(common):
        found, _ = k_means(points[common], np.sqrt(counts[common] + 0.1), FRAMES - 1, seed)
        classes[common] = found + 1
    return WordVariable("frame", classes, FRAMES)


def _cluster_variable(name: str, points: Array, weights: Array, count: int, seed: int) -> WordVariable:
    classes, centres = k_means(points, weights, count, seed)
    return WordVariable(name, classes, len(centres))


# ------------------------------------------------------------------------------------------------------ supervised


def label_variables(corpus: Corpus, words: int, labels: int, seed: int) -> Iterator[WordVariable]:
    """Classes by labels: by the label rates of a word, or by its weights in a sum over all words of a sequence."""
    random = np.random.Generator(np.random.PCG64(seed))
    folds = random.integers(0, FOLDS if corpus.one else RATE_FOLDS, len(corpus.sizes))
    if corpus.one:
        yield _weight_variable(corpus, words, labels, seed, folds)
        return
    for name, by in BESIDE.items():
        yield _rate_variable(name, corpus, words, labels, folds[corpus.sequence_of], by, seed)


def _rate_variable(
    name: str, corpus: Corpus, words: int, labels: int, folds: Array, by: int, seed: int
) -> WordVariable:
    """Classes of words with similar rates of the labels `by` positions away; `folds` are those of tokens.

    The classes of training tokens come from the rates in the other folds, whose counts are scaled up to all folds: else
    each word would seem rarer there, and get another class, than where it is looked up.
    """
    there = corpus.numbers + by
    inside = (there >= corpus.first) & (there < corpus.end)
    beside = np.where(inside, corpus.labels[np.where(inside, there, 0)], NOT_ASKED)
    known = beside >= 0
    pairs = corpus.words * labels + beside
    counts = np.bincount(pairs[known], minlength=words * labels).reshape(words, labels)
    usual = counts.sum(0) / max(counts.sum(), 1)
    most = min(RATES, max(labels + 1, words // ALIKE))
    classes, centres = k_means(_rates(counts, usual), np.sqrt(counts.sum(1) + 0.1), most, seed)
    own = np.zeros(len(corpus.words), np.int64)
    for fold in range(RATE_FOLDS):
        chosen = folds == fold
        here = np.bincount(pairs[known & chosen], minlength=words * labels).reshape(words, labels)
        own[chosen] = nearest_centres(_rates((counts - here) * (RATE_FOLDS / (RATE_FOLDS - 1)), usual), centres)[
            corpus.words[chosen]
        ]
    return WordVariable(name, classes, len(centres), own)


def _rates(counts: Array, usual: Array) -> Array:
    """The label rates of words, as clipped logarithms relative to the commonest label."""
    rates = (counts + PRIOR * usual) / (counts.sum(1, keepdims=True) + PRIOR)
    logs = np.log(rates + 1e-4)
    common = int(np.argmax(usual))
    found: Array = np.clip(np.delete(logs - logs[:, [common]], common, axis=1), -6, 4).astype(np.float32)
    return found


WEIGHED = 32  # classes of word weights


def _weight_variable(corpus: Corpus, words: int, labels: int, seed: int, folds: Array) -> WordVariable:
    """Classes of words with similar weights in a logistic regression on the words of a sequence.

    The classes of training tokens come from the weights of the other folds.
    """
    weights = _word_weights(corpus, words, labels)
    others = [_word_weights(corpus.part(np.flatnonzero(folds != fold)), words, labels) for fold in range(FOLDS)]
    frequency = np.sqrt(np.bincount(corpus.words, minlength=words) + 0.1)
    classes, centres = k_means(weights, frequency, WEIGHED, seed)
    own = np.zeros(len(corpus.words), np.int64)
    for fold, found in enumerate(others):
        inside = folds[corpus.sequence_of] == fold
        own[inside] = nearest_centres(found.astype(np.float32), centres)[corpus.words[inside]]
    return WordVariable("rate", classes, len(centres), own)


def _word_weights(corpus: Corpus, words: int, labels: int) -> Array:
    """The weights of a logistic regression on the words of a sequence, (words, labels)."""
    bag = fitting.LookupFeature(corpus.words, words, corpus.starts)
    return fitting.fit([bag], corpus.labels, labels, [np.zeros((words, labels))], ridge=1.0, steps=40)[0]
