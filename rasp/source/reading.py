"""Reads the programs that `program` writes back to graph nodes, in this process or another."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator

from rasp.base.limits import limits
from rasp.errors import RaspError
from rasp.graph.nodes import Node
from rasp.runtime.machine import Machine
from rasp.runtime.prelude import QuietHost, prelude
from rasp.runtime.scope import Scope, SourceUnit
from rasp.source.program import HELPERS, ProgramText
from rasp.syntax.reader import Reader

KEPT = 8  # programs whose nodes a process caches, for further inputs
NAME = "<program>"  # name of the text in messages


@functools.lru_cache(KEPT)
def load_nodes(program: ProgramText) -> list[Node]:
    """The nodes of a program.

    >>> from rasp.graph.builders import constant
    >>> from rasp.source.program import program
    >>> load_nodes(program([constant('say "hi"')]))[0] is constant('say "hi"')
    True
    """
    with _lift_limits():
        scope, machine = Scope(prelude(), SourceUnit(NAME)), Machine(QuietHost())  # type: ignore[arg-type]
        for name, helper in HELPERS.items():
            scope.bind(name, helper)
        reader = Reader(NAME)  # not `parse`, which limits the size
        reader.feed(program.source)
        for statement in reader.finish():
            if isinstance(statement, RaspError):
                raise statement
            machine.run(statement, scope)
    return [scope.find(name) for name in program.names]


@contextlib.contextmanager
def _lift_limits() -> Iterator[None]:
    """Lifts size limits while a program is loaded, because its graph was built within the limits before."""
    before = limits.int_digits, limits.collection
    limits.int_digits = limits.collection = 10**18
    try:
        yield
    finally:
        limits.int_digits, limits.collection = before
