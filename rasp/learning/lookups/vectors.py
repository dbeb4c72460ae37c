"""Word vectors of a text: positive pointwise mutual information of neighbouring words, reduced by SVD.

Levy and Goldberg, "Neural Word Embedding as Implicit Matrix Factorization" (2014), section 5.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rasp.learning.lookups.corpus import Corpus
from rasp.model.arrays import Array

CONTEXTS = 800  # the commonest words, which are contexts
SMOOTHING = 0.75  # exponent of the frequency of contexts


def information(corpus: Corpus, words: int, offsets: Iterable[int]) -> Array:
    """The positive pointwise mutual information of words and contexts at these offsets, (words, contexts).

    The last context is the edge of the sequence.
    """
    counts = np.bincount(corpus.words, minlength=words)
    common = np.argsort(-counts, kind="stable")[: min(CONTEXTS, words)]
    context = np.full(words, -1)
    context[common] = np.arange(len(common))
    width = len(common) + 1
    found = np.zeros(words * width)
    for offset in offsets:
        there = corpus.numbers + offset
        inside = (there >= corpus.first) & (there < corpus.end)
        beside = np.full(len(there), width - 1)
        beside[inside] = context[corpus.words[there[inside]]]
        known = beside >= 0
        found += np.bincount(corpus.words[known] * width + beside[known], minlength=words * width)
    return _positive(found.reshape(words, width))


def _positive(found: Array) -> Array:
    rows = found.sum(1, keepdims=True)
    columns = found.sum(0) ** SMOOTHING
    expected = rows * (columns / max(columns.sum(), 1e-12))
    with np.errstate(divide="ignore", invalid="ignore"):
        positive: Array = np.nan_to_num(np.maximum(np.log(found / expected), 0), posinf=0.0, neginf=0.0).astype(
            np.float32
        )
        return positive


def main_axes(matrix: Array, count: int) -> Array:
    """The rows on their principal axes, each scaled by the root of its singular value, (rows, count)."""
    squares, axes = np.linalg.eigh((matrix.T @ matrix).astype(np.float64))
    chosen = np.argsort(-squares, kind="stable")[:count]
    axes = axes[:, chosen]
    axes *= np.where(axes[np.abs(axes).argmax(0), np.arange(len(chosen))] < 0, -1, 1)  # the same sign on every machine
    strengths = np.sqrt(np.maximum(squares[chosen], 1e-12))
    found: Array = (matrix @ axes.astype(np.float32)) / np.sqrt(strengths).astype(np.float32)
    return found


def unit(vectors: Array) -> Array:
    """The vectors, scaled to length 1.

    >>> unit(np.array([[3.0, 4.0]])).round(3)
    array([[0.6, 0.8]])
    """
    found: Array = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
    return found
