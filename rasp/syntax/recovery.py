"""Error recovery: finds the end of a statement with a syntax error.

The statement ends after a `;` outside brackets and braces, after the `}` of its body, or before a line that clearly
begins another statement. A `;` at the end of a line inside unclosed brackets also ends it, if the next line is not
indented.
"""

from __future__ import annotations

import re

from rasp.syntax.draft import OPENERS, OPERANDS, PARTNERS, STARTS, StatementDraft
from rasp.syntax.lexer import lexer

ASSIGNMENT = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*[ \t]*(,[ \t]*[a-zA-Z_][a-zA-Z_0-9]*[ \t]*)*=(?!=)")
# At the start of a line, these begin another statement, as do commands.
FRESH_START = re.compile(rf"(def|for|load)(?![a-zA-Z_0-9])|{ASSIGNMENT.pattern}")


def reads_as_code(line: str) -> bool:
    """Whether a line looks like statements, or the start of one, and not like output of a conversation.

    >>> [reads_as_code(line) for line in ("x = a +", "select(tokens,", "x;", "  = [1, 2] (ints)", "value: x = 3")]
    [True, True, True, False, False]
    """
    if FRESH_START.match(line) or lexer().opening.match(line) or line.lstrip().startswith("#"):
        return True
    kinds = []
    offset = 0
    while (token := lexer().token(line, offset, 0, opening=False)) is not None:
        kinds.append(token.kind)
        offset = token.end
    if not kinds or kinds[0] not in STARTS or {"?", ":"}.intersection(kinds):
        return False
    return kinds[-1] == ";" or (kinds[-1] not in OPERANDS and not line[0].isspace())


def breaks_off(draft: StatementDraft, line: str) -> bool:
    """Whether a line is an assignment, although the incomplete statement before it could continue with its name.

    In brackets an indented `b = 3` is more likely a named argument.
    """
    if draft.first is None or draft.command or not ASSIGNMENT.match(line, _indentation(line)):
        return False
    bodies = [number for number, opening in enumerate(draft.openings, 1) if opening.body]
    brackets = draft.openings[bodies[-1] if bodies else 0 :]
    if brackets:
        return _indentation(line) <= _indentation(draft.line_of(brackets[0].token))
    if draft.last is None or draft.last.kind == "," or (line[0].isspace() and not bodies):
        return False  # a comma: several names get values
    return draft.automaton.accepts("NAME") and not draft.automaton.accepts("def")


def _indentation(line: str) -> int:
    return next((number for number, char in enumerate(line) if not char.isspace()), len(line))


class Frame:
    """The open brackets inside one body, or outside all bodies, and their number by kind."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.counts = dict.fromkeys(OPENERS, 0)

    def push(self, kind: str) -> None:
        self.open.append(kind)
        self.counts[kind] += 1

    def pop_through(self, kind: str) -> None:
        """Close a bracket, and those inside it that were left open."""
        last = ""
        while last != kind:
            last = self.open.pop()
            self.counts[last] -= 1


class Skipping:
    """Skips one statement. `by_line`: the statement is a command, which ends with its line."""

    def __init__(self, draft: StatementDraft, by_line: bool = False) -> None:
        self.by_line = by_line
        self.frames = [Frame()]
        for opening in draft.openings:
            self._open(opening.token.kind, opening.body)
        self.started = draft.first is not None
        self.headless = draft.first is not None and draft.first.kind in ("def", "for") and not draft.openings
        self.last_kind = draft.last.kind if draft.last else ""
        self.cut = False  # the last line ended in a `;` inside brackets

    def through(self, line: str, offset: int) -> int | None:
        """Where in this line, from `offset` on, the statement ends; None if it continues after the line."""
        if offset == 0 and self.started and self._fresh(line):
            return 0
        while (token := lexer().token(line, offset, 0, opening=False)) is not None:
            if token.text == '"':  # an unclosed string: the rest of the line belongs to it
                self.last_kind = ";" if line.rstrip().endswith(";") else "STRING"
                break
            if self._ends(token.kind):
                return token.end
            offset = token.end
            self.last_kind, self.started = token.kind, True
        return len(line) if self._ends_with_line(line) else None

    @property
    def _outside(self) -> bool:
        """Whether no bracket or brace is open."""
        return len(self.frames) == 1 and not self.frames[0].open

    def _fresh(self, line: str) -> bool:
        """Whether another statement begins with this line."""
        if self.cut and not line[:1].isspace() and line[:1] not in (*PARTNERS, "#", ""):
            return True
        return bool(FRESH_START.match(line) or lexer().opening.match(line))

    def _ends_with_line(self, line: str) -> bool:
        """Whether the end of a line ends the statement; else records whether the next line may."""
        semicolon = self.last_kind == ";" or self.by_line
        if semicolon and self._outside:
            return True
        self.cut = semicolon and bool(self.frames[-1].open)
        return False

    def _ends(self, kind: str) -> bool:
        """Whether the statement ends after a token of this kind."""
        if kind in OPENERS:
            self._open(kind, kind == "{" and self.last_kind in OPERANDS)
            self.headless = False
        elif kind in PARTNERS:
            return self._close(kind)
        return kind == ";" and self._outside

    def _open(self, kind: str, body: bool) -> None:
        if body:
            self.frames.append(Frame())
        else:
            self.frames[-1].push(kind)

    def _close(self, kind: str) -> bool:
        """Close a bracket if it is open; return whether that ends the statement."""
        frame = self.frames[-1]
        if frame.counts[PARTNERS[kind]]:
            frame.pop_through(PARTNERS[kind])
            return False
        if kind != "}":
            return False
        if len(self.frames) == 1:
            return not self.started
        self.frames.pop()
        return self._outside
