"""Tells what a conversation printed from what was typed there without a prompt: lines go in, one after the other.

Where a line could be either, it counts as typed: reading a result gives an error, leaving out a statement gives none.
"""

from __future__ import annotations

import re

from rasp.syntax.lexer import lexer

RESULT = re.compile(r"[ \t]*(s-op|selector|value|list|dict|([^\s:;]+ )?function): ")
EXAMPLE = re.compile(r"[ \t]*Example: .* (= \[.*|has no value:.*)$")  # where any token of an input may stand
SEQUENCE = re.compile(r"[ \t]*= \[.*\](\*\d+)? \(\w+\)$")  # the result of a call
HEAD = re.compile(r"[ \t]*(=|Example:( \w+)?)$")  # a matrix or a table of the input and the result follows
ROW = re.compile(r".*\|[ 1]*$|[ \t]*(input: |output:)")
REPORT = re.compile(r"[ \t]*((error|warning)\[[RW]\d+\]|--> )")
QUOTATION = re.compile(r"[ \t]*(-->|\d* ?\|)|[ \t]+= ")  # the other lines of a report
TABLE = re.compile(r".*\S  +\S")  # what a command or `draw` prints
PATTERN = "EXPR"  # stands for a value where a command shows the forms of statements
FOLDED = "…"  # stands for what is not shown, and in no statement but in strings
STRINGS = re.compile(r"\"[^\"]*\"|'(?:[^'\\]|\\.)*'")
COMMENT = re.compile("#.*")

LOOSE = re.compile(  # a statement, or the start or end of one, where nothing printed looks like it
    r"[ \t]*[a-zA-Z_]\w*[ \t]*(,[ \t]*[a-zA-Z_]\w*[ \t]*)*(:[ \t]*\w+[ \t]*)?=(?!=)|[a-zA-Z_]\w*\(.*\)$|[ \t]*[])}]+$"
)
ENDS = frozenset((";", "}", "{"))


class PrintedOutput:
    """What the conversation has printed since the last prompt.

    >>> printed = PrintedOutput()
    >>> [printed.is_output(line) for line in ("dict: d = {", "    'a': [1]", "}", "}", "+ 1;")]
    [True, True, True, False, False]
    >>> [printed.is_input(line) for line in ("}", "+ 1;", "y = 1", "y is 1")]
    [True, True, True, False]
    """

    def __init__(self) -> None:
        self._asked = False  # whether a command or a drawing prints, which may be anything
        self._part = ""  # of what is being printed: "report", "matrix", "rows" or "list"
        self._depth = 0  # the open brackets of a list

    def note_input(self, line: str) -> None:
        """Notes what was typed behind a prompt."""
        text = line.strip()
        self._asked = not text or text.startswith(":") or bool(re.match(r"draw\b", text) or lexer().opening.match(text))
        self._part, self._depth = "", 0

    def is_output(self, line: str) -> bool:
        """Whether a line without a prompt surely was printed."""
        text = line.rstrip()
        return self._goes_on(text) or self._begins(text) or self._is_pattern(COMMENT.sub("", STRINGS.sub("", text)))

    def is_input(self, line: str) -> bool:
        """Whether a line that is no known result ends as statements do, or begins like one."""
        return _last_kind(line.rstrip()) in ENDS or (not self._asked and bool(LOOSE.match(line.rstrip())))

    def _goes_on(self, text: str) -> bool:
        """Whether the line goes on with what is being printed."""
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
        """Whether the line is, or begins, what a conversation prints."""
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
        """Notes whether a list or dict goes on behind the line."""
        bare = STRINGS.sub("", text)
        self._depth += sum(map(bare.count, "[{")) - sum(map(bare.count, "]}"))
        self._part = "list" if self._depth > 0 else ""

    def _is_pattern(self, bare: str) -> bool:
        """Whether a line without its strings and comment is of a table, or shows what no statement holds."""
        if FOLDED in bare or not self._asked:
            return FOLDED in bare
        return PATTERN in bare or bool(TABLE.match(bare) and not LOOSE.match(bare))


def _last_kind(text: str) -> str:
    """The kind of the last token of a line; a string that is never closed may end in a `;`."""
    kind, place = "", 0
    while (token := lexer().token(text, place, 0, opening=False)) is not None:
        kind, place = token.text, token.end
        if kind == '"':
            return text[-1]
    return kind
