"""Finite functions as expressions: right in every cell, and of the least price there is."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest

from rasp.learning.examples.rows import data_of
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import INDICES, Expression, OperatorTerm, Variable, constant, operands
from rasp.learning.expressions.functions import CHOICE, FiniteFunction, _leaves, _Search, _tests, shortest, tabulate

CODING = Coding.of(data_of([("abcd", "abcd")]))
TOKENS = Variable("tokens", "string")
LENGTH = Variable("length", "int")


def _computed(made: Expression, cells: FiniteFunction) -> list[int]:
    """The expression in each cell."""
    batch = CodedBatch(CODING, ["a" * len(cells.results)])
    for argument, column in zip(cells.arguments, cells.columns, strict=True):
        batch.memo[argument] = np.array(column)[:, None]
    return batch.values(made)[:, 0].tolist()


def _cells(arguments, columns, results, kind) -> FiniteFunction:
    made = tabulate(arguments, [np.array(column) for column in columns], np.array(results), kind, CODING)
    assert made is not None
    return made


@pytest.mark.parametrize("kind", ["int", "bool"])
@pytest.mark.parametrize("argument", [INDICES, TOKENS], ids=["of-ints", "of-tokens"])
def test_every_small_function_of_one_argument(argument, kind) -> None:
    for results in itertools.product(range(3 if kind == "int" else 2), repeat=5):
        cells = _cells([argument], [range(5)], results, kind)
        made = shortest(cells)
        assert made is not None
        assert _computed(made, cells) == list(cells.results)


@pytest.mark.parametrize("right", [LENGTH, TOKENS], ids=["two-ints", "int-and-token"])
def test_every_small_function_of_two_arguments(right) -> None:
    places = list(itertools.product(range(2), range(3)))
    columns = list(zip(*places, strict=True))
    for results in itertools.product(range(2), repeat=6):
        cells = _cells([INDICES, right], columns, results, "int")
        made = shortest(cells)
        assert made is not None
        assert _computed(made, cells) == list(cells.results)


FLAG = Variable("flag", "bool")
ARGUMENTS = {"ints": [INDICES, LENGTH], "token": [TOKENS], "int-and-token": [INDICES, TOKENS], "flag": [FLAG, INDICES]}


@pytest.mark.parametrize("kind", ["int", "bool"])
@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS)
def test_the_cells_of_tests_and_leaves(arguments, kind) -> None:
    """The bits of a test are where it holds, those of a leaf where it gives the result; for an opposite, too."""
    places = list(itertools.product(*[range(2) if one.kind == "bool" else range(1, 5) for one in arguments]))
    columns = list(zip(*places, strict=True))
    for seed in range(5):
        results = np.random.default_rng(seed).integers(2 if kind == "bool" else 5, size=len(places)).tolist()
        cells = _cells(arguments, columns, results, kind)
        arrays = [np.array(column) for column in cells.columns]
        tests = [(test.holds, test.expression, [1] * len(results)) for test in _tests(cells, arrays)]
        leaves = [(right, made, cells.results) for _, right, made in _leaves(cells, arrays, np.array(cells.results))]
        for bits, expression, wanted in (*tests, *leaves):
            found = _computed(expression, cells)
            assert bits == sum(1 << cell for cell, value in enumerate(found) if value == wanted[cell]), expression


def _least_price(cells: FiniteFunction) -> int:
    """The least price of all choices, without bounds: over every set of cells that tests can leave."""
    search = _Search(cells, 0)
    columns = [np.array(column) for column in cells.columns]
    leaves = list(_leaves(cells, columns, np.array(cells.results)))

    @cache
    def least(rows: int) -> int:
        prices = [cost for cost, right, _ in leaves if not rows & ~right]
        for test in search.tests:
            yes, no = rows & test.holds, rows & ~test.holds
            if yes and no:
                prices.append(test.price + CHOICE + least(yes) + least(no))
        return min(prices)

    return least(search.everything)


@pytest.mark.parametrize("argument", [INDICES, TOKENS], ids=["of-ints", "of-tokens"])
def test_no_choice_is_cheaper(argument) -> None:
    for results in itertools.product(range(3), repeat=4):
        cells = _cells([argument], [range(4)], results, "int")
        search = _Search(cells, 10**6)
        found = search.solve(search.everything, 10**6, 0)
        assert found is not None
        assert found[0] == _least_price(cells)


@pytest.mark.parametrize(
    ("function", "op"),
    [
        (lambda left, right: left + right, "+"),
        (lambda left, right: left - right, "-"),
        (lambda left, right: max(left, right), "max"),
        (lambda left, right: int(left < right), "number"),
    ],
)
def test_arithmetic_comes_before_choices(function, op) -> None:
    places = list(itertools.product(range(5), range(5)))
    columns = list(zip(*places, strict=True))
    kind = "bool" if op == "number" else "int"
    made = shortest(_cells([INDICES, LENGTH], columns, [function(*place) for place in places], kind))
    assert isinstance(made, OperatorTerm)
    assert made.op == ("<" if op == "number" else op)
    assert set(operands(made)) == {INDICES, LENGTH}


def test_unlike_results_of_equal_arguments_are_no_function() -> None:
    assert tabulate([INDICES], [np.array([1, 1])], np.array([0, 1]), "int", CODING) is None


def test_a_linear_function_of_many_values() -> None:
    made = shortest(_cells([INDICES], [range(-40, 60)], [9 * value + 160 for value in range(-40, 60)], "int"))
    assert made == OperatorTerm("+", (OperatorTerm("*", (constant(9), INDICES), "int"), constant(160)), "int")


def test_a_function_of_many_values_without_a_rule_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    grown: list[int] = []
    grow = _Search.grow_tree

    def counted(search: _Search, rows: int) -> Expression | None:
        grown.append(rows)
        return grow(search, rows)

    monkeypatch.setattr(_Search, "grow_tree", counted)
    assert shortest(_cells([INDICES], [range(200)], [value * value % 211 for value in range(200)], "int")) is None
    assert len(grown) < 100
