"""Formats programs: a text goes in, the same program in the one layout comes out.

Tokens and comments stay what they are and where they are; blanks and line breaks are `layout.py`'s.
"""

from __future__ import annotations

from rasp.errors import InternalError, RaspError
from rasp.syntax import tree
from rasp.syntax.layout import laid_out
from rasp.syntax.parser import check_size, parse
from rasp.syntax.reader import Heard
from rasp.syntax.words import Structure, Words, settle, words_of


def format(text: str, name: str = "<text>") -> str:
    """A program in the one layout that all programs have: lines of up to 88 columns, four blanks for each level.

    The result is the same program with the same comments, and formatting it again changes nothing. Raises the first
    syntax error; `name` is the file that it names.

    >>> import rasp
    >>> print(rasp.format("def f(x){y=x+1;#one more\\nreturn y;}"), end="")
    def f(x) {
        y = x + 1;  # one more
        return y;
    }
    """
    heard: list[Heard] = []
    statements = parse(text, name, heard)
    words = words_of(heard)
    structure = Structure(words.kinds, words.texts)
    settle(words, structure)
    formatted = laid_out(words, structure)
    if formatted != text:
        check_size(formatted, name)
        _check(formatted, statements, words, structure)
    return formatted


def _check(formatted: str, statements: list[tree.Node], words: Words, structure: Structure) -> None:
    """Raises InternalError unless a formatted text has the same statements, tokens, comments and blank lines.

    A layout depends on these alone, so it also stays as it is when it is laid out again.
    """
    heard: list[Heard] = []
    try:
        same_statements = parse(formatted, "<formatted>", heard)
    except RaspError as error:
        raise InternalError(f"the formatted program is wrong: {error}") from error
    same = words_of(heard)
    if (same.kinds, same.texts) == (words.kinds, words.texts):
        settle(same, structure)  # which these words have, too
    if same != words or same_statements != statements:
        raise InternalError("the formatted program is another one")
