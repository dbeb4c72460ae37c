"""Elementwise operations: enter the values of the operands, leave the values of the result.

Each operation has a typed kernel on whole arrays, which gives None wherever its arithmetic would not be Python's to
the last digit, and falls back on the exact path (`exact.py`), which applies the scalar function of
`rasp.graph.operators` element by element. So the scalar functions are the truth, and kernels only a faster way to it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from rasp.bounds import limits
from rasp.engine import exact, tables
from rasp.engine.values import (
    ALL,
    BOOL,
    EXACT,
    FLOAT,
    INT,
    INT64,
    STRING,
    STRING_WIDTH,
    Array,
    Values,
    finite,
    int_ceiling,
    merge,
    numeric,
    peak,
)
from rasp.graph.nodes import Map

Kernel = Callable[..., Values | None]
BinaryArray = Callable[[Array, Array], Array]


def operation(node: Map) -> Callable[..., Values]:
    """What gives the values of a Map node from those of its operands; it does not hold the node."""
    apart = exact.Operation(node.op, node.table, node.keyed)
    kernel = KERNELS[node.op] if node.table is None else functools.partial(tables.KERNELS[node.op], apart)

    def apply(*operands: Values) -> Values:
        typed = kernel(*operands)
        return exact.apply(apart, list(operands)) if typed is None else typed

    return apply


# ------------------------------------------------------------------------------------------------ arithmetic


def _at_least_int(*values: Values) -> Array:
    """The kinds of a sum or product of the values: bools count as ints, ints with floats give floats."""
    kinds = ALL[INT]
    for value in values:
        kinds = np.maximum(kinds, value.kinds)
    return kinds


def _operands(*values: Values) -> list[Array] | None:
    """The arrays of numbers in one type; None also of bools among floats: `-False` is 0, and -0.0 is another number."""
    marked = any(value.bools is not None and value.data.dtype.kind == "f" for value in values)
    return None if marked else numeric(*values)


def _ring(function: BinaryArray, bound: Callable[[int, int], int], left: Values, right: Values) -> Values | None:
    """`+`, `-` or `*`; `bound` says how large an int result may be, given how large the operands are."""
    arrays = _operands(left, right)
    if arrays is None:
        return None
    if arrays[0].dtype == np.int64:
        return Values(function(*arrays), ALL[INT]) if bound(*map(peak, arrays)) < int_ceiling() else None
    return finite(function(*arrays), _at_least_int(left, right))


def _add(left: Values, right: Values) -> Values | None:
    if left.data.dtype.kind == right.data.dtype.kind == "U":
        return _join(left, right)
    return _ring(np.add, int.__add__, left, right)


def _join(left: Values, right: Values) -> Values | None:
    width = (left.data.dtype.itemsize + right.data.dtype.itemsize) // 4
    fits = width <= min(STRING_WIDTH, limits.collection)
    return Values(np.char.add(left.data, right.data), ALL[STRING]) if fits else None


def _divide(left: Values, right: Values) -> Values | None:
    arrays = _operands(left, right)
    if arrays is None or not arrays[1].all():
        return None
    if arrays[0].dtype == np.int64 and max(map(peak, arrays)) > EXACT:
        return None
    return finite(np.true_divide(*arrays), ALL[FLOAT])


def _remainder(left: Values, right: Values) -> Values | None:
    arrays = _operands(left, right)
    if arrays is None or not arrays[1].all():
        return None
    result = np.remainder(*arrays)
    return Values(result, ALL[INT]) if result.dtype == np.int64 else finite(result, _at_least_int(left, right))


def _power(left: Values, right: Values) -> Values | None:
    """Of ints only: NumPy's power of floats may differ from Python's in the last bit."""
    arrays = _operands(left, right)
    if arrays is None or arrays[0].dtype != np.int64 or int(arrays[1].min()) < 0:
        return None
    base, exponent = peak(arrays[0]), peak(arrays[1])
    if base > 1 and (exponent >= 64 or base**exponent >= int_ceiling()):
        return None
    return Values(np.power(*arrays), ALL[INT])


def _negate(value: Values) -> Values | None:
    arrays = _operands(value)
    if arrays is None:
        return None
    if arrays[0].dtype == np.int64:
        return Values(-arrays[0], ALL[INT]) if peak(arrays[0]) < INT64 else None
    return finite(-arrays[0], _at_least_int(value))


def _plus(value: Values) -> Values | None:
    arrays = _operands(value)
    return None if arrays is None else Values(arrays[0], _at_least_int(value))


def _round(value: Values) -> Values | None:
    arrays = _operands(value)
    if arrays is None:
        return None
    if arrays[0].dtype == np.int64:
        return Values(arrays[0], ALL[INT])
    nearest = np.rint(arrays[0])
    return Values(nearest.astype(np.int64), ALL[INT]) if np.abs(nearest).max() < int_ceiling() else None


# ---------------------------------------------------------------------------------------- comparison and logic


def _compare(function: BinaryArray, unlike: bool | None, left: Values, right: Values) -> Values | None:
    """A comparison; `unlike` is its result between a string and a number, None for an error."""
    kinds = {left.data.dtype.kind, right.data.dtype.kind}
    if kinds == {"U"}:
        return Values(function(left.data, right.data), ALL[BOOL])
    if "U" in kinds and "O" not in kinds and unlike is not None:
        return Values(np.full((1, 1), unlike), ALL[BOOL])
    arrays = numeric(left, right)
    return None if arrays is None else Values(function(*arrays), ALL[BOOL])


def truth(value: Values) -> Array | None:
    """Python's truth of each element; None of objects."""
    data = value.data
    if data.dtype.kind in "bO":
        return data if data.dtype.kind == "b" else None
    true: Array = data != ("" if data.dtype.kind == "U" else 0)
    return true


def _logic(function: Callable[..., Array], *values: Values) -> Values | None:
    truths = [truth(value) for value in values]
    return None if any(one is None for one in truths) else Values(function(*truths), ALL[BOOL])


def _indicator(value: Values) -> Values | None:
    true = truth(value)
    return None if true is None else Values(true.astype(np.int64), ALL[INT])


def _choose(condition: Values, then: Values, otherwise: Values) -> Values | None:
    """A row's kind is that of the branches it uses, so a branch that no row uses does not count at all."""
    true = truth(condition)
    if true is None:
        return None
    if true.all():
        return then
    if not true.any():
        return otherwise
    return merge([(true, then), (~true, otherwise)])


KERNELS: dict[str, Kernel] = {
    "+": _add,
    "-": functools.partial(_ring, np.subtract, int.__add__),
    "*": functools.partial(_ring, np.multiply, int.__mul__),
    "/": _divide,
    "%": _remainder,
    "^": _power,
    "==": functools.partial(_compare, np.equal, False),
    "!=": functools.partial(_compare, np.not_equal, True),
    "<": functools.partial(_compare, np.less, None),
    "<=": functools.partial(_compare, np.less_equal, None),
    ">": functools.partial(_compare, np.greater, None),
    ">=": functools.partial(_compare, np.greater_equal, None),
    "and": functools.partial(_logic, np.logical_and),
    "or": functools.partial(_logic, np.logical_or),
    "not": functools.partial(_logic, np.logical_not),
    "negate": _negate,
    "plus": _plus,
    "round": _round,
    "indicator": _indicator,
    "choose": _choose,
}
