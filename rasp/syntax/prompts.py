"""Takes away prompts that were copied along with what was typed: lines go in, what is to be read comes out.

No statement begins with `>>` or `..`, so a line that does so is what a conversation showed. Where the first line that
says something has a prompt, the text is a conversation that was copied, and what it printed in between is left out.
`printed_output.py` knows what that looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rasp.syntax.printed_output import PrintedOutput

PROMPT = re.compile(r"[ \t]*(>{2,3}|\.{2,3})[ \t]?")


class Prompts:
    """The prompts of one text. `is_code` knows what was surely typed, where a line has no prompt.

    >>> prompts = Prompts(lambda line: line.endswith(";\\n"))
    >>> lines = [">> def f(x) {\\n", "..   return x; }\\n", "     console function: f(x)\\n", "y = 2;\\n"]
    >>> [prompts.strip(line, begun) for line, begun in zip(lines, (False, True, False, False))]
    ['def f(x) {\\n', '  return x; }\\n', '\\n', 'y = 2;\\n']
    """

    def __init__(self, is_code: Callable[[str], bool]) -> None:
        self._is_code = is_code
        self._printed = PrintedOutput()
        self._begun = False  # whether the first line that says something has been read
        self.copied = False  # whether it has a prompt

    def strip(self, line: str, begun: bool) -> str:
        """The line without its prompt; an empty one for what was printed. `begun`: a statement is under way."""
        start = line.lstrip(" \t")
        if not self._begun and start.rstrip() and not start.startswith("#"):
            self._begun, self.copied = True, start.startswith((">>", ".."))
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
