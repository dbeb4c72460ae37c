"""Splits a line into tokens.

The regular expressions come from the grammar, through the tables (`parser_tables.py`). No token spans lines, so a
statement can be read line by line. Only the commands of a session depend on the context: they are tried where a
statement may start. Keywords do not, unlike in Lark's contextual lexer, which would read `if` as a name where no `if`
is possible.
"""

from __future__ import annotations

import re
from functools import cache

from rasp.syntax.loading import tables
from rasp.syntax.parser_tables import ParserTables

OPENING = ("COMMAND", "SETTING")  # tokens that exist only at the start of a statement


class Token:
    """A token: its kind (see `ParserTables`), its text, and where it starts and ends in its source."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.text!r}, {self.start}, {self.end})"


class Lexer:
    """The compiled patterns. `keywords` are the literals of the grammar that look like names."""

    def __init__(self, source: ParserTables) -> None:
        inside = [kind for kind in source.patterns if kind not in OPENING and kind != "SPACE"]
        signs = [text for text in source.literals if not text[0].isalpha()]
        groups = [f"(?P<{kind}>{source.patterns[kind]})" for kind in inside]
        groups.append(f"(?P<sign>{'|'.join(map(re.escape, signs))})")
        opening = [f"(?P<{kind}>{source.patterns[kind]})" for kind in OPENING]
        space = f"(?>{source.patterns['SPACE']})?+"
        self.space = re.compile(space)
        self.usual = re.compile(f"{space}(?:{'|'.join(groups)})")
        self.opening = re.compile(f"{space}(?:{'|'.join(opening)})")
        self.keywords = frozenset(text for text in source.literals if text[0].isalpha())

    def token(self, line: str, offset: int, base: int, opening: bool) -> Token | None:
        """The next token at or after an offset in a line; None if only white space and a comment are left.

        `base` is the offset of the line in its source. A character that starts no token becomes a token of kind "?".

        >>> lexer().token("  for x", 0, 100, opening=True)
        Token('for', 'for', 102, 105)
        >>> lexer().token("set example 1", 0, 0, opening=True), lexer().token("set example 1", 0, 0, opening=False)
        (Token('SETTING', 'set example', 0, 11), Token('NAME', 'set', 0, 3))
        """
        match = self.opening.match(line, offset) if opening else None
        match = match or self.usual.match(line, offset)
        if match is None:
            start = self.space.match(line, offset).end()  # type: ignore[union-attr]  # it matches everywhere
            return Token("?", line[start], base + start, base + start + 1) if start < len(line) else None
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "sign" or text in self.keywords:
            kind = text
        elif kind == "COMMENT":
            return None
        end = base + match.end()
        return Token(kind, text, end - len(text), end)


@cache
def lexer() -> Lexer:
    """The lexer of the grammar, compiled on the first call."""
    return Lexer(tables())
