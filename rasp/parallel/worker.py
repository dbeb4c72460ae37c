"""Runs in another process: does a `Job`, which holds a program's text and inputs, and gives an `Answer` of plain data.

Nodes of a graph stay in their process. So a job holds the text of a program and the names that are asked for, an answer
holds arrays and texts, and an error says by a number at which node it arose: both sides order the nodes alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from rasp.base.limits import limits
from rasp.graph.nodes import Node, topological
from rasp.source.program import Program
from rasp.source.reading import load_nodes


@dataclass(frozen=True)
class Job:
    """A task (see `rasp.parallel.work.Work`) for a program on inputs, under the limits of the process that asks."""

    program: Program
    task: Any
    inputs: list[Any]
    limits: dict[str, int]


class Answer(NamedTuple):
    """What the task has found, the numbers of the nodes that failed, and how many seconds it took.

    An error leaves its node behind when it is sent. The number is that in `topological`; None, where there is no node.
    """

    found: Any
    places: dict[Any, int | None]
    seconds: float


def run_job(job: Job) -> Answer:
    """What the task of a job gives on its inputs."""
    for name, value in job.limits.items():
        if getattr(limits, name) != value:
            setattr(limits, name, value)
    nodes = load_nodes(job.program)
    start = time.perf_counter()
    found = job.task(nodes, job.inputs)
    seconds = time.perf_counter() - start
    numbers = {node: number for number, node in enumerate(topological(nodes))} if found.failures else {}
    return Answer(found, {key: numbers.get(error.node) for key, error in found.failures.items()}, seconds)


def restore_nodes(answer: Answer, nodes: list[Node]) -> Any:
    """What was found, whose errors know their nodes again: those of the process that asked."""
    order = topological(nodes) if answer.places else []
    for key, number in answer.places.items():
        answer.found.failures[key].node = None if number is None else order[number]
    return answer.found
