"""Explains syntax errors, from the statement that is being read and the token that does not fit.

`RULES` is a table of functions that are tried in order: each one examines the `Scene` of the error, and returns an
error that explains it, or None. If none applies, the error says what was found and what was expected. `mistakes.py` has
wrong programs with their errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rasp.base.diagnostics import Note, Span
from rasp.errors import (
    AssignmentInExpression,
    BadCommand,
    BadTarget,
    ForeignOperator,
    ForeignStatement,
    KeywordAsName,
    MalformedForm,
    MisplacedReturn,
    MissingItem,
    MissingReturn,
    MissingSemicolon,
    RaspSyntaxError,
    StrayBracket,
    UnclosedBracket,
    UnfinishedStatement,
)
from rasp.syntax.automaton import END
from rasp.syntax.builder import is_bare, outer
from rasp.syntax.draft import OPENERS, OPERANDS, PARTNERS, STARTS, Opening, StatementDraft
from rasp.syntax.foreign import CHOICE, STATEMENTS
from rasp.syntax.habits import (
    argument_with_colon,
    declared_kind,
    default_value,
    foreign_prompt,
    is_named_argument,
    named_argument,
    prompt,
    strings,
    word_operator,
)
from rasp.syntax.lexer import OPENING, Token, lexer
from rasp.syntax.scene import WORDS, Explanation, Scene, brief
from rasp.syntax.spelling import (
    counting_operator,
    foreign_character,
    foreign_operator,
    number_with_letters,
    number_with_point,
    open_string,
    quotes,
    strange_character,
)

CLOSERS = {opener: closer for closer, opener in PARTNERS.items()}
INFIX = frozenset(("and", "or", "in", "if", "else", "*", "/", "%", "^", "+", "-", "COMPARISON"))

KEYWORD_TARGET = re.compile(r"(if|else)[ \t]*=[^=]")
ASSIGNED = re.compile(r"\w+[ \t]*=([^=]|$)")
LETTERS = re.compile(r"[a-zA-Z_]*")
COMMANDS = re.compile(r"(set|show|examples|full|exit|quit|(s-op|selector)[ \t]+examples?)(?![a-zA-Z_0-9])")
USAGE = {
    "set": 'It is written `set example "hello"`, `set s-op example "hello"` or `set selector example "hello"`.',
    "show": "It is written `show example`, `show s-op example` or `show selector example`.",
    "full": "It is written `full seq display on` or `full seq display off`.",
    "exit": "It stands alone on its line.",
    "quit": "It stands alone on its line.",
}
SWITCH = "It is written `examples on` or `examples off`, `s-op examples on` and so on."


def explain_token(draft: StatementDraft, token: Token) -> RaspSyntaxError:
    """The error for a token that cannot come next."""
    scene = Scene(draft, token)
    for rule in RULES:
        error = rule(scene)
        if error is not None:
            return error
    return unexpected_token(scene)


def broken_off(draft: StatementDraft) -> RaspSyntaxError:
    """The error for a statement that needs more where the next line begins another one."""
    end = draft.last.end if draft.last else draft.base
    scene = Scene(draft, Token(";", "", end, end + 1))
    return _unclosed_error(scene, scene.opening) if scene.inside and scene.opening else _unfinished(scene)


# ------------------------------------------------------------------------------------------------------ assignments


def equals_sign(scene: Scene) -> Explanation:
    """`=` where it cannot stand."""
    if scene.kind != "=":
        return None
    if is_named_argument(scene):
        return named_argument(scene)
    if is_bare(scene.called, "select"):
        hint = "The third part of `select` is a comparison: one of == != < <= > >=."
        return AssignmentInExpression(span=scene.span(), hint=hint, suggestion="==")
    if scene.inside or "if" in scene.statement or "for" in scene.statement or "return" in scene.statement:
        hint = "`==` compares; `=` makes a statement."
        return AssignmentInExpression(span=scene.span(), hint=hint, suggestion="==")
    if "=" in scene.statement:
        hint = "Write one statement a name, or `==` to compare."
        return AssignmentInExpression("a chained assignment", span=scene.span(), hint=hint)
    if scene.at_start:
        return BadTarget("there is no name before `=`", span=scene.span(), hint="An assignment is written `x = 1;`.")
    return _bad_target(scene)


def _start_of_statement(scene: Scene) -> int:
    """The offset at which the innermost statement starts."""
    value = scene.values[len(scene.values) - len(scene.statement)]
    while isinstance(value, list):  # names, values
        value = value[0]
    return value.start if isinstance(value, Token) else outer(value).start


def _bad_target(scene: Scene) -> RaspSyntaxError:
    """`a[0] = 1`, `3 = x`"""
    start = _start_of_statement(scene)
    end = scene.last.end if scene.last else scene.token.start
    hint = "Only names get values; to compare, write `==`."
    if scene.last and scene.last.kind == "]":
        hint = "Only names get values. Lists, dicts and s-ops never change: make a new one."
    return BadTarget("this cannot be assigned", span=Span(scene.draft.source, start, end), hint=hint)


# ------------------------------------------------------------------------------------------------------- statements


def bad_command(scene: Scene) -> Explanation:
    """`set example`, `show foo`"""
    first = scene.draft.first
    if first is None or (scene.new_line and scene.kind != "LINE_END") or scene.inside:
        return None
    if first.kind in OPENING:
        missing = first.kind == "SETTING" and scene.last is first
        if missing and scene.kind in ("LINE_END", ";", END):
            title, hint = f"`{first.text}` without a value", 'Write for example `set example "hello"`.'
            return BadCommand(title, span=scene.span(first, first), hint=hint)
        if scene.kind in ("LINE_END", END):
            return None
        hint = "It takes one expression." if first.kind == "SETTING" else "Nothing may stand behind it on its line."
        title = f"{scene.found} does not belong to the command `{first.text}`"
        return BadCommand(title, span=scene.span(), hint=hint)
    return _no_command(scene)


def _no_command(scene: Scene) -> Explanation:
    """Words that begin like a command, but none that exists, or where none is allowed."""
    if scene.last is None or scene.at_start or scene.kind not in ("NAME", "INT", "STRING", "in", "for", "if"):
        return None
    text, start = scene.draft.text(), _start_of_statement(scene)
    words = COMMANDS.match(text, start)
    if not words or scene.last.end > words.end():
        return None
    span = Span(scene.draft.source, start, scene.token.end)
    if scene.is_expression:
        return BadCommand("a command inside an expression", span=span, hint="It stands on a line of its own.")
    if scene.opening is not None:
        where = "function" if scene.role == "function" else "loop"
        return BadCommand(f"a command inside a {where}", span=span, hint="Commands stand outside loops and functions.")
    title = f"no command begins `{brief(text[start : scene.token.end])}`"
    return BadCommand(title, span=span, hint=USAGE.get(words.group(1), SWITCH))


def start_of_statement(scene: Scene) -> Explanation:
    """A token that cannot begin a statement."""
    if not scene.at_start or scene.kind in (END, "?"):
        return None
    if scene.ahead(2) in ("//", "/*"):
        hint = "A comment starts with `#` and ends with its line."
        return ForeignOperator("this starts no comment", span=scene.span(), hint=hint, suggestion="#")
    if scene.kind == ";" and not scene.is_expression:
        return RaspSyntaxError("an empty statement", span=scene.span(), hint="Remove the `;`.")
    if scene.kind == ":":
        hint = "Type it at the prompt of `rasp`, or on a pipe; a program has statements alone."
        return BadCommand("a command with `:` inside a program", span=scene.span(), hint=hint)
    if scene.kind == "return":
        title = "`return` inside a loop" if scene.role == "loop" else "`return` outside a function"
        hint = "A function has exactly one `return`, as the last statement of its body."
        return MisplacedReturn(title, span=scene.span(), hint=hint)
    if scene.kind in ("if", "else") and not scene.match(KEYWORD_TARGET):
        return _foreign_statement(scene, scene.kind, scene.span())
    if scene.kind == "}" and scene.role == "function":
        return _missing_return(scene)
    return None


def _foreign_statement(scene: Scene, word: str, span: Span) -> RaspSyntaxError:
    return ForeignStatement(f"RASP has no statement `{word}`", span=span, hint=STATEMENTS[word])


def _missing_return(scene: Scene) -> RaspSyntaxError:
    return MissingReturn(
        span=scene.span(),
        label="the body ends here",
        hint="The last statement of a function's body is its `return`.",
        suggestion="return x;",
    )


def expression_alone(scene: Scene) -> Explanation:
    """`3;`, `a = 3`, `a, b` or `a b` where the whole text should be one expression."""
    if not scene.is_expression or not scene.accepts(END):
        return None
    if scene.kind == ";":
        return RaspSyntaxError("an expression has no `;`", span=scene.span(), hint="Remove the `;`.")
    if scene.kind == "=":
        return AssignmentInExpression(span=scene.span(), hint="`==` compares; `=` makes a statement.", suggestion="==")
    if scene.kind == ",":
        return MalformedForm("a comma between expressions", span=scene.span(), hint="A list is written `[a, b]`.")
    return None


def foreign_statement(scene: Scene) -> Explanation:
    """`while x`, `import y`, `print x`"""
    last = scene.last
    if last is None or scene.kind == END or (scene.new_line and scene.accepts(";")):
        return None
    if last.kind == "NAME" and last.text in STATEMENTS and scene.kind in STARTS | {":", "?", "def"}:
        return _foreign_statement(scene, last.text, scene.span(last, last))
    if scene.kind in ("{", ":") and scene.statement:
        start = _start_of_statement(scene)
        word = LETTERS.match(scene.draft.text(), start)
        if word and word.group() in STATEMENTS:
            span = Span(scene.draft.source, start, word.end())
            return _foreign_statement(scene, word.group(), span)
    return None


def after_return(scene: Scene) -> Explanation:
    """A statement after `return`, or `return` without a value."""
    if scene.statement[-3:] == ["return", "values", ";"]:
        if scene.kind in (END, "?"):
            return None
        hint = "`return` is the last statement of a function, and there is only one. Close the body with `}`."
        return MisplacedReturn("a statement behind `return`", span=scene.span(), hint=hint)
    if scene.statement[-1:] == ["return"] and scene.kind in (";", "}"):
        return MissingItem("`return` without a value", span=scene.behind(), hint="Write for example `return x;`.")
    return None


def keyword_as_name(scene: Scene) -> Explanation:
    """`def if(x)`, `for in in l`, `else = 3`"""
    if scene.kind == "=" and scene.last and scene.statement in (["for"], ["def"], ["not"]):
        span = scene.span(scene.last, scene.last)
        return KeywordAsName(f"`{scene.last.text}` is a keyword and cannot be a name", span=span)
    if scene.kind not in lexer().keywords:
        return None
    before = scene.statement[-1:]
    if scene.last and scene.last.kind == "," and scene.kind == "in":
        return None
    wanted = before in (["def"], ["for"]) or scene.role == "parameters" or scene.statement[-2:] == ["names", ","]
    assigned = scene.at_start and scene.match(ASSIGNED)
    if not (wanted or assigned):
        return None
    return KeywordAsName(f"`{scene.token.text}` is a keyword and cannot be a name", span=scene.span())


FUNCTION = "A function is written `def f(x, y) { return x + y; }`."
LOOP = "A loop is written `for x in list { … }`."
COMPREHENSION = "A comprehension is written `[x + 1 for x in list]`."
CONDITION = (
    "Choose what the item is, `[a if condition else b for x in list]`, or build a shorter list in a loop before: "
    "`for x in list { kept = kept + [x] if condition else kept; }`."
)


def function_head(scene: Scene) -> Explanation:
    """`def` with a malformed head."""
    if "def" not in scene.statement or scene.kind in (END, "?"):
        return None
    tail = scene.statement[scene.statement.index("def") :]
    if tail == ["def"]:
        return MalformedForm("a function needs a name", span=scene.span(), hint=FUNCTION)
    if tail == ["def", "NAME"]:
        return MalformedForm("a function needs brackets for its parameters", span=scene.behind(), hint=FUNCTION)
    if scene.role == "parameters":
        if scene.last and scene.last.text == "," and scene.kind in (",", ")"):
            return None
        if scene.kind == "=":
            return default_value(scene)
        return MalformedForm(
            f"{scene.found} is no parameter", span=scene.span(), hint="Parameters are names. " + FUNCTION
        )
    if tail[-1] == ")":
        return MalformedForm("a function needs braces around its body", span=scene.behind(), hint=FUNCTION)
    return None


def loop_head(scene: Scene) -> Explanation:
    """`for` with a malformed head."""
    if "for" not in scene.statement or scene.kind in (END, "?"):
        return None
    if scene.inside:
        heads = scene.statement[-2:] == ["for", "names"] or scene.statement[-1] in ("for", "NAME")
        if not heads or not (scene.accepts("in") or scene.statement[-1] == "for") or scene.accepts("INT"):
            return None
        return MalformedForm(f"a comprehension has no {scene.found} here", span=scene.span(), hint=COMPREHENSION)
    if not scene.accepts("{") and "in" not in scene.statement and not (scene.last and scene.last.kind == ","):
        return MalformedForm(f"a loop has no {scene.found} here", span=scene.span(), hint=LOOP)
    if scene.accepts("{") and not scene.accepts(";") and scene.kind != "=":
        return MalformedForm("a loop needs braces around its body", span=scene.behind(), hint=LOOP)
    return None


# --------------------------------------------------------------------------------------------------------- brackets


def closing_bracket(scene: Scene) -> Explanation:
    """A closing bracket without a partner, or with the wrong one."""
    if scene.kind not in PARTNERS:
        return None
    partner, opening = PARTNERS[scene.kind], scene.opening
    if opening is None:
        return StrayBracket(f"`{scene.kind}` closes nothing", span=scene.span(), hint="Remove it, or open it first.")
    if opening.token.kind == partner:
        return None
    if any(other.token.kind == partner for other in scene.draft.openings):
        if opening.body:
            return StrayBracket(f"`{scene.kind}` closes nothing in this body", span=scene.span())
        return _unclosed_error(scene, opening)
    note = Note(scene.span(opening.token, opening.token), "opened here")
    title = f"`{scene.kind}` cannot close `{opening.token.kind}`"
    return StrayBracket(title, span=scene.span(), notes=[note], suggestion=CLOSERS[opening.token.kind])


def _unclosed_error(scene: Scene, opening: Opening) -> RaspSyntaxError:
    kind = opening.token.kind
    notes = [] if scene.kind == END else [Note(scene.span(), "noticed here")]
    return UnclosedBracket(
        f"`{kind}` is never closed",
        span=scene.span(opening.token, opening.token),
        label=f"the text ends without `{CLOSERS[kind]}`" if scene.kind == END else "",
        hint=f"Put the missing `{CLOSERS[kind]}`.",
        notes=notes,
    )


def unclosed_bracket(scene: Scene) -> Explanation:
    """`(1;`, or the end of the text inside brackets"""
    opening = scene.opening
    if opening is None:
        return None
    if scene.kind == END or (not opening.body and scene.kind in (";", "return", "def")):
        return _unclosed_error(scene, opening)
    return None


def missing_item(scene: Scene) -> Explanation:
    """`[1,]`, `f(,)`, `x[]`, `()`"""
    last, kind = scene.last, scene.kind
    if last is None or kind not in (",", ")", "]", "}", ";", "in"):
        return None
    if last.kind == ",":
        return MissingItem(
            "a comma too many" if kind != "," else "two commas in a row",
            span=scene.span(last, last),
            hint="Remove the comma, or put an item behind it.",
        )
    if last.kind in OPENERS and last is scene._opening_token:
        empty = {"index": "an index without expression", "group": "brackets around nothing"}
        return MissingItem(empty.get(scene.role, "an empty place before the comma"), span=scene.span(last))
    return None


def missing_operand(scene: Scene) -> Explanation:
    """`a + ;`, `x = ;`, `a and or b`"""
    last = scene.last
    if scene.kind in (END, "?") or not scene.accepts("NAME"):
        return None
    if (
        not scene.at_start
        and last is not None
        and last.kind in INFIX | {"=", ":", "not", "return"}
        and scene.kind not in OPENERS
    ):
        title = f"there is no value behind `{last.text}`"
        hint = CHOICE if scene.kind == "if" else f"Found {scene.found} instead of an expression."
        return MissingItem(title, span=scene.behind() if scene.new_line else scene.span(), hint=hint)
    if scene.kind in INFIX:
        return MissingItem(f"there is no value before `{scene.token.text}`", span=scene.span())
    return None


def wrong_separator(scene: Scene) -> Explanation:
    """`(1, 2)`, `x[1, 2]`, `x[1:2]`, `{1}`, `a, b;`"""
    key = (scene.role, scene.kind)
    if key in SEPARATORS:
        title, hint = SEPARATORS[key]
        return MalformedForm(title, span=scene.span(), hint=hint)
    if scene.role == "dict" and scene.kind in (",", "}") and scene.accepts(":"):
        hint = "An entry of a dict is `key: value`. There are no sets; a list is written `[1, 2]`."
        return MalformedForm("a dict entry without value", span=scene.span(), hint=hint)
    if scene.kind == "{" and scene.accepts(";") and not scene.new_line:
        title = "braces without `def` or `for`"
        return MalformedForm(title, span=scene.span(), hint=f"{FUNCTION} {LOOP}")
    names = scene.kind == ";" and scene.accepts("=") and scene.accepts(",")
    if (scene.kind == "," and scene.accepts(";")) or names:
        hint = "A list is written `[a, b]`; several names get values with `a, b = 1, 2;`."
        return MalformedForm("a comma between expressions", span=scene.span(), hint=hint)
    return None


SEPARATORS = {
    ("group", ","): ("a comma inside brackets", "There are no tuples; a list is written `[1, 2]`."),
    ("index", ","): (
        "an index is one expression",
        "For a list of lists write `l[1][2]`; `lookup(d, x, 0)` is d[x], or 0 where d has no x.",
    ),
    ("index", ":"): ("there are no slices", "For a list write `[l[i] for i in range(2, 5)]`."),
}


def comparison_alone(scene: Scene) -> Explanation:
    """`(<)`: a comparison where a value is needed"""
    if scene.kind != "COMPARISON" or not scene.accepts("NAME"):
        return None
    title = f"there is no value before `{scene.token.text}`"
    return MissingItem(title, span=scene.span(), hint="On its own, a comparison is only the third part of `select`.")


def comparison_used(scene: Scene) -> Explanation:
    """`f(== 3)`"""
    last = scene.last
    if last is None or last.kind != "COMPARISON" or scene.accepts("NAME") or scene.role != "call":
        return None
    if is_bare(scene.called, "select") and scene.kind not in STARTS:
        return None
    return MissingItem(f"there is no value before `{last.text}`", span=scene.span(last, last))


def missing_else(scene: Scene) -> Explanation:
    """`a if c;`"""
    if not scene.accepts("else") or scene.accepts(scene.kind) or scene.kind in STARTS | {"?", END}:
        return None
    if scene.comprehends:
        start = next(value for value in reversed(scene.values) if isinstance(value, Token) and value.kind == "if")
        return MalformedForm("a comprehension has no condition", span=scene.span(start, scene.last), hint=CONDITION)
    hint = "A choice is written `a if condition else b`, always with `else`."
    return MalformedForm("`if` without `else`", span=scene.behind(), hint=hint)


# ----------------------------------------------------------------------------------------------------------- ends


def neighbours(scene: Scene) -> Explanation:
    """Two values side by side, or a command in the next line: a missing `;`, comma or operator"""
    last, kind = scene.last, scene.kind
    if kind == ":" and scene.new_line and scene.accepts(";"):
        return _missing_semicolon(scene, "Commands begin behind complete statements.")
    if last is None or last.kind not in OPERANDS or kind not in STARTS | {"for", "def", "return", "}"}:
        return None
    if last.text == "load" and scene.statement[-1:] == ["NAME"] and kind == "NAME":
        hint = "The name of a file is a string."
        suggestion = f'load "{scene.token.text}";'
        return MalformedForm("`load` takes a string", span=scene.span(), hint=hint, suggestion=suggestion)
    if last.kind == kind == "STRING" and not scene.new_line:
        hint = "Strings are joined with `+`."
        return RaspSyntaxError("two strings side by side", span=scene.span(), hint=hint)
    if scene.accepts(";"):
        if scene.new_line or kind in ("for", "def", "return", "}") or scene.statement[-1:] == ["values"]:
            return _missing_semicolon(scene)
        return _missing_semicolon(scene, f"Or an operator is missing before {scene.found}.")
    if scene.accepts(",") and scene.inside and kind in STARTS:
        title = f"a comma or an operator is missing before {scene.found}"
        return MissingItem(title, span=scene.behind() if scene.new_line else scene.span())
    if scene.inside and scene.opening and kind in STARTS:
        if scene.new_line:
            return _unclosed_error(scene, scene.opening)
        closer = CLOSERS[scene.opening.token.kind]
        title = f"an operator or `{closer}` is missing before {scene.found}"
        return MissingItem(title, span=scene.span())
    return None


def _missing_semicolon(scene: Scene, hint: str = "") -> RaspSyntaxError:
    return MissingSemicolon(
        span=scene.behind(),
        label="the statement ends here",
        hint=("Put `;` here. " + hint).strip(),
    )


def end_of_text(scene: Scene) -> Explanation:
    """The text ends inside a statement."""
    if scene.kind != END:
        return None
    if scene.accepts(";"):
        return _missing_semicolon(scene)
    return _unfinished(scene)


def _unfinished(scene: Scene) -> RaspSyntaxError:
    expected = _expected_words(scene)
    return UnfinishedStatement(span=scene.behind(), label="more is needed here", hint=f"Expected {expected}.")


def unexpected_token(scene: Scene) -> RaspSyntaxError:
    """The error of last resort: what was found and what was expected."""
    return RaspSyntaxError(f"unexpected {scene.found}", span=scene.span(), hint=f"Expected {_expected_words(scene)}.")


def _expected_words(scene: Scene) -> str:
    """What can come next, in words."""
    kinds = scene.draft.automaton.expected() - set(OPENING)
    if "NAME" in kinds and "INT" in kinds:
        kinds -= STARTS | {"+", "-", "NAME", "COMPARISON", "def", "for"}
        words = {"a statement" if scene.at_start and not scene.is_expression else "an expression"}
    else:
        words = set()
        if "^" in kinds:
            words, kinds = {"an operator"}, kinds - (INFIX - {"else"}) - {"not", "(", "["}
    words |= {WORDS.get(kind, f"`{kind}`") for kind in kinds}
    *others, last = sorted(words) or ["nothing"]
    return f"{', '.join(others)} or {last}" if others else last


RULES: list[Callable[[Scene], Explanation]] = [
    prompt,
    foreign_prompt,
    argument_with_colon,
    strings,
    open_string,
    number_with_point,
    foreign_character,
    quotes,
    strange_character,
    foreign_operator,
    number_with_letters,
    counting_operator,
    after_return,
    expression_alone,
    bad_command,
    start_of_statement,
    keyword_as_name,
    foreign_statement,
    word_operator,
    declared_kind,
    function_head,
    loop_head,
    equals_sign,
    closing_bracket,
    unclosed_bracket,
    missing_item,
    missing_else,
    wrong_separator,
    comparison_used,
    missing_operand,
    comparison_alone,
    neighbours,
    end_of_text,
]
