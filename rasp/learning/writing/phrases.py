"""Comments for learned programs: describes the value of a node at each position as a phrase."""

from __future__ import annotations

from rasp.graph import builders as graph
from rasp.graph.atoms import article
from rasp.graph.nodes import (
    Aggregate,
    And,
    Best,
    Compare,
    Constant,
    Indices,
    Map,
    Nearest,
    Node,
    Or,
    SelectorWidth,
    Tokens,
)
from rasp.graph.operators import OPERATORS
from rasp.source.formula import NameOf, formula

RELATIONS = {
    "==": "equal to",
    "!=": "other than",
    "<": "smaller than",
    "<=": "at most",
    ">": "greater than",
    ">=": "at least",
}
ALIKE = {  # a value compared with the same value here
    "==": "the same {}",
    "!=": "another {}",
    "<": "a smaller {}",
    "<=": "the same or a smaller {}",
    ">": "a greater {}",
    ">=": "the same or a greater {}",
}
POSITIONS = {
    "==": "here",
    "!=": "elsewhere",
    "<": "earlier",
    "<=": "here or earlier",
    ">": "later",
    ">=": "here or later",
}
TESTS = {name for name, operator in OPERATORS.items() if operator.result == "bool"}


def phrase(node: Node, name_of: NameOf) -> str:
    """The value of a statement at each position, in words; empty for a formula that needs no explanation.

    >>> from rasp.graph.builders import aggregate, apply, compare, constant, indices, nearest, selector_width, tokens
    >>> same = compare("==", tokens(), tokens())
    >>> phrase(selector_width(same), lambda part: None)
    'how many positions have the same token'
    >>> phrase(aggregate(compare("==", indices(), constant(0)), tokens(), "-"), lambda part: None)
    'the token of the position that stands at 0; "-" where there is none'
    >>> phrase(aggregate(nearest(compare("==", tokens(), constant("a"))), indices(), -1), lambda part: None)
    'the position of the nearest position that has the token "a"; -1 where there is none'
    >>> phrase(aggregate(graph.full(), apply("==", indices(), constant(0))), lambda part: None)
    'the mean of indices == 0 over all positions'
    >>> phrase(selector_width(compare("==", apply("==", tokens(), constant("a")), constant(True))), {}.get)
    'how many positions have value tokens == "a" true'
    >>> phrase(apply("==", tokens(), constant("a")), lambda part: None)
    'whether tokens == "a"'
    """
    match node:
        case SelectorWidth(selector=selector):
            return f"how many positions {_condition(selector, name_of, many=True)}"
        case Aggregate(selector=selector, values=values) if selector is graph.full():
            return f"the mean of {_name(values, name_of)} over all positions"
        case Aggregate(selector=selector, values=values, default=default):
            which, chosen = _which(selector)
            missing = formula(graph.constant(default), name_of)
            read = f"the {_noun(values, name_of)} of the {which}position"
            return f"{read} that {_condition(chosen, name_of)}; {missing} where there is none"
        case Map(op="where", operands=(condition, yes, no)) if not _is_choice(yes) and not _is_choice(no):
            shown = [_name(part, name_of) for part in (yes, condition, no)]
            if yes is no:
                return f"{shown[0]} everywhere"
            return f"{shown[0]} where {shown[1]}, else {shown[2]}"
        case Map(op=op) if op in TESTS:
            return f"whether {formula(node, name_of, whole=True)}"
    return ""


def _name(node: Node, name_of: NameOf) -> str:
    return name_of(node) or formula(node, name_of, whole=True)


def _is_choice(node: Node) -> bool:
    return isinstance(node, Map) and node.op == "where"


def _which(selector: Node) -> tuple[str, Node]:
    """The word for a choice of selected positions, such as "nearest", and the selector without that choice."""
    if isinstance(selector, Nearest):
        return "nearest ", selector.selector
    if not isinstance(selector, Best):
        return "", selector
    return ("last " if isinstance(selector.scores, Indices) else "first "), selector.selector


def _condition(selector: Node, name_of: NameOf, many: bool = False) -> str:
    """The condition that holds at the selected positions."""
    match selector:
        case And(left=left, right=right):
            return f"{_condition(left, name_of, many)} and {_condition(right, name_of, many)}"
        case Or(left=left, right=right):
            return f"{_condition(left, name_of, many)}, or {_condition(right, name_of, many)}"
        case Compare():
            return _comparison(selector, name_of, many)
    return f"{'are' if many else 'is'} selected by {formula(selector, name_of, whole=True)}"


def _comparison(selector: Compare, name_of: NameOf, many: bool) -> str:
    keys, queries, op = selector.keys, selector.queries, selector.op
    have, stand = ("have", "stand") if many else ("has", "stands")
    if selector is graph.full():
        return "there are" if many else "is there"
    noun = _noun(keys, name_of)
    if keys is queries:
        return f"{stand} {POSITIONS[op]}" if isinstance(keys, Indices) else f"{have} {ALIKE[op].format(noun)}"
    if isinstance(queries, Constant):
        value = formula(queries, name_of)
        if op == "==" and isinstance(queries.value, bool):
            return f"{have} {noun} {value.lower()}"
        if isinstance(keys, Indices) and op == "==":
            return f"{stand} at {value}"
        return f"{have} the {noun} {value}" if op == "==" else f"{have} {article(noun)} {RELATIONS[op]} {value}"
    return f"{have} {article(noun)} {RELATIONS[op]} the {_noun(queries, name_of)} here"


def _noun(node: Node, name_of: NameOf) -> str:
    """The noun phrase for a value."""
    match node:
        case Tokens():
            return "token"
        case Indices():
            return "position"
        case Constant():
            return f"value {formula(node, name_of)}"
    return name_of(node) or f"value {formula(node, name_of, whole=True)}"
