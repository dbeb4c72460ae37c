"""The state of a statement that is being read: its text, open brackets and parse, also for error messages."""

from __future__ import annotations

from rasp.base.diagnostics import Source, Span
from rasp.syntax.automaton import Automaton
from rasp.syntax.lexer import OPENING, Token

OPENERS = frozenset("([{")
PARTNERS = {")": "(", "]": "[", "}": "{"}
PREFIXES = frozenset(("not", "-", "+"))
STARTS = frozenset(
    ("NAME", "INT", "FLOAT", "STRING", "True", "False", "(", "[", "{", "not")
)  # what an operand starts with
OPERANDS = frozenset(("NAME", "INT", "FLOAT", "STRING", "True", "False", ")", "]", "}"))  # what an operand ends with


def byte_size(text: str) -> int:
    """The number of bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


class Opening:
    """An open bracket: its token, whether it is the brace of a body, and the nesting depth of its content."""

    __slots__ = ("body", "depth", "run", "token")

    def __init__(self, token: Token, body: bool, depth: int, run: int) -> None:
        self.token = token
        self.body = body
        self.depth = depth
        self.run = run


class StatementDraft:
    """A statement that is being read. `before`: the statement before it on the same line, whose source it shares."""

    def __init__(self, automaton: Automaton, source: Source, before: StatementDraft | None = None) -> None:
        self.automaton = automaton
        self.source = source
        self.shared = before is not None
        self.lines: list[str] = before.lines[:1] if before else []
        self.base = 0  # offset of the current line in the source
        self.size: int = before.size if before else 0
        self.first: Token | None = None
        self.last: Token | None = None
        self.openings: list[Opening] = []
        self.run = 0  # prefix operators in a row whose operand has not ended

    def add_line(self, line: str) -> None:
        """Add a further line of the statement; offsets count on from the earlier lines."""
        if self.shared:
            self.source = Source(self.source.name, "", self.source.first_line)
            self.shared = False
        self.base += len(self.lines[-1]) if self.lines else 0
        self.lines.append(line)
        self.size += byte_size(line)

    def settle(self) -> None:
        """Set the text of the source to what has been read so far."""
        self.source.text = self.text()

    def text(self) -> str:
        """The text that has been read so far."""
        return "".join(self.lines)

    def line_of(self, token: Token) -> str:
        """The line on which a token stands."""
        number, base = len(self.lines) - 1, self.base
        while base > token.start:
            number -= 1
            base -= len(self.lines[number])
        return self.lines[number]

    def span(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def note(self, token: Token) -> None:
        """Update open brackets and prefix operators after a token."""
        kind = token.kind
        if kind in OPENERS:
            self.open(token)
        elif kind in PARTNERS:
            self.run = self.openings.pop().run
        elif kind in PREFIXES and (self.last is None or self.last.kind not in OPERANDS):
            self.run += 1
        elif kind not in OPERANDS:
            self.run = 0
        self.first = self.first or token
        self.last = token

    def open(self, token: Token) -> None:
        """Record an opening bracket."""
        body = token.kind == "{" and self.last is not None and self.last.kind in OPERANDS
        self.openings.append(Opening(token, body, self.depth + 1, self.run))
        self.run = 0

    @property
    def depth(self) -> int:
        """How many brackets and prefix operators are open."""
        return self.run + (self.openings[-1].depth if self.openings else 0)

    @property
    def command(self) -> bool:
        """Whether it is a command, which ends with its line."""
        return self.first is not None and self.first.kind in OPENING
