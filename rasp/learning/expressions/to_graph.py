"""Converts expressions to graph nodes, for the engine, the compiler and `rasp.source`."""

from __future__ import annotations

from rasp.graph import builders as graph
from rasp.graph.nodes import Node
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
    parts_of,
)
from rasp.learning.expressions.operations import MEMBER, OPERATIONS, TABLE

TOKENS = {"string": "str", "int": "int", "bool": "bool"}  # the conversion of the input, by the kind of its tokens


def to_graph(expression: Expression) -> Node:
    """The node of an expression.

    >>> tokens = Variable("tokens", "string")
    >>> node = to_graph(Count(SelectorTerm((Clause(tokens, "==", tokens),))))
    >>> node is graph.selector_width(graph.compare("==", graph.tokens(), graph.tokens()))
    True
    """
    return graph_nodes(expression)[expression]


def graph_nodes(expression: Expression) -> dict[Expression, Node]:
    """The nodes of an expression and of all its parts."""
    made: dict[Expression, Node] = {}
    for part in parts_of(expression):
        made[part] = _node(part, made)
    return made


def _operand(part: Expression, made: dict[Expression, Node]) -> Node:
    return graph.constant(part.value) if isinstance(part, ConstantTerm) else made[part]


def _node(expression: Expression, made: dict[Expression, Node]) -> Node:
    match expression:
        case Variable():
            return _variable(expression)
        case Ready():
            return expression.node
        case ConstantTerm():
            return graph.constant(expression.value)
        case OperatorTerm():
            return _function(expression, [_operand(part, made) for part in expression.parts])
        case Count():
            return graph.selector_width(_selector(expression.selector, made))
        case Read():
            return _read(expression, made)
    raise TypeError(f"not an expression: {expression!r}")


def _variable(variable: Variable) -> Node:
    if variable.name == "tokens":
        return graph.tokens(TOKENS[variable.kind])
    return graph.indices() if variable.name == "indices" else graph.length()


def _function(expression: OperatorTerm, parts: list[Node]) -> Node:
    if expression.op == MEMBER:
        return graph.member(parts[0], expression.table)
    if expression.op == TABLE:
        return graph.lookup_key(parts[0], zip(expression.table[::2], expression.table[1::2], strict=True))
    return OPERATIONS[expression.op].make(*parts)


def _selector(selector: SelectorTerm, made: dict[Expression, Node]) -> Node:
    parts = [_clause(clause, made) for clause in selector.clauses if not _holds_everywhere(clause)]
    if selector.positions and Clause(INDICES, selector.positions, INDICES) not in selector.clauses:
        parts.append(graph.compare(selector.positions, graph.indices(), graph.indices()))
    if not parts:
        return graph.full()
    whole = parts[0]
    for part in parts[1:]:
        whole = graph.both(whole, part)
    return whole


def _holds_everywhere(clause: Clause) -> bool:
    """Whether a clause selects all keys: it compares a value that is the same at all positions with itself."""
    return clause.op == "==" and clause.keys == clause.queries and _is_uniform(clause.keys)


def _clause(clause: Clause, made: dict[Expression, Node]) -> Node:
    keys, queries = _operand(clause.keys, made), _operand(clause.queries, made)
    if clause.op not in ("before", "behind"):
        return graph.compare(clause.op, keys, queries)
    strictly = graph.compare("<" if clause.op == "before" else ">", keys, queries)
    earlier = graph.compare("<", graph.indices(), graph.indices())
    return graph.either(strictly, graph.both(graph.compare("==", keys, queries), earlier))


def _read(expression: Read, made: dict[Expression, Node]) -> Node:
    selector = _selector(expression.selector, made)
    if not selects_one(expression.selector):
        where = graph.indices()
        selector = graph.best(selector, where if expression.which == "last" else graph.apply("negative", where))
    return graph.aggregate(selector, _operand(expression.values, made), expression.default)


def selects_one(selector: SelectorTerm) -> bool:
    """Whether a selector never selects two keys, so that choosing one of them can be left out."""
    return any(clause.keys == INDICES and clause.op == "==" for clause in selector.clauses) or _ranks(selector)


def _ranks(selector: SelectorTerm) -> bool:
    """Whether keys are compared by their rank, which is unique."""
    return any(clause.op == "==" and _is_rank(clause.keys) for clause in selector.clauses)


def _is_rank(expression: Expression) -> bool:
    """Whether all positions of an input have distinct values: the number of positions before each in a total order."""
    match expression:
        case Count(
            selector=SelectorTerm(clauses=(Clause(keys=keys, op="before" | "behind", queries=queries),), positions="")
        ):
            return keys == queries
        case OperatorTerm(op="+" | "-", parts=(left, right)):
            return (_is_rank(left) and _is_uniform(right)) or (_is_uniform(left) and _is_rank(right))
    return expression == INDICES


def _is_uniform(expression: Expression) -> bool:
    """Whether all positions of an input have the same value."""
    match expression:
        case ConstantTerm():
            return True
        case OperatorTerm(parts=parts):
            return all(map(_is_uniform, parts))
    return expression == LENGTH
