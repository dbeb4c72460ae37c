"""Finds the examples in a program's comments and checks them: RASP's counterpart to Python's doctest.

    # >>> length("hello")
    # [5, 5, 5, 5, 5]

An example is a comment that starts with `>>>` and an expression; the comment on the next line is the expected value, a
literal of the language, or `error` and a code. Both continue on the next comment lines while a bracket is open.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rasp.base.diagnostics import Diagnostic
from rasp.base.numerals import show_int
from rasp.errors import RaspError
from rasp.present.text import error_line
from rasp.runtime.files import read_program, real_path, unit_of
from rasp.session.session import Session
from rasp.session.settings import Listener
from rasp.session.sops import Selector, SOp
from rasp.syntax import tree
from rasp.syntax.comments import comments_in
from rasp.syntax.parser import parse_expression

SHOWN = 1000  # the most characters of a value in a message
EXACT = 2**53  # every int up to here is exact as a float

_STRING = re.compile(r'"[^"]*"')
_ERROR = re.compile(r"error (R\d+)")
_LITERALS = (tree.Literal, tree.List, tree.Dict, tree.Unary)


class Example(NamedTuple):
    """An expression and its expected value, as written; `line` is that of the expression, counted from 1."""

    line: int
    expression: str
    expected: str


class FailedExample(NamedTuple):
    """An example whose value is not the expected one, and the text of that value."""

    example: Example
    got: str


# --------------------------------------------------------------------------------------------------------- reading


def examples_in(text: str) -> list[Example]:
    """The examples of a program.

    >>> examples_in('x = "# >>> no"; # >>> x + [\\n#  1]\\n# error R303\\n')
    [Example(line=1, expression='x + [\\n1]', expected='error R303')]
    """
    comments = comments_in(text)
    examples = []
    for line, comment in comments.items():
        if comment.startswith(">>>"):
            expression, after = _join_comments(comments, line, comment.removeprefix(">>>"))
            follower = comments.get(after, "")
            expected = "" if follower.startswith(">>>") else _join_comments(comments, after, follower)[0]
            examples.append(Example(line, expression, expected))
    return examples


def _join_comments(comments: dict[int, str], line: int, start: str) -> tuple[str, int]:
    """A comment joined with the next ones while a bracket is open, and the number of the line after them."""
    parts, line = [start.strip()], line + 1
    level = _open_brackets(start)
    while level > 0 and line in comments and not comments[line].startswith(">>>"):
        parts.append(comments[line])
        level += _open_brackets(comments[line])
        line += 1
    return "\n".join(parts), line


def _open_brackets(text: str) -> int:
    """The number of opening brackets minus the number of closing ones, outside strings."""
    bare = _STRING.sub("", text)
    return sum(bare.count(bracket) for bracket in "([{") - sum(bare.count(bracket) for bracket in ")]}")


# --------------------------------------------------------------------------------------------------------- running


def differences_in(file: Path) -> tuple[int, list[FailedExample]]:
    """Runs a program and then its examples. Returns their number, and those whose values are not as expected.

    Raises RaspError when the program cannot be read or fails.
    """
    session = Session(listener=SilentListener())
    text = read_program(file)
    unit = unit_of(real_path(file))
    if not (unit.prelude and unit.library):  # the prelude is loaded already
        session.run_file(file)
    return _differences(text, session)


def differences_in_text(text: str, name: str) -> tuple[int, list[FailedExample]]:
    """As `differences_in`, for the text of a program; messages refer to it by `name`."""
    session = Session(listener=SilentListener())
    session.run(text, name=name)
    return _differences(text, session)


def _differences(text: str, session: Session) -> tuple[int, list[FailedExample]]:
    examples = examples_in(text)
    return len(examples), list(filter(None, (failed_example(example, session) for example in examples)))


class SilentListener(Listener):
    """A listener that ignores everything, warnings included."""

    def warning(self, diagnostic: Diagnostic) -> None:
        return


def failed_example(example: Example, session: Session) -> FailedExample | None:
    """Evaluates an example in a session; returns the difference from its expected value, or None.

    >>> failed_example(Example(1, "2 + 3", "5.0"), Session())
    FailedExample(example=Example(line=1, expression='2 + 3', expected='5.0'), got='5')
    """
    code = _ERROR.fullmatch(example.expected)
    complaint = "" if code else _complaint(example.expected)
    if complaint:
        return FailedExample(example, complaint)
    try:
        value = session.eval(example.expression)
    except RaspError as error:
        same = code is not None and code[1] == error.code
        return None if same else FailedExample(example, f"error {error.code}: {error_line(error)}")
    if isinstance(value, (SOp, Selector)):
        return FailedExample(example, f"{spell(value)}; apply it to an input to get a value")
    if code is None and equal(value, session.eval(example.expected)):
        return None
    return FailedExample(example, spell(value))


def _complaint(expected: str) -> str:
    """What is wrong with the text of an expected value, or an empty string."""
    if not expected:
        return "no value stands on the next line to compare with"
    try:
        node = parse_expression(expected, "<expected>")
    except RaspError as error:
        return f"the expected value cannot be read: {error_line(error)}"
    kinds = {kind for kind in tree.outline(node) if isinstance(kind, type)}
    return "" if kinds.issubset(_LITERALS) else "the expected value is no literal"


# ------------------------------------------------------------------------------------------------------- comparing


def equal(value: Any, expected: Any) -> bool:
    """Whether two values are equal and of the same kind; floats to nine digits.

    A list of numbers with a float among them is a sequence of floats: its ints count as floats.

    >>> equal([1, 2.0], [1.0, 2.0000000001]), equal([1], [1.0]), equal(True, 1)
    (True, False, False)
    """
    if isinstance(value, list) and isinstance(expected, list):
        pairs = zip(_floats(value), _floats(expected), strict=False)
        return len(value) == len(expected) and all(equal(*pair) for pair in pairs)
    if isinstance(value, dict) and isinstance(expected, dict):
        return equal(list(value), list(expected)) and equal(list(value.values()), list(expected.values()))
    if type(value) is float and type(expected) is float:
        return math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)
    return type(value) is type(expected) and bool(value == expected)


def _floats(values: list[Any]) -> list[Any]:
    """The values, with small ints converted to floats if all are ints and floats and both occur."""
    kinds = {type(value) for value in values}
    return [float(value) if abs(value) < EXACT else value for value in values] if kinds == {int, float} else values


def spell(value: Any) -> str:
    """A value as a literal of the language, cut to about a thousand characters.

    >>> spell([1, "a", {2: True}])
    '[1, "a", {2: True}]'
    """
    shown, size = [], 0
    for piece in _spell_pieces(value):
        shown.append(piece)
        size += len(piece)
        if size > SHOWN:
            return "".join(shown)[:SHOWN] + "…"
    return "".join(shown)


def _spell_pieces(value: Any) -> Iterator[str]:
    """The pieces of a value's spelling."""
    match value:
        case str():
            yield f'"{value}"'
        case list():
            yield from _spell_entries("[]", ([item] for item in value))
        case dict():
            yield from _spell_entries("{}", value.items())
        case SOp() | Selector():
            yield "an s-op" if isinstance(value, SOp) else "a selector"
        case bool() | float():
            yield repr(value)
        case int():
            yield show_int(value, most=SHOWN)
        case _:
            yield f"the function {value.signature}"


def _spell_entries(brackets: str, entries: Any) -> Iterator[str]:
    yield brackets[0]
    for number, entry in enumerate(entries):
        yield ", " if number else ""
        for index, part in enumerate(entry):
            yield ": " if index else ""
            yield from _spell_pieces(part)
    yield brackets[1]
