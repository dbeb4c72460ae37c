"""Whether an input can run, and how far the next line of one that cannot is set in: texts go in, no terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rasp.errors import RaspError
from rasp.syntax.lexer import lexer
from rasp.syntax.prompts import PROMPT
from rasp.syntax.reader import Item, Reader

INDENT = "    "
COMMAND_SIGN = ":"

OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
ENDS = frozenset(("", ";", "{", "}", "COMMAND", "SETTING"))  # kinds after which no expression goes on


def is_command(line: str) -> bool:
    """Whether a line, where no statement is under way, is a command of the REPL.

    >>> is_command("  :help sort"), is_command("tokens;")
    (True, False)
    """
    return line.lstrip().startswith(COMMAND_SIGN)


def inputs(reader: Reader, text: str) -> Iterator[str | Item]:
    """What a text adds to those that the reader has: commands as texts, statements, syntax errors, as they complete.

    The text should end with a line's end. A line that begins with `:` inside a statement is no command.

    >>> reader = Reader()
    >>> [type(item).__name__ for item in inputs(reader, 'a = 1;\\n:help\\nb = {"k"\\n: 2};\\n')]
    ['Assign', 'str', 'Assign']
    """
    for line in text.split("\n")[:-1]:
        prompt = PROMPT.match(line)
        typed = line[prompt.end() :] if prompt else line
        if is_command(typed) and not reader.pending and (prompt or not reader.copied):
            reader.feed(f"{prompt.group() if prompt else ''}\n")
            wrong = list(reader.read())  # a prompt where the text began without
            yield from wrong
            if not wrong:
                yield typed.strip()
        else:
            reader.feed(line + "\n")
            yield from reader.read()


def is_complete(text: str) -> bool:
    """Whether Enter should run the text: all its statements end, or one of them is wrong already.

    A comment waits for what it is the documentation of; a blank line behind it ends that.

    >>> is_complete("a = 1;"), is_complete("a = 1"), is_complete("def f(x) {"), is_complete("= 1"), is_complete(":help")
    (True, False, False, True, True)
    """
    reader = Reader()
    if any(isinstance(item, RaspError) for item in inputs(reader, text + "\n")):
        return True
    return not reader.pending and not text.rpartition("\n")[2].lstrip().startswith("#")


def indentation(text: str) -> str:
    """The blanks with which a line behind the text starts: a step for each line that left a bracket open, and one where
    an expression goes on.

    >>> indentation("def f(x) {"), indentation("x = select(tokens,"), indentation("x ="), indentation("a = 1;")
    ('    ', '    ', '    ', '')
    """
    openings: list[tuple[int, str]] = []  # the open brackets, each with the number of its line
    last = ""
    for number, line in enumerate(text.split("\n")):
        for kind in _kinds(line):
            if kind in OPENING:
                openings.append((number, kind))
            elif kind in CLOSING and openings:
                openings.pop()
            last = kind
    steps = len({number for number, _ in openings})
    inside = bool(openings) and openings[-1][1] != "{"
    return INDENT * (steps + (not inside and last not in ENDS))


def _kinds(line: str) -> list[str]:
    """The kinds of a line's tokens."""
    kinds: list[str] = []
    place = 0
    while (token := lexer().token(line, place, 0, not kinds)) is not None:
        kinds.append(token.kind)
        place = token.end
    return kinds


def dedented(before: str) -> int:
    """How many blanks to take away when a `}` is typed behind the text: one step on a line of blanks alone.

    >>> dedented("for x in l {\\n    "), dedented("x = {")
    (4, 0)
    """
    line = before.rpartition("\n")[2]
    return min(len(INDENT), len(line)) if line and not line.strip() else 0
