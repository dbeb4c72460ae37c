"""Finds the call around the cursor, and its signature, from the text before the cursor and the names of a session."""

from __future__ import annotations

from typing import NamedTuple

from rasp.assist.documentation import FORMS
from rasp.base.diagnostics import printable
from rasp.runtime.scope import MISSING
from rasp.runtime.values import Builtin, UserFunction
from rasp.session.session import Session
from rasp.syntax.lexer import Token, lexer

LOOKED_AT = 2_000  # the most characters before the cursor that are read


class Signature(NamedTuple):
    """A signature in three parts: before, in and after the parameter at the cursor."""

    before: str
    current: str
    after: str


def signature_at(before: str, session: Session) -> Signature | None:
    """The signature of the innermost call around the cursor, if its function is known.

    >>> signature_at("x = shift(tokens, max(1, 2), ", Session())
    Signature(before='shift(seq, n, ', current='filler', after=')')
    >>> signature_at("x = (1 + ", Session()) is None
    True
    """
    calls: list[tuple[str, int]] = []  # open brackets: the name before each, and the number of commas so far
    last = ""
    for token in _tokens(before[-LOOKED_AT:]):
        if token.kind in ("(", "[", "{"):
            calls.append((last if token.kind == "(" else "", 0))
        elif token.kind in (")", "]", "}") and calls:
            calls.pop()
        elif token.kind == "," and calls:
            name, commas = calls.pop()
            calls.append((name, commas + 1))
        elif token.kind == ";":
            calls = [call for call in calls if not call[0]]
        last = token.text if token.kind == "NAME" else ""
    for name, commas in reversed(calls):
        parameters = _parameters(name, session) if name else None
        if parameters is not None:
            return _split_at(name, parameters, commas)
    return None


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for line in text.split("\n"):
        offset = 0
        while (token := lexer().token(line, offset, 0, opening=False)) is not None:
            found.append(token)
            offset = token.end
    return found


def _parameters(name: str, session: Session) -> list[str] | None:
    """The parameters of a function, or of a form of the language."""
    if name in FORMS:
        return FORMS[name][0].partition("(")[2].removesuffix(")").split(", ")
    value = session.scope.find(name)
    if value is MISSING or not isinstance(value, (UserFunction, Builtin)):
        return None
    return [printable(parameter) for parameter in value.parameters]


def _split_at(name: str, parameters: list[str], offset: int) -> Signature:
    offset = min(offset, len(parameters))
    before = "".join(f"{parameter}, " for parameter in parameters[:offset])
    after = "".join(f", {parameter}" for parameter in parameters[offset + 1 :])
    current = parameters[offset] if offset < len(parameters) else ""
    return Signature(f"{name}({before}", current, f"{after})")
