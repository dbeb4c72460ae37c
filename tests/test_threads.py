"""Threads and lifetimes: equal nodes are one object in all threads, sessions keep apart, deep graphs go in peace."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

import rasp
from rasp.graph import builders as graph
from rasp.graph.nodes import Atom, Node

THREADS = 8
SMALL = 2560 * 1024  # bytes of stack; Python 3.13 needs more than 1 MiB to free a deep graph, of any depth
DEPTH = 30_000  # a recursion as deep has 87 bytes of that stack per level, and any level of one takes more
T = TypeVar("T")


@pytest.fixture(scope="module", autouse=True)
def _little_to_walk() -> None:
    """These tests often collect garbage. The collector passes over the many objects that tests before them left."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _switch_often() -> Iterator[None]:
    """Lets threads take turns after every few steps, so that races show."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def small_stacks() -> Iterator[None]:
    """Threads that start now have so little stack that any recursion over a deep graph overflows it."""
    before = threading.stack_size(SMALL)
    yield
    threading.stack_size(before)


def in_a_thread(work: Callable[[], T]) -> T:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def together(work: Callable[[int], T]) -> list[T]:
    """What each of several threads gives, all started at the same moment; the threads are numbered."""
    barrier = threading.Barrier(THREADS)

    def start(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(start, range(THREADS)))


def table_size() -> int:
    """How many nodes are alive."""
    gc.collect()
    return len(graph._table)


def chain(length: int, step: float = 1) -> Node:
    """`indices + step + step …`"""
    node, added = graph.indices(), graph.constant(step)
    for _ in range(length):
        node = graph.apply("+", node, added)
    return node


def test_equal_nodes_are_one_object_in_all_threads() -> None:
    for step in range(20):
        built = together(lambda _, step=step: chain(200, step + 0.5))
        assert all(node is built[0] for node in built)


def test_serials_are_different() -> None:
    built = together(lambda number: [graph.constant(f"{number} {place}") for place in range(500)])
    serials = {node.serial for made in built for node in made}
    assert len(serials) == THREADS * 500


def test_nodes_that_come_and_go_in_all_threads_stay_equal() -> None:
    """A node that one thread drops while another one builds it again is never half there."""

    def build_and_drop(_: int) -> bool:
        return all(chain(3, place % 5 + 0.25) is chain(3, place % 5 + 0.25) for place in range(300))

    assert all(together(build_and_drop))


def test_sessions_in_threads_give_what_they_give_alone() -> None:
    text = """
        hist = selector_width(select(tokens, tokens, ==));
        ranked = sort(tokens, 0 - hist);
        def twice(x) {
            return x + x;
        }
        both = twice(hist) if contains(tokens, "a") else hist;
    """

    def work(number: int) -> list[list[Atom]]:
        session = rasp.Session(example="a" * (number + 1))
        session.run(text + f"own = {number} + indices;")
        given = "banana" + "xyz"[: number % 4]
        return [session[name](given).values for name in ("hist", "ranked", "both", "own")]

    assert together(work) == [work(number) for number in range(THREADS)]


def test_batches_of_one_operator_in_threads() -> None:
    operator = rasp.selector_width(rasp.select(rasp.tokens, rasp.tokens, "=="))
    inputs = ["a" * (size + 1) + "b" * 3 for size in range(30)]
    expected = [row.values for row in operator.batch(inputs)]
    assert all(rows == expected for rows in together(lambda _: [row.values for row in operator.batch(inputs)]))


def test_a_fresh_process_starts_in_many_threads() -> None:
    """Parser tables and the prelude come to life when they are first needed, here by several threads at once."""
    import subprocess

    program = (
        "import sys, threading, rasp\n"
        "sys.setswitchinterval(1e-6)\n"
        "results = []\n"
        "def work():\n"
        "    results.append(rasp.Session().eval('sort(tokens, shift(tokens, 1, \"a\"))')('hello').values)\n"
        f"threads = [threading.Thread(target=work) for _ in range({THREADS})]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        f"assert results == [results[0]] * {THREADS}, results\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "grow",
    [
        lambda node: graph.apply("+", node, graph.constant(1.5)),
        lambda node: graph.selector_width(graph.compare("==", node, node)),
        lambda node: graph.aggregate(graph.full(), node),
        lambda node: graph.lookup(node, (1, 2, 3)),
    ],
    ids=["elementwise", "width", "aggregate", "lookup"],
)
@pytest.mark.usefixtures("small_stacks")
def test_deep_graphs_go_without_a_trace(grow: Callable[[Node], Node]) -> None:
    def build_and_drop() -> None:
        before = table_size()
        node = graph.constant("the bottom of a deep graph")
        for _ in range(DEPTH):
            node = grow(node)
        assert table_size() > before + DEPTH
        del node
        assert table_size() == before

    in_a_thread(build_and_drop)


@pytest.mark.usefixtures("small_stacks")
def test_a_deep_selector_goes_without_a_trace() -> None:
    def build_and_drop() -> None:
        before = table_size()
        selector = graph.compare("<", graph.indices(), graph.constant("the bottom"))
        for _ in range(DEPTH):
            selector = graph.best(graph.negation(graph.both(selector, graph.full())), graph.indices())
        del selector
        assert table_size() == before

    in_a_thread(build_and_drop)


@pytest.mark.usefixtures("small_stacks")
def test_deep_graphs_go_in_threads() -> None:
    before = table_size()
    together(lambda number: chain(DEPTH, number + 0.75).serial)
    assert table_size() == before


def test_a_deep_program_goes_with_its_session() -> None:
    session = rasp.Session()  # which makes the base s-ops, where no test before did
    before = table_size()
    session.run("x = tokens_int; for i in range(20000) { x = x + 1.25; }")
    assert session["x"](["1"]).values == [25001.0]
    assert table_size() > before + 20_000
    del session
    assert table_size() == before
