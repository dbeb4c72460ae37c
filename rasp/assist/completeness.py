"""Whether an input can run, and how far the next line of one that cannot is set in: texts go in, no terminal.

A person may leave out the `;` at the end of an input. So it is put there before the input runs: what stands on the
screen, in the history and in a saved program is RASP. Texts that come from elsewhere are read as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rasp.errors import RaspError
from rasp.runtime.scope import MISSING, Scope
from rasp.syntax.lexer import Token, lexer
from rasp.syntax.prompts import PROMPT
from rasp.syntax.reader import Item, Reader

INDENT = "    "
COMMAND_SIGN = ":"

OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
CALLED = r"\((?:[^();\n]|\([^();\n]*\))*\)"  # behind the name of a function
QUESTION = re.compile(rf"\?+ *([^?;\n]*)\?*|(\w+) *(?:{CALLED})? *\?+|help(?: +(\w[\w ]*)|\( *(\w*) *\))?")
ENDS = frozenset(("", ";", "{", "}", "COMMAND", "SETTING"))  # kinds after which no expression goes on


def is_command(line: str) -> bool:
    """Whether a line, where no statement is under way, is a command of the REPL.

    >>> is_command("  :help sort"), is_command("tokens;")
    (True, False)
    """
    return line.lstrip().startswith(COMMAND_SIGN)


def question(text: str) -> str:
    """The command that answers a bare question, or nothing.

    >>> question("sort?"), question("?sort"), question("help sort"), question(">> help"), question("x = 1?")
    (':help sort', ':help sort', ':help sort', ':help', '')
    """
    match = QUESTION.fullmatch(PROMPT.sub("", text, count=1).strip().rstrip("; "))
    return f":help {''.join(filter(None, match.groups())).strip()}".rstrip() if match else ""


def asked(text: str, scope: Scope) -> str:
    """The command that answers a question where these names are known: `help` may be one of them."""
    command = question(text)
    own = command and "?" not in text and scope.find("help") is not MISSING
    return "" if own else command


def inputs(reader: Reader, text: str, ask: Callable[[str], str] = question) -> Iterator[str | Item]:
    """What a text adds to those that the reader has: commands as texts, statements, syntax errors, as they complete.

    The text should end with a line's end. A line that begins with `:` inside a statement is no command, nor is one that
    looks like a question. `ask` gives the command of a question.

    >>> reader = Reader()
    >>> [type(item).__name__ for item in inputs(reader, 'a = 1;\\n:help\\nb = {"k"\\n: 2};\\na?\\n')]
    ['Assign', 'str', 'Assign', 'str']
    """
    for line in text.split("\n")[:-1]:
        prompt = PROMPT.match(line)
        typed = line[prompt.end() :] if prompt else line
        begins = not reader.pending and (prompt or not reader.copied)
        command = typed.strip() if is_command(typed) else ask(typed)
        if begins and command:
            reader.feed(f"{prompt.group() if prompt else ''}\n")
            wrong = list(reader.read())  # a prompt where the text began without
            yield from wrong
            if not wrong:
                yield command
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


def completed(text: str) -> str | None:
    """The text that Enter runs, or None where it should go on: the `;` at its end may be left out.

    >>> completed("a = 1"), completed("a = 1;"), completed("a = 1 +"), completed("a # the first\\n")
    ('a = 1;', 'a = 1;', None, 'a; # the first\\n')
    """
    closed = closed_with_semicolon(text)
    return closed if is_complete(closed) else None


def closed_with_semicolon(text: str) -> str:
    """The text with a `;` behind its last token, where its last statement lacks nothing else.

    >>> closed_with_semicolon("a = 1; b"), closed_with_semicolon("def f(x)")
    ('a = 1; b;', 'def f(x)')
    """
    reader = Reader()
    for _ in inputs(reader, text + "\n", _no_statement):
        pass
    return with_semicolon(text) if reader.lacks_semicolon else text


def goes_on(text: str, lines: str) -> bool:
    """Whether lines behind a text go on with its last statement, which lacks only a `;`.

    >>> goes_on("a = 1", "  + 2;"), goes_on("a = 1", "b = 2;"), goes_on(">> a", ".. + 2;"), goes_on(">> a", ">> b;")
    (True, False, True, False)
    """
    reader = Reader()
    for _ in inputs(reader, text + "\n"):
        pass
    for line in lines.split("\n") if reader.lacks_semicolon else ():
        prompt = PROMPT.match(line)
        if prompt and prompt.group(1).startswith(">"):  # another input
            return False
        found = reader.goes_on_with(line[prompt.end() :] if prompt else line)
        if found is not None:
            return found
    return False


def with_semicolon(text: str) -> str:
    """The text with a `;` behind its last token, if it has one.

    >>> with_semicolon("hist # how often")
    'hist; # how often'
    """
    lines = text.split("\n")
    for number in reversed(range(len(lines))):
        if tokens := _tokens(lines[number]):
            end = tokens[-1].end
            lines[number] = f"{lines[number][:end]};{lines[number][end:]}"
            break
    return "\n".join(lines)


def _no_statement(text: str) -> str:
    """The command of a question that cannot be a statement: `help` may be a name of the text itself."""
    return "" if text.strip() == "help" else question(text)


def indentation(text: str) -> str:
    """The blanks with which a line behind the text starts: a step for each line that left a bracket open, and one where
    an expression goes on.

    >>> indentation("def f(x) {"), indentation("x = select(tokens,"), indentation("x ="), indentation("a = 1;")
    ('    ', '    ', '    ', '')
    """
    openings: list[tuple[int, str]] = []  # the open brackets, each with the number of its line
    last = ""
    for number, line in enumerate(text.split("\n")):
        for kind in (token.kind for token in _tokens(line)):
            if kind in OPENING:
                openings.append((number, kind))
            elif kind in CLOSING and openings:
                openings.pop()
            last = kind
    steps = len({number for number, _ in openings})
    inside = bool(openings) and openings[-1][1] != "{"
    return INDENT * (steps + (not inside and last not in ENDS))


def _tokens(line: str) -> list[Token]:
    """The tokens of a line."""
    tokens: list[Token] = []
    place = 0
    while (token := lexer().token(line, place, 0, not tokens)) is not None:
        tokens.append(token)
        place = token.end
    return tokens


def dedented(before: str) -> int:
    """How many blanks to take away when a `}` is typed behind the text: one step on a line of blanks alone.

    >>> dedented("for x in l {\\n    "), dedented("x = {")
    (4, 0)
    """
    line = before.rpartition("\n")[2]
    return min(len(INDENT), len(line)) if line and not line.strip() else 0
