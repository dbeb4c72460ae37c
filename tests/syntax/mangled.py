"""Texts whose blanks, line breaks and comments are anyhow: words go in, with a source of chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from rasp.errors import RaspError
from rasp.syntax.draft import OPENERS, PARTNERS
from rasp.syntax.lexer import OPENING
from rasp.syntax.parser import parse, statements
from rasp.syntax.reader import COMMENT, LINE_END

Choose = Callable[[Sequence[str]], str]

GAPS = (" ", " ", " ", "", "", "  ", "\t", "\f", "\n", "\r\n", "\n\n\n", "\n  ", "\n\t\t", " \n \n ")
COMMENTS = (
    "#c\n",
    " # c  \n",
    "\n#own\n",
    "\n\n  ##\n\n",
    " # >>> x\n# 1\n",
    "\n#\n#\tt\r\n",
    "#!z\n",
    " # 日本 👩\u200d👧\n",
)
LINE_ENDS, COMMENTED_LINE_ENDS = ("\n", " \n", "\n\n\n"), (" # c\n",)
ENDS, COMMENTED_ENDS = ("", "\n", "\n\n\n"), ("# end", "\n  #end\n", "#!end")
INSIDE_COMMANDS = (" ", " ", "  ", "\t", "\f")


def seldom_odd(gaps: Sequence[str], chance: random.Random) -> str:
    """Mostly the first of some gaps, which is the usual one."""
    return chance.choice(gaps) if chance.random() < 0.15 else gaps[0]


def mangled(text: str, choose: Choose, comments: bool = True) -> str:
    """The program of a text, with other blanks and line breaks, and more comments."""
    heard: list[tuple[str, str]] = []
    list(statements(text, hear=lambda number, kind, word: heard.append((kind, word))))
    parts: list[str] = []
    last, command, depth = "", False, 0
    for kind, word in heard:
        if kind == COMMENT:
            parts.append(f"{word}\n")
            continue
        if kind == LINE_END:
            parts.append(choose(LINE_ENDS + (COMMENTED_LINE_ENDS if comments else ())))
            last, command = "", False
            continue
        gaps = INSIDE_COMMANDS if command and not depth else GAPS + (COMMENTS if comments else ())
        gap = choose(gaps) if last or not command else ""
        parts += [gap or (" " if _joins(last, word) else ""), word]
        command = (command or kind in OPENING) and kind != ";"
        depth += (kind in OPENERS) - (kind in PARTNERS)
        last = word
    return "".join(parts) + choose(ENDS + (COMMENTED_ENDS if comments else ()))


def _joins(last: str, word: str) -> bool:
    """Whether two words would be read as one, or as another one, without a blank."""
    return last[-1:] + word[:1] in ("==", "<=", ">=", "!=") or (_is_wordy(last[-1:]) and _is_wordy(word[:1]))


def _is_wordy(char: str) -> bool:
    return char.isalnum() or char == "_" or char == "."


def is_same(text: str, other: str) -> bool:
    """Whether two texts are the same program; a word that is alone on its line may be a command."""
    try:
        return parse(text) == parse(other)
    except RaspError:
        return False
