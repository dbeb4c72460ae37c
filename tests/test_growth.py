"""No pass walks a graph as a tree: how often each one reads the operands of a node is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import pytest

from benchmarks.growth import PASSES, PROGRAMS, subject
from rasp.graph.nodes import Node, operands

FEW, MANY = 10, 30  # steps of a loop: a tree of 30 has a billion leaves
TOO_OFTEN = 20_000  # reads of one node's operands: a walk as a tree stops there
OPERANDS = frozenset(("operands", "selector", "values", "scores", "keys", "queries", "left", "right"))


class Operand:
    """A field of a class of nodes that counts how often it is read; other fields are read as fast as ever."""

    def __init__(self, name: str, counts: Counter[tuple[Node, str]]) -> None:
        self.name, self.counts = name, counts

    def __get__(self, node: Node, owner: type[Node]) -> object:
        self.counts[node, self.name] += 1
        assert self.counts[node, self.name] < TOO_OFTEN, f"{node!r} is walked as a part of a tree"
        return node.__dict__[self.name]

    def __set__(self, node: Node, value: object) -> None:
        node.__dict__[self.name] = value


class Reads:
    """Counts reads of operands, by node and field."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: Counter[tuple[Node, str]] = Counter()
        for kind in Node.__subclasses__():
            for name in OPERANDS.intersection(field.name for field in fields(kind)):
                monkeypatch.setattr(kind, name, Operand(name, self.counts), raising=False)

    def most(self) -> float:
        """How often a node was read at most, for each node that reads it, and once for itself."""
        counts = self.counts.copy()
        nodes = {node for node, _ in counts}
        readers = Counter(part for node in nodes for part in set(operands(node)))
        self.counts.clear()
        return max((count / (1 + readers[node]) for (node, _), count in counts.items()), default=0.0)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("title", PASSES)
def test_a_pass_reads_a_node_as_often_however_large_the_graph(title, program, tmp_path, monkeypatch):
    few, many = (subject(program, steps, tmp_path) for steps in (FEW, MANY))
    reads = Reads(monkeypatch)
    PASSES[title](few)
    before = reads.most()
    PASSES[title](many)
    assert reads.most() <= before + 2  # what is asked first of a process is not asked again
