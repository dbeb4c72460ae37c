"""Formats programs: a text goes in, the same program in the one layout comes out.

Tokens and comments stay what they are and where they are; blanks and line breaks are `layout.py`'s.
"""

from __future__ import annotations

from itertools import zip_longest

from rasp.errors import InternalError, RaspError
from rasp.syntax import tree
from rasp.syntax.layout import laid_out
from rasp.syntax.parser import check_size, statements
from rasp.syntax.words import Scribe, Structure, Words, settle


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
    scribe = Scribe()
    program = list(statements(text, name, scribe.hear))
    words = scribe.words()
    structure = Structure(words.kinds, words.texts)
    settle(words, structure)
    formatted = laid_out(words, structure)
    if formatted != text:
        check_size(formatted, name)
        _check(formatted, program, words, structure)
    return formatted


def _check(formatted: str, program: list[tree.Node], words: Words, structure: Structure) -> None:
    """Raises InternalError unless a formatted text has the same statements, tokens, comments and blank lines.

    A layout depends on these alone, so it also stays as it is when it is laid out again.
    """
    scribe = Scribe()
    try:
        pairs = zip_longest(program, statements(formatted, "<formatted>", scribe.hear))
        same = all(before == after for before, after in pairs)
    except RaspError as error:
        raise InternalError(f"the formatted program is wrong: {error}") from error
    after = scribe.words()
    if (after.kinds, after.texts) == (words.kinds, words.texts):
        settle(after, structure)  # which is the same
    if not same or after != words:
        raise InternalError("the formatted program is another one")
