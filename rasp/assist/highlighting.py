"""A Pygments lexer of RASP, for highlighting in terminals, web pages and Sphinx.

Registered under the alias `rasp` and for `*.rasp`. No token spans lines, so a line can be lexed on its own. The words
of commands are commands only at the start of a line or after a statement on the same line.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups, default, words
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

from rasp.runtime.builtins import BEST, BUILTINS

KEYWORDS = ("def", "for", "return", "if", "else")
OPERATOR_WORDS = ("and", "in", "not", "or")
CONSTANTS = ("True", "False")
OPERATOR_SIGNS = ("==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^", "=")
PUNCTUATION = ("(", ")", "[", "]", "{", "}", ",", ":", ";")
BASE_SOPS = ("indices", "tokens", "tokens_asis", "tokens_bool", "tokens_float", "tokens_int", "tokens_str")
FORMS = ("aggregate", "select")  # look like calls, but are no functions
FUNCTIONS = (BEST.name, *BUILTINS)
PRELUDE = (
    "average",
    "contains",
    "count",
    "full_s",
    "has_focus",
    "length",
    "load_from_location",
    "mark_first_instance",
    "mark_last_instance",
    "max",
    "min",
    "select_from_first",
    "select_from_last",
    "select_next_identical",
    "selector_width",
    "shift",
    "sort",
)

_BLANK = r"[ \t]+"
_END = r"(?![a-zA-Z_0-9])"
_COMMAND = "|".join(
    [
        rf"(?:set|show){_BLANK}(?:(?:s-op|selector){_BLANK})?example{_END}",
        rf"(?:(?:s-op|selector){_BLANK})?examples{_BLANK}(?:on|off){_END}",
        rf"full{_BLANK}seq{_BLANK}display{_BLANK}(?:on|off){_END}",
        r"(?:exit|quit)(?:[ \t]*\([ \t]*\))?(?=[ \t\f\r]*(?:[;#\n]|$))",
    ]
)


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
            (r'(load)([ \t]*)(?=")', bygroups(Keyword, Whitespace), "statement"),
            (r"(draw)([ \t]*)(?=\()", bygroups(Keyword, Whitespace), "statement"),
            (r"#[^\n]*", Comment.Single),
            default("statement"),
        ],
        "statement": [
            (r"\n", Whitespace, "#pop"),
            (r"[ \t\f\r]+", Whitespace),
            (r"#[^\n]*", Comment.Single),
            (r'"[^"\r\n]*"', String),
            (r'"[^"\r\n]*', Error),
            (r"[0-9]+\.[0-9]+", Number.Float),
            (r"[0-9]+", Number.Integer),
            (r"(def)([ \t]+)([a-zA-Z_][a-zA-Z_0-9]*)", bygroups(Keyword, Whitespace, Name.Function)),
            (words(KEYWORDS, suffix=_END), Keyword),
            (words(OPERATOR_WORDS, suffix=_END), Operator.Word),
            (words(CONSTANTS, suffix=_END), Keyword.Constant),
            (words(FORMS, suffix=rf"{_END}(?=[ \t]*\()"), Name.Builtin),
            (words(BASE_SOPS, suffix=_END), Name.Builtin.Pseudo),
            (words((*FUNCTIONS, *PRELUDE), suffix=_END), Name.Builtin),
            (r"[a-zA-Z_][a-zA-Z_0-9]*", Name),
            (r"[;{}]", Punctuation, "#pop"),
            (words(OPERATOR_SIGNS), Operator),
            (words(PUNCTUATION), Punctuation),
            (r".", Error),
        ],
    }


def kind_while_typed(kind: Any, text: str) -> Any:
    """The kind of a token at a prompt, where an unclosed string is still being typed and is no error.

    >>> kind_while_typed(Error, '"ab'), kind_while_typed(Error, "?")
    (Token.Literal.String, Token.Error)
    """
    return String if kind is Error and text.startswith('"') else kind
