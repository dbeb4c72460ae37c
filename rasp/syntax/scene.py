"""The context of a syntax error, as the rules of `messages.py` need it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from rasp.base.diagnostics import Span
from rasp.errors import RaspSyntaxError
from rasp.syntax.automaton import END
from rasp.syntax.draft import Opening, StatementDraft
from rasp.syntax.lexer import Token

WORDS = {  # kinds of tokens in words
    "NAME": "a name",
    "INT": "a number",
    "FLOAT": "a number",
    "STRING": "a string",
    "COMPARISON": "a comparison",
    "LINE_END": "the end of the line",
    END: "the end of the text",
}

QUOTED = 60  # characters of text that a message quotes


class Scene:
    """The context of a syntax error: the statement up to the error, and the token that does not fit."""

    def __init__(self, draft: StatementDraft, token: Token) -> None:
        self.draft = draft
        self.token = token
        self.kind = token.kind
        self.last = draft.last
        self.line = draft.lines[-1]  # the line of the token
        self.offset = token.start - draft.base  # in the line, which rules do not copy: it may be long

    @cached_property
    def symbols(self) -> list[str]:
        """The grammar symbols of what has been read."""
        return self.draft.automaton.symbols()

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of a pattern at the token."""
        return pattern.match(self.line, self.offset)

    def ahead(self, size: int) -> str:
        """The `size` characters from the token on, or fewer at the end of the line."""
        return self.line[self.offset : self.offset + size]

    @property
    def is_expression(self) -> bool:
        """Whether the whole text has to be one expression."""
        return self.draft.automaton.start == "expression"

    @property
    def values(self) -> list[Any]:
        """The values that the builder made of `symbols`."""
        return self.draft.automaton.values

    @property
    def opening(self) -> Opening | None:
        """The innermost open bracket."""
        return self.draft.openings[-1] if self.draft.openings else None

    @property
    def inside(self) -> bool:
        """Whether the token is inside brackets of an expression."""
        return self.opening is not None and not self.opening.body

    @cached_property
    def role(self) -> str:
        """What the innermost bracket encloses."""
        if self.opening is None:
            return ""
        index = next(index for index, value in enumerate(self.values) if value is self.opening.token)
        before = self.symbols[:index]
        if self.opening.body:
            return "function" if before[-1:] == [")"] and before[-5:-3] == ["def", "NAME"] else "loop"
        if before[-2:] == ["def", "NAME"]:
            return "parameters"
        if before[-1:] == ["postfix"]:
            return "index" if self.opening.token.kind == "[" else "call"
        return {"(": "group", "[": "list", "{": "dict"}[self.opening.token.kind]

    @property
    def comprehends(self) -> bool:
        """Whether the token is directly inside a comprehension, after its `for`."""
        if not self.inside:
            return False
        index = next(index for index, value in enumerate(self.values) if value is self._opening_token)
        return "for" in self.symbols[index:]

    @cached_property
    def called(self) -> Any:
        """The function of the innermost call, if the token is directly inside one."""
        if self.role != "call":
            return None
        return next(self.values[index - 1] for index, value in enumerate(self.values) if value is self._opening_token)

    @property
    def _opening_token(self) -> Token | None:
        return self.opening.token if self.opening else None

    @cached_property
    def statement(self) -> list[str]:
        """The grammar symbols of the innermost statement."""
        bodies = [opening.token for opening in self.draft.openings if opening.body]
        if not bodies:
            return self.symbols
        index = next(index for index, value in enumerate(self.values) if value is bodies[-1])
        inner = self.symbols[index + 1 :]
        return inner[1:] if inner[:1] == ["body"] else inner

    @property
    def at_start(self) -> bool:
        """Whether a statement may start here."""
        return not self.statement

    @property
    def new_line(self) -> bool:
        """Whether the token is on a later line than the one before it."""
        return self.last is not None and self.last.start < self.draft.base

    @property
    def touching(self) -> bool:
        """Whether the token directly follows the one before it."""
        return self.last is not None and self.last.end == self.token.start

    def accepts(self, kind: str) -> bool:
        return self.draft.automaton.accepts(kind)

    def span(self, first: Token | None = None, last: Token | None = None) -> Span:
        """The span from one token to another; both default to the token that does not fit."""
        return Span(self.draft.source, (first or self.token).start, (last or self.token).end)

    def behind(self) -> Span:
        """The span of the character after the last token that fits."""
        end = self.last.end if self.last else self.token.start
        return Span(self.draft.source, end, end + 1)

    @property
    def found(self) -> str:
        """The token in words."""
        return WORDS[self.kind] if self.kind in (END, "LINE_END") else f"`{brief(self.token.text)}`"


def brief(text: str) -> str:
    """A text that a message quotes, cut if it is long.

    >>> brief("x" * 100) == "x" * 60 + "…"
    True
    """
    return text if len(text) <= QUOTED else text[:QUOTED] + "…"


Explanation = RaspSyntaxError | None  # the error that a rule returns, or None if it does not apply
