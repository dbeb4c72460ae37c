"""A second evaluator, as plain as can be: one input, loops over positions, queries and keys, Python's numbers.

It is written from the language reference and shares only the scalar operators with the engine.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from rasp.base.numerals import int_text
from rasp.errors import (
    BadMean,
    ConversionFailed,
    MixedKinds,
    NotFinite,
    RaspError,
)
from rasp.graph.atoms import KINDS, kind_of
from rasp.graph.nodes import (
    Aggregate,
    And,
    Best,
    Compare,
    Constant,
    Indices,
    Map,
    Nearest,
    Not,
    Or,
    SelectorWidth,
    Tokens,
    operands,
)
from rasp.graph.operators import OPERATORS, look_up, look_up_or


class InexactSum(Exception):
    """A sum of floats whose last bits depend on the order, and so are no part of the language."""


class Failed(Exception):
    """An operand has no value."""


def spelled(row):
    """Atoms in a form that tells 1, 1.0 and True apart, 0.0 and -0.0, and ints of any size."""
    return [hex(atom) if kind_of(atom) == "int" else repr(atom) for atom in row]


def judge(row):
    """The kind of a whole sequence, and the sequence as that kind holds it."""
    kinds = {kind_of(atom) for atom in row}
    if "string" in kinds and len(kinds) > 1:
        first = isinstance(row[0], str)
        raise at(MixedKinds("mixed"), next(i for i, atom in enumerate(row) if isinstance(atom, str) != first))
    kind = max(kinds, key=KINDS.index)
    if kind == "float":
        row = [
            atom if isinstance(atom, bool) or (abs(atom) > 2**53 and isinstance(atom, int)) else float(atom)
            for atom in row
        ]
    return kind, row


def given_out(kind, row):
    """A sequence as users get it: in one of ints, a bool is the int."""
    return kind, [int(atom) for atom in row] if kind == "int" else row


def at(error, position):
    error.position = position
    return error


def each(function, rows):
    result = []
    for position, here in enumerate(zip(*rows, strict=True)):
        try:
            result.append(function(*here))
        except RaspError as error:
            raise at(error, position) from None
    return judge(result)


def convert(kind, atom):
    if kind == "str":
        return int_text(atom) if kind_of(atom) == "int" else str(atom)
    if kind == "asis":
        return atom
    try:
        value = {"int": int, "float": float, "bool": bool}[kind](atom)
    except ValueError:
        raise ConversionFailed("cannot") from None
    except OverflowError:
        raise NotFinite("too large") from None
    if value in (float("inf"), float("-inf")) or value != value:
        raise NotFinite("not finite")
    return value


def mean(kind, chosen, default):
    if len(chosen) < 2:
        return chosen[0] if chosen else default
    if kind in ("bool", "string"):
        raise BadMean("no mean")
    total = sum(map(Fraction, chosen))
    if kind == "float":
        finest = max(Fraction(value).denominator for value in chosen)
        if sum(abs(Fraction(value)) for value in chosen) * finest > 2**53:
            raise InexactSum
    try:
        return float(total) / len(chosen)
    except OverflowError:
        raise NotFinite("too large") from None


def value_of(node, known, row):
    """(kind, list) of an s-op, or a list of rows of a selector, from the values of its operands."""
    size = len(row)
    match node:
        case Constant():
            return judge([node.value] * size)
        case Indices():
            return judge(list(range(size)))
        case Tokens():
            return each(lambda atom: convert(node.kind, atom), [row])
        case Map():
            return each(scalar(node), [known[operand][1] for operand in node.operands])
        case Compare():
            keys, queries = known[node.keys][1], known[node.queries][1]
            try:
                return [[bool(OPERATORS[node.op].function(key, query)) for key in keys] for query in queries]
            except RaspError as error:
                raise at(error, 0) from None
        case And():
            return matrix(lambda one, other: one and other, known[node.left], known[node.right])
        case Or():
            return matrix(lambda one, other: one or other, known[node.left], known[node.right])
        case Not():
            return matrix(lambda one: not one, known[node.selector])
        case Best():
            return [best(entries, known[node.scores][1]) for entries in known[node.selector]]
        case Nearest():
            return [nearest(entries, query) for query, entries in enumerate(known[node.selector])]
        case SelectorWidth():
            return judge([sum(entries) for entries in known[node.selector]])
        case Aggregate():
            kind, values = known[node.values]
            chosen = [[values[key] for key in range(size) if known[node.selector][query][key]] for query in range(size)]
            bad = [query for query in range(size) if len(chosen[query]) > 1]
            if bad and kind in ("bool", "string"):
                raise at(BadMean("no mean"), bad[0])
            return each(lambda some: mean(kind, some, node.default), [chosen])
    raise AssertionError(node)


def best(entries, scores):
    """Of the entries of a row those with the highest score."""
    highest = max((score for entry, score in zip(entries, scores, strict=True) if entry), default=None)
    return [entry and score == highest for entry, score in zip(entries, scores, strict=True)]


def nearest(entries, query):
    """Of the entries of a row the one nearest to the query, of two as near the left one."""
    found = min((abs(key - query), key) for key in range(len(entries)) if entries[key]) if any(entries) else None
    return [found is not None and key == found[1] for key in range(len(entries))]


def matrix(function, *selectors):
    return [[function(*entries) for entries in zip(*rows, strict=True)] for rows in zip(*selectors, strict=True)]


def scalar(node):
    if node.op == "in":
        return lambda value: any(value == atom for atom in node.table)
    if node.op == "lookup":
        return lambda index: look_up(node.table, node.keyed, index)
    if node.op == "lookup_or":
        return partial(look_up_or, node.table, node.keyed)
    return OPERATORS[node.op].function


def evaluate(order, row):
    """The values of the nodes of a topological order on one input; in the place of a value the error it fails with."""
    known = {}
    for node in order:
        if any(isinstance(known[operand], Exception) for operand in operands(node)):
            known[node] = Failed()
            continue
        try:
            known[node] = value_of(node, known, list(row))
        except (RaspError, InexactSum) as error:
            known[node] = error
    return known
