"""Rules of `messages.py` for characters, numbers and operators that RASP does not have."""

from __future__ import annotations

import re
import unicodedata

from rasp.base.diagnostics import Span
from rasp.errors import (
    BadNumber,
    ForeignOperator,
    RaspSyntaxError,
    UnclosedString,
    UnknownCharacter,
)
from rasp.syntax.foreign import CHARACTERS_OF, LOOKALIKES, METHODS, SIGN_OPERATORS, WRITE
from rasp.syntax.scene import QUOTED, Explanation, Scene

QUOTATION = re.compile(r".([^'“”„«»″‟‘’‚′`´\"]*)['“”„«»″‟‘’‚′`´]")
FRACTION = re.compile(r"\.([0-9]*)")
WORD = re.compile(r"\w+")
LETTERS = "Names are made of the letters a to z and A to Z, digits and `_`; other text stands in strings."
METHOD = re.compile(r"\.(\w+)")
NUMBER_TAIL = re.compile(r"[a-zA-Z_0-9]*([+-][0-9]+)?")

BLANKS = {  # hints for invisible characters, by Unicode category
    "Zs": "Put an ordinary space in its place.",
    "Zl": "Put an ordinary line break in its place.",
    "Zp": "Put an ordinary line break in its place.",
    "Cf": "Take it out: move to it with the arrow keys, or write the line again.",
}

# ------------------------------------------------------------------------------------------------------ characters


def open_string(scene: Scene) -> Explanation:
    """`"abc`"""
    if scene.token.text != '"':
        return None
    end = scene.draft.base + len(
        scene.line.rstrip()
    )  # copies the line, but only once: no other string in it can be open
    return UnclosedString(
        'a string without its closing `"`',
        span=Span(scene.draft.source, scene.token.start, end),
        label="starts here",
        hint='A string ends with `"` on the line where it starts.',
    )


def foreign_character(scene: Scene) -> Explanation:
    """`!`, `&&`, `|` …"""
    if scene.kind != "?":
        return None
    for operator in (scene.ahead(2), scene.ahead(1)):
        if operator in SIGN_OPERATORS:
            offset = scene.token.start
            return _foreign(scene, operator, Span(scene.draft.source, offset, offset + len(operator)))
    return None


def quotes(scene: Scene) -> Explanation:
    """Strings in other quotes, and characters that look like characters of RASP."""
    meant = '"' if scene.token.text == "'" else LOOKALIKES.get(scene.token.text)
    if scene.kind != "?" or meant is None:
        return None
    if meant != '"':
        hint = f"Write `{meant}` instead."
        return UnknownCharacter(f"the character `{scene.token.text}` is none of RASP", span=scene.span(), hint=hint)
    quoted = scene.match(QUOTATION)
    width = len(quoted.group()) if quoted else 1
    return UnknownCharacter(
        f"`{scene.token.text}` starts no string",
        span=Span(scene.draft.source, scene.token.start, scene.token.start + width),
        hint='Strings stand in double quotes: "…".',
        suggestion=f'"{quoted.group(1)}"' if quoted and width <= QUOTED else "",
    )


def number_with_point(scene: Scene) -> Explanation:
    """`1.`, `.5`, `1.2.3`"""
    if scene.kind != "?" or scene.token.text != "." or scene.ahead(2) == "..":
        return None
    digits = scene.match(FRACTION)
    after = digits.group(1) if digits else ""
    before = scene.last if scene.touching and scene.last and scene.last.kind in ("INT", "FLOAT") else None
    if not before and not after:
        return None
    span = Span(scene.draft.source, (before or scene.token).start, scene.token.end + len(after))
    suggestion = "" if before and before.kind == "FLOAT" else f"{before.text if before else 0}.{after or 0}"
    return BadNumber(span=span, hint="A float has digits on both sides of its point.", suggestion=suggestion)


def strange_character(scene: Scene) -> Explanation:
    """Everything else that starts no token."""
    if scene.kind != "?":
        return None
    char = scene.token.text
    word = scene.match(WORD)
    if word:
        attached = scene.touching and scene.last and scene.last.kind == "NAME"
        first = scene.last if attached and scene.last else scene.token
        return UnknownCharacter(
            f"`{char}` cannot be part of a name",
            span=Span(scene.draft.source, first.start, scene.token.start + len(word.group())),
            hint=CHARACTERS_OF.get(char, "Digits are 0 to 9." if char.isdigit() else LETTERS),
        )
    if char == ".":
        method = scene.match(METHOD)
        hint = METHODS.get(method.group(1) if method else "", "There are no attributes and methods in RASP.")
        return UnknownCharacter("`.` stands only inside numbers", span=scene.span(), hint=hint)
    if unicodedata.category(char) in BLANKS:
        return _odd_blank(scene, char)
    shown = f"`{char}`" if char.isprintable() else f"U+{ord(char):04X}"
    return UnknownCharacter(
        f"the character {shown} is none of RASP", span=scene.span(), hint=CHARACTERS_OF.get(char, "")
    )


def _odd_blank(scene: Scene, char: str) -> RaspSyntaxError:
    """An invisible character, from a web page or a word processor, named because it cannot be seen."""
    known = unicodedata.name(char, "a blank").lower()
    title = f"a character that cannot be seen: {known} (U+{ord(char):04X})"
    return UnknownCharacter(title, span=scene.span(), hint=BLANKS[unicodedata.category(char)])


# ------------------------------------------------------------------------------------------------------- operators


def _foreign(scene: Scene, operator: str, span: Span) -> RaspSyntaxError:
    return ForeignOperator(
        f"`{operator}` is not an operator of RASP",
        span=span,
        hint=SIGN_OPERATORS[operator],
        suggestion=WRITE.get(operator, ""),
    )


def foreign_operator(scene: Scene) -> Explanation:
    """`**`, `+=`, `<>` …: two signs that touch."""
    last, token = scene.last, scene.token
    if last is not None and scene.touching and last.text + token.text in SIGN_OPERATORS:
        return _foreign(scene, last.text + token.text, scene.span(last))
    if scene.kind in (":", "=", "COMPARISON"):
        for text in (scene.ahead(3), scene.ahead(2)):
            if text in SIGN_OPERATORS:
                return _foreign(scene, text, Span(scene.draft.source, token.start, token.start + len(text)))
    return None


def counting_operator(scene: Scene) -> Explanation:
    """`x++`"""
    last = scene.last
    if last is None or last.text not in ("+", "-"):
        return None
    if scene.draft.text()[max(0, last.end - 2) : last.end] != last.text * 2:
        return None
    return _foreign(scene, last.text * 2, Span(scene.draft.source, last.end - 2, last.end))


def number_with_letters(scene: Scene) -> Explanation:
    """`1e5`, `0x1F`, `1_000`, `2x`"""
    last, token = scene.last, scene.token
    if not (last and scene.touching and last.kind in ("INT", "FLOAT") and token.text[:1].isidentifier()):
        return None
    text = scene.match(NUMBER_TAIL)
    tail = text.group() if text and re.match(r"[eE][+-]?[0-9]+$", text.group()) else token.text
    hint, suggestion = "A name cannot begin with a digit.", ""
    if re.fullmatch(r"[eE][+-]?[0-9]{1,3}", tail):
        hint, suggestion = "There are no exponents; write all digits, or a power.", f"{last.text} * 10 ^ {tail[1:]}"
    elif re.fullmatch(r"[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+", tail) and last.text == "0":
        hint, suggestion = "Numbers are decimal.", str(int(last.text + tail, 0)) if len(tail) < 100 else ""
    elif re.fullmatch(r"_[0-9_]*", tail):
        hint, suggestion = "Digits are not grouped.", last.text + tail.replace("_", "")
    elif token.kind == "NAME" and not suggestion:
        suggestion = f"{last.text} * {token.text}"
    span = Span(scene.draft.source, last.start, token.start + len(tail))
    return BadNumber(f"`{last.text}{tail}` is no number", span=span, hint=hint, suggestion=suggestion)
