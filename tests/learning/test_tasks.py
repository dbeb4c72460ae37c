"""The tasks of the paper are learned, at small size, and the programs stand."""

from __future__ import annotations

import functools

import pytest

from rasp.learning.enumeration.found import ProgramSearchResult
from rasp.learning.enumeration.search import search
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import data_of
from rasp.learning.learning_loop import runner
from rasp.learning.reporting.accuracy import score_program
from rasp.learning.settings import SearchSettings
from rasp.learning.tasks import TASKS, Task, task
from rasp.learning.writing.text import definitions
from rasp.source.program import ProgramText
from rasp.source.reading import load_nodes

SMALL = {
    "hist": task("hist", 4, 5),
    "double_hist": task("double_hist", 4, 6),
    "reverse": task("reverse", 3, 5),
    "sort": task("sort", 3, 5),
    "dyck1": task("dyck1", max_length=9),
    "induction": task("induction"),
}
MOST = {"hist": 1, "double_hist": 4, "reverse": 3, "sort": 3, "dyck1": 6, "induction": 5}  # definitions
LAYERS = {"hist": 1, "double_hist": 2, "reverse": 2, "sort": 2, "dyck1": 2, "induction": 3}


def _data(made: Task, inputs) -> Data:
    return data_of((given, made.answers(given)) for given in inputs)


def _learned(made: Task, count: int = 1000, **settings) -> ProgramSearchResult:
    inputs = made.sample(count, seed=1)
    return search(_data(made, inputs), SearchSettings(causal=made.causal, patience=300, **settings))


@functools.cache
def _learned_small(name: str) -> ProgramSearchResult:
    return _learned(SMALL[name], iterations=150_000)


@pytest.mark.parametrize("name", SMALL)
def test_a_task_is_learned(name: str) -> None:
    made = SMALL[name]
    found = _learned_small(name)
    assert found.exact
    assert len(definitions(found.expression)) <= MOST[name]
    longer = made.sample(200, seed=2, length=16)
    assert score_program(_data(made, longer), runner(found.node)).exact


@pytest.mark.parametrize("name", ["reverse", "sort"])
def test_a_task_with_marks_is_learned(name: str) -> None:
    made = task(name, 3, 4, marks=True)
    found = _learned(made, iterations=100_000)
    assert found.exact
    assert score_program(_data(made, made.all_inputs(4)), runner(found.node)).exact


@pytest.mark.parametrize("name", SMALL)
def test_the_text_is_the_program(name: str) -> None:
    found = _learned_small(name)
    (node,) = load_nodes(ProgramText(found.text, ("output",)))
    assert node is found.node


def test_the_same_seed_and_iterations_give_the_same_program() -> None:
    first = _learned_small("sort")
    again = _learned_small.__wrapped__("sort")
    assert (first.text, first.iterations) == (again.text, again.iterations)


@pytest.mark.parametrize(
    ("name", "tokens", "answers"),
    [
        ("hist", "abca", [2, 1, 1, 2]),
        ("double_hist", "abbc", [2, 1, 1, 2]),
        ("reverse", "abc", list("cba")),
        ("sort", "bca", list("abc")),
        ("most_freq", "abbccd", list("bcad--")),
        ("dyck1", "(())())", list("PPPTPTF")),
        ("dyck2", "({})(}", list("PPPTPF")),
        ("dyck3", "[({})]", list("PPPPPT")),
        ("induction", "a1b2ab1", ["?", None, "?", None, "1", "2", None]),
    ],
)
def test_the_definition_of_a_task(name, tokens, answers) -> None:
    assert TASKS[name].answers(tokens) == answers
