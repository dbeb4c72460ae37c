"""The price of a program, in hundredths of a definition: an int, so that sums are the same on every machine.

Heads cost one definition each and formulas half of one, with surcharges for what is harder to read. The search goes
by price, so prices decide which of several fitting programs is preferred: short and natural before long and tabulated.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rasp.learning.deadlines import check_deadline
from rasp.learning.expressions.expression import (
    INDICES,
    LENGTH,
    Clause,
    ConstantTerm,
    Count,
    Expression,
    OperatorTerm,
    Read,
    Ready,
    SelectorTerm,
    Variable,
    operands,
    parts_of,
)
from rasp.learning.expressions.operations import MEMBER, OPERATIONS, TABLE

HEAD = 100
READ = 10  # surcharge of a read over a count
BEST = 10  # surcharge for choosing the first or last of several keys
FORMULA = 50  # a definition of a formula
CLAUSE = 20  # each clause after the first
POSITIONS = 10  # a mask of positions, such as "earlier"
UNEQUAL, ORDER = 10, 40  # an operator other than ==, on ints and on symbols
LENGTH_PRICE = 20
NAMED = 10  # a string constant in a condition, which is more specific than a comparison of two values
CELL = 10  # an entry of a dict
READY = 20  # an s-op of the user's own
VALUES = 20  # a read of something other than a given variable


@lru_cache(2**17)
def price(*tops: Expression) -> int:
    """The price of some expressions together; shared parts cost once.

    >>> from rasp.learning.expressions.expression import INDICES, Clause, constant
    >>> count = Count(SelectorTerm((Clause(INDICES, "==", INDICES),)))
    >>> price(count), price(OperatorTerm("+", (count, constant(1)), "int")), price(count, count)
    (100, 160, 100)
    """
    check_deadline()
    parts = parts_of(*tops)
    return sum(map(own_price, parts)) + FORMULA * len(formulas(parts, tops))


def formulas(parts: Iterable[Expression], tops: Iterable[Expression]) -> set[Expression]:
    """The functions that get a definition of their own: the results, and what heads read, except neighbours."""
    read = {part for head in parts if isinstance(head, (Count, Read)) for part in operands(head)}
    return {
        part for part in (*read, *tops) if isinstance(part, OperatorTerm) and (part in tops or not is_neighbour(part))
    }


def is_neighbour(expression: Expression) -> bool:
    """Whether an expression is a position at a fixed distance, which is clearest where it is used.

    >>> is_neighbour(OperatorTerm("-", (INDICES, ConstantTerm(1, "int")), "int")), is_neighbour(INDICES)
    (True, False)
    """
    match expression:
        case OperatorTerm(op="+" | "-", parts=(index, ConstantTerm())):
            return index == INDICES
    return False


@lru_cache(2**17)
def own_price(expression: Expression) -> int:
    """The price of an expression without its parts."""
    match expression:
        case Variable() | ConstantTerm():
            return LENGTH_PRICE if expression == LENGTH else 0
        case Ready():
            return READY
        case OperatorTerm():
            return _function_price(expression)
        case Count():
            return HEAD + selector_price(expression.selector)
        case Read():
            given = 0 if isinstance(expression.values, (Variable, Ready)) else VALUES
            return HEAD + READ + selector_price(expression.selector) + given + best_price(expression.selector)
    raise TypeError(f"not an expression: {expression!r}")


def _function_price(function: OperatorTerm) -> int:
    if function.op == MEMBER:
        return OPERATIONS["=="].price + NAMED * len(function.table)
    if function.op == TABLE:
        return FORMULA + CELL * (len(function.table) // 2)
    return OPERATIONS[function.op].price + (NAMED if _names(function) else 0)


def _names(function: OperatorTerm) -> bool:
    """Whether a function compares with a string constant."""
    return function.op in ("==", "!=") and any(map(_is_string, function.parts))


def _is_string(expression: Expression) -> bool:
    return isinstance(expression, ConstantTerm) and expression.kind == "string"


def selector_price(selector: SelectorTerm) -> int:
    """The price of a selector without the expressions that it compares.

    >>> same = Clause(INDICES, "==", INDICES)
    >>> selector_price(SelectorTerm((same,))), selector_price(SelectorTerm((same, same), "<"))
    (0, 30)
    """
    clauses = CLAUSE * max(0, len(selector.clauses) - 1)
    unequal = sum(_order_price(clause) for clause in selector.clauses)
    named = NAMED * sum(_is_string(clause.queries) for clause in selector.clauses)
    return clauses + unequal + named + (POSITIONS if selector.positions else 0)


def best_price(selector: SelectorTerm) -> int:
    """The price of choosing among several keys: 0 if a position is looked up.

    >>> first, shorter = Clause(INDICES, "==", ConstantTerm(0, "int")), Clause(LENGTH, "<", LENGTH)
    >>> best_price(SelectorTerm((first,))), best_price(SelectorTerm((shorter,)))
    (0, 10)
    """
    return (
        0
        if any(INDICES in (clause.keys, clause.queries) and clause.op == "==" for clause in selector.clauses)
        else BEST
    )


def _order_price(clause: Clause) -> int:
    """The price of an operator other than ==. It is high for symbols, whose order is seldom meaningful."""
    if clause.op == "==":
        return 0
    return ORDER if clause.keys.kind == "string" else UNEQUAL
