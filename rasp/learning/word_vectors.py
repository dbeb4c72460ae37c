"""Reads word vectors in the text format of GloVe, and groups words by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np

from rasp.errors import BadInput, EmptyInput, NotUtf8, RaspError
from rasp.learning.examples.reading import open_file
from rasp.learning.examples.source_lines import quote_line
from rasp.learning.lookups.clusters import k_means
from rasp.learning.lookups.variables import WordVariable
from rasp.model.arrays import Array

LOOK = 80  # characters of a line that are quoted
LARGEST = 1e15  # number of a vector, whose square is a float32, too


def read_vectors(path: str, words: Sequence[str], stream: BinaryIO | None = None) -> dict[int, Array]:
    """The vectors of some words, by their numbers; a word that is not in the file has that of its lower-case form.

    A line has a word and its numbers, separated by blanks; a first line with two counts, as word2vec writes it, is
    left out. Raises FileMissing, UnreadableFile, and NotUtf8, BadInput or EmptyInput with the line.

    >>> import io
    >>> found = read_vectors("glove.txt", ["<x>", "The", "cat"], io.BytesIO(b"the 0.5 1\\ncat 2 -1\\ndog 0 0\\n"))
    >>> {number: vector.tolist() for number, vector in found.items()}
    {1: [0.5, 1.0], 2: [2.0, -1.0]}
    """
    exact = {word: number for number, word in enumerate(words)}
    small: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        small.setdefault(word.lower(), []).append(number)
    found: dict[int, Array] = {}
    size = 0
    with open_file(path) if stream is None else stream as file:
        for line, word, numbers in _lines(path, file):
            size = size or len(numbers)
            if line == 1:  # numbers of words that are not asked for are not looked at, but no vectors are noticed
                _vector(path, line, word, numbers)
            if len(numbers) != size:
                title = f"the line has {len(numbers)} numbers, and the first one has {size}"
                raise quote_line(BadInput(title), path, line, " ".join([word, *numbers])[:LOOK])
            own = exact.get(word)
            others = [number for number in small.get(word, ()) if number not in found]
            if own is not None or others:
                vector = _vector(path, line, word, numbers)
                found |= dict.fromkeys(others, vector)
                found |= {} if own is None else {own: vector}
    if not size:
        raise EmptyInput(f"{path} has no vectors")
    return found


def _lines(path: str, file: BinaryIO) -> Iterator[tuple[int, str, list[str]]]:
    """The number of each line, its word, and its numbers as texts."""
    size = 0
    for line, data in enumerate(file, 1):
        try:
            cells = data.decode("utf-8").rstrip("\r\n ").split(" ")
        except UnicodeDecodeError as error:
            raise NotUtf8(
                f"line {line} of {path} is not UTF-8: byte {error.start} is {data[error.start]:#04x}"
            ) from None
        if line == 1 and len(cells) == 2 and all(cell.isdecimal() for cell in cells):
            continue
        if len(cells) < 2:
            told = BadInput("a line of word vectors has a word and its numbers")
            raise quote_line(told, path, line, data.decode("utf-8")[:LOOK])
        size = size or len(cells) - 1
        cut = max(1, len(cells) - size)  # a word may have blanks in it, but does not end in a number
        while cut > 1 and _is_number(cells[cut - 1]):
            cut -= 1
        yield line, " ".join(cells[:cut]), cells[cut:]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _vector(path: str, line: int, word: str, numbers: Sequence[str]) -> Array:
    try:
        made = [float(number) for number in numbers]
        wrong = next((text for text, number in zip(numbers, made, strict=True) if not abs(number) <= LARGEST), None)
    except ValueError as error:
        wrong = str(error).rpartition(": ")[2].strip("'")
    if wrong is not None:
        told: RaspError = BadInput(f"{wrong!r:.40} is no number of a word vector")
        raise quote_line(told, path, line, " ".join([word, *numbers])[:LOOK])
    return np.array(made, dtype=np.float32)


def vector_classes(
    vectors: dict[int, Array], weights: Array, variables: int, classes: int, seed: int
) -> Iterator[WordVariable]:
    """Classes of words by their vectors: k-means, then k-means of what the first centres leave over, and so on.

    The last class of each variable is that of the words without a vector. `weights` say how much each word counts.
    """
    known = np.array(sorted(vectors), dtype=np.int64)
    rest = np.stack([vectors[number] for number in known])
    rest = rest / (np.linalg.norm(rest, axis=1, keepdims=True) + 1e-9)
    for variable in range(1, variables + 1):
        chosen, centres = k_means(rest, weights[known], classes, seed)
        made = np.full(len(weights), len(centres))
        made[known] = chosen
        yield WordVariable(f"vector{variable}", made, len(centres) + 1)
        rest = rest - centres[chosen]
