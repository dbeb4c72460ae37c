"""Typed kernels of the elementwise operators, on the values of a batch.

An operator may have a typed kernel on whole arrays, which declines (gives None) wherever its arithmetic would not be
Python's to the last digit. Then, and where there is no kernel, the exact path (`exact_elementwise.py`) applies the
scalar function of `rasp.graph.operators` element by element. So the scalar functions are the truth, and kernels a
faster way to it.

A kernel declines if an int may need over 64 bits, a float may be infinite, or a divisor is 0. Tests compare kernels
with the scalar functions.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from rasp.base.limits import limits
from rasp.engine import exact_elementwise, look_up_kernels
from rasp.engine.values import (
    ALL,
    BOOL,
    COMPARE,
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
    merge_kinds,
    merge_parts,
    numeric,
    peak,
)
from rasp.graph.nodes import Map

INTS, BOOLS, FLOATS = np.dtype(np.int64), np.dtype(np.bool_), np.dtype(np.float64)
SURELY_FINITE = 1e300
SMALL = 10  # ints below this are within any limit of digits
CHARACTER = 4  # bytes of a string of one character in an array

Kernel = Callable[..., Values | None]
BinaryArray = Callable[[Array, Array], Array]


def kernel(node: Map) -> tuple[Kernel | None, Callable[..., Values]]:
    """The typed kernel of a Map node, if it has one, and the exact path for where it declines; none holds the node."""
    if node.table is None:
        return _of_operator(node.op)
    apart = exact_elementwise.ElementwiseOperation(node.op, node.table, node.keyed)
    return look_up_kernels.table_kernel(apart), functools.partial(_exactly, apart)


@functools.cache
def _of_operator(op: str) -> tuple[Kernel | None, Callable[..., Values]]:
    """As `kernel`: one pair for all nodes of an operator."""
    return KERNELS.get(op), functools.partial(_exactly, exact_elementwise.ElementwiseOperation(op, None, False))


def _exactly(operation: exact_elementwise.ElementwiseOperation, *operands: Values) -> Values:
    return exact_elementwise.apply_exactly(operation, list(operands))


# ------------------------------------------------------------------------------------------------ arithmetic


def _at_least_int(*values: Values) -> Array:
    """The kinds of a sum or product of the values: bools count as ints, ints with floats give floats."""
    if any(value.kinds is ALL[FLOAT] for value in values):
        return ALL[FLOAT]
    kinds = ALL[INT]
    for value in values:
        kinds = np.maximum(kinds, value.kinds)
    return merge_kinds(kinds)


def _operands(*values: Values) -> list[Array] | None:
    """The arrays of numbers in one type; None also of bools among floats: `-False` is 0, and -0.0 is another number."""
    marked = any(value.bools is not None and value.data.dtype.kind == "f" for value in values)
    return None if marked else numeric(*values)


def _ring(function: BinaryArray, bound: Callable[[Any, Any], Any], left: Values, right: Values) -> Values | None:
    """`+`, `-` or `*`; `bound` says how large a result may be, given how large the operands are."""
    if left.bound is not None and right.bound is not None:
        most = bound(left.bound, right.bound)
        if left.data.dtype is right.data.dtype is INTS and (most < SMALL or most < int_ceiling()):
            return Values(function(left.data, right.data), ALL[INT], None, most)
        if most < SURELY_FINITE and _exact_floats(left, right):
            return Values(function(left.data, right.data), ALL[FLOAT], None, most)
    arrays = _operands(left, right)
    if arrays is None:
        return None
    if arrays[0].dtype is INTS:
        most = bound(*map(peak, arrays))
        return Values(function(*arrays), ALL[INT], None, most) if most < int_ceiling() else None
    return finite(function(*arrays), _at_least_int(left, right))


def _exact_floats(left: Values, right: Values) -> bool:
    """Whether one of two numbers is of floats in all rows, and NumPy makes floats of the other without loss."""
    if not (left.kinds is ALL[FLOAT] or right.kinds is ALL[FLOAT]) or left.bools is not None or right.bools is not None:
        return False
    return _is_exact(left) and _is_exact(right)


def _is_exact(value: Values) -> bool:
    """Whether the elements are numbers in an array that NumPy makes floats of without loss."""
    data = value.data.dtype
    return data is FLOATS or (data is INTS and value.reach() <= EXACT)


def _add(left: Values, right: Values) -> Values | None:
    if left.data.dtype.kind == right.data.dtype.kind == "U":
        return _join(left, right)
    return _ring(np.add, operator.add, left, right)


def _join(left: Values, right: Values) -> Values | None:
    width = (left.data.dtype.itemsize + right.data.dtype.itemsize) // 4
    fits = width <= min(STRING_WIDTH, limits.collection)
    return Values(np.char.add(left.data, right.data), ALL[STRING]) if fits else None


def _divide(left: Values, right: Values) -> Values | None:
    if _exact_floats(left, right):  # what is divided by 0 is not finite
        return finite(np.true_divide(left.data, right.data), ALL[FLOAT])
    arrays = _operands(left, right)
    if arrays is None or not _no_zero(arrays[1]):
        return None
    if arrays[0].dtype is INTS:
        if max(left.reach(), right.reach()) > EXACT and max(map(peak, arrays)) > EXACT:
            return None
        return Values(np.true_divide(*arrays), ALL[FLOAT], None, left.bound)  # no divisor is less than 1
    return finite(np.true_divide(*arrays), ALL[FLOAT])


def _no_zero(data: Array) -> bool:
    return int(np.count_nonzero(data)) == data.size


def _remainder(left: Values, right: Values) -> Values | None:
    arrays = _operands(left, right)
    if arrays is None or not _no_zero(arrays[1]):
        return None
    result = np.remainder(*arrays)
    if result.dtype is INTS:
        return Values(result, ALL[INT], None, right.reach())
    return finite(result, _at_least_int(left, right))


def _power(left: Values, right: Values) -> Values | None:
    """Of ints only: NumPy's power of floats may differ from Python's in the last bit."""
    arrays = _operands(left, right)
    if arrays is None or arrays[0].dtype != np.int64 or int(arrays[1].min()) < 0:
        return None
    base, exponent = peak(arrays[0]), peak(arrays[1])
    if base > 1 and (exponent >= 64 or base**exponent >= int_ceiling()):
        return None
    return Values(np.power(*arrays), ALL[INT])


def _negative(value: Values) -> Values | None:
    arrays = _operands(value)
    if arrays is None:
        return None
    if arrays[0].dtype == np.int64:
        return Values(-arrays[0], ALL[INT], None, value.reach()) if value.reach() < INT64 else None
    return finite(-arrays[0], _at_least_int(value))


def _positive(value: Values) -> Values | None:
    arrays = _operands(value)
    return None if arrays is None else Values(arrays[0], _at_least_int(value), None, value.bound)


def _round(value: Values) -> Values | None:
    bound = value.bound
    if bound is not None and bound < min(EXACT, int_ceiling()) and value.data.dtype is FLOATS and value.bools is None:
        return Values(np.rint(value.data).astype(np.int64), ALL[INT], None, math.ceil(bound))
    arrays = _operands(value)
    if arrays is None:
        return None
    if arrays[0].dtype == np.int64:
        return Values(arrays[0], ALL[INT], None, value.bound)
    nearest = np.rint(arrays[0])
    return Values(nearest.astype(np.int64), ALL[INT]) if np.abs(nearest).max() < int_ceiling() else None


# ---------------------------------------------------------------------------------------- comparison and logic


def _compare(function: BinaryArray, unlike: bool | None, left: Values, right: Values) -> Values | None:
    """A comparison; `unlike` is its result between a string and a number, None for an error."""
    if left.known_codes is not None and right.known_codes is not None:
        return Values(function(left.known_codes, right.known_codes), ALL[BOOL])
    first, second = left.data.dtype, right.data.dtype
    if first is second and first.kind in "bif":
        return Values(function(left.data, right.data), ALL[BOOL])
    if _is_exact(left) and _is_exact(right):
        return Values(function(left.data, right.data), ALL[BOOL])
    if first.kind == second.kind == "U":
        return Values(_compare_texts(function, left, right), ALL[BOOL])
    kinds = {first.kind, second.kind}
    if "U" in kinds and "O" not in kinds and unlike is not None:
        return Values(np.full((1, 1), unlike), ALL[BOOL])
    arrays = numeric(left, right)
    return None if arrays is None else Values(function(*arrays), ALL[BOOL])


def _compare_texts(function: BinaryArray, left: Values, right: Values) -> Array:
    if left.data.dtype.itemsize == right.data.dtype.itemsize == CHARACTER:
        return function(left.codes(), right.codes())
    return function(left.data, right.data)


def truth(value: Values) -> Array | None:
    """Python's truth of each element; None of objects."""
    data = value.data
    if data.dtype is BOOLS:
        return data
    if data.dtype.kind == "O":
        return None
    true: Array = data != ("" if data.dtype.kind == "U" else 0)
    return true


def _logic(function: Callable[..., Array], left: Values, right: Values) -> Values | None:
    if left.data.dtype is right.data.dtype is BOOLS:
        return Values(function(left.data, right.data), ALL[BOOL])
    first, second = truth(left), truth(right)
    return None if first is None or second is None else Values(function(first, second), ALL[BOOL])


def _not(value: Values) -> Values | None:
    true = truth(value)
    return None if true is None else Values(~true, ALL[BOOL])


def _indicator(value: Values) -> Values | None:
    true = truth(value)
    return None if true is None else Values(true.astype(np.int64), ALL[INT], None, 1)


def _where(condition: Values, then: Values, otherwise: Values) -> Values | None:
    """A row's kind is that of the branches it uses, so a branch that no row uses does not count at all."""
    true = truth(condition)
    if true is None:
        return None
    if _alike(then, otherwise):
        bound = None if then.bound is None or otherwise.bound is None else max(then.bound, otherwise.bound)
        return Values(np.where(true, then.data, otherwise.data), then.kinds, None, bound)
    marked = np.count_nonzero(true)
    if marked == true.size:
        return then
    if not marked:
        return otherwise
    return merge_parts([(true, then), (~true, otherwise)])


def _alike(left: Values, right: Values) -> bool:
    """Whether both are of one kind in all rows, in arrays of one type."""
    if left.kinds is not right.kinds or len(left.kinds) > 1 or left.bools is not None or right.bools is not None:
        return False
    first, second = left.data.dtype, right.data.dtype
    return first.kind != "O" and (first is second or first.kind == second.kind)


UNLIKE = {"==": False, "!=": True}  # what a comparison of a string with a number gives, if it does not fail

# By operator. One without a kernel takes the exact path.
KERNELS: dict[str, Kernel] = {
    "+": _add,
    "-": functools.partial(_ring, np.subtract, operator.add),
    "*": functools.partial(_ring, np.multiply, operator.mul),
    "/": _divide,
    "%": _remainder,
    "^": _power,
    **{op: functools.partial(_compare, function, UNLIKE.get(op)) for op, function in COMPARE.items()},
    "and": functools.partial(_logic, np.logical_and),
    "or": functools.partial(_logic, np.logical_or),
    "not": _not,
    "negative": _negative,
    "positive": _positive,
    "round": _round,
    "indicator": _indicator,
    "where": _where,
}
