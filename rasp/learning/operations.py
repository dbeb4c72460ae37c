"""The elementwise operations of expressions: on arrays of codes, as graph nodes, and what they cost.

`OPERATIONS` is the one table: what evaluates, prices and writes expressions reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rasp.graph import builders as graph
from rasp.graph.nodes import Node

Array = Any  # of ints, of NumPy
Compute = Callable[..., Array]
Make = Callable[..., Node]


@dataclass(frozen=True)
class Operation:
    """One operation: on arrays, as nodes, and its price in hundredths of a definition."""

    compute: Compute
    make: Make
    price: int


def _applied(op: str) -> Make:
    return lambda *parts: graph.apply(op, *parts)


def _less(left: Node, right: Node) -> Node:
    return graph.apply("where", graph.apply("<", left, right), left, right)


def _more(left: Node, right: Node) -> Node:
    return graph.apply("where", graph.apply(">", left, right), left, right)


def _ratio(left: Array, right: Array) -> Array:
    """The quotient rounded to the nearest int, halves to the even one; 0 where the divisor is 0."""
    return np.rint(left / np.where(right == 0, 1, right)).astype(left.dtype) * (right != 0)


def _half(value: Array) -> Array:
    return value >> 1


def _halved(value: Node) -> Node:
    even = graph.apply("-", value, graph.apply("%", value, graph.constant(2)))
    return graph.apply("round", graph.apply("/", even, graph.constant(2)))


def _choose(condition: Array, yes: Array, no: Array) -> Array:
    return np.where(condition != 0, yes, no)


def _chosen(condition: Node, yes: Node, no: Node) -> Node:
    return graph.apply("where", condition, yes, no)


OPERATIONS: dict[str, Operation] = {
    "+": Operation(np.add, _applied("+"), 10),
    "-": Operation(np.subtract, _applied("-"), 10),
    "*": Operation(np.multiply, _applied("*"), 20),
    "%": Operation(np.mod, _applied("%"), 20),
    "ratio": Operation(_ratio, lambda left, right: graph.apply("round", graph.apply("/", left, right)), 30),
    "half": Operation(_half, _halved, 40),
    "min": Operation(np.minimum, _less, 20),
    "max": Operation(np.maximum, _more, 20),
    "==": Operation(np.equal, _applied("=="), 10),
    "!=": Operation(np.not_equal, _applied("!="), 10),
    "<": Operation(np.less, _applied("<"), 10),
    "<=": Operation(np.less_equal, _applied("<="), 10),
    ">": Operation(np.greater, _applied(">"), 10),
    ">=": Operation(np.greater_equal, _applied(">="), 10),
    "and": Operation(np.logical_and, _applied("and"), 15),
    "or": Operation(np.logical_or, _applied("or"), 15),
    "not": Operation(np.logical_not, _applied("not"), 10),
    "where": Operation(_choose, _chosen, 20),
    "number": Operation(lambda value: value, _applied("indicator"), 10),
}
MEMBER, TABLE = "in", "table"  # operations on one operand that have a table
LOGICAL = {"==", "!=", "<", "<=", ">", ">=", "and", "or", "not", MEMBER}  # whose results are bools
