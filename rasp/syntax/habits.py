"""Rules of `messages.py` for habits from other languages: copied prompts, named arguments, prefixes of strings …"""

from __future__ import annotations

import re

from rasp.base.diagnostics import Span
from rasp.errors import AssignmentInExpression, ForeignOperator, MalformedForm, RaspSyntaxError, UnclosedString
from rasp.syntax import tree
from rasp.syntax.builder import string_prefix
from rasp.syntax.draft import OPERANDS
from rasp.syntax.foreign import ASSIGN, BOS, STRING_PREFIXES, WORD_OPERATORS
from rasp.syntax.lexer import Token
from rasp.syntax.prompts import PROMPT
from rasp.syntax.scene import Explanation, Scene, brief

ORDER = "Arguments have no names: give the values alone, in the order of the parameters. `==` compares."
OTHER_PROMPT = re.compile(r"[ \t]*(\$(?=[ \t]+\w)|>(?=[ \t]+\w)|In \[\d+\]:|Out\[\d+\]:)")
NAMED = re.compile(r"([a-zA-Z_]\w*)[ \t]*[=:](?!=)[ \t]*")
ARGUMENT_INDEX = {
    "keys": 0,
    "k": 0,
    "queries": 1,
    "q": 1,
    "predicate": 2,
    "comparison": 2,
    "op": 2,
}  # indices of the arguments of `select`
PIECES = re.compile(r'"[^"]*"|[^"]')
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
LONGEST = 96  # characters of the arguments of a call that a message rewrites
INDENT = 40  # characters before a name that are examined
DEFAULT = re.compile(r"=\s*([^,(){}\[\]]+?)\s*\)")  # of the last parameter


def prompt(scene: Scene) -> Explanation:
    """`>> x = 1;` in a text whose other lines have no prompt."""
    found = PROMPT.match(scene.line)
    if not found or scene.line[: scene.offset].strip():
        return None
    sign = found.group(1)
    span = Span(scene.draft.source, scene.token.start, scene.token.start + len(sign))
    hint = "A conversation shows it before what is typed. Leave it out, or put one before every statement."
    return RaspSyntaxError(f"`{sign}` is a prompt", span=span, hint=hint)


def foreign_prompt(scene: Scene) -> Explanation:
    """`$ rasp`, `In [1]: x = 1;` or `> x = 1;`"""
    found = OTHER_PROMPT.match(scene.line)
    if not found or scene.offset >= found.end() or len(scene.draft.lines) > 1:
        return None
    sign = found.group(1)
    start = scene.draft.base + found.start(1)
    span = Span(scene.draft.source, start, start + len(sign))
    hint = "A program has what was typed alone: leave it out. Only the prompts `>>` and `..` are read over."
    return RaspSyntaxError(f"`{sign}` is a prompt", span=span, hint=hint)


def word_operator(scene: Scene) -> Explanation:
    """`a is b`, `a xor b`"""
    word, last = scene.token.text, scene.last
    if word not in WORD_OPERATORS or last is None or last.kind not in OPERANDS or scene.new_line:
        return None
    return ForeignOperator(f"`{word}` is not an operator of RASP", span=scene.span(), hint=WORD_OPERATORS[word])


def strings(scene: Scene) -> Explanation:
    """`f"text"`, `"a \\" b"`, and three quotes."""
    last = scene.last
    if last is None or not scene.touching:
        return None
    if scene.kind == "STRING" and last.kind == "NAME" and last.text in STRING_PREFIXES:
        return string_prefix(last.text, scene.span(last, last))
    if last.kind != "STRING":
        return None
    if last.text.endswith('\\"'):
        hint = 'There are no escapes, and a string cannot hold a `"`.'
        span = Span(scene.draft.source, last.end - 2, last.end)
        return UnclosedString('`\\"` ends the string', span=span, hint=hint)
    if last.text == '""' and scene.token.text.startswith('"'):
        hint = 'A string stands between single `"` and ends on its line. A comment starts with `#`.'
        return UnclosedString("a string in three quotes", span=scene.span(last), hint=hint)
    return None


def declared_kind(scene: Scene) -> Explanation:
    """`x: int = 3`"""
    if scene.kind != ":" or scene.inside or scene.last is None or scene.last.kind != "NAME" or scene.new_line:
        return None
    if scene.statement not in (["NAME"], ["names", ",", "NAME"]):
        return None
    return RaspSyntaxError("names have no declared kind", span=scene.span(), hint=ASSIGN)


def is_named_argument(scene: Scene) -> bool:
    """Whether the token comes after a name that begins an argument of a call."""
    last = scene.last
    if scene.role != "call" or last is None or last.kind != "NAME":
        return False
    start = max(0, last.start - scene.draft.base)
    return scene.line[max(0, start - INDENT) : start].rstrip()[-1:] in ("", "(", ",")


def named_argument(scene: Scene) -> RaspSyntaxError:
    """`f(x = 1)`"""
    hint = BOS if scene.last and scene.last.text == "assume_bos" else ORDER
    return AssignmentInExpression(span=scene.span(), hint=hint, suggestion=_select_without_names(scene))


def argument_with_colon(scene: Scene) -> Explanation:
    """`f(x: 1)`"""
    if scene.kind != ":" or not is_named_argument(scene):
        return None
    hint = BOS if scene.last and scene.last.text == "assume_bos" else ORDER
    suggestion = _select_without_names(scene)
    return RaspSyntaxError("`:` inside a call", span=scene.span(), hint=hint, suggestion=suggestion)


def _select_without_names(scene: Scene) -> str:
    """The call of `select` with its arguments in order; empty for other calls, and for calls over several lines."""
    opening = scene.opening
    called = getattr(scene.called, "id", "")
    if called != "select" or opening is None or opening.token.start < scene.draft.base:
        return ""
    start = opening.token.end - scene.draft.base
    parts = _arguments(scene.line[start : start + LONGEST])
    named = [(NAMED.match(part), part) for part in parts]
    given = [
        (ARGUMENT_INDEX.get(found[1], -1) if found else index, part[found.end() if found else 0 :])
        for index, (found, part) in enumerate(named)
    ]
    if sorted(index for index, _ in given) != [0, 1, 2]:
        return ""
    return f"select({', '.join(part for _, part in sorted(given))})"


def _arguments(text: str) -> list[str]:
    """The arguments of a call, from the text after its bracket; none if the call does not end in it."""
    parts, depth = [""], 0
    for piece in PIECES.findall(text):
        if piece in CLOSING and not depth:
            return [part.strip() for part in parts]
        depth += (piece in OPENING) - (piece in CLOSING)
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return []


def default_value(scene: Scene) -> RaspSyntaxError:
    """`def f(x, y = 1)`; if only the last parameter has a default, the hint writes a second function."""
    parts = [part for part in scene.values if isinstance(part, (Token, list))]
    names = [item.id for part in parts if isinstance(part, list) for item in part if isinstance(item, tree.Name)]
    names += [scene.last.text] if scene.last and names[-1:] != [scene.last.text] else []
    hint = "Give a value for each parameter at every call, or write a second function that has fewer."
    found = scene.match(DEFAULT)
    name = _function_name(scene)
    if found and name and len(names) < 6:
        given = [*names[:-1], brief(found.group(1))]
        second = f"def {name}_{len(names) - 1}({', '.join(names[:-1])}) {{ return {name}({', '.join(given)}); }}"
        hint = f"Give a value for each parameter at every call, or write a second function: `{second}`."
    return MalformedForm("a parameter cannot have a default value", span=scene.span(), hint=hint)


def _function_name(scene: Scene) -> str:
    """The name of the function that is being defined."""
    words = [value.text for value in scene.values if isinstance(value, Token)]
    return words[words.index("def") + 1] if "def" in words[:-1] else ""
