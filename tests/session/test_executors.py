"""Batches, streams and decoder loops over executors: the same results and errors, in order, whatever happens there."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import rasp
from rasp.errors import BadInput, DivisionByZero, InternalError, RaspError, WorkersLost
from rasp.parallel import executors, processes
from rasp.parallel.chunks import Pace
from rasp.parallel.processes import Pool
from rasp.parallel.streams import stream
from rasp.parallel.work import ListedResults, Work, evaluate_batch
from rasp.present.names import Names
from tests.engine import strategies
from tests.engine.test_random_graphs import plain
from tests.session.executors import Answering, Failing, Sending, Waiting


def _memory(nodes: Any, inputs: Any) -> Any:
    """A task: the limit `memory` there."""
    return ListedResults([[rasp.limits.memory] * len(inputs)])


PROGRAM = """
load "sort";
inverse = 1 / tokens_int;
earlier = select(indices, indices, <);
next = {"a": "b", "b": "c", "c": ""}[tokens];
said = tokens + " said ";
"""
INPUTS = ["12", "x", "301", [1, 2, True], [2.5, 1], "", [4, "a"], ["0"], 7, [10**30, 1], lambda: 0, "4"] * 20


@pytest.fixture(scope="module")
def session() -> rasp.Session:
    made = rasp.Session()
    made.run(PROGRAM)
    return made


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2) as made:
        yield made


def told(outcome: Any) -> Any:
    """Everything that can be seen of an outcome."""
    if isinstance(outcome, RaspError):
        return type(outcome), str(outcome), outcome.row, outcome.position, outcome.operands, outcome.sop
    return repr(outcome), outcome.input, getattr(outcome, "kind", "")


@pytest.mark.parametrize("name", ["sorted", "inverse", "earlier", "said"])
def test_processes_give_the_same_results_and_errors(session: rasp.Session, pool: Pool, name: str) -> None:
    here = session[name].batch(INPUTS, errors="collect")
    there = session[name].batch(INPUTS, errors="collect", executor=pool)
    assert list(map(told, there)) == list(map(told, here))


@pytest.mark.parametrize(
    "executor", [ThreadPoolExecutor(2), Sending(), Waiting()], ids=lambda value: type(value).__name__
)
def test_other_executors(session: rasp.Session, executor: Any) -> None:
    expected = list(map(told, session["inverse"].batch(INPUTS, errors="collect")))
    assert list(map(told, session["inverse"].batch(INPUTS, errors="collect", executor=executor))) == expected
    assert list(map(told, session["inverse"].stream(INPUTS, errors="collect", executor=executor))) == expected
    assert list(map(told, session["inverse"].stream(INPUTS, errors="collect"))) == expected


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(strategies.graphs(), strategies.batches(most=6))
def test_random_graphs_elsewhere(nodes: list[Any], batch: list[Any]) -> None:
    def seen(outcome: Any) -> Any:
        if isinstance(outcome, RaspError):
            return told(outcome), outcome.node
        return plain(outcome._column if isinstance(outcome, rasp.Sequence) else outcome.matrix)

    work = Work(nodes, Names(), evaluate_batch)
    here, there = ([list(map(seen, row)) for row in stream(work, batch, "collect", one)] for one in (None, Sending()))
    assert here == there


def test_results_cannot_be_written_to(session: rasp.Session) -> None:
    for name in ("sorted", "inverse"):
        assert not session[name].batch(["21"], executor=Sending())[0].array.flags.writeable


def test_the_first_error_is_raised_in_its_turn(session: rasp.Session) -> None:
    for executor in (None, Sending()):
        results = session["inverse"].stream(["1", "20", "x"], executor=executor)
        assert next(results).values == [1.0]
        with pytest.raises(DivisionByZero) as caught:
            next(results)
        assert (caught.value.row, caught.value.sop) == (1, "inverse")
        with pytest.raises(BadInput):
            session["inverse"].batch(["1", lambda: 1], executor=executor)


def test_limits_hold_elsewhere(session: rasp.Session, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasp.limits, "collection", 6)
    (error,) = session["said"].batch(["ab"], errors="collect", executor=pool)
    assert error.code == "R603"
    monkeypatch.setattr(rasp.limits, "collection", 1000)
    assert session["said"].batch(["ab"], executor=pool)[0].values == ["a said ", "b said "]


def test_processes_share_the_memory(session: rasp.Session, pool: Pool) -> None:
    wanted = [rasp.limits.memory, rasp.limits.memory // 2]
    found = []
    for executor in (Sending(), pool):
        task = Work([session["sorted"].node], Names(), _memory)
        (row,) = stream(task, ["ab"], "raise", executor)
        found.append(row[0])
    assert found == wanted


def test_limits_that_were_lowered_do_not_hinder_a_program_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    sop = rasp.lookup(dict.fromkeys("abcdefgh", 10**9), rasp.tokens)
    monkeypatch.setattr(rasp.limits, "collection", 4)
    monkeypatch.setattr(rasp.limits, "int_digits", 12)
    assert sop.batch(["hag"], executor=Sending())[0].values == [10**9] * 3
    assert (rasp.limits.collection, rasp.limits.int_digits) == (4, 12)


# --------------------------------------------------------------------------------------------------- bounded memory


class Counted:
    """Inputs without end, that count how many were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        for number in itertools.count(10):
            self.taken += 1
            yield str(number)


@pytest.mark.parametrize("make", [lambda: None, Sending, Waiting], ids=["here", "done at once", "done late"])
def test_endless_inputs_are_taken_as_they_are_needed(session: rasp.Session, make: Any) -> None:
    inputs = Counted()
    results = session["sorted"].stream(inputs, executor=make())
    assert inputs.taken == 0
    for number, result in enumerate(itertools.islice(results, 3000), 10):
        assert result.values == sorted(str(number))
        assert inputs.taken - number < 4 * 4096
    prompts = Counted()
    values = session.generate_batch("sorted", prompts, max_steps=2, executor=make())
    assert [last for (_, last) in itertools.islice(values, 700)] == [max(str(number)) for number in range(10, 710)]
    assert prompts.taken < 700 + 4 * 256 + 256


def test_a_bounded_number_of_chunks_is_on_its_way(session: rasp.Session) -> None:
    executor = Waiting()
    list(session["sorted"].stream(map(str, range(3000)), executor=executor))
    assert executor.most == 2 * 2
    assert len(executor.jobs) > 4


def test_long_inputs_make_small_chunks(session: rasp.Session) -> None:
    executor = Sending()
    list(session["said"].stream(["ab" * 50_000] * 10, executor=executor))
    sizes = [len(job.inputs) for job in executor.jobs]
    assert sizes[0] == max(sizes) == 3  # later ones may be smaller, on a slow machine
    assert sum(sizes) == 10


def test_what_is_left_is_cancelled(session: rasp.Session) -> None:
    executor = Waiting()
    results = session["said"].stream(Counted(), executor=executor)
    next(results)
    assert [future.cancelled() for future in executor.futures] == [False] * 4
    results.close()
    assert [future.cancelled() for future in executor.futures] == [False, True, True, True]


def test_pace() -> None:
    pace = Pace(least=2, first=4, most=10)
    sizes = []
    for seconds in (0.01, 0.01, 0.01, 0.2, 1, 1, 1, 1):
        pace.took(seconds, pace.size)
        sizes.append(pace.size)
    assert sizes == [8, 10, 10, 10, 5, 2, 2, 2]
    pace.took(0.01, 1)  # a chunk that was cut short says nothing
    assert pace.size == 2


# ------------------------------------------------------------------------------------------------------ generating


def test_generate_batch(session: rasp.Session, pool: Pool) -> None:
    prompts = ["a", "b", "c", "za", "", ["a", "b"], "b"]
    for executor in (None, pool):
        made: list[Any] = list(session.generate_batch("next", prompts, errors="collect", executor=executor))
        assert [one.code if isinstance(one, RaspError) else one for one in made] == [
            ["b", "c"],
            ["c"],
            [],
            "R309",
            "R401",
            ["c"],
            ["c"],
        ]
        assert str(made[3]).endswith('in `next` at position 0, with "z", on the input "za"')
        assert [error.row for error in made if isinstance(error, RaspError)] == [3, 4]


@pytest.mark.parametrize(("until", "steps"), [("", 200), ("c", 200), (None, 3), ("", 1), ("", 0), (True, 2)])
def test_generate_batch_is_as_generate(session: rasp.Session, until: Any, steps: int) -> None:
    prompts = ["a", "b", ["a", "c"], "abc"] if until != "c" and until is not None and until is not True else ["a", "b"]
    name = "next" if until in ("", "c") else "sorted"
    expected = [session.generate(name, prompt, until, steps) for prompt in prompts]
    assert list(session.generate_batch(name, prompts, until, steps)) == expected


def test_generate_batch_of_what_cannot_generate(session: rasp.Session) -> None:
    for name, code in (("nope", "R201"), ("earlier", "R305"), ("sort", "R305")):
        with pytest.raises(RaspError) as caught:
            session.generate_batch(name, ["a"])
        assert caught.value.code == code
    with pytest.raises(RaspError):
        list(session.generate_batch("next", ["a", "z"]))


# ----------------------------------------------------------------------------------------------- workers that die


def test_a_lost_worker_is_reported_and_its_chunk_runs_again(session: rasp.Session) -> None:
    executor = Failing(2, lambda: BrokenExecutor("gone"))
    with pytest.warns(RuntimeWarning, match=r"a worker died; its 3 inputs run again") as caught:
        results = session["sorted"].batch(["ba", "c", "ed"], executor=executor)
    assert [result.values for result in results] == [["a", "b"], ["c"], ["d", "e"]]
    assert len(caught) == 2


@pytest.mark.filterwarnings("ignore:a worker died")
@pytest.mark.parametrize(
    ("times", "error", "message"),
    [
        (3, BrokenExecutor("gone"), "a worker died 3 times at the same 1 input"),
        (3, OSError(24, "Too many open files"), r"perhaps for want of memory: \[Errno 24\] Too many open files"),
        (3, ValueError("bad value(s) in fds_to_keep"), r"perhaps for want of memory: bad value\(s\) in fds_to_keep"),
        (1, InternalError("no"), "a worker cannot do the work: InternalError: no"),
        (1, ModuleNotFoundError("No module named 'rasp'"), "a worker cannot do the work: ModuleNotFoundError: No mod"),
    ],
)
def test_workers_that_cannot(session: rasp.Session, times: int, error: Exception, message: str) -> None:
    executor = Failing(times, lambda: error)
    with pytest.raises(WorkersLost, match=message):
        session["sorted"].batch(["a"], executor=executor)


class Lost(Exception):
    """An error of the package in which the executor `Failing` is, too."""


@pytest.mark.filterwarnings("ignore:a worker died")
def test_an_error_of_the_executors_own_package_is_a_lost_worker(session: rasp.Session) -> None:
    assert session["sorted"].batch(["ba"], executor=Failing(1, Lost))[0].values == ["a", "b"]


def test_an_executor_that_is_shut_down(session: rasp.Session) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(WorkersLost, match="the executor takes no work: cannot schedule new futures"):
        session["sorted"].batch(["a"], executor=executor)


def test_an_executor_without_a_way_to_take_work(session: rasp.Session) -> None:
    with pytest.raises(WorkersLost, match="the executor takes no work: NotImplementedError"):
        session["sorted"].batch(["a"], executor=Executor())


def test_an_executor_that_gives_something_else(session: rasp.Session) -> None:
    with pytest.raises(WorkersLost, match="gives a value of type NoneType, which the work has not given"):
        session["sorted"].batch(["a"], executor=Answering(Future()))
    with pytest.raises(TypeError, match=r"gives a value of type int for work, not a concurrent\.futures\.Future"):
        session["sorted"].batch(["a"], executor=Answering(1))


def killing(pids: Any) -> Iterator[str]:
    """Inputs; after the first hundred, one of the processes is killed."""
    for number in range(600):
        if number == 100:
            os.kill(next(iter(pids())), signal.SIGKILL)
        yield str(number) * 20


EXPECTED = [sorted(str(number) * 20) for number in range(600)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills no process by a signal")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the broken pool's own thread
def test_a_process_that_is_killed(session: rasp.Session) -> None:
    with Pool(2) as pool:
        inputs = killing(lambda: [process.pid for process in pool._context.made])
        with pytest.warns(RuntimeWarning, match="a worker died"):
            results = list(session["sorted"].stream(inputs, executor=pool))
    assert [result.values for result in results] == EXPECTED


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills no process by a signal")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the broken pool's own thread
def test_a_killed_process_of_a_pool_of_the_standard_library(session: rasp.Session) -> None:
    context = multiprocessing.get_context("spawn")
    before = {child.pid for child in multiprocessing.active_children()}
    with ProcessPoolExecutor(2, context) as pool:
        with pytest.warns(RuntimeWarning, match="a worker died"):
            results = session["sorted"].batch(killing(lambda: pool._processes), executor=pool)
        assert [result.values for result in results] == EXPECTED
        with pytest.raises(BrokenExecutor):  # theirs is as it was, and the one in its place is gone
            pool.submit(print)
    assert {child.pid for child in multiprocessing.active_children()} == before


class LaterPool(ProcessPoolExecutor):
    """Has `kill_workers`, as pools of Python 3.14 have: it shuts the pool down, then kills the processes."""

    def kill_workers(self) -> None:
        processes = list((self._processes or {}).values())
        self.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills no process by a signal")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the broken pool's own thread
def test_a_pool_that_kills_its_workers_itself(session: rasp.Session) -> None:
    context = multiprocessing.get_context("spawn")
    with LaterPool(2, context) as pool, pytest.warns(RuntimeWarning, match="a worker died"):
        results = session["sorted"].batch(killing(lambda: pool._processes), executor=pool)
    assert [result.values for result in results] == EXPECTED


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills no process by a signal")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the broken pool's own thread
@pytest.mark.parametrize("kind", [ProcessPoolExecutor, LaterPool])
def test_a_pool_that_is_broken_here(session: rasp.Session, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[Executor] = []

    def break_once(pool: Any) -> bool:
        if broken:
            return False
        broken.append(pool)
        processes._kill(pool)
        return True

    monkeypatch.setattr(executors, "break_if_dead", break_once)
    monkeypatch.setattr(executors, "LOOK_AGAIN", 0.01)
    with kind(2, multiprocessing.get_context("spawn")) as pool, pytest.warns(RuntimeWarning, match="a worker died"):
        results = session["sorted"].batch([str(number) * 20 for number in range(600)], executor=pool)
    assert broken == [pool]
    assert [result.values for result in results] == EXPECTED


# ------------------------------------------------------------------------------------------------------------ misuse


@pytest.mark.parametrize("executor", [3, "pool", ProcessPoolExecutor])
def test_an_executor_that_is_none(session: rasp.Session, executor: Any) -> None:
    for use in (session["sorted"].batch, session["sorted"].stream):
        with pytest.raises(TypeError, match=r"an executor is a concurrent\.futures\.Executor, not a value of type"):
            use(["a"], executor=executor)


def test_errors_that_are_unknown(session: rasp.Session) -> None:
    for executor in (None, Sending()):
        with pytest.raises(ValueError, match="errors is 'raise' or 'collect', not 'ignore'"):
            session["sorted"].batch(["a"], errors="ignore", executor=executor)
        with pytest.raises(ValueError, match="errors is"):
            session.generate_batch("next", ["a"], errors="", executor=executor)


# --------------------------------------------------------------------------------------------------------- processes

THREADS = """
import os
from rasp.parallel.processes import Pool
if __name__ == "__main__":
    with Pool(1) as pool:
        names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
        print([pool.submit(os.getenv, name).result() for name in names], *map(os.getenv, names))
"""


def test_processes_have_one_blas_thread_unless_the_user_wants_more(tmp_path: Any) -> None:
    file = tmp_path / "threads.py"
    file.write_text(THREADS)
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path), "MKL_NUM_THREADS": "4"}
    done = subprocess.run([sys.executable, file], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "['1', '4', '1'] None 4 None"


def test_the_number_of_an_input_that_is_none():
    for inputs in (["12", ""], ["ab", 5], ["ab", [None]]):
        with pytest.raises(RaspError) as caught:
            rasp.indices.batch(inputs)
        assert caught.value.row == 1


def test_a_pool_that_breaks_may_fail_cancelled_work() -> None:
    """Its thread does so before Python 3.12.1; an error of that thread would be printed."""
    with Pool(1) as pool:
        futures = [pool.submit(abs, -1) for _ in range(20)]
        cancelled = [future for future in futures if future.cancel()]
        assert cancelled
        cancelled[0].set_exception(BrokenExecutor())
        assert cancelled[0].cancelled()
        assert futures[0].result(60) == 1
