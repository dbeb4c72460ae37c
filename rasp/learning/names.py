"""Names for the definitions of a learned program: what a value is, from its definition and the names of its parts.

The first recogniser that knows an expression names it. A name that a part is known by goes into the name of the whole,
as in `same_rank`; where that would be too long, the whole has a short general name.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping

from rasp.graph.nodes import Atom
from rasp.learning.expressions import (
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
)
from rasp.learning.operations import MEMBER

PartNames = Mapping[Expression, str]
LONGEST = 24  # characters of a name that is put together
OPENERS, CLOSERS, DIGITS = frozenset("([{<"), frozenset(")]}>"), frozenset("0123456789")
WHEN = {"": "", "<": "_before", "<=": "_so_far", ">": "_after", ">=": "_from_here"}
COMPARED = {"==": "matches", "!=": "differs", "<": "below", ">": "above"}
GENERAL = {"number", "found", "flag", "value"}  # names that say little: no others are made of them
ORDER = {"==": "same", "<": "smaller", ">": "greater", "before": "rank", "behind": "rank"}


def name_of(expression: Expression, names: PartNames) -> str:
    """A name for what an expression gives; `names` are those of its parts.

    >>> tokens = Variable("tokens", "string")
    >>> is_a = OperatorTerm("==", (tokens, ConstantTerm("a", "string")), "bool")
    >>> before = SelectorTerm((Clause(is_a, "==", ConstantTerm(True, "bool")),), "<")
    >>> name_of(is_a, {}), name_of(Count(before), {is_a: "is_a"})
    ('is_a', 'a_before')
    """
    if isinstance(expression, Ready):
        return expression.name
    for recognise in RECOGNISERS:
        found = recognise(expression, names)
        if found and len(found) <= LONGEST:
            return found
    return _general(expression)


def _general(expression: Expression) -> str:
    if isinstance(expression, Count):
        return "number"
    if isinstance(expression, Read):
        return "found"
    return "flag" if expression.kind == "bool" else "value"


def _word(part: Expression, names: PartNames) -> str:
    """What a part is called within a name; empty where it has no name."""
    if isinstance(part, Variable):
        return {"tokens": "token", "indices": "position"}.get(part.name, part.name)
    name = names.get(part, "").removeprefix("is_")
    return "" if name.rstrip(string.digits) in GENERAL else name


# --------------------------------------------------------------------------------------------------------------- flags


def _flag(expression: Expression, names: PartNames) -> str:
    """`is_a`, `is_a_or_b`, `is_opener`; `is_first` where a count is 0."""
    match expression:
        case OperatorTerm(op="==", parts=(Count(selector=SelectorTerm(places="<")) as counted, ConstantTerm(value=0))):
            return "is_first" if _is_occurrence(counted) else ""
        case OperatorTerm(op="==", parts=(part, ConstantTerm(value=value, kind="string"))):
            return _named_flag((value,), part, names)
        case OperatorTerm(op=op, parts=(part,), table=table) if op == MEMBER:
            return _named_flag(table, part, names)
        case OperatorTerm(op=op, parts=(left, right)) if op in COMPARED and _word(left, names) and _word(right, names):
            return COMPARED[op]
    return ""


def _named_flag(atoms: tuple[Atom, ...], part: Expression, names: PartNames) -> str:
    word = _class(atoms)
    if not word or isinstance(part, Variable):
        return word and f"is_{word}"
    return f"{_word(part, names)}_is_{word}" if _word(part, names) else ""


def _class(atoms: tuple[Atom, ...]) -> str:
    """A word for some tokens; empty where there is none."""
    for kind, word in ((OPENERS, "opener"), (CLOSERS, "closer"), (DIGITS, "digit")):
        if len(atoms) > 1 and set(atoms) <= kind:
            return word
    texts = [str(atom).lower() if isinstance(atom, bool) else str(atom) for atom in atoms]
    plain = all(re.fullmatch("[A-Za-z0-9]+", text) for text in texts)
    return "_or_".join(texts) if plain and len(texts) <= 3 else ""


# -------------------------------------------------------------------------------------------------------------- counts


def _is_occurrence(expression: Expression) -> bool:
    """How often the token has come before."""
    match expression:
        case Count(
            selector=SelectorTerm(clauses=(Clause(keys=Variable(name="tokens") as keys, op="==", queries=queries),))
        ):
            return keys == queries and expression.selector.places == "<"
    return False


def _count(expression: Expression, names: PartNames) -> str:
    match expression:
        case Count(selector=SelectorTerm(clauses=(Clause(keys=keys, op=op, queries=queries),), places=places)):
            if keys == queries:
                return _comparing_count(keys, op, places, names)
            if op == "==" and isinstance(queries, ConstantTerm):
                return _flagged_count(keys, queries.value, places, names)
    return ""


def _comparing_count(keys: Expression, op: str, places: str, names: PartNames) -> str:
    """How many keys have the same value, a smaller or a greater one."""
    if op == "==" and isinstance(keys, Variable) and keys.name == "tokens":
        return {"": "occurrences", "<": "occurrence", ">": "remaining"}.get(places, "")
    if op in ("before", "behind"):
        return "rank"
    word = _word(keys, names)
    return word and f"{ORDER.get(op, '')}_{word}{WHEN[places]}".strip("_")


def _flagged_count(keys: Expression, value: Atom, places: str, names: PartNames) -> str:
    """How many keys are of a class: `opened`, `closed`, `a_before`, `first_so_far`."""
    if isinstance(keys, Variable) and keys.name == "tokens":
        if places in ("<", "<=") and value in OPENERS | CLOSERS:
            return "opened" if value in OPENERS else "closed"
        word = _class((value,))
    else:
        word = _word(keys, names) if value is True else ""
    if places in ("<", "<=") and word in ("opener", "closer"):
        return "opened" if word == "opener" else "closed"
    return word and (f"{word}{WHEN[places]}" if places else f"count_{word}")


# --------------------------------------------------------------------------------------------------------------- reads


def _read(expression: Expression, names: PartNames) -> str:
    """`latest` for the last one up to here, `previous_token` and `next_token` for neighbours."""
    match expression:
        case Read(selector=SelectorTerm(clauses=(Clause(keys=keys, op="==", queries=queries),)), values=values):
            shift = _shift(queries) if keys == INDICES else 0
            if shift in (-1, 1) and _word(values, names):
                return f"{'previous' if shift < 0 else 'next'}_{_word(values, names)}"
    if isinstance(expression, Read) and expression.which == "last" and expression.selector.places in ("<", "<="):
        return "latest_position" if expression.values == INDICES else "latest"
    return ""


def _shift(expression: Expression) -> int:
    """By how much an expression differs from the own position; 0 where it is something else."""
    match expression:
        case OperatorTerm(op="+" | "-", parts=(index, ConstantTerm(value=int(by)))) if index == INDICES:
            return by if expression.op == "+" else -by
    return 0


# ------------------------------------------------------------------------------------------------------------ formulas


def _formula(expression: Expression, names: PartNames) -> str:
    match expression:
        case OperatorTerm(op="-", parts=(last, index)) if index == INDICES:
            return "opposite" if last == OperatorTerm("-", (LENGTH, ConstantTerm(1, "int")), "int") else ""
        case OperatorTerm(op="-", parts=(index, Read(values=read))) if index == read == INDICES:
            return "distance"
        case OperatorTerm(op="-", parts=(whole, ConstantTerm(value=1))) if whole == LENGTH:
            return "end"
        case OperatorTerm(op="-", parts=(left, right)):
            return "depth" if _is_flagged(left) and _is_flagged(right) else ""
        case OperatorTerm(op="where", parts=(OperatorTerm(op=op, parts=(key,)), kept, ConstantTerm())) if (
            op == MEMBER and key == kept
        ):
            return f"known_{_word(key, names)}"
        case OperatorTerm(op="where", parts=(test, kept, ConstantTerm())):
            words = _word(kept, names), _word(test, names)
            return "_if_".join(words) if all(words) else ""
        case OperatorTerm(op="%", parts=(_, ConstantTerm(value=2))):
            return "parity"
    return "previous" if _shift(expression) == -1 else "following" if _shift(expression) == 1 else ""


def _is_flagged(expression: Expression) -> bool:
    """Whether keys of a class are counted up to here."""
    match expression:
        case Count(selector=SelectorTerm(clauses=(Clause(op="==", queries=ConstantTerm()),), places="<" | "<=")):
            return True
    return False


Recogniser = Callable[[Expression, PartNames], str]
RECOGNISERS: tuple[Recogniser, ...] = (_flag, _count, _read, _formula)
