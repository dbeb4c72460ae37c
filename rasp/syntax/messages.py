"""Explains syntax errors: a statement under way and the token that does not fit go in, the error comes out."""

from __future__ import annotations

from rasp.errors import MissingSemicolon, RaspError, RaspSyntaxError, UnfinishedStatement
from rasp.syntax.automaton import END
from rasp.syntax.draft import Draft
from rasp.syntax.lexer import Token


def explain(draft: Draft, token: Token) -> RaspError:
    """The error of a token that cannot come next."""
    if token.kind == END:
        return UnfinishedStatement(span=draft.span(token))
    if draft.automaton.accepts(";"):
        return MissingSemicolon(span=draft.span(token))
    return RaspSyntaxError(f"unexpected `{token.text}`", span=draft.span(token))
