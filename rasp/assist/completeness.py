"""Decides whether Enter runs an input or opens another line, and how far that line is indented. Needs no terminal.

At a prompt the last `;` of an input may be left out. It is added before the input runs, so that the screen, the history
and saved programs hold valid RASP. Files and pipes are read as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rasp.errors import RaspError
from rasp.runtime.scope import MISSING, Scope
from rasp.syntax.lexer import Token, lexer
from rasp.syntax.prompts import PROMPT
from rasp.syntax.reader import Reader, ReaderItem

INDENT = "    "
COMMAND_SIGN = ":"

OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
CALLED = r"\((?:[^();\n]|\([^();\n]*\))*\)"  # a call after the name of a function
QUESTION = re.compile(rf"\?+ *([^?;\n]*)\?*|(\w+) *(?:{CALLED})? *\?+|help(?: +(\w[\w ]*)|\( *(\w*) *\))?")
ENDS = frozenset(("", ";", "{", "}", "COMMAND", "SETTING"))  # kinds of tokens after which no expression continues


def is_command(line: str) -> bool:
    """Whether a line, outside a statement, is a `:` command.

    >>> is_command("  :help sort"), is_command("tokens;")
    (True, False)
    """
    return line.lstrip().startswith(COMMAND_SIGN)


def question(text: str) -> str:
    """The `:help` command for a question such as `sort?`, or an empty string.

    >>> question("sort?"), question("?sort"), question("help sort"), question(">> help"), question("x = 1?")
    (':help sort', ':help sort', ':help sort', ':help', '')
    """
    match = QUESTION.fullmatch(PROMPT.sub("", text, count=1).strip().rstrip("; "))
    return f":help {''.join(filter(None, match.groups())).strip()}".rstrip() if match else ""


def question_in_scope(text: str, scope: Scope) -> str:
    """As `question`, with the names of a scope: where a program binds `help`, `help` is no question."""
    command = question(text)
    own = command and "?" not in text and scope.find("help") is not MISSING
    return "" if own else command


class LatestInput:
    """The text of the latest input that is not a command, as it was entered, also if it failed.

    It has all lines that were fed at once. Where lines come one by one, it has those of one statement.

    >>> reader, latest = Reader(), LatestInput()
    >>> for line in ("a = 1;\\n", "b = [\\n", "2;\\n", "]; c = 3;\\n", ":help\\n"):
    ...     found = list(inputs(reader, line, latest=latest))
    >>> latest.text
    'b = [\\n2;\\n]; c = 3;\\n'
    """

    def __init__(self) -> None:
        self.text = ""
        self._open = False  # whether the next line belongs to it

    def add(self, line: str) -> None:
        """Adds a line, or begins with it; an input does not begin with a blank line."""
        if self._open or line.strip():
            self.text = f"{self.text if self._open else ''}{line}\n"
            self._open = True

    def forget(self) -> None:
        """Forgets the text."""
        self.text = ""

    def end(self) -> None:
        """Lets the next line begin another input."""
        self._open = False


def inputs(
    reader: Reader, text: str, ask: Callable[[str], str] = question, latest: LatestInput | None = None
) -> Iterator[str | ReaderItem]:
    """Feeds a text to a reader; yields commands (as text), statements and syntax errors as they become complete.

    The text should end with a newline. Inside a statement, a line that starts with `:` or looks like a question is
    part of the statement. `ask` returns the command for a question. `latest` takes the lines that are not commands.

    >>> reader = Reader()
    >>> [type(item).__name__ for item in inputs(reader, 'a = 1;\\n:help\\nb = {"k"\\n: 2};\\na?\\n')]
    ['Assign', 'str', 'Assign', 'str']
    """
    latest = latest or LatestInput()
    for line in text.split("\n")[:-1]:
        prompt = PROMPT.match(line)
        typed = line[prompt.end() :] if prompt else line
        begins = not reader.pending and (prompt or not reader.copied)
        command = typed.strip() if is_command(typed) else ask(typed)
        if begins and command:
            reader.feed(f"{prompt.group() if prompt else ''}\n")
            wrong = list(reader.read())  # an error: a copied prompt in a text that began without one
            yield from wrong
            latest.end()
            if not wrong:
                yield command
        else:
            latest.add(line)
            reader.feed(line + "\n")
            yield from reader.read()
    if not reader.unfinished:
        latest.end()


def is_complete(text: str) -> bool:
    """Whether Enter should run the text: all its statements are complete, or one has a syntax error.

    After a comment the text is incomplete, since the comment may document the next statement; a blank line ends that.

    >>> is_complete("a = 1;"), is_complete("a = 1"), is_complete("def f(x) {"), is_complete("= 1"), is_complete(":help")
    (True, False, False, True, True)
    """
    reader = Reader()
    if any(isinstance(item, RaspError) for item in inputs(reader, text + "\n")):
        return True
    return not reader.pending and not text.rpartition("\n")[2].lstrip().startswith("#")


def complete_text(text: str) -> str | None:
    """The text that Enter runs, with a missing last `;` added, or None if it is incomplete.

    >>> complete_text("a = 1"), complete_text("a = 1;"), complete_text("a = 1 +"), complete_text("a # the first\\n")
    ('a = 1;', 'a = 1;', None, 'a; # the first\\n')
    """
    closed = add_semicolon(text)
    return closed if is_complete(closed) else None


def add_semicolon(text: str) -> str:
    """The text with a `;` after its last token, if its last statement lacks only that.

    >>> add_semicolon("a = 1; b"), add_semicolon("def f(x)")
    ('a = 1; b;', 'def f(x)')
    """
    reader = Reader()
    for _ in inputs(reader, text + "\n", _no_statement):
        pass
    return with_semicolon(text) if reader.lacks_semicolon else text


def goes_on(text: str, lines: str) -> bool:
    """Whether the lines after a text continue its last statement, which lacks only a `;`.

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
    """The text with a `;` after its last token, if it has a token.

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
    """As `question`, but `help` alone is not a question: the text may bind that name."""
    return "" if text.strip() == "help" else question(text)


def indentation(text: str) -> str:
    """The indentation of a line after the text: a step for each line with an unclosed bracket, and one more inside an
    unfinished expression.

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
    offset = 0
    while (token := lexer().token(line, offset, 0, not tokens)) is not None:
        tokens.append(token)
        offset = token.end
    return tokens


def dedent_width(before: str) -> int:
    """The number of blanks to remove when `}` is typed after the text: one step if the line is blank so far.

    >>> dedent_width("for x in l {\\n    "), dedent_width("x = {")
    (4, 0)
    """
    line = before.rpartition("\n")[2]
    return min(len(INDENT), len(line)) if line and not line.strip() else 0
