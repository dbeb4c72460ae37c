"""Formulas of nodes: cut for people, whole for programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import rasp
from rasp.graph.nodes import Node
from rasp.source.formula import MOST_CHARACTERS, formula


def nameless(node: Node) -> None:
    return None


def nested(levels: int) -> rasp.SOp:
    sop = rasp.indices
    for step in range(levels):
        sop = 1 + sop * (2 + step)
    return sop


TABLE = rasp.lookup({f"key {number}": number for number in range(40)}, rasp.tokens)
WHOLE = [nested(100), rasp.tokens + "x" * 200, rasp.indices + 10**300, TABLE, rasp.isin(rasp.indices, list(range(50)))]


@pytest.mark.parametrize("sop", [pytest.param(sop, id=str(place)) for place, sop in enumerate(WHOLE)])
def test_a_whole_formula_builds_the_same_node(sop: rasp.SOp) -> None:
    text = formula(sop.node, nameless, whole=True)
    assert "…" not in text
    assert rasp.Session().eval(text).is_same(sop)
    assert "…" in formula(sop.node, nameless)


def test_what_no_program_can_spell_is_whole_too() -> None:
    text = formula((rasp.tokens + "\n" * 100).node, nameless, whole=True)
    assert text == "tokens + " + repr("\n" * 100)


def test_named_parts_stand_there_by_their_names() -> None:
    inner = nested(100)
    outer = inner / 2
    assert formula(outer.node, {inner.node: "inner", outer.node: "outer"}.get, whole=True) == "inner / 2"


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: nested(5_000), id="nested"),
        pytest.param(lambda: rasp.tokens + "x" * MOST_CHARACTERS, id="string"),
        pytest.param(lambda: rasp.indices + 10 ** (2 * MOST_CHARACTERS), id="int"),
    ],
)
def test_what_is_too_long_is_cut(build: Callable[[], rasp.SOp]) -> None:
    sop = build()
    text = formula(sop.node, nameless, whole=True)
    assert text == formula(sop.node, nameless)
    assert "…" in text


def test_a_formula_that_doubles_at_each_step() -> None:
    sop = rasp.tokens
    for _ in range(300):
        sop = sop + sop
    assert "…" in formula(sop.node, nameless, whole=True)
    few = rasp.tokens
    for _ in range(8):
        few = few + few
    assert formula(few.node, nameless, whole=True).count("tokens") == 256
