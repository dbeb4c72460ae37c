"""Distinguishes the output in a copied conversation from statements that were typed without a prompt.

A line that could be either counts as typed: to read output as a statement gives an error, but to skip a statement would
go unnoticed.
"""

from __future__ import annotations

import re

from rasp.syntax.lexer import lexer

RESULT = re.compile(r"[ \t]*(s-op|selector|value|list|dict|([^\s:;]+ )?function): ")
EXAMPLE = re.compile(r"[ \t]*Example: .* (= \[.*|has no value:.*)$")  # any token of an input may occur in it
SEQUENCE = re.compile(r"[ \t]*= \[.*\](\*\d+)? \(\w+\)$")  # the result of a call
HEAD = re.compile(r"[ \t]*(=|Example:( \w+)?)$")  # before a matrix, or a table of the input and the result
ROW = re.compile(r".*\|[ 1]*$|[ \t]*(input: |output:)")
REPORT = re.compile(r"[ \t]*((error|warning)\[[RW]\d+\]|--> )")
QUOTATION = re.compile(r"[ \t]*(-->|\d* ?\|)|[ \t]+= ")  # further lines of a report
TABLE = re.compile(r".*\S  +\S")  # output of a command or of `draw`
PATTERN = "EXPR"  # stands for a value where a command shows how statements are written
FOLDED = "…"  # stands for text that is not shown; in statements it occurs in strings only
STRINGS = re.compile(r"\"[^\"]*\"|'(?:[^'\\]|\\.)*'")
COMMENT = re.compile("#.*")

LOOSE = re.compile(  # a statement, or its start or end, unlike anything that is printed
    r"[ \t]*[a-zA-Z_]\w*[ \t]*(,[ \t]*[a-zA-Z_]\w*[ \t]*)*(:[ \t]*\w+[ \t]*)?=(?!=)|[a-zA-Z_]\w*\(.*\)$|[ \t]*[])}]+$"
)
ENDS = frozenset((";", "}", "{"))


class PrintedOutput:
    """The output of the conversation since the last prompt.

    >>> printed = PrintedOutput()
    >>> [printed.is_output(line) for line in ("dict: d = {", "    'a': [1]", "}", "}", "+ 1;")]
    [True, True, True, False, False]
    >>> [printed.is_input(line) for line in ("}", "+ 1;", "y = 1", "y is 1")]
    [True, True, True, False]
    """

    def __init__(self) -> None:
        self._asked = False  # whether a command or a drawing was typed, whose output may be anything
        self._part = ""  # the output under way: "report", "matrix", "rows" or "list"
        self._depth = 0  # the open brackets of a list

    def note_input(self, line: str) -> None:
        """Record what was typed after a prompt."""
        text = line.strip()
        self._asked = not text or text.startswith(":") or bool(re.match(r"draw\b", text) or lexer().opening.match(text))
        self._part, self._depth = "", 0

    def is_output(self, line: str) -> bool:
        """Whether a line without a prompt is certainly output."""
        text = line.rstrip()
        return self._goes_on(text) or self._begins(text) or self._is_pattern(COMMENT.sub("", STRINGS.sub("", text)))

    def is_input(self, line: str) -> bool:
        """Whether a line that is not known output ends or begins like a statement."""
        return _last_kind(line.rstrip()) in ENDS or (not self._asked and bool(LOOSE.match(line.rstrip())))

    def _goes_on(self, text: str) -> bool:
        """Whether the line continues the output under way."""
        part = self._part
        if part == "report":
            return bool(QUOTATION.match(text))
        if part == "matrix":
            self._part = "rows"
            return text[:1].isspace()
        if part == "rows":
            return bool(ROW.match(text))
        if part == "list" and text[:1] in " \t]}" and not text.endswith(";"):
            self._count(text)
            return True
        return False

    def _begins(self, text: str) -> bool:
        """Whether the line is, or begins, output of a conversation."""
        self._part = ""
        if REPORT.match(text):
            self._part = "report"
            return True
        if HEAD.match(text):
            self._part = "matrix"
            return True
        if not RESULT.match(text) or _last_kind(text) == ";":
            return bool(EXAMPLE.match(text) or SEQUENCE.match(text))
        self._depth = 0
        self._count(text)
        return True

    def _count(self, text: str) -> None:
        """Record whether a list or dict continues after the line."""
        bare = STRINGS.sub("", text)
        self._depth += sum(map(bare.count, "[{")) - sum(map(bare.count, "]}"))
        self._part = "list" if self._depth > 0 else ""

    def _is_pattern(self, bare: str) -> bool:
        """Whether a line, without its strings and comment, is part of a table, or has signs of no statement."""
        if FOLDED in bare or not self._asked:
            return FOLDED in bare
        return PATTERN in bare or bool(TABLE.match(bare) and not LOOSE.match(bare))


def _last_kind(text: str) -> str:
    """The text of the last token of a line; in a string that is never closed, its last character."""
    kind, offset = "", 0
    while (token := lexer().token(text, offset, 0, opening=False)) is not None:
        kind, offset = token.text, token.end
        if kind == '"':
            return text[-1]
    return kind
