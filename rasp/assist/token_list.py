"""The kinds of tokens of RASP and how they are recognized, for all highlighters.

`highlighting.py` makes the Pygments lexer of it, which the REPL uses too, and `grammars.py` the files for editors.
Patterns keep to what regular expressions of Python and of TextMate share. No token spans lines.
"""

from __future__ import annotations

from typing import NamedTuple

from rasp.runtime.builtins import BUILTINS, REBINDABLE
from rasp.runtime.operations import NEAR

KEYWORDS = ("def", "for", "return", "if", "else")
OPERATOR_WORDS = ("and", "in", "not", "or")
CONSTANTS = ("True", "False")
OPERATOR_SIGNS = ("==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^", "=")
PUNCTUATION = ("(", ")", "[", "]", "{", "}", ",", ":", ";")
BASE_SOPS = ("indices", "tokens", "tokens_asis", "tokens_bool", "tokens_float", "tokens_int", "tokens_str")
FORMS = ("aggregate", "select")  # look like calls, but are not functions
FUNCTIONS = (*(builtin.name for builtin in REBINDABLE), NEAR.name, *BUILTINS)
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

BLANK = r"[ \t]+"
NAME = "[a-zA-Z_][a-zA-Z_0-9]*"
END = "(?![a-zA-Z_0-9])"
COMMANDS = {  # words of the language's commands, where a statement starts; each with the same pattern for Vim
    rf"(?:set|show){BLANK}(?:(?:s-op|selector){BLANK})?example{END}": (
        r"\%(set\|show\)\s\+\%(\%(s-op\|selector\)\s\+\)\=example\>"
    ),
    rf"(?:(?:s-op|selector){BLANK})?examples{BLANK}(?:on|off){END}": (
        r"\%(\%(s-op\|selector\)\s\+\)\=examples\s\+\%(on\|off\)\>"
    ),
    rf"full{BLANK}seq{BLANK}display{BLANK}(?:on|off){END}": r"full\s\+seq\s\+display\s\+\%(on\|off\)\>",
    r"(?:exit|quit)(?:[ \t]*\([ \t]*\))?(?=[ \t\f\r]*(?:[;#\n]|$))": (
        r"\%(exit\|quit\)\%(\s*(\s*)\)\=\%(\s*\%([;#]\|$\)\)\@="
    ),
}
STARTERS = {"load": '"', "draw": "("}  # keywords where a statement starts, and the sign that must follow them


class Look(NamedTuple):
    """What highlighters call a kind of token: the scope of TextMate, the group of Vim, the face of Emacs."""

    textmate: str
    vim: str
    emacs: str


LOOKS = {  # by the kind of Pygments
    "Comment.Single": Look("comment.line.number-sign", "Comment", "font-lock-comment-face"),
    "Error": Look("invalid.illegal", "Error", "font-lock-warning-face"),
    "Keyword": Look("keyword.control", "Keyword", "font-lock-keyword-face"),
    "Keyword.Constant": Look("constant.language", "Boolean", "font-lock-constant-face"),
    "Keyword.Pseudo": Look("keyword.other.command", "PreProc", "font-lock-preprocessor-face"),
    "Name": Look("variable.other", "", ""),
    "Name.Builtin": Look("support.function", "Function", "font-lock-builtin-face"),
    "Name.Builtin.Pseudo": Look("variable.language", "Special", "font-lock-builtin-face"),
    "Name.Function": Look("entity.name.function", "Identifier", "font-lock-function-name-face"),
    "Literal.Number.Float": Look("constant.numeric.float", "Float", "font-lock-constant-face"),
    "Literal.Number.Integer": Look("constant.numeric.integer", "Number", "font-lock-constant-face"),
    "Literal.String": Look("string.quoted.double", "String", "font-lock-string-face"),
    "Operator": Look("keyword.operator", "Operator", ""),
    "Operator.Word": Look("keyword.operator.word", "Operator", "font-lock-keyword-face"),
    "Punctuation": Look("punctuation", "", ""),
}


class TokenRule(NamedTuple):
    """A kind of token: its pattern, the same for Vim, or its words and the sign that must follow them.

    Rules are tried in their order.
    """

    kind: str
    pattern: str = ""
    vim: str = ""
    words: tuple[str, ...] = ()
    before: str = ""

    @property
    def expression(self) -> str:
        """The pattern, also of words."""
        behind = rf"(?=[ \t]*\{self.before})" if self.before else ""
        return self.pattern or f"(?:{'|'.join(self.words)}){END}{behind}"


RULES = (
    TokenRule("Comment.Single", r"#[^\n]*", "#.*"),
    TokenRule("Literal.String", r'"[^"\r\n]*"', '"[^"]*"'),
    TokenRule("Error", r'"[^"\r\n]*', '"[^"]*$'),
    TokenRule("Literal.Number.Float", r"[0-9]+\.[0-9]+", r"\<\d\+\.\d\+"),
    TokenRule("Literal.Number.Integer", "[0-9]+", r"\<\d\+"),
    TokenRule("Keyword", words=KEYWORDS),
    TokenRule("Operator.Word", words=OPERATOR_WORDS),
    TokenRule("Keyword.Constant", words=CONSTANTS),
    TokenRule("Name.Builtin", words=FORMS, before="("),
    TokenRule("Name.Builtin.Pseudo", words=BASE_SOPS),
    TokenRule("Name.Builtin", words=(*FUNCTIONS, *PRELUDE)),
    TokenRule("Name", NAME, r"\h\w*"),
    TokenRule("Operator", r"==|!=|<=|>=|[<>+\-*/%^=]", r"[-+*/%^=<>]\|!="),
    TokenRule("Punctuation", r"[()\[\]{},:;]", r"[][(){},:;]"),
)
DEFINITION = rf"(def)([ \t]+)({NAME})"  # a keyword, blanks and the name of a function
