"""The function that runs in another process: takes a `Job` (program text, task, inputs), returns an `Answer`.

Nodes of a graph cannot be sent to another process. So a job holds the text of a program and the names whose values are
wanted; the worker runs the text without a session (`rasp.source.reading`) and keeps the nodes for the next chunks. An
answer holds the engine's arrays, texts and errors. An error refers to its node by number in `topological` order, which
is the same in both processes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from rasp.base.limits import limits
from rasp.graph.nodes import Node, topological
from rasp.source.program import ProgramText
from rasp.source.reading import load_nodes


@dataclass(frozen=True)
class Job:
    """A task (see `rasp.parallel.work.Work`) for a program on inputs, under the limits of the calling process."""

    program: ProgramText
    task: Any
    inputs: list[Any]
    limits: dict[str, int]


class Answer(NamedTuple):
    """The return value of the task, the numbers of the nodes that failed, and the seconds that the task took.

    An error is sent without its node. The number is the node's index in `topological` order, or None for an error
    without a node.
    """

    found: Any
    node_indices: dict[Any, int | None]
    seconds: float


def run_job(job: Job) -> Answer:
    """Runs the task of a job on its inputs, under its limits."""
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
    """The value of an answer, with the nodes of the calling process put back into its errors."""
    order = topological(nodes) if answer.node_indices else []
    for key, number in answer.node_indices.items():
        answer.found.failures[key].node = None if number is None else order[number]
    return answer.found
