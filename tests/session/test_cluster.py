"""Batches on a real cluster of Dask, of two processes of this machine."""

from __future__ import annotations

import importlib.util
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

import rasp
from rasp.errors import RaspError

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="dask.distributed is not installed"),
    pytest.mark.filterwarnings("default"),  # theirs are not ours to answer for
]

INPUTS = ["12", "x", "301", [1, 2, True], [2.5, 1], "", [4, "a"], ["0"], 7, [10**30, 1], 'say "hi"'] * 30


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    from distributed import Client, LocalCluster

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster) as made:
        yield made


@pytest.fixture(scope="module")
def session() -> rasp.Session:
    made = rasp.Session()
    made.run('load "sort"; inverse = 1 / tokens_int; earlier = select(indices, indices, <); next = tokens + "a";')
    return made


def told(outcome: Any) -> Any:
    return (str(outcome), outcome.row) if isinstance(outcome, RaspError) else (repr(outcome), outcome.input)


@pytest.mark.parametrize("name", ["sorted", "inverse", "earlier"])
def test_a_cluster_gives_the_same_results_and_errors(client: Any, session: rasp.Session, name: str) -> None:
    there = session[name].batch(INPUTS, errors="collect", executor=client.get_executor())
    assert list(map(told, there)) == list(map(told, session[name].batch(INPUTS, errors="collect")))


def test_generating_on_a_cluster(client: Any, session: rasp.Session) -> None:
    prompts = ["a", "b" * 3, ["x", "y"]] * 50
    there = session.generate_batch("next", prompts, max_steps=3, executor=client.get_executor())
    assert list(there) == list(session.generate_batch("next", prompts, max_steps=3))


def test_the_client_itself_is_no_executor(client: Any, session: rasp.Session) -> None:
    with pytest.raises(TypeError, match=r"of a Dask client it is client\.get_executor\(\)"):
        session["sorted"].batch(["a"], executor=client)


def test_a_killed_worker_of_a_cluster(client: Any, session: rasp.Session) -> None:
    """Dask starts another one, and runs again what was lost."""

    def inputs() -> Iterator[str]:
        for number in range(600):
            if number == 200:
                os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
            yield str(number) * 20

    results = session["sorted"].batch(inputs(), executor=client.get_executor())
    assert [result.values for result in results] == [sorted(str(number) * 20) for number in range(600)]
