"""Tidying a program keeps its values, and never makes it dearer."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rasp.learning.examples.rows import data_of
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import (
    INDICES,
    LENGTH,
    Clause,
    Expression,
    OperatorTerm,
    Read,
    SelectorTerm,
    Variable,
    constant,
)
from rasp.learning.expressions.prices import price
from rasp.learning.expressions.tidy import tidy

WORDS = ["".join(letters) for size in (1, 2, 3, 4) for letters in itertools.product("ab", repeat=size)]
DATA = data_of((word, word) for word in WORDS)
BATCH = CodedBatch(Coding.of(DATA), DATA.inputs)
FIRST = OperatorTerm("==", (INDICES, constant(0)), "bool")


def _same(program: Expression, other: Expression) -> bool:
    inside = np.arange(4)[:, None] < np.array([len(word) for word in WORDS])
    return bool((BATCH.values(program) == BATCH.values(other))[inside].all())


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_choice_that_is_compared(op: str, number: int) -> None:
    for choice in ((constant(0), LENGTH), (LENGTH, constant(1))):
        chosen = OperatorTerm("where", (FIRST, *choice), "int")
        program = OperatorTerm(op, (chosen, constant(number)), "bool")
        assert _same(program, tidy(program))
        assert price(tidy(program)) <= price(program)


@pytest.mark.parametrize("places", ["<", "<=", ">", ">=", ""])
@pytest.mark.parametrize(("op", "implied"), [("-", ("<", "<=")), ("+", (">", ">="))])
@pytest.mark.parametrize("by", [-1, 0, 1, 2])
def test_where_a_position_at_a_fixed_distance_stands_goes_without_saying(
    places: str, op: str, implied: tuple[str, ...], by: int
) -> None:
    clause = Clause(INDICES, "==", OperatorTerm(op, (INDICES, constant(by)), "int"))
    program = Read(SelectorTerm((clause,), places), "last", Variable("tokens", "string"), "-", "string")
    made = tidy(program)
    assert _same(program, made)
    assert isinstance(made, Read)
    assert made.selector.positions == ("" if by > 0 and places in implied else places)
