"""What runs in another process: enters a `Job`, a program's text with inputs, and leaves what they give, as plain data.

Nodes of a graph stay in their process. So a job holds the text of a program and the names that are asked for, an answer
holds arrays and texts, and an error says by a number at which node it arose: both sides order the nodes alike.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from rasp.bounds import limits
from rasp.errors import RaspError
from rasp.graph.nodes import Node, topological
from rasp.runtime.program import HELPERS, Program
from rasp.session import Listener, Session
from rasp.syntax.parser import Reader

KEPT = 8  # programs that a process keeps, for the next inputs


class Failure(NamedTuple):
    """An error, and the number of its node in the order of all nodes; None for an error without one."""

    error: RaspError
    node: int | None


class Answer(NamedTuple):
    """What a job gives, and how many seconds it took."""

    result: Any
    seconds: float


Task = Callable[[list[Node], list[Any]], Any]  # from nodes and inputs to a result, which may hold errors in `sent`


@dataclass(frozen=True)
class Job:
    """A task for a program on some inputs, under the limits of the process that asks."""

    program: Program
    task: Task
    inputs: list[Any]
    limits: dict[str, int]


def work(job: Job) -> Answer:
    """Does a job."""
    for name, value in job.limits.items():
        if getattr(limits, name) != value:
            setattr(limits, name, value)
    nodes = loaded(job.program)
    start = time.perf_counter()
    result = job.task(nodes, job.inputs)
    return Answer(result, time.perf_counter() - start)


@functools.lru_cache(KEPT)
def loaded(program: Program) -> list[Node]:
    """The nodes of a program.

    >>> from rasp.graph.nodes import constant
    >>> from rasp.runtime.program import program
    >>> loaded(program([constant('say "hi"')]))[0] is constant('say "hi"')
    True
    """
    session = Session(listener=_Silent())
    for name, helper in HELPERS.items():
        session.scope.bind(name, helper)
    reader = Reader("<program>")
    reader.feed(program.source)  # of any size: the graph that it is the text of was built before
    session.run_items([*reader.read(), *reader.finish()], keep_going=False)
    return [session.scope.find(name) for name in program.names]


class _Silent(Listener):
    """Hears nothing: the text is no user's, so nobody wants warnings about it."""

    def warning(self, diagnostic: object) -> None:
        pass


def sent(error: RaspError, nodes: list[Node]) -> Failure:
    """An error of these nodes as it travels."""
    order = topological(nodes)
    return Failure(error, order.index(error.node) if error.node in order else None)  # type: ignore[arg-type]


def received(failure: Failure, nodes: list[Node]) -> RaspError:
    """The error in the process that asked, with its own node."""
    error, place = failure
    error.node = None if place is None else topological(nodes)[place]
    return error
