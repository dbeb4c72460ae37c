"""Names say what a value is, and are names."""

from __future__ import annotations

from itertools import product

import pytest

import rasp
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
    flag_clause,
)
from rasp.learning.writing.names import LONGEST, name_of

TOKENS = Variable("tokens", "string")
RANK = Count(SelectorTerm((Clause(TOKENS, "before", TOKENS),)))
DEPTH = OperatorTerm("-", (RANK, INDICES), "int")
NAMES = {RANK: "rank", DEPTH: "depth"}


def tokens_are(atom: str, places: str) -> SelectorTerm:
    return SelectorTerm((Clause(TOKENS, "==", constant(atom)),), places)


def same(part: Expression, op: str, places: str) -> SelectorTerm:
    return SelectorTerm((Clause(part, op, part),), places)


def read(selector: SelectorTerm, which: str = "last", values: Expression = TOKENS) -> Read:
    return Read(selector, which, values, "-" if values.kind == "string" else -1, values.kind)


OPENED, CLOSED = Count(tokens_are("(", "<=")), Count(tokens_are(")", "<="))
NAMES |= {OPENED: "opened", CLOSED: "closed"}
ABOVE = OperatorTerm(">", (CLOSED, OPENED), "bool")
END = OperatorTerm("-", (LENGTH, constant(1)), "int")
NEXT = read(SelectorTerm((Clause(INDICES, "==", OperatorTerm("+", (INDICES, constant(1)), "int")),)))
NAMES |= {ABOVE: "more_closed", END: "end", NEXT: "next_token"}
CASES = {
    "more_closed": ABOVE,
    "more_closed_so_far": Count(SelectorTerm((flag_clause(ABOVE),), "<=")),
    "next_token_smaller": OperatorTerm(">", (TOKENS, NEXT), "bool"),
    "next_token_matches": OperatorTerm("==", (NEXT, TOKENS), "bool"),
    "depth_minus_1_so_far": Count(SelectorTerm((Clause(DEPTH, "==", constant(-1)),), "<=")),
    "count_depth_0": Count(SelectorTerm((Clause(DEPTH, "==", constant(0)),))),
    "is_a_to_d": OperatorTerm("in", (TOKENS,), "bool", tuple("abcd")),
    "count_0_so_far": Count(tokens_are("0", "<=")),
    "previous_same": read(same(TOKENS, "==", "<")),
    "previous_same_position": read(same(TOKENS, "==", "<"), values=INDICES),
    "next_greater": read(same(TOKENS, ">", ">"), "first"),
    "previous_same_depth": read(same(DEPTH, "==", "<")),
    "latest_a_position": read(tokens_are("a", "<="), values=INDICES),
    "first_same_position": read(same(TOKENS, "==", "<"), "first", INDICES),
    "last_token": read(same(LENGTH, "==", "")),
    "smaller_value_before": Count(same(Count(tokens_are("a", ">")), "<", "<")),
    "first_a": read(tokens_are("a", ""), "first"),
    "token_at_end": read(SelectorTerm((Clause(INDICES, "==", END),))),
    "rank_plus_depth": OperatorTerm("+", (RANK, DEPTH), "int"),
    "not_more_closed": OperatorTerm("not", (ABOVE,), "bool"),
    "difference": OperatorTerm("-", (RANK, Count(same(TOKENS, "<", ">"))), "int"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_name_says_what_a_value_is(name: str) -> None:
    assert name_of(CASES[name], NAMES) == name
    assert len(name) <= LONGEST


def test_tokens_that_are_digits_begin_no_name() -> None:
    words = ["".join(word) for size in range(1, 5) for word in product("01", repeat=size)]
    pairs = [(word, ["eo"[word[: end + 1].count("0") % 2] for end in range(len(word))]) for word in words]
    learned = rasp.learn(pairs, iterations=1_500)
    assert learned.exact
    assert "count_0_so_far = " in learned.program
