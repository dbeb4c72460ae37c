"""Shortens choices: `"P" if a or b else "T"` instead of `"P" if a else ("P" if b else "T")`.

Each function returns a simpler expression with the same value everywhere.
"""

from __future__ import annotations

from rasp.architecture.normal import OPPOSITE
from rasp.learning.expressions import ConstantTerm, Expression, OperatorTerm
from rasp.learning.operations import MEMBER


def choose(test: Expression, yes: Expression, no: Expression) -> Expression:
    """`yes` where a flag is True, else `no`.

    >>> from rasp.learning.expressions import Variable, constant
    >>> a, b = Variable("a", "bool"), Variable("b", "bool")
    >>> made = choose(a, constant(1), choose(b, constant(1), constant(0)))
    >>> made.parts[0] == OperatorTerm("or", (a, b), "bool"), choose(a, ConstantTerm(False, "bool"), b).op
    (True, 'and')
    """
    if yes == no:
        return yes
    if yes.kind == "bool":
        known = _logical(test, yes, no)
        if known is not None:
            return known
    match no:
        case OperatorTerm(op="where", parts=(other, one, rest)) if one == yes:
            return choose(either(test, other), yes, rest)
        case OperatorTerm(op="where", parts=(other, rest, one)) if one == yes and is_plain(opposite(other)):
            return choose(either(test, opposite(other)), yes, rest)
    match yes:
        case OperatorTerm(op="where", parts=(other, rest, one)) if one == no:
            return choose(both(test, other), rest, no)
        case OperatorTerm(op="where", parts=(other, one, rest)) if one == no and is_plain(opposite(other)):
            return choose(both(test, opposite(other)), rest, no)
    return OperatorTerm("where", (test, yes, no), yes.kind)


def _logical(test: Expression, yes: Expression, no: Expression) -> Expression | None:
    """A choice between bools, one of them constant, as `and` and `or`."""
    match yes, no:
        case (ConstantTerm(value=True), ConstantTerm()):
            return test
        case (ConstantTerm(value=False), ConstantTerm()):
            return opposite(test)
        case (ConstantTerm(value=True), _):
            return either(test, no)
        case (_, ConstantTerm(value=False)):
            return both(test, yes)
        case (ConstantTerm(value=False), _):
            return both(opposite(test), no)
        case (_, ConstantTerm(value=True)):
            return either(opposite(test), yes)
    return None


def opposite(test: Expression) -> Expression:
    """The negation of a flag."""
    if isinstance(test, OperatorTerm) and test.op in OPPOSITE:
        return OperatorTerm(OPPOSITE[test.op], test.parts, "bool")
    if isinstance(test, OperatorTerm) and test.op == "not":
        return test.parts[0]
    return OperatorTerm("not", (test,), "bool")


def is_plain(test: Expression) -> bool:
    """Whether a flag is not a negation."""
    return not isinstance(test, OperatorTerm) or test.op != "not"


def both(left: Expression, right: Expression) -> Expression:
    """The conjunction of two flags."""
    return left if left == right else OperatorTerm("and", (left, right), "bool")


def either(left: Expression, right: Expression) -> Expression:
    """The disjunction of two flags; if both compare one value with strings, a membership test in a list.

    >>> from rasp.learning.expressions import Variable, constant
    >>> tokens = Variable("tokens", "string")
    >>> either(*(OperatorTerm("==", (tokens, constant(one)), "bool") for one in "ba")).table
    ('a', 'b')
    """
    if left == right:
        return left
    first, second = _membership(left), _membership(right)
    if first and second and first[0] == second[0]:
        return OperatorTerm(MEMBER, (first[0],), "bool", tuple(sorted({*first[1], *second[1]})))
    return OperatorTerm("or", (left, right), "bool")


def _membership(test: Expression) -> tuple[Expression, tuple[str, ...]] | None:
    """The value that a flag compares, and the strings to which it may be equal."""
    match test:
        case OperatorTerm(op="==", parts=(part, ConstantTerm(value=str(value)))):
            return part, (value,)
        case OperatorTerm(op=op, parts=(part,), table=table) if op == MEMBER:
            return part, tuple(str(atom) for atom in table) if part.kind == "string" else ()
    return None
