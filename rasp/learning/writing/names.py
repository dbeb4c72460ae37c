"""Names the definitions of a learned program, by what they compute and by the names of their parts.

The first recogniser that knows an expression names it. The name of the whole includes those of its parts,
as in `same_rank`; if that is too long, the whole gets a short general name.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping

from rasp.graph.nodes import Atom
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
)
from rasp.learning.expressions.operations import MEMBER

PartNames = Mapping[Expression, str]
LONGEST = 24  # characters of a composed name
OPENERS, CLOSERS, DIGITS = frozenset("([{<"), frozenset(")]}>"), frozenset("0123456789")
WHEN = {"": "", "<": "_before", "<=": "_so_far", ">": "_after", ">=": "_from_here"}
COMPARED = {"==": "matches", "!=": "differs", "<": "smaller", ">": "greater"}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<"}
COUNTED = {"<": "fewer", ">": "more"}
JOINED = {"and": "and", "or": "or", "+": "plus", "-": "minus"}
RESULTS = {"+": "sum", "-": "difference", "*": "product", "where": "choice"}  # of a formula without a better name
GENERAL = {
    "number",
    "found",
    "found_position",
    "flag",
    "flagged",
    "value",
    *RESULTS.values(),
}  # not used inside other names
BEFORE_DIGITS = {"int": "count", "bool": "is", "string": "token"}  # no name begins with a digit
OTHER = {"<": "previous", "<=": "latest", ">": "next", ">=": "next"}  # the word for the position that is read
ORDER = {"==": "same", "<": "smaller", ">": "greater", "before": "rank", "behind": "rank"}


def name_of(expression: Expression, names: PartNames) -> str:
    """A name for the value of an expression; `names` has those of its parts.

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
        if found[:1].isdigit():
            found = f"{BEFORE_DIGITS[expression.kind]}_{found}"
        if found and len(found) <= LONGEST:
            return found
    return _general(expression)


def _general(expression: Expression) -> str:
    if isinstance(expression, Count):
        return "number"
    if isinstance(expression, Read):
        return "found_position" if expression.values == INDICES else "found"
    if expression.kind == "bool":
        return "flag"
    return RESULTS.get(expression.op, "value") if isinstance(expression, OperatorTerm) else "value"


def _word(part: Expression, names: PartNames) -> str:
    """The word for a part within a name; empty if it has no name."""
    if isinstance(part, Variable):
        return {"tokens": "token", "indices": "position"}.get(part.name, part.name)
    name = names.get(part, "").removeprefix("is_")
    return "" if name.rstrip(string.digits) in GENERAL else name


# --------------------------------------------------------------------------------------------------------------- flags


def _flag(expression: Expression, names: PartNames) -> str:
    """`is_a`, `is_a_or_b`, `is_opener`; `is_first` where a count is 0."""
    match expression:
        case OperatorTerm(
            op="==", parts=(Count(selector=SelectorTerm(positions="<")) as counted, ConstantTerm(value=0))
        ):
            return "is_first" if _is_occurrence(counted) else ""
        case OperatorTerm(op="==", parts=(part, ConstantTerm(value=value, kind="string"))):
            return _named_flag((value,), part, names)
        case OperatorTerm(op=op, parts=(part,), table=table) if op == MEMBER:
            return _named_flag(table, part, names)
        case OperatorTerm(op="not", parts=(part,)):
            return _word(part, names) and f"not_{_word(part, names)}"
        case OperatorTerm(op="and" | "or" as op, parts=(left, right)):
            return _joined(left, JOINED[op], right, names)
        case OperatorTerm(op=op, parts=(left, right)) if op in COMPARED:
            return _compared(left, op, right, names)
    return ""


def _joined(left: Expression, between: str, right: Expression, names: PartNames) -> str:
    """`a_and_b`, `occurrence_plus_rank`, where both parts have names."""
    words = _word(left, names), _word(right, names)
    return f"{words[0]}_{between}_{words[1]}" if all(words) else ""


def _compared(left: Expression, op: str, right: Expression, names: PartNames) -> str:
    """`more_closed` of two counts, `previous_token_smaller` for a comparison with the value here."""
    if not _word(left, names) or not _word(right, names):
        return ""
    if isinstance(left, Count) and isinstance(right, Count) and op in COUNTED:
        return f"{COUNTED[op]}_{_word(left, names)}"
    if isinstance(left, Variable):
        left, op, right = right, MIRRORED[op], left
    full = f"{_word(left, names)}_{COMPARED[op]}"
    if not isinstance(right, Variable):
        full += f"_{_word(right, names)}"
    return full if len(full) <= LONGEST else COMPARED[op]


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
    if len(texts) > 3 and plain and "".join(texts) in string.ascii_letters:
        return f"{texts[0]}_to_{texts[-1]}"
    return "_or_".join(texts) if plain and len(texts) <= 3 else ""


# -------------------------------------------------------------------------------------------------------------- counts


def _is_occurrence(expression: Expression) -> bool:
    """Whether an expression counts how often the token has occurred before."""
    match expression:
        case Count(
            selector=SelectorTerm(clauses=(Clause(keys=Variable(name="tokens") as keys, op="==", queries=queries),))
        ):
            return keys == queries and expression.selector.positions == "<"
    return False


def _count(expression: Expression, names: PartNames) -> str:
    match expression:
        case Count(selector=SelectorTerm(clauses=(Clause(keys=keys, op=op, queries=queries),), positions=positions)):
            if keys == queries:
                return _comparing_count(keys, op, positions, names)
            if op == "==" and isinstance(queries, ConstantTerm):
                return _flagged_count(keys, queries.value, positions, names)
    return ""


def _comparing_count(keys: Expression, op: str, positions: str, names: PartNames) -> str:
    """How many keys have the same value, a smaller or a greater one."""
    if op == "==" and isinstance(keys, Variable) and keys.name == "tokens":
        return {"": "occurrences", "<": "occurrence", ">": "remaining"}.get(positions, "")
    if op in ("before", "behind"):
        return "rank"
    if op not in ORDER:
        return ""
    full = f"{ORDER[op]}_{_word(keys, names) or 'value'}{WHEN[positions]}"
    return full if len(full) <= LONGEST else f"{ORDER[op]}_value{WHEN[positions]}"


def _flagged_count(keys: Expression, value: Atom, positions: str, names: PartNames) -> str:
    """How many keys are of a class: `opened`, `closed`, `a_before`, `first_so_far`."""
    if isinstance(keys, Variable) and keys.name == "tokens":
        if positions in ("<", "<=") and value in OPENERS | CLOSERS:
            return "opened" if value in OPENERS else "closed"
        word = _class((value,))
    else:
        word = _valued(keys, value, names)
    if positions in ("<", "<=") and word in ("opener", "closer"):
        return "opened" if word == "opener" else "closed"
    if not word and value is True:
        return f"flagged{WHEN[positions]}"
    return word and (f"{word}{WHEN[positions]}" if positions else f"count_{word}")


def _valued(keys: Expression, value: Atom, names: PartNames) -> str:
    """The word for keys with a value: `first`, `not_first`, `depth_0`, `depth_minus_1`."""
    word = _word(keys, names)
    if not word or value is True:
        return word
    if isinstance(value, bool):
        return f"not_{word}"
    if isinstance(value, int):
        return f"{word}_{value}" if value >= 0 else f"{word}_minus_{-value}"
    return ""


# --------------------------------------------------------------------------------------------------------------- reads


def _read(expression: Expression, names: PartNames) -> str:
    """`previous_token` and `next_token` for neighbours, `token_at_end`, `latest_a`, `previous_same`, `next_greater`."""
    match expression:
        case Read(selector=SelectorTerm(clauses=(Clause(keys=keys, op="==", queries=queries),)), values=values) if (
            keys == INDICES
        ):
            return _read_at(queries, values, names)
        case Read(selector=SelectorTerm(clauses=(Clause(keys=keys, op="==", queries=queries),)), values=values) if (
            keys == queries == LENGTH
        ):
            return f"{expression.which}_{_word(values, names)}".strip("_")
        case Read(selector=SelectorTerm(clauses=(Clause(keys=keys, op=op, queries=queries),), positions=positions)):
            other = _other(keys, op, queries, names)
            words = _which(expression.which, positions), other, _suffix(expression.values, names)
            return "_".join(filter(None, words)) if other else ""
    return ""


def _read_at(position: Expression, values: Expression, names: PartNames) -> str:
    """The name of a read at a given position."""
    word, at = _word(values, names), _word(position, names)
    shift = _shift(position)
    if shift in (-1, 1):
        return word and f"{'previous' if shift < 0 else 'next'}_{word}"
    return f"{word}_at_{at}" if word and at else ""


def _which(which: str, positions: str) -> str:
    """The word for the selected position that is read: the nearest one, or the first or last of all."""
    near = "last" if positions in ("<", "<=") else "first" if positions else ""
    return OTHER[positions] if which == near else which


def _other(keys: Expression, op: str, queries: Expression, names: PartNames) -> str:
    """The word for the position that is read: one with an equal value, or one of a class."""
    if keys == queries and op in ORDER:
        word = "" if isinstance(keys, Variable) else _word(keys, names)
        return f"{ORDER[op]}_{word}".strip("_")
    if op != "==" or not isinstance(queries, ConstantTerm):
        return ""
    if isinstance(keys, Variable):
        return _class((queries.value,)) if keys.name == "tokens" else ""
    return _valued(keys, queries.value, names)


def _suffix(values: Expression, names: PartNames) -> str:
    """The suffix for what is read, if that is not the token."""
    return "" if isinstance(values, Variable) and values.name == "tokens" else _word(values, names)


def _shift(expression: Expression) -> int:
    """The offset of an expression `indices + c` or `indices - c`; 0 for other expressions."""
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
        case OperatorTerm(op="-", parts=(left, right)) if _is_flagged(left) and _is_flagged(right):
            return "depth"
        case OperatorTerm(op="+" | "-" as op, parts=(left, right)) if not isinstance(right, ConstantTerm):
            return _joined(left, JOINED[op], right, names)
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
    """Whether an expression counts the keys of a class up to here."""
    match expression:
        case Count(selector=SelectorTerm(clauses=(Clause(op="==", queries=ConstantTerm()),), positions="<" | "<=")):
            return True
    return False


Recogniser = Callable[[Expression, PartNames], str]
RECOGNISERS: tuple[Recogniser, ...] = (_flag, _count, _read, _formula)
