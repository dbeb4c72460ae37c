"""Simplifies a program that was found, so that it is easier to read; its values stay the same on every input.

Candidates are made by combining others, and may have clauses that always hold. Programs are tidied before they are put
on the front of size against error.
"""

from __future__ import annotations

from dataclasses import replace

from rasp.architecture.normal import OPPOSITE
from rasp.graph.operators import OPERATORS
from rasp.learning.expressions.expression import (
    INDICES,
    Clause,
    ConstantTerm,
    Count,
    Expression,
    OperatorTerm,
    Read,
    SelectorTerm,
    constant,
    parts_of,
    rebuild,
)
from rasp.learning.expressions.prices import price
from rasp.learning.expressions.simplify import where_term

EARLIER, LATER = ("<", "<="), (">", ">=")


def tidy(program: Expression) -> Expression:
    r"""The program in a simpler form, unless that is dearer.

    >>> from rasp.learning.expressions.expression import LENGTH
    >>> from rasp.learning.writing.text import text
    >>> first = OperatorTerm("==", (INDICES, constant(0)), "bool")
    >>> chosen = OperatorTerm("where", (first, constant(0), LENGTH), "int")
    >>> text(tidy(OperatorTerm(">", (chosen, constant(1)), "bool")))
    'output = indices != 0 and length > 1;\n'
    >>> before = Clause(INDICES, "==", OperatorTerm("-", (INDICES, constant(1)), "int"))
    >>> tidy(Count(SelectorTerm((before,), "<="))).selector.positions
    ''
    """
    made: dict[Expression, Expression] = {}
    for part in parts_of(program):
        made[part] = _simpler(rebuild(part, lambda one: made.get(one, one)))
    return min((made[program], program), key=price)


def _simpler(part: Expression) -> Expression:
    match part:
        case OperatorTerm(op=op, parts=(OperatorTerm(op="where", parts=(test, yes, no)), ConstantTerm() as other)) if (
            op in OPPOSITE and (isinstance(yes, ConstantTerm) or isinstance(no, ConstantTerm))
        ):
            made = where_term(test, _compare(op, yes, other), _compare(op, no, other))
            return part if isinstance(made, ConstantTerm) else made
        case Count(selector=selector) | Read(selector=selector) if _goes_without_saying(selector):
            return replace(part, selector=replace(selector, positions=""))
    return part


def _compare(op: str, left: Expression, right: ConstantTerm) -> Expression:
    """A comparison with a constant; of two constants, its value."""
    if isinstance(left, ConstantTerm):
        return constant(bool(OPERATORS[op].function(left.value, right.value)))
    return OperatorTerm(op, (left, right), "bool")


def _goes_without_saying(selector: SelectorTerm) -> bool:
    """Whether a clause asks for a position at a fixed distance, which is earlier or later anyway."""
    return any(selector.positions in _implied(clause) for clause in selector.clauses)


def _implied(clause: Clause) -> tuple[str, ...]:
    match clause:
        case Clause(keys, "==", OperatorTerm(op="+" | "-" as op, parts=(index, ConstantTerm(value=int(by))))) if (
            keys == index == INDICES and by > 0
        ):
            return EARLIER if op == "-" else LATER
    return ()
