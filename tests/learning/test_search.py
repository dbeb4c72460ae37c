"""What a search gives: a program that is its model, the front, the end, and errors for what is no data."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasp.errors import RaspError
from rasp.learning.examples import Examples
from rasp.learning.search import Settings, check, search
from rasp.learning.text import text
from rasp.source.program import ProgramText
from rasp.source.reading import load_nodes

WORDS = ["a", "b", "ab", "ba", "abc", "cab", "aabb", "cbca"]


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([], id="none"),
        pytest.param([("", "")], id="empty"),
        pytest.param([("ab", "a")], id="another-length"),
        pytest.param([("ab", [1, "a"])], id="mixed-outputs"),
        pytest.param([(["a", 1], "ab")], id="mixed-inputs"),
        pytest.param([("ab", [1.5, 2.0])], id="floats"),
        pytest.param([("ab", [None, None])], id="nothing-asked"),
        pytest.param([(['a"b'], "a")], id="unwritable"),
    ],
)
def test_what_is_no_data_is_a_clear_error(pairs) -> None:
    with pytest.raises(RaspError):
        Examples.of(pairs)


def test_one_example_gives_a_program() -> None:
    examples = Examples.of([("ab", "ba")])
    found = search(examples, Settings(iterations=3000))
    assert found.exact
    check(found, examples)


def test_contradictions_bound_the_accuracy() -> None:
    examples = Examples.of([("ab", "xy"), ("ab", "xx"), ("ba", "yx")])
    found = search(examples, Settings(iterations=3000))
    assert not found.exact
    assert found.score.examples >= 1


def test_ctrl_c_keeps_the_best_so_far() -> None:
    def stop(found, better) -> None:
        raise KeyboardInterrupt

    examples = Examples.of([(word, sorted(word)) for word in WORDS])
    found = search(examples, Settings(iterations=50_000), stop)
    assert found.interrupted
    assert found.text


def test_the_front_falls() -> None:
    chance = random.Random(0)
    words = ["".join(chance.choices("abc", k=chance.randint(1, 6))) for _ in range(200)]
    examples = Examples.of([(word, [chance.randint(0, 2) for _ in word]) for word in words])
    front = search(examples, Settings(iterations=40_000)).front
    assert [entry.price for entry in front] == sorted(entry.price for entry in front)
    assert [entry.wrong for entry in front] == sorted((entry.wrong for entry in front), reverse=True)


def test_lengths_beyond_a_word_of_bits() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("ab", k=size)) for size in (70, 75, 80, 90, 100, 66)]
    examples = Examples.of([(word, [word[: i + 1].count("a") for i in range(len(word))]) for word in words])
    found = search(examples, Settings(iterations=300, causal=True))
    assert found.exact
    check(found, examples)


ATOMS = st.sampled_from("ab")
PAIRS = st.lists(
    st.lists(st.tuples(ATOMS, st.sampled_from(["a", "b", "c", None])), min_size=1, max_size=5), min_size=1, max_size=8
)


@settings(max_examples=8)
@given(PAIRS)
def test_any_data_give_a_program_that_is_its_model(rows) -> None:
    try:
        examples = Examples.of([([a for a, _ in row], [b for _, b in row]) for row in rows])
    except RaspError:
        return
    found = search(examples, Settings(iterations=1500))
    check(found, examples)
    for entry in found.front:
        (node,) = load_nodes(ProgramText(text(entry.expression), ("output",)))
        assert node is not None
    assert load_nodes(ProgramText(found.text, ("output",)))[0] is found.node
