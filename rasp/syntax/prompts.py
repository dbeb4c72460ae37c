"""Removes prompts and output from a conversation that was copied, so that its statements can be read.

No statement begins with `>>` or `..`. So if the first line that is not blank or a comment has such a prompt, the text
is a copied conversation, and the output between its statements is skipped (`printed_output.py` recognizes it).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasp.syntax.printed_output import PrintedOutput

PROMPT = re.compile(r"[ \t]*(>{2,3}|\.{2,3})[ \t]?")


def says(line: str) -> str:
    """The text of a line without its comment.

    >>> says("x = 1;  "), says("  # a comment")
    ('x = 1;', '')
    """
    start = line.lstrip(" \t")
    return "" if start.startswith("#") else start.rstrip()


class Prompts:
    """Strips the prompts of one text. `is_code` tells whether a line without a prompt was certainly typed.

    >>> prompts = Prompts(lambda line: line.endswith(";\\n"))
    >>> lines = [">> def f(x) {\\n", "..   return x; }\\n", "     console function: f(x)\\n", "y = 2;\\n"]
    >>> [prompts.strip(line, begun) for line, begun in zip(lines, (False, True, False, False))]
    ['def f(x) {\\n', '  return x; }\\n', '\\n', 'y = 2;\\n']
    """

    def __init__(self, is_code: Callable[[str], bool]) -> None:
        self._is_code = is_code
        self._begun = False  # whether a line that is not blank or a comment has been read
        self.copied = False  # whether that line has a prompt

    @cached_property
    def _printed(self) -> PrintedOutput:
        from rasp.syntax.printed_output import PrintedOutput  # imported late: few texts are copied conversations

        return PrintedOutput()

    def strip(self, line: str, begun: bool) -> str:
        """The line without its prompt; an empty line for output. `begun`: the line continues a statement."""
        if not self._begun and (said := says(line)):
            self._begun, self.copied = True, said.startswith((">>", ".."))
        if not self.copied:
            return line
        found = PROMPT.match(line)
        if found:
            typed = line[found.end() :]
            if ">" in found.group():
                self._printed.note_input(typed)
            return typed
        if begun or (not self._printed.is_output(line) and (self._is_code(line) or self._printed.is_input(line))):
            return line
        return "\n"
