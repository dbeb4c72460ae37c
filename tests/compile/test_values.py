"""What heads may read and add up: strings beside numbers, numbers of unlike size, what is left of fractions."""

from __future__ import annotations

import numpy as np
import pytest

import rasp
from rasp.compile import enumeration
from rasp.compile.exact_fractions import Exact
from rasp.compile.value_codes import ValueCodes
from rasp.graph.builders import apply, constant, indices
from rasp.graph.nodes import Atom, Node
from rasp.model import arrays

PROGRAMS = {
    "a mean of what never is a string": ("x = tokens[9]; y = aggregate(full_s, x);", "ab", 3),
    "no match": ('x = aggregate(select(tokens, "c", ==), tokens); y = aggregate(full_s, x);', "ab", 3),
    "best of none": (
        "x = aggregate(best(select(length, length, <), indices), tokens); y = aggregate(full_s, x);",
        "ab",
        3,
    ),
    "no bool": ('x = aggregate(select(length, length, <), tokens == "a"); y = aggregate(full_s, x);', "ab", 3),
    "numbers on some inputs, strings on others": (
        'e = length % 2; v = indices if e == 0 else "a"; s = select(indices, 0, ==) or select(0, e,'
        " ==); y = aggregate(s, v);",
        "ab",
        4,
    ),
    "tokens of both": ("y = aggregate(full_s, tokens_asis);", [1, 2, "a"], 4),
    "of token": ('y = aggregate(full_s, 1 if tokens_float == indices or tokens == "1" else "a");', [0.5, "1"], 4),
    "a sum of unlike sizes": ("y = aggregate(full_s, tokens_int * 10^8 + indices);", "12", 4),
    "the best of both": ("y = aggregate(best(full_s, indices % 2), tokens_asis);", [1, 2, "a"], 4),
    "by default": ('v = aggregate(select(indices, 3, ==), length, "b"); y = aggregate(full_s, v);', "a", 7),
    "copied": (
        'v = aggregate(select(indices, 3, ==), length, "b"); w = aggregate(select(indices, 0, ==), v);'
        " y = aggregate(full_s, w);",
        "a",
        7,
    ),
    "a huge number that is not read": (
        "v = 10^30 if indices == 0 else tokens_int; x = aggregate(select(indices, 1, ==), v); y ="
        " aggregate(full_s, x);",
        "123",
        4,
    ),
    "a number that no float holds": (
        "v = 10^400 if indices == 0 else tokens_int; x = aggregate(select(indices, 1, ==), v); y ="
        " aggregate(full_s, x);",
        "123",
        4,
    ),
    "a huge number beside a mean": (
        "v = 10^30 if indices == 0 else tokens_int; y = aggregate(select(indices, 0, >), v);",
        "123",
        4,
    ),
    "ints that means round": (
        "y = aggregate(best(full_s, tokens_int * (2^53 + 1)), tokens_int * (2^53 + 1));",
        "123",
        3,
    ),
    "variance": ("m = aggregate(full_s, tokens_int); y = aggregate(full_s, (tokens_int - m)^2);", "123", 3),
    "deviation": ("m = aggregate(full_s, tokens_int); y = aggregate(full_s, (tokens_int - m)^2)^0.5;", "01", 6),
    "a mean less a number": ("y = aggregate(full_s, aggregate(full_s, tokens_int) - 3);", [3, 4], 6),
    "remainders": ("a = aggregate(full_s, tokens_asis - 3); y = aggregate(full_s, a % 2);", [0.5, -1.5], 3),
    "quotients": ("v = aggregate(full_s, tokens_int / (1 + indices)); y = aggregate(full_s, v - 0.5);", "123", 3),
    "a sum that comes to 0": (
        "x = aggregate(select(indices, indices, <=), tokens_int); m = aggregate(full_s, x); y ="
        " aggregate(full_s, x - m);",
        "01",
        4,
    ),
    "variance the other way": (
        "def mean(x) { return aggregate(full_s, x); } t = tokens_float; y = mean(t * t) - mean(t) * mean(t);",
        [0.1, 0.2],
        3,
    ),
    "covariance": (
        "def mean(x) { return aggregate(full_s, x); } i = 0.1 * indices; y = mean(i * tokens_int) -"
        " mean(i) * mean(tokens_int);",
        [0, 1],
        5,
    ),
    "0": ("y = aggregate(full_s, tokens_float / 3) - aggregate(full_s, tokens_float) / 3;", [1, 2], 6),
    "numbers of unlike size": ("y = aggregate(full_s, tokens_int);", [0, 1, 100000000], 6),
    "tiny numbers": ("y = aggregate(full_s, tokens_float);", [1e-200, 1e-150], 2),
    "the least number": ("y = aggregate(select(indices, 0, ==), tokens_float);", [5e-324, 1], 2),
    "a mean of equal fractions": (
        "a = aggregate(best(select(indices, indices, <=), tokens_int), 0.1 * tokens_int, -1); y = indices <= a;",
        [1],
        4,
    ),
}


@pytest.mark.parametrize("few", [enumeration.FEW, 0], ids=["inputs", "sets"])
@pytest.mark.parametrize(("source", "vocabulary", "longest"), PROGRAMS.values(), ids=PROGRAMS)
def test_means_of_all_that_is_read(source, vocabulary, longest, few, monkeypatch):
    monkeypatch.setattr(enumeration, "FEW", few)
    session = rasp.Session()
    session.run(source)
    model = session["y"].compile(vocab=vocabulary, max_length=longest, undefined="skip")
    assert model.proof.trial.whole == longest
    assert model.proof.checked


def test_an_output_that_a_mean_reads_too():
    session = rasp.Session()
    session.run("def mean(x) { return aggregate(full_s, x); }")
    session.run("d = mean(0.1 * tokens_int) - 0.1 * mean(tokens_int); m = mean(d + tokens_int);")
    model = session["d"].compile(session["m"], vocab=[1, 2], max_length=5)
    assert model.config.outputs["d"] == [0.0]


def test_how_rough_numbers_are():
    total, product, same = (apply(op, indices(), constant(0.1)) for op in ("+", "*", "=="))
    met: dict[Node, list[Atom]] = {indices(): [0, 10], constant(0.1): [0.1], total: [10.1], product: [1.0]}
    met[same] = [True]
    columns = ValueCodes()
    for node, values in met.items():
        for value in values:
            columns.codes(node).code(value)
    exact = Exact(columns)
    assert exact.roughness(indices()) == exact.roughness(same) == 0
    assert exact.roughness(total) == pytest.approx(0.1)
    assert exact.roughness(product) == pytest.approx(1.0)


@pytest.mark.parametrize("largest", [2, 40, 10**6])
def test_rows_are_grouped_alike_by_a_table_and_by_sorting(monkeypatch, largest):
    chance = np.random.default_rng(0)
    columns = [chance.integers(-3, largest, 50) for _ in range(2)]
    found = arrays.group_rows(*columns)
    for entries in (0, 10**5):
        monkeypatch.setattr(arrays, "_table_size", lambda count, entries=entries: entries)
        assert [part.tolist() for part in arrays.group_rows(*columns)] == [part.tolist() for part in found]
    rows = list(zip(*columns, strict=True))
    assert [rows[found[0][number]] for number in found[1]] == rows
    assert [rows[first] for first in found[0]] == sorted(set(rows))
    assert [rows.index(rows[first]) for first in found[0]] == found[0].tolist()
