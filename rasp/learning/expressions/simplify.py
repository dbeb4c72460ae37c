"""Shortens choices and sums: `"P" if a or b else "T"` instead of `"P" if a else ("P" if b else "T")`.

Each function returns a simpler expression with the same value everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rasp.architecture.normal import OPPOSITE
from rasp.learning.expressions.expression import ConstantTerm, Expression, OperatorTerm, constant
from rasp.learning.expressions.operations import MEMBER


def where_term(test: Expression, yes: Expression, no: Expression) -> Expression:
    """`yes` where a flag is True, else `no`.

    >>> from rasp.learning.expressions.expression import Variable, constant
    >>> a, b = Variable("a", "bool"), Variable("b", "bool")
    >>> made = where_term(a, constant(1), where_term(b, constant(1), constant(0)))
    >>> made.parts[0] == OperatorTerm("or", (a, b), "bool"), where_term(a, ConstantTerm(False, "bool"), b).op
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
            return where_term(either_true(test, other), yes, rest)
        case OperatorTerm(op="where", parts=(other, rest, one)) if one == yes and is_plain(opposite(other)):
            return where_term(either_true(test, opposite(other)), yes, rest)
    match yes:
        case OperatorTerm(op="where", parts=(other, rest, one)) if one == no:
            return where_term(both_true(test, other), rest, no)
        case OperatorTerm(op="where", parts=(other, one, rest)) if one == no and is_plain(opposite(other)):
            return where_term(both_true(test, opposite(other)), rest, no)
    return OperatorTerm("where", (test, yes, no), yes.kind)


def _logical(test: Expression, yes: Expression, no: Expression) -> Expression | None:
    """A choice between bools, one of them constant, as `and` and `or`."""
    match yes, no:
        case (ConstantTerm(value=True), ConstantTerm()):
            return test
        case (ConstantTerm(value=False), ConstantTerm()):
            return opposite(test)
        case (ConstantTerm(value=True), _):
            return either_true(test, no)
        case (_, ConstantTerm(value=False)):
            return both_true(test, yes)
        case (ConstantTerm(value=False), _):
            return both_true(opposite(test), no)
        case (_, ConstantTerm(value=True)):
            return either_true(opposite(test), yes)
    return None


def opposite(test: Expression) -> Expression:
    """The negation of a flag.

    >>> opposite(OperatorTerm("<", (constant(1), constant(2)), "bool")).op
    '>='
    """
    if isinstance(test, OperatorTerm) and test.op in OPPOSITE:
        return OperatorTerm(OPPOSITE[test.op], test.parts, "bool")
    if isinstance(test, OperatorTerm) and test.op == "not":
        return test.parts[0]
    return OperatorTerm("not", (test,), "bool")


def is_plain(test: Expression) -> bool:
    """Whether a flag is not a negation."""
    return not isinstance(test, OperatorTerm) or test.op != "not"


def both_true(left: Expression, right: Expression) -> Expression:
    """The conjunction of two flags."""
    return left if left == right else OperatorTerm("and", (left, right), "bool")


def either_true(left: Expression, right: Expression) -> Expression:
    """The disjunction of two flags; if both compare one value with strings, a membership test in a list.

    >>> from rasp.learning.expressions.expression import Variable, constant
    >>> tokens = Variable("tokens", "string")
    >>> either_true(*(OperatorTerm("==", (tokens, constant(one)), "bool") for one in "ba")).table
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


def collect_terms(total: Expression) -> Expression:
    """A sum in which each term stands once, where some stand twice: `3 * a + b` instead of `a + (a - 1) + (a + b) + 1`.

    >>> from rasp.learning.expressions.expression import INDICES, LENGTH
    >>> from rasp.learning.writing.text import text
    >>> twice = OperatorTerm("-", (OperatorTerm("-", (LENGTH, INDICES), "int"), INDICES), "int")
    >>> text(collect_terms(twice)), collect_terms(OperatorTerm("-", (LENGTH, INDICES), "int")).parts[0] == LENGTH
    ('output = length - 2 * indices;\\n', True)
    """
    terms = list(_terms(total, 1))
    parts = [part for part, _ in terms if not isinstance(part, ConstantTerm)]
    if len(set(parts)) == len(parts):
        return total
    factors: Counter[Expression] = Counter()
    number = 0
    for part, sign in terms:
        if isinstance(part, ConstantTerm):
            number += sign * int(part.value)
        else:
            factors[part] += sign
    kept = sorted(((part, factor) for part, factor in factors.items() if factor), key=lambda pair: pair[1] < 0)
    if not kept or kept[0][1] < 0:
        return total
    made = _times(*kept[0])
    for part, factor in kept[1:]:
        made = OperatorTerm("+" if factor > 0 else "-", (made, _times(part, abs(factor))), "int")
    if number:
        made = OperatorTerm("+" if number > 0 else "-", (made, constant(abs(number))), "int")
    return made


def _terms(total: Expression, sign: int) -> Iterator[tuple[Expression, int]]:
    """The terms of a sum, with their signs."""
    match total:
        case OperatorTerm(op="+" | "-", parts=(left, right)) if left.kind == right.kind == "int":
            yield from _terms(left, sign)
            yield from _terms(right, sign if total.op == "+" else -sign)
        case _:
            yield total, sign


def _times(part: Expression, factor: int) -> Expression:
    return part if factor == 1 else OperatorTerm("*", (constant(factor), part), "int")


def linear_term(one: Expression, factor: int, summand: int) -> Expression:
    """A linear function of an expression.

    >>> from rasp.learning.expressions.expression import INDICES
    >>> from rasp.learning.writing.text import text
    >>> [text(linear_term(INDICES, *numbers)).strip() for numbers in ((3, -2), (-1, 5), (-2, 0))]
    ['output = 3 * indices - 2;', 'output = 5 - indices;', 'output = -2 * indices;']
    """
    if factor == -1 and summand:
        return OperatorTerm("-", (constant(summand), one), "int")
    made = _times(one, factor)
    if not summand:
        return made
    return OperatorTerm("+" if summand > 0 else "-", (made, constant(abs(summand))), "int")
