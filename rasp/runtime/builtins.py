"""The built-in functions: those of the language, `selector_width` of the prelude, `best` with its scorer, `lookup`."""

from __future__ import annotations

from functools import partial
from typing import Any

from rasp.errors import UnequalLengths, WrongOperand
from rasp.graph import builders as graph
from rasp.graph.atoms import check_collection_size
from rasp.graph.operators import OPERATORS, Operator
from rasp.runtime import operations
from rasp.runtime.values import Builtin, a, is_sop


def _range(*bounds: Any) -> tuple[int, ...]:
    for bound in bounds:
        if not isinstance(bound, int):
            raise WrongOperand(f"range needs ints, not {a(bound)}")
    if len(bounds) == 3 and bounds[2] == 0:
        raise WrongOperand("the step of range must not be 0")
    numbers = range(*bounds)
    try:
        check_collection_size(len(numbers), "a list")
    except OverflowError:  # Python's `len` counts no further than 2^63
        check_collection_size(max(abs(bound) for bound in bounds), "a list")
    return tuple(numbers)


def _zip(*lists: Any) -> tuple[Any, ...]:
    for items in lists:
        if not isinstance(items, tuple):
            raise WrongOperand(f"zip needs lists, not {a(items)}")
    if len({len(items) for items in lists}) > 1:
        sizes = " and ".join(str(len(items)) for items in lists)
        raise UnequalLengths(f"zip needs lists of equal length, not of {sizes}")
    return tuple(zip(*lists, strict=True))


def _len(items: Any) -> int:
    if not isinstance(items, tuple):
        hint = "`length` is the length of the input." if is_sop(items) else ""
        raise WrongOperand(f"len needs a list, not {a(items)}", hint=hint)
    return len(items)


def _selector_width(chosen: Any) -> Any:
    return graph.selector_width(operations.selector(chosen, "the argument of selector_width"))


def _builtin_of(operator: Operator) -> Builtin:
    """The function of an operator that is called by its name."""
    form, call = ", ".join(operator.parameters), partial(operations.call, operator)
    return Builtin(operator.name, (form,), operator.arity, operator.arity, call, doc=operator.doc)


ELEMENTWISE = [_builtin_of(operator) for operator in OPERATORS.values() if operator.notation == "call"]
LISTS = (
    Builtin("range", ("stop", "start, stop", "start, stop, step"), 1, 3, _range, doc="A list of ints, as in Python."),
    Builtin("zip", ("list, list, …",), 1, None, _zip, doc="A list of lists: the first elements, the second ones, …"),
    Builtin("len", ("list",), 1, 1, _len, doc="The number of elements of a list."),
)

BUILTINS = {builtin.name: builtin for builtin in (*ELEMENTWISE, *LISTS)}

SELECTOR_WIDTH = Builtin(
    "selector_width",
    ("selector",),
    1,
    1,
    _selector_width,
    doc="How many keys each row of the selector selects. Counts as two heads, with BOS as one.",
)

BEST = Builtin(
    "best",
    ("selector, scores",),
    2,
    2,
    operations.best,
    (operations.best_selector, operations.best_scores),
    "Of the keys that each row selects, those with the highest score: hard attention.",
)

LOOKUP = Builtin(
    "lookup",
    ("table, index, default",),
    3,
    3,
    operations.lookup,
    (operations.lookup_table,),
    "The entry of a list or dict at each position, the default where there is none.",
)

REBINDABLE = (BEST, LOOKUP)  # other interpreters lack them, so programs may use their names for something else
