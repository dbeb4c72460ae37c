"""Formats a program: rewrites its text in the one layout.

Tokens and comments stay what they are and where they are; blanks and line breaks are `layout.py`'s.
"""

from __future__ import annotations

from collections.abc import Container

from rasp.base.diagnostics import Source, Span
from rasp.errors import InternalError
from rasp.syntax.draft import OPENERS, PARTNERS
from rasp.syntax.layout import lay_out
from rasp.syntax.lexer import OPENING, lexer
from rasp.syntax.parser import is_too_large, refuse_conversation, statements
from rasp.syntax.reader import COMMENT, LINE_END, source_too_large
from rasp.syntax.settling import settle
from rasp.syntax.words import Scribe, Structure


def format(text: str, name: str = "<text>") -> str:
    """A program in the one layout that all programs have: lines of up to 88 columns, four blanks for each level.

    The result is the same program with the same comments, and formatting it again changes nothing. Raises the first
    syntax error, and one for a conversation that was copied with its prompts; `name` is the file that it names.

    >>> import rasp
    >>> print(rasp.format("def f(x){y=x+1;#one more\\nreturn y;}"), end="")
    def f(x) {
        y = x + 1;  # one more
        return y;
    }
    """
    refuse_conversation(text, name)
    return format_text(text, name)


def format_text(text: str, name: str = "<text>") -> str:
    """Formats a text as `format` does; of a copied conversation, formats what was typed.

    >>> format_text(">> a=1;\\nvalue: a = 1")
    'a = 1;\\n'
    """
    heard = Scribe()
    starts = {0, *(heard.index for _ in statements(text, name, heard.hear))}
    words = heard.words()
    structure = Structure(words.kinds, words.texts)
    settle(words, structure)
    result = lay_out(words, structure)
    if result != text:
        if is_too_large(result):
            raise source_too_large(Span(Source(name, text), 0, 1), "the formatted program would have")
        _check(result, heard, starts, structure)
    return result


def _check(result: str, heard: Scribe, starts: Container[int], structure: Structure) -> None:
    """Raises InternalError unless a formatted text has the tokens, comments and blank lines of the original.

    The layout depends on these alone, so formatting the result again does not change it.
    """
    heard_after = heard_in(result, starts)
    words, after = heard.words(), heard_after.words()
    if (after.kinds, after.texts) == (words.kinds, words.texts):
        settle(after, structure)  # equal tokens have an equal structure
    if after != words or heard_after.comments != heard.comments:
        raise InternalError("the formatted program is another one")


def heard_in(text: str, starts: Container[int]) -> Scribe:
    """The tokens and comments that a reader would report for a text, found without parsing it, to check a result.

    A parser reads only the tokens, so a text with the same tokens is the same program. Only the words of commands
    depend on the context: they are tokens of their own kind only where a statement starts. `starts` are the indices of
    such tokens in the original text; they are valid for this text up to the first token that differs.
    """
    scribe, token_of = Scribe(), lexer().token
    index, command, depth = 0, False, 0  # of the next token; whether its statement ends with the line; open brackets
    for number, line in enumerate(text.split("\n"), 1):
        at = 0
        while token := token_of(line, at, 0, index in starts):
            if index in starts:
                command, depth = token.kind in OPENING, 0
            depth += (token.kind in OPENERS) - (token.kind in PARTNERS)
            scribe.hear(number, token.kind, token.text)
            index, at = index + 1, token.end
        if comment := line[at:].strip():
            scribe.hear(number, COMMENT, comment)
        if command and not depth and index not in starts:
            scribe.hear(number, LINE_END, "")
            index += 1
    return scribe
