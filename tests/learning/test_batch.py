"""Values of expressions: the batch, the templates that run on many variables at once, and the engine agree."""

from __future__ import annotations

import random

import numpy as np
import pytest

from rasp.engine.evaluate import evaluate
from rasp.graph.nodes import Atom
from rasp.learning.enumeration.maps import conjunctions, flags, numbers
from rasp.learning.enumeration.templates import Expansion, fill_template
from rasp.learning.examples.rows import data_of
from rasp.learning.expressions import bits
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import (
    INDICES,
    LENGTH,
    Clause,
    Count,
    Expression,
    OperatorTerm,
    Read,
    SelectorTerm,
    Variable,
    constant,
)
from rasp.learning.expressions.prices import price
from rasp.learning.expressions.to_graph import to_graph

TOKENS = Variable("tokens", "string")
IS_A = OperatorTerm("==", (TOKENS, constant("a")), "bool")
IS_AB = OperatorTerm("in", (TOKENS,), "bool", ("a", "b"))
LAST = OperatorTerm("-", (LENGTH, constant(1)), "int")
OPPOSITE = OperatorTerm("-", (LAST, INDICES), "int")
VARIABLES: dict[str, list[Expression]] = {"string": [TOKENS], "bool": [IS_A, IS_AB], "int": [INDICES, LENGTH, OPPOSITE]}


def _batch(longest: int) -> tuple[CodedBatch, list[str]]:
    chance = random.Random(longest)
    words = ["".join(chance.choices("abc", k=chance.randint(1, longest))) for _ in range(12)]
    return CodedBatch(Coding.of(data_of([(word, word) for word in words])), words), words


def _agrees(batch: CodedBatch, words: list[str], expressions: list[Expression]) -> None:
    """The batch and the engine give the same values, bools for bools."""
    for expression, column in zip(expressions, _engine(expressions, words), strict=True):
        values = batch.values(expression)
        for number, (word, given) in enumerate(zip(words, column, strict=True)):
            codes = values[: len(word), number].tolist()
            assert given == [batch.coding.atom(expression.kind, code) for code in codes], expression


def _engine(expressions: list[Expression], words: list[str]) -> list[list[list[Atom]]]:
    rows = evaluate([to_graph(expression) for expression in expressions], words)
    return [[list(row[place].values) for row in rows] for place in range(len(expressions))]


@pytest.mark.parametrize("longest", [5, 12, 40, 70])
@pytest.mark.parametrize("flag", [None, IS_AB], ids=["one-clause", "two-clauses"])
@pytest.mark.parametrize("causal", [False, True], ids=["anywhere", "causal"])
def test_templates_give_what_the_batch_and_the_engine_give(longest, flag, causal) -> None:
    batch, words = _batch(longest)
    made: list[Expression] = []
    for kind, variables in VARIABLES.items():
        if flag is not None and kind == "bool":
            continue
        columns = np.stack([batch.narrow_values(variable) for variable in variables], axis=1)
        expansion = Expansion(batch, kind, columns, causal, flag)
        for result in expansion.results([TOKENS, INDICES], lambda at: np.arange(at.shape[1])):
            for place, number in enumerate(result.variables.tolist()):
                head = fill_template(result.template, variables[number], result.values, batch)
                same = result.columns[:, place] == batch.values(head)
                assert same[batch.valid].all(), head
                made.append(head)
    _agrees(batch, words, made[:: 3 if longest > 12 else 1])


def test_maps_give_what_the_engine_gives() -> None:
    batch, words = _batch(7)
    conditions = flags([TOKENS, INDICES, LENGTH, OPPOSITE], "abc")
    _agrees(batch, words, conditions)
    _agrees(batch, words, conjunctions([IS_A, IS_AB, *conditions[:6]]))
    _agrees(batch, words, numbers([INDICES, LENGTH, OPPOSITE], [IS_A, IS_AB], causal=False))


def test_conditions_come_in_the_order_of_their_prices() -> None:
    """Prices of pairs, which a table gives, are those of the whole: what two heads read and define is counted once."""
    read = [Read(SelectorTerm((Clause(INDICES, "==", one),)), "last", LAST, -1, "int") for one in (LAST, OPPOSITE)]
    conditions = flags([TOKENS, INDICES, LENGTH, OPPOSITE, *read, Count(read[0].selector)], "abc")
    joined = conjunctions([IS_A, IS_AB, *conditions[::8]])
    assert len(set(map(price, conditions))) > 10
    for made in (conditions, joined):
        assert list(map(price, made)) == sorted(map(price, made))


def test_columns_of_many_are_the_values_of_each() -> None:
    batch, _ = _batch(7)
    conditions = flags([TOKENS, INDICES, LENGTH, OPPOSITE], "abc")
    choices = numbers([INDICES, LENGTH, OPPOSITE], [IS_A, IS_AB, *conditions[:6]], causal=False)
    made = [TOKENS, IS_AB, constant("b"), *conditions, *conjunctions([IS_A, IS_AB, *conditions[:6]]), *choices]
    batch.values(made[-1])  # is kept, while those of the others are computed
    columns = batch.columns(made)
    assert len(batch.memo) < len(made) / 2
    assert all((columns[:, number] == batch.values(one)).all() for number, one in enumerate(made))


@pytest.mark.parametrize("length", [3, 8, 9, 17, 40, 64, 65, 130])
def test_first_last_and_count_of_sets(length: int) -> None:
    chance = np.random.default_rng(length)
    keys = chance.integers(0, 3, (length, 2, 5))
    sets = bits.compare("==", keys, np.zeros((1, 2, 5), np.int64))
    where = keys == 0
    some = where.any(0)
    assert (bits.count(sets)[0] == where.sum(0)).all()
    assert (bits.first(sets)[0] == np.where(some, where.argmax(0), -1)).all()
    assert (bits.last(sets)[0] == np.where(some, length - 1 - where[::-1].argmax(0), -1)).all()
