"""Finds the call around the cursor, and its signature, from the text before the cursor and the names of a session."""

from __future__ import annotations

from typing import NamedTuple

from rasp.assist.documentation import Vocabulary
from rasp.base.diagnostics import printable
from rasp.syntax.lexer import Token, lexer

CALLED = ("function", "form")  # the kinds of names that have parameters
LOOKED_AT = 2_000  # the most characters before the cursor that are read


class Signature(NamedTuple):
    """A signature in three parts: before, in and after the parameter at the cursor."""

    before: str
    current: str
    after: str


def signature_at(before: str, names: Vocabulary) -> Signature | None:
    """The signature of the innermost call around the cursor, if its function is known.

    >>> from rasp.assist.documentation import SessionNames
    >>> from rasp.session.session import Session
    >>> names = SessionNames(Session())
    >>> signature_at("x = shift(tokens, max(1, 2), ", names)
    Signature(before='shift(seq, n, ', current='filler', after=')')
    >>> signature_at("x = (1 + ", names) is None
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
        entry = names.about(name) if name else None
        if entry is not None and entry.kind in CALLED:
            return _split_at(name, [printable(parameter) for parameter in entry.parameters], commas)
    return None


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for line in text.split("\n"):
        offset = 0
        while (token := lexer().token(line, offset, 0, opening=False)) is not None:
            found.append(token)
            offset = token.end
    return found


def _split_at(name: str, parameters: list[str], number: int) -> Signature:
    number = min(number, len(parameters))
    before = "".join(f"{parameter}, " for parameter in parameters[:number])
    after = "".join(f", {parameter}" for parameter in parameters[number + 1 :])
    current = parameters[number] if number < len(parameters) else ""
    return Signature(f"{name}({before}", current, f"{after})")
