"""The elementwise operations of expressions: on arrays of codes, as graph nodes, and what they cost.

`OPERATIONS` is the one table: the code that evaluates, prices and writes expressions reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rasp.graph import builders as graph
from rasp.graph.nodes import Node
from rasp.model.arrays import Array

ColumnFunction = Callable[..., Array]
Make = Callable[..., Node]


@dataclass(frozen=True)
class PricedOperation:
    """One operation: on arrays, as nodes, and its price in hundredths of a definition."""

    compute: ColumnFunction
    make: Make
    price: int


def _operator_node(op: str) -> Make:
    return lambda *parts: graph.apply(op, *parts)


def _min_node(left: Node, right: Node) -> Node:
    return graph.apply("where", graph.apply("<", left, right), left, right)


def _max_node(left: Node, right: Node) -> Node:
    return graph.apply("where", graph.apply(">", left, right), left, right)


def _ratio(left: Array, right: Array) -> Array:
    """The quotient rounded to the nearest int, halves to the even one; 0 where the divisor is 0."""
    quotient: Array = np.rint(left / np.where(right == 0, 1, right)).astype(left.dtype)
    quotient *= right != 0
    return quotient


def _half(value: Array) -> Array:
    return value >> 1


def _half_node(value: Node) -> Node:
    even = graph.apply("-", value, graph.apply("%", value, graph.constant(2)))
    return graph.apply("round", graph.apply("/", even, graph.constant(2)))


def _choose(condition: Array, yes: Array, no: Array) -> Array:
    return np.where(condition != 0, yes, no)


def _choice_node(condition: Node, yes: Node, no: Node) -> Node:
    return graph.apply("where", condition, yes, no)


OPERATIONS: dict[str, PricedOperation] = {
    "+": PricedOperation(np.add, _operator_node("+"), 10),
    "-": PricedOperation(np.subtract, _operator_node("-"), 10),
    "*": PricedOperation(np.multiply, _operator_node("*"), 20),
    "%": PricedOperation(np.mod, _operator_node("%"), 20),
    "ratio": PricedOperation(_ratio, lambda left, right: graph.apply("round", graph.apply("/", left, right)), 30),
    "half": PricedOperation(_half, _half_node, 40),
    "min": PricedOperation(np.minimum, _min_node, 20),
    "max": PricedOperation(np.maximum, _max_node, 20),
    "==": PricedOperation(np.equal, _operator_node("=="), 10),
    "!=": PricedOperation(np.not_equal, _operator_node("!="), 10),
    "<": PricedOperation(np.less, _operator_node("<"), 10),
    "<=": PricedOperation(np.less_equal, _operator_node("<="), 10),
    ">": PricedOperation(np.greater, _operator_node(">"), 10),
    ">=": PricedOperation(np.greater_equal, _operator_node(">="), 10),
    "and": PricedOperation(np.logical_and, _operator_node("and"), 15),
    "or": PricedOperation(np.logical_or, _operator_node("or"), 15),
    "not": PricedOperation(np.logical_not, _operator_node("not"), 10),
    "where": PricedOperation(_choose, _choice_node, 20),
    "number": PricedOperation(lambda value: value, _operator_node("indicator"), 10),
}
MEMBER, TABLE = "in", "table"  # operations on one operand that have a table
