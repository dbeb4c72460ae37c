"""Probes: the few examples, short and long, on which candidates are evaluated."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np

from rasp.graph.nodes import Atom
from rasp.learning.deadlines import checked
from rasp.learning.examples.data import Data

SEQUENCES, POSITIONS = 110, 1700
CAUSAL = 3000  # examples by which `looks_causal` decides
SHARED, OTHERS = 40, 10  # least shared prefixes, and those of them without the commonest output
EACH, LABELS, LOOKED_AT = 6, 12, 20_000  # examples of each output; most outputs; examples that are searched
LONGEST = 64  # longer examples are used only if there are no others
PAIRS = 2**27  # most pairs of positions of all examples together, as if all were as long as the longest


def probes(data: Data, random: np.random.Generator, sequences: int = SEQUENCES) -> list[int]:
    """The numbers of examples, about as many of each length.

    >>> from rasp.learning.examples.rows import data_of
    >>> data = data_of([("a" * size, "a" * size) for size in (1, 1, 2, 2, 2, 9)])
    >>> sorted(len(data.inputs[row]) for row in probes(data, np.random.default_rng(0), 3))
    [1, 2, 9]
    """
    by_length: dict[int, list[int]] = defaultdict(list)
    for row in checked(random.permutation(len(data)).tolist()):
        by_length[len(data.inputs[row])].append(row)
    lengths = [length for length in sorted(by_length) if length <= LONGEST] or sorted(by_length)[:1]
    turns = itertools.zip_longest(*(by_length[length] for length in lengths))  # one of each length in turn
    chosen: list[int] = []
    positions = 0
    for row in itertools.chain.from_iterable(turns):
        if row is None:
            continue
        size = len(data.inputs[row])
        if len(chosen) < sequences and (not chosen or positions + size <= POSITIONS):
            chosen.append(row)
            positions += size
    return sorted(chosen)


def rare(data: Data, chosen: Iterable[int], random: np.random.Generator) -> list[int]:
    """The numbers of further examples, so that each output occurs in some: rare ones are the most informative.

    >>> from rasp.learning.examples.rows import data_of
    >>> rare(data_of([("a", "x"), ("b", "x"), ("c", "y")]), [0, 1], np.random.default_rng(0))
    [2]
    """
    if len(data.labels) > LABELS:
        return []
    missing = dict.fromkeys(data.labels, EACH)
    for row in chosen:
        missing.update((atom, missing[atom] - 1) for atom in _answers(data, row))
    found: list[int] = []
    left = {*range(len(data))}.difference(chosen)
    for row in random.permutation(len(data)).tolist()[:LOOKED_AT]:
        if row in left and any(missing[atom] > 0 for atom in _answers(data, row)):
            found.append(row)
            missing.update((atom, missing[atom] - 1) for atom in _answers(data, row))
    return found


def affordable(data: Data, rows: Iterable[int]) -> list[int]:
    """As many of these examples as a search can take together, the short ones first; at least one.

    >>> from rasp.learning.examples.rows import data_of
    >>> affordable(data_of([(size * "a", size * "b") for size in (9_000, 8_000, 20_000)]), [2, 0, 1])
    [1]
    """
    chosen: list[int] = []
    for row in sorted(rows, key=lambda row: (len(data.inputs[row]), row)):
        if chosen and (len(chosen) + 1) * len(data.inputs[row]) ** 2 > PAIRS:
            break
        chosen.append(row)
    return sorted(chosen)


def _answers(data: Data, row: int) -> set[Atom]:
    """The different outputs of an example."""
    return {atom for atom in data.outputs[row] if atom is not None}


def looks_causal(data: Data) -> bool:
    """Whether outputs seem causal: inputs with a common prefix have equal outputs on it.

    >>> from rasp.learning.examples.rows import data_of
    >>> looks_causal(data_of([("a" * size, list(range(size))) for size in range(1, 99)]))
    True
    >>> looks_causal(data_of([("a" * size, list(range(size))[::-1]) for size in range(1, 99)]))
    False
    """
    known: dict[tuple[Atom, ...], Atom | None] = {}
    shared: Counter[Atom] = Counter()
    for given, wanted in zip(data.inputs[:CAUSAL], data.outputs[:CAUSAL], strict=True):
        for position, atom in enumerate(wanted[:LONGEST]):
            prefix = given[: position + 1]
            before = known.get(prefix)
            if before is None:
                known[prefix] = atom
            elif atom is not None:
                if before != atom:
                    return False
                if len(given) > position + 1 > 1:  # common first tokens are no evidence
                    shared[atom] += 1
    total = shared.total()
    return total >= SHARED and total - max(shared.values()) >= OTHERS  # a constant output is no evidence
