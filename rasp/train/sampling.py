"""Random inputs of a length, as the ids of tokens in the vocabulary."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from rasp.compile.inputs import DrawInput
from rasp.engine.inputs import validate_input
from rasp.errors import BadInput, RaspError
from rasp.graph.atoms import atom_key, show_atom
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array

BRACKETS = ("()", "{}", "[]", "<>")


class Sampler(Protocol):
    """Draws random inputs. `words` says how, for reports."""

    @property
    def words(self) -> str: ...

    def sample(self, chance: np.random.Generator, length: int, count: int) -> Array:
        """Draws `count` inputs of a length, as ids (count, length)."""


@dataclass(frozen=True)
class Uniform:
    """Each token with the same probability.

    >>> Uniform(3).sample(np.random.default_rng(0), 5, 2).tolist()
    [[2, 1, 1, 0, 0], [0, 0, 0, 0, 2]]
    """

    size: int
    words: str = "uniform tokens"

    def sample(self, chance: np.random.Generator, length: int, count: int) -> Array:
        """Draws `count` inputs of a length, as ids (count, length)."""
        return chance.integers(self.size, size=(count, length))


@dataclass(frozen=True)
class Dyck:
    """Strings of brackets, in turn: balanced, balanced with a random tail, and random.

    `pairs` has the ids of each opening bracket and of its closing one. Balanced strings are uniform among their
    shapes.

    >>> "".join("()"[token] for token in Dyck(((0, 1),)).sample(np.random.default_rng(3), 8, 1)[0])
    '((()()))'
    """

    pairs: tuple[tuple[int, int], ...]
    words: str = "strings of brackets: balanced, with a balanced prefix, and random, in turn"

    def sample(self, chance: np.random.Generator, length: int, count: int) -> Array:
        """Draws `count` inputs of a length, as ids (count, length)."""
        even = length // 2 * 2
        prefixes = np.stack(
            [np.full(count, even), 2 * chance.integers(even // 2 + 1, size=count), np.zeros(count, int)]
        )
        balanced = prefixes[np.arange(count) % 3, np.arange(count)]
        pairs = np.array(self.pairs)
        made = chance.choice(pairs.ravel(), size=(count, length))
        kinds = chance.integers(len(pairs), size=(count, length))
        luck = chance.random((count, length))
        depth, stack, rows = np.zeros(count, int), np.zeros((count, length + 1), int), np.arange(count)
        for position in range(length):
            left = balanced - position  # remaining tokens of the balanced prefix
            inside = left > 0
            opens = inside & (luck[:, position] * 2 * np.maximum(left, 1) * (depth + 1) < (depth + 2) * (left - depth))
            stack[rows[opens], depth[opens]] = kinds[opens, position]
            depth += np.where(inside, np.where(opens, 1, -1), 0)
            closes = inside & ~opens
            made[opens, position] = pairs[kinds[opens, position], 0]
            made[closes, position] = pairs[stack[rows[closes], depth[closes]], 1]
        return made


@dataclass(frozen=True)
class Drawn:
    """Inputs from a user's function `draw(random, length)`. Raises BadInput if it returns an invalid one."""

    draw: DrawInput
    vocabulary: tuple[Atom, ...]
    words: str = "a function"
    _ids: dict[object, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ids", {atom_key(token): number for number, token in enumerate(self.vocabulary)})

    def sample(self, chance: np.random.Generator, length: int, count: int) -> Array:
        """Draws `count` inputs of a length, as ids (count, length)."""
        seeded = random.Random(int(chance.integers(2**63)))
        return np.array([self._one(seeded, length) for _ in range(count)]).reshape(count, length)

    def _one(self, chance: random.Random, length: int) -> list[int]:
        given = self._check(self._call(chance, length))
        if len(given) != length:
            raise BadInput(f"{self.words} gave an input of {len(given)} tokens, and one of {length} was asked for")
        for token in given:
            if atom_key(token) not in self._ids:
                raise BadInput(f"{self.words} gave the token {show_atom(token)}, which is not in the vocabulary")
        return [self._ids[atom_key(token)] for token in given]

    def _check(self, given: Any) -> Sequence[Atom]:
        try:
            return validate_input(given)
        except RaspError as error:
            raise BadInput(f"{self.words} gave no input: {error.diagnostic.title}") from None

    def _call(self, chance: random.Random, length: int) -> Sequence[Any]:
        try:
            return self.draw(chance, length)
        except RaspError:
            raise
        except Exception as error:  # why: a function of the user may raise anything
            title = f"{self.words} raises {type(error).__name__} for the length {length}: {error!s:.100}"
            raise BadInput(title) from None


def sampler_of(vocabulary: tuple[Atom, ...], draw: DrawInput | str | None = None, words: str = "") -> Sampler:
    """A sampler: "uniform", "dyck", or a function; by default "dyck" if the vocabulary consists of brackets.

    Raises BadInput.

    >>> sampler_of(("a", "b")).words, sampler_of(("(", ")")).words[:7]
    ('uniform tokens', 'strings')
    """
    if callable(draw):
        return Drawn(draw, vocabulary, words or getattr(draw, "__name__", "the function"))
    pairs = bracket_pairs(vocabulary)
    if draw == "dyck" and not pairs:
        raise BadInput(f"the vocabulary is no set of brackets such as {' '.join(BRACKETS)}")
    if draw not in (None, "uniform", "dyck"):
        raise BadInput(f"inputs are drawn by uniform, dyck or a function, not by {draw!r:.40}")
    return Uniform(len(vocabulary)) if draw == "uniform" or not pairs else Dyck(pairs)


def bracket_pairs(vocabulary: tuple[Atom, ...]) -> tuple[tuple[int, int], ...]:
    """The ids of the pairs of brackets that make up a vocabulary; none if there are other tokens.

    >>> bracket_pairs(("(", ")", "{", "}")), bracket_pairs(("(", ")", "a"))
    (((0, 1), (2, 3)), ())
    """
    numbers = {token: number for number, token in enumerate(vocabulary)}
    pairs = [(numbers[pair[0]], numbers[pair[1]]) for pair in BRACKETS if set(pair) <= numbers.keys()]
    return tuple(pairs) if 2 * len(pairs) == len(vocabulary) else ()
