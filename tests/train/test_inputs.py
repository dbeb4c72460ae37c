"""What transformers are trained and tested on: random inputs, held-out ones, rows of two inputs, examples."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import rasp
from rasp.errors import BadInput, ProgramFails, WrongOperand
from rasp.session.training import Sizes, of_pairs, of_program
from rasp.train.answers import NOT_ASKED, UNKNOWN, Classes, LabelledProgram
from rasp.train.attention import aims_of
from rasp.train.inputs import HeldOut, ProgramSource, codes, pair_inputs, program_inputs
from rasp.train.sampling import Dyck, sampler_of
from rasp.train.settings import TrainingSettings, sizes_of
from tests.train.rows import unpacked


def program(sop, vocabulary, bos=False):
    aims = aims_of(sop.architecture(assume_bos=bos))
    return LabelledProgram(sop.node, "f", tuple(vocabulary), sop.names, tuple(aim.selector for aim in aims))


def inputs_of(sop, vocabulary, longest, **given):
    settings = TrainingSettings(**given)
    made = program(sop, vocabulary, settings.bos)
    return program_inputs(made, sampler_of(tuple(vocabulary)), longest, settings), settings


REVERSE = rasp.load("reverse")["reverse"]
HIST = rasp.load("histogram")["hist"]
LENGTH = rasp.Session()["length"]


@pytest.mark.parametrize("bos", [False, True])
@pytest.mark.parametrize("batch", [16, 15])
def test_rows_hold_whole_inputs_with_their_answers(bos, batch):
    made, settings = inputs_of(REVERSE, "abcd", 6, bos=bos, batch=batch, steps=3)
    pool = made.pool(0, settings)
    found = unpacked(pool, int(bos))
    assert len(found) == 3 * batch
    assert len(pool) == 3 * made.rows(settings)
    assert all(ids[::-1] == [label + bos for label in labels] for ids, labels in found)
    assert {len(ids) for ids, _ in found} == set(range(1, 7))


def test_positions_count_within_each_input():
    made, settings = inputs_of(REVERSE, "abcd", 6, bos=True, batch=16, steps=3)
    pool = made.pool(0, settings)
    for row in range(len(pool)):
        for segment in (1, 2):
            places = np.flatnonzero(pool.segments[row] == segment)
            assert pool.positions[row, places].tolist() == list(range(len(places)))
            assert pool.ids[row, places[0]] == 0  # BOS
            assert pool.labels[row, places[0]] == NOT_ASKED


def test_lengths_are_uniform():
    made, settings = inputs_of(REVERSE, "abcd", 8, batch=128, steps=64)
    counts = Counter(len(ids) for ids, _ in unpacked(made.pool(0, settings), 0))
    assert sum(counts.values()) == 8192
    assert all(abs(counts[length] - 1024) < 200 for length in range(1, 9))


def test_held_out_inputs_are_never_trained_on():
    made, settings = inputs_of(REVERSE, "abcd", 6, batch=128, steps=64)
    held = {group.length: set(codes(group.ids).tolist()) for group in made.test}
    apart = {group.length: set(codes(group.ids).tolist()) for group in made.validation}
    small = {1, 2}  # of these lengths there are too few inputs
    for length in set(held) - small:
        assert not held[length] & apart[length]
    for number in range(3):
        for ids, _ in unpacked(made.pool(number, settings), 0):
            if len(ids) not in small:
                code = int(codes(np.array([ids]))[0])
                assert code not in held[len(ids)] | apart[len(ids)]
    assert any("lengths 1, 2" in note for note in made.notes)


def test_pools_differ_and_can_be_made_again():
    made, settings = inputs_of(HIST, "abc", 5, batch=16, steps=20)
    again, _ = inputs_of(HIST, "abc", 5, batch=16, steps=20)
    first, second = made.pool(0, settings), made.pool(1, settings)
    assert (first.ids != second.ids).any()
    assert (first.ids == again.pool(0, settings).ids).all()


def test_values_of_rare_inputs_are_known():
    """Random inputs of 12 tokens hardly ever consist of one token alone."""
    made, _ = inputs_of(HIST, "abcdefgh", 12)
    assert made.classes.values == tuple(range(1, 13))


def test_longer_inputs_have_answers_too():
    made, _ = inputs_of(HIST, "ab", 3)
    assert [group.length for group in made.beyond] == [4, 5, 6]
    assert (np.concatenate([group.labels.ravel() for group in made.beyond]) == UNKNOWN).any()
    assert inputs_of(HIST, "ab", 3, positions="learned")[0].beyond == ()


def test_targets_are_what_selectors_select():
    made, settings = inputs_of(REVERSE, "abcd", 5, batch=8, steps=2, supervise=True)
    pool = made.pool(0, settings)
    flip = pool.targets[:, 1]  # after the one for the length
    for row in range(len(pool)):
        for segment in (1, 2):
            places = np.flatnonzero(pool.segments[row] == segment)
            inner = flip[row][np.ix_(places, places)]
            assert (inner == np.fliplr(np.eye(len(places), dtype=bool))).all()


def test_bos_is_the_key_of_a_query_that_selects_nothing():
    previous = rasp.aggregate(rasp.select(rasp.indices, rasp.indices - 1, "=="), rasp.tokens, "-")
    made, settings = inputs_of(previous, "ab", 4, batch=8, steps=2, bos=True, supervise=True)
    pool = made.pool(0, settings)
    row = int(np.flatnonzero((pool.segments[:, 1:] == 1).any(axis=1))[0])
    start = int(np.flatnonzero(pool.segments[row] == 1)[0])
    assert pool.targets[row, 0, start + 1, start]  # the first token has no previous one


@pytest.mark.parametrize("length", range(1, 12))
def test_brackets_are_balanced_in_turn(length):
    drawn = Dyck(((0, 1), (2, 3))).sample(np.random.default_rng(0), length, 300)

    def balanced(ids):
        stack = []
        for token in ids:
            if token % 2 == 0:
                stack.append(token)
            elif not stack or stack.pop() != token - 1:
                return False
        return not stack

    even = length // 2 * 2
    assert all(balanced(row[:even]) for row in drawn[::3].tolist())
    if length > 7:
        assert sum(map(balanced, drawn[2::3, :even].tolist())) < 10


def test_all_shapes_of_brackets_are_drawn_alike():
    drawn = Dyck(((0, 1),)).sample(np.random.default_rng(0), 8, 42_000)[::3]
    counts = Counter(map(tuple, drawn.tolist()))
    assert len(counts) == 14
    assert all(abs(count - 1000) < 150 for count in counts.values())


def test_a_function_draws():
    made = sampler_of(("a", "b"), lambda chance, length: [chance.choice("ab")] * length)
    drawn = made.sample(np.random.default_rng(0), 4, 20)
    assert {len(set(row)) for row in drawn.tolist()} == {1}


def test_what_is_held_out_is_not_trained_on_even_if_nothing_else_is_drawn():
    same, others = np.zeros((1, 4), int), np.array([[0, 0, 0, 1], [1, 0, 0, 0]])
    always = sampler_of(("a", "b"), lambda chance, length: "a" * length)
    source = ProgramSource(program(REVERSE, "ab"), always, 4, 0, {4: HeldOut(same, same[:0], others)})
    assert {tuple(ids) for ids in source.fresh(np.random.default_rng(0), 4, 50).tolist()} == set(map(tuple, others))


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda chance, length: "a", "one of 4 was asked for"),
        (lambda chance, length: "c" * length, 'the token "c", which is not in the vocabulary'),
        (lambda chance, length: None, "lambda> gave no input: None is not an input"),
        (lambda chance, length: "", "lambda> gave no input: the input is empty"),
        (lambda chance, length: 1 / 0, "raises ZeroDivisionError for the length 4"),
        ("often", "are drawn by uniform, dyck or a function"),
        ("dyck", "no set of brackets"),
    ],
)
def test_what_draws_nothing_is_refused(draw, message):
    with pytest.raises(BadInput, match=message):
        sampler_of(("a", "b"), draw).sample(np.random.default_rng(0), 4, 1)


def test_a_program_that_fails_is_refused():
    with pytest.raises(ProgramFails, match="the program fails on the input"):
        inputs_of(10 / rasp.tokens_int, "012", 3)


def test_rare_inputs_without_an_answer_are_drawn_again():
    """The program is tried before the training; what it fails on later is rare."""
    made = program(7 % rasp.tokens_int, "012")
    source = ProgramSource(made, sampler_of(made.vocabulary), 3, 0, {})
    pool = source.pool(0, TrainingSettings(batch=16, steps=4, supervise=True), Classes.of([0, 1]))
    found = unpacked(pool, 0)
    assert len(found) == 64
    assert {token for ids, _ in found for token in ids} == {1, 2}
    assert all(labels == [token - 1 for token in ids] for ids, labels in found)  # 7 % 1 is 0, 7 % 2 is 1
    assert pool.left_out[0].startswith("the program fails on the input ")
    assert pool.left_out == source.pool(0, TrainingSettings(batch=16, steps=4), Classes.of([0, 1])).left_out


def test_a_program_that_always_fails_later():
    made = program(7 % rasp.tokens_int, "01")
    never = sampler_of(made.vocabulary, lambda chance, length: "0" * length)
    source = ProgramSource(made, never, 3, 0, {})
    with pytest.raises(ProgramFails, match="the program fails on the input"):
        source.pool(0, TrainingSettings(batch=2, steps=1), Classes.of([0, 1]))


def test_longer_inputs_without_an_answer_are_left_out():
    short = rasp.where(1 / (5 - LENGTH) > 9, "c", rasp.tokens)
    made, _ = inputs_of(short, "ab", 3)
    assert [group.length for group in made.beyond] == [4, 6]
    assert any(note.startswith("334 longer inputs left out: the program fails on the input ") for note in made.notes)
    shortest = rasp.where(1 / (LENGTH < 4) > 9, "c", rasp.tokens)
    made, _ = inputs_of(shortest, "ab", 3)
    assert made.beyond == ()
    assert any(note.startswith("no longer inputs: the program fails on the input ") for note in made.notes)


def test_floats_are_refused_by_name():
    half = rasp.indices / 2
    with pytest.raises(WrongOperand, match="`f` gives floats"):
        inputs_of(half, "ab", 3)


def test_bools_and_ints_are_values_apart():
    classes = Classes.of([True, 1, "a", 2])
    assert classes.labels(np.array([[True, 1, "a", 2, 3]], dtype=object)).tolist() == [[0, 1, 3, 2, UNKNOWN]]
    assert classes.labels(np.array([[1, 2]])).tolist() == [[1, 2]]


def test_examples_are_split_and_drawn_again():
    pairs = [(tuple(f"{number:07b}"), (*f"{number:07b}"[::-1][:-1], None)) for number in range(100)]
    settings = TrainingSettings(batch=8, steps=4)
    made = pair_inputs(pairs, settings)
    assert [sum(len(group.ids) for group in part) for part in (made.test, made.validation)] == [10, 10]
    pool = made.pool(0, settings)
    assert len(pool) == 32
    assert (pool.labels[:, -1] == NOT_ASKED).all()
    assert (pool.labels[:, :-1] == pool.ids[:, :0:-1]).all()
    held = set(codes(np.concatenate([group.ids for group in (*made.test, *made.validation)])).tolist())
    assert not held & set(codes(pool.ids).tolist())


def test_other_examples_are_another_training():
    pairs = [(f"{number:07b}", f"{number:07b}"[::-1]) for number in range(100)]
    task = of_pairs(pairs, "output", TrainingSettings(), Sizes())
    for place in range(0, 100, 7):
        other = list(pairs)
        other[place] = pairs[place][0], "0" * 7 if place else "1" * 7
        assert of_pairs(other, "output", TrainingSettings(), Sizes()).origin != task.origin
    assert of_pairs(pairs, "output", TrainingSettings(), Sizes()).origin == task.origin


def test_too_few_examples_are_refused():
    with pytest.raises(WrongOperand, match="3 different examples: too few"):
        pair_inputs([("a", "b"), ("b", "a"), ("ab", "ba"), ("ab", "ba")], TrainingSettings())


def test_sizes_below_the_counted_one():
    report = rasp.load("most_frequent")["most_freq"].architecture()
    made = [(size.layers, size.heads, size.width) for size in sizes_of(report, None, None, 64, tight=True)]
    assert made == [(3, 2, 64), (2, 2, 64), (3, 1, 64), (2, 4, 128)]


@pytest.mark.parametrize(
    ("sop", "ahead"),
    [
        (REVERSE, "on the input "),
        (HIST, "position 0 selects position 1 by "),
        (rasp.selector_width(rasp.select(rasp.indices, rasp.indices, "<=")), ""),
        (rasp.tokens, ""),
    ],
)
def test_a_causal_model_of_a_program_that_looks_ahead(sop, ahead):
    wanted = of_program(sop, "f", "01", 4, TrainingSettings(causal=True, steps=1), Sizes())
    assert ahead in wanted.warning
    assert bool(wanted.warning) == bool(ahead)
    assert not of_program(sop, "f", "01", 4, TrainingSettings(steps=1), Sizes()).warning


@pytest.mark.parametrize(
    "given",
    [
        {"steps": 0},
        {"lr": float("nan")},
        {"seeds": True},
        {"positions": "rotary"},
        {"causal": 1},
        {"bos": None},
        {"device": None},
    ],
)
def test_wrong_settings(given):
    with pytest.raises(WrongOperand):
        TrainingSettings(**given).check()
