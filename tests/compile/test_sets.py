"""What can occur: the outcomes of heads hold all that inputs bring about, and where it matters nothing else."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import rasp
from rasp.architecture.plan import make_plan
from rasp.compile.domain import find_outcomes
from rasp.compile.heads import heads_of, sources_of
from rasp.compile.sumsets import Packing, Sumsets
from rasp.compile.value_tables import Sites, Tables
from rasp.engine import evaluate
from rasp.errors import CannotCompile, TooManyValues
from tests.compile.programs import LIBRARY

INDICES, TOKENS = rasp.indices, rasp.tokens
SAME = rasp.select(TOKENS, TOKENS, "==")


def tables_of(sop, vocab, longest):
    plan = make_plan([sop.node], assume_bos=True)
    heads = heads_of(plan)
    tables = Tables(vocab, Sites(longest), sources_of(heads))
    for head in heads:
        tables.outcomes[head.key] = find_outcomes(head, tables, False)
    return tables, plan.form_of[sop.node]


def found(sop, vocab, longest):
    """The values that a node may take, by length and position."""
    tables, node = tables_of(sop, vocab, longest)
    table = tables.table([node])
    atoms = tables.columns.atoms(node)
    sites = tables.sites
    made = {}
    for site, code in zip(table.sites.tolist(), table.columns[node].tolist(), strict=True):
        made.setdefault((int(sites.lengths[site]), int(sites.positions[site])), set()).add(atoms[code])
    return made


def really(sop, vocab, longest):
    """The values that a node takes on all inputs, by length and position."""
    made = {}
    for length in range(1, longest + 1):
        inputs = list(itertools.product(vocab, repeat=length))
        for (column,) in evaluate([sop.node], inputs):
            for position, value in enumerate(column.values):
                made.setdefault((length, position), set()).add(value)
    return made


@pytest.mark.parametrize("program", LIBRARY, ids=lambda program: program.sop)
def test_sets_hold_all_that_occurs(program):
    vocab = program.vocab[:3]
    sets, occurring = found(program.load(), vocab, 4), really(program.load(), vocab, 4)
    assert all(occurring[site] <= sets[site] for site in occurring)


@pytest.mark.parametrize(
    "sop",
    [
        rasp.selector_width(SAME),
        rasp.selector_width(SAME & rasp.select(INDICES, INDICES, "<")),
        rasp.aggregate(rasp.select(INDICES, INDICES, "<="), INDICES),
        rasp.aggregate(rasp.select(INDICES, INDICES, "<="), rasp.indicator(TOKENS == "a")),
        rasp.aggregate(rasp.select(INDICES, 0, "=="), TOKENS),
        rasp.load("reverse")["reverse"],
        rasp.load("histogram")["hist_bos"],
        rasp.load("shuffle_dyck")["shuffle_dyck1"],
        rasp.aggregate(rasp.best(SAME, INDICES), INDICES),
        rasp.aggregate(rasp.best(SAME & rasp.select(INDICES, INDICES, "!="), rasp.near), INDICES, -1),
        rasp.aggregate(rasp.best(rasp.best(rasp.select(TOKENS, "c", "!="), TOKENS), rasp.near), TOKENS, "-"),
    ],
)
def test_sets_are_tight(sop):
    assert found(sop, "abc", 4) == really(sop, "abc", 4)


def test_sums_of_choices():
    packing = Packing.of(3, [False], [[5, -1]])
    sums = Sumsets(packing, False, rasp.indices.node)
    five, minus = packing.pack([False, False], [[5], [-1]])
    either, maybe = sums.choice([five, minus]), sums.choice([0, five])
    counts, totals = packing.unpack(sums.of([either, maybe]))
    assert sorted(zip(counts, totals, strict=True)) == [(1, -1), (1, 5), (2, 4), (2, 10)]
    assert sums.of([maybe, either]) is sums.of([either, maybe])


def test_sums_of_large_numbers():
    packing = Packing.of(3, [False], [[10**30, -1]])
    sums = Sumsets(packing, False, rasp.indices.node)
    numbers = [sums.choice([number]) for number in packing.pack([False, False], [[10**30], [-1]])]
    assert packing.unpack(sums.of(numbers)) == [[2], [10**30 - 1]]


def test_sums_of_lone_values():
    packing = Packing.of(3, [True, False], [[7, 1]])
    sums = Sumsets(packing, False, rasp.indices.node)
    lone, other = packing.pack([True, False], [[7], [1]])
    found = sums.of([sums.choice([lone, other, 0])] * 3)
    counts, totals = packing.unpack(found)
    assert sorted(zip(counts, totals, strict=True)) == [(0, 0), (1, 1), (1, 7), (2, 2), (3, 3)]


def test_too_many_sums_are_refused(monkeypatch):
    monkeypatch.setattr(rasp.limits, "work", 2_000)
    packing = Packing.of(20, [False], [[2**number for number in range(20)]])
    sums = Sumsets(packing, False, rasp.indices.node)
    numbers = [sums.choice([0, *packing.pack([False], [[2**number]])]) for number in range(20)]
    with pytest.raises(TooManyValues) as caught:
        sums.of(numbers)
    assert caught.value.node is rasp.indices.node


def test_sites():
    sites = Sites(4)
    assert len(sites) == 10
    assert [int(sites.positions[site]) for site in sites.of(3)] == [0, 1, 2]
    assert np.all(sites.lengths[list(sites.of(3))] == 3)


@pytest.mark.parametrize(
    "sop",
    [
        rasp.load("sort")["sorted"],
        rasp.aggregate(rasp.select(INDICES - rasp.Session()["length"], -INDICES, "=="), rasp.tokens_asis, 7),
    ],
)
def test_where_keys_all_differ_no_mean_occurs(sop):
    kinds = {type(value) for values in found(sop, [1, 3, 8], 4).values() for value in values}
    assert kinds == {int}


@pytest.mark.parametrize("shift", [1e300, 2**53 * 1.0])
def test_keys_shifted_so_far_that_they_meet_have_means(shift):
    keys = INDICES + shift
    sop = rasp.aggregate(rasp.select(keys, keys, "=="), INDICES)
    assert sop.compile(vocab="ab", max_length=4)("abab") == sop("abab")


@pytest.mark.parametrize("values", [(INDICES + 1) * 10**400, INDICES * 1e307])
def test_large_numbers_are_read_one_by_one(values):
    sop = rasp.aggregate(rasp.select(INDICES, 0, "=="), values)
    assert sop.compile(vocab="ab", max_length=4)("abab") == sop("abab")


def test_sums_too_large_for_weights_are_refused():
    sop = rasp.aggregate(rasp.select(rasp.tokens, rasp.tokens, "=="), INDICES * 1e300)
    with pytest.raises(CannotCompile, match="too large for weights"):
        sop.compile(vocab="ab", max_length=4)
