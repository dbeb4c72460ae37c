"""Completion in cells of RASP, as a matcher of IPython's completer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from IPython.core.completer import SimpleCompletion, context_matcher

from rasp.assist.completion import Choice
from rasp.conversation.completion import choices
from rasp.session.session import Session

CELL, LINE = "%%rasp", "%rasp "


def add_matcher(shell: Any, session: Callable[[], Session]) -> None:
    """Registers the matcher with a shell's completer; `session` returns the session of the cells."""

    @context_matcher()  # type: ignore[untyped-decorator]  # IPython is no dependency
    def rasp_matcher(context: Any) -> dict[str, Any]:
        before = text_before(context.full_text, context.cursor_line, context.cursor_position)
        found = [] if before is None else choices(before, session())
        length = max((choice.length for choice in found), default=0)
        # All completions replace the same fragment, so shorter ones are prefixed with the text before their own.
        typed = before[len(before) - length :] if before and length else ""
        completions = [
            SimpleCompletion(typed[: length - choice.length] + choice.text, type=_kind(choice)) for choice in found
        ]
        return {"completions": completions, "matched_fragment": typed, "suppress": before is not None, "ordered": True}

    matchers = shell.Completer.custom_matchers
    matchers[:] = [known for known in matchers if getattr(known, "__name__", "") != "rasp_matcher"]
    matchers.append(rasp_matcher)


def _kind(choice: Choice) -> str:
    """What a choice is, in a word: remarks on names begin with it."""
    return "command" if choice.text.startswith(":") else choice.remark.partition(" ")[0]


def text_before(cell: str, line: int, column: int) -> str | None:
    """The program before the cursor in a cell of RASP, or None in another cell.

    >>> text_before("%%rasp --export\\nx = in", 1, 6), text_before("%rasp x", 0, 7), text_before("x", 0, 1)
    ('x = in', 'x', None)
    """
    lines = cell.split("\n")
    if cell.startswith(LINE) and line == 0:
        return lines[0][len(LINE) : column]
    if not lines[0].startswith(CELL) or line == 0:
        return None
    return "\n".join([*lines[1:line], lines[line][:column]])
