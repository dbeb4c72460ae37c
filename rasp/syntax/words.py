"""The words of a program: its tokens with the comments and blank lines between them, which is all that a layout keeps.

Two texts with equal words are the same program with the same comments, and are laid out in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rasp.base.diagnostics import display_width
from rasp.syntax.draft import OPENERS, OPERANDS, PARTNERS
from rasp.syntax.lexer import OPENING
from rasp.syntax.precedence import LEVELS
from rasp.syntax.reader import COMMENT, LINE_END

SIGN = "sign"  # the kind of a `-` or `+` that is not an operator between two operands
TIGHT_AFTER = frozenset(("(", "[", "{", SIGN))  # no blank follows; the `{` of a body ends its line
TIGHT_BEFORE = frozenset((")", "]", "}", ",", ";", ":", LINE_END))
OPERATORS = {**LEVELS, "not": LEVELS["not in"], "else": LEVELS["if"]}  # the levels of words that follow an operand
LEAVING = ("exit", "quit")  # commands, if they are alone on a line


@dataclass
class Words:
    """The tokens of a program, as lists of kinds and texts, and its comments by the index of a token.

    `above` has the lines above a token: comments, and "" for a blank line. `behind` has the comment after a token in
    its line. The lines at the end of a program are above the index `len(kinds)`.
    """

    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    above: dict[int, list[str]] = field(default_factory=dict)
    behind: dict[int, str] = field(default_factory=dict)


@dataclass
class LogicalLine:
    """A statement, or the head or closing brace of a body, before it is broken: the range of its words, and how many
    bodies it is in.
    """

    first: int
    end: int
    depth: int


class Structure:
    """The structure of the tokens: logical lines, pairs of brackets, and levels of operators.

    `pieces` are the texts, with a blank in front where a layout has one; `starts` and `ends` are their columns if each
    logical line is written in one line. `levels` are the precedences of operators, 0 for other tokens. `partners` has
    the closing bracket of each opening one, and the `else` of each `if`.
    """

    def __init__(self, kinds: Sequence[str], texts: Sequence[str]) -> None:
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.levels: list[int] = []
        self.partners: dict[int, int] = {}
        self.lines: list[LogicalLine] = []
        self._open: list[int] = []  # brackets, braces of bodies, and `if`s
        self._bodies: list[int] = []  # the braces of bodies among them
        self._first = 0  # of the current line
        self._read(kinds, texts)

    def _read(self, kinds: Sequence[str], texts: Sequence[str]) -> None:
        before, column, looping = "", 0, False
        for index, (kind, text) in enumerate(zip(kinds, texts, strict=True)):
            operand = before in OPERANDS
            tight = is_tight(before, kind)
            piece = text if tight else f" {text}"
            self.pieces.append(piece)
            self.starts.append(column + (not tight))
            column += len(piece) if piece.isascii() else display_width(piece)
            self.ends.append(column)
            level = OPERATORS.get(text, 0) if operand else 0
            if kind == "for":
                looping = True
            elif looping and kind == "in":
                looping, level = False, 0
            self.levels.append(level)
            before = SIGN if kind in "+-" and not operand else kind
            if kind in STRUCTURE and self._note(index, kind, operand):
                before, column = "", 0

    def _note(self, index: int, kind: str, operand: bool) -> bool:
        """Records a word that opens, closes or ends something; returns whether it ends its line."""
        depth, body = len(self._bodies), False
        if kind in PARTNERS or kind == "else":
            opener = self._open.pop()
            self.partners[opener] = index
            if self._bodies and self._bodies[-1] == opener:
                self._bodies.pop()
                depth, body = depth - 1, True
        elif kind not in ENDS:
            self._open.append(index)
            if kind == "{" and operand:
                self._bodies.append(index)
                body = True
        if not (body or kind in ENDS):
            return False
        self.lines.append(LogicalLine(self._first, index + 1, depth))
        self._first = index + 1
        return True


def is_tight(before: str, kind: str) -> bool:
    """Whether a word of a kind follows one of the kind `before` without a blank; "" begins a line.

    >>> is_tight("(", "NAME"), is_tight("NAME", "("), is_tight("NAME", "+")
    (True, True, False)
    """
    return not before or kind in TIGHT_BEFORE or before in TIGHT_AFTER or (kind in "([" and before in OPERANDS)


def one_line(words: Words) -> str:
    """The words of an expression in one line.

    >>> one_line(Words(["NAME", "*", "-", "INT"], ["x", "*", "-", "1"]))
    'x * -1'
    """
    pieces, before = [], ""
    for kind, text in zip(words.kinds, words.texts, strict=True):
        pieces.append(text if is_tight(before, kind) else f" {text}")
        before = SIGN if kind in "+-" and before not in OPERANDS else kind
    return "".join(pieces)


ENDS = frozenset((";", LINE_END))
STRUCTURE = frozenset((*OPENERS, *PARTNERS, *ENDS, "if", "else"))


# -------------------------------------------------------------------------------------------------- words of a text


class Scribe:
    """Collects the words that a reader reports. Blank lines are as in the text; `settle` removes some.

    `comments` are all comments, in order.
    """

    def __init__(self) -> None:
        self.comments: list[str] = []
        self._words = Words()
        self._before = 1  # the line of the text on which the last word or comment stood
        self._lines: list[str] = []  # those above the next word

    @property
    def index(self) -> int:
        """The index of the next token."""
        return len(self._words.kinds)

    def hear(self, number: int, kind: str, text: str) -> None:
        """Takes a token or a comment on a line of the text."""
        words = self._words
        if number > self._before + 1:
            self._lines.append("")
        if kind == COMMENT:
            self._comment(number, text)
        else:
            if self._lines:
                words.above[len(words.kinds)] = self._lines
                self._lines = []
            words.kinds.append(kind)
            words.texts.append(command_text(text) if kind in OPENING else text)
        self._before = number

    def _comment(self, number: int, text: str) -> None:
        words = self._words
        first = number == 1 and not (words.kinds or self._lines)
        comment = (
            text.rstrip() if first and text.startswith("#!") else tidy_comment(text)
        )  # a line for the system, such as `#!/usr/bin/env rasp`
        self.comments.append(comment)
        if number == self._before and words.kinds and not self._lines:
            words.behind[len(words.kinds) - 1] = comment
        else:
            self._lines.append(comment)

    def words(self) -> Words:
        """The words collected so far."""
        if self._lines:
            self._words.above[len(self._words.kinds)] = self._lines
            self._lines = []
        return self._words


def tidy_comment(comment: str) -> str:
    """A comment with a blank after its `#`, and none at its end.

    >>> tidy_comment("#one "), tidy_comment("#   two"), tidy_comment("##")
    ('# one', '#   two', '##')
    """
    comment = comment.rstrip()
    if comment[1:2] in ("", " "):  # as most are
        return comment
    signs = len(comment) - len(comment.lstrip("#"))
    apart = signs == len(comment) or comment[signs].isspace()
    return comment if apart else f"{comment[:signs]} {comment[signs:]}"


def command_text(text: str) -> str:
    """The words of a command with one blank between them.

    >>> command_text("set   s-op example"), command_text("exit ( )")
    ('set s-op example', 'exit()')
    """
    return re.sub(r" ?([()]) ?", r"\1", " ".join(text.split()))
