"""A learned program as text: a definition for each head and for each formula that heads read, under names that say
what a value is where a recogniser knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rasp.graph import builders as graph
from rasp.graph.nodes import Aggregate, SelectorWidth, topological
from rasp.learning.expressions import (
    INDICES,
    LENGTH,
    Clause,
    Constant,
    Count,
    Expression,
    Function,
    Read,
    Ready,
    Selector,
    Variable,
    operands,
    parts_of,
)
from rasp.learning.prices import formulas
from rasp.learning.statements import OUTPUT, Statement, write_statements
from rasp.learning.to_graph import nodes_of


def definitions(expression: Expression) -> list[Expression]:
    """The parts that have a definition of their own, operands first and the whole last."""
    parts = parts_of(expression)
    uses = Counter(operand for part in parts for operand in operands(part))
    roots = formulas(parts, (expression,))
    named = [part for part in parts if _is_defined(part, part in roots, uses[part])]
    return [part for part in named if part != expression] + [expression]


def _is_defined(part: Expression, root: bool, uses: int) -> bool:
    if isinstance(part, Function):
        return root or uses > 1
    return isinstance(part, (Count, Read, Ready))


def text(expression: Expression) -> str:
    """The program, whose result is called `output`.

    >>> tokens = Variable("tokens", "string")
    >>> rank = Count(Selector((Clause(tokens, "before", tokens),)))
    >>> print(text(Read(Selector((Clause(rank, "==", INDICES),)), "last", tokens, "-", "string")), end="")
    rank = selector_width(
        select(tokens, tokens, <)
        or (select(tokens, tokens, ==) and select(indices, indices, <))
    );
    output = aggregate(select(rank, indices, ==), tokens, "-");
    """
    return "".join(write_statements(statements(expression)))


def statements(expression: Expression) -> list[Statement]:
    """The definitions with their names and nodes; those of the user's own s-ops first, under their own names."""
    nodes = nodes_of(expression)
    ready = [part for part in definitions(expression) if isinstance(part, Ready) and part != expression]
    taken: Counter[str] = Counter(part.name for part in ready)
    made = list(_ready_statements(ready, taken))
    for part in definitions(expression):
        if not isinstance(part, Ready) or part == expression:
            made.append(Statement(OUTPUT if part == expression else _number(name_of(part), taken), nodes[part]))
    return made


def _ready_statements(ready: Sequence[Ready], taken: Counter[str]) -> Iterator[Statement]:
    """The user's own s-ops; each head in them gets a statement, so that no formula is too long to read."""
    known = {graph.indices(), graph.length(), *(one.node for one in ready)}
    for one in ready:
        for node in topological([one.node]):
            if isinstance(node, (Aggregate, SelectorWidth)) and node not in known:
                known.add(node)
                yield Statement(_number(f"{one.name}_part", taken), node)
        yield Statement(one.name, one.node)


def _number(name: str, taken: Counter[str]) -> str:
    """The name, or one with a number where it is taken already."""
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}{taken[name]}"


# Recognisers: what a value is, from its definition alone.


def _is_token(expression: Expression) -> bool:
    return isinstance(expression, Variable) and expression.name == "tokens"


def _compares_tokens(selector: Selector, op: str) -> bool:
    clauses = selector.clauses
    return len(clauses) == 1 and clauses[0].op == op and _is_token(clauses[0].keys) and _is_token(clauses[0].queries)


def _is_occurrence(expression: Expression) -> bool:
    """How often the token has come before."""
    return (
        isinstance(expression, Count)
        and expression.selector.places == "<"
        and _compares_tokens(expression.selector, "==")
    )


def _is_count(expression: Expression) -> bool:
    return (
        isinstance(expression, Count) and not expression.selector.places and _compares_tokens(expression.selector, "==")
    )


def _is_rank(expression: Expression) -> bool:
    """How many positions come before in an order."""
    match expression:
        case Count(selector=Selector(clauses=(Clause(op="before" | "behind"),), places="")):
            return True
    return False


def _is_first(expression: Expression) -> bool:
    match expression:
        case Function(op="==", parts=(counted, Constant(value=0))):
            return _is_occurrence(counted)
    return False


def _counts_flag(expression: Expression) -> bool:
    match expression:
        case Count(selector=Selector(clauses=(Clause(op="==", queries=queries),), places="<" | "<=")):
            return isinstance(queries, Constant)
    return False


def _counts_token(*tokens: str) -> Callable[[Expression], bool]:
    """Whether one of the tokens is counted up to here."""

    def counts(expression: Expression) -> bool:
        match expression:
            case Count(selector=Selector(clauses=(Clause(keys=keys, queries=Constant(value=value)),))):
                return _counts_flag(expression) and _is_token(keys) and value in tokens
        return False

    return counts


def _is_depth(expression: Expression) -> bool:
    """The difference of two counts up to here."""
    match expression:
        case Function(op="-", parts=(left, right)):
            return _counts_flag(left) and _counts_flag(right)
    return False


def _is_opposite(expression: Expression) -> bool:
    match expression:
        case Function(op="-", parts=(last, index)):
            return index == INDICES and last == Function("-", (LENGTH, Constant(1, "int")), "int")
    return False


def _reads_last(expression: Expression) -> bool:
    return isinstance(expression, Read) and expression.which == "last" and expression.selector.places in ("<", "<=")


Recogniser = tuple[Callable[[Expression], bool], str]
RECOGNISERS: tuple[Recogniser, ...] = (
    (_is_rank, "rank"),
    (_is_occurrence, "occurrence"),
    (_is_count, "occurrences"),
    (_is_first, "is_first"),
    (_is_depth, "depth"),
    (_is_opposite, "opposite"),
    (_counts_token(*"([{<"), "opened"),
    (_counts_token(*")]}>"), "closed"),
    (_counts_flag, "number"),
    (_reads_last, "latest"),
    (lambda expression: isinstance(expression, Count), "counted"),
    (lambda expression: isinstance(expression, Read), "found"),
    (lambda expression: expression.kind == "bool", "flag"),
)


def name_of(expression: Expression) -> str:
    """A name for what an expression gives."""
    if isinstance(expression, Ready):
        return expression.name
    return next((name for recognises, name in RECOGNISERS if recognises(expression)), "value")
