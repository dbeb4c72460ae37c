"""The comments of a program, by line."""

from __future__ import annotations

import re

_STRING_OR_COMMENT = re.compile(r'"[^"]*"|(#.*)')


def comments_in(text: str) -> dict[int, str]:
    """The comments of a program without their `#`, by line.

    >>> comments_in('a = "#1"; # one\\nb = 2;\\n#two')
    {1: 'one', 3: 'two'}
    """
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        comment = next((match[1] for match in _STRING_OR_COMMENT.finditer(line) if match[1]), None)
        if comment:
            found[number] = comment.lstrip("#").strip()
    return found
