"""What a search gives: a program that is its model, the front, the end, and errors for what is no data."""

from __future__ import annotations

import multiprocessing
import pickle
import random
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasp.engine.evaluate import evaluate
from rasp.errors import RaspError
from rasp.graph.builders import apply, constant, indices
from rasp.learning.enumeration.found import check_program
from rasp.learning.enumeration.rules import lookup
from rasp.learning.enumeration.search import search
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import data_of
from rasp.learning.expressions.ready import ready_variables
from rasp.learning.settings import SearchSettings
from rasp.learning.writing.text import text
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
    ],
)
def test_what_is_no_data_is_a_clear_error(pairs) -> None:
    with pytest.raises(RaspError):
        data_of(pairs)


def test_a_token_that_no_program_can_write_is_never_named() -> None:
    data = data_of([(['a"b', "c"], ["c", 'a"b']), (["c"], ["c"]), (["d", 'a"b', "c"], ["c", 'a"b', "d"])])
    found = search(data, SearchSettings(iterations=3000))
    assert found.exact
    assert '"b' not in found.text
    with pytest.raises(RaspError, match="no program can write"):
        search(data_of([("ab", ['"', '"'])]))


def test_one_example_gives_a_program() -> None:
    data = data_of([("ab", "ba")])
    found = search(data, SearchSettings(iterations=3000))
    assert found.exact
    check_program(found, data)


def test_contradictions_bound_the_accuracy() -> None:
    data = data_of([("ab", "xy"), ("ab", "xx"), ("ba", "yx")])
    found = search(data, SearchSettings(iterations=3000))
    assert not found.exact
    assert found.wrong >= 1


def test_ctrl_c_keeps_the_best_so_far() -> None:
    def stop(found, better) -> None:
        raise KeyboardInterrupt

    data = data_of([(word, sorted(word)) for word in WORDS])
    found = search(data, SearchSettings(iterations=50_000), stop)
    assert found.interrupted
    assert found.text


def test_the_front_falls() -> None:
    chance = random.Random(0)
    words = ["".join(chance.choices("abc", k=chance.randint(1, 6))) for _ in range(40)]
    data = data_of([(word, [chance.randint(0, 2) for _ in word]) for word in words])
    front = search(data, SearchSettings(iterations=28_000)).front
    assert len(front) > 3
    assert [entry.price for entry in front] == sorted(entry.price for entry in front)
    assert [entry.wrong for entry in front] == sorted((entry.wrong for entry in front), reverse=True)


def test_lengths_beyond_a_word_of_bits() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("ab", k=size)) for size in (70, 75, 80, 90, 100, 66)]
    data = data_of([(word, [word[: i + 1].count("a") for i in range(len(word))]) for word in words])
    found = search(data, SearchSettings(iterations=300, causal=True))
    assert found.exact
    check_program(found, data)


ATOMS = st.sampled_from("ab")
PAIRS = st.lists(
    st.lists(st.tuples(ATOMS, st.sampled_from(["a", "b", "c", None])), min_size=1, max_size=5), min_size=1, max_size=8
)


@settings(max_examples=8)
@given(PAIRS)
def test_any_data_give_a_program_that_is_its_model(rows) -> None:
    try:
        data = data_of([([a for a, _ in row], [b for _, b in row]) for row in rows])
    except RaspError:
        return
    found = search(data, SearchSettings(iterations=1500))
    check_program(found, data)
    for entry in found.front:
        (node,) = load_nodes(ProgramText(text(entry.expression), ("output",)))
        assert node is not None
    assert load_nodes(ProgramText(found.text, ("output",)))[0] is found.node


def _noisy() -> Data:
    chance = random.Random(2)
    words = ["".join(chance.choices("ab", k=chance.randint(1, 4))) for _ in range(60)]
    return data_of((word, [word.count(x) if chance.random() < 0.9 else 7 for x in word]) for word in words)


def test_any_number_of_processes_finds_the_same() -> None:
    alone = search(_noisy(), SearchSettings(iterations=26_000))  # the first branches, which go to processes, are over
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        together = search(_noisy(), SearchSettings(iterations=26_000), executor=pool)
    assert [(one.price, one.wrong, one.expression) for one in alone.front] == [
        (one.price, one.wrong, one.expression) for one in together.front
    ]
    assert alone.iterations == together.iterations


@pytest.mark.parametrize("iterations", [1, 777, 12_345])
def test_a_search_takes_just_as_many_iterations_as_are_set(iterations: int) -> None:
    found = search(_noisy(), SearchSettings(iterations=iterations))
    assert found.iterations == iterations


def test_as_many_iterations_as_a_time_allows_find_the_same() -> None:
    timed = search(_noisy(), SearchSettings(seconds=0.3))
    again = search(_noisy(), SearchSettings(iterations=timed.iterations))
    assert [one.expression for one in again.front] == [one.expression for one in timed.front]


@pytest.mark.parametrize("factor", [1, 2**29])
def test_values_in_a_table_and_sorted_values_find_the_same(factor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Products of large ints wrap around; such values are sorted."""
    data = data_of(([factor * "abc".index(token) for token in word], [word.count(x) for x in word]) for word in WORDS)
    with_table = search(data, SearchSettings(iterations=300))
    monkeypatch.setattr(lookup, "SMALL", 0)
    assert search(data, SearchSettings(iterations=300)).front == with_table.front


def test_a_ready_variable_goes_to_another_process() -> None:
    node = apply("+", indices(), constant(2))
    (ready,) = ready_variables((("later", node),), data_of([("ab", "ba")]))
    assert pickle.loads(pickle.dumps(ready)) == ready
    data = data_of((word, [place + 2 for place in range(len(word))]) for word in WORDS)
    found = search(data, SearchSettings(iterations=1_000, ready=(ready,)))
    assert found.expression == ready
    assert found.text == "output = indices + 2;\n"


def test_of_contradictory_outputs_the_commonest_are_learned() -> None:
    data = data_of([*[("ab", "xy")] * 3, *[("ab", "xx")] * 2, ("ba", "yx")])
    found = search(data, SearchSettings(iterations=500))
    assert (found.wrong, found.text) == (2, 'output = "x" if tokens == "a" else "y";\n')


def test_a_table_of_many_words_is_total() -> None:
    chance = random.Random(4)
    words = [f"w{number}" for number in range(100)]
    label = {word: chance.choice("xyz") for word in words}
    rows = [chance.choices(words, k=5) for _ in range(200)]
    data = data_of((row, [label[word] for word in row]) for row in rows)
    found = search(data, SearchSettings(iterations=500))
    assert found.exact
    assert evaluate([found.node], [["w0", "never seen"]])[0][0].kind == "string"


def test_words_that_seldom_repeat_are_counted() -> None:
    chance = random.Random(1)
    words = [f"w{number}" for number in range(1000)]
    rows = [chance.choices(words, k=chance.randint(1, 6)) for _ in range(400)]
    data = data_of((row, [row.count(word) for word in row]) for row in rows)
    found = search(data, SearchSettings(iterations=3_000))
    assert found.text == "output = selector_width(select(tokens, tokens, ==));\n"


def test_long_inputs_whose_outputs_begin_alike_are_sorted() -> None:
    chance = random.Random(0)
    words = ["".join(chance.choices("abc", k=chance.randint(30, 45))) for _ in range(80)]
    found = search(data_of([(word, sorted(word)) for word in words]), SearchSettings(iterations=600))
    assert found.exact
