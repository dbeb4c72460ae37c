"""Probes: the few examples that candidates are computed on, short and long ones alike."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from rasp.learn.examples import Examples

SEQUENCES, POSITIONS = 110, 1700
LONGEST = 64  # longer ones take part only where there are no others


def probes(examples: Examples, random: np.random.Generator, sequences: int = SEQUENCES) -> list[int]:
    """The numbers of examples, about as many of each length.

    >>> examples = Examples.of([("a" * size, "a" * size) for size in (1, 1, 2, 2, 2, 9)])
    >>> sorted(len(examples.inputs[row]) for row in probes(examples, np.random.default_rng(0), 3))
    [1, 2, 9]
    """
    by_length: dict[int, list[int]] = defaultdict(list)
    for row in random.permutation(len(examples)).tolist():
        by_length[len(examples.inputs[row])].append(row)
    short = [length for length in sorted(by_length) if length <= LONGEST] or sorted(by_length)[:1]
    chosen: list[int] = []
    positions = 0
    while len(chosen) < sequences and any(by_length[length] for length in short):
        for length in short:
            if by_length[length] and len(chosen) < sequences and positions + length <= max(POSITIONS, length):
                chosen.append(by_length[length].pop())
                positions += length
        if positions + min(length for length in short if by_length[length] or True) > POSITIONS:
            break
    return sorted(chosen)
