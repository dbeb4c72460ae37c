"""Adds brackets to a program where people who know Python may misread it, without changing its meaning."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from rasp.errors import InternalError
from rasp.syntax import tree
from rasp.syntax.grouping import OperatorGroup, misreadings, needs_brackets
from rasp.syntax.parser import parse, refuse_conversation
from rasp.syntax.reader import BYTE_ORDER_MARK

Sign = tuple[int, int, str]  # the first line of its statement, the offset from the start of that line, and the bracket


def add_brackets(text: str, name: str = "<text>") -> str:
    """The program with brackets added to each expression that `warnings_of` warns about, so that nothing warns.

    Raises the first syntax error, also if brackets would be nested too deeply; `name` is the file name in the error.

    >>> add_brackets("x = a or b and not c == d;")
    'x = (a or b) and (not c) == d;'
    """
    program = parse(text, name)
    signs = [sign for statement in program for sign in _signs(statement)]
    if not signs:
        return text
    refuse_conversation(text, name)
    mark = len(BYTE_ORDER_MARK) * text.startswith(BYTE_ORDER_MARK)  # which is not part of any statement
    starts = list(itertools.accumulate((len(line) + 1 for line in text[mark:].split("\n")), initial=mark))
    parts, done = [], 0
    for index, sign in sorted((starts[line - 1] + offset, sign) for line, offset, sign in signs):
        parts += [text[done:index], sign]
        done = index
    written = "".join([*parts, text[done:]])
    after = parse(written, name)
    if after != program or any(True for statement in after for _ in misreadings(statement)):
        raise InternalError("the brackets change the program")
    return written


def _signs(statement: tree.SyntaxNode) -> Iterator[Sign]:
    """Yield the brackets to add to the expressions of a statement."""
    assert statement.span is not None
    line = statement.span.source.first_line
    return ((line, offset, bracket) for offset, bracket in signs_of(statement))


def signs_of(statement: tree.SyntaxNode) -> Iterator[tuple[int, str]]:
    """Yield the brackets to add to the expressions of a statement, each with its offset in the statement's source.

    >>> from rasp.syntax.parser import parse
    >>> sorted(signs_of(parse("x = a or b and c;")[0]))
    [(4, '('), (10, ')')]
    """
    for region, here, _ in misreadings(statement):
        for group in _groups_to_bracket(here):
            yield region.start(group.first), "("
            yield region.end(group.last), ")"


def _groups_to_bracket(group: OperatorGroup) -> Iterator[OperatorGroup]:
    """Yield the groups inside a group that need brackets."""
    stack = [group]
    while stack:
        around = stack.pop()
        for side, part in enumerate(around.parts):
            if needs_brackets(around, part, side):
                yield part
        stack.extend(around.parts)
