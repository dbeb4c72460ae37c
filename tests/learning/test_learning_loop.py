"""Learning from end to end, around a search that is a fake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rasp.errors import RaspError
from rasp.graph.builders import aggregate, apply, compare, constant, indices, length, tokens
from rasp.graph.nodes import Node
from rasp.learning import adapter, learning_loop, state
from rasp.learning.adapter import Findings, FindingsCallback, FoundProgram
from rasp.learning.events import SearchListener, SearchStanding
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import data_of
from rasp.learning.examples.split import keep_whole, split_data
from rasp.learning.expressions.expression import ConstantTerm, constant_sop
from rasp.learning.expressions.to_graph import to_graph
from rasp.learning.learning_loop import choose_program, learn_program
from rasp.learning.reporting.accuracy import score_program
from rasp.learning.reporting.summary import Summary
from rasp.learning.request import LearningRequest
from rasp.learning.spaces import Space
from rasp.learning.state import StateKeeper
from rasp.learning.teachers import of_function
from rasp.learning.writing.statements import Statement, read_back, write_statements

LAST = aggregate(compare("==", indices(), apply("-", length(), constant(1))), tokens())
REVERSED = aggregate(compare("==", indices(), apply("-", apply("-", length(), indices()), constant(1))), tokens())
ZERO = to_graph(constant_sop(ConstantTerm("0", "string")))
WORDS = [format(number, "b") for number in range(40)]
DATA = data_of([(word, word[::-1]) for word in WORDS])


def program(node: Node, price: int, data: Data) -> FoundProgram:
    wrong = data.asked - score_program(data, learning_loop.runner(node)).tokens_right
    return FoundProgram("".join(write_statements([Statement("output", node)])), node, price, 1, wrong)


class Search:
    """A search that finds the nodes that it is given, one front a round."""

    def __init__(self, *rounds: list[tuple[str, Node]], interrupted: bool = False) -> None:
        self.rounds = list(rounds)
        self.interrupted = interrupted
        self.asked: list[tuple[Data, LearningRequest]] = []

    def __call__(self, data: Data, wanted: LearningRequest, progress: FindingsCallback) -> Findings:
        self.asked.append((data, wanted))
        programs = [program(one[1], 100 + 10 * place, data) for place, one in enumerate(self.rounds.pop(0))]
        best = min(programs, key=lambda one: one.wrong)
        found = Findings(best, tuple(programs), 1_000, 1, 2.0, self.interrupted, {"round": len(self.asked)})
        progress(found, False)
        progress(found, True)
        return found


class Heard(SearchListener):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.standings: list[tuple[str, SearchStanding]] = []

    def improved(self, standing: SearchStanding) -> None:
        self.standings.append(("improved", standing))

    def working(self, standing: SearchStanding) -> None:
        self.standings.append(("working", standing))


Put = Callable[[Search], Search]


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Puts a search in the place of the real one."""

    def place(search: Search) -> Search:
        monkeypatch.setattr(adapter, "search", search)
        return search

    return place


def wanted_of(data: Data = DATA, **more: Any) -> LearningRequest:
    return LearningRequest(Summary.of(data, split_data(data)), **more)


def keeper_of(wanted: LearningRequest, path: str | None = None) -> StateKeeper:
    return StateKeeper(path, wanted.origin())


def taught(longest: int = 3, **more: Any) -> LearningRequest:
    space = Space(("0", "1"), longest)
    data = data_of([("0", "0"), ("11", "11")])
    return LearningRequest(Summary.of(data, keep_whole(data)), of_function(reversed, "back"), space, **more)


# ---------------------------------------------------------------------------------------------------------------- data


def test_data_give_a_program_with_its_report(put: Put) -> None:
    put(Search([("last", LAST), ("back", REVERSED)]))
    wanted, heard = wanted_of(), Heard()
    outcome = learn_program(wanted, heard, keeper_of(wanted))
    assert read_back(outcome.program)[-1].node is outcome.node is REVERSED
    assert outcome.report.exact
    assert [part.name for part in outcome.report.parts] == ["training", "validation", "test"]
    assert outcome.report.size.heads == (1, 1)
    assert outcome.report.size.heads_with_bos == (1, 1)
    assert [(one.chosen, one.validation_wrong == 0) for one in outcome.report.front] == [(False, False), (True, True)]
    assert [name for name, _ in heard.standings] == ["working", "improved"]
    standing = heard.standings[0][1]
    assert (standing.wrong, standing.asked, standing.left) == (0, wanted.summary.split.training.asked, 58.0)


def test_ctrl_c_gives_the_best_so_far_and_checks_no_more(put: Put) -> None:
    put(Search([("last", LAST)], interrupted=True))
    report = learn_program(taught(), Heard(), keeper_of(taught())).report
    assert report.effort.interrupted
    assert [part.name for part in report.parts] == ["training"]
    assert report.comparisons == ()


def test_ctrl_c_while_a_program_is_checked(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any) -> Any:
        raise KeyboardInterrupt

    for name in ("counterexamples", "comparisons"):
        put(Search([("back", REVERSED)]))
        with monkeypatch.context() as patched:
            patched.setattr(learning_loop, name, interrupted)
            report = learn_program(taught(), Heard(), keeper_of(taught())).report
        assert (report.effort.interrupted, report.exact, len(report.parts)) == (True, True, 1)


# ------------------------------------------------------------------------------------------------------------ teachers


def test_a_teacher_gives_counterexamples_until_there_are_none(put: Put) -> None:
    search = put(Search([("same", tokens())], [("back", REVERSED)]))
    report = learn_program(taught(), Heard(), keeper_of(taught())).report
    assert [len(data) for data, _ in search.asked] == [2, 8]
    assert (("0", "1"), ("1", "0")) in set(search.asked[1][0].pairs())
    left = search.asked[1][1].seconds
    assert left is not None
    assert 0.0 < left < 58.0  # less what the teacher has taken
    assert search.asked[1][1].resumed == {"round": 1}
    assert (report.effort.iterations, report.effort.restarts, report.effort.seconds) == (2_000, 2, 4.0)
    assert report.parts[0].marks.score.sequences == 8
    assert [(one.every, one.marks.score.exact) for one in report.comparisons] == [(True, True), (False, True)]


def test_no_counterexamples_are_sought_when_the_time_is_over(put: Put) -> None:
    search = put(Search([("same", tokens())]))
    report = learn_program(taught(seconds=2.0), Heard(), keeper_of(taught())).report
    assert len(search.asked) == 1
    assert not report.comparisons[0].marks.score.exact
    search = put(Search([("same", tokens())]))
    learn_program(taught(seconds=None, iterations=1_000), Heard(), keeper_of(taught()))
    assert len(search.asked) == 1


def test_a_program_that_is_not_exact_needs_no_counterexamples(put: Put) -> None:
    search = put(Search([("zero", ZERO)]))
    assert not learn_program(taught(), Heard(), keeper_of(taught())).report.exact
    assert len(search.asked) == 1


# --------------------------------------------------------------------------------------------------------------- state


def test_a_search_goes_on_with_its_state_and_the_examples_of_its_teacher(put: Put, tmp_path: Any) -> None:
    put(Search([("same", tokens())], [("back", REVERSED)]))
    path = str(tmp_path / "state")
    learn_program(taught(), Heard(), keeper_of(taught(), path))
    kept = state.load_state(path)
    assert kept.origin == taught().origin()
    search = put(Search([("back", REVERSED)]))
    learn_program(taught(resumed=kept.search), Heard(), keeper_of(taught()))
    assert search.asked[0][1].resumed == {"round": 2}
    assert len(search.asked[0][0]) == 8


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ({"examples": [[1]]}, "an example is a pair"),
        ({"examples": [[[1], [2]]]}, "the examples in the state are of other kinds than the data"),
        ({"examples": [["ab", "a"]]}, "the input has 2 tokens, and the output 1"),
        ({"examples": [None]}, "an example is a pair"),
    ],
)
def test_a_state_whose_examples_are_none(put: Put, kept: dict[str, Any], message: str) -> None:
    put(Search([("same", tokens())]))
    with pytest.raises(RaspError, match=message):
        learn_program(taught(resumed=kept), Heard(), keeper_of(taught()))


@pytest.mark.parametrize("kept", [{}, {"search": 3, "examples": 4}, {"examples": []}])
def test_a_state_without_examples(put: Put, kept: dict[str, Any]) -> None:
    search = put(Search([("zero", ZERO)]))
    learn_program(taught(resumed=kept), Heard(), keeper_of(taught()))
    assert search.asked[0][1].resumed is None


# -------------------------------------------------------------------------------------------------------------- choice


def made(*rows: tuple[int, int]) -> list[FoundProgram]:
    return [FoundProgram("", tokens(), price, 1, wrong) for price, wrong in rows]


def test_an_exact_program_is_chosen_though_a_smaller_one_is_right_on_validation() -> None:
    programs = made((100, 40), (200, 3), (300, 0), (400, 0))
    assert choose_program(programs, [9, 0, 0, 0], 50).price == 300


def test_a_program_that_is_exact_in_training_alone_is_not_trusted() -> None:
    programs = made((100, 400), (200, 50), (900, 0))
    assert choose_program(programs, [200, 25, 60], 500).price == 200


def test_without_validation_the_best_of_training_is_chosen() -> None:
    assert choose_program(made((100, 4), (200, 3), (300, 3)), [0, 0, 0], 0).price == 200


def test_few_validation_data_do_not_outvote_the_training_data() -> None:
    programs = made((100, 40), (300, 0))
    assert choose_program(programs, [0, 2], 3).price == 100
    assert choose_program(programs, [0, 2], 3, few=True).price == 300
    assert choose_program(programs, [0, 40], 3, few=True).price == 100


def test_noise_leaves_the_small_rule(put: Put) -> None:
    words = [format(number, "b") for number in range(400)]
    data = data_of([(word, word if number % 20 else "0" * len(word)) for number, word in enumerate(words)])
    table = apply("+", tokens(), constant(""))
    put(Search([("zero", ZERO), ("same", tokens()), ("table", table)]))
    wanted = wanted_of(data)
    outcome = learn_program(wanted, Heard(), keeper_of(wanted))
    assert outcome.node is tokens()
    assert not outcome.report.exact
    assert outcome.report.found_rule
