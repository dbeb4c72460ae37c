"""A Pygments lexer of RASP, for highlighting in terminals, web pages and Sphinx.

Registered under the alias `rasp` and for `*.rasp`. No token spans lines, so a line can be lexed on its own. The words
of commands are commands only at the start of a line or after a statement on the same line.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups, default
from pygments.token import Comment, Error, Keyword, Name, Punctuation, String, Text, Whitespace, string_to_tokentype

from rasp.assist.token_list import COMMANDS, DEFINITION, RULES, STARTERS

_COMMAND = "|".join(COMMANDS)


class RaspLexer(RegexLexer):  # type: ignore[misc]  # Pygments has no types
    """The lexer of RASP and of the `:` commands of the REPL.

    >>> [(str(kind), text) for kind, text in RaspLexer().get_tokens('x = "a";') if text.strip()]
    [('Token.Name', 'x'), ('Token.Operator', '='), ('Token.Literal.String', '"a"'), ('Token.Punctuation', ';')]
    """

    name = "RASP"
    aliases: ClassVar = ["rasp"]
    filenames: ClassVar = ["*.rasp"]
    url = "https://arxiv.org/abs/2106.06981"

    tokens: ClassVar = {
        "root": [
            (r"[ \t\f\r]+", Whitespace),
            (r"\n", Whitespace),
            (r":(?:type|time|trace|arch|draw)(?![a-z])", Keyword.Pseudo, "statement"),
            (r"(:[a-zA-Z]+)([^\n]*)", bygroups(Keyword.Pseudo, Text)),
            (_COMMAND, Keyword.Pseudo, "statement"),
            *(
                (rf"({word})([ \t]*)(?=\{sign})", bygroups(Keyword, Whitespace), "statement")
                for word, sign in STARTERS.items()
            ),
            (r"#[^\n]*", Comment.Single),
            default("statement"),
        ],
        "statement": [
            (r"\n", Whitespace, "#pop"),
            (r"[ \t\f\r]+", Whitespace),
            (DEFINITION, bygroups(Keyword, Whitespace, Name.Function)),
            (r"[;{}]", Punctuation, "#pop"),
            *((rule.expression, string_to_tokentype(rule.kind)) for rule in RULES),
            (r".", Error),
        ],
    }


def kind_while_typed(kind: Any, text: str) -> Any:
    """The kind of a token at a prompt, where an unclosed string is still being typed and is no error.

    >>> kind_while_typed(Error, '"ab'), kind_while_typed(Error, "?")
    (Token.Literal.String, Token.Error)
    """
    return String if kind is Error and text.startswith('"') else kind
