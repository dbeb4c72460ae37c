"""Styles and syntax highlighting of the prompt, in the terminal's own 16 colours.

The user's colours are legible on the user's background. White and black are not used, and nothing depends on colour
alone. No token spans lines, so lines are highlighted one by one and cached: a key press costs one line.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style, pygments_token_to_classname

from rasp.assist.highlighting import RaspLexer, kind_while_typed

LONGEST_LINE = 2_000  # characters; longer lines stay plain

STYLE = Style.from_dict(
    {
        "prompt": "bold ansimagenta",
        "pygments.keyword": "bold",
        "pygments.keyword.constant": "nobold ansicyan",
        "pygments.keyword.pseudo": "bold ansimagenta",
        "pygments.operator.word": "bold",
        "pygments.literal.string": "ansigreen",
        "pygments.literal.number": "ansicyan",
        "pygments.name.function": "bold",
        "pygments.name.builtin": "ansimagenta",
        "pygments.comment": "italic ansibrightblack",
        "pygments.error": "underline ansired",
        "matching-bracket.cursor": "noinherit bold underline",
        "matching-bracket.other": "noinherit bold underline",
        "auto-suggestion": "ansibrightblack",
        "completion-menu": "noinherit reverse",
        "completion-menu.completion": "noinherit reverse",
        "completion-menu.completion.current": "noinherit noreverse bold",
        "completion-menu.meta.completion": "noinherit reverse",
        "completion-menu.meta.completion.current": "noinherit noreverse bold",
        "scrollbar.background": "noinherit reverse",
        "scrollbar.button": "noinherit bg:ansibrightblack",
        "bottom-toolbar": "noreverse",
        "bottom-toolbar.text": "ansibrightblack",
        "bottom-toolbar.current": "bold underline",
    }
)


class LineLexer(Lexer):
    """Highlights a document line by line; unchanged lines come from a cache."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        lines = document.lines

        def line(number: int) -> StyleAndTextTuples:
            return list(pieces(lines[number])) if number < len(lines) else []

        return line


_LEXER = RaspLexer()


@lru_cache(maxsize=5_000)
def pieces(line: str) -> tuple[tuple[str, str], ...]:
    """The pieces of a line with their styles.

    >>> pieces("x;")
    (('class:pygments.name', 'x'), ('class:pygments.punctuation', ';'))
    """
    if len(line) > LONGEST_LINE:
        return (("", line),)
    found = (item for item in _LEXER.get_tokens_unprocessed(line) if item[2])
    return tuple(
        (f"class:{pygments_token_to_classname(kind_while_typed(kind, text))}", text) for _, kind, text in found
    )
