"""The inputs of a training: fresh ones for each step, and validation and test inputs that are never trained on.

Lengths are uniform from 1 to N. A training row holds two inputs, of lengths l and N + 1 - l, and so has no gap;
attention stays within each input. The inputs of a step depend on its number and the seed alone, so a continued
training sees the same inputs as an uninterrupted one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Union

import numpy as np

from rasp.base.quantities import many
from rasp.errors import RaspError, WrongOperand
from rasp.graph.nodes import Atom
from rasp.model.arrays import Array
from rasp.train.answers import NOT_ASKED, UNKNOWN, Classes, LabelledProgram
from rasp.train.sampling import Sampler, Uniform
from rasp.train.settings import TrainingSettings

AT_ONCE = 64  # steps whose inputs are drawn together
TEST, VALIDATION, BEYOND = 2_000, 500, 1_000  # inputs, of all lengths together
SPACE = 2_000  # inputs of a length that are drawn to estimate how many there are
LEAST = 20  # least distinct inputs of a length for which some are held out
FOR_TEST, FOR_VALIDATION = 5, 10  # at most 1 of 5, and 1 of 10, distinct inputs of a length is held out
DRAWS = 50  # tries to replace training inputs that are held out, or have no answer
ExamplePairs = Sequence[tuple[Sequence[Atom], Sequence[Union[Atom, None]]]]
OF_POOLS, OF_HELD_OUT, OF_BEYOND = range(3)  # the streams of random numbers
REGARDED = 4_000  # inputs from which output values are collected, besides the held-out ones


@dataclass(frozen=True)
class LengthGroup:
    """Inputs of one length: ids of tokens and labels, both (count, n)."""

    ids: Array
    labels: Array

    @property
    def length(self) -> int:
        """The length of the inputs."""
        return int(self.ids.shape[1])


@dataclass(frozen=True)
class RowPool:
    """Rows for training: ids, positions, segments and labels, all (rows, length).

    Ids are those of the model, whose BOS is 0. A segment is the number of an input in its row, 0 at unused positions.
    `targets` (rows, selectors, length, length) are the keys that the selectors select, if attention is supervised.
    `left_out` has, in words, why inputs were drawn again.
    """

    ids: Array
    positions: Array
    segments: Array
    labels: Array
    targets: Array | None
    left_out: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class TrainingInputs:
    """The data of a training and of its tests: labels, held-out inputs by length, and pools of rows.

    `notes` are remarks for the report.
    """

    vocabulary: tuple[Atom, ...]
    classes: Classes
    max_length: int
    test: tuple[LengthGroup, ...]
    validation: tuple[LengthGroup, ...]
    beyond: tuple[LengthGroup, ...]
    notes: tuple[str, ...]
    source: ProgramSource | PairSource

    @property
    def examples(self) -> tuple[LengthGroup, ...]:
        """The training examples; none if a program labels new inputs."""
        return self.source.groups if isinstance(self.source, PairSource) else ()

    def pool(self, number: int, settings: TrainingSettings) -> RowPool:
        """The rows of some steps. `number` counts from 0."""
        return self.source.pool(number, settings, self.classes)

    def rows(self, settings: TrainingSettings) -> int:
        """The number of rows of a step."""
        return self.source.rows(settings)


def row_orders(rows: int, number: int, settings: TrainingSettings) -> Array:
    """The order in which each seed sees the rows of a pool, (seeds, rows): a different one for each seed."""
    seeds = range(settings.seed, settings.seed + settings.seeds)
    return np.stack([np.random.default_rng([seed, number, 1]).permutation(rows) for seed in seeds])


# ------------------------------------------------------------------------------------------------------------ programs


@dataclass(frozen=True)
class HeldOut:
    """Inputs of a length (count, n) for tests, for validation, and `others`, empty if there are few inputs."""

    test: Array
    validation: Array
    others: Array

    @cached_property
    def codes(self) -> Array:
        """The codes of what is held out."""
        return codes(np.concatenate([self.test, self.validation]))

    def held_out(self, ids: Array) -> Array:
        """The indices of the inputs that are held out."""
        return np.flatnonzero(np.isin(codes(ids), self.codes))


@dataclass(frozen=True)
class ProgramSource:
    """Random inputs with the answers of a program."""

    program: LabelledProgram
    sampler: Sampler
    max_length: int
    seed: int
    held: dict[int, HeldOut] = field(repr=False)  # by length, if inputs are held out
    width_heads: tuple[bool, ...] = ()  # for each selector, whether its head counts by the weight on BOS

    def rows(self, settings: TrainingSettings) -> int:
        """The number of rows of a step: two inputs in each, or one if the number of inputs is odd."""
        return settings.batch if settings.batch % 2 else settings.batch // 2

    def pool(self, number: int, settings: TrainingSettings, classes: Classes) -> RowPool:
        """The rows of some steps."""
        chance = np.random.default_rng([self.seed, number, OF_POOLS])
        count = self.rows(settings) * min(AT_ONCE, settings.steps)
        lengths = chance.integers(1, self.max_length + 1, size=count)
        second = self.max_length + 1 - lengths if settings.batch % 2 == 0 else np.zeros(count, dtype=int)
        first = int(settings.bos)
        pool = _empty(count, self.max_length + first + (settings.batch % 2 == 0) * (1 + first), self._targets(settings))
        for length in range(1, self.max_length + 1):
            here, there = np.flatnonzero(lengths == length), np.flatnonzero(second == length)
            if len(here) + len(there):
                self._fill(pool, chance, here, there, length, settings, classes)
        return pool

    def _targets(self, settings: TrainingSettings) -> int:
        return len(self.program.selectors) if settings.supervise else 0

    def _fill(
        self,
        pool: RowPool,
        chance: np.random.Generator,
        here: Array,
        there: Array,
        length: int,
        settings: TrainingSettings,
        classes: Classes,
    ) -> None:
        """Puts new inputs of a length into rows: into `here` as the first input, into `there` as the second."""
        ids = self.fresh(chance, length, len(here) + len(there))
        values, matrices = self._answers(ids, chance, settings.supervise, pool.left_out)
        labels, first = classes.labels(values), int(settings.bos)
        behind = self.max_length + 1 - length + first
        for rows, start, part, segment in (
            (here, 0, slice(0, len(here)), 1),
            (there, behind, slice(len(here), None), 2),
        ):
            if not len(rows):
                continue
            _put(pool, rows, start, segment, ids[part], labels[part], first)
            if pool.targets is not None:
                self._aim(pool.targets, rows, start, matrices[:, part], first)

    def _answers(
        self, ids: Array, chance: np.random.Generator, selectors: bool, left_out: list[str]
    ) -> tuple[Array, Array]:
        """The answers on inputs. Those without an answer are rare, or the program was refused: they are drawn again.

        Raises the error of an input if no draw finds inputs with answers.
        """
        for _ in range(DRAWS):
            values, matrices, failures = self.program.attempt(ids, selectors)
            if not failures:
                return values, matrices
            left_out.extend(failures[row].diagnostic.title for row in sorted(failures))
            ids[sorted(failures)] = self.fresh(chance, ids.shape[1], len(failures))
        return self.program.answers(ids, selectors)

    def _aim(self, targets: Array, rows: Array, start: int, matrices: Array, first: int) -> None:
        """Puts matrices (selectors, count, n, n) into rows. BOS, if any, is the key of a query that selects nothing."""
        inner = slice(start + first, start + first + matrices.shape[-1])
        for number, matrix in enumerate(matrices):
            targets[rows, number, inner, inner] = matrix
            if first:
                counts = self.width_heads[number] if self.width_heads else False
                targets[rows, number, inner, start] = counts | ~matrix.any(axis=-1)

    def fresh(self, chance: np.random.Generator, length: int, count: int) -> Array:
        """New inputs of a length, excluding the held-out ones."""
        ids = self.sampler.sample(chance, length, count)
        held = self.held.get(length)
        if held is None:
            return ids
        for _ in range(DRAWS):
            bad = held.held_out(ids)
            if not len(bad):
                return ids
            ids[bad] = self.sampler.sample(chance, length, len(bad))
        bad = held.held_out(ids)  # nearly all drawn inputs are held out
        ids[bad] = chance.choice(held.others, size=len(bad))
        return ids


def _empty(rows: int, length: int, targets: int) -> RowPool:
    """Rows without inputs."""
    ids, positions, segments = (np.zeros((rows, length), dtype=np.int64) for _ in range(3))
    aims = np.zeros((rows, targets, length, length), dtype=bool) if targets else None
    return RowPool(ids, positions, segments, np.full((rows, length), NOT_ASKED, dtype=np.int64), aims)


def _put(pool: RowPool, rows: Array, start: int, segment: int, ids: Array, labels: Array, first: int) -> None:
    """Puts inputs of one length into rows, at the positions from `start` on; with `first`, after a BOS position."""
    end = start + first + ids.shape[1]
    pool.ids[rows, start + first : end] = ids + first
    pool.labels[rows, start + first : end] = labels
    pool.positions[rows, start:end] = np.arange(end - start)
    pool.segments[rows, start:end] = segment


def codes(ids: Array) -> Array:
    """A number for each input of one length; different inputs hardly ever have equal codes (a linear hash of 64 bits).

    >>> len(set(codes(np.array([[0, 1], [1, 0], [0, 1]])).tolist()))
    2
    """
    weights = np.random.default_rng(0).integers(2**64, size=ids.shape[1], dtype=np.uint64) | np.uint64(1)
    return (ids.astype(np.uint64) * weights).sum(axis=1)  # type: ignore[no-any-return]


def program_inputs(
    program: LabelledProgram,
    sampler: Sampler,
    max_length: int,
    settings: TrainingSettings,
    width_heads: tuple[bool, ...] = (),
) -> TrainingInputs:
    """The inputs of a program. Raises ProgramFails, WrongOperand for floats or for an output with one value."""
    chance = np.random.default_rng([settings.seed, 0, OF_HELD_OUT])
    apart = {length: _held_out(sampler, chance, length, max_length) for length in range(1, max_length + 1)}
    small = [length for length, held in apart.items() if not len(held.others)]
    held = {length: held for length, held in apart.items() if len(held.others)}
    source = ProgramSource(program, sampler, max_length, settings.seed, held, width_heads)
    sets = [
        [(ids, program.answers(ids)[0]) for ids in kept]
        for kept in zip(*((held.test, held.validation) for held in apart.values()), strict=True)
    ]
    classes = _classes(program, sampler, source, chance, [values for kept in sets for _, values in kept])
    test, validation = (tuple(LengthGroup(ids, classes.labels(values)) for ids, values in kept) for kept in sets)
    failures: list[RaspError] = []
    beyond = tuple(_beyond(source, classes, failures)) if settings.positions == "sinusoidal" else ()
    lengths = f"lengths uniform from 1 to {max_length}" if max_length > 1 else "all of length 1"
    notes = (
        f"inputs: {sampler.words}, {lengths}",
        *_notes(small, max_length),
        *_beyond_notes(beyond, failures, max_length),
    )
    return TrainingInputs(program.vocabulary, classes, max_length, test, validation, beyond, notes, source)


def _held_out(sampler: Sampler, chance: np.random.Generator, length: int, longest: int) -> HeldOut:
    """Test and validation inputs of a length; all inputs if there are too few to hold any out."""
    found = np.unique(sampler.sample(chance, length, SPACE), axis=0)
    if len(found) < LEAST:
        return HeldOut(found, found, found[:0])
    order = chance.permutation(len(found))
    test = min(-(-TEST // longest), len(found) // FOR_TEST)
    validation = min(-(-VALIDATION // longest), len(found) // FOR_VALIDATION)
    return HeldOut(*(found[part] for part in np.split(order, [test, test + validation])))


def _classes(
    program: LabelledProgram,
    sampler: Sampler,
    source: ProgramSource,
    chance: np.random.Generator,
    known: Sequence[Array],
) -> Classes:
    """The values that occur: on random inputs, and on those of one token, where counts are largest."""
    values = list(known)
    each = -(-REGARDED // source.max_length)
    for length in range(1, source.max_length + 1):
        values.append(program.answers(source.fresh(chance, length, each))[0])
        if isinstance(sampler, Uniform):
            alike = np.repeat(np.arange(len(program.vocabulary))[:, None], length, axis=1)
            values.append(program.answers(alike)[0])
    return Classes.of(_atoms(values))


def _atoms(values: Sequence[Array]) -> Iterator[Atom]:
    for array in values:
        yield from np.unique(array).tolist() if array.dtype != object else array.ravel().tolist()


def _beyond(source: ProgramSource, classes: Classes, failures: list[RaspError]) -> Iterator[LengthGroup]:
    """Inputs of the lengths N + 1 to 2 N; those on which the program fails are left out, with their errors appended."""
    chance = np.random.default_rng([source.seed, 0, OF_BEYOND])
    longest = source.max_length
    for length in range(longest + 1, 2 * longest + 1):
        ids = source.sampler.sample(chance, length, -(-BEYOND // longest))
        values, _, failed = source.program.attempt(ids)
        failures += (failed[row] for row in sorted(failed))
        if len(values):
            yield LengthGroup(np.delete(ids, list(failed), axis=0), classes.labels(values))


def _notes(small: list[int], longest: int) -> Iterator[str]:
    if small:
        words = f"length {small[0]}" if len(small) == 1 else f"lengths {', '.join(map(str, small))}"
        words = "any length" if len(small) == longest else words
        yield f"there are too few inputs of {words} to hold any out: those of the test were trained on"


def _beyond_notes(beyond: Sequence[LengthGroup], failures: Sequence[RaspError], longest: int) -> Iterator[str]:
    if failures:
        which = f"{many(len(failures), 'longer input')} left out" if beyond else "no longer inputs"
        yield f"{which}: {failures[0].diagnostic.title}"
    if any((group.labels == UNKNOWN).any() for group in beyond):
        yield f"longer inputs have answers that do not occur up to length {longest}, which no model can give"


# --------------------------------------------------------------------------------------------------------------- pairs


@dataclass(frozen=True)
class PairSource:
    """Examples: inputs of several lengths with their labels, which are sampled repeatedly."""

    groups: tuple[LengthGroup, ...]
    max_length: int
    seed: int

    @cached_property
    def _examples(self) -> Array:
        """For each example its group, and its row there."""
        return np.array([(number, row) for number, group in enumerate(self.groups) for row in range(len(group.ids))])

    def rows(self, settings: TrainingSettings) -> int:
        """The number of rows of a step: one example in each."""
        return settings.batch

    def pool(self, number: int, settings: TrainingSettings, classes: Classes) -> RowPool:
        """The rows of some steps."""
        chance = np.random.default_rng([self.seed, number, OF_POOLS])
        count, first = settings.batch * min(AT_ONCE, settings.steps), int(settings.bos)
        pool = _empty(count, self.max_length + first, 0)
        drawn = self._examples[chance.integers(len(self._examples), size=count)]
        for index, group in enumerate(self.groups):
            rows = np.flatnonzero(drawn[:, 0] == index)
            chosen = drawn[rows, 1]
            _put(pool, rows, 0, 1, group.ids[chosen], group.labels[chosen], first)
        return pool


def pair_inputs(pairs: ExamplePairs, settings: TrainingSettings) -> TrainingInputs:
    """The inputs of examples; a tenth is held out for tests, and about as many for validation. Raises WrongOperand."""
    pairs = list({tuple(given): (given, wanted) for given, wanted in pairs}.values())
    if len(pairs) < LEAST:
        found = many(len(pairs), "different example")
        raise WrongOperand(f"{found}: too few, as training takes {LEAST} or more")
    order = np.random.default_rng([settings.seed, 0, OF_HELD_OUT]).permutation(len(pairs))
    tenth = len(pairs) // FOR_VALIDATION
    parts = order[:tenth], order[tenth : 2 * tenth], order[2 * tenth :]
    test, validation, training = ([pairs[number] for number in part] for part in parts)
    return split_inputs(training, validation, test, settings)


def split_inputs(
    training: ExamplePairs, validation: ExamplePairs, test: ExamplePairs, settings: TrainingSettings, longest: int = 0
) -> TrainingInputs:
    """The inputs of examples that are split already; the model takes inputs of `longest` tokens, or more if needed."""
    pairs = [*training, *validation, *test]
    vocabulary = Classes.of(token for given, _ in pairs for token in given)
    classes = Classes.of(value for _, wanted in pairs for value in wanted if value is not None)
    groups, held, tested = (tuple(_group_by_length(part, vocabulary, classes)) for part in (training, validation, test))
    longest = max(longest, *(len(given) for given, _ in pairs))
    sizes = f"{len(training):,} for training, {len(validation):,} for validation, {len(test):,} for tests"
    source = PairSource(groups, longest, settings.seed)
    return TrainingInputs(vocabulary.values, classes, longest, tested, held, (), (f"examples: {sizes}",), source)


def _group_by_length(pairs: ExamplePairs, vocabulary: Classes, classes: Classes) -> Iterator[LengthGroup]:
    for length in sorted({len(given) for given, _ in pairs}):
        here = [pair for pair in pairs if len(pair[0]) == length]
        ids = vocabulary.labels(_objects([given for given, _ in here], length))
        wanted = _objects([wanted for _, wanted in here], length)
        asked = np.array([[value is not None for value in row] for row in wanted])
        labels = np.where(asked, classes.labels(wanted), NOT_ASKED)
        yield LengthGroup(ids, labels)


def _objects(rows: Sequence[Sequence[Atom | None]], length: int) -> Array:
    made = np.empty((len(rows), length), dtype=object)
    for number, row in enumerate(rows):
        made[number] = list(row)
    return made
