"""Hypothesis strategies: random trees of programs that the parser can give."""

from __future__ import annotations

from hypothesis import strategies as st

from rasp.syntax import tree
from rasp.syntax.builder import RESERVED
from rasp.syntax.precedence import LEVELS

KEYWORDS = ("if", "else", "not", "and", "or", "def", "return", "for", "in", "True", "False")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


def names() -> st.SearchStrategy[tree.Name]:
    """Names that can be bound, words of commands among them."""
    words = st.sampled_from(("a", "b", "tokens", "select", "draw", "exit", "set", "example", "load", "x_1", "_y"))
    free = st.from_regex(r"[a-zA-Z_][a-zA-Z_0-9]{0,5}", fullmatch=True)
    return (words | free).filter(lambda word: word not in RESERVED and word not in KEYWORDS).map(tree.Name)


def literals() -> st.SearchStrategy[tree.Literal]:
    """Atoms as the parser gives them: never negative."""
    floats = st.floats(min_value=0.0, allow_nan=False, allow_infinity=False).map(abs)
    text = st.text(max_size=5).filter(lambda value: not any(char in value for char in '"\r\n'))
    return (st.booleans() | st.integers(min_value=0) | floats | text).map(tree.Literal)


def expressions() -> st.SearchStrategy[tree.SyntaxNode]:
    """Expressions of every kind."""
    leaves = literals() | names() | st.sampled_from(sorted(RESERVED)).map(tree.Name)
    return st.recursive(leaves, _larger, max_leaves=12)


def _larger(inner: st.SearchStrategy[tree.SyntaxNode]) -> st.SearchStrategy[tree.SyntaxNode]:
    few = st.lists(inner, max_size=3).map(tuple)
    targets = st.lists(names(), min_size=1, max_size=3).map(tuple)
    operators = st.sampled_from([op for op in LEVELS if op != "if"])
    return st.one_of(
        st.builds(tree.Binary, operators, inner, inner),
        st.builds(tree.Binary, operators, inner, inner),
        st.builds(tree.Unary, st.sampled_from(("not", "-", "+")), inner),
        st.builds(tree.Conditional, inner, inner, inner),
        st.builds(tree.Index, inner, inner),
        st.builds(tree.Call, inner, few),
        st.builds(tree.List, few),
        st.builds(tree.Dict, st.lists(st.tuples(inner, inner), max_size=2).map(tuple)),
        st.builds(tree.ListComprehension, inner, targets, inner),
        st.builds(tree.DictComprehension, inner, inner, targets, inner),
        st.builds(tree.SelectCall, inner, inner, st.sampled_from(COMPARISONS)),
        st.builds(tree.AggregateCall, inner, inner, st.none() | inner),
    )


def statements() -> st.SearchStrategy[tree.SyntaxNode]:
    """Statements that may stand anywhere."""
    inner = expressions()
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    targets = st.lists(names(), min_size=1, max_size=3).map(tuple)
    simple = st.one_of(
        st.builds(tree.ExpressionStatement, inner),
        st.builds(tree.Assign, targets, some),
        st.builds(tree.Load, literals().filter(lambda literal: isinstance(literal.value, str))),
        st.builds(tree.Draw, st.lists(inner, min_size=1, max_size=2).map(tuple)),
    )
    parameters = st.lists(names(), max_size=3, unique_by=lambda name: name.id).map(tuple)

    def compound(body: st.SearchStrategy[tree.SyntaxNode]) -> st.SearchStrategy[tree.SyntaxNode]:
        bodies = st.lists(body, max_size=3).map(tuple)
        return st.builds(tree.For, targets, inner, bodies) | st.builds(tree.Def, names(), parameters, bodies, some)

    return st.recursive(simple, compound, max_leaves=4)


def commands() -> st.SearchStrategy[tree.SessionCommand]:
    """Commands of a session."""
    words = (
        "show example",
        "show s-op example",
        "examples on",
        "selector examples off",
        "full seq display on",
        "exit",
        "quit",
    )
    settings = ("set example", "set s-op example", "set selector example")
    return st.builds(tree.SessionCommand, st.sampled_from(words)) | st.builds(
        tree.SessionCommand, st.sampled_from(settings), expressions()
    )


def trees() -> st.SearchStrategy[tree.SyntaxNode]:
    """Whole items of a program."""
    return statements() | commands()
