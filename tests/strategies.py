"""Hypothesis strategies: random trees of programs that the parser can give."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from rasp.syntax import tree
from rasp.syntax.builder import RESERVED
from rasp.syntax.precedence import LEVELS
from tests.choices import Choices

KEYWORDS = ("if", "else", "not", "and", "or", "def", "return", "for", "in", "True", "False")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
OPERATORS = [op for op in LEVELS if op != "if"]
COMMANDS = (
    "show example",
    "show s-op example",
    "examples on",
    "selector examples off",
    "full seq display on",
    "exit",
    "quit",
)
SETTINGS = ("set example", "set s-op example", "set selector example")


def _as_name(text: str) -> str:
    """A word that may be bound, which most texts of letters and digits are already."""
    return f"_{text}" if text[0] in string.digits or text in RESERVED or text in KEYWORDS else text


FREE_WORDS = st.text(string.ascii_letters + "_" + string.digits, min_size=1, max_size=6).map(_as_name)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n'), max_size=5)
FLOATS = st.floats(min_value=0.0, allow_nan=False, allow_infinity=False).map(abs)

# Names that can be bound, words of commands among them; and atoms as the parser gives them, which are never negative.
WORDS = (("a", "b", "tokens", "select", "draw", "exit", "set", "example", "load", "x_1", "_y"), FREE_WORDS)
ATOMS = ((False, True), st.integers(min_value=0), FLOATS, TEXTS)
NAMED = (*WORDS, tuple(sorted(RESERVED)))

MOST_LEAVES = 12  # of an expression, about: where there are as many, only leaves follow
MOST_STATEMENTS = 4  # within a statement, about
DEEPEST = 4  # levels of an expression


class Draft:
    """A random tree in the making. Each part draws its choices at once."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.leaves = self.statements = 0

    def name(self) -> tree.Name:
        return tree.Name(Choices(self.draw, 2).atom(WORDS))

    def names(self, count: int) -> tuple[tree.Name, ...]:
        return tuple([self.name() for _ in range(count)])

    def expression(self) -> tree.SyntaxNode:
        self.leaves = 0
        return self.part(DEEPEST)

    def expressions(self, count: int) -> tuple[tree.SyntaxNode, ...]:
        return tuple([self.expression() for _ in range(count)])

    def part(self, levels: int) -> tree.SyntaxNode:
        """A leaf, or an expression with fewer levels in it."""
        choices = Choices(self.draw, 4)
        kind = choices.item(range(len(LEAVES) + levels * len(EXPRESSIONS)))
        if kind < len(LEAVES) or self.leaves >= MOST_LEAVES:
            self.leaves += 1
            make, sources = LEAVES[kind % len(LEAVES)]
            return make(choices.atom(sources))
        below, kind = divmod(kind - len(LEAVES), len(EXPRESSIONS))
        return EXPRESSIONS[kind](lambda: self.part(below), choices, self)

    def statement(self, levels: int = 3) -> tree.SyntaxNode:
        """A statement, with fewer levels of statements in it."""
        choices = Choices(self.draw, 4)
        kind = choices.item(range(len(SIMPLE) + levels * len(COMPOUND)))
        if kind < len(SIMPLE) or self.statements >= MOST_STATEMENTS:
            self.statements += 1
            return SIMPLE[kind % len(SIMPLE)](choices, self)
        below, kind = divmod(kind - len(SIMPLE), len(COMPOUND))
        body = tuple([self.statement(below) for _ in range(choices.item(range(4)))])
        return COMPOUND[kind](body, choices, self)


Inner = Callable[[], tree.SyntaxNode]  # another part of an expression
UP_TO_THREE, ONE_TO_THREE = range(4), range(1, 4)


def _some(inner: Inner, count: int) -> tuple[tree.SyntaxNode, ...]:
    return tuple([inner() for _ in range(count)])


LEAVES: list[tuple[Any, Any]] = [
    *[(tree.Literal, (source,)) for source in ATOMS],
    *[(tree.Name, (source,)) for source in NAMED],
]
EXPRESSIONS: list[Callable[[Inner, Choices, Draft], tree.SyntaxNode]] = [
    lambda inner, choices, draft: tree.Binary(choices.item(OPERATORS), inner(), inner()),
    lambda inner, choices, draft: tree.Binary(choices.item(OPERATORS), inner(), inner()),
    lambda inner, choices, draft: tree.Unary(choices.item(("not", "-", "+")), inner()),
    lambda inner, choices, draft: tree.Conditional(inner(), inner(), inner()),
    lambda inner, choices, draft: tree.Index(inner(), inner()),
    lambda inner, choices, draft: tree.Call(inner(), _some(inner, choices.item(UP_TO_THREE))),
    lambda inner, choices, draft: tree.List(_some(inner, choices.item(UP_TO_THREE))),
    lambda inner, choices, draft: tree.Dict(tuple([(inner(), inner()) for _ in range(choices.item(range(3)))])),
    lambda inner, choices, draft: tree.ListComprehension(inner(), draft.names(choices.item(ONE_TO_THREE)), inner()),
    lambda inner, choices, draft: tree.DictComprehension(
        inner(), inner(), draft.names(choices.item(ONE_TO_THREE)), inner()
    ),
    lambda inner, choices, draft: tree.SelectCall(inner(), inner(), choices.item(COMPARISONS)),
    lambda inner, choices, draft: tree.AggregateCall(
        inner(), inner(), inner() if choices.item((False, True)) else None
    ),
]
SIMPLE: list[Callable[[Choices, Draft], tree.SyntaxNode]] = [
    lambda choices, draft: tree.ExpressionStatement(draft.expression()),
    lambda choices, draft: tree.Assign(
        draft.names(choices.item(ONE_TO_THREE)), draft.expressions(choices.item(ONE_TO_THREE))
    ),
    lambda choices, draft: tree.Load(tree.Literal(draft.draw(TEXTS))),
    lambda choices, draft: tree.Draw(draft.expressions(choices.item(range(1, 3)))),
]
COMPOUND: list[Callable[[tuple[tree.SyntaxNode, ...], Choices, Draft], tree.SyntaxNode]] = [
    lambda body, choices, draft: tree.For(draft.names(choices.item(ONE_TO_THREE)), draft.expression(), body),
    lambda body, choices, draft: tree.Def(
        draft.name(),
        tuple({name.id: name for name in draft.names(choices.item(UP_TO_THREE))}.values()),
        body,
        draft.expressions(choices.item(ONE_TO_THREE)),
    ),
]


@st.composite
def expressions(draw: st.DrawFn) -> tree.SyntaxNode:
    """Expressions of every kind."""
    return Draft(draw).expression()


@st.composite
def statements(draw: st.DrawFn) -> tree.SyntaxNode:
    """Statements that may stand anywhere."""
    return Draft(draw).statement()


ITEMS = (*["statement"] * 8, *["setting"] * 7, "command")  # there are few commands


@st.composite
def trees(draw: st.DrawFn) -> tree.SyntaxNode:
    """Whole items of a program: statements, and commands of a session."""
    draft, choices = Draft(draw), Choices(draw, 2)
    match choices.item(ITEMS):
        case "statement":
            return draft.statement()
        case "command":
            return tree.SessionCommand(choices.item(COMMANDS))
    return tree.SessionCommand(choices.item(SETTINGS), draft.expression())
