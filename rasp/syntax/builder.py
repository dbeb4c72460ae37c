"""Builds the nodes of the tree, with their spans, from the parts of each rule that the parser reduces.

There is a method for each alternative of `grammar/rasp.lark`, with the name of the alternative. It also checks what the
grammar cannot express: which names can be bound, and the forms that look like calls (`select`, `aggregate`, `draw`).
"""

from __future__ import annotations

import math
from typing import Any, cast

from rasp.base.diagnostics import Source, Span
from rasp.base.limits import limits
from rasp.base.numerals import text_int
from rasp.errors import ForeignStatement, IntTooLarge, MalformedForm, NotFinite, RepeatedName, ReservedName
from rasp.graph.nodes import TOKEN_KINDS
from rasp.graph.operators import OPERATORS
from rasp.syntax import tree
from rasp.syntax.foreign import STATEMENTS, STRING_PREFIXES
from rasp.syntax.lexer import Token
from rasp.syntax.parser_tables import ParserTables

RuleParts = list[Any]  # tokens, nodes, and lists of nodes

BASE_SOPS = (*(f"tokens_{kind}" for kind in TOKEN_KINDS), "indices")
NAMED = [operator.name for operator in OPERATORS.values() if operator.notation == "call"]
RESERVED = frozenset((*BASE_SOPS, "out", "range", "zip", "len", "get", *NAMED))


class BracketedSpan(Span):
    """The span of an expression in brackets: that of the expression itself; `outer` includes the brackets."""

    __slots__ = ("outer",)

    def __init__(self, inner: Span, outer: Span) -> None:
        super().__init__(inner.source, inner.start, inner.end)
        self.outer = outer


def outer(node: tree.SyntaxNode) -> Span:
    """The span of a node with the brackets around it."""
    span = cast(Span, node.span)
    return span.outer if isinstance(span, BracketedSpan) else span


class Builder:
    """The callbacks of the automaton. `source` is the text into which the spans of new nodes point."""

    def __init__(self, tables: ParserTables) -> None:
        self.source = Source("", "")
        self.callbacks = [getattr(self, name) if name else None for _, _, name in tables.rules]

    def span(self, first: Token | tree.SyntaxNode, last: Token | tree.SyntaxNode) -> Span:
        """From the start of one part to the end of another, brackets included."""
        start = first.start if isinstance(first, Token) else outer(first).start
        end = last.end if isinstance(last, Token) else outer(last).end
        return Span(self.source, start, end)

    # -------------------------------------------------------------------------------------------------- statements

    def command(self, parts: RuleParts) -> tree.SessionCommand:
        return tree.SessionCommand(command_words(parts[0].text), span=self.span(parts[0], parts[0]))

    def setting(self, parts: RuleParts) -> tree.SessionCommand:
        return tree.SessionCommand(command_words(parts[0].text), parts[1], span=self.span(parts[0], parts[1]))

    def end_of_line(self, parts: RuleParts) -> None:
        return None

    def end_of_command(self, parts: RuleParts) -> None:
        return None

    def evaluation(self, parts: RuleParts) -> tree.SyntaxNode:
        expression = parts[0]
        span = self.span(expression, expression)
        if isinstance(expression, tree.Call) and is_bare(expression.function, "draw"):
            return self._draw(expression, span)
        return tree.ExpressionStatement(expression, span=span)

    def _draw(self, call: tree.Call, span: Span) -> tree.Draw:
        if not 1 <= len(call.arguments) <= 2:
            raise MalformedForm(
                f"`draw` takes an s-op, and perhaps an input, but here it has {quantity(len(call.arguments), 'part')}",
                span=span,
                hint='Write for example `draw(length);` or `draw(length, "hello");`.',
            )
        return tree.Draw(call.arguments, span=span)

    def assignment(self, parts: RuleParts) -> tree.Assign:
        targets, _, values, _ = parts
        return tree.Assign(tuple(targets), tuple(values), span=self.span(targets[0], values[-1]))

    def load(self, parts: RuleParts) -> tree.Load:
        word, path, _ = parts
        if word.text in STATEMENTS:
            title = f"RASP has no statement `{word.text}`"
            raise ForeignStatement(title, span=self.span(word, word), hint=STATEMENTS[word.text])
        if word.text in STRING_PREFIXES and word.end == path.start:
            raise string_prefix(word.text, self.span(word, word))
        if word.text != "load":
            raise MalformedForm(
                f"a string cannot stand behind the name `{word.text}`",
                span=self.span(path, path),
                hint="A call needs brackets, and files are loaded with `load`.",
                suggestion=f"{word.text}({path.text})",
            )
        return tree.Load(self.string_literal([path]), span=self.span(word, path))

    def loop(self, parts: RuleParts) -> tree.For:
        targets, iterable, body = parts[1], parts[3], parts[5]
        return tree.For(tuple(targets), iterable, tuple(body), span=self.span(parts[0], parts[-1]))

    def definition(self, parts: RuleParts) -> tree.Def:
        name, parameters, body, returns = parts[1], parts[3], parts[6], parts[8]
        return tree.Def(
            self.binding_name(name),
            tuple(parameters),
            tuple(body),
            tuple(returns),
            span=self.span(parts[0], parts[-1]),
        )

    def no_statements(self, parts: RuleParts) -> list[tree.SyntaxNode]:
        return []

    def next_statement(self, parts: RuleParts) -> list[tree.SyntaxNode]:
        parts[0].append(parts[1])
        return cast("list[tree.SyntaxNode]", parts[0])

    # ------------------------------------------------------------------------------------------------------- names

    def binding_name(self, token: Token) -> tree.Name:
        """A name that is bound. Raises ReservedName."""
        span = self.span(token, token)
        if token.text in RESERVED:
            raise ReservedName(
                f"`{token.text}` is reserved",
                span=span,
                label="cannot get another meaning",
                hint="Choose another name; `tokens` may be rebound."
                if token.text in BASE_SOPS
                else "Choose another name.",
            )
        return tree.Name(token.text, span=span)

    def first_name(self, parts: RuleParts) -> list[tree.Name]:
        return [self.binding_name(parts[0])]

    def next_name(self, parts: RuleParts) -> list[tree.Name]:
        parts[0].append(self.binding_name(parts[2]))
        return cast("list[tree.Name]", parts[0])

    def no_parameters(self, parts: RuleParts) -> list[tree.Name]:
        return []

    def some_parameters(self, parts: RuleParts) -> list[tree.Name]:
        seen: set[str] = set()
        for name in parts[0]:
            if name.id in seen:
                raise RepeatedName(f"there are two parameters named `{name.id}`", span=name.span)
            seen.add(name.id)
        return cast("list[tree.Name]", parts[0])

    # ------------------------------------------------------------------------------------------------- expressions

    def first_value(self, parts: RuleParts) -> RuleParts:
        return parts

    def next_value(self, parts: RuleParts) -> RuleParts:
        parts[0].append(parts[2])
        return cast(RuleParts, parts[0])

    def binary(self, parts: RuleParts) -> tree.Binary:
        left, sign, right = parts
        return tree.Binary(sign.text, left, right, span=self.span(left, right))

    def not_in(self, parts: RuleParts) -> tree.Binary:
        return tree.Binary("not in", parts[0], parts[3], span=self.span(parts[0], parts[3]))

    def conditional(self, parts: RuleParts) -> tree.Conditional:
        value, _, condition, _, otherwise = parts
        return tree.Conditional(value, condition, otherwise, span=self.span(value, otherwise))

    def prefix(self, parts: RuleParts) -> tree.Unary:
        return tree.Unary(parts[0].text, parts[1], span=self.span(*parts))

    def index(self, parts: RuleParts) -> tree.Index:
        return tree.Index(parts[0], parts[2], span=self.span(parts[0], parts[3]))

    def empty_call(self, parts: RuleParts) -> tree.SyntaxNode:
        return self._call(parts[0], [], self.span(parts[0], parts[-1]))

    def call(self, parts: RuleParts) -> tree.SyntaxNode:
        return self._call(parts[0], parts[2], self.span(parts[0], parts[-1]))

    def _call(self, function: tree.SyntaxNode, arguments: RuleParts, span: Span) -> tree.SyntaxNode:
        if is_bare(function, "select"):
            return self._select(arguments, span)
        self._no_comparison(arguments)
        if is_bare(function, "aggregate"):
            return self._aggregate(arguments, span)
        return tree.Call(function, tuple(arguments), span=span)

    def _no_comparison(self, arguments: RuleParts) -> None:
        for argument in arguments:
            if isinstance(argument, Token):
                raise MalformedForm(
                    f"`{argument.text}` is no value",
                    span=self.span(argument, argument),
                    hint="A comparison on its own is only the third part of `select`.",
                )

    def _select(self, arguments: RuleParts, span: Span) -> tree.SelectCall:
        self._no_comparison(arguments[:2] + arguments[3:])
        hint = "It takes keys, queries and a comparison: one of == != < <= > >=."
        if len(arguments) != 3:
            title = f"`select` has {quantity(len(arguments), 'part')} here instead of 3"
            raise MalformedForm(title, span=span, hint=hint, suggestion="select(keys, queries, ==)")
        keys, queries, comparison = arguments
        if not isinstance(comparison, Token):
            title = "the third part of `select` must be a comparison"
            raise MalformedForm(title, span=outer(comparison), hint=hint, suggestion="select(keys, queries, ==)")
        return tree.SelectCall(keys, queries, comparison.text, span=span)

    def _aggregate(self, arguments: RuleParts, span: Span) -> tree.AggregateCall:
        if not 2 <= len(arguments) <= 3:
            raise MalformedForm(
                f"`aggregate` has {quantity(len(arguments), 'part')} here instead of 2 or 3",
                span=span,
                hint="It takes a selector, values, and perhaps the default for positions that select nothing.",
                suggestion="aggregate(selector, values)",
            )
        return tree.AggregateCall(*arguments, span=span)

    def bare_comparison(self, parts: RuleParts) -> Token:
        return cast(Token, parts[0])

    # ------------------------------------------------------------------------------------------------------- atoms

    def name(self, parts: RuleParts) -> tree.Name:
        return tree.Name(parts[0].text, span=self.span(parts[0], parts[0]))

    def int_literal(self, parts: RuleParts) -> tree.Literal:
        span = self.span(parts[0], parts[0])
        digits = parts[0].text.lstrip("0") or "0"
        if len(digits) > limits.int_digits:
            hint = limits.hint("int_digits")
            raise IntTooLarge(f"an int of {len(digits)} digits is too large", span=span, hint=hint)
        return tree.Literal(text_int(digits), span=span)

    def float_literal(self, parts: RuleParts) -> tree.Literal:
        span = self.span(parts[0], parts[0])
        value = float(parts[0].text)
        if math.isinf(value):
            raise NotFinite("the number is too large for a float", span=span)
        return tree.Literal(value, span=span)

    def string_literal(self, parts: RuleParts) -> tree.Literal:
        return tree.Literal(parts[0].text[1:-1], span=self.span(parts[0], parts[0]))

    def constant(self, parts: RuleParts) -> tree.Literal:
        return tree.Literal(parts[0].text == "True", span=self.span(parts[0], parts[0]))

    def bracketed(self, parts: RuleParts) -> tree.SyntaxNode:
        """The expression itself; only its span records the brackets."""
        node = cast(tree.SyntaxNode, parts[1])
        span = BracketedSpan(cast(Span, node.span), self.span(parts[0], parts[2]))
        object.__setattr__(node, "span", span)  # the node is new, and not shared yet
        return node

    def empty_list(self, parts: RuleParts) -> tree.List:
        return tree.List((), span=self.span(*parts))

    def list_display(self, parts: RuleParts) -> tree.List:
        return tree.List(tuple(parts[1]), span=self.span(parts[0], parts[2]))

    def list_comprehension(self, parts: RuleParts) -> tree.ListComprehension:
        opening, item, _, targets, _, iterable, closing = parts
        return tree.ListComprehension(item, tuple(targets), iterable, span=self.span(opening, closing))

    def empty_dict(self, parts: RuleParts) -> tree.Dict:
        return tree.Dict((), span=self.span(*parts))

    def dict_display(self, parts: RuleParts) -> tree.Dict:
        return tree.Dict(tuple(parts[1]), span=self.span(parts[0], parts[2]))

    def entry(self, parts: RuleParts) -> tuple[tree.SyntaxNode, tree.SyntaxNode]:
        return parts[0], parts[2]

    def dict_comprehension(self, parts: RuleParts) -> tree.DictComprehension:
        key, value, targets, iterable = parts[1], parts[3], parts[5], parts[7]
        return tree.DictComprehension(key, value, tuple(targets), iterable, span=self.span(parts[0], parts[-1]))


def is_bare(node: tree.SyntaxNode, name: str) -> bool:
    """Whether an expression is this name, without brackets.

    >>> from rasp.syntax.parser import parse_expression
    >>> is_bare(parse_expression("tokens"), "tokens"), is_bare(parse_expression("(tokens)"), "tokens")
    (True, False)
    """
    return isinstance(node, tree.Name) and node.id == name and not isinstance(node.span, BracketedSpan)


def string_prefix(prefix: str, span: Span) -> MalformedForm:
    """The error for a prefixed string, such as `f"text"`."""
    hint = "A string holds its characters as they are written. Strings are joined with `+`."
    return MalformedForm(f"a string has no prefix `{prefix}`", span=span, hint=hint)


def command_words(text: str) -> str:
    """A command's words joined by one blank.

    >>> command_words("set   s-op example"), command_words("exit ( )")
    ('set s-op example', 'exit')
    """
    return " ".join(text.replace("(", " ").replace(")", " ").split())


def quantity(count: int, what: str) -> str:
    """A number with its noun.

    >>> quantity(1, "part"), quantity(2, "part")
    ('1 part', '2 parts')
    """
    return f"{count} {what}{'' if count == 1 else 's'}"
