"""A search ends in time whatever the sizes, and only a limit in seconds reads a clock."""

from __future__ import annotations

import itertools
import random
import threading
import time
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from rasp.errors import BadInput
from rasp.learning import deadlines
from rasp.learning.asking import ask_teacher
from rasp.learning.deadlines import Ended, SearchClock, check_deadline, checked, limited
from rasp.learning.enumeration import judging
from rasp.learning.enumeration.branches import Branch, Explored, explore_all
from rasp.learning.enumeration.probes import affordable
from rasp.learning.enumeration.search import ProgramSearch, search
from rasp.learning.examples.data import Data
from rasp.learning.examples.rows import data_of
from rasp.learning.expressions import batch
from rasp.learning.expressions.batch import CodedBatch
from rasp.learning.expressions.coding import Coding
from rasp.learning.expressions.expression import INDICES, Clause, Count, Expression, Read, SelectorTerm, Variable
from rasp.learning.lessons import of_teacher, space_of
from rasp.learning.patience import Patience
from rasp.learning.reporting.comparing import compare_with_teacher
from rasp.learning.settings import SearchSettings
from rasp.learning.spaces import Space
from rasp.learning.teachers import of_function


def _long(count: int = 4, size: int = 700) -> Data:
    chance = random.Random(0)
    return data_of([(chance.choices("abcd", k=size), chance.choices([0, 1, 2], k=size)) for _ in range(count)])


class Clock:
    """A clock that goes on by a fixed step whenever it is read."""

    def __init__(self, step: float) -> None:
        self.time, self.step = 0.0, step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


def _timed(data: Data, clock: Clock, monkeypatch: pytest.MonkeyPatch, **settings) -> ProgramSearch:
    made = ProgramSearch(data, SearchSettings(**settings), None, None)
    made.clock = SearchClock(settings.get("seconds"), clock)
    monkeypatch.setattr(batch, "PAIRS", 2**18)
    made.run()
    return made


def test_a_search_on_long_inputs_ends_within_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(0.01)
    made = _timed(_long(), clock, monkeypatch, seconds=3.0)
    assert 3.0 <= clock.time <= 3.0 + deadlines.GRACE + 0.1  # without checks inside heads, far more
    assert made.found.front


def test_a_limit_of_iterations_reads_no_clock() -> None:
    def read() -> float:
        raise AssertionError("the clock was read")

    clock = SearchClock(None, time.monotonic)
    clock.now = read
    assert not clock.is_over()
    assert clock.left is None


def test_little_time_gives_the_commonest_output() -> None:
    found = search(_long(), SearchSettings(seconds=1e-9))
    assert found.iterations == 0
    assert found.wrong < found.asked


def test_the_grace_is_for_programs_that_were_found() -> None:
    data = data_of([(word, word[::-1]) for word in ("a", "ab", "abc", "bca", "cc", "aabc", "cbaa")])
    made = ProgramSearch(data, SearchSettings(seconds=10.0), None, None)
    times = itertools.chain([0.0, 1.0, 1.0], itertools.repeat(10.1))
    clock = SearchClock(10.0, lambda: next(times))
    made.clock = clock
    with limited(made._check_time):
        check_deadline(tentative=True)
        with pytest.raises(Ended):
            check_deadline(tentative=True)
        made._look()  # the grace is not over: this is not ended
        check_deadline()


def test_blocks_of_queries_change_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["".join(random.Random(size).choices("abc", k=size)) for size in (1, 3, 70, 66)]
    coding = Coding.of(data_of([(word, word) for word in words]))
    tokens = Variable("tokens", "string")
    selectors = [
        SelectorTerm((Clause(tokens, op, tokens),), places)
        for op, places in itertools.product(("==", "behind"), ("", "<", "<=", ">", ">="))
    ]
    heads: list[Expression] = [Count(one) for one in selectors]
    heads += [Read(one, which, INDICES, -1, "int") for one in selectors for which in ("first", "last")]
    whole = [CodedBatch(coding, words).values(head) for head in heads]
    monkeypatch.setattr(batch, "PAIRS", 2**13)
    parts = CodedBatch(coding, words)
    assert len(list(parts.blocks())) == 3
    for head, values in zip(heads, whole, strict=True):
        assert np.array_equal(parts.values(head)[parts.valid], values[parts.valid])


def test_groups_are_bounded_by_their_longest_row(monkeypatch: pytest.MonkeyPatch) -> None:
    data = data_of([("a" * size, "a" * size) for size in (*[3] * 50, 200, 300)])
    monkeypatch.setattr(judging, "PAIRS", 50_000)
    judge = judging.Judge(Coding.of(data), data, 0)
    assert judge.asked == sum(one.asked.sum() for one in judge.groups) == 650
    assert all(len(one.rows) * one.batch.length**2 <= 50_000 or len(one.rows) == 1 for one in judge.groups)


def test_counting_ends_where_it_decides_nothing() -> None:
    data = data_of([("ab", [1, 1])] * 3)
    judge = judging.Judge(Coding.of(data), data, 0)
    assert (judge.wrong(INDICES), judge.wrong(INDICES, most=1)) == (3, 3)


def test_long_counterexamples_are_no_probes() -> None:
    data = data_of([("a" * size, "a" * size) for size in (5, 6, 9_000)])
    assert affordable(data, [0, 1, 2]) == [0, 1]


def test_an_input_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="the input of example 2 has 40,000 tokens; a search takes at most 32,767"):
        search(data_of([("a", "a"), ("a" * 40_000, "a" * 40_000)]))
    teacher = of_function(sorted, "sorted")
    with pytest.raises(BadInput, match="at most 32,767 tokens, not 40,000"):
        space_of(teacher, "ab", 40_000)


def test_few_long_inputs_are_drawn() -> None:
    space = Space(("a", "b"), 5_000)
    drawn = space.all(0, 400_000).inputs()
    assert sum(len(given) > 20 for given in drawn) <= 10
    assert len(space.first(0).inputs()) < 2_100
    assert [len(given) for given in Space(("a", "b"), 10_000).beyond(0).inputs()] == [20_000] * 10


def test_a_branch_that_nobody_waits_for_is_cancelled() -> None:
    class Waiting:
        def __init__(self) -> None:
            self.cancelled = 0

        def submit(self, *given: object) -> Waiting:
            return self

        def result(self, seconds: float) -> Explored:
            return Explored([], 1)

        def cancel(self) -> None:
            self.cancelled += 1

    pool = Waiting()
    branch = Branch(None, None, False, 0, SearchSettings())
    results = explore_all([branch] * 3, pool, lambda: None)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert pool.cancelled == 2


def test_items_are_checked_now_and_then() -> None:
    calls: list[bool] = []
    with limited(calls.append):
        assert sum(checked(range(3_000))) == sum(range(3_000))
    assert len(calls) == 3


# ------------------------------------------------------------------------------------------------------------- teachers


def test_a_slow_teacher_is_asked_less_often() -> None:
    clock = Clock(0.0)

    def slow(tokens: list[str]) -> list[str]:
        clock.time += 0.1
        return sorted(tokens)

    teacher, space = of_function(slow, "slow"), Space(("a", "b"), 6)
    found = ask_teacher(teacher, space.first(0).inputs(), Patience(2.0, clock))
    assert 19 <= len(found.data) <= 21
    assert (found.unasked, found.failed) == (126 - len(found.data), 0)
    assert {1, 6} < {*map(len, found.data.inputs)} | {1}  # short and long ones
    assert 2.0 <= found.seconds <= 2.6
    comparison, _ = compare_with_teacher(lambda rows: rows, teacher, space.all(0), patience=Patience(1.0, clock))
    assert comparison.words in (f"{count} of all 126 inputs up to length 6, for want of time" for count in (10, 11))
    assert not comparison.every


def _forever() -> Iterator[None]:
    while True:
        time.sleep(0.01)
        yield


def test_a_teacher_that_never_answers_is_stopped() -> None:
    def hang(tokens: list[str]) -> list[str]:
        if tokens == ["b"]:
            list(_forever())
        return tokens

    found = ask_teacher(of_function(hang, "hang"), [("a",), ("b",), ("a", "b")], Patience(5.0))
    assert (len(found.data), found.failed) == (2, 1)
    assert found.failures[0].diagnostic.title == 'hang gave no answer to "b" in 1.0 s'
    with pytest.raises(BadInput, match="fails on all 1 inputs"):
        ask_teacher(of_function(hang, "hang"), [("b",)], Patience(0.2))


def test_another_thread_warns_of_a_teacher_that_never_answers() -> None:
    stop = threading.Event()
    teacher = of_function(lambda tokens: stop.wait(10) and tokens, "hang")
    thread = threading.Thread(target=lambda: Patience(0.05).ask(teacher, [("a",)]))
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        thread.start()
        for _ in range(1_000):
            time.sleep(0.02 * (not heard))
        stop.set()
        thread.join()
    assert [str(one.message) for one in heard] == ['hang works on "a" for more than 0.0 s; Ctrl-C ends it']


def test_ctrl_c_says_what_the_teacher_was_working_on() -> None:
    def stopped(tokens: list[str]) -> list[str]:
        raise KeyboardInterrupt

    for patience in (None, 60.0):
        with pytest.raises(KeyboardInterrupt, match='f was stopped while it worked on "a"'):
            ask_teacher(of_function(stopped, "f"), [("a",)], Patience(patience))


def test_a_third_of_the_time_is_for_the_first_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float | None] = []

    def patience(seconds: float | None) -> Patience:
        given.append(seconds)
        return Patience(seconds)

    monkeypatch.setattr("rasp.learning.lessons.Patience", patience)
    teacher = of_function(sorted, "sorted")
    for seconds in (30.0, None):
        of_teacher(teacher, Space(("a", "b"), 2), seconds=seconds)
    assert given == [10.0, None]
